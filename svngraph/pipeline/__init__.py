"""The straight line from files to a dataset that can be asked; the only module that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import URIRef

from svngraph import inference, resources
from svngraph.errors import InputError, UsageError
from svngraph.labels import phrase
from svngraph.namespaces import ROOT, SVN
from svngraph.pipeline.validating import lint, validate_files, validate_store
from svngraph.settings import Settings
from svngraph.sparql import literal
from svngraph.store import Store, federation
from svngraph.store.embedded import EmbeddedStore, graphs_in
from svngraph.store.federation import FederatedStore, Share
from svngraph.store.manifest import Origin, Source, digest
from svngraph.store.opening import is_endpoint, open_store

__all__ = ["lint", "validate_files", "validate_store"]

if TYPE_CHECKING:
    from svngraph.columns import Snapshot
    from svngraph.store.folder import Generation
    from svngraph.tracing.columns import TraceColumns
    from svngraph.tracing.items import TraceGraph

ONTOLOGY_GRAPH = URIRef(f"{ROOT}graph/ontology")
SHAPES_GRAPH = URIRef(f"{ROOT}graph/shapes")

_SMALL, _GATHERED = 1 << 19, 64 << 20  # octets of a file, and of several

_SHARES: list[Share] = []
_NOTES: dict[str, None] = {}

Progress = Callable[[str, int, int], None]
"""Told what is done: a word for the step, how many of its parts are done, and how many there are."""


def _silent(_step: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Built:
    """What a build made: the place, and counts of files, quads in the store and quads inferred among them.

    ``loaded`` counts the files that were read for it: all of them but where only what has changed is built anew.
    """

    place: str
    files: int
    quads: int
    inferred: int
    loaded: int


def open_dataset(settings: Settings, progress: Progress = _silent) -> Store:
    """The dataset of the settings: built in memory from the data, or opened where it is kept."""
    if settings.store == "memory":
        return _in_memory(settings, progress)[0]
    if settings.store == federation.NAME:
        return _together(settings)
    store = open_store(settings.store, settings.timeout)
    if not is_endpoint(settings.store):
        _note_base(store, settings)
    return store


def _together(settings: Settings) -> FederatedStore:
    """The endpoints of the settings as one dataset."""
    if not settings.endpoints:
        remedy = "list them in svngraph.toml: [[endpoints]], with name and store"
        raise UsageError("no endpoints", where=settings.store, remedy=remedy)
    store = FederatedStore(settings.endpoints, lambda place: open_store(place, settings.timeout, settings.store))
    _SHARES[:] = store.shares
    return store


def shares() -> tuple[Share, ...]:
    """What each endpoint answered when this process last asked several as one; none where it did not."""
    return tuple(_SHARES)


def notes() -> tuple[str, ...]:
    """What whoever asked should know of the datasets that this process has opened or built, a line each."""
    return tuple(_NOTES)


def _note_base(store: Store, settings: Settings) -> None:
    """Note where all items of a dataset stand under another base than the settings have."""
    is_item = f"?item a ?class . ?class <{SVN.chainLevel}> ?level"
    own = f"FILTER(STRSTARTS(STR(?item), {literal(f'{settings.base}id/')}))"
    for more in (own, ""):
        found = store.select(f"SELECT ?item {{ {is_item} {more} }} LIMIT 1").rows
        if found:
            _note_items((URIRef(str(row[0])) for row in found), settings)
            return


def _note_items(items: Iterable[URIRef], settings: Settings) -> None:
    # Imported here: only those who read items need it.
    from svngraph.tracing.naming import elsewhere

    if base := elsewhere(items, settings.names):
        _NOTES[phrase("base-elsewhere", settings.lang, base=base, asked=settings.base)] = None


def open_columns(settings: Settings, progress: Progress = _silent) -> TraceColumns:
    """The trace graph of the settings in columns: straight from the files, or from what a store holds."""
    # Imported here: the columns bring numpy, which only the commands over everything need.
    from svngraph.tracing import snapshots

    columns = snapshots.read(_traced(settings, progress, bare=True), settings.names)
    _note_items((columns.iris([number])[0] for number in range(len(columns))), settings)
    return columns


def open_graph(settings: Settings, progress: Progress = _silent) -> TraceGraph:
    """The trace graph of the settings as records: straight from the files, or from what a store holds."""
    from svngraph.tracing import snapshots

    graph = snapshots.graph_of(_traced(settings, progress), settings.names)
    _note_items(graph.items, settings)
    return graph


def open_around(
    settings: Settings,
    item: str,
    ways: Sequence[str],
    *,
    back: bool = False,
    depth: int | None = None,
    progress: Progress = _silent,
) -> TraceGraph:
    """The trace graph, or of what a store holds as much as is reached from an item; what is said at ``around``.

    Errors: UnknownItem where several items have the name; InputError, StoreError.
    """
    if settings.store == "memory":
        return open_graph(settings, progress)
    from svngraph.tracing import graph
    from svngraph.tracing.neighbourhood import around

    store = open_dataset(settings, progress)
    near = around(store, settings.names, item, ways, back=back, depth=depth)
    return graph.read(store, settings.names) if near is None else near


def _traced(settings: Settings, progress: Progress, *, bare: bool = False) -> Snapshot:
    """The columns that the trace graph of the settings is read from; nothing that is inferred is needed for it."""
    from svngraph.columns import Snapshot
    from svngraph.tracing import asking

    progress("load", 0, 1)
    if settings.store == "memory":
        snapshot = Snapshot.of_files([path for path, _ in _files(settings)])
    else:
        snapshot = asking.everything(open_dataset(settings, progress), bare=bare)
    progress("load", 1, 1)
    return snapshot


def build(settings: Settings, progress: Progress = _silent) -> Built:
    """The dataset built from its files, into the store of the settings, where it replaces the one before as a whole.

    Errors: InputError, StoreError; whatever happens, the dataset that was there stays until the new one is whole.
    """
    if settings.store == "memory":
        return _in_memory(settings, progress)[1]
    if settings.store == federation.NAME:
        raise UsageError("several endpoints are built one by one", where=settings.store, remedy="--store URL")
    if is_endpoint(settings.store):
        return _build_there(settings, progress)
    # Imported here: its lock brings a library that nothing else needs.
    from svngraph.store.folder import new_generation

    with new_generation(Path(settings.store)) as store:
        found = origin(settings)
        built = _fill(store, settings, progress, _SMALL)
        keep_originals(store, found, settings)
        return built


def keep_originals(store: Generation, found: Origin, settings: Settings) -> None:
    """Let a generation say what it is built from, and keep the large files among that. Errors: InputError."""
    from svngraph.store import originals

    store.making.origin = found
    known = paths(settings)
    try:
        originals.keep(Path(store.place), [(one, known[one.name][0]) for one in found.sources if one.name in known])
    except OSError as error:
        raise InputError(
            error.strerror or str(error), where=store.place, remedy="check the files and the space"
        ) from error


def _in_memory(settings: Settings, progress: Progress) -> tuple[EmbeddedStore, Built]:
    store = EmbeddedStore()
    return store, _fill(store, settings, progress)


def _build_there(settings: Settings, progress: Progress) -> Built:
    """A build into a server: made here, so that every place holds the same quads, and sent there as a whole."""
    from svngraph.store.remote.writing import write_graphs

    store, built = _in_memory(settings, progress)
    watch = partial(progress, "send")
    graphs = {graph: store.triples(graph) for graph in sorted(store.graphs())}
    generation = write_graphs(settings.store, settings.timeout, graphs, watch)
    return replace(built, place=settings.store, quads=generation.triples)


def _fill(store: EmbeddedStore, settings: Settings, progress: Progress, small: int = 0) -> Built:
    """Fill a store; files under ``small`` octets are gathered, since each load into a folder waits for the disk."""
    files = _files(settings)
    gathered, octets = EmbeddedStore(), 0
    for done, (path, graph) in enumerate(files, 1):
        size = path.stat().st_size if small and path.is_file() else small
        (gathered if size < small else store).load(path, graph)
        octets += size if size < small else 0
        if octets and (octets > _GATHERED or done == len(files)):
            store.fill(BytesIO(gathered.dump()))
            gathered, octets = EmbeddedStore(), 0
        progress("load", done, len(files))
    before = len(store)
    store.add(inference.entailments(store), settings.names.graph("inferred"))
    progress("infer", 1, 1)
    _note_base(store, settings)
    quads = len(store)
    return Built(store.place, len(files), quads, quads - before, len(files))


def origin(settings: Settings, known: Origin | None = None) -> Origin:
    """What a dataset of the settings is built from, as the files are now.

    ``known`` is what it was built from before: a file of the same digest has a part in the same graphs.

    Errors: InputError.
    """
    data = Path(settings.data) if settings.data else resources.data_folder()
    before = {(source.name, source.digest): source for source in known.sources} if known else {}
    sources = []
    for path, graph in _files(settings):
        try:
            name, mark = _name(path, data), digest(path)
            graphs = before[name, mark].graphs if (name, mark) in before else tuple(graphs_in(path, graph))
        except OSError as error:
            raise InputError(error.strerror or str(error), where=str(path), remedy="check the file") from error
        sources.append(Source(name, mark, str(graph), graphs))
    return Origin(settings.base, str(data.resolve()), tuple(sources))


def _name(path: Path, data: Path) -> str:
    """How a file of the dataset is called wherever its folder lies."""
    for kind, folder in (("ontology", resources.ontology_folder()), ("shapes", resources.shapes_folder())):
        if path.is_relative_to(folder):
            return f"{kind}:{path.relative_to(folder).as_posix()}"
    return path.relative_to(data).as_posix()


def paths(settings: Settings) -> dict[str, tuple[Path, URIRef]]:
    """Every file of the dataset by its name in an :class:`Origin`, with the named graph for what stands in none."""
    data = Path(settings.data) if settings.data else resources.data_folder()
    return {_name(path, data): (path, graph) for path, graph in _files(settings)}


def _files(settings: Settings) -> list[tuple[Path, URIRef]]:
    """Every file of the dataset with the named graph for what stands in none: a file's own name is its graph's key."""
    data = Path(settings.data) if settings.data else resources.data_folder()
    named = [(path, settings.names.graph(path.stem)) for path in resources.rdf_files(data)]
    ontology = [(path, ONTOLOGY_GRAPH) for path in resources.rdf_files(resources.ontology_folder())]
    shapes = [(path, SHAPES_GRAPH) for path in resources.rdf_files(resources.shapes_folder())]
    return named + ontology + shapes


def files_of(settings: Settings) -> list[Path]:
    """The files that a dataset of the settings is built from; none where it is kept elsewhere."""
    return [path for path, _ in _files(settings)] if settings.store == "memory" else []
