"""The columnar validation of one snapshot, with pySHACL for the shapes that the plan cannot run."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import Graph

from svngraph.columns import Snapshot
from svngraph.columns.sets import Ids
from svngraph.validation import plan as p
from svngraph.validation import pyshacl_engine
from svngraph.validation.blocks import Block, run_shape
from svngraph.validation.columnar import Columnar
from svngraph.validation.prebound import Select
from svngraph.validation.querying import Queries
from svngraph.validation.report import Report, Result, Results


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
