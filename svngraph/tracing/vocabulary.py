"""What a snapshot calls its terms, and the chain that the ontology in it declares: levels, trace properties, plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from rdflib import URIRef
from rdflib.namespace import RDFS, SDO, SKOS

from svngraph.columns import Kind, OneOrMore, Predicate, Snapshot, follow, pair_union
from svngraph.digits import whole_number
from svngraph.labels import Label
from svngraph.namespaces import SVN, Names
from svngraph.tracing.items import Level, Party, PartyKind, Plan
from svngraph.tracing.reach import Numbers

# What an organisation counts as; one that is several counts as the last of them.
_PARTIES: tuple[tuple[PartyKind, tuple[str, ...]], ...] = (
    ("group", ("Group", "ProgrammeArea", "Board")),
    ("region", ("Region",)),
)


class Vocabulary:
    """The words of a snapshot."""

    def __init__(self, snapshot: Snapshot, names: Names) -> None:
        self._snapshot = snapshot
        self._names = names
        self.size = len(snapshot.terms)

    def levels(self) -> tuple[Level, ...]:
        """The levels that the ontology in the snapshot declares."""
        numbers, keys = (self._snapshot.column(SVN[word]).pairs for word in ("chainLevel", "chainKey"))
        key_of = dict(zip(keys.left.tolist(), keys.right.tolist(), strict=True))
        found = [
            Level(place, self._text(key_of[cls]), URIRef(self._text(cls)), self._label(cls))
            for cls, number in zip(numbers.left.tolist(), numbers.right.tolist(), strict=True)
            if cls in key_of and (place := whole_number(self._text(number))) is not None
        ]
        return tuple(sorted(found))

    def relations(self) -> dict[URIRef, int]:
        """Every trace property with its id, in the order of their IRIs."""
        top = self._snapshot.id(SVN.tracesTo)
        if top is None:
            return {}
        under = follow(
            self._snapshot, OneOrMore(Predicate(RDFS.subPropertyOf)), self._snapshot.subjects(RDFS.subPropertyOf)
        )
        found = {URIRef(self._text(index)): index for index in under.left[under.right == top].tolist()}
        return {iri: found[iri] for iri in sorted(found)}

    def allowed(
        self, relations: Mapping[URIRef, int], levels: Sequence[Level]
    ) -> dict[URIRef, frozenset[tuple[Level, Level]]]:
        """For each trace property the levels that it joins, as the ontology says it."""
        by_class = {level.iri: level for level in levels}

        def classes(index: int, *words: URIRef) -> list[Level]:
            start = np.array([index], np.int32)
            ends = [URIRef(self._text(i)) for word in words for i in self._snapshot.edges(word, start).right.tolist()]
            return [by_class[iri] for iri in ends if iri in by_class]

        pairs = {
            iri: frozenset(
                (lower, upper)
                for lower in classes(index, RDFS.domain, SDO.domainIncludes)
                for upper in classes(index, RDFS.range, SDO.rangeIncludes)
            )
            for iri, index in relations.items()
        }
        return {iri: joined for iri, joined in pairs.items() if joined}

    def plans(self, terms: Numbers) -> tuple[Plan, ...]:
        """The plans of some items, in the order of their IRIs."""
        years = self._snapshot.edges(SVN.planYear, np.sort(terms))
        year_of = dict(zip(years.left.tolist(), self.texts(years.right), strict=True))
        return tuple(
            Plan(
                URIRef(iri),
                self.key(iri),
                self._label(index),
                whole_number(year_of.get(index, "")[:4]),
            )
            for index, iri in zip(terms.tolist(), self.texts(terms), strict=True)
        )

    def names_of(self, relation: int) -> tuple[Label, Label]:
        """The name of a trace property and its name backwards, by its id."""
        return self._label(relation, RDFS.label), self._label(relation, SVN.inverseLabel)

    def parties(
        self, terms: Numbers, words: Sequence[URIRef] = (SVN.assignedTo, SVN.involves)
    ) -> tuple[Numbers, Numbers, dict[int, Party]]:
        """The organisations that some items are assigned to or involve: pairs of ids, and what each organisation is."""
        pairs = pair_union(*(self._snapshot.edges(word, np.sort(terms)) for word in words))
        named = self._snapshot.terms.of_kind(pairs.right, Kind.IRI)
        item, party = pairs.left[named], pairs.right[named]
        known = np.unique(party)
        kind_of: dict[int, PartyKind] = {}
        for kind, classes in _PARTIES:
            ids = [index for word in classes if (index := self._snapshot.id(SVN[word])) is not None]
            kind_of |= dict.fromkeys(self._snapshot.instances(np.sort(np.array(ids, np.int32))).tolist(), kind)
        found = {
            index: Party(URIRef(iri), self.key(iri), kind_of.get(index, "other"), label)
            for index, iri, label in zip(known.tolist(), self.texts(known), self.labels(known), strict=True)
        }
        return item, party, found

    def key(self, iri: str) -> str:
        """The key of a thing's IRI, or the whole of one that is not this publisher's."""
        parts = self._names.parts(iri)
        return parts[1] if parts else iri

    def labels(self, terms: Numbers) -> list[Label]:
        """The names of some terms."""
        pairs = self._snapshot.edges(SKOS.prefLabel, np.unique(terms))
        found: dict[int, Label] = {}
        for index, language, text in zip(
            pairs.left.tolist(), self.languages(pairs.right), self.texts(pairs.right), strict=True
        ):
            found[index] = found.get(index, Label()).with_text(language, text)
        return [found.get(index, Label()) for index in terms.tolist()]

    def texts(self, terms: Numbers) -> list[str]:
        """The text of some terms."""
        return list(self._snapshot.literals.lexicals(terms))

    def languages(self, terms: Numbers) -> list[str]:
        """The language of each of some terms, empty where it has none."""
        literals = self._snapshot.literals
        codes = literals.languages(terms).tolist()
        text_of = {code: literals.text(code) for code in set(codes)}
        return [text_of[code] for code in codes]

    def _text(self, index: int) -> str:
        return self.texts(np.array([index], np.int32))[0]

    def _label(self, index: int, *words: URIRef) -> Label:
        start, label = np.array([index], np.int32), Label()
        for word in words or (RDFS.label, SKOS.prefLabel):
            ends = self._snapshot.edges(word, start).right
            for language, text in zip(self.languages(ends), self.texts(ends), strict=True):
                label = label.with_text(language, text)
        return label
