"""The trace graph in columns, read straight from a columnar snapshot: the fast way in, for any number of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rdflib import URIRef
from rdflib.namespace import RDFS, SDO, SKOS

from svngraph.columns import Pairs, Snapshot
from svngraph.model import BASES
from svngraph.namespaces import SVN, Names
from svngraph.tracing.columns import LooseLink, Mask, Numbers, TraceColumns
from svngraph.tracing.items import Level
from svngraph.tracing.vocabulary import Vocabulary

_ABSENT = np.int32(-1)


def read(snapshot: Snapshot, names: Names) -> TraceColumns:
    """The trace graph of a snapshot: the same as :func:`svngraph.tracing.graph.read` finds in a store."""
    reader = _Reader(snapshot, names)
    levels = reader.levels()
    relations = reader.relations()
    allowed = reader.allowed(relations, levels)
    steps = {
        level: frozenset(upper for pairs in allowed.values() for lower, upper in pairs if lower == level)
        for level in levels
    }
    items = reader.items(levels)
    links, loose = reader.links(relations, items)
    plans = reader.plans(items.plan_terms)
    homes = reader.numbering(items.plan_terms)
    return TraceColumns(
        levels,
        steps,
        plans,
        tuple(relations),
        allowed,
        items.level,
        np.where(items.plan == _ABSENT, _ABSENT, homes[items.plan]).astype(np.int32),
        items.name,
        *links,
        loose,
        lambda numbers: [URIRef(text) for text in reader.texts(items.term[list(numbers)])],
        lambda numbers: [reader.key(text) for text in reader.texts(items.term[list(numbers)])],
        lambda numbers: reader.labels(items.term[list(numbers)]),
    )


@dataclass(frozen=True, eq=False)
class _Items:
    """The items in reading order: the id of each one's term, its level, and the ids of its plan and its name."""

    term: Numbers
    level: Numbers
    plan: Numbers
    name: Numbers
    plan_terms: Numbers


class _Reader(Vocabulary):
    """A snapshot asked for what a trace graph consists of."""

    def items(self, levels: Sequence[Level]) -> _Items:
        """The items of every level; one that stands on several counts to the level nearest the goal."""
        level_of = np.full(self._size, _ABSENT, np.int32)
        for number in range(len(levels) - 1, -1, -1):
            index = self._snapshot.id(levels[number].iri)
            if index is not None:
                level_of[self._snapshot.instances(np.array([index], np.int32))] = number
        term = np.flatnonzero(level_of != _ABSENT).astype(np.int32)
        plan, sequence = self._least(term, SVN.inPlan), self._sequences(term)
        rank = self._ranked(np.unique(plan[plan != _ABSENT]))
        table = np.zeros(self._size, np.int32)
        table[rank] = np.arange(1, rank.size + 1)
        place = np.where(plan == _ABSENT, 0, table[plan])
        sorted_by = np.lexsort((sequence, place, level_of[term])).astype(np.int32)
        order = self._ordered(term, sorted_by, level_of[term], place, sequence)
        return _Items(term[order], level_of[term][order], plan[order], self._names_of(term)[order], rank)

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
        found = np.full(self._size, _ABSENT, np.int32)
        ends = self._ranked(np.unique(pairs.right))
        rank = np.zeros(self._size, np.int32)
        rank[ends] = np.arange(ends.size)
        order = np.argsort(-rank[pairs.right], kind="stable")  # the last one written stays
        found[pairs.left[order]] = pairs.right[order]
        return found[term]

    def _sequences(self, term: Numbers) -> Numbers:
        pairs = self._snapshot.edges(SVN.sequence, term)
        value = np.full(self._size, _ABSENT, np.int32)
        literals = np.unique(pairs.right)
        value[literals] = [int(text) if text.isdigit() and len(text) < 10 else -1 for text in self.texts(literals)]
        order = np.argsort(-value[pairs.right], kind="stable")
        order = order[value[pairs.right[order]] != _ABSENT]
        found = np.zeros(self._size, np.int32)
        found[pairs.left[order]] = value[pairs.right[order]]
        return found[term]

    def _names_of(self, term: Numbers) -> Numbers:
        """The id of each item's Swedish name."""
        pairs = self._snapshot.edges(SKOS.prefLabel, term)
        literals = np.unique(pairs.right)
        swedish = np.zeros(self._size, np.bool_)
        swedish[literals] = [language == "sv" for language in self.languages(literals)]
        kept = swedish[pairs.right]
        found = np.full(self._size, _ABSENT, np.int32)
        found[pairs.left[kept]] = pairs.right[kept]
        return found[term]

    def links(
        self, relations: dict[URIRef, int], items: _Items
    ) -> tuple[tuple[Numbers, Numbers, Numbers, Numbers, Numbers], tuple[LooseLink, ...]]:
        """The links between items as columns, and those that have an end which is none."""
        froms, ends, words, weakness, said = self._stated(relations)
        for number, (relation, index) in enumerate(relations.items()):
            if relation == SVN.tracesFirmlyTo:
                continue
            bare = self._snapshot.column_of(index).pairs
            of_it = words == number
            told = np.unique(froms[of_it].astype(np.int64) * self._size + ends[of_it])
            new = ~np.isin(bare.left.astype(np.int64) * self._size + bare.right, told)
            froms = np.concatenate((froms, bare.left[new]))
            ends = np.concatenate((ends, bare.right[new]))
            words = np.concatenate((words, np.full(int(new.sum()), number, np.int32)))
            weakness = np.concatenate((weakness, np.full(int(new.sum()), len(BASES), np.int32)))
            said = np.concatenate((said, np.zeros(int(new.sum()), np.int32)))
        number_of = np.full(self._size, _ABSENT, np.int32)
        number_of[items.term] = np.arange(items.term.size, dtype=np.int32)
        source, target = number_of[froms], number_of[ends]
        firm = (source != _ABSENT) & (target != _ABSENT)
        order = np.flatnonzero(firm)[np.lexsort((words[firm], target[firm], source[firm]))]
        odd = ~firm & ~self._beside(relations, froms, words, ends, source == _ABSENT, target == _ABSENT)
        loose = self._loose(list(relations), froms[odd], words[odd], ends[odd], source[odd] == _ABSENT)
        return (source[order], target[order], words[order], weakness[order], said[order]), loose

    def _beside(
        self,
        relations: dict[URIRef, int],
        froms: Numbers,
        words: Numbers,
        ends: Numbers,
        no_source: Mask,
        no_target: Mask,
    ) -> Mask:
        """Which links have ends off the chain that the ontology allows there, such as a point raised in planning."""
        fits = np.ones((2, froms.size), np.bool_)
        for number, index in enumerate(relations.values()):
            of_it = words == number
            for row, (side, absent, verbs) in enumerate(
                (
                    (froms, no_source, (RDFS.domain, SDO.domainIncludes)),
                    (ends, no_target, (RDFS.range, SDO.rangeIncludes)),
                )
            ):
                allowed = np.zeros(self._size, np.bool_)
                for verb in verbs:
                    classes = self._snapshot.edges(verb, np.array([index], np.int32)).right
                    allowed[self._snapshot.instances(classes)] = True
                fits[row, of_it] = (~absent | allowed[side])[of_it]
        both: Mask = fits[0] & fits[1]
        return both

    def _stated(self, relations: dict[URIRef, int]) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        """The links that are stated as such: their ends, relation, weakness, and how many statements there are."""
        known = np.full(self._size, _ABSENT, np.int32)
        for number, index in enumerate(relations.values()):
            known[index] = number
        said = self._snapshot.column(SVN.relation).pairs
        kept = known[said.right] != _ABSENT
        node, word = said.left[kept], known[said.right[kept]]
        node, (word,), source = self._joined(node, (word,), SVN["from"])
        node, (word, source), target = self._joined(node, (word, source), SVN.to)
        weak = self._weakness(node)
        order = np.lexsort((weak, target, source, word))
        node, word, source, target, weak = (column[order] for column in (node, word, source, target, weak))
        first = np.ones(node.size, np.bool_)
        first[1:] = (word[1:] != word[:-1]) | (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        counts = np.diff(np.append(np.flatnonzero(first), node.size)).astype(np.int32)
        return source[first], target[first], word[first], weak[first], counts

    def _joined(
        self, node: Numbers, carried: tuple[Numbers, ...], word: URIRef
    ) -> tuple[Numbers, tuple[Numbers, ...], Numbers]:
        """Rows of nodes joined with the objects that each has for a predicate."""
        pairs: Pairs = self._snapshot.column(word).pairs
        start = np.searchsorted(pairs.left, node, "left")
        counts = np.searchsorted(pairs.left, node, "right") - start
        places = np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return np.repeat(node, counts), tuple(np.repeat(column, counts) for column in carried), pairs.right[places]

    def _weakness(self, node: Numbers) -> Numbers:
        rank = np.full(self._size, len(BASES), np.int32)
        for number, basis in enumerate(BASES):
            index = self._snapshot.id(basis)
            if index is not None:
                rank[index] = number
        pairs = self._snapshot.column(SVN.basis).pairs
        of: Numbers = np.full(self._size, len(BASES), np.int32)
        np.minimum.at(of, pairs.left, rank[pairs.right])
        return of[node]

    def _loose(
        self, relations: Sequence[URIRef], froms: Numbers, words: Numbers, ends: Numbers, at_source: Mask
    ) -> tuple[LooseLink, ...]:
        sources, targets = self.texts(froms), self.texts(ends)
        found = [
            LooseLink(URIRef(source), relations[word], URIRef(target), URIRef(source if at else target))
            for source, word, target, at in zip(sources, words.tolist(), targets, at_source.tolist(), strict=True)
        ]
        return tuple(sorted(found, key=lambda link: (link.source, link.relation, link.target)))

    def numbering(self, terms: Numbers) -> Numbers:
        """The place of each term of a list, by the term's id."""
        places = np.full(self._size, _ABSENT, np.int32)
        places[terms] = np.arange(terms.size)
        return places
