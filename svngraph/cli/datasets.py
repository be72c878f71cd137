"""Datasets that are named beside the one in force: a folder, a file, a store, an endpoint, or a git revision."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from svngraph import pipeline, resources
from svngraph.errors import InputError, UsageError
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.opening import is_endpoint, open_store

GIT = "git:"
_POINTER = "CURRENT"
_LONGEST = 120


@contextmanager
def named_dataset(name: str | None, settings: Settings) -> Iterator[Store]:
    """The dataset of a name; the one in force where there is none.

    Shape:  ``git:REV`` is the data folder in force as it was at a revision, tag or branch, ``git:REV:PATH`` another
            folder or file of the same repository; else a folder of named graphs, a store folder, an RDF file such as
            an export, or the address of an endpoint.
    Errors: UsageError, InputError, StoreError.
    """
    if name is None:
        yield pipeline.open_dataset(settings)
    elif name.startswith(GIT):
        with _revision(name.removeprefix(GIT), settings) as place:
            yield from _at(place, settings)
    elif is_endpoint(name):
        yield open_store(name, settings.timeout, settings.store)
    elif (Path(name) / _POINTER).is_file():
        yield pipeline.open_dataset(replace(settings, store=name))
    else:
        yield from _at(Path(name), settings)


def _at(place: Path, settings: Settings) -> Iterator[Store]:
    if place.is_dir():
        yield pipeline.open_dataset(replace(settings, data=str(place), store="memory"))
        return
    if not place.is_file():
        raise InputError("no such folder or file", where=str(place), remedy="name one, or git:REV, or a store")
    with tempfile.TemporaryDirectory(prefix="svngraph-") as folder:
        # One name for every file: its graph's name follows from it, and must not make two files look different.
        (Path(folder) / f"data{place.suffix}").symlink_to(place.resolve())
        yield pipeline.open_dataset(replace(settings, data=folder, store="memory"))


def revisions(settings: Settings, most: int = 30) -> list[str]:
    """The latest revisions that touched the data folder in force, newest first; none where it is not in git."""
    folder = _data(settings)
    try:
        found = _git(folder, "log", f"--max-count={most}", "--format=%H", "--", str(folder.resolve()))
    except UsageError:
        return []
    return found.decode().split()


@contextmanager
def _revision(text: str, settings: Settings) -> Iterator[Path]:
    """A part of the repository as it was at a revision, put into a folder that is gone afterwards."""
    revision, _, inside = text.partition(":")
    folder = _data(settings)
    root = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    wanted = Path(inside) if inside else folder.resolve().relative_to(root.resolve())
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    packed = _git(root, "archive", "--format=tar", commit, "--", str(wanted))
    with tempfile.TemporaryDirectory(prefix="svngraph-") as place:
        _unpack(packed, Path(place).resolve())
        yield Path(place) / wanted


def _unpack(packed: bytes, place: Path) -> None:
    """Put the files of an archive into a folder: files alone, and none of them outside."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            target = (place / member.name).resolve()
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and target.is_relative_to(place):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def _data(settings: Settings) -> Path:
    return Path(settings.data) if settings.data else resources.data_folder()


def _git(folder: Path, *args: str) -> bytes:
    """What a git command prints. Errors: UsageError with git's own first words."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and what a user names comes after the options
            ["git", "-C", str(folder), *args],  # noqa: S607 - the user's own git
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"git cannot be run: {error}", where=str(folder), remedy="name a folder or a file") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        raise UsageError(lines[0], where=str(folder), remedy="name a revision that git log shows")
    return done.stdout
