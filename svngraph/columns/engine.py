"""An in-memory SPARQL engine over keys, and what such an engine makes of literals: of many it keeps the value only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from svngraph.columns.reading import Key, key_of, term_of
from svngraph.errors import QueryError
from svngraph.sparql import asks_elsewhere, literal

# The datatypes of which Oxigraph's store keeps values and not what was written; strings and languages it keeps.
_KEPT_AS_VALUES = frozenset(
    f"{XSD}{name}"
    for name in [
        *("boolean", "decimal", "double", "float", "integer", "long", "int", "short", "byte"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "date", "dateTime", "dateTimeStamp", "time", "gYear", "gYearMonth"),
        *("gMonth", "gDay", "gMonthDay", "duration", "dayTimeDuration", "yearMonthDuration"),
    ]
)


# So many texts stand in one query.
_AT_ONCE = 10_000


def is_kept_as_value(datatype: str) -> bool:
    """True where an engine may keep the value of a literal of this datatype, and forget how it was written."""
    return datatype in _KEPT_AS_VALUES


def rewritten(keys: Iterable[Key]) -> list[tuple[Node, Node]]:
    """The literals that :class:`MemoryEngine` keeps in another form than theirs: as it gives them, as they are."""
    store, listed = ox.Store(), list(keys)
    if not listed:
        return []
    number, predicate = "urn:x-svngraph:", ox.NamedNode("urn:x-svngraph:")
    store.bulk_extend(ox.Quad(ox.NamedNode(f"{number}{i}"), predicate, key) for i, key in enumerate(listed))
    found = ((quad.object, listed[int(quad.subject.value.removeprefix(number))]) for quad in store)
    return [(term_of(kept), term_of(own)) for kept, own in found if kept != own]


def _check_place(query: str) -> None:
    if asks_elsewhere(query):
        raise QueryError("SERVICE is refused", remedy="a query asks this dataset and no other place")


def check_query(query: str) -> None:
    """Nothing, where the query is well-formed SPARQL.

    Errors: QueryError, with the place in the query.
    """
    _check_place(query)
    try:
        ox.Store().query(query)
    except (SyntaxError, ValueError) as error:
        raise QueryError(str(error), remedy="correct the query") from error


def matching(texts: Sequence[str], pattern: str, flags: str) -> list[bool] | None:
    """Which of the texts a regular expression matches, in a time that grows as their length does.

    Shape:  None where the engine does not take the expression, such as one whose repetitions are too many.
    """
    store, found = ox.Store(), list[bool]()
    said = f"{literal(pattern)}, {literal(flags)}"
    for start in range(0, len(texts), _AT_ONCE):
        rows = " ".join(f"({place} {literal(text)})" for place, text in enumerate(texts[start : start + _AT_ONCE]))
        query = f"SELECT ?place (REGEX(?text, {said}) AS ?match) WHERE {{ VALUES (?place ?text) {{ {rows} }} }}"
        solutions: Any = store.query(query)
        answers = {int(place.value): match for place, match in solutions}
        if not all(answers.values()):
            return None
        found.extend(answers[place].value == "true" for place in range(len(answers)))
    return found


@dataclass(frozen=True)
class Answer:
    """The solutions of a query: rows of one term, or None where unbound, for each variable."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]


class MemoryEngine:
    """An in-memory Oxigraph holding some triples; it canonicalises numbers and dates, as SPARQL sees them."""

    def __init__(self, triples: Iterable[tuple[Key, Key, Key]]) -> None:
        self._store = ox.Store()
        self._store.bulk_extend(ox.Quad(*triple) for triple in triples)

    def add(self, triples: Iterable[tuple[Node, Node, Node]], graph: URIRef) -> None:
        """Put rdflib triples into a named graph."""
        name = ox.NamedNode(graph)
        self._store.bulk_extend(ox.Quad(key_of(s), key_of(p), key_of(o), name) for s, p, o in triples)

    def select(self, query: str) -> Answer:
        """The solutions of a SELECT query (of an ASK query: one empty row for yes).

        Errors: QueryError.
        """
        _check_place(query)
        try:
            found: Any = self._store.query(query)
            if isinstance(found, ox.QueryBoolean):
                return Answer((), ((),) if bool(found) else ())
            names = tuple(variable.value for variable in found.variables)
            rows = tuple(tuple(None if key is None else term_of(key) for key in row) for row in found)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise QueryError(str(error), remedy="check the query of the shape") from error
        return Answer(names, rows)
