"""Releases: states of the dataset that were made public under a version, each kept in a folder and never changed.

A folder of releases holds ``releases.json``, what is known of each, and a folder for each version with its dumps. It
can lie under version control, be copied, or be served as it is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from svngraph.errors import InputError, UsageError
from svngraph.files import write_whole
from svngraph.labels import Label
from svngraph.publication.dumps import FOLDER, Progress, dumps
from svngraph.publication.edition import Edition, Release

INDEX = "releases.json"
CHANGES = "changes.patch"
_VERSION = re.compile(r"[0-9][0-9A-Za-z]*(?:[.-][0-9A-Za-z]+)*")


def releases_in(folder: Path | None) -> tuple[Release, ...]:
    """The releases of a folder in the order of time; none where there is no folder or no release in it yet.

    Errors: InputError, with the file, where the index is not what it should be.
    """
    if folder is None or not (folder / INDEX).is_file():
        return ()
    path = folder / INDEX
    try:
        return tuple(_release(entry) for entry in json.loads(path.read_text("utf-8"))["releases"])
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), remedy="check the file and its rights") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "take it from where it was kept; svngraph release writes it"
        raise InputError(f"not an index of releases: {error}", where=str(path), remedy=remedy) from error


def quads_of(folder: Path, release: Release) -> bytes:
    """The quads of a release as canonical N-Quads. Errors: InputError where they are gone or are not what they were."""
    path = folder / release.version / FOLDER / "dataset.nq.gz"
    try:
        quads = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise InputError(
            f"cannot be read: {error}", where=str(path), remedy="take it from where it was kept"
        ) from error
    if release.digest != f"sha256:{hashlib.sha256(quads).hexdigest()}":
        remedy = "a release never changes: take it from where it was kept"
        raise InputError("not the dataset that was released", where=str(path), remedy=remedy)
    return quads


def checked(known: Sequence[Release], version: str, issued: date, edition: Edition) -> None:
    """Refuse a release that cannot be: a version that is none or is taken, a day before the last, nothing new.

    Errors: UsageError.
    """
    if not _VERSION.fullmatch(version) or len(version) > 60:
        raise UsageError(f"no version: {version!r}", where="VERSION", remedy="such as 1.2.0 or 2026-11-22")
    if taken := next((release for release in known if release.version.casefold() == version.casefold()), None):
        remedy = "a release never changes: choose the next version"
        raise UsageError(f"version {version} was released on {taken.issued}", where="VERSION", remedy=remedy)
    if known and issued < known[-1].issued:
        remedy = f"version {known[-1].version} was released on {known[-1].issued}"
        raise UsageError(f"{issued} is before the last release", where="--issued", remedy=remedy)
    if known and edition.digest == known[-1].digest:
        remedy = f"the dataset is that of version {known[-1].version}"
        raise UsageError("nothing has changed since the last release", where="VERSION", remedy=remedy)


def release(
    edition: Edition,
    folder: Path,
    version: str,
    issued: date,
    notes: Label,
    changes: str = "",
    progress: Progress | None = None,
) -> Release:
    """Make an edition a release: its dumps, the patch of quads since the last one, and its place in the index.

    The index is written last, so that a release is whole or not there.

    Errors: UsageError as :func:`checked`; InputError where a file cannot be read or written.
    """
    known = releases_in(folder)
    checked(known, version, issued, edition)
    made = Release(
        version,
        issued,
        edition.digest,
        edition.canonical.count(b"\n"),
        notes,
        known[-1].version if known else None,
        tuple(str(source) for source in edition.sources),
    )
    home = folder / version
    # What an interrupted release has left is in no index.
    shutil.rmtree(home, ignore_errors=True)
    dumps(edition, home, progress)
    if changes:
        write_whole(home / CHANGES, changes.encode())
    write_whole(folder / INDEX, _index((*known, made)))
    return made


def copy(folder: Path, target: Path) -> None:
    """Put the files of every release below ``target`` as ``versions/VERSION/…``; what is there already stays as it is.

    Errors: InputError where a file cannot be read or written.
    """
    for known in releases_in(folder):
        home = folder / known.version
        for path in sorted(home.rglob("*")):
            if path.is_file():
                place = target / "versions" / known.version / path.relative_to(home)
                if not place.is_file() or place.stat().st_size != path.stat().st_size:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(place, path.read_bytes())


def _index(releases: Sequence[Release]) -> bytes:
    entries = [
        {
            "version": one.version,
            "issued": one.issued.isoformat(),
            "digest": one.digest,
            "quads": one.quads,
            "previous": one.previous,
            "notes": {"sv": one.notes.sv, "en": one.notes.en},
            "sources": list(one.sources),
        }
        for one in releases
    ]
    return (json.dumps({"releases": entries}, ensure_ascii=False, indent=1) + "\n").encode()


def _release(entry: dict[str, object]) -> Release:
    notes, sources, previous = entry["notes"], entry["sources"], entry["previous"]
    version, quads = str(entry["version"]), entry["quads"]
    if not _VERSION.fullmatch(version) or not isinstance(notes, dict) or not isinstance(sources, list):
        raise ValueError(f"entry {version!r}")
    if not isinstance(quads, int):
        raise ValueError(f"quads of {version!r}")
    return Release(
        version,
        date.fromisoformat(str(entry["issued"])),
        str(entry["digest"]),
        quads,
        Label(notes.get("sv"), notes.get("en")),
        str(previous) if previous is not None else None,
        tuple(str(source) for source in sources),
    )
