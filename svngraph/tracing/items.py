"""The records of a trace graph: levels, plans, items, organisations, trace links, and the graph they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.labels import Label
from svngraph.model import BASES

PartyKind = Literal["region", "group", "other"]


@dataclass(frozen=True, order=True)
class Level:
    """A level of the chain: its number, counted from the goal, its key on the command line, its class, its name."""

    number: int
    key: str
    iri: URIRef
    label: Label = field(compare=False)


@dataclass(frozen=True)
class Plan:
    """A plan or report that items stand in; ``year`` is None for one of several years or of none."""

    iri: URIRef
    key: str
    label: Label
    year: int | None = None


@dataclass(frozen=True)
class Party:
    """An organisation or role that an item is assigned to or involves; ``kind`` says which of them it is."""

    iri: URIRef
    key: str
    kind: PartyKind
    label: Label


@dataclass(frozen=True)
class Item:
    """A thing on a level of the chain. ``plan`` and ``sequence`` are None where the data gives none."""

    iri: URIRef
    key: str
    level: Level
    label: Label
    plan: URIRef | None = None
    sequence: int | None = None

    @property
    def order(self) -> tuple[int, str, int, str]:
        """The place of the item among others: by level, plan and sequence."""
        return (self.level.number, self.plan or "", self.sequence or 0, self.iri)


@dataclass(frozen=True)
class Link:
    """A trace link: ``source`` rests on ``target``, which is nearer the goal.

    ``basis`` is one of :data:`svngraph.model.BASES`, or None where the data does not say: then it counts as the
    weakest.
    """

    source: URIRef
    relation: URIRef
    target: URIRef
    basis: URIRef | None
    evidence: tuple[URIRef, ...] = ()

    @property
    def weakness(self) -> int:
        """How little the link rests on: 0 for stated, and one more for each step down."""
        return BASES.index(self.basis) if self.basis in BASES else len(BASES)


_Ends = Callable[[Link], tuple[URIRef, URIRef]]
_Allowed = Mapping[URIRef, frozenset[tuple[Level, Level]]]


@dataclass(frozen=True)
class TraceGraph:
    """The items and trace links of a dataset, with the links of an item in both directions.

    ``steps`` holds for each level the levels above it that its items may link to, ``allowed`` the same for each trace
    property as pairs of lower and upper level; ``relations`` holds for each trace property its name and its name
    backwards. ``loose`` are links to or from what is no item of the chain, and ``repeated`` counts the statements of
    each link that is stated more than once. ``parties`` holds the organisations of each item, ``assigned`` those of
    them that it is assigned to.
    """

    levels: tuple[Level, ...]
    steps: Mapping[Level, frozenset[Level]]
    plans: Mapping[URIRef, Plan]
    items: Mapping[URIRef, Item]
    links: tuple[Link, ...]
    relations: Mapping[URIRef, tuple[Label, Label]]
    allowed: _Allowed = field(default_factory=dict)
    loose: tuple[Link, ...] = ()
    repeated: Mapping[Link, int] = field(default_factory=dict)
    parties: Mapping[URIRef, tuple[Party, ...]] = field(default_factory=dict)
    assigned: Mapping[URIRef, tuple[Party, ...]] = field(default_factory=dict)

    @cached_property
    def upstream(self) -> Mapping[URIRef, tuple[Link, ...]]:
        """The links from an item towards the goal: to the nearest level first, so that the long way is met first."""
        return self._by(lambda link: (link.source, link.target), nearest=-1)

    @cached_property
    def downstream(self) -> Mapping[URIRef, tuple[Link, ...]]:
        """The links from an item away from the goal, in the order of the items they come from."""
        return self._by(lambda link: (link.target, link.source), nearest=1)

    def _by(self, ends: _Ends, nearest: int) -> Mapping[URIRef, tuple[Link, ...]]:
        found: dict[URIRef, list[Link]] = defaultdict(list)
        for link in self.links:
            found[ends(link)[0]].append(link)

        def order(link: Link) -> tuple[object, ...]:
            other = self.items[ends(link)[1]]
            return (nearest * other.level.number, other.order, link.weakness, link.relation)

        return {item: tuple(sorted(links, key=order)) for item, links in found.items()}

    def level(self, key: str) -> Level:
        """The level of a key. Errors: UnknownLevel."""
        return level_of(self.levels, key)

    def at(self, level: Level) -> list[Item]:
        """The items of a level, ordered by plan and sequence."""
        return [*self._by_level.get(level, ())]

    @cached_property
    def _by_level(self) -> Mapping[Level, list[Item]]:
        found: dict[Level, list[Item]] = defaultdict(list)
        for item in sorted(self.items.values(), key=lambda item: item.order):
            found[item.level].append(item)
        return found

    def above(self, level: Level) -> frozenset[Level]:
        """The level and every level that a way up from it can reach."""
        return above(self.steps, level)

    def below(self, level: Level, bottom: Level) -> list[Level]:
        """The levels next below a level from which the way goes on down to the bottom, the nearest first."""
        return below(self.steps, level, bottom)


def level_of(levels: tuple[Level, ...], key: str) -> Level:
    """The level of a key. Errors: UnknownLevel."""
    for level in levels:
        if level.key == key:
            return level
    raise UnknownLevel(f"no level {key!r}", remedy=f"one of: {', '.join(level.key for level in levels)}")


def above(steps: Mapping[Level, frozenset[Level]], level: Level) -> frozenset[Level]:
    """The level and every level that a way up from it can reach."""
    found = {level}
    ahead = [level]
    while ahead:
        new = steps[ahead.pop()] - found
        found |= new
        ahead += new
    return frozenset(found)


def below(steps: Mapping[Level, frozenset[Level]], level: Level, bottom: Level) -> list[Level]:
    """The levels next below a level from which the way goes on down to the bottom, the nearest first."""
    onward = above(steps, bottom)
    return sorted(step for step, uppers in steps.items() if level in uppers and step in onward)
