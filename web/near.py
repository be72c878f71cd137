"""What a thing's page reads: out of the quads where they are here, else asked of the endpoint that holds them.

Both give the same rows, in any order; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from rdflib import URIRef
from rdflib.namespace import DCTERMS, PROV, RDF
from rdflib.term import Node

from svngraph.columns.ends import Ends
from svngraph.namespaces import OA, SVN

from . import page_queries as q

Row = tuple[Node | None, ...]
_ORGANISING = (SVN.assignedTo, SVN.involves, SVN.createdGroup, SVN.decidedBy)
_MOST = 2_000
_KEPT = 50_000


class Reading(Protocol):
    """The rows that the pages of things are made of, by the names of the queries."""

    def outgoing(self, iri: str) -> Iterable[Row]:
        """Property and value."""

    def incoming(self, iri: str) -> Iterable[Row]:
        """Thing and property."""

    def links(self, iri: str) -> Iterable[Row]:
        """Link, ends and relation, with basis, evidence, kind, author, day and reviewed digest."""

    def rationales(self, iri: str) -> Iterable[Row]:
        """Link and text."""

    def passages(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Passage, document, start, end, page and digest."""

    def wordings(self, iri: str) -> Iterable[Row]:
        """Wording, text and evidence."""

    def outcomes(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Outcome, kind, date, value, lowest and highest, comparator, unit and evidence."""

    def groups(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Thing, property and organisation."""


class Asked:
    """The rows, asked for in SPARQL."""

    def __init__(self, rows: Callable[..., Iterable[Row]]) -> None:
        self._rows = rows

    def outgoing(self, iri: str) -> Iterable[Row]:
        """Property and value."""
        return self._rows(q.OUTGOING, iri=iri)

    def incoming(self, iri: str) -> Iterable[Row]:
        """Thing and property."""
        return self._rows(q.INCOMING, iri=iri)

    def links(self, iri: str) -> Iterable[Row]:
        """Link, ends and relation, with what it rests on."""
        return self._rows(q.LINKS, iri=iri)

    def rationales(self, iri: str) -> Iterable[Row]:
        """Link and text."""
        return self._rows(q.RATIONALES, iri=iri)

    def passages(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Passage, document, start, end, page and digest."""
        return self._rows(q.PASSAGES, iris=iris)

    def wordings(self, iri: str) -> Iterable[Row]:
        """Wording, text and evidence."""
        return self._rows(q.WORDINGS, iri=iri)

    def outcomes(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Outcome, kind, date, value, lowest and highest, comparator, unit and evidence."""
        return self._rows(q.OUTCOMES, iris=iris)

    def groups(self, iris: tuple[str, ...]) -> Iterable[Row]:
        """Thing, property and organisation."""
        return self._rows(q.GROUPS, iris=iris)


class Near:
    """The rows, out of the statements by their ends."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._terms: dict[int, Node] = {}
        self._ids: dict[URIRef, int] = {}
        self._joins = {self._known(SVN["from"]), self._known(SVN.to)}

    def outgoing(self, iri: str) -> Iterator[Row]:
        """Property and value."""
        for predicate, value in self._said(self._ends.id(iri)):
            yield self._term(predicate), self._term(value)

    def incoming(self, iri: str) -> Iterator[Row]:
        """Thing and property."""
        met: dict[tuple[int, int], None] = {}
        for predicate, thing, _graph in self._pointing(iri):
            if predicate not in self._joins and not self._ends.is_blank(thing):
                met[(thing, predicate)] = None
        for thing, predicate in [*met][:_MOST]:
            yield self._term(thing), self._term(predicate)

    def links(self, iri: str) -> Iterator[Row]:
        """Link, ends and relation, with what it rests on."""
        whole = (SVN["from"], SVN.relation, SVN.to)
        rest = (SVN.basis, SVN.evidence, SVN.continuityKind, PROV.wasAttributedTo, DCTERMS.created, SVN.reviewedDigest)
        for link in self._links(iri):
            if all(self._values(link, term) for term in whole):
                yield from self._product(link, whole, rest)

    def rationales(self, iri: str) -> Iterator[Row]:
        """Link and text."""
        for link in self._links(iri):
            yield from self._product(link, (SVN.rationale,), ())

    def passages(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Passage, document, start, end, page and digest."""
        for passage in self._found(iris):
            for document, selector in self._product_of(passage, (OA.hasSource, OA.hasSelector)):
                for start, end in self._product_of(selector, (OA.start, OA.end)):
                    for page, digest in self._options(passage, (SVN.page, SVN.quoteDigest)):
                        yield self._row(passage, document, start, end, page, digest)

    def wordings(self, iri: str) -> Iterator[Row]:
        """Wording, text and evidence."""
        for wording in self._values(self._ends.id(iri), SVN.wording):
            yield from self._product(wording, (SVN.text,), (SVN.evidence,))

    def outcomes(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Outcome, kind, date, value, lowest and highest, comparator, unit and evidence."""
        kind = self._known(SVN.Outcome)
        number = (SVN.value, SVN.minValue, SVN.maxValue, SVN.comparator, SVN.unit)
        rest = (SVN.outcomeKind, SVN.date, *number, SVN.evidence)
        for outcome in self._found(iris):
            if kind in self._values(outcome, RDF.type):
                yield from self._product(outcome, (), rest)

    def groups(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Thing, property and organisation."""
        wanted = {self._known(term) for term in _ORGANISING}
        for thing in self._found(iris):
            for predicate, value in self._said(thing):
                if predicate in wanted:
                    yield self._row(thing, predicate, value)

    def _known(self, term: URIRef) -> int:
        found = self._ids.get(term)
        if found is None:
            found = self._ends.id(term)
            self._ids[term] = found = -1 if found is None else found
        return found

    def _found(self, iris: Iterable[str]) -> Iterator[int]:
        for iri in iris:
            if (index := self._ends.id(iri)) is not None:
                yield index

    def _pointing(self, iri: str) -> list[tuple[int, int, int]]:
        index = self._ends.id(iri)
        return [] if index is None else self._ends.pointing(index)

    def _links(self, iri: str) -> list[int]:
        return [*dict.fromkeys(link for predicate, link, _ in self._pointing(iri) if predicate in self._joins)]

    def _said(self, subject: int | None) -> list[tuple[int, int]]:
        if subject is None:
            return []
        return [*dict.fromkeys((predicate, value) for predicate, value, _graph in self._ends.about(subject))]

    def _values(self, subject: int | None, term: URIRef) -> list[int]:
        predicate = self._known(term)
        return [value for p, value in self._said(subject) if p == predicate]

    def _product_of(self, subject: int, terms: tuple[URIRef, ...]) -> list[tuple[int, ...]]:
        """Every combination of the values of some properties, none where one has no value."""
        rows: list[tuple[int, ...]] = [()]
        for term in terms:
            values = self._values(subject, term)
            rows = [(*row, value) for row in rows for value in values]
        return rows

    def _options(self, subject: int, terms: tuple[URIRef, ...]) -> list[tuple[int, ...]]:
        """The same with -1 for a property that has no value."""
        said: dict[int, list[int]] = {}
        for predicate, value in self._said(subject):
            said.setdefault(predicate, []).append(value)
        rows: list[tuple[int, ...]] = [()]
        for term in terms:
            values = said.get(self._known(term)) or [-1]
            rows = [(*row, value) for row in rows for value in values]
        return rows

    def _product(self, subject: int, needed: tuple[URIRef, ...], rest: tuple[URIRef, ...]) -> Iterator[Row]:
        for row in self._options(subject, (*needed, *rest)):
            if -1 not in row[: len(needed)]:
                yield self._row(subject, *row)

    def _row(self, *indices: int) -> Row:
        return tuple(None if index < 0 else self._term(index) for index in indices)

    def _term(self, index: int) -> Node:
        known = self._terms.get(index)
        if known is None:
            if len(self._terms) > _KEPT:
                self._terms.clear()
            known = self._terms[index] = self._ends.terms.term(index)
        return known
