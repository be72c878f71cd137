"""Where the queries of SHACL-SPARQL are asked: the user's endpoint, an in-memory Oxigraph, or rdflib for the rest.

An Oxigraph keeps numbers and dates as values and does not know how they were written; it gives nothing for a path of no
steps from a node that it does not hold. Where a query can tell, rdflib answers it, which is slower and keeps both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from svngraph.columns import Ids, Snapshot
from svngraph.columns.engine import Answer, MemoryEngine
from svngraph.columns.sets import NONE, union, unique
from svngraph.errors import QueryError
from svngraph.validation.prebound import SHAPES_GRAPH, Select, Solutions, substituted
from svngraph.validation.query_scope import may_take_no_step, predicates_in
from svngraph.validation.sparql_syntax import bare

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query

# Words with which a query can tell one way of writing a value from another, or make a new value.
_LEXICAL = re.compile(
    r"(?<![\w:?$-])(STR|STRLEN|STRDT|STRLANG|SUBSTR|UCASE|LCASE|STRSTARTS|STRENDS|CONTAINS|STRBEFORE|STRAFTER|CONCAT"
    r"|ENCODE_FOR_URI|REGEX|REPLACE|IRI|URI|MD5|SHA1|SHA256|SHA384|SHA512|SAMETERM|GROUP_CONCAT|AS)(?![\w:-])",
    re.IGNORECASE,
)
_RENAMING = re.compile(r"\(\s*[?$]\w+\s+AS\s+[?$]\w+\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class _Part:
    """An engine over some of the predicates, and the literals that it gives otherwise than they are written."""

    engine: MemoryEngine
    written: Mapping[Node, Node]
    confused: bool


class Queries:
    """The queries of one snapshot. Each engine is loaded at its first query: few shapes graphs need one."""

    def __init__(self, snapshot: Snapshot, shapes: Graph, select: Select | None = None) -> None:
        self.snapshot = snapshot
        self.shapes = shapes
        self.select = select
        self._prepared: dict[str, Query] = {}
        self._scopes: dict[str, frozenset[URIRef] | None] = {}
        self._parts: dict[frozenset[URIRef] | None, _Part] = {}

    def __call__(self, query: str, bindings: Mapping[str, Node]) -> Solutions:
        """The solutions of a query with some variables bound beforehand.

        Errors: QueryError.
        """
        if any(isinstance(term, BNode) for term in bindings.values()) or self._is_off_the_map(query, bindings):
            return self._by_rdflib(query, bindings)
        try:
            return self._asked(query, bindings)
        except QueryError:
            if not bindings:
                raise
            # A literal written where SPARQL allows none, such as the subject of a pattern.
            return self._by_rdflib(query, bindings)

    def _asked(self, query: str, bindings: Mapping[str, Node]) -> Solutions:
        text = substituted(query, bindings)
        if self.select is not None and SHAPES_GRAPH not in bindings.values():
            return self.select(text)
        part = self._part(query)
        if part.written or part.confused:
            if part.confused or _LEXICAL.search(_RENAMING.sub("", bare(query))):
                return self._by_rdflib(query, bindings)
            bound = {**part.written, **{term: term for term in bindings.values()}}
            answer = part.engine.select(text)
            rows = tuple(tuple(None if term is None else bound.get(term, term) for term in row) for row in answer.rows)
            return Answer(answer.variables, rows)
        return (self._with_shapes if SHAPES_GRAPH in bindings.values() else part.engine).select(text)

    def _part(self, query: str) -> _Part:
        """An engine over the predicates that a query names, if that can be said: it cannot tell the difference."""
        if query not in self._scopes:
            self._scopes[query] = predicates_in(query)
        scope = self._scopes[query]
        if scope not in self._parts:
            pairs = self.snapshot.rewritten(scope)
            written = dict(pairs)
            plain = all(self.snapshot.id(kept) is None for kept in written)
            engine = MemoryEngine(self.snapshot.key_rows(scope))
            self._parts[scope] = _Part(engine, written, confused=len(written) < len(pairs) or not plain)
        return self._parts[scope]

    def _is_off_the_map(self, query: str, bindings: Mapping[str, Node]) -> bool:
        """True where a path of no steps may begin at a node of which the data says nothing."""
        if not bindings or not may_take_no_step(query):
            return False
        ids = [self.snapshot.id(term) for term in bindings.values()]
        return any(index is None or not np.isin(index, self._nodes).item() for index in ids)

    @cached_property
    def _nodes(self) -> Ids:
        columns = [column.pairs for column in self.snapshot.predicates().values()]
        return union(NONE, *(unique(side) for pairs in columns for side in pairs))

    @cached_property
    def _with_shapes(self) -> MemoryEngine:
        engine = MemoryEngine(self.snapshot.key_rows())
        engine.add(self.shapes, SHAPES_GRAPH)
        return engine

    @cached_property
    def _graph(self) -> Graph:
        return self.snapshot.graph()

    def _by_rdflib(self, query: str, bindings: Mapping[str, Node]) -> Answer:
        # Imported here: it takes a tenth of a second, and few shapes need it.
        from rdflib.plugins.sparql import prepareQuery

        try:
            if query not in self._prepared:
                self._prepared[query] = prepareQuery(query)
            # The stub of rdflib asks for plain names as keys.
            answer = self._graph.query(self._prepared[query], initBindings=dict(bindings))  # type: ignore[arg-type]
            if answer.type == "ASK":
                return Answer((), ((),) if answer.askAnswer else ())
            # A SELECT answers with rows.
            rows = tuple(cast("tuple[Node | None, ...]", tuple(row)) for row in answer)  # type: ignore[arg-type]
        except Exception as error:  # rdflib raises what its grammar library and its operators happen to raise
            raise QueryError(str(error), remedy="check the query of the shape") from error
        return Answer(tuple(map(str, answer.vars or ())), rows)
