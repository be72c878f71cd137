"""What is kept at a place, and what is no longer needed there."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from svngraph import pipeline
from svngraph.errors import StoreError
from svngraph.settings import Settings
from svngraph.store import Store, folder, manifest
from svngraph.store.opening import is_endpoint

_COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@dataclass(frozen=True)
class Kept:
    """A generation of a folder or server: what is not known of it is None.

    ``octets`` is the space of its files, also of those that it shares with another generation.
    """

    name: str
    current: bool
    read: bool
    how: str | None
    built: str | None
    quads: int | None
    octets: int | None


@dataclass(frozen=True)
class Inventory:
    """What is kept at a place: quads by named graph, what they were built from, and the generations of a folder."""

    place: str
    kind: str
    quads: int
    graphs: dict[str, int]
    base: str | None
    data: str | None
    files: int | None
    generations: tuple[Kept, ...]


@dataclass(frozen=True)
class Compacted:
    """What compacting a folder did: generations removed, and the space of all files before and after."""

    place: str
    removed: tuple[str, ...]
    before: int
    after: int


def inventory(settings: Settings) -> Inventory:
    """What is kept at the place of the settings. Errors: StoreError."""
    if settings.store == "memory" or is_endpoint(settings.store):
        return _elsewhere(settings)
    place = Path(settings.store)
    current = folder.current(place)
    kept = tuple(_kept(path, current) for path in folder.generations(place))
    known = manifest.read(current)
    origin = known.origin if known else None
    counts = dict(known.graphs) if known else _counts(folder.open_folder(place))
    files, base, data = (len(origin.sources), origin.base, origin.data or None) if origin else (None, None, None)
    return Inventory(settings.store, "folder", sum(counts.values()), counts, base, data, files, kept)


def _elsewhere(settings: Settings) -> Inventory:
    """What memory or a server holds; a server that svngraph built into tells of its generations."""
    store = pipeline.open_dataset(settings)
    kept: tuple[Kept, ...] = ()
    if settings.store == "memory":
        counts = _counts(store)
        return Inventory("memory", "memory", sum(counts.values()), counts, None, None, None, kept)
    from svngraph.store.remote import RemoteStore

    assert isinstance(store, RemoteStore)
    held, bound = store.generations(), store.generation
    if bound is None:
        counts = _counts(store)
    else:
        counts = {str(graph.name): graph.triples for graph in bound.graphs}
        kept = tuple(
            Kept(f"{one.number}", one.iri == bound.iri, False, "build", one.switched, one.triples, None) for one in held
        )
    return Inventory(settings.store, "endpoint", sum(counts.values()), counts, None, None, None, kept)


def _counts(store: Store) -> dict[str, int]:
    """The quads of each named graph, by name."""
    rows = store.select(_COUNTS).rows
    return dict(sorted((str(graph), int(str(count))) for graph, count in rows if isinstance(graph, URIRef)))


def compact(settings: Settings) -> Compacted:
    """The folder of the settings with its dataset in its best order, and no generation that nobody reads.

    Errors: StoreError, StoreLocked; the dataset stays as it was until the compacted one is whole.
    """
    place = Path(settings.store)
    with folder.next_generation(place, how="compact") as store:
        before = occupied(place)
        there = {path for path in folder.generations(place) if str(path) != store.place}
        if store.known is not None:
            store.making.origin, store.making.graphs = store.known.origin, dict(store.known.graphs)
    with folder.locked(place):
        folder.sweep(place, (folder.current(place),))
    gone = sorted(path.name for path in there if not path.exists())
    return Compacted(settings.store, tuple(gone), before, occupied(place))


def occupied(place: Path) -> int:
    """The octets that a folder takes on disk, what generations share counted once."""
    sizes = {}
    for path in place.rglob("*"):
        try:
            stat = path.stat()
        except OSError:  # somebody else's, and gone in this moment
            continue
        if path.is_file():
            sizes[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(sizes.values())


def _kept(path: Path, current: Path) -> Kept:
    try:
        known = manifest.read(path)
    except StoreError:
        known = None
    return Kept(
        path.name,
        path == current,
        _is_read(path),
        known.how if known else None,
        known.built if known else None,
        known.quads if known else None,
        occupied(path),
    )


def _is_read(path: Path) -> bool:
    """Whether somebody else reads a generation."""
    try:
        handle = os.open(path / manifest.IN_USE, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
