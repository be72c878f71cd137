"""The step of validation over a dataset wherever it lies, or over any files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import Graph
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from svngraph import inference, resources
from svngraph.namespaces import SVN
from svngraph.store import Store
from svngraph.store.dialects import STANDARD, Dialect
from svngraph.store.federation import FederatedStore

if TYPE_CHECKING:
    from svngraph.columns import Snapshot
    from svngraph.validation import Engine, Inference
    from svngraph.validation.lint import Oddity
    from svngraph.validation.report import Report, Result

# An N-Triples line whose subject or object is a blank node.
_OF_BLANK = re.compile(rb"\A_:| _:\S+ \.\s*\Z")


def validate_store(
    store: Store, shapes: Sequence[Path], as_of: date, engine: Engine = "auto", files: Sequence[Path] = ()
) -> Report:
    """The validation report of an open dataset on a day, against the shipped shapes or those of some files.

    An endpoint is asked constraint by constraint, so that only results travel. ``files`` are those that the dataset was
    built from: given them, literals are looked at as they are written, and not as Oxigraph writes them.

    Errors: StoreError, InputError, ShapesError.
    """
    # Imported here, as below: the validator brings numpy, which no other command needs.
    from svngraph.columns import Snapshot
    from svngraph.validation import validate
    from svngraph.validation.locations import places
    from svngraph.validation.report import Report, Results
    from svngraph.validation.sources import read_shapes

    if isinstance(store, FederatedStore):
        return _merged(validate_store(member, shapes, as_of, engine) for _, member in store.members)
    sources = _spread(shapes) or resources.rdf_files(resources.shapes_folder())
    graph, place = read_shapes(sources), places(sources)
    if not store.is_remote or engine not in ("auto", "sparql"):
        return validate(_snapshot(store, as_of, files), graph, engine=engine, locate=place)
    there = validate(store.select, graph, engine="sparql", dialect=_dialect_of(store), locate=place)
    # What is due depends on the day, and no endpoint knows it: these shapes are looked at here, over what they need.
    dated = Snapshot.of_bytes(inference.due(store, as_of) + store.respond(inference.REPORTED, "application/n-triples"))
    here = validate(dated, _only_due(graph), locate=place)
    results = Results([there.results, here.results])
    return Report(len(results) == 0, results, {**here.engines, **there.engines})


def _merged(reports: Iterable[Report]) -> Report:
    """The reports of several datasets as one; what several say in the same words is said once."""
    from svngraph.validation.report import Report, Results

    engines: dict[Node, str] = {}
    found: dict[str, Result] = {}
    for report in reports:
        engines.update(report.engines)
        for result in report.results:
            found.setdefault(repr(result.to_json()), result)
    return Report(not found, Results([list(found.values())]), engines)


def _dialect_of(store: Store) -> Dialect | None:
    """The dialect of a server that is known by name; one that is not is tried out."""
    known = getattr(store, "dialect", None)
    return known if isinstance(known, Dialect) and known != STANDARD else None


def validate_files(
    data: Sequence[Path], shapes: Sequence[Path], engine: Engine = "auto", entailment: Inference = "none"
) -> Report:
    """The validation report of any RDF files against any shapes; without shapes, the data holds them itself."""
    from svngraph.columns import Snapshot
    from svngraph.validation import validate
    from svngraph.validation.locations import places
    from svngraph.validation.sources import read_shapes

    sources = _spread(shapes or data)
    graph = read_shapes(sources)
    return validate(
        Snapshot.of_files(_spread(data)), graph, engine=engine, inference=entailment, locate=places(sources)
    )


def lint(store: Store | None, data: Sequence[Path], shapes: Sequence[Path], as_of: date) -> tuple[Oddity, ...]:
    """What is odd about the shapes, by themselves and for the dataset of a store, or for that of some files."""
    from svngraph.columns import Snapshot
    from svngraph.validation.lint import lint as look
    from svngraph.validation.locations import places
    from svngraph.validation.sources import read_shapes

    if store is not None:
        sources = _spread(shapes) or resources.rdf_files(resources.shapes_folder())
        return look(read_shapes(sources), _snapshot(store, as_of, ()), locate=places(sources))
    sources = _spread(shapes or data)
    return look(read_shapes(sources), Snapshot.of_files(_spread(data)), locate=places(sources))


def _snapshot(store: Store, as_of: date, files: Sequence[Path]) -> Snapshot:
    """The columns of a dataset with what is inferred and what is due on a day."""
    from svngraph.columns import Snapshot

    due = inference.due(store, as_of)
    if not files:
        return Snapshot.of_bytes(store.dump() + due)  # N-Triples are N-Quads too
    # A blank node of the store has another name than in its file, and nothing is inferred of those that there are.
    derived = b"".join(t for t in inference.entailments(store).splitlines(keepends=True) if not _OF_BLANK.search(t))
    return Snapshot.of_files(files).edited(added=Graph().parse(data=derived + due, format="nt"))


def _only_due(shapes: Graph) -> Graph:
    """The shapes graph with no other targets than what is due on the day."""
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
    kept = Graph()
    for subject, predicate, value in shapes:
        implicit = predicate == RDF.type and value == RDFS.Class
        if not implicit and (predicate not in targets or value == SVN.reportDue):
            kept.add((subject, predicate, value))
    return kept


def _spread(paths: Sequence[Path]) -> list[Path]:
    """The files of a list in which folders stand for the RDF files in them."""
    return [file for path in paths for file in (resources.rdf_files(path) if path.is_dir() else [path])]
