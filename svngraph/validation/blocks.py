"""Results of the columnar back end: rows of ids that become results only when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.columns.sets import Ids, unique
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.columnar import Columnar
from svngraph.validation.found import Found
from svngraph.validation.messages import default_messages, filled
from svngraph.validation.report import ReportPath, Result, reported_path

# Larger blocks keep the order of the data: sorting them by name would need every name in memory.
_SORTED_UP_TO = 200_000


class Block(Sequence[Result]):
    """The results of one constraint of one shape, ordered by the names of focus and value."""

    def __init__(self, engine: Columnar, shape: p.Shape, constraint: c.Constraint, found: Found) -> None:
        self.engine = engine
        self.shape = shape
        self.constraint = constraint
        self.found = found

    def __len__(self) -> int:
        return int(self.found.focus.size)

    def __iter__(self) -> Iterator[Result]:
        return (self._result(place) for place in self._order)

    @overload
    def __getitem__(self, index: int) -> Result: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...

    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        if isinstance(index, slice):
            return [self._result(place) for place in self._order[index]]
        return self._result(self._order[index])

    @cached_property
    def _order(self) -> Sequence[int]:
        if len(self) > _SORTED_UP_TO:
            return range(len(self))
        key = self.engine.snapshot.terms.key
        found = self.found
        columns = [found.focus] + [column for column in (found.path, found.value) if column is not None]
        names = [[str(key(index)) if index >= 0 else "" for index in column.tolist()] for column in columns]
        rows = list(zip(*names, strict=True))
        return sorted(range(len(rows)), key=rows.__getitem__)

    @cached_property
    def _messages(self) -> tuple[Literal, ...]:
        own = self.constraint.messages if isinstance(self.constraint, (c.Sparql, c.Custom)) else ()
        return own or self.shape.messages or default_messages(self.constraint)

    @cached_property
    def _path(self) -> ReportPath | None:
        return reported_path(self.shape.path)

    @cached_property
    def _details(self) -> dict[Node, list[Result]]:
        """The results of the nested shapes about each value node itself; what lies deeper is theirs to say."""
        nested, values = self.constraint, self.found.value
        if values is None or not isinstance(nested, (c.NodeOf, c.Several)):
            return {}
        shapes = (nested.shape,) if isinstance(nested, c.NodeOf) else nested.shapes
        wanted, found = unique(values), dict[Node, list[Result]]()
        for node in shapes:
            for block in run_shape(self.engine, self.engine.plan.shapes[node], wanted):
                for result in block:
                    found.setdefault(result.focus_node, []).append(result)
        return found

    def _result(self, place: int) -> Result:
        found, term = self.found, self.engine.snapshot.term
        value = int(found.value[place]) if found.value is not None else -1
        path = int(found.path[place]) if found.path is not None else -1
        messages = self._messages
        if found.rows is not None:
            messages = self._row_messages(found.rows[place].bindings)
        iri = term(path) if path >= 0 else None
        return Result(
            focus_node=term(int(found.focus[place])),
            path=iri if isinstance(iri, URIRef) else self._path,
            value=term(value) if value >= 0 else None,
            source_shape=self.shape.node,
            component=self.constraint.component,
            severity=self.shape.severity,
            messages=messages,
            details=tuple(self._details.get(term(value), ())) if value >= 0 else (),
            source_constraint=self.constraint.node if isinstance(self.constraint, c.Sparql) else None,
        )

    def _row_messages(self, bindings: object) -> tuple[Literal, ...]:
        assert isinstance(bindings, dict)
        said = bindings.get("message")
        chosen = (said,) if isinstance(said, Literal) else self._messages
        return filled(chosen, bindings)


def run_shape(engine: Columnar, shape: p.Shape, foci: Ids) -> list[Block]:
    """The blocks of results of one shape for these focus nodes."""
    return [Block(engine, owner, constraint, found) for owner, constraint, found in engine.violations(shape, foci)]
