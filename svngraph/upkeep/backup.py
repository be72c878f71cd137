"""A backup: one compressed N-Quads file that says what it holds, the same bytes for the same dataset.

::

    # svngraph-backup {"format": 1, "quads": …, "digest": "sha256:…", "graphs": {…}, "origin": …}
    <…> <…> <…> <…> .

The first line is a comment, so that any RDF tool reads the file. The quads stand graph by graph, each in order, those
with a blank node after all others and by their canonical labels; the digest is that of every line after the first.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from svngraph import pipeline
from svngraph.errors import InputError, StoreError
from svngraph.files import move_whole
from svngraph.pipeline import Progress
from svngraph.settings import Settings
from svngraph.store import folder, manifest
from svngraph.store.embedded import EmbeddedStore, canonical
from svngraph.store.manifest import Origin
from svngraph.store.opening import is_endpoint

_MARK = b"# svngraph-backup "
_LONGEST_HEAD = 64 << 20
_BLANK = re.compile(rb"(?:^| )_:")
_REMEDY = "take another backup; nothing was changed"


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself: how many quads, their digest, and the quads of each named graph."""

    file: str
    quads: int
    digest: str
    graphs: dict[str, int]
    origin: Origin | None


def back_up(settings: Settings, target: Path, progress: Progress) -> Backup:
    """Write the dataset of the settings into a file, whole or not at all, while others read and build.

    Errors: StoreError, InputError where the file cannot be written.
    """
    store, origin = _opened(settings, progress)
    with _aside(target) as (body, final):
        counts, mark = _write_quads(store, body, progress)
        if sum(counts.values()) != len(store):
            what, remedy = "it does not say which named graphs its quads are of", "use its own tools"
            raise StoreError(what, where=settings.store, remedy=remedy)
        backup = Backup(str(target), sum(counts.values()), f"sha256:{mark}", counts, origin)
        _put_together(backup, body, final)
    return backup


def _opened(settings: Settings, progress: Progress) -> tuple[EmbeddedStore, Origin | None]:
    """The dataset to be written, that of a server fetched, and what it was built from where that is known."""
    store = pipeline.open_dataset(settings, progress)
    if not isinstance(store, EmbeddedStore):
        fetched = EmbeddedStore()
        fetched.fill(io.BytesIO(store.dump()))
        return fetched, None
    if settings.store == "memory":
        return store, pipeline.origin(settings)
    known = manifest.read(Path(store.place))
    return store, known.origin if known else None


def restore(settings: Settings, source: Path, progress: Progress) -> Backup:
    """Make a backup the dataset at the place of the settings, once its digest and counts are found right.

    Errors: InputError where the backup is damaged or none; StoreError. What was there stays until all is whole.
    """
    backup = inspect(source, progress)
    if is_endpoint(settings.store):
        from svngraph.store.remote.writing import write_generation

        with _reading(source) as lines:
            lines.readline(_LONGEST_HEAD)
            write_generation(settings.store, settings.timeout, lines.read(), lambda n, of: progress("send", n, of))
        return backup
    place = Path(settings.store)
    with folder.new_generation(place) as store, _reading(source) as lines:
        lines.readline(_LONGEST_HEAD)
        store.fill(lines)
        store.making.how, store.making.origin = "restore", backup.origin
        store.making.graphs = {str(graph): store.count(graph) for graph in store.graphs()}
        if store.making.graphs != backup.graphs:
            raise StoreError("the restored dataset is not the one of the backup", where=str(place), remedy=_REMEDY)
        progress("restore", 1, 1)
    return backup


def inspect(source: Path, progress: Progress) -> Backup:
    """What a backup holds, once every line of it was read and the digest found right. Errors: InputError."""
    with _reading(source) as lines:
        backup = _head(source, lines.readline(_LONGEST_HEAD))
        mark, quads = hashlib.sha256(), 0
        for line in lines:
            mark.update(line)
            quads += 1
            if quads % 100_000 == 0:
                progress("verify", min(quads, backup.quads), backup.quads)
    if quads != backup.quads or f"sha256:{mark.hexdigest()}" != backup.digest:
        raise InputError("the backup is damaged: its digest is another", where=str(source), remedy=_REMEDY)
    return backup


def _write_quads(store: EmbeddedStore, body: IO[bytes], progress: Progress) -> tuple[dict[str, int], str]:
    """Write every quad, compressed; the counts by graph, and the digest of the lines."""
    mark, counts, blank = hashlib.sha256(), {}, []
    names = sorted(store.graphs())
    with gzip.GzipFile(filename="", mode="wb", fileobj=body, mtime=0, compresslevel=6) as packed:
        for done, name in enumerate(names, 1):
            lines = store.dump_graph(name).splitlines(keepends=True)
            counts[str(name)] = len(lines)
            blank += [line for line in lines if _BLANK.search(line)]
            octets = b"".join(sorted(line for line in lines if not _BLANK.search(line)))
            mark.update(octets)
            packed.write(octets)
            progress("backup", done, len(names))
        octets = canonical(b"".join(blank))
        mark.update(octets)
        packed.write(octets)
    return {name: count for name, count in counts.items() if count}, mark.hexdigest()


def _put_together(backup: Backup, body: IO[bytes], final: IO[bytes]) -> None:
    """The head, which says the digest of the body, and then the body: two members of one gzip file."""
    head = {"format": 1, "quads": backup.quads, "digest": backup.digest, "graphs": backup.graphs}
    # Where the data lay on this machine is no part of the dataset.
    head["origin"] = {**asdict(backup.origin), "data": ""} if backup.origin else None
    line = _MARK + json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    with gzip.GzipFile(filename="", mode="wb", fileobj=final, mtime=0) as packed:
        packed.write(line)
    body.seek(0)
    while piece := body.read(1 << 20):
        final.write(piece)


def _head(source: Path, line: bytes) -> Backup:
    try:
        if not line.startswith(_MARK):
            raise ValueError
        head = json.loads(line.removeprefix(_MARK))
        if head["format"] != 1:
            raise InputError("a backup of a later format", where=str(source), remedy="restore it with a newer version")
        graphs = {str(name): int(count) for name, count in head["graphs"].items()}
        return Backup(str(source), int(head["quads"]), str(head["digest"]), graphs, manifest.origin_of(head["origin"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("not a backup of svngraph", where=str(source), remedy="name one that it wrote") from error


@contextmanager
def _reading(source: Path) -> Iterator[io.BufferedReader]:
    """The lines of a backup; whatever is wrong with its compression, told as a damaged backup."""
    try:
        with gzip.open(source, "rb") as packed:
            yield io.BufferedReader(packed, 1 << 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        if "Not a gzipped file" in str(error):
            raise InputError("not a backup of svngraph", where=str(source), remedy="name one that it wrote") from error
        raise InputError(f"the backup is damaged: {error}", where=str(source), remedy=_REMEDY) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(source), remedy="check the path") from error


@contextmanager
def _aside(target: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Two files beside the target: one to work in, and one that takes the target's place when the block ends well."""
    if target.exists() and not target.is_file():
        raise InputError("not a file", where=str(target), remedy="name a file; it is written aside and put in place")
    final = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with tempfile.TemporaryFile(dir=target.parent) as body, final.open("wb") as out:
            yield body, out
            out.flush()
            os.fsync(out.fileno())
        move_whole(final, target)
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(what, where=str(target), remedy="check the folder, its rights and its space") from error
    finally:
        final.unlink(missing_ok=True)
