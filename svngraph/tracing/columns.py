"""The trace graph in columns: items and links as numbers, so that hundreds of thousands of them fit in a few arrays.

Items are numbered in the order in which people read them: by level, plan and sequence. What is computed over everything
at once (coverage, findings, matrices) is computed here, whether the graph came from a store or from a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rdflib import URIRef

from svngraph.labels import Label
from svngraph.tracing.items import Item, Level, Link, Plan, TraceGraph, above, below, level_of
from svngraph.tracing.reach import Adjacency, adjacency

Numbers = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class LooseLink:
    """A link to or from what is no item of the chain: the side that is none is where the link dangles."""

    source: URIRef
    relation: URIRef
    target: URIRef
    missing: URIRef


@dataclass(frozen=True, eq=False)
class TraceColumns:
    """Items, numbered from 0 in reading order, and the links between them.

    Shape: ``level`` and ``plan`` hold for each item the place of its level in ``levels`` and of its plan in ``plans``
           (-1 for none); ``name`` a number that items of one name share, -1 for none. ``source``, ``target``,
           ``relation``, ``weakness`` and ``said`` (statements of the link, 0 where there is only the bare triple) have
           one entry a link, ordered by source and target.
    """

    levels: tuple[Level, ...]
    steps: Mapping[Level, frozenset[Level]]
    plans: tuple[Plan, ...]
    relations: tuple[URIRef, ...]
    allowed: Mapping[URIRef, frozenset[tuple[Level, Level]]]
    level: Numbers
    plan: Numbers
    name: Numbers
    source: Numbers
    target: Numbers
    relation: Numbers
    weakness: Numbers
    said: Numbers
    loose: tuple[LooseLink, ...]
    iris: Callable[[Sequence[int]], list[URIRef]] = field(repr=False)
    keys: Callable[[Sequence[int]], list[str]] = field(repr=False)
    labels: Callable[[Sequence[int]], list[Label]] = field(repr=False)

    def __len__(self) -> int:
        return int(self.level.size)

    @cached_property
    def up(self) -> Adjacency:
        """The links of each item towards the goal."""
        return adjacency(self.source, self.target, len(self))

    @cached_property
    def down(self) -> Adjacency:
        """The links of each item away from the goal."""
        return adjacency(self.target, self.source, len(self))

    def number(self, level: Level) -> int:
        """The place of a level in ``levels``."""
        return self.levels.index(level)

    def level_of(self, key: str) -> Level:
        """The level of a key. Errors: UnknownLevel."""
        return level_of(self.levels, key)

    def above(self, level: Level) -> frozenset[Level]:
        """The level and every level that a way up from it can reach."""
        return above(self.steps, level)

    def below(self, level: Level, bottom: Level) -> list[Level]:
        """The levels next below a level from which the way goes on down to the bottom, the nearest first."""
        return below(self.steps, level, bottom)

    def at(self, level: Level) -> Numbers:
        """The items of a level, in reading order."""
        return np.flatnonzero(self.level == self.number(level)).astype(np.int32)

    def on(self, levels: Sequence[Level] | frozenset[Level]) -> Mask:
        """Which items stand on one of some levels."""
        table = np.zeros(len(self.levels), np.bool_)
        table[[self.number(level) for level in levels]] = True
        found: Mask = table[self.level]
        return found

    @cached_property
    def years(self) -> Numbers:
        """The year of each item's plan; -1 where there is none."""
        table = np.array([*(-1 if plan.year is None else plan.year for plan in self.plans), -1], np.int32)
        found: Numbers = table[self.plan]
        return found


@dataclass(frozen=True, eq=False)
class Numbered:
    """The columns of a graph that is at hand as records, and these records in the order of their numbers."""

    columns: TraceColumns
    items: Sequence[Item]
    links: Sequence[Link]


def columns_of(graph: TraceGraph) -> TraceColumns:
    """The columns of a trace graph that is at hand as records."""
    return numbered(graph).columns


def numbered(graph: TraceGraph) -> Numbered:
    """The columns of a trace graph with its records; a graph keeps its own once they are made."""
    kept = vars(graph)
    if _KEPT not in kept:
        kept[_KEPT] = _made_of(graph)
    found: Numbered = kept[_KEPT]
    return found


def keep(graph: TraceGraph, columns: TraceColumns, items: Sequence[Item], links: Sequence[Link]) -> None:
    """Give a graph the columns that it was made from."""
    vars(graph)[_KEPT] = Numbered(columns, items, links)


# Where a graph keeps its columns, as a cached property of its would: the records cannot know of the columns above them.
_KEPT = "_columns"


def _made_of(graph: TraceGraph) -> Numbered:
    items = sorted(graph.items.values(), key=lambda item: item.order)
    place = {item.iri: number for number, item in enumerate(items)}
    plans = tuple(sorted(graph.plans.values(), key=lambda plan: plan.iri))
    homes = {plan.iri: number for number, plan in enumerate(plans)}
    relations = tuple(sorted({link.relation for link in graph.links}))
    ranks = {relation: number for number, relation in enumerate(relations)}
    names: dict[object, int] = {}
    links = sorted(graph.links, key=lambda link: (place[link.source], place[link.target], link.relation))
    table = np.array(
        [
            (
                place[link.source],
                place[link.target],
                ranks[link.relation],
                link.weakness,
                graph.repeated.get(link, int(link.basis is not None)),
            )
            for link in links
        ],
        np.int32,
    ).reshape(-1, 5)
    source, target, relation, weakness, said = (np.ascontiguousarray(column) for column in table.T)
    columns = TraceColumns(
        graph.levels,
        graph.steps,
        plans,
        relations,
        graph.allowed,
        np.array([graph.levels.index(item.level) for item in items], np.int32),
        np.array([homes.get(item.plan, -1) if item.plan else -1 for item in items], np.int32),
        np.array(
            [-1 if item.label.sv is None else names.setdefault(item.label.sv, len(names)) for item in items], np.int32
        ),
        source,
        target,
        relation,
        weakness,
        said,
        tuple(
            LooseLink(link.source, link.relation, link.target, link.source if link.source not in place else link.target)
            for link in sorted(graph.loose, key=lambda link: (link.source, link.relation, link.target))
        ),
        lambda numbers: [items[number].iri for number in numbers],
        lambda numbers: [items[number].key for number in numbers],
        lambda numbers: [items[number].label for number in numbers],
    )
    return Numbered(columns, items, links)
