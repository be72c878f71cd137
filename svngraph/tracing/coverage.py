"""Coverage: how much of a level is traced downwards, in three meanings that are never mixed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.tracing.columns import Mask, Numbers, TraceColumns, numbered
from svngraph.tracing.items import Item, Level, Link, Party, TraceGraph
from svngraph.tracing.reach import START, UNREACHED, adjacency, spread

Meaning = Literal["direct", "any", "all"]
MEANINGS: tuple[Meaning, ...] = ("direct", "any", "all")


@dataclass(frozen=True, eq=False)
class LevelCoverage:
    """The coverage of a level down to a bottom, in columns: one entry for each of ``items``, in reading order.

    ``way`` holds for every item of the graph the link by which the bottom is reached, or by which the nearest item
    below is that nothing follows from, as :func:`svngraph.tracing.reach.spread` writes it.
    """

    level: Level
    bottom: Level
    items: Numbers
    direct: Mask
    any: Mask
    all: Mask
    reaching: Numbers
    failing: Numbers

    def holds(self, meaning: Meaning) -> Mask:
        """Which items are covered in a meaning."""
        return {"direct": self.direct, "any": self.any, "all": self.all}[meaning]

    def count(self, meaning: Meaning) -> int:
        """How many items are covered in a meaning."""
        return int(self.holds(meaning).sum())

    def path(self, row: int, columns: TraceColumns) -> tuple[list[int], int | None]:
        """The links from an item down to the bottom where ``all`` holds, else to where a branch stops; and that item.

        The item is None where nothing stops: all holds, or every branch that does not arrive runs in a circle.
        """
        way = self.reaching if self.all[row] else self.failing
        links, at = [], int(self.items[row])
        while way[at] not in (START, UNREACHED):
            links.append(int(way[at]))
            at = int(columns.source[links[-1]])
        return links, None if self.all[row] or way[at] == UNREACHED else at


@dataclass(frozen=True)
class Verdict:
    """Whether one item is covered, and why.

    ``direct``: at least one link down; ``any``: some chain reaches the bottom level; ``all``: every branch does.
    ``path`` leads down to the bottom where ``all`` holds, and otherwise to the nearest item below that nothing
    follows from: ``stops_at``, which lacks something on one of the levels ``missing``.
    """

    item: Item
    direct: bool
    any: bool
    all: bool
    path: tuple[Link, ...]
    stops_at: Item | None
    missing: tuple[Level, ...]

    def holds(self, meaning: Meaning) -> bool:
        """Whether the item is covered in a meaning."""
        return {"direct": self.direct, "any": self.any, "all": self.all}[meaning]


@dataclass(frozen=True)
class Coverage:
    """The verdicts over a level's items, ordered by plan and sequence, down to the level ``bottom``."""

    level: Level
    bottom: Level
    verdicts: tuple[Verdict, ...]

    def count(self, meaning: Meaning) -> int:
        """How many items are covered in a meaning."""
        return sum(verdict.holds(meaning) for verdict in self.verdicts)

    def share(self, meaning: Meaning) -> float | None:
        """The share of the items that are covered, in 0..1; None where there are no items."""
        return self.count(meaning) / len(self.verdicts) if self.verdicts else None


def cover(columns: TraceColumns, level: Level, bottom: Level, plan: URIRef | None = None) -> LevelCoverage:
    """The coverage of a level down to a bottom level.

    Only branches that can lead to the bottom count: an action item does not fail an activity for having no outcome,
    since outcomes stand under reports. With ``plan``, items that stand beside the plan's own in another plan are
    left out.

    Units:  verdicts per item; linear in the items and links.
    Errors: UnknownLevel where the bottom does not lie below the level.
    Source: ISO/IEC/IEEE 29148, bidirectional traceability; DESIGN section 5 for the three meanings.
    """
    if not columns.below(level, bottom):
        raise UnknownLevel(f"no way leads from {level.key} down to {bottom.key}", remedy="name a level further down")
    scope = _scope(columns, plan)
    links = usable(columns, bottom, scope)
    ways, size = adjacency(columns.source, columns.target, len(columns), links), len(columns)
    parent = np.zeros(size, np.bool_)
    parent[columns.target[links]] = True
    at_bottom = scope & (columns.level == columns.number(bottom))
    reaching = spread(ways, np.flatnonzero(at_bottom).astype(np.int32), size)
    failing = spread(ways, np.flatnonzero(scope & ~at_bottom & ~parent).astype(np.int32), size)
    items = np.flatnonzero(scope & (columns.level == columns.number(level))).astype(np.int32)
    some = reaching[items] != UNREACHED
    return LevelCoverage(
        level, bottom, items, parent[items], some, some & (failing[items] == UNREACHED), reaching, failing
    )


def _scope(columns: TraceColumns, plan: URIRef | None) -> Mask:
    if plan is None:
        return np.ones(len(columns), np.bool_)
    place = next((number for number, known in enumerate(columns.plans) if known.iri == plan), len(columns.plans))
    inside: Mask = columns.plan == place
    own = np.zeros(len(columns.levels), np.bool_)
    own[columns.level[inside]] = True
    return inside | ~own[columns.level]


def usable(columns: TraceColumns, bottom: Level, scope: Mask | None = None) -> Mask:
    """The links that stay in scope and come from levels on a way to the bottom; nothing is asked below the bottom."""
    useful = columns.on([bottom, *(level for level in columns.levels if columns.below(level, bottom))])
    inside = (
        useful[columns.source]
        if scope is None
        else scope[columns.source] & scope[columns.target] & useful[columns.source]
    )
    onward: Mask = inside & (columns.level[columns.target] != columns.number(bottom))
    return onward


def coverage(graph: TraceGraph, level: Level, bottom: Level, plan: URIRef | None = None) -> Coverage:
    """The coverage of a level as records, each verdict with its path; what it means is said at :func:`cover`.

    Errors: UnknownLevel where the bottom does not lie below the level.
    """
    verdicts = Verdicts(graph, level, bottom, plan)
    return Coverage(level, bottom, tuple(map(verdicts.at, range(len(verdicts)))))


class Verdicts:
    """The verdicts over a level's items, each made when it is asked for, from columns that are worked out once.

    Errors: UnknownLevel where the bottom does not lie below the level.
    """

    def __init__(self, graph: TraceGraph, level: Level, bottom: Level, plan: URIRef | None = None) -> None:
        self._graph, self._records = graph, numbered(graph)
        self._found = cover(self._records.columns, level, bottom, plan)

    def __len__(self) -> int:
        return int(self._found.items.size)

    def at(self, row: int) -> Verdict:
        """The verdict over an item given by its place among those of the level."""
        found, records = self._found, self._records
        path, stop = found.path(row, records.columns)
        stops_at = None if stop is None else records.items[stop]
        return Verdict(
            records.items[int(found.items[row])],
            bool(found.direct[row]),
            bool(found.any[row]),
            bool(found.all[row]),
            tuple(records.links[number] for number in path),
            stops_at,
            tuple(self._graph.below(stops_at.level, found.bottom)) if stops_at else (),
        )

    def of(self, item: Item) -> Verdict | None:
        """The verdict over an item, None where it is not of the level."""
        row = self._rows.get(item.iri)
        return None if row is None else self.at(row)

    @cached_property
    def _rows(self) -> dict[URIRef, int]:
        items = self._records.items
        return {items[number].iri: row for row, number in enumerate(self._found.items.tolist())}


def group(graph: TraceGraph, item: Item, level: Level) -> Item | None:
    """The nearest item of a level that an item traces up to, or None."""
    return next(groups(graph, item, level), None)


def groups(graph: TraceGraph, item: Item, level: Level) -> Iterator[Item]:
    """The items of a level that an item traces up to, the nearest first."""
    queue, seen = deque([item.iri]), {item.iri}
    while queue:
        at = graph.items[queue.popleft()]
        if at.level == level:
            yield at
        for link in graph.upstream.get(at.iri, ()):
            if link.target not in seen:
                seen.add(link.target)
                queue.append(link.target)


def parties(graph: TraceGraph, item: Item, kinds: Iterable[str] = ("region", "group")) -> list[Party]:
    """The organisations of some kinds that an item, or something that traces to it, is assigned to or involves."""
    found: dict[URIRef, Party] = {}
    queue, seen = deque([item.iri]), {item.iri}
    while queue:
        at = queue.popleft()
        found |= {party.iri: party for party in graph.parties.get(at, ())}
        for link in graph.downstream.get(at, ()):
            if link.source not in seen:
                seen.add(link.source)
                queue.append(link.source)
    wanted = frozenset(kinds)
    return sorted((party for party in found.values() if party.kind in wanted), key=lambda party: party.iri)
