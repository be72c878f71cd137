"""One dataset, one shapes graph, one report: which engine runs which shape, and their results put together."""

from __future__ import annotations

from typing import Literal as OneOf

from rdflib import Graph

from svngraph.columns import Snapshot
from svngraph.columns.entailment import rdfs_closure
from svngraph.errors import UsageError
from svngraph.validation import pyshacl_engine
from svngraph.validation.compilation import Locate, compile_shapes
from svngraph.validation.endpoints import Dialect
from svngraph.validation.prebound import Select
from svngraph.validation.report import Report, Results
from svngraph.validation.validation import Validation

Engine = OneOf["auto", "columnar", "sparql", "pyshacl"]
ENGINES: tuple[Engine, ...] = ("auto", "columnar", "sparql", "pyshacl")
Inference = OneOf["none", "rdfs"]


def validate(
    data: Snapshot | Graph | Select,
    shapes: Graph,
    *,
    engine: Engine = "auto",
    inference: Inference = "none",
    select: Select | None = None,
    dialect: Dialect | None = None,
    locate: Locate | None = None,
) -> Report:
    """The validation report of a dataset against a shapes graph.

    Shape:  ``data`` is a snapshot, an rdflib graph, or a function from a SELECT query to its solutions, which is then
            validated where it lies; ``select`` answers the queries of SHACL-SPARQL for a snapshot; ``locate`` says
            where a node of the shapes graph stands, for error messages.
    Errors: ShapesError if a shape is malformed; UsageError where the engine cannot run on such data.
    Source: https://www.w3.org/TR/shacl/#validation-definition
    """
    plan = compile_shapes(shapes, locate=locate)
    inference = "rdfs" if plan.entails else inference
    remote = not isinstance(data, (Snapshot, Graph))
    if engine == "sparql" or (engine == "auto" and remote):
        # Imported here: a good part of the engines is for this way alone.
        from svngraph.validation.remotely import validate_remotely

        return validate_remotely(data, plan, shapes, inference, dialect)
    if not isinstance(data, (Snapshot, Graph)):
        raise UsageError(f"the {engine} engine needs the data itself", remedy="use --engine sparql or auto")
    snapshot = data if isinstance(data, Snapshot) else Snapshot.of_triples(data)
    if engine == "pyshacl":
        results = pyshacl_engine.run(snapshot.graph(), shapes, inference=inference)
        return Report(not results, Results([results]), dict.fromkeys(plan.roots, "pyshacl"))
    if inference == "rdfs":
        snapshot = rdfs_closure(snapshot)
    return Validation(snapshot, plan, shapes, select=select).report()
