"""The folder of a published site: only what has changed is written, each file whole, and what is no more goes.

A manifest says what stands in the folder. While a publication runs, a journal names the files that it is about to
write: after an interruption nothing is believed of those, so that the next run puts them right.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from svngraph.errors import InputError, UsageError
from svngraph.files import write_whole

HIDDEN = ".svngraph"
_MANIFEST, _JOURNAL, _LOCK = "manifest.tsv", "journal", "lock"
_ANOTHER = "give the thing another key"
VERSION = "<svngraph-version/>"
"""What stands in a page for the version in which it came to be as it is; no text of the data is written so there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a file: the digest of its octets but for the version, and its size on disk."""

    digest: str
    size: int
    version: str


@dataclass
class Outcome:
    """What a publication did: how many files were written, left as they were, and removed."""

    written: int = 0
    kept: int = 0
    removed: int = 0


class Tree:
    """A site's folder while it is published. Errors: UsageError where it holds what svngraph did not write."""

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self.version = version
        self._hidden = folder / HIDDEN
        if folder.is_dir() and any(folder.iterdir()) and not self._hidden.is_dir():
            raise UsageError("not a published site", where=str(folder), remedy="name an empty or a new folder")
        try:
            self._hidden.mkdir(parents=True, exist_ok=True)
            self._lock = (self._hidden / _LOCK).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise UsageError("another run publishes here", where=str(folder), remedy="wait for it") from error
        except OSError as error:
            raise InputError(error.strerror or str(error), where=str(folder), remedy="check its rights") from error
        self._before = _read(self._hidden)
        for place in {(folder / path).parent for path, entry in self._before.items() if entry.size < 0}:
            for left in place.glob(".*.new"):  # a run that was ended while it wrote has left it
                left.unlink(missing_ok=True)
        self._journal = os.open(self._hidden / _JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._root = str(folder)
        self._folders: set[str] = set()
        self._put: dict[str, str] = {}
        self.left_out: list[str] = []
        # Whether upper and lower case are one here: the hidden folder answers to another name too.
        self.folds = (folder / HIDDEN.upper()).is_dir()
        self.entries: dict[str, Entry] = {}
        self.outcome = Outcome()

    def put(self, path: str, octets: bytes) -> None:
        """Have a file in the folder, written only where it is not there as it is to be.

        Where the disk takes its name for that of another, which was put before, it is left out and named so.

        Errors: InputError where it cannot be written; UsageError where it would lie outside the folder.
        """
        if not _inside(path):
            raise UsageError(f"not a file of a site: {path!r}", where=str(self.folder), remedy=_ANOTHER)
        if self.folds and self._put.setdefault(path.casefold(), path) != path:
            self.left_out.append(path)
            return
        digest = hashlib.sha256(octets).hexdigest()
        known = self.entries.get(path) or self._before.get(path)
        if known is not None and known.digest == digest and _size(self.folder / path) == known.size:
            self.outcome.kept += path not in self.entries
            entry = known
        else:
            text = octets.replace(VERSION.encode(), self.version.encode()) if path.endswith(".html") else octets
            self._write(path, text)
            self.outcome.written += 1
            entry = Entry(digest, len(text), self.version)
        self.entries[path] = entry

    def aside(self) -> Path:
        """An empty folder on the same disk, in which files can be made before they are put."""
        making = self._hidden / "making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        return making

    def part(self) -> Tree:
        """The same folder for a part of the files, whose outcome is told apart."""
        other = copy(self)
        other.entries, other.outcome = {}, Outcome()
        return other

    def take(self, entries: Mapping[str, Entry], outcome: Outcome) -> None:
        """Take up what another process has put into the folder."""
        self.entries.update(entries)
        self.outcome.written += outcome.written
        self.outcome.kept += outcome.kept

    def finish(self) -> Outcome:
        """Remove what is no more, and write down what stands here now."""
        for path in self._before.keys() - self.entries.keys():
            self._remove(path)
        os.sync()  # what was put in place by renaming is durable before the manifest says that it is there
        lines = (f"{path}\t{e.digest}\t{e.size}\t{e.version}\n" for path, e in sorted(self.entries.items()))
        write_whole(self._hidden / _MANIFEST, "".join(lines).encode())
        os.close(self._journal)
        (self._hidden / _JOURNAL).unlink(missing_ok=True)
        self._lock.close()
        return self.outcome

    def _write(self, path: str, octets: bytes) -> None:
        # Path objects for each of very many files would take as long as writing them.
        os.write(self._journal, f"{path}\n".encode())
        target = f"{self._root}/{path}"
        parent = target.rpartition("/")[0]
        aside = f"{parent}/.{os.getpid()}.new"
        try:
            if parent not in self._folders:
                Path(parent).mkdir(parents=True, exist_ok=True)
                self._folders.add(parent)
            _write_file(aside, octets)
            os.replace(aside, target)  # noqa: PTH105 # as above
        except OSError as error:
            with suppress(OSError):
                Path(aside).unlink(missing_ok=True)
            remedy = "check the folder, its rights and its space, and publish again"
            raise InputError(error.strerror or str(error), where=target, remedy=remedy) from error

    def _remove(self, path: str) -> None:
        target = self.folder / path
        with suppress(FileNotFoundError):
            target.unlink()
            self.outcome.removed += 1
        for folder in target.relative_to(self.folder).parents:
            if str(folder) == ".":
                break
            try:
                (self.folder / folder).rmdir()
            except OSError:  # something else stands there
                break


def _write_file(path: str, octets: bytes) -> None:
    """Write a file as a whole. Errors: OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _read(hidden: Path) -> dict[str, Entry]:
    """What stands in the folder, as far as it is certain."""
    found: dict[str, Entry] = {}
    manifest, journal = hidden / _MANIFEST, hidden / _JOURNAL
    if manifest.is_file():
        for line in _lines(manifest.read_text("utf-8")):
            path, digest, size, version = line.split("\t")
            if _inside(path):
                found[path] = Entry(digest, int(size), version)
    if journal.is_file():
        for path in _lines(journal.read_text("utf-8", "replace")):
            if _inside(path):
                found[path] = Entry("", -1, "")  # it may be the old one, the new one, or not there
    return found


def _lines(text: str) -> Iterable[str]:
    """The lines of a text as they were written: an IRI may hold what else Unicode takes for the end of a line."""
    return filter(None, text.split("\n"))


def check_paths(paths: Iterable[str]) -> None:
    """Nothing, where every path stays inside the folder and can be a file's. Errors: UsageError."""
    for path in paths:
        if not safe(path):
            raise UsageError(f"not a name for a file: {path!r}", remedy=_ANOTHER)


def _inside(path: str) -> bool:
    """Whether a path stays inside the folder and apart from what svngraph keeps there for itself."""
    steps = path.split("/")
    return steps[0] != HIDDEN and not {"", ".", ".."}.intersection(steps) and not {"\0", "\n", "\t"}.intersection(path)


def safe(path: str) -> bool:
    """Whether a path is one that a site's folder can hold: no step upwards, nothing hidden, nothing too long."""
    steps = path.split("/")
    return all(step and not step.startswith(".") and len(step.encode()) <= 200 for step in steps) and not any(
        sign < " " or sign in "\x7f\\" for sign in path
    )
