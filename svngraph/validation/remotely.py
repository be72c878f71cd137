"""A dataset validated where it lies, through SELECT queries; or fetched, where its answers cannot be relied on."""

from __future__ import annotations

from dataclasses import replace

from rdflib import Graph

from svngraph.columns import Snapshot
from svngraph.columns.engine import MemoryEngine
from svngraph.columns.entailment import rdfs_closure
from svngraph.errors import UsageError
from svngraph.validation import plan as p
from svngraph.validation.endpoints import STANDARD, Dialect, dialect_of
from svngraph.validation.prebound import Select, textual
from svngraph.validation.querying import Queries
from svngraph.validation.report import Report
from svngraph.validation.sparql_engine import SparqlEngine
from svngraph.validation.validation import Validation


def validate_remotely(
    data: Snapshot | Graph | Select, plan: p.Plan, shapes: Graph, inference: str, dialect: Dialect | None
) -> Report:
    """The validation report of a dataset that is asked; ``inference`` is none or rdfs.

    Errors: UsageError where the endpoint itself would have to infer; EndpointError.
    """
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
