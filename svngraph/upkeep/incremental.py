"""Building anew only what has changed: the result is the one that a full build would give.

A new generation begins as a copy of the one in force, which shares its files. Files whose digest has changed are read
into memory, and what their named graphs gain and lose is applied; then what follows from it is worked out again for the
things that it concerns, and for no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from svngraph import inference, pipeline
from svngraph.errors import StoreError
from svngraph.pipeline import Built, Progress
from svngraph.settings import Settings
from svngraph.store import folder, manifest
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.folder import Generation
from svngraph.store.manifest import Manifest, Origin, Source
from svngraph.store.opening import is_endpoint
from svngraph.upkeep import differences

# Where more than this share of the dataset changes, or more than this many quads, a full build is the shorter way.
_SHARE, _FEW = 0.25, 20_000


class _Whole(Exception):
    """The change cannot be told from the rest, or is not worth it: everything is to be built."""


@dataclass(frozen=True)
class Change:
    """What has changed: the names of all files to be read again, and the named graphs that they have a part in."""

    files: tuple[str, ...]
    graphs: tuple[str, ...]


def rebuild(settings: Settings, progress: Progress) -> Built:
    """The dataset of the settings brought up to its files: as after :func:`pipeline.build`, and sooner.

    Errors: InputError, StoreError; whatever happens, the dataset that was there stays until the new one is whole.
    """
    if settings.store == "memory" or is_endpoint(settings.store):
        return pipeline.build(settings, progress)
    place = Path(settings.store)
    try:
        manifest.check(folder.current(place))
        known = manifest.read(folder.current(place))
    except StoreError:  # nothing there, or nothing that could be built upon
        known = None
    now = pipeline.origin(settings, known.origin if known else None)
    if known and known.origin == now:
        return _built(settings, known, place, 0)
    try:
        if known is None:
            raise _Whole
        with folder.next_generation(place) as store:
            return _bring_up(store, now, settings, progress)
    except _Whole:
        return pipeline.build(settings, progress)


def differing(before: Origin, now: Origin) -> list[str]:
    """The names of the files that have come, gone or changed, sorted."""
    old, new = ({(one.name, one.digest, one.graph) for one in which.sources} for which in (before, now))
    return sorted({name for name, _, _ in old ^ new})


def reach(before: Origin, now: Origin) -> Change:
    """What is to be read again: the files that have changed, and those that share a graph with one of these."""
    parts: dict[str, set[str]] = {}
    for source in (*before.sources, *now.sources):
        parts.setdefault(source.name, set()).update(source.graphs)
    names: set[str] = set(differing(before, now))
    while True:
        graphs = {graph for name in names for graph in parts[name]}
        wider = {name for name, its in parts.items() if its & graphs}
        if wider <= names:
            return Change(tuple(sorted(names)), tuple(sorted(graphs)))
        names |= wider


def _bring_up(store: Generation, now: Origin, settings: Settings, progress: Progress) -> Built:
    """Apply to the copy of a generation what has changed since it was built."""
    known = store.known
    inferred = str(settings.names.graph("inferred"))
    if known is None or known.origin is None or known.origin.base != now.base or _touches(now.sources, inferred):
        raise _Whole
    change = reach(known.origin, now)
    gone, come = _difference(store, change, now, settings, progress)
    if len(gone) + len(come) > max(_FEW, _SHARE * known.quads):
        raise _Whole
    store.change(b"".join(gone), b"".join(come))
    counts = dict(known.graphs)
    _count(counts, gone, come)
    _infer(store, gone | come, inferred, counts)
    progress("infer", 1, 1)
    pipeline.keep_originals(store, now, settings)
    store.making.graphs = {graph: count for graph, count in counts.items() if count}
    read = len([source for source in now.sources if source.name in change.files])
    return Built(store.place, len(now.sources), sum(counts.values()), counts.get(inferred, 0), read)


def _touches(sources: Iterable[Source], graph: str) -> bool:
    return any(graph in source.graphs for source in sources)


def _difference(
    store: Generation, change: Change, now: Origin, settings: Settings, progress: Progress
) -> tuple[set[bytes], set[bytes]]:
    """What goes and what comes, from the files if they tell, else from the engine."""
    paths = pipeline.paths(settings)
    if store.known and store.known.origin:
        found = differences.of_files(Path(store.place), store.known.origin, now, paths, change.files)
        if found is not None:
            progress("load", len(change.files), len(change.files))
            return found
    fresh = EmbeddedStore()
    there = [name for name in change.files if name in paths]
    for done, name in enumerate(there, 1):
        fresh.load(*paths[name])
        progress("load", done, len(there))
    return differences.of_graphs(store, fresh, change.graphs)


def _infer(store: Generation, changed: set[bytes], inferred: str, counts: dict[str, int]) -> None:
    """Work out again what follows for the things that a change concerns."""
    subjects = inference.concerned(store, changed)
    if subjects is None:
        raise _Whole
    old = store.about(subjects, inferred)
    store.change(old, b"")  # else a conclusion could hold itself up
    triples = inference.entailments_about(store, subjects).splitlines()
    new = {triple.removesuffix(b".") + f"<{inferred}> .\n".encode() for triple in triples}
    store.change(b"", b"".join(new))
    _count(counts, old.splitlines(keepends=True), new)


def _count(counts: dict[str, int], gone: Iterable[bytes], come: Iterable[bytes]) -> None:
    for lines, step in ((gone, -1), (come, 1)):
        for line in lines:
            graph = line[line.rindex(b" <") + 2 : line.rindex(b">")].decode()
            counts[graph] = counts.get(graph, 0) + step


def _built(settings: Settings, known: Manifest, place: Path, loaded: int) -> Built:
    inferred = known.graphs.get(str(settings.names.graph("inferred")), 0)
    files = len(known.origin.sources) if known.origin else 0
    return Built(str(folder.current(place)), files, known.quads, inferred, loaded)
