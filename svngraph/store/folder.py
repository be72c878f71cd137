"""A dataset kept in a folder: whole generations, and a pointer that is moved from one to the next.

::

    PLACE/
      CURRENT        the name of the generation in force; replaced by renaming, so it is always whole
      lock           held by whoever builds
      gen-000001/    an Oxigraph store that nobody writes to any more

A build fills a new generation and then moves the pointer. Readers open the generation that the pointer names, which
never changes under them; a build that fails or is killed leaves the pointer, and so the dataset, as it was.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from svngraph.errors import InputError, StoreError, StoreLocked
from svngraph.files import write_whole
from svngraph.store.embedded import EmbeddedStore

_POINTER = "CURRENT"
_GENERATION = re.compile(r"gen-[0-9]{6,}")


def open_folder(place: Path) -> EmbeddedStore:
    """The dataset of a folder, opened to be read. Errors: StoreError where there is none."""
    current = _current(place)
    if current is None or not current.is_dir():
        raise StoreError("no dataset here", where=str(place), remedy=f"build one: svngraph build --store {place}")
    return EmbeddedStore(current)


@contextmanager
def new_generation(place: Path) -> Iterator[EmbeddedStore]:
    """A fresh store to fill; when the block ends well it becomes the folder's dataset, else it is thrown away.

    Errors: StoreLocked while another process builds there; StoreError where the folder cannot be written.
    """
    lock = _locked(place)
    try:
        current = _current(place)
        folder = place / _following(place)
        store = EmbeddedStore(folder, create=True)
        try:
            yield store
            store.finish()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _point(place, folder.name)
        # The generation before this one stays for those who still read it; older ones, and what killed builds left, go.
        for old in place.glob("gen-*"):
            if old not in (folder, current):
                shutil.rmtree(old, ignore_errors=True)
    finally:
        lock.release()


def _locked(place: Path) -> FileLock:
    lock = FileLock(place / "lock", timeout=0)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        remedy = "wait for it, or stop it"
        raise StoreLocked("another process is building here", where=str(place), remedy=remedy) from error
    except OSError as error:
        remedy = "check the folder's rights and space"
        raise StoreError(error.strerror or str(error), where=str(place), remedy=remedy) from error
    return lock


def _current(place: Path) -> Path | None:
    """The generation in force; None where there is none, or where the pointer is damaged."""
    try:
        name = (place / _POINTER).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return place / name if _GENERATION.fullmatch(name) else None


def _following(place: Path) -> str:
    """The name of a generation that is not there yet; what the pointer says does not matter, it may be damaged."""
    numbers = [
        int(folder.name.removeprefix("gen-")) for folder in place.glob("gen-*") if _GENERATION.fullmatch(folder.name)
    ]
    return f"gen-{max(numbers, default=0) + 1:06d}"


def _point(place: Path, name: str) -> None:
    try:
        write_whole(place / _POINTER, f"{name}\n".encode())
    except InputError as error:
        raise StoreError(error.what, where=str(place), remedy=error.remedy) from error
