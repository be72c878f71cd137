"""One dataset, one shapes graph, one report: which engine runs which shape, and their results put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal as OneOf

from rdflib import Graph

from svngraph.columns import Snapshot
from svngraph.columns.engine import MemoryEngine
from svngraph.columns.entailment import rdfs_closure
from svngraph.columns.sets import Ids
from svngraph.errors import UsageError
from svngraph.validation import plan as p
from svngraph.validation import pyshacl_engine
from svngraph.validation.blocks import Block, run_shape
from svngraph.validation.columnar import Columnar
from svngraph.validation.compilation import Locate, compile_shapes
from svngraph.validation.endpoints import STANDARD, Dialect, dialect_of
from svngraph.validation.prebound import Select, textual
from svngraph.validation.querying import Queries
from svngraph.validation.report import Report, Result, Results
from svngraph.validation.sparql_engine import SparqlEngine

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
    remote = not isinstance(data, (Snapshot, Graph))
    if engine == "sparql" or (engine == "auto" and remote):
        return _validate_remotely(data, plan, shapes, inference, dialect)
    if not isinstance(data, (Snapshot, Graph)):
        raise UsageError(f"the {engine} engine needs the data itself", remedy="use --engine sparql or auto")
    snapshot = data if isinstance(data, Snapshot) else Snapshot.of_triples(data)
    if engine == "pyshacl":
        results = pyshacl_engine.run(snapshot.graph(), shapes, inference=inference)
        return Report(not results, Results([results]), dict.fromkeys(plan.roots, "pyshacl"))
    if inference == "rdfs":
        snapshot = rdfs_closure(snapshot)
    return Validation(snapshot, plan, shapes, select=select).report()


class Validation:
    """The columnar validation of one snapshot: whole, or for some focus nodes of some shapes."""

    def __init__(self, snapshot: Snapshot, plan: p.Plan, shapes: Graph, *, select: Select | None = None) -> None:
        self.plan = plan
        self.shapes = shapes
        self.engine = Columnar(snapshot, plan, Queries(snapshot, shapes, select))

    def report(self) -> Report:
        """The report over every shape with targets."""
        parts: list[Sequence[Result]] = []
        engines = {root: "pyshacl" if root in self.plan.beyond else "columnar" for root in self.plan.roots}
        for root in self.plan.roots:
            if root not in self.plan.beyond:
                shape = self.plan.shapes[root]
                parts.extend(self.blocks(shape, self.engine.targets(shape)))
        if self.plan.beyond:
            graph = self.engine.snapshot.graph()
            parts.append(pyshacl_engine.run(graph, self.shapes, roots=set(self.plan.beyond)))
        results = Results(parts)
        return Report(len(results) == 0, results, engines)

    def blocks(self, shape: p.Shape, foci: Ids) -> list[Block]:
        """The blocks of results of a shape for these focus nodes."""
        return run_shape(self.engine, shape, foci)


def _validate_remotely(
    data: Snapshot | Graph | Select, plan: p.Plan, shapes: Graph, inference: Inference, dialect: Dialect | None
) -> Report:
    if isinstance(data, (Snapshot, Graph)):
        snapshot = data if isinstance(data, Snapshot) else Snapshot.of_triples(data)
        snapshot = rdfs_closure(snapshot) if inference == "rdfs" else snapshot
        if snapshot.rewritten():
            # An engine that keeps values would not see these literals as they are written.
            exact = Validation(snapshot, plan, shapes).report()
            return replace(exact, engines={root: f"{name}, as written" for root, name in exact.engines.items()})
        queries = Queries(snapshot, shapes, MemoryEngine(snapshot.key_rows()).select)
        stable = replace(dialect or STANDARD, stable_blank_nodes=True)
        return SparqlEngine(queries, plan, shapes, stable).report(snapshot)
    if inference != "none":
        raise UsageError("an endpoint is asked as it is", remedy="let the store infer, or load the data and use auto")
    ask = textual(data)
    chosen = dialect or dialect_of(ask)
    engine = SparqlEngine(ask, plan, shapes, chosen)
    if chosen.trusted:
        return engine.report()
    report = Validation(engine.fetched(), plan, shapes).report()
    return replace(report, engines={root: f"{name}, fetched" for root, name in report.engines.items()})
