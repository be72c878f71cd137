"""Impact: what depends on an item, how strongly and through which links, and what would be orphaned if it went."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.model import BASES
from svngraph.tracing.items import Item, Level, Link, Party, TraceGraph


@dataclass(frozen=True)
class Dependent:
    """An item that depends on another.

    ``chain`` are the links from the other down to it, by the way whose weakest link is firmest and then the shortest;
    ``weakness`` is that of its weakest link. ``orphaned``: without the other it would lose every way to the top.
    """

    item: Item
    chain: tuple[Link, ...]
    weakness: int
    orphaned: bool

    @property
    def through(self) -> Link:
        """The weakest link of the chain, the first of several."""
        return max(self.chain, key=lambda link: link.weakness)


@dataclass(frozen=True)
class Impact:
    """What depends on an item, in the order of levels and plans, and the organisations that all of it concerns."""

    item: Item
    top: Level
    dependents: tuple[Dependent, ...]
    parties: tuple[Party, ...]

    @property
    def orphaned(self) -> tuple[Dependent, ...]:
        """What would lose every way to the top."""
        return tuple(dependent for dependent in self.dependents if dependent.orphaned)


def impact(graph: TraceGraph, item: Item, top: str = "goal", *, orphans: bool = True) -> Impact:
    """What depends on an item and what would be orphaned if it went, as far up as the level ``top``.

    Only what has a way to the top today can be orphaned; of an item of the top level, what has a way to no other.
    Without ``orphans`` nothing is said of that, and only what lies below the item is looked at.

    Units:  linear in the items and links, once for each basis.
    Errors: UnknownLevel where the chain has no level ``top``.
    """
    level = graph.level(top)
    came: dict[URIRef, tuple[int, Link]] = {}
    for limit in range(len(BASES) + 1):
        for iri, link in _descend(graph, item.iri, limit).items():
            came.setdefault(iri, (limit, link))
    ways = {limit: _descend(graph, item.iri, limit) for limit in {limit for limit, _ in came.values()}}
    tops = [known.iri for known in graph.items.values() if known.level == level] if orphans else []
    today = _reached(graph, tops, None)
    left = _reached(graph, [iri for iri in tops if iri != item.iri], item.iri)
    found = []
    for iri, (limit, _) in came.items():
        links: list[Link] = []
        at = iri
        while at != item.iri:
            links.append(ways[limit][at])
            at = links[-1].target
        chain = tuple(reversed(links))
        found.append(Dependent(graph.items[iri], chain, limit, iri in today and iri not in left))
    concerned = {party.iri: party for iri in (item.iri, *came) for party in graph.parties.get(iri, ())}
    return Impact(
        item,
        level,
        tuple(sorted(found, key=lambda dependent: dependent.item.order)),
        tuple(concerned[iri] for iri in sorted(concerned)),
    )


def _descend(graph: TraceGraph, start: URIRef, limit: int) -> dict[URIRef, Link]:
    """How each item below is reached over links of at most a weakness, by the fewest links."""
    came: dict[URIRef, Link] = {}
    queue = deque([start])
    while queue:
        for link in graph.downstream.get(queue.popleft(), ()):
            if link.weakness <= limit and link.source != start and link.source not in came:
                came[link.source] = link
                queue.append(link.source)
    return came


def _reached(graph: TraceGraph, tops: list[URIRef], gone: URIRef | None) -> set[URIRef]:
    """Everything with a way to one of some items that does not pass through the one that is gone."""
    reached = set(tops)
    queue = deque(tops)
    while queue:
        for link in graph.downstream.get(queue.popleft(), ()):
            if link.source != gone and link.source not in reached:
                reached.add(link.source)
                queue.append(link.source)
    return reached
