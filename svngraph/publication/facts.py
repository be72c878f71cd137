"""What a dataset says of a thing, read from the columns as rdflib terms."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from svngraph.labels import Label

if TYPE_CHECKING:
    from svngraph.columns import Snapshot

_NAMES = (SKOS.prefLabel, RDFS.label)
_KEPT = 8_192


class Facts:
    """A dataset's union graph, asked thing by thing."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        # What was asked for one language is soon asked for the other.
        self._across = lru_cache(_KEPT)(self._read)

    def _read(self, term: Node, predicate: URIRef, backward: bool) -> tuple[Node, ...]:
        number = self.snapshot.id(term)
        pairs = self.snapshot.column(predicate, backward=backward).pairs
        if number is None or not len(pairs):
            return ()
        first, last = (int(pairs.left.searchsorted(number, side)) for side in ("left", "right"))
        return tuple(sorted((self.snapshot.term(other) for other in pairs.right[first:last].tolist()), key=str))

    def values(self, thing: Node, predicate: URIRef) -> list[Node]:
        """The values of a thing's property, in the order of their text."""
        return [*self._across(thing, predicate, False)]

    def value(self, thing: Node, predicate: URIRef) -> Node | None:
        """The first of them, None where there is none."""
        return next(iter(self.values(thing, predicate)), None)

    def iris(self, thing: Node, predicate: URIRef) -> list[URIRef]:
        """Those of them that are IRIs."""
        return [value for value in self.values(thing, predicate) if isinstance(value, URIRef)]

    def subjects(self, predicate: URIRef, value: Node) -> list[URIRef]:
        """The things with this value for a property, in the order of their IRIs."""
        return [node for node in self._across(value, predicate, True) if isinstance(node, URIRef)]

    def instances(self, kind: URIRef) -> list[URIRef]:
        """The things of a class; classes below it count where the dataset has been inferred over."""
        return self.subjects(RDF.type, kind)

    def text(self, thing: Node, predicate: URIRef) -> Label:
        """The text of a property in each language; what has none counts as Swedish."""
        label = Label()
        for value in self.values(thing, predicate):
            if isinstance(value, Literal):
                label = label.with_text(value.language or "sv", str(value))
        return label

    def name(self, thing: Node) -> Label:
        """The name of a thing, empty where it has none."""
        for predicate in _NAMES:
            label = self.text(thing, predicate)
            if label != Label():
                return label
        return Label()

    def classes(self, thing: Node) -> list[URIRef]:
        """The classes of a thing without those that stand above another of them."""
        every = self.iris(thing, RDF.type)
        above = {higher for kind in every for higher in self._above(kind)}
        return [kind for kind in every if kind not in above]

    def _above(self, kind: URIRef) -> set[URIRef]:
        known = self._closures.get(kind)
        if known is None:
            known, ahead = set(), [kind]
            while ahead:
                new = {term for term in self.iris(ahead.pop(), RDFS.subClassOf) if term not in known}
                known |= new
                ahead += new
            known.discard(kind)
            self._closures[kind] = known
        return known

    @cached_property
    def _closures(self) -> dict[URIRef, set[URIRef]]:
        return {}

    def selector(self, thing: Node, predicate: URIRef) -> BNode | URIRef | None:
        """The node, named or not, that a property leads to."""
        found = self.value(thing, predicate)
        return found if isinstance(found, BNode | URIRef) else None
