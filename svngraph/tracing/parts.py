"""What a trace graph consists of, found in a columnar snapshot as ids of its terms: items, links, what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rdflib import URIRef
from rdflib.namespace import RDFS, SDO, SKOS

from svngraph.columns import Pairs, Snapshot
from svngraph.digits import whole_number
from svngraph.model import BASES
from svngraph.namespaces import SVN, Names
from svngraph.tracing.columns import Mask, Numbers
from svngraph.tracing.items import Level
from svngraph.tracing.reach import Places
from svngraph.tracing.vocabulary import Vocabulary

ABSENT = np.int32(-1)
# The rank of a link that says nothing of what it rests on: below every basis, known or not.
_NO_BASIS = np.iinfo(np.int32).max


@dataclass(frozen=True, eq=False)
class Parts:
    """What a trace graph consists of, as ids of a snapshot's terms.

    Shape: ``row`` has the place in ``told`` of each link between two items, in the order of the columns; ``odd`` those
           of the links that have an end which is no item and should be one, and ``at_source`` where it is the lower.
    """

    words: Reader
    levels: tuple[Level, ...]
    steps: Mapping[Level, frozenset[Level]]
    relations: Mapping[URIRef, int]
    allowed: Mapping[URIRef, frozenset[tuple[Level, Level]]]
    items: Items
    told: Told
    source: Numbers
    target: Numbers
    row: Numbers
    odd: Numbers
    at_source: Mask


def parts_of(snapshot: Snapshot, names: Names) -> Parts:
    """The parts of a snapshot's trace graph."""
    reader = Reader(snapshot, names)
    levels, relations = reader.levels(), reader.relations()
    allowed = reader.allowed(relations, levels)
    steps = {
        level: frozenset(upper for pairs in allowed.values() for lower, upper in pairs if lower == level)
        for level in levels
    }
    items, told = reader.items(levels), reader.told(relations)
    number_of = np.full(len(snapshot.terms), ABSENT, np.int32)
    number_of[items.term] = np.arange(items.term.size, dtype=np.int32)
    source, target = number_of[told.source], number_of[told.target]
    firm = (source != ABSENT) & (target != ABSENT)
    row = np.flatnonzero(firm)[np.lexsort((told.relation[firm], target[firm], source[firm]))].astype(np.int32)
    odd = np.flatnonzero(~firm & ~reader.beside(relations, told, source == ABSENT, target == ABSENT)).astype(np.int32)
    at_source = source[odd] == ABSENT
    return Parts(reader, levels, steps, relations, allowed, items, told, source[row], target[row], row, odd, at_source)


@dataclass(frozen=True, eq=False)
class Items:
    """The items in reading order: the id of each one's term, its level, its sequence, and ids of its plan and name."""

    term: Numbers
    level: Numbers
    sequence: Numbers
    plan: Numbers
    name: Numbers
    plan_terms: Numbers


@dataclass(frozen=True, eq=False)
class Told:
    """Every trace link, whatever its ends are: first those that are stated as links, then the bare triples.

    Shape: ``rank`` is the place of the firmest basis in ``bases``, which begins with those that count;
           ``said`` the number of statements, whose nodes begin at ``starts`` of ``nodes`` for the stated ones.
    """

    source: Numbers
    relation: Numbers
    target: Numbers
    rank: Numbers
    said: Numbers
    nodes: Numbers
    starts: Places
    bases: tuple[URIRef, ...]

    @property
    def weakness(self) -> Numbers:
        """How little each link rests on."""
        found: Numbers = np.minimum(self.rank, len(BASES)).astype(np.int32)
        return found


class Reader(Vocabulary):
    """A snapshot asked for what a trace graph consists of."""

    def items(self, levels: Sequence[Level]) -> Items:
        """The items of every level; one that stands on several counts to the level nearest the goal."""
        level_of = np.full(self.size, ABSENT, np.int32)
        for number in range(len(levels) - 1, -1, -1):
            index = self._snapshot.id(levels[number].iri)
            if index is not None:
                level_of[self._snapshot.instances(np.array([index], np.int32))] = number
        term = np.flatnonzero(level_of != ABSENT).astype(np.int32)
        plan, sequence = self._least(term, SVN.inPlan), self._sequences(term)
        rank = self._ranked(np.unique(plan[plan != ABSENT]))
        table = np.zeros(self.size, np.int32)
        table[rank] = np.arange(1, rank.size + 1)
        place = np.where(plan == ABSENT, 0, table[plan])
        count = np.maximum(sequence, 0)
        sorted_by = np.lexsort((count, place, level_of[term])).astype(np.int32)
        order = self._ordered(term, sorted_by, level_of[term], place, count)
        return Items(
            term[order],
            level_of[term][order],
            sequence[order],
            plan[order],
            self._names_of(term)[order],
            rank,
        )

    def _ordered(self, term: Numbers, order: Numbers, *keys: Numbers) -> Numbers:
        """An order of items in which those of one level, plan and sequence follow their IRIs."""
        same = np.ones(max(order.size - 1, 0), np.bool_)
        for key in keys:
            same &= key[order][1:] == key[order][:-1]
        if not same.any():
            return order
        edges = np.flatnonzero(np.concatenate(([True], ~same, [True])))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if end - start > 1:
                run = order[start:end]
                texts = self.texts(term[run])
                order[start:end] = run[sorted(range(end - start), key=texts.__getitem__)]
        return order

    def _ranked(self, terms: Numbers) -> Numbers:
        """Terms in the order of their text."""
        texts = self.texts(terms)
        return terms[sorted(range(terms.size), key=texts.__getitem__)]

    def _least(self, term: Numbers, word: URIRef) -> Numbers:
        """The object of each term for a predicate, the one that comes first in text where there are several."""
        pairs = self._snapshot.edges(word, term)
        found = np.full(self.size, ABSENT, np.int32)
        ends = self._ranked(np.unique(pairs.right))
        rank = np.zeros(self.size, np.int32)
        rank[ends] = np.arange(ends.size)
        order = np.argsort(-rank[pairs.right], kind="stable")  # the last one written stays
        found[pairs.left[order]] = pairs.right[order]
        return found[term]

    def _sequences(self, term: Numbers) -> Numbers:
        pairs = self._snapshot.edges(SVN.sequence, term)
        value = np.full(self.size, ABSENT, np.int32)
        literals = np.unique(pairs.right)
        numbers = (whole_number(text) for text in self.texts(literals))
        value[literals] = [ABSENT if number is None else number for number in numbers]
        order = np.argsort(-value[pairs.right], kind="stable")
        order = order[value[pairs.right[order]] != ABSENT]
        found = np.full(self.size, ABSENT, np.int32)
        found[pairs.left[order]] = value[pairs.right[order]]
        return found[term]

    def _names_of(self, term: Numbers) -> Numbers:
        """The id of each item's Swedish name."""
        pairs = self._snapshot.edges(SKOS.prefLabel, term)
        literals = np.unique(pairs.right)
        swedish = np.zeros(self.size, np.bool_)
        swedish[literals] = [language == "sv" for language in self.languages(literals)]
        kept = swedish[pairs.right]
        found = np.full(self.size, ABSENT, np.int32)
        found[pairs.left[kept]] = pairs.right[kept]
        return found[term]

    def told(self, relations: Mapping[URIRef, int]) -> Told:
        """Every trace link of the snapshot."""
        node, word, froms, ends = self._statements(relations)
        rank, bases = self._ranks(node)
        order = np.lexsort((rank, ends, froms, word))
        node, word, froms, ends, rank = (column[order] for column in (node, word, froms, ends, rank))
        first = np.ones(node.size, np.bool_)
        first[1:] = (word[1:] != word[:-1]) | (froms[1:] != froms[:-1]) | (ends[1:] != ends[:-1])
        starts = np.append(np.flatnonzero(first), node.size)
        # Of several statements of one thing the firmest counts, which comes first.
        froms, ends, word, rank = froms[first], ends[first], word[first], rank[first]
        bare = [self._bare(number, index, word == number, froms, ends) for number, index in self._plain(relations)]
        many = sum(len(pairs) for _, pairs in bare)
        words = [np.full(len(pairs), number, np.int32) for number, pairs in bare]
        return Told(
            np.concatenate([froms, *(pairs.left for _, pairs in bare)]),
            np.concatenate([word, *words]),
            np.concatenate([ends, *(pairs.right for _, pairs in bare)]),
            np.concatenate([rank, np.full(many, _NO_BASIS, np.int32)]),
            np.concatenate([np.diff(starts), np.zeros(many, np.int64)]).astype(np.int32),
            node,
            starts,
            bases,
        )

    @staticmethod
    def _plain(relations: Mapping[URIRef, int]) -> list[tuple[int, int]]:
        """The trace properties by number and id whose triples are links: the inferred one only repeats others."""
        return [(n, index) for n, (iri, index) in enumerate(relations.items()) if iri != SVN.tracesFirmlyTo]

    def _bare(self, number: int, index: int, of_it: Mask, froms: Numbers, ends: Numbers) -> tuple[int, Pairs]:
        """The triples of a trace property that no statement tells of."""
        bare = self._snapshot.column_of(index).pairs
        stated = np.unique(froms[of_it].astype(np.int64) * self.size + ends[of_it])
        new = ~np.isin(bare.left.astype(np.int64) * self.size + bare.right, stated)
        return number, Pairs(bare.left[new], bare.right[new])

    def beside(
        self,
        relations: Mapping[URIRef, int],
        told: Told,
        no_source: Mask,
        no_target: Mask,
    ) -> Mask:
        """Which links have ends off the chain that the ontology allows there, such as a point raised in planning."""
        fits = np.ones((2, told.source.size), np.bool_)
        for number, index in enumerate(relations.values()):
            of_it = told.relation == number
            for row, (side, absent, verbs) in enumerate(
                (
                    (told.source, no_source, (RDFS.domain, SDO.domainIncludes)),
                    (told.target, no_target, (RDFS.range, SDO.rangeIncludes)),
                )
            ):
                allowed = np.zeros(self.size, np.bool_)
                for verb in verbs:
                    classes = self._snapshot.edges(verb, np.array([index], np.int32)).right
                    allowed[self._snapshot.instances(classes)] = True
                fits[row, of_it] = (~absent | allowed[side])[of_it]
        both: Mask = fits[0] & fits[1]
        return both

    def _statements(self, relations: Mapping[URIRef, int]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """The links that are stated as such: the node, its relation and its ends, a row for each combination."""
        known = np.full(self.size, ABSENT, np.int32)
        for number, index in enumerate(relations.values()):
            known[index] = number
        said = self._snapshot.column(SVN.relation).pairs
        kept = known[said.right] != ABSENT
        node, word = said.left[kept], known[said.right[kept]]
        node, (word,), source = self._joined(node, (word,), SVN["from"])
        node, (word, source), target = self._joined(node, (word, source), SVN.to)
        return node, word, source, target

    def _joined(
        self, node: Numbers, carried: tuple[Numbers, ...], word: URIRef
    ) -> tuple[Numbers, tuple[Numbers, ...], Numbers]:
        """Rows of nodes joined with the objects that each has for a predicate."""
        pairs: Pairs = self._snapshot.column(word).pairs
        start = np.searchsorted(pairs.left, node, "left")
        counts = np.searchsorted(pairs.left, node, "right") - start
        places = np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return np.repeat(node, counts), tuple(np.repeat(column, counts) for column in carried), pairs.right[places]

    def _ranks(self, node: Numbers) -> tuple[Numbers, tuple[URIRef, ...]]:
        """The place of each statement's firmest basis among all of them, and these: first those that count."""
        pairs = self._snapshot.column(SVN.basis).pairs
        # What is no IRI can be a basis too, for what is wrong is told and not refused.
        said = np.unique(pairs.right)
        texts = dict(zip(said.tolist(), self.texts(said), strict=True))
        bases = (*BASES, *map(URIRef, sorted(set(texts.values()) - set(map(str, BASES)))))
        places = {str(basis): number for number, basis in enumerate(bases)}
        rank = np.full(self.size, _NO_BASIS, np.int32)
        for index, text in texts.items():
            if places[text] >= len(BASES) or index == self._snapshot.id(URIRef(text)):
                rank[index] = places[text]
        of: Numbers = np.full(self.size, _NO_BASIS, np.int32)
        np.minimum.at(of, pairs.left, rank[pairs.right])
        return of[node], bases

    def evidence(self, told: Told, rows: Numbers) -> dict[int, tuple[URIRef, ...]]:
        """The passages that the statements of some links name, in order, by the place of the link."""
        stated = np.unique(rows[rows < told.starts.size - 1])
        counts = np.diff(told.starts)[stated]
        row = np.repeat(stated, counts)
        node = told.nodes[
            np.repeat(told.starts[stated] - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        ]
        _, (row,), passage = self._joined(node, (row,), SVN.evidence)
        found: dict[int, set[str]] = {}
        for place, text in zip(row.tolist(), self.texts(passage), strict=True):
            found.setdefault(place, set()).add(text)
        return {place: tuple(map(URIRef, sorted(texts))) for place, texts in found.items()}
