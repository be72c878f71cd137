"""Where the queries of SHACL-SPARQL are asked: the user's endpoint, an in-memory Oxigraph, or rdflib for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import cast

from rdflib import BNode, Graph
from rdflib.term import Node

from svngraph.columns import Snapshot
from svngraph.columns.reading import Answer, MemoryEngine
from svngraph.errors import QueryError
from svngraph.validation.prebound import SHAPES_GRAPH, Select, Solutions, substituted


class Queries:
    """The queries of one snapshot. Each engine is loaded at its first query: few shapes graphs need one."""

    def __init__(self, snapshot: Snapshot, shapes: Graph, select: Select | None = None) -> None:
        self.snapshot = snapshot
        self.shapes = shapes
        self.select = select

    def __call__(self, query: str, bindings: Mapping[str, Node]) -> Solutions:
        """The solutions of a query with some variables bound beforehand.

        Errors: QueryError.
        """
        named = [term for term in bindings.values() if isinstance(term, BNode)]
        if named:
            return self._by_rdflib(query, bindings)
        asked = self.memory.select if self.select is None or SHAPES_GRAPH in bindings.values() else self.select
        try:
            return asked(substituted(query, bindings))
        except QueryError:
            if not bindings:
                raise
            # A literal written where SPARQL allows none, such as the subject of a pattern.
            return self._by_rdflib(query, bindings)

    @cached_property
    def memory(self) -> MemoryEngine:
        """The in-memory engine over the snapshot, with the shapes graph in a named graph."""
        engine = MemoryEngine(self.snapshot.key_rows())
        engine.add(self.shapes, SHAPES_GRAPH)
        return engine

    @cached_property
    def _graph(self) -> Graph:
        return self.snapshot.graph()

    def _by_rdflib(self, query: str, bindings: Mapping[str, Node]) -> Answer:
        try:
            answer = self._graph.query(query, initBindings=dict(bindings))  # type: ignore[arg-type]
            if answer.type == "ASK":
                return Answer((), ((),) if answer.askAnswer else ())
            rows = tuple(cast("tuple[Node | None, ...]", tuple(row)) for row in answer)  # type: ignore[arg-type]
        except Exception as error:  # rdflib raises what its grammar library and its operators happen to raise
            raise QueryError(str(error), remedy="check the query of the shape") from error
        return Answer(tuple(map(str, answer.vars or ())), rows)
