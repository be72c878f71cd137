"""Incremental validation: after an edit only the focus nodes that it can concern are looked at again.

The report is always the one that a full run would give. A changed triple is walked back, in the dataset as it was and
as it is, along every path that a shape follows; where that cannot tell (a hierarchy of classes, a query, a shape that
pySHACL runs), the shape is run for all its focus nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rdflib import Graph
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from svngraph.columns import Ids, Snapshot, follow, predicates_of
from svngraph.columns.paths import reverse
from svngraph.columns.sets import NONE, contains, difference, ids_of, intersection, union, unique
from svngraph.errors import UsageError
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation import pyshacl_engine
from svngraph.validation.blocks import Block
from svngraph.validation.columnar import Columnar
from svngraph.validation.compilation import Locate, compile_shapes
from svngraph.validation.dependencies import Dependencies, Walk, dependencies_of
from svngraph.validation.found import Found
from svngraph.validation.prebound import Select
from svngraph.validation.querying import Queries
from svngraph.validation.report import Report, Result, Results

Triple = tuple[Node, Node, Node]
_Key = tuple[Node, c.Constraint]


@dataclass
class _State:
    """What is known of one root shape: its focus nodes and the violations among them."""

    foci: Ids = field(default_factory=lambda: NONE)
    found: dict[_Key, list[tuple[p.Shape, Found]]] = field(default_factory=dict)
    results: Sequence[Result] = ()


class IncrementalValidation:
    """A dataset and its report, kept up to date edit by edit."""

    def __init__(
        self, snapshot: Snapshot, shapes: Graph, *, select: Select | None = None, locate: Locate | None = None
    ) -> None:
        """``select`` and ``locate`` as in :func:`svngraph.validation.validate`. Errors: ShapesError, UsageError."""
        self.shapes = shapes
        self.plan = compile_shapes(shapes, locate=locate)
        if self.plan.entails:
            raise UsageError("an edit is not followed through what RDFS entails", remedy="validate the whole each time")
        self._select = select
        self._engine = self._engine_for(snapshot)
        self._dependencies = {root: dependencies_of(self.plan, self.plan.shapes[root]) for root in self.plan.roots}
        self._states = {root: _State() for root in self.plan.roots}
        for root in self.plan.roots:
            self._run_all(root)
            for walk in self._dependencies[root].walks:
                # Edits are walked backwards: the first one should not have to sort the columns for that.
                for name in predicates_of(walk.prefix) if walk.prefix else ():
                    snapshot.column(name, backward=True)
        self.looked_at: Mapping[Node, int] = {root: state.foci.size for root, state in self._states.items()}

    @property
    def snapshot(self) -> Snapshot:
        """The dataset as it is now."""
        return self._engine.snapshot

    def _engine_for(self, snapshot: Snapshot) -> Columnar:
        return Columnar(snapshot, self.plan, Queries(snapshot, self.shapes, self._select))

    def report(self) -> Report:
        """The report on the dataset as it is now."""
        parts: list[Sequence[Result]] = []
        for root in self.plan.roots:
            state = self._states[root]
            parts.append(state.results)
            for (_, constraint), blocks in state.found.items():
                parts.extend(Block(self._engine, shape, constraint, found) for shape, found in blocks)
        results = Results(parts)
        engines = {root: "pyshacl" if root in self.plan.beyond else "columnar" for root in self.plan.roots}
        return Report(len(results) == 0, results, engines)

    def apply(self, added: Collection[Triple] = (), removed: Collection[Triple] = ()) -> Report:
        """The report after an edit. ``looked_at`` then says how many focus nodes of each root shape were run again.

        Shape:  triples or quads; those ``added`` were not in the dataset, those ``removed`` were (per graph).
        """
        before = self._engine
        self._engine = self._engine_for(before.snapshot.edited(added, removed))
        changed = [*added, *removed]
        names = {triple[1] for triple in changed}
        if not names & {RDF.type, RDFS.subClassOf}:
            self._engine.tests = before.tests.moved_to(self._engine.snapshot)
        self.looked_at = {root: self._update(root, before, changed, names) for root in self.plan.roots}
        return self.report()

    def _update(self, root: Node, before: Columnar, changed: list[Triple], names: set[Node]) -> int:
        needs = self._dependencies[root]
        if needs.everywhere is None or names & needs.everywhere:
            return self._run_all(root)
        state, shape = self._states[root], self.plan.shapes[root]
        concerned = self._moved_targets(state, shape, needs, changed)
        for walk in needs.walks:
            concerned = union(concerned, _starts(walk, changed, (before.snapshot, self._engine.snapshot)))
        if not concerned.size:
            return 0
        again = intersection(concerned, state.foci)
        fresh: dict[_Key, list[tuple[p.Shape, Found]]] = {}
        for owner, constraint, found in self._engine.violations(shape, again):
            fresh.setdefault((owner.node, constraint), []).append((owner, found))
        kept = {key: _without(blocks, concerned, len(self.snapshot.terms)) for key, blocks in state.found.items()}
        keys = dict.fromkeys([*kept, *fresh])
        merged = {key: _merged([*kept.get(key, []), *fresh.get(key, [])]) for key in keys}
        state.found = {key: blocks for key, blocks in merged.items() if blocks}
        return int(again.size)

    def _run_all(self, root: Node) -> int:
        state, shape = self._states[root], self.plan.shapes[root]
        if root in self.plan.beyond:
            state.results = pyshacl_engine.run(self.snapshot.graph(), self.shapes, roots={root})
            return len(state.results)
        state.foci, state.found = self._engine.targets(shape), {}
        for owner, constraint, found in self._engine.violations(shape, state.foci):
            state.found.setdefault((owner.node, constraint), []).append((owner, found))
        return int(state.foci.size)

    def _moved_targets(self, state: _State, shape: p.Shape, needs: Dependencies, changed: list[Triple]) -> Ids:
        """The nodes that the edit made focus nodes or made no longer so; the state's focus nodes are put right."""
        find = self.snapshot.terms.find
        ends = (find(node) for subject, name, obj, *_ in changed if name in needs.targets for node in (subject, obj))
        candidates = ids_of(index for index in ends if index is not None)
        if not candidates.size:
            return NONE
        now = candidates[self._engine.is_target(shape, candidates)]
        then = intersection(candidates, state.foci)
        moved = union(difference(now, then), difference(then, now))
        if moved.size:
            state.foci = union(difference(state.foci, moved), intersection(moved, now))
        return moved


def _starts(walk: Walk, changed: list[Triple], snapshots: tuple[Snapshot, ...]) -> Ids:
    """The nodes from which a walk can reach a changed triple, before or after the change."""
    find = snapshots[0].terms.find
    ends = (
        find(obj if walk.backward else subject)
        for subject, name, obj, *_ in changed
        if walk.predicate is None or name == walk.predicate
    )
    reached = ids_of(index for index in ends if index is not None)
    if walk.prefix is None or not reached.size:
        return reached
    back = reverse(walk.prefix)
    return union(*(unique(follow(snapshot, back, reached).right) for snapshot in snapshots))


def _without(blocks: list[tuple[p.Shape, Found]], foci: Ids, size: int) -> list[tuple[p.Shape, Found]]:
    kept = ((shape, found.chosen(np.flatnonzero(~contains(foci, found.focus, size)))) for shape, found in blocks)
    return [(shape, found) for shape, found in kept if found.focus.size]


def _merged(blocks: list[tuple[p.Shape, Found]]) -> list[tuple[p.Shape, Found]]:
    """One block where several say the same of different nodes, so that edits do not leave ever more of them."""
    if len(blocks) < 2:
        return blocks
    shape, found = blocks[0]
    for _, other in blocks[1:]:
        found = found.joined(other)
    return [(shape, found)]
