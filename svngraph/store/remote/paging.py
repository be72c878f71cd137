"""Whole graphs from a server that cuts its answers: property by property, and each of these page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib.term import Node

from svngraph.errors import EndpointError

GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <%s> { ?s ?p ?o } }"
"""The query for a whole graph."""
_PARTS = "SELECT ?p (COUNT(*) AS ?n) WHERE { GRAPH <%s> { ?s ?p ?o } } GROUP BY ?p"
_PART = "CONSTRUCT { ?s <%s> ?o } WHERE { GRAPH <%s> { ?s <%s> ?o } }"
# Virtuoso 7.2.5 makes no answer of more than a million triples, whatever its settings allow.
_AT_ONCE = 500_000


@dataclass
class Paging:
    """How a server gives whole graphs; ``cuts`` is whether it has been seen to cut an answer short.

    Units: ``page`` is how many rows it may give at once. A page of a graph comes after all that is before it, so that a
           large graph is asked for by its properties, each of which is a short way.
    """

    construct: Callable[[str], bytes]
    select: Callable[[str], tuple[tuple[Node | None, ...], ...]]
    broken: Callable[[str], EndpointError]
    page: int
    cuts: bool = False

    def graph(self, place: str, expected: int = 0) -> Iterator[bytes]:
        """The triples of a graph in pieces, as N-Triples; ``expected`` is how many, where it is known.

        The pieces are in no order, which some servers keep and none promises: whoever asks counts what came.
        Errors: EndpointError.
        """
        whole = GRAPH % place
        if 0 < expected <= self._size:
            found = self.construct(whole)
            if triples_in(found) == expected:
                yield found
                return
            self.cuts |= expected > self.page // 2
        parts = self.select(_PARTS % place)
        # There may be so many properties that their list is cut too.
        if not parts or len(parts) >= self._size:
            yield from self._pages(whole, expected)
            return
        for predicate, count in parts:
            yield from self._pages(_PART % (predicate, place, predicate), int(str(count)))

    @property
    def _size(self) -> int:
        """How many triples to ask for at once: half of what a server gives that cuts, since all of it takes Virtuoso
        twenty times as long.
        """
        return self.page // 2 if self.cuts else _AT_ONCE

    def _pages(self, query: str, expected: int) -> Iterator[bytes]:
        """The triples of a query; where it is not known how many there are, only an empty page is the last."""
        found, before = 0, b""
        while not expected or found < expected:
            size = self._size
            part = self.construct(f"{query} LIMIT {size} OFFSET {found}")
            count = triples_in(part)
            if expected and count < min(size, expected - found) and not self.cuts:
                self.cuts = True
                continue
            if not count:
                return
            if part == before:
                raise self.broken("it gives the same page again and again")
            found, before = found + count, part
            yield part if part.endswith(b"\n") else part + b"\n"


def triples_in(triples: bytes) -> int:
    """How many lines of N-Triples hold a triple."""
    return sum(1 for line in triples.splitlines() if line.strip() and line[:1] != b"#")
