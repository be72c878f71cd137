"""Where the queries of SHACL-SPARQL are asked: the user's endpoint, an in-memory Oxigraph, or rdflib for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import cast

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from svngraph.columns import Snapshot
from svngraph.columns.reading import Answer, MemoryEngine
from svngraph.errors import QueryError
from svngraph.validation.prebound import SHAPES_GRAPH, Select, Solutions, substituted
from svngraph.validation.query_scope import predicates_in


class Queries:
    """The queries of one snapshot. Each engine is loaded at its first query: few shapes graphs need one."""

    def __init__(self, snapshot: Snapshot, shapes: Graph, select: Select | None = None) -> None:
        self.snapshot = snapshot
        self.shapes = shapes
        self.select = select
        self._scopes: dict[str, frozenset[URIRef] | None] = {}
        self._parts: dict[frozenset[URIRef], MemoryEngine] = {}

    def __call__(self, query: str, bindings: Mapping[str, Node]) -> Solutions:
        """The solutions of a query with some variables bound beforehand.

        Errors: QueryError.
        """
        named = [term for term in bindings.values() if isinstance(term, BNode)]
        if named:
            return self._by_rdflib(query, bindings)
        try:
            return self._asked(query, bindings)(substituted(query, bindings))
        except QueryError:
            if not bindings:
                raise
            # A literal written where SPARQL allows none, such as the subject of a pattern.
            return self._by_rdflib(query, bindings)

    def _asked(self, query: str, bindings: Mapping[str, Node]) -> Select:
        if SHAPES_GRAPH in bindings.values():
            return self._with_shapes.select
        if self.select is not None:
            return self.select
        if query not in self._scopes:
            self._scopes[query] = predicates_in(query)
        scope = self._scopes[query]
        return self._whole.select if scope is None else self._part(scope).select

    def _part(self, predicates: frozenset[URIRef]) -> MemoryEngine:
        """An engine over these predicates only: a query that names no others cannot tell the difference."""
        if predicates not in self._parts:
            self._parts[predicates] = MemoryEngine(self.snapshot.key_rows(predicates))
        return self._parts[predicates]

    @cached_property
    def _whole(self) -> MemoryEngine:
        return MemoryEngine(self.snapshot.key_rows())

    @cached_property
    def _with_shapes(self) -> MemoryEngine:
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
