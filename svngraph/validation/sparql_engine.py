"""The SPARQL back end: a plan run where the data lies, so that only results travel.

One query for a shape screens its focus nodes, and one for each constraint then asks about the few that it suspects. An
endpoint that refuses the first is asked by the others about all the nodes; one that refuses one of those, for triples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.term import Node

from svngraph.columns import Snapshot
from svngraph.errors import QueryError, QueryTimeout, ShapesError, SvngraphError
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation import pyshacl_engine
from svngraph.validation.answers import Answers, PassingLabels, Terms
from svngraph.validation.blocks import run_shape
from svngraph.validation.columnar import Columnar
from svngraph.validation.endpoints import STANDARD, Dialect
from svngraph.validation.local import fetched, local_found
from svngraph.validation.prebound import BoundSelect, Row, query_rows
from svngraph.validation.querying import Queries
from svngraph.validation.report import Report, Result, Results
from svngraph.validation.sparql_conditions import Conditions
from svngraph.validation.sparql_queries import Source, selected, target_pattern, violation_query
from svngraph.validation.sparql_rows import Details, Pair, order_of, pair_of, result_of, row_of, rows_of, value_key
from svngraph.validation.sparql_screening import Suspects, screened, screening_query
from svngraph.validation.writing import is_nameable, listed

_Place = tuple[Node, c.Constraint, Source]
# One constraint is asked about as quickly by itself.
_WORTH = 2
Times = Callable[[set[Node]], Counter[Node]]


class SparqlEngine:
    """The validation of one dataset through SELECT queries."""

    def __init__(self, select: BoundSelect, plan: p.Plan, shapes: Graph, dialect: Dialect | None = None) -> None:
        self.select = select
        self.plan = plan
        self.shapes = shapes
        self.dialect = dialect or STANDARD
        self.answers = Answers(select, self.dialect)
        self.conditions = Conditions(plan, self.subclasses)
        self.refused: dict[Node, str] = {}
        self._fetched_roots: set[Node] = set()
        self._pairs: dict[str, list[Pair]] = {}
        self._failed: dict[tuple[Node, Source], set[Node]] = {}
        named = (t.node for shape in plan.shapes.values() for t in shape.targets if isinstance(t, p.TargetNode))
        self._written = {value_key(node): node for node in named if isinstance(node, Literal)}
        self._below: dict[Node, list[Node]] | None = None
        self._suspects: dict[_Place, Suspects] = {}

    def report(self, snapshot: Snapshot | None = None) -> Report:
        """The report over every shape with targets; a refused query's constraint is worked out locally.

        Shape:  ``snapshot`` is the dataset itself, where it is at hand, for shapes that only pySHACL runs.
        Errors: ShapesError where there is such a shape and no snapshot; EndpointError.
        """
        parts: list[Sequence[Result]] = []
        beyond = self.plan.beyond
        if beyond and snapshot is None:
            reason = next(iter(beyond.values()))
            raise ShapesError(f"no endpoint can run these shapes: {reason}", remedy="load the data and use auto")
        for root in self.plan.roots:
            shape = self.plan.shapes[root]
            if root not in beyond and shape.targets and not shape.deactivated:
                parts.extend(self._root_results(shape))
        if beyond and snapshot is not None:
            parts.append(pyshacl_engine.run(snapshot.graph(), self.shapes, roots=set(beyond)))
        results = Results(parts)
        return Report(len(results) == 0, results, {root: self._engine_of(root) for root in self.plan.roots})

    def _root_results(self, shape: p.Shape) -> list[Sequence[Result]]:
        self._pairs.clear()
        self._failed.clear()
        try:
            source = Source(target_pattern(shape.targets, self.subclasses))
            self._suspects = self._screened(shape, source)
            return [sorted(found, key=order_of) for found in self._results(shape, source, _once)]
        except PassingLabels:
            self._fetched_roots.add(shape.node)
            return list(run_shape(self._here, shape, self._here.targets(shape)))

    def _screened(self, root: p.Shape, source: Source) -> dict[_Place, Suspects]:
        """What one query suspects: the nodes for each constraint that it can look at. Empty where it was refused."""
        found, anyhow = screened(self.plan, root, self.conditions)
        if not self.dialect.screened or len(found) < _WORTH:
            return {}
        try:
            answer = self.answers.lasting(screening_query(source.text, found, anyhow))
        except SvngraphError:
            # Too much at once: then constraint by constraint.
            return {}
        places = [(one.shape.node, one.constraint, source) for one in found]
        suspects = {place: Suspects(one.whole) for place, one in zip(places, found, strict=True)}
        for focus, *said in answer:
            for place, truth in zip(places, said, strict=True):
                if focus is not None and str(truth) in ("true", "1"):
                    suspects[place].nodes.append(focus)
        return suspects

    def _engine_of(self, root: Node) -> str:
        if root in self.plan.beyond:
            return "pyshacl"
        if root in self._fetched_roots:
            return "columnar, fetched"
        reasons = [self.refused[shape.node] for shape in self.plan.reach(root) if shape.node in self.refused]
        return f"sparql, in part columnar ({reasons[0]})" if reasons else "sparql"

    def fetched(self) -> Snapshot:
        """The snapshot of all that the shapes look at.

        Errors: EndpointError where its blank nodes would come in several answers, which nothing can join.
        """
        return fetched(self.answers.rows, self.plan, together=not self.dialect.stable_blank_nodes)

    @cached_property
    def _here(self) -> Columnar:
        snapshot = self.fetched()
        return Columnar(snapshot, self.plan, Queries(snapshot, self.shapes))

    def subclasses(self, cls: Node) -> tuple[Node, ...]:
        """A class and every class below it; the hierarchy is fetched once."""
        if self._below is None:
            self._below = {}
            # A blank class, such as a restriction of OWL, is joined within this one answer only.
            for lower, upper in self.answers.rows(f"SELECT ?c ?d WHERE {{ ?c {RDFS.subClassOf.n3()} ?d }}"):
                if lower is not None and upper is not None:
                    self._below.setdefault(upper, []).append(lower)
        known, waiting = [cls], [cls]
        while waiting:
            fresh = [lower for lower in self._below.get(waiting.pop(), []) if lower not in known]
            known.extend(dict.fromkeys(fresh))
            waiting.extend(fresh)
        # A blank class cannot be named in a query, and no shape can mean one.
        return tuple(node for node in known if isinstance(node, URIRef)) or (cls,)

    def _results(self, shape: p.Shape, source: Source, times: Times) -> Iterator[list[Result]]:
        for owner, constraint, place, rows in self.violations(shape, source, times):
            details = self._details(owner, constraint, place, rows)
            yield [result_of(owner, constraint, row, details) for row in rows]

    def _details(self, shape: p.Shape, constraint: c.Constraint, source: Source, rows: list[Row]) -> Details:
        """The results of the nested shapes about each value node itself; what lies deeper is theirs to say."""
        wanted = {row.value for row in rows if row.value is not None}
        if not wanted or not isinstance(constraint, c.NodeOf | c.Several):
            return {}
        values, found = source.values(shape.path), dict[Node, list[Result]]()
        if len(wanted) <= self.dialect.listing and all(map(is_nameable, wanted)):
            values = Source(f"VALUES ?f0 {{ {listed(sorted(wanted, key=str))} }}")
        for node in (constraint.shape,) if isinstance(constraint, c.NodeOf) else constraint.shapes:
            for results in self._results(self.plan.shapes[node], values, _once):
                for result in sorted(results, key=order_of):
                    if result.focus_node in wanted:
                        found.setdefault(result.focus_node, []).append(result)
        return found

    def violations(
        self, shape: p.Shape, source: Source, times: Times
    ) -> Iterator[tuple[p.Shape, c.Constraint, Source, list[Row]]]:
        """The violations of a shape and of the property shapes in it, constraint by constraint, and their source.

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
                yield shape, constraint, source, [row for row in found for _ in range(weights[row.focus])]

    def failing(self, node: Node, source: Source) -> set[Node]:
        """The nodes of a source that do not conform to a shape."""
        shape = self.plan.shapes[node]
        if shape.deactivated:
            return set()
        # Shapes that refer to one shape twice, each of the next, would ask twice as often at each level.
        if (node, source) not in self._failed:
            found = (row for constraint in shape.constraints for row in self.found(shape, constraint, source))
            self._failed[node, source] = {row.focus for row in found}
        return self._failed[node, source]

    def found(self, shape: p.Shape, constraint: c.Constraint, source: Source) -> list[Row]:
        """The violations of one constraint, from the endpoint or, where it refuses, from the triples it needs."""
        suspects = self._suspects.get((shape.node, constraint, source))
        if suspects is not None:
            if suspects.whole or not suspects.nodes:
                return [row_of(constraint, self._as_written((focus,))) for focus in suspects.nodes]
            if len(suspects.nodes) <= self.dialect.listing and all(map(is_nameable, suspects.nodes)):
                source = Source(f"VALUES ?f0 {{ {listed(suspects.nodes)} }}")
        try:
            query = violation_query(constraint, source, shape.path, self.conditions)
            if query is not None:
                answer = self.answers.lasting(query) if query else []
                return [row_of(constraint, self._as_written(terms)) for terms in answer]
            return list(self._nested(shape, constraint, source))
        except QueryTimeout:
            raise
        except QueryError as refusal:
            # The query is at fault, and not the endpoint, of which more would be asked in vain.
            self.refused[shape.node] = refusal.what
            return local_found(self.answers.lasting, self.plan, self.shapes, shape, constraint, self.foci(source))

    def _as_written(self, terms: Terms) -> Terms:
        """The terms with literal targets as the shapes graph writes them: a store may have made 4.0 a 4."""
        if not self._written:
            return terms
        return tuple(self._written.get(value_key(term), term) if isinstance(term, Literal) else term for term in terms)

    def foci(self, source: Source) -> list[Node]:
        """The nodes of a source."""
        return [
            term
            for (term,) in self.answers.lasting(f"SELECT DISTINCT {source.variable} WHERE {{ {source.text} }}")
            if term is not None
        ]

    def pairs(self, shape: p.Shape, source: Source, only: set[Node] | None = None) -> list[Pair]:
        """Each focus node with each of its value nodes, or with those among ``only``."""
        bound = source.values(shape.path)
        query = f"{selected(source.variable, bound.variable)} WHERE {{ {{ {bound.text} }}"
        if only is not None and len(only) <= self.dialect.listing and all(map(is_nameable, only)):
            query += f" VALUES {bound.variable} {{ {listed(sorted(only, key=str))} }}"
            return [pair_of(row) for row in self.answers.lasting(query + " }")]
        if query not in self._pairs:
            # All of them, which every constraint of the shape would ask for again.
            self._pairs[query] = [pair_of(row) for row in self.answers.lasting(query + " }")]
        return [pair for pair in self._pairs[query] if only is None or pair[1] in only]

    def _nested(self, shape: p.Shape, constraint: c.Constraint, source: Source) -> Iterator[Row]:
        values = source.values(shape.path)
        match constraint:
            case c.NodeOf(node) | c.Property(node):
                failing = self.failing(node, values)
                yield from rows_of(self.pairs(shape, source, failing) if failing else [])
            case c.Not(node):
                failing = self.failing(node, values)
                yield from rows_of(pair for pair in self.pairs(shape, source) if pair[1] not in failing)
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
                    self.select, shape, constraint, dict.fromkeys(self.foci(source)), lambda: self.pairs(shape, source)
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
