"""The chain strip: the stations from goal to outcome, what each link rests on, and where the chain breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.tracing.graph import Item, Level, Link, TraceGraph

# The trunk runs from the goal to the activity and forks there: how it is done, and what came of it.
TRUNK = ("goal", "focus-area", "heading", "activity")
BRANCHES = (("action-item", "assignment"), ("report-entry", "outcome"))
SHOWN = 3


@dataclass(frozen=True)
class Station:
    """A level of the chain in a strip: its items, whether this page is about one of them, and the link to the next.

    ``onward`` is the weakest link from here to the next station (None where there is none); ``before`` the same for
    the first station of a branch.
    """

    level: Level
    items: tuple[Item, ...]
    current: bool = False
    onward: Link | None = None

    @property
    def shown(self) -> tuple[Item, ...]:
        """The items that are named; where there are many, the strip gives their number instead."""
        return self.items if len(self.items) <= SHOWN else ()


@dataclass(frozen=True)
class Branch:
    """What hangs on the activity: the link to it, and its stations."""

    link: Link | None
    stations: tuple[Station, ...]


@dataclass(frozen=True)
class Strip:
    """A whole strip, with the weakest link of the way up from the item or items it is about."""

    trunk: tuple[Station, ...]
    branches: tuple[Branch, ...]
    weakest: Link | None


def strip(graph: TraceGraph, current: Iterable[Item], *, mark: bool = True) -> Strip | None:
    """The strip of some items: everything above and below them, level by level. None where there is no chain."""
    own = list(current)
    levels = {level.key: level for level in graph.levels}
    if not own or any(key not in levels for key in TRUNK):
        return None
    chosen = _with_other_branch(graph, connected(graph, own))
    by_level: dict[str, list[Item]] = defaultdict(list)
    items = sorted((graph.items[iri] for iri in chosen), key=lambda item: item.order)
    for item in items:
        by_level[item.level.key].append(item)
    weakest = _weakest_between(graph, items)

    def station(key: str, after: str | None) -> Station:
        marked = mark and any(item.level.key == key for item in own)
        return Station(levels[key], tuple(by_level[key]), marked, weakest.get((after, key)) if after else None)

    trunk = [station(key, TRUNK[n + 1] if n + 1 < len(TRUNK) else None) for n, key in enumerate(TRUNK)]
    # An activity that stands under no heading rests on its focus area.
    trunk = [s for s in trunk if s.items or s.level.key != "heading" or not weakest.get(("activity", "focus-area"))]
    if all(s.level.key != "heading" for s in trunk):
        trunk = [
            Station(s.level, s.items, s.current, weakest.get(("activity", "focus-area")))
            if s.level.key == "focus-area"
            else s
            for s in trunk
        ]
    branches = []
    for first, second in BRANCHES:
        if first in levels and second in levels:
            stations = (station(first, second), station(second, None))
            branches.append(Branch(weakest.get((first, "activity")), stations))
    up = [link for link in (s.onward for s in trunk) if link]
    return Strip(tuple(trunk), tuple(branches), max(up, key=lambda link: link.weakness, default=None))


def _with_other_branch(graph: TraceGraph, chosen: frozenset[URIRef]) -> frozenset[URIRef]:
    """The same with what hangs on its activities in a branch that it has nothing of.

    An action item lies beside the report on its activity, neither above nor below; but the report is not missing.
    """
    held = {graph.items[iri].level.key for iri in chosen}
    other = {key for branch in BRANCHES if not held & {*branch} for key in branch}
    forks = [graph.items[iri] for iri in chosen if graph.items[iri].level.key == TRUNK[-1]] if other else []
    beside = connected(graph, forks) if forks else frozenset()
    return chosen | {iri for iri in beside if graph.items[iri].level.key in other}


def connected(graph: TraceGraph, items: Sequence[Item]) -> frozenset[URIRef]:
    """The items, everything they trace up to, and everything that traces to them; not what is beside them."""
    found = {item.iri for item in items}
    for links, end in ((graph.upstream, "target"), (graph.downstream, "source")):
        ahead = [item.iri for item in items]
        seen = set(ahead)
        while ahead:
            for link in links.get(ahead.pop(), ()):
                other: URIRef = getattr(link, end)
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
        found |= seen
    return frozenset(found)


def _weakest_between(graph: TraceGraph, items: Sequence[Item]) -> Mapping[tuple[str | None, str], Link]:
    """The weakest of the links between two levels, by the key of the lower one and of the upper one.

    Of several that are as weak it is that of the first item.
    """
    chosen = {item.iri for item in items}
    found: dict[tuple[str | None, str], Link] = {}
    for item in items:
        for link in graph.upstream.get(item.iri, ()):
            if link.target in chosen:
                pair = (graph.items[link.source].level.key, graph.items[link.target].level.key)
                if pair not in found or link.weakness > found[pair].weakness:
                    found[pair] = link
    return found
