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

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from svngraph.errors import StoreError, StoreLocked
from svngraph.files import write_whole
from svngraph.store.embedded import EmbeddedStore

_POINTER = "CURRENT"


def open_folder(place: Path) -> EmbeddedStore:
    """The dataset of a folder, opened to be read. Errors: StoreError where there is none."""
    current = _current(place)
    if current is None:
        raise StoreError("no dataset here", where=str(place), remedy=f"build one: svngraph build --store {place}")
    return EmbeddedStore(current)


@contextmanager
def new_generation(place: Path) -> Iterator[EmbeddedStore]:
    """A fresh store to fill; when the block ends well it becomes the folder's dataset, else it is thrown away.

    Errors: StoreLocked while another process builds there; StoreError where the folder cannot be written.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place / "lock", timeout=0)
        with lock:
            yield from _fill(place)
    except Timeout as error:
        raise StoreLocked(
            "another process is building here", where=str(place), remedy="wait for it, or stop it"
        ) from error
    except OSError as error:
        raise StoreError(
            error.strerror or str(error), where=str(place), remedy="check the folder's rights and space"
        ) from error


def _fill(place: Path) -> Iterator[EmbeddedStore]:
    current = _current(place)
    folder = place / _following(current)
    shutil.rmtree(folder, ignore_errors=True)  # what a killed build left
    store = EmbeddedStore(folder, create=True)
    try:
        yield store
        store.finish()
    except BaseException:
        del store
        shutil.rmtree(folder, ignore_errors=True)
        raise
    write_whole(place / _POINTER, f"{folder.name}\n".encode())
    # The generation before this one stays for those who still read it; older ones go.
    for old in place.glob("gen-*"):
        if old not in (folder, current):
            shutil.rmtree(old, ignore_errors=True)


def _current(place: Path) -> Path | None:
    try:
        name = (place / _POINTER).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"cannot read {_POINTER}: {error}", where=str(place), remedy="build it again") from error
    return place / name


def _following(current: Path | None) -> str:
    number = int(current.name.removeprefix("gen-")) if current else 0
    return f"gen-{number + 1:06d}"
