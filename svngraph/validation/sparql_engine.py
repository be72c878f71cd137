"""The SPARQL back end: a plan run where the data lies, one query per constraint, so that only results travel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.term import Node

from svngraph.columns import Snapshot
from svngraph.columns.values import value_of
from svngraph.errors import ShapesError, SvngraphError
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation import pyshacl_engine
from svngraph.validation.endpoints import STANDARD, Dialect
from svngraph.validation.local import local_found
from svngraph.validation.messages import default_messages, filled
from svngraph.validation.prebound import BoundSelect, Row, query_rows
from svngraph.validation.report import Report, Result, Results, reported_path
from svngraph.validation.sparql_conditions import Conditions, Untranslatable, listed
from svngraph.validation.sparql_queries import Source, selected, target_pattern, violation_query

Terms = tuple[Node | None, ...]
Pair = tuple[Node, Node]
Times = Callable[[set[Node]], Counter[Node]]


class SparqlEngine:
    """The validation of one dataset through SELECT queries."""

    def __init__(self, select: BoundSelect, plan: p.Plan, dialect: Dialect | None = None) -> None:
        self.select = select
        self.plan = plan
        self.dialect = dialect or STANDARD
        self.conditions = Conditions(plan, self.subclasses)
        self.refused: dict[Node, str] = {}
        named = (t.node for shape in plan.shapes.values() for t in shape.targets if isinstance(t, p.TargetNode))
        self._written = {_value_key(node): node for node in named if isinstance(node, Literal)}
        self._below: dict[Node, list[Node]] | None = None

    def report(self, snapshot: Snapshot | None, shapes: Graph) -> Report:
        """The report over every shape with targets; a refused query's constraint is worked out locally."""
        parts: list[Sequence[Result]] = []
        beyond = self.plan.beyond
        for root in self.plan.roots:
            shape = self.plan.shapes[root]
            if root not in beyond and shape.targets and not shape.deactivated:
                source = Source(target_pattern(shape.targets, self.subclasses))
                for owner, constraint, rows in self.violations(shape, source, _once):
                    parts.append(sorted((_result(owner, constraint, row) for row in rows), key=_order))
        if beyond:
            if snapshot is None:
                reason = next(iter(beyond.values()))
                raise ShapesError(f"no endpoint can run these shapes: {reason}", remedy="load the data and use auto")
            parts.append(pyshacl_engine.run(snapshot.graph(), shapes, roots=set(beyond)))
        results = Results(parts)
        return Report(len(results) == 0, results, {root: self._engine_of(root) for root in self.plan.roots})

    def _engine_of(self, root: Node) -> str:
        if root in self.plan.beyond:
            return "pyshacl"
        local = any(shape.node in self.refused for shape in self.plan.reach(root))
        return "sparql, in part columnar" if local else "sparql"

    def subclasses(self, cls: Node) -> tuple[Node, ...]:
        """A class and every class below it; the hierarchy is fetched once."""
        if self._below is None:
            self._below = {}
            for lower, upper in self.rows(f"SELECT ?c ?d WHERE {{ ?c {RDFS.subClassOf.n3()} ?d }}"):
                if lower is not None and upper is not None:
                    self._below.setdefault(upper, []).append(lower)
        known, waiting = [cls], [cls]
        while waiting:
            fresh = [lower for lower in self._below.get(waiting.pop(), []) if lower not in known]
            known.extend(dict.fromkeys(fresh))
            waiting.extend(fresh)
        # A blank class cannot be named in a query, and no shape can mean one.
        return tuple(node for node in known if isinstance(node, URIRef)) or (cls,)

    def rows(self, query: str) -> list[Terms]:
        """The rows of a query, page by page where the endpoint asks for it."""
        if not self.dialect.page:
            return [tuple(row) for row in self.select(query, {}).rows]
        found: list[Terms] = []
        while True:
            page = self.select(f"{query} LIMIT {self.dialect.page} OFFSET {len(found)}", {}).rows
            found.extend(tuple(row) for row in page)
            if len(page) < self.dialect.page:
                return found

    def violations(
        self, shape: p.Shape, source: Source, times: Times
    ) -> Iterator[tuple[p.Shape, c.Constraint, list[Row]]]:
        """The violations of a shape and of the property shapes in it, constraint by constraint.

        Shape:  ``times`` says how often nodes were reached: one that two others lead to is reported for both.
        """
        if shape.deactivated:
            return

        def reached(nodes: set[Node]) -> Counter[Node]:
            pairs = self.pairs(shape, source, nodes)
            weights, counts = times({focus for focus, _ in pairs}), Counter[Node]()
            for focus, value in pairs:
                counts[value] += weights[focus]
            return counts

        for constraint in shape.constraints:
            if isinstance(constraint, c.Property):
                nested = self.plan.shapes[constraint.shape]
                yield from self.violations(nested, source.values(shape.path), times if shape.path is None else reached)
                continue
            found = self.found(shape, constraint, source)
            if found:
                weights = times({row.focus for row in found})
                yield shape, constraint, [row for row in found for _ in range(weights[row.focus])]

    def failing(self, node: Node, source: Source) -> set[Node]:
        """The nodes of a source that do not conform to a shape."""
        shape = self.plan.shapes[node]
        if shape.deactivated:
            return set()
        return {row.focus for constraint in shape.constraints for row in self.found(shape, constraint, source)}

    def found(self, shape: p.Shape, constraint: c.Constraint, source: Source) -> list[Row]:
        """The violations of one constraint, from the endpoint or, where it refuses, from the triples it needs."""
        try:
            query = violation_query(constraint, source, shape.path, self.conditions)
            if query is not None:
                return [_row(constraint, self._as_written(terms)) for terms in self.rows(query)] if query else []
            return list(self._nested(shape, constraint, source))
        except (SvngraphError, Untranslatable) as refusal:
            self.refused[shape.node] = str(refusal)
            foci = self.foci(source)
            return local_found(self.rows, self.plan, shape, constraint, foci)

    def _as_written(self, terms: Terms) -> Terms:
        """The terms with literal targets as the shapes graph writes them: a store may have made 4.0 a 4."""
        if not self._written:
            return terms
        return tuple(self._written.get(_value_key(term), term) if isinstance(term, Literal) else term for term in terms)

    def foci(self, source: Source) -> list[Node]:
        """The nodes of a source."""
        return [
            term
            for (term,) in self.rows(f"SELECT DISTINCT {source.variable} WHERE {{ {source.text} }}")
            if term is not None
        ]

    def pairs(self, shape: p.Shape, source: Source, only: set[Node] | None = None) -> list[Pair]:
        """Each focus node with each of its value nodes, or with those among ``only``."""
        bound = source.values(shape.path)
        query = f"{selected(source.variable, bound.variable)} WHERE {{ {{ {bound.text} }}"
        if only is not None and len(only) <= self.dialect.listing and all(isinstance(node, URIRef) for node in only):
            query += f" VALUES {bound.variable} {{ {listed(sorted(only, key=str))} }}"
        found = (_pair(row) for row in self.rows(query + " }"))
        return [pair for pair in found if only is None or pair[1] in only]

    def _nested(self, shape: p.Shape, constraint: c.Constraint, source: Source) -> Iterator[Row]:
        values = source.values(shape.path)
        match constraint:
            case c.NodeOf(node) | c.Property(node):
                failing = self.failing(node, values)
                yield from _rows(self.pairs(shape, source, failing) if failing else [])
            case c.Not(node):
                failing = self.failing(node, values)
                yield from _rows(pair for pair in self.pairs(shape, source) if pair[1] not in failing)
            case c.Several(word, nodes):
                times = Counter(value for node in nodes for value in self.failing(node, values))
                least = 1 if word == "and" else len(nodes)
                only = None if word == "xone" else {value for value, count in times.items() if count >= least}
                if only is None or only or not nodes:
                    for pair in self.pairs(shape, source, only if nodes else None):
                        if word != "xone" or times[pair[1]] != len(nodes) - 1:
                            yield Row(*pair, None, {})
            case c.Qualified():
                yield from self._qualified(shape, constraint, source)
            case c.Sparql() | c.Custom():
                yield from query_rows(
                    self.select, shape, constraint, self.foci(source), lambda: self.pairs(shape, source)
                )

    def _qualified(self, shape: p.Shape, constraint: c.Qualified, source: Source) -> Iterator[Row]:
        values = source.values(shape.path)
        failing = self.failing(constraint.shape, values)
        excluding = [self.failing(sibling, values) for sibling in constraint.siblings]
        counts = Counter(
            focus
            for focus, value in self.pairs(shape, source)
            if value not in failing and all(value in fails for fails in excluding)
        )
        for focus in self.foci(source):
            count = counts[focus]
            if count > constraint.count if constraint.most else count < constraint.count:
                yield Row(focus, None, None, {})


def _once(nodes: set[Node]) -> Counter[Node]:
    return Counter(nodes)


def _rows(pairs: Iterable[Pair]) -> Iterator[Row]:
    return (Row(focus, value, None, {}) for focus, value in pairs)


def _value_key(literal: Literal) -> object:
    value = None if literal.language else value_of(str(literal), str(literal.datatype))
    return literal if value is None else (literal.datatype, value)


def _pair(row: Terms) -> Pair:
    focus, value = row[0], row[-1]
    if focus is None or value is None:
        raise SvngraphError("the endpoint gave a solution with an unbound variable")
    return focus, value


def _row(constraint: c.Constraint, terms: Terms) -> Row:
    focus = terms[0]
    if focus is None:
        raise SvngraphError("the endpoint gave a solution with an unbound variable")
    if isinstance(constraint, c.MinCount | c.MaxCount | c.HasValue | c.UniqueLang | c.Qualified):
        return Row(focus, None, None, {})
    path = terms[2] if isinstance(constraint, c.Closed) else None
    value = terms[1] if len(terms) > 1 else focus
    return Row(focus, value, path if isinstance(path, URIRef) else None, {})


def _result(shape: p.Shape, constraint: c.Constraint, row: Row) -> Result:
    queried = isinstance(constraint, (c.Sparql, c.Custom))
    said = row.bindings.get("message") if queried else None
    own = constraint.messages if isinstance(constraint, (c.Sparql, c.Custom)) else ()
    messages = own or shape.messages or default_messages(constraint)
    if queried:
        messages = filled((said,) if isinstance(said, Literal) else messages, row.bindings)
    return Result(
        focus_node=row.focus,
        path=row.path or reported_path(shape.path),
        value=row.value,
        source_shape=shape.node,
        component=constraint.component,
        severity=shape.severity,
        messages=messages,
        source_constraint=constraint.node if isinstance(constraint, c.Sparql) else None,
    )


def _order(result: Result) -> tuple[str, str, str]:
    value = "" if result.value is None else result.value.n3()
    return (result.focus_node.n3(), str(result.path), value)
