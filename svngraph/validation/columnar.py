"""The columnar back end: a plan run over a snapshot, one array operation for all focus nodes at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rdflib.term import Node

from svngraph.columns import Ids, Pairs, Snapshot, follow
from svngraph.columns.sets import (
    NONE,
    Mask,
    contains,
    counted,
    difference,
    gather,
    in_relation,
    packed,
    ranges,
    union,
    unique,
    unique_keys,
)
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.found import (
    NOTHING,
    Counts,
    Foci,
    Found,
    Scope,
    chosen_pairs,
    difference_of,
    joined_ids,
    owners,
    reached,
)
from svngraph.validation.prebound import BoundSelect, query_rows
from svngraph.validation.value_tests import ValueTests


class Columnar:
    """The evaluation of one plan over one snapshot."""

    def __init__(self, snapshot: Snapshot, plan: p.Plan, select: BoundSelect) -> None:
        self.snapshot = snapshot
        self.plan = plan
        self.tests = ValueTests(snapshot)
        self.select = select
        self._failed: dict[Node, tuple[Ids, Ids]] = {}

    def targets(self, shape: p.Shape) -> Ids:
        """The focus nodes of a shape's own targets."""
        return union(NONE, *(self._target(target) for target in shape.targets))

    def _target(self, target: p.Target) -> Ids:
        match target:
            case p.TargetNode(node):
                return np.array([self.snapshot.terms.intern(node)], np.int32)
            case p.TargetClass(cls):
                return self.tests.instances(cls)
            case p.TargetSubjectsOf(predicate):
                return self.snapshot.subjects(predicate)
            case p.TargetObjectsOf(predicate):
                return unique(self.snapshot.column(predicate).pairs.right)

    def is_target(self, shape: p.Shape, nodes: Ids) -> Mask:
        """Which of these nodes are focus nodes of a shape's own targets."""
        mask = np.zeros(nodes.size, np.bool_)
        for target in shape.targets:
            match target:
                case p.TargetClass(cls):
                    mask |= self.tests.passes(c.ClassOf(cls), nodes)
                case p.TargetSubjectsOf(predicate) | p.TargetObjectsOf(predicate):
                    backward = isinstance(target, p.TargetObjectsOf)
                    found = unique(self.snapshot.edges(predicate, nodes, backward=backward).left)
                    mask |= contains(found, nodes, len(self.snapshot.terms))
                case p.TargetNode(node):
                    mask |= nodes == self.snapshot.terms.intern(node)
        return mask

    def scope(self, shape: p.Shape, foci: Ids) -> Scope:
        """The value nodes of these focus nodes."""
        return Scope(foci, Pairs(foci, foci) if shape.path is None else follow(self.snapshot, shape.path, foci))

    def violations(
        self, shape: p.Shape, foci: Ids, times: Counts | None = None
    ) -> Iterator[tuple[p.Shape, c.Constraint, Found]]:
        """The violations of a shape and of the property shapes in it, constraint by constraint.

        Shape:  ``times`` says how often each focus node was reached, None for once: a node that two others lead to is
                reported for both, as the specification has it.
        """
        if shape.deactivated or not foci.size:
            return
        scope = self.scope(shape, foci)
        for constraint in shape.constraints:
            if isinstance(constraint, c.Property):
                nested = self.plan.shapes[constraint.shape]
                yield from self.violations(nested, scope.values, reached(scope, times, len(self.snapshot.terms)))
            else:
                found = self.found(shape, constraint, scope)
                if found.focus.size:
                    yield (
                        shape,
                        constraint,
                        found if times is None else found.repeated(times[np.searchsorted(foci, found.focus)]),
                    )

    def failing(self, node: Node, foci: Ids) -> Ids:
        """Those of the nodes that do not conform to a shape."""
        shape = self.plan.shapes[node]
        if shape.deactivated or not foci.size:
            return NONE
        # Shapes that refer to one shape twice, each of the next, would ask twice as often at each level.
        asked, failed = self._failed.get(node, (NONE, NONE))
        if not np.array_equal(asked, foci):
            scope = self.scope(shape, foci)
            found = (unique(self.found(shape, constraint, scope).focus) for constraint in shape.constraints)
            failed = union(NONE, *found)
            self._failed[node] = foci, failed
        return failed

    def found(self, shape: p.Shape, constraint: c.Constraint, scope: Scope) -> Found:
        """The violations of one constraint."""
        match constraint:
            case c.MinCount(count) | c.MaxCount(count):
                return self._counted(scope, count, isinstance(constraint, c.MaxCount))
            case c.HasValue(term):
                return self._has_value(scope, term)
            case c.UniqueLang():
                return self._unique_lang(scope)
            case c.Equals() | c.Disjoint() | c.LessThan():
                return self._compared(constraint, scope)
            case c.Closed(allowed):
                return self._closed(scope, self.tests.known(tuple(allowed)))
            case c.Qualified():
                return self._qualified(scope, constraint)
            case c.Not() | c.NodeOf() | c.Property() | c.Several():
                return self._nested(scope, constraint)
            case c.Sparql() | c.Custom():
                return self._queried(shape, constraint, scope)
            case _:
                return self._on_values(scope, difference_of(scope, self.tests.passes(constraint, scope.values)))

    def _compared(self, constraint: c.Equals | c.Disjoint | c.LessThan, scope: Scope) -> Found:
        other = self.snapshot.edges(constraint.predicate, scope.foci)
        match constraint:
            case c.Equals():
                return self._equals(scope, other)
            case c.Disjoint():
                return chosen_pairs(scope.pairs, in_relation(scope.pairs, other))
            case c.LessThan(_, or_equal):
                return self._less_than(scope, other, or_equal)

    def _on_values(self, scope: Scope, bad: Ids) -> Found:
        if not bad.size:
            return NOTHING
        if scope.pairs.left is scope.pairs.right:
            return Found(bad, bad)
        return chosen_pairs(scope.pairs, contains(bad, scope.pairs.right, len(self.snapshot.terms)))

    def _counted(self, scope: Scope, count: int, most: bool) -> Found:
        counts = counted(scope.pairs, scope.foci, len(self.snapshot.terms))
        return Found(scope.foci[counts > count if most else counts < count])

    def _has_value(self, scope: Scope, term: Node) -> Found:
        index = self.snapshot.terms.find(term)
        having = NONE if index is None else scope.pairs.left[scope.pairs.right == index]
        return Found(difference(scope.foci, having))

    def _unique_lang(self, scope: Scope) -> Found:
        codes = self.snapshot.literals.languages(scope.pairs.right)
        tagged = codes > 0
        keys = np.sort(packed(scope.pairs.left[tagged], codes[tagged]))
        repeated = unique_keys(keys[1:][keys[1:] == keys[:-1]])
        return Found((repeated >> 32).astype(np.int32))

    def _equals(self, scope: Scope, other: Pairs) -> Found:
        extra = chosen_pairs(scope.pairs, ~in_relation(scope.pairs, other))
        missing = chosen_pairs(other, ~in_relation(other, scope.pairs))
        return Found(np.concatenate([extra.focus, missing.focus]), joined_ids(extra.value, missing.value))

    def _less_than(self, scope: Scope, other: Pairs, or_equal: bool) -> Found:
        if not len(scope.pairs) or not len(other):
            return NOTHING
        start, counts = ranges(other.left, scope.pairs.left, len(self.snapshot.terms))
        focus, lesser = np.repeat(scope.pairs.left, counts), np.repeat(scope.pairs.right, counts)
        greater = gather(other.right, start, counts)
        orders = self.snapshot.literals.orders(lesser, greater)
        wrong = ~((orders == -1) | (or_equal & (orders == 0)))
        return Found(focus[wrong], lesser[wrong])

    def _closed(self, scope: Scope, allowed: Ids) -> Found:
        focus, value, path = [NONE], [NONE], [NONE]
        forbidden = set(self.snapshot.predicates()) - set(allowed.tolist())
        for name in sorted(forbidden):
            edges = self.snapshot.edges_of(name, scope.values)
            if len(edges):
                owned = owners(scope, edges, len(self.snapshot.terms))
                focus.append(owned.focus)
                value.append(owned.value if owned.value is not None else NONE)
                path.append(np.full(owned.focus.size, name, np.int32))
        return Found(np.concatenate(focus), np.concatenate(value), np.concatenate(path))

    def _qualified(self, scope: Scope, constraint: c.Qualified) -> Found:
        bad = self.failing(constraint.shape, scope.values)
        for sibling in constraint.siblings:
            bad = union(bad, difference(scope.values, self.failing(sibling, scope.values)))
        good = ~contains(bad, scope.pairs.right, len(self.snapshot.terms))
        pairs = Pairs(scope.pairs.left[good], scope.pairs.right[good])
        return self._counted(Scope(scope.foci, pairs), constraint.count, constraint.most)

    def _nested(self, scope: Scope, constraint: c.Not | c.NodeOf | c.Property | c.Several) -> Found:
        if isinstance(constraint, c.Several):
            times = np.zeros(scope.values.size, np.int32)
            for shape in constraint.shapes:
                times += contains(self.failing(shape, scope.values), scope.values, len(self.snapshot.terms))
            conforming = len(constraint.shapes) - times
            passing = {"and": times == 0, "or": conforming > 0, "xone": conforming == 1}[constraint.word]
            return self._on_values(scope, difference_of(scope, passing))
        failing = self.failing(constraint.shape, scope.values)
        return self._on_values(scope, difference(scope.values, failing) if isinstance(constraint, c.Not) else failing)

    def _queried(self, shape: p.Shape, constraint: c.Sparql | c.Custom, scope: Scope) -> Found:
        term, intern = self.snapshot.term, self.snapshot.terms.intern

        def pairs() -> Iterator[tuple[Node, Node]]:
            for left, right in zip(scope.pairs.left.tolist(), scope.pairs.right.tolist(), strict=True):
                yield term(left), term(right)

        foci = Foci(scope.foci, self.snapshot)
        rows = tuple(query_rows(self.select, shape, constraint, foci, pairs))
        focus = np.array([intern(row.focus) for row in rows], np.int32)
        value = np.array([-1 if row.value is None else intern(row.value) for row in rows], np.int32)
        path = np.array([-1 if row.path is None else intern(row.path) for row in rows], np.int32)
        return Found(focus, value, path, rows)
