"""A dataset kept in a folder: whole generations, and a pointer that is moved from one to the next.

::

    PLACE/
      CURRENT        the name of the generation in force; replaced by renaming, so it is always whole
      lock           held by whoever builds
      gen-000001/    an Oxigraph store that nobody writes to any more
        built.json   what it was built from, and the digests of its files
        in-use       held, shared, by whoever reads it

A build fills a new generation and then moves the pointer. Readers open the generation that the pointer names, which
never changes under them and is not removed while they read; a build that fails or is killed leaves the pointer, and so
the dataset, as it was. A generation may begin as a copy of the one before it: the engine never changes a table file
once it is written, so these are shared by hard links.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from svngraph.errors import InputError, StoreError, StoreLocked
from svngraph.files import synchronise, write_whole
from svngraph.store import manifest
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.manifest import IN_USE, Making, Manifest

_POINTER = "CURRENT"
_GENERATION = re.compile(r"gen-[0-9]{6,}")
_REMEDY = "check the folder's rights and space"


class Generation(EmbeddedStore):
    """A generation that is being made; ``making`` is what its manifest is going to say."""

    def __init__(self, folder: Path, known: Manifest | None = None) -> None:
        """``known`` is the manifest of the generation that this one is a copy of. Errors: StoreError."""
        super().__init__(folder, create=True)
        self.making = Making()
        self.known = known


def open_folder(place: Path) -> EmbeddedStore:
    """The dataset of a folder, or of one generation that is named itself, opened to be read.

    Errors: StoreError where there is none.
    """
    while True:
        folder = current(place)
        try:
            return _opened(folder)
        except StoreError:
            # Between reading the pointer and opening, a builder may have moved it on and cleared away behind it.
            if current(place) == folder:
                raise


def current(place: Path) -> Path:
    """The generation in force; a place that is a generation itself stays what it is.

    Errors: StoreError where there is none, or the pointer is damaged.
    """
    folder = place if _GENERATION.fullmatch(place.name) else _pointed(place)
    if folder is None or not folder.is_dir():
        raise StoreError("no dataset here", where=str(place), remedy=f"build one: svngraph build --store {place}")
    return folder


def generations(place: Path) -> list[Path]:
    """All generations of a folder, the oldest first; also those that a killed build left."""
    found = (path for path in place.glob("gen-*") if _GENERATION.fullmatch(path.name))
    return sorted(found, key=lambda path: int(path.name.removeprefix("gen-")))


@contextmanager
def new_generation(place: Path) -> Iterator[Generation]:
    """A fresh store to fill; when the block ends well it becomes the folder's dataset, else it is thrown away.

    Errors: StoreLocked while another process builds there; StoreError where the folder cannot be written.
    """
    with locked(place), _made(place, None, "build") as store:
        yield store


@contextmanager
def next_generation(place: Path, how: str = "update") -> Iterator[Generation]:
    """A copy of the dataset to change; when the block ends well it becomes the folder's dataset, else it is gone.

    ``how`` is update or compact, by which the whole of it is put into its best order.

    Errors: as for :func:`new_generation`; StoreError where there is no dataset.
    """
    with locked(place):
        before = current(place)
        with _made(place, before, how) as store:
            yield store


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """The right to build in a folder, which one process has at a time. Errors: StoreLocked, StoreError."""
    lock = FileLock(place / "lock", timeout=0)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        remedy = "wait for it, or stop it"
        raise StoreLocked("another process is building here", where=str(place), remedy=remedy) from error
    except OSError as error:
        raise StoreError(error.strerror or str(error), where=str(place), remedy=_REMEDY) from error
    try:
        yield
    finally:
        lock.release()


def sweep(place: Path, keep: tuple[Path | None, ...]) -> list[str]:
    """The names of the generations that were removed: those not to be kept, and that nobody reads.

    Only for who holds the lock.
    """
    return [path.name for path in generations(place) if path not in keep and _removed(path)]


@contextmanager
def _made(place: Path, before: Path | None, how: str) -> Iterator[Generation]:
    """A generation that is put in force when the block ends well; with ``before``, a copy of that one."""
    old, folder = _pointed(place), place / _following(place)
    store = None
    try:
        with _failing(place):
            known = _copy(before, folder) if before else None
        store = Generation(folder, known)
        store.making.how = how
        yield store
        if not store.making.graphs:
            store.making.graphs = {str(graph): store.count(graph) for graph in store.graphs()}
        store.finish(tidy=how != "update")
        with _failing(place):
            _seal(store, folder, known.files if known else {})
            _point(place, folder.name)
    except BaseException:
        if store is not None:
            store.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    # The generation before this one stays for those who are about to open it; older ones, and what killed builds
    # left, go.
    sweep(place, (folder, old))


@contextmanager
def _failing(place: Path) -> Iterator[None]:
    """What fails in the block, told as a failure of the store."""
    try:
        yield
    except InputError as error:
        raise StoreError(error.what, where=str(place), remedy=error.remedy) from error
    except OSError as error:
        raise StoreError(error.strerror or str(error), where=str(place), remedy=_REMEDY) from error


def _seal(store: Generation, folder: Path, known: Mapping[str, tuple[int, str]]) -> None:
    """Write down what a filled generation is, and let its folder be on disk before anything points to it."""
    (folder / IN_USE).touch()
    manifest.write(folder, store.making, known)
    synchronise(folder.parent)


def _copy(before: Path, folder: Path) -> Manifest | None:
    """A copy of a generation that shares its table files; the manifest of the one that was copied."""
    folder.mkdir()
    for path in manifest.kept(before):
        if path.suffix in manifest.SHARED:
            _share(path, folder / path.name)
        else:
            shutil.copyfile(path, folder / path.name)
    return manifest.read(before)


def _share(path: Path, twin: Path) -> None:
    try:
        os.link(path, twin)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, twin)


def _opened(folder: Path) -> EmbeddedStore:
    """A generation opened to be read, and held for as long as the store lives."""
    held = _hold(folder)
    try:
        manifest.check(folder)
        store = EmbeddedStore(folder)
    except BaseException:
        if held is not None:
            os.close(held)
        raise
    if held is not None:
        weakref.finalize(store, os.close, held)
    return store


def _hold(folder: Path) -> int | None:
    """A shared lock on a generation; None where an older version made it. Errors: StoreError while it is removed."""
    try:
        handle = os.open(folder / IN_USE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise StoreError("the generation is being removed", where=str(folder), remedy="run it again") from error
    except OSError:  # a file system without locks
        pass
    return handle


def _removed(folder: Path) -> bool:
    """Whether a generation could be removed: nobody reads it."""
    try:
        handle = os.open(folder / IN_USE, os.O_RDONLY)
    except OSError:  # half made, or made by an older version
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # somebody reads it
        return False
    finally:
        os.close(handle)
    return not folder.exists()


def _pointed(place: Path) -> Path | None:
    """The generation that the pointer names; None where there is no pointer, or it is damaged."""
    try:
        name = (place / _POINTER).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return place / name if _GENERATION.fullmatch(name) else None


def _following(place: Path) -> str:
    """The name of a generation that is not there yet; what the pointer says does not matter, it may be damaged."""
    last = max((int(path.name.removeprefix("gen-")) for path in generations(place)), default=0)
    return f"gen-{last + 1:06d}"


def _point(place: Path, name: str) -> None:
    write_whole(place / _POINTER, f"{name}\n".encode())
