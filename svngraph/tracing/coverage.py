"""Coverage: how much of a level is traced downwards, in three meanings that are never mixed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.tracing.graph import Item, Level, Link, TraceGraph

Meaning = Literal["direct", "any", "all"]
MEANINGS: tuple[Meaning, ...] = ("direct", "any", "all")


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


def coverage(graph: TraceGraph, level: Level, bottom: Level, plan: URIRef | None = None) -> Coverage:
    """The coverage of a level down to a bottom level.

    Only branches that can lead to the bottom count: an action item does not fail an activity for having no outcome,
    since outcomes stand under reports. With ``plan``, items that stand beside the plan's own in another plan are
    left out.

    Units:  verdicts per item; linear in the items and links.
    Errors: UnknownLevel where the bottom does not lie below the level.
    Source: ISO/IEC/IEEE 29148, bidirectional traceability; DESIGN section 5 for the three meanings.
    """
    if not graph.below(level, bottom):
        raise UnknownLevel(f"no way leads from {level.key} down to {bottom.key}", remedy="name a level further down")
    scope = _scope(graph, plan)
    children = _children(graph, bottom, scope)
    reaching = _towards(graph, scope, (i for i in scope if graph.items[i].level == bottom), children)
    dead = (i for i in scope if graph.items[i].level != bottom and i not in children)
    failing = _towards(graph, scope, dead, children)
    verdicts = [
        _verdict(graph, item, bottom, children, reaching, failing) for item in graph.at(level) if item.iri in scope
    ]
    return Coverage(level, bottom, tuple(verdicts))


def group(graph: TraceGraph, item: Item, level: Level) -> Item | None:
    """The nearest item of a level that an item traces up to, or None."""
    queue, seen = deque([item.iri]), {item.iri}
    while queue:
        at = graph.items[queue.popleft()]
        if at.level == level:
            return at
        for link in graph.upstream.get(at.iri, ()):
            if link.target not in seen:
                seen.add(link.target)
                queue.append(link.target)
    return None


def _scope(graph: TraceGraph, plan: URIRef | None) -> frozenset[URIRef]:
    if plan is None:
        return frozenset(graph.items)
    own = {item.level for item in graph.items.values() if item.plan == plan}
    return frozenset(i for i, item in graph.items.items() if item.plan == plan or item.level not in own)


def _children(graph: TraceGraph, bottom: Level, scope: frozenset[URIRef]) -> Mapping[URIRef, list[Link]]:
    """The links down from each item that stay in scope and on levels from which the bottom can be reached."""
    useful = {bottom, *(level for level in graph.levels if graph.below(level, bottom))}
    found: dict[URIRef, list[Link]] = defaultdict(list)
    for link in graph.links:
        source, target = graph.items[link.source], graph.items[link.target]
        if link.source in scope and link.target in scope and source.level in useful and target.level != bottom:
            found[link.target].append(link)
    return found


_Towards = Mapping[URIRef, Link | None]


def _towards(
    graph: TraceGraph, scope: frozenset[URIRef], ends: Iterable[URIRef], children: Mapping[URIRef, list[Link]]
) -> _Towards:
    """Every item from which some end can be reached downwards, with the first link of the shortest way there."""
    first: dict[URIRef, Link | None] = dict.fromkeys(sorted(ends))
    usable = {(link.source, link.relation, link.target) for links in children.values() for link in links}
    queue = deque(first)
    while queue:
        for link in graph.upstream.get(queue.popleft(), ()):
            new = link.target not in first and link.target in scope
            if new and (link.source, link.relation, link.target) in usable:
                first[link.target] = link
                queue.append(link.target)
    return first


def _verdict(
    graph: TraceGraph,
    item: Item,
    bottom: Level,
    children: Mapping[URIRef, list[Link]],
    reaching: _Towards,
    failing: _Towards,
) -> Verdict:
    some = item.iri in reaching
    every = some and item.iri not in failing
    path: list[Link] = []
    at, way = item.iri, reaching if every else failing
    while (link := way.get(at)) is not None:
        path.append(link)
        at = link.source
    stop = None if every or at not in failing else graph.items[at]
    missing = tuple(graph.below(stop.level, bottom)) if stop else ()
    return Verdict(item, bool(children.get(item.iri)), some, every, tuple(path), stop, missing)
