"""What to do when an endpoint refuses a query: fetch the triples the constraint needs and look at them here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from svngraph.columns import Snapshot, predicates_of
from svngraph.columns.sets import ids_of
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.columnar import Columnar
from svngraph.validation.prebound import Row
from svngraph.validation.query_scope import predicates_in
from svngraph.validation.querying import Queries
from svngraph.validation.writing import listed, written

Rows = Callable[[str], Sequence[Sequence[Node | None]]]


def local_found(
    rows: Rows, plan: p.Plan, shapes: Graph, shape: p.Shape, constraint: c.Constraint, foci: Sequence[Node]
) -> list[Row]:
    """The violations of one constraint, worked out over a snapshot of just the predicates that it looks at."""
    snapshot = Snapshot.of_triples(_triples(rows, list(plan.reach(shape.node)), together=False))
    engine = Columnar(snapshot, plan, Queries(snapshot, shapes))
    found = engine.found(shape, constraint, engine.scope(shape, ids_of(map(snapshot.terms.intern, foci))))
    if found.rows is not None:
        return list(found.rows)
    term, size = snapshot.term, found.focus.size
    values = [None] * size if found.value is None else [term(value) for value in found.value.tolist()]
    paths = [None] * size if found.path is None else [term(path) for path in found.path.tolist()]
    return [
        Row(term(focus), value, path if isinstance(path, URIRef) else None, {})
        for focus, value, path in zip(found.focus.tolist(), values, paths, strict=True)
    ]


def fetched(rows: Rows, plan: p.Plan, *, together: bool) -> Snapshot:
    """The snapshot of all that a plan's shapes look at, fetched by one query where it has to be ``together``."""
    reached = {shape.node: shape for root in plan.roots for shape in plan.reach(root)}
    return Snapshot.of_triples(_triples(rows, list(reached.values()), together=together))


def _triples(rows: Rows, reached: Sequence[p.Shape], *, together: bool) -> Iterator[tuple[Node, Node, Node]]:
    wanted = _wanted(reached)
    if wanted is None or together:
        only = "" if wanted is None else f"VALUES ?p {{ {listed(sorted(wanted))} }} "
        for subject, predicate, obj in rows(f"SELECT ?s ?p ?o WHERE {{ {only}?s ?p ?o }}"):
            if subject is not None and predicate is not None and obj is not None:
                yield subject, predicate, obj
        return
    for name in sorted(wanted):
        for subject, obj in rows(f"SELECT ?s ?o WHERE {{ ?s {written(name)} ?o }}"):
            if subject is not None and obj is not None:
                yield subject, name, obj


def _wanted(reached: Sequence[p.Shape]) -> set[URIRef] | None:
    """The predicates that some shapes look at, or None for all there are."""
    wanted = {RDF.type, RDFS.subClassOf}
    for one in reached:
        wanted.update(predicates_of(one.path) if one.path else ())
        wanted.update(t.predicate for t in one.targets if isinstance(t, p.TargetSubjectsOf | p.TargetObjectsOf))
        for constraint in one.constraints:
            match constraint:
                case c.Closed():
                    return None
                case c.Equals(predicate) | c.Disjoint(predicate) | c.LessThan(predicate):
                    wanted.add(predicate)
                case c.Sparql() | c.Custom():
                    scope = predicates_in(constraint.query)
                    if scope is None:
                        return None
                    wanted |= scope
    return wanted
