"""Names and classes out of the rows of a store that is elsewhere, as a snapshot gives them of one that is here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.labels import Label

Row = tuple[Node | None, ...]


def labels(rows: Iterable[Row]) -> Mapping[str, Label]:
    """The name of everything that has one, by IRI, from rows of thing and name."""
    found: dict[str, Label] = {}
    for thing, text in rows:
        if isinstance(text, Literal):
            found[str(thing)] = found.get(str(thing), Label()).with_text(text.language or "sv", str(text))
    return found


def types(rows: Iterable[Row], tree: Iterable[Row]) -> Mapping[str, tuple[URIRef, ...]]:
    """The classes of each thing that do not follow from another, from rows of thing and class, and of class and the
    class above it.
    """
    above: dict[str, set[str]] = defaultdict(set)
    for one, other in tree:
        above[str(one)].add(str(other))
    closed = {one: _closure(one, above) for one in above}
    found: dict[str, set[str]] = defaultdict(set)
    for thing, kind in rows:
        found[str(thing)].add(str(kind))
    return {
        thing: tuple(URIRef(k) for k in sorted(kinds - set().union(*(closed.get(k, set()) for k in kinds))))
        for thing, kinds in found.items()
    }


def _closure(start: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = above.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found - {start}
