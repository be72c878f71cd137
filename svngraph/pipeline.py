"""The straight line from files to a dataset that can be asked; the only module that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import Graph, URIRef

from svngraph import inference, resources
from svngraph.errors import StoreError
from svngraph.namespaces import ROOT
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.folder import new_generation
from svngraph.store.opening import is_endpoint, open_store

if TYPE_CHECKING:
    from svngraph.columns import Snapshot
    from svngraph.tracing.columns import TraceColumns
    from svngraph.validation import Engine, Inference, Report
    from svngraph.validation.lint import Oddity

ONTOLOGY_GRAPH = URIRef(f"{ROOT}graph/ontology")
SHAPES_GRAPH = URIRef(f"{ROOT}graph/shapes")

Progress = Callable[[str, int, int], None]
"""Told what is done: a word for the step, how many of its parts are done, and how many there are."""


def _silent(_step: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Built:
    """What a build made: the place, and counts of files read, quads in the store and quads inferred among them."""

    place: str
    files: int
    quads: int
    inferred: int


def open_dataset(settings: Settings, progress: Progress = _silent) -> Store:
    """The dataset of the settings: built in memory from the data, or opened where it is kept."""
    if settings.store == "memory":
        return _in_memory(settings, progress)[0]
    return open_store(settings.store, settings.timeout)


def open_columns(settings: Settings, progress: Progress = _silent) -> TraceColumns:
    """The trace graph of the settings in columns: straight from the files, or from what a store holds."""
    # Imported here: the columns bring numpy, which only the commands over everything need.
    from svngraph.columns import Snapshot
    from svngraph.tracing import snapshots

    if settings.store == "memory":
        snapshot = Snapshot.of_files([path for path, _ in _files(settings)])
        progress("load", 1, 1)
    else:
        snapshot = Snapshot.of_bytes(open_dataset(settings, progress).dump())
    return snapshots.read(snapshot, settings.names)


def build(settings: Settings, progress: Progress = _silent) -> Built:
    """The dataset built from its files, into the store of the settings, where it replaces the one before as a whole.

    Errors: InputError, StoreError; whatever happens, the dataset that was there stays until the new one is whole.
    """
    if settings.store == "memory":
        return _in_memory(settings, progress)[1]
    if is_endpoint(settings.store):
        raise StoreError(
            "building into an endpoint is not supported yet",
            where=settings.store,
            remedy="build into a folder, export it, and load the file there",
        )
    with new_generation(Path(settings.store)) as store:
        return _fill(store, settings, progress)


def _in_memory(settings: Settings, progress: Progress) -> tuple[EmbeddedStore, Built]:
    store = EmbeddedStore()
    return store, _fill(store, settings, progress)


def _fill(store: EmbeddedStore, settings: Settings, progress: Progress) -> Built:
    files = _files(settings)
    for done, (path, graph) in enumerate(files, 1):
        store.load(path, graph)
        progress("load", done, len(files))
    before = len(store)
    store.add(inference.entailments(store), settings.names.graph("inferred"))
    progress("infer", 1, 1)
    return Built(store.place, len(files), len(store), len(store) - before)


def _files(settings: Settings) -> list[tuple[Path, URIRef]]:
    """Every file of the dataset with the named graph for what stands in none: a file's own name is its graph's key."""
    data = Path(settings.data) if settings.data else resources.data_folder()
    named = [(path, settings.names.graph(path.stem)) for path in resources.rdf_files(data)]
    ontology = [(path, ONTOLOGY_GRAPH) for path in resources.rdf_files(resources.ontology_folder())]
    shapes = [(path, SHAPES_GRAPH) for path in resources.rdf_files(resources.shapes_folder())]
    return named + ontology + shapes


def validate(
    settings: Settings, shapes: Sequence[Path], as_of: date, engine: Engine = "auto", progress: Progress = _silent
) -> Report:
    """The validation report of the dataset on a day, against the shipped shapes or those of some files.

    Errors: StoreError, InputError, ShapesError.
    """
    return validate_store(open_dataset(settings, progress), shapes, as_of, engine)


def validate_store(store: Store, shapes: Sequence[Path], as_of: date, engine: Engine = "auto") -> Report:
    """The validation report of an open dataset on a day."""
    # Imported here, as below: the validator brings numpy, which no other command needs.
    from svngraph.columns import Snapshot

    # N-Triples are N-Quads too: what is due on the day joins the dump, and is kept nowhere.
    return _check(Snapshot.of_bytes(store.dump() + inference.due(store, as_of)), shapes, engine)


def validate_files(
    data: Sequence[Path], shapes: Sequence[Path], engine: Engine = "auto", entailment: Inference = "none"
) -> Report:
    """The validation report of any RDF files against any shapes; without shapes, the data holds them itself."""
    from svngraph.columns import Snapshot

    return _check(Snapshot.of_files(_spread(data)), shapes or data, engine, entailment)


def lint(store: Store | None, data: Sequence[Path], shapes: Sequence[Path], as_of: date) -> tuple[Oddity, ...]:
    """What is odd about the shapes, by themselves and for the dataset of a store, or for that of some files."""
    from svngraph.columns import Snapshot
    from svngraph.validation.lint import lint as look

    if store is not None:
        snapshot = Snapshot.of_bytes(store.dump() + inference.due(store, as_of))
    else:
        snapshot = Snapshot.of_files(_spread(data))
    return look(_shapes(shapes or (data if store is None else ())), snapshot)


def files_of(settings: Settings) -> list[Path]:
    """The files that a dataset of the settings is built from; none where it is kept elsewhere."""
    return [path for path, _ in _files(settings)] if settings.store == "memory" else []


def _check(snapshot: Snapshot, shapes: Sequence[Path], engine: Engine, entailment: Inference = "none") -> Report:
    from svngraph.validation import validate as check

    return check(snapshot, _shapes(shapes), engine=engine, inference=entailment)


def _shapes(paths: Sequence[Path]) -> Graph:
    from svngraph.columns import Snapshot

    return Snapshot.of_files(_spread(paths) or resources.rdf_files(resources.shapes_folder())).graph()


def _spread(paths: Sequence[Path]) -> list[Path]:
    """The files of a list in which folders stand for the RDF files in them."""
    return [file for path in paths for file in (resources.rdf_files(path) if path.is_dir() else [path])]
