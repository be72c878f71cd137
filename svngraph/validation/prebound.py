"""SHACL-SPARQL queries run for focus nodes: variables pre-bound, or one query for all where that is the same.

Source: https://www.w3.org/TR/shacl/#pre-binding
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.errors import ShapesError
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.query_scope import may_take_no_step
from svngraph.validation.sparql_syntax import bare
from svngraph.validation.writing import written

SHAPES_GRAPH = URIRef("urn:x-svngraph:shapes")
# Fewer focus nodes than this are asked about one by one: that touches less data than one query over everything.
_FEW = 64
_AGGREGATE = re.compile(
    r"(?<![\w:?$-])(GROUP|HAVING|LIMIT|OFFSET|COUNT|SUM|MIN|MAX|AVG|SAMPLE)(?![\w:-])", re.IGNORECASE
)


class Solutions(Protocol):
    """The answer to a SELECT query: rows of one term (or None) for each variable."""

    @property
    def variables(self) -> Sequence[str]:
        """The names of the variables."""

    @property
    def rows(self) -> Sequence[Sequence[Node | None]]:
        """The rows."""


Select = Callable[[str], Solutions]
BoundSelect = Callable[[str, Mapping[str, Node]], Solutions]


@dataclass(frozen=True)
class Row:
    """One violation that a query found, with every variable of the solution."""

    focus: Node
    value: Node | None
    path: URIRef | None
    bindings: Mapping[str, Node]


def query_rows(
    select: BoundSelect,
    shape: p.Shape,
    constraint: c.Sparql | c.Custom,
    foci: Collection[Node],
    pairs: Callable[[], Iterable[tuple[Node, Node]]],
) -> Iterator[Row]:
    """The violations of a query constraint for these focus nodes, each distinct solution once.

    Shape:  ``foci`` has each node once, and is quick to say whether one is among them; ``pairs`` gives each focus node
            with each of its value nodes, for validators that ask about values.
    """
    if isinstance(constraint, c.Custom) and constraint.ask:
        for this, value in pairs():
            bindings = {**dict(constraint.parameters), "this": this, "value": value}
            if not _solutions(select, shape, constraint.query, bindings):
                # As the W3C's tests and pySHACL have it, the value is only named where it is the focus node itself.
                yield Row(this, value if shape.path is None else None, None, bindings)
        return
    parameters = dict(constraint.parameters) if isinstance(constraint, c.Custom) else {}
    if len(foci) >= _FEW and not parameters and serves_all(constraint.query):
        yield from _served_at_once(select, shape, constraint.query, foci)
        return
    for focus in foci:
        found = _solutions(select, shape, constraint.query, {**parameters, "this": focus})
        yield from _distinct(shape, focus, found)


def _served_at_once(select: BoundSelect, shape: p.Shape, query: str, foci: Collection[Node]) -> Iterator[Row]:
    grouped: dict[Node, list[dict[str, Node]]] = {}
    for bindings in _solutions(select, shape, query, {}):
        grouped.setdefault(bindings["this"], []).append(bindings)
    for focus, found in grouped.items():
        if focus in foci:
            yield from _distinct(shape, focus, found)


def _solutions(select: BoundSelect, shape: p.Shape, query: str, bindings: Mapping[str, Node]) -> list[dict[str, Node]]:
    bound = dict(bindings)
    if re.search(r"[?$]currentShape\b", bare(query)):
        bound["currentShape"] = shape.node
    if re.search(r"[?$]shapesGraph\b", bare(query)):
        bound["shapesGraph"] = SHAPES_GRAPH
    answer = select(query, bound)
    names = answer.variables
    found = ({name: term for name, term in zip(names, row, strict=True) if term is not None} for row in answer.rows)
    return [{**bound, **solution} for solution in found]


def _distinct(shape: p.Shape, focus: Node, solutions: list[dict[str, Node]]) -> Iterator[Row]:
    seen: set[frozenset[tuple[str, Node]]] = set()
    for bindings in solutions:
        key = frozenset(bindings.items())
        if _is_true(bindings.get("failure")):
            # Source: https://www.w3.org/TR/shacl/#sparql-constraints-validation: no result, the validation has failed.
            raise ShapesError(
                f"the query of shape {shape.node.n3()} reports a failure at {focus.n3()}",
                clause="https://www.w3.org/TR/shacl/#sparql-constraints-validation",
            )
        if key in seen:
            continue
        seen.add(key)
        path = bindings.get("path")
        value = bindings.get("value", focus if shape.path is None else None)
        yield Row(focus, value, path if isinstance(path, URIRef) else None, bindings)


def _is_true(term: Node | None) -> bool:
    return isinstance(term, Literal) and str(term) in ("true", "1")


def textual(select: Select) -> BoundSelect:
    """The function that binds variables by writing terms into the query, for an endpoint that knows no pre-binding.

    Errors: Untranslatable, a QueryError, where a blank node would have to be written.
    """

    def answer(query: str, bindings: Mapping[str, Node]) -> Solutions:
        return select(substituted(query, bindings))

    return answer


def serves_all(query: str) -> bool:
    """True where the query's own first pattern binds ``$this``, so that running it once for all gives the same rows.

    Nothing may aggregate or cut, and no inner group but those of EXISTS may stand between.
    """
    text = bare(query)
    outer = re.search(r"\b(?i:SELECT)\b([^{]*)\{\s*[?$]this\s", text)
    if outer is None or not re.search(r"[?$]this\b|\*", outer[1]) or _AGGREGATE.search(text):
        return False
    if may_take_no_step(query):
        return False
    inner = text[outer.end() :]
    openings = [match.start() for match in re.finditer(r"\{", inner)]
    return all(re.search(r"\bEXISTS\s*$", inner[:place], re.IGNORECASE) for place in openings)


def substituted(query: str, bindings: Mapping[str, Node]) -> str:
    """The query with variables replaced by terms. The names of variables are told apart by case.

    Errors: Untranslatable where a term cannot be written.

    >>> substituted("SELECT $this WHERE { $this a ?c }", {"this": URIRef("a:b")})
    'SELECT (<a:b> AS ?this) WHERE { <a:b> a ?c }'
    """
    if not bindings:
        return query
    text, parts, place = bare(query), list[str](), 0
    names = "|".join(map(re.escape, bindings))
    for match in re.finditer(rf"\b(?i:bound)\s*\(\s*[?$]({names})\s*\)|[?$]({names})\b", text):
        parts.append(query[place : match.start()])
        place = match.end()
        if match[1]:
            parts.append("(true)")
            continue
        term = written(bindings[match[2]])
        if text.startswith("-", place):
            term += " "  # or a language tag would go on
        projected = re.search(r"\bSELECT\b(?!.*\bWHERE\b)[^{]*$", text[: match.start()], re.IGNORECASE | re.DOTALL)
        inside = text[: match.start()].rfind("(") > text[: match.start()].rfind(")")
        parts.append(f"({term} AS ?{match[2]})" if projected and not inside else term)
    return "".join(parts) + query[place:]
