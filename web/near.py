"""What a thing's page reads: out of the quads where they are here, else asked of the endpoint that holds them.

Both give the same rows, in any order; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Protocol

from rdflib import URIRef
from rdflib.namespace import DCTERMS, PROV, RDF
from rdflib.term import Node

from svngraph.columns.ends import Ends
from svngraph.namespaces import OA, SVN

from . import page_queries as q

Row = tuple[Node | None, ...]
_ORGANISING = (SVN.assignedTo, SVN.involves, SVN.createdGroup, SVN.decidedBy)
_FROM, _TO = SVN["from"], SVN.to
_OF_LINK = (SVN.basis, SVN.evidence, SVN.continuityKind, PROV.wasAttributedTo, DCTERMS.created, SVN.reviewedDigest)
_NUMBER = (SVN.value, SVN.minValue, SVN.maxValue, SVN.comparator, SVN.unit)
_OF_OUTCOME = (SVN.outcomeKind, SVN.date, *_NUMBER, SVN.evidence)
_MOST = 2_000
# A page asks for the same things under several heads.
_LATELY = 4_096
_NONE = -1
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
        self._lately = lru_cache(_LATELY)(self._by_predicate)
        self._joins = {*self._known(_FROM, _TO)}
        self._organising = {*self._known(*_ORGANISING)}
        self._outcome, self._type, self._wording = self._known(SVN.Outcome, RDF.type, SVN.wording)
        self._whole, self._rest = self._known(_FROM, SVN.relation, _TO), self._known(*_OF_LINK)
        self._rationale, self._worded = self._known(SVN.rationale), self._known(SVN.text, SVN.evidence)
        self._measured = self._known(*_OF_OUTCOME)
        self._placed, self._spot = self._known(OA.hasSource, OA.hasSelector), self._known(OA.start, OA.end)
        self._shown = self._known(SVN.page, SVN.quoteDigest)

    def outgoing(self, iri: str) -> Iterator[Row]:
        """Property and value."""
        index = self._ends.id(iri)
        for predicate, values in () if index is None else self._lately(index).items():
            named = self._term(predicate)
            for value in values:
                yield named, self._term(value)

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
        for link in self._links(iri):
            yield from self._product(link, self._whole, self._rest)

    def rationales(self, iri: str) -> Iterator[Row]:
        """Link and text."""
        for link in self._links(iri):
            yield from self._product(link, self._rationale, ())

    def passages(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Passage, document, start, end, page and digest."""
        for passage in self._found(iris):
            for document, selector in self._product_of(passage, self._placed):
                for start, end in self._product_of(selector, self._spot):
                    for page, digest in self._options(passage, self._shown):
                        yield self._row(passage, document, start, end, page, digest)

    def wordings(self, iri: str) -> Iterator[Row]:
        """Wording, text and evidence."""
        index = self._ends.id(iri)
        for wording in () if index is None else self._lately(index).get(self._wording, ()):
            yield from self._product(wording, self._worded[:1], self._worded[1:])

    def outcomes(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Outcome, kind, date, value, lowest and highest, comparator, unit and evidence."""
        for outcome in self._found(iris):
            if self._outcome in self._lately(outcome).get(self._type, ()):
                yield from self._product(outcome, (), self._measured)

    def groups(self, iris: tuple[str, ...]) -> Iterator[Row]:
        """Thing, property and organisation."""
        for thing in self._found(iris):
            for predicate, values in self._lately(thing).items():
                for value in values if predicate in self._organising else ():
                    yield self._row(thing, predicate, value)

    def _known(self, *terms: URIRef) -> tuple[int, ...]:
        """The ids of some terms, for what the dataset does not have one that nothing has."""
        found = (self._ends.id(term) for term in terms)
        return tuple(_NONE if index is None else index for index in found)

    def _found(self, iris: Iterable[str]) -> Iterator[int]:
        for iri in iris:
            if (index := self._ends.id(iri)) is not None:
                yield index

    def _pointing(self, iri: str) -> list[tuple[int, int, int]]:
        index = self._ends.id(iri)
        return [] if index is None else self._ends.pointing(index)

    def _links(self, iri: str) -> list[int]:
        return [*dict.fromkeys(link for predicate, link, _ in self._pointing(iri) if predicate in self._joins)]

    def _by_predicate(self, subject: int) -> Mapping[int, Collection[int]]:
        """What is said of a thing, each value once."""
        said: dict[int, dict[int, None]] = {}
        for predicate, value, _graph in self._ends.about(subject):
            said.setdefault(predicate, {})[value] = None
        return said

    def _product_of(self, subject: int, predicates: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Every combination of the values of some properties, none where one has no value."""
        said = self._lately(subject)
        return [*product(*(said.get(predicate, ()) for predicate in predicates))]

    def _options(self, subject: int, predicates: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The same with -1 for a property that has no value."""
        said = self._lately(subject)
        return [*product(*(said.get(predicate, (_NONE,)) for predicate in predicates))]

    def _product(self, subject: int, needed: tuple[int, ...], rest: tuple[int, ...]) -> Iterator[Row]:
        if self._lately(subject).keys() >= {*needed}:
            for row in self._options(subject, (*needed, *rest)):
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
