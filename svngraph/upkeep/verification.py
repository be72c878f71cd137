"""Whether what is kept is what was built, and what was built is what the files say."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from svngraph import inference, pipeline
from svngraph.errors import InputError, StoreError
from svngraph.pipeline import Progress
from svngraph.settings import Settings
from svngraph.store import folder, manifest
from svngraph.store.embedded import EmbeddedStore, canonical
from svngraph.store.manifest import Origin
from svngraph.store.opening import is_endpoint

_BLANK = re.compile(rb"(?:^| )_:")


@dataclass(frozen=True)
class Verified:
    """What was found of a dataset that is kept.

    Shape:  ``damaged`` are files of the generation with what is wrong: missing, size, digest or unreadable; ``sources``
            says of each file that it was built from same, changed, missing or new; ``graphs`` says of each named graph
            same, differs, or unknown, where a file of it has changed or nothing could be compared.
    """

    place: str
    generation: str
    damaged: dict[str, str]
    sources: dict[str, str]
    graphs: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether everything was looked at and is as it should be."""
        return not self.damaged and {*self.sources.values(), *self.graphs.values()} <= {"same"}


def verify(settings: Settings, progress: Progress, *, quick: bool = False) -> Verified:
    """The dataset of a folder or server against the digests of its build and the files that it was built from.

    ``quick`` leaves the comparison of every quad out. Errors: StoreError where there is no dataset, or too little is
    known of it to verify it.
    """
    if is_endpoint(settings.store):
        return _at_server(settings, progress, quick=quick)
    place = folder.current(Path(settings.store))
    known = manifest.read(place)
    if known is None:
        raise StoreError("nothing is written down of this dataset", where=str(place), remedy="build it again")
    damaged = dict(manifest.damage(place, known))
    progress("digests", 1, 1)
    here = _at_its_data(settings, known.origin)
    sources = _compared(here, known.origin)
    graphs = dict.fromkeys(known.graphs, "unknown")
    if not quick and not damaged and known.origin:
        try:
            graphs = _graphs(EmbeddedStore(place), here, sources, known.origin, graphs, progress)
        except StoreError as error:
            damaged = {place.name: f"unreadable: {error.what}"}
    elif quick and not damaged:
        graphs = {}
    return Verified(settings.store, place.name, damaged, sources, graphs)


def _at_server(settings: Settings, progress: Progress, *, quick: bool) -> Verified:
    """The dataset of a server: each graph against the digest that was put down, and against the files as they are."""
    from svngraph.store.remote import RemoteStore
    from svngraph.store.remote.writing import digest_of

    store = RemoteStore(settings.store, settings.timeout)
    generation = store.generation
    if generation is None:
        remedy = "verify a dataset that svngraph build --store has put there"
        raise StoreError("nothing is written down of this dataset", where=store.place, remedy=remedy)
    damaged, fetched = {}, EmbeddedStore()
    for done, graph in enumerate(generation.graphs, 1):
        triples = store.fetch(graph.place, graph.triples)
        if digest_of(triples) != graph.digest:
            damaged[str(graph.name)] = "digest"
        fetched.add(triples, graph.name)
        progress("digests", done, len(generation.graphs))
    if generation.union and not damaged:
        union = {line for graph in fetched.graphs() for line in _named(fetched.triples(graph))}
        there = store.fetch(generation.union.place, generation.union.triples)
        if there.count(b"\n") != generation.union.triples or _named(there) != union:
            damaged[str(generation.union.name)] = "digest"
    graphs = {}
    if not quick:
        fresh = pipeline.open_dataset(replace(settings, store="memory"), progress)
        assert isinstance(fresh, EmbeddedStore)
        names = {*map(str, fetched.graphs()), *map(str, fresh.graphs())}
        graphs = {
            name: "same" if content(fetched, name) == content(fresh, name) else "differs" for name in sorted(names)
        }
    return Verified(settings.store, str(generation.number), damaged, {}, graphs)


def _named(triples: bytes) -> set[bytes]:
    """The lines in which no blank node stands: its label is another one in each graph."""
    return {line for line in triples.splitlines() if b"_:" not in line}


def _at_its_data(settings: Settings, origin: Origin | None) -> Settings:
    """The settings with the data folder that a dataset was built from, unless another is named."""
    if settings.data or not origin or not origin.data or not Path(origin.data).is_dir():
        return settings
    return replace(settings, data=origin.data, base=origin.base)


def _compared(settings: Settings, origin: Origin | None) -> dict[str, str]:
    """What has become of each file that a dataset was built from."""
    if origin is None:
        return {}
    before = {source.name: source.digest for source in origin.sources}
    try:
        now = {source.name: source.digest for source in pipeline.origin(settings, origin).sources}
    except InputError:  # no folder, or nothing in it
        now = {}
    found = {}
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            found[name] = "new"
        elif name not in now:
            found[name] = "missing"
        else:
            found[name] = "same" if before[name] == now[name] else "changed"
    return found


def _graphs(
    store: EmbeddedStore,
    settings: Settings,
    sources: dict[str, str],
    origin: Origin,
    graphs: dict[str, str],
    progress: Progress,
) -> dict[str, str]:
    """What each named graph holds against its files, read anew; the inferred one where all files are the same."""
    whole = set(sources.values()) == {"same"}
    doubtful = {graph for one in origin.sources if sources[one.name] != "same" for graph in one.graphs}
    fresh, paths = EmbeddedStore(), pipeline.paths(settings) if "same" in sources.values() else {}
    same = [name for name, state in sources.items() if state == "same"]
    for done, name in enumerate(same, 1):
        fresh.load(*paths[name])
        progress("load", done, len(same))
    inferred = str(settings.names.graph("inferred"))
    if whole:
        fresh.add(inference.entailments(fresh), settings.names.graph("inferred"))
    else:
        doubtful.add(inferred)
    # Also a graph that is there, and of which nobody has written anything down.
    there = {*graphs, *(str(graph) for graph in store.graphs())}
    found = {}
    for done, graph in enumerate(sorted(there), 1):
        if graph in doubtful:
            found[graph] = "unknown"
        else:
            found[graph] = "same" if content(store, graph) == content(fresh, graph) else "differs"
        progress("verify", done, len(there))
    return found


def content(store: EmbeddedStore, graph: str) -> str:
    """The digest of what a named graph says; blank nodes count by what is said of them."""
    lines = store.dump_graph(graph).splitlines(keepends=True)
    mark = hashlib.sha256()
    for line in sorted(line for line in lines if not _BLANK.search(line)):
        mark.update(line)
    mark.update(canonical(b"".join(line for line in lines if _BLANK.search(line))))
    return mark.hexdigest()
