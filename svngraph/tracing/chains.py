"""Chains of trace links: everything above or below an item, and the firmest way from it to a level."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rdflib import URIRef

from svngraph.errors import UsageError
from svngraph.model import BASES
from svngraph.tracing.graph import Item, Level, Link, TraceGraph

Direction = Literal["up", "down"]
# A plan has a dozen levels; what is longer is a mistake in the data, and deeper than a tree can be written.
_DEEPEST = 300


@dataclass(frozen=True)
class Step:
    """An item in a trace, the link by which it was reached (None for the item asked for), and what follows from it.

    ``weakness`` is that of the weakest link from the item asked for to here. ``repeated`` marks an item that stands
    elsewhere in the same trace, where what follows from it is written out.
    """

    item: Item
    link: Link | None
    weakness: int
    following: tuple[Step, ...] = ()
    repeated: bool = False

    def flat(self, depth: int = 0) -> list[tuple[int, Step]]:
        """The steps from here on, each with its depth, as a reader meets them."""
        return [(depth, self), *(pair for step in self.following for pair in step.flat(depth + 1))]


def trace(
    graph: TraceGraph, item: Item, direction: Direction, *, depth: int | None = None, weakest: URIRef | None = None
) -> Step:
    """The tree of everything an item traces to (up) or that traces to it (down).

    Shape:  ``depth`` counts links, None for all; ``weakest`` leaves out links that rest on less than that basis.
    Errors: UsageError where a chain is longer than any that a plan has.
    Source: ISO/IEC/IEEE 29148, bidirectional traceability.
    """
    limit = BASES.index(weakest) if weakest in BASES else len(BASES)
    links = {iri: [link for link in found if link.weakness <= limit] for iri, found in _links(graph, direction).items()}
    # Where the depth is limited, what follows from an item is written out where it is nearest: elsewhere it is cut off.
    nearest = _distances(links, item.iri, direction, depth) if depth is not None else None
    seen = {item.iri}

    def follow(at: Item, far: int, weakness: int) -> tuple[Step, ...]:
        if far == depth:
            return ()
        if far == _DEEPEST:
            raise UsageError(f"{item.key}: a chain of more than {_DEEPEST} links", remedy="limit it with --depth")
        steps = []
        for link in links.get(at.iri, ()):
            other = graph.items[_end(link, direction)]
            repeated = other.iri in seen or (nearest is not None and nearest[other.iri] != far + 1)
            if not repeated:
                seen.add(other.iri)
            weaker = max(weakness, link.weakness)
            onward = () if repeated else follow(other, far + 1, weaker)
            steps.append(Step(other, link, weaker, onward, repeated))
        return tuple(steps)

    return Step(item, None, 0, follow(item, 0, 0))


def _distances(
    links: Mapping[URIRef, Sequence[Link]], start: URIRef, direction: Direction, depth: int
) -> Mapping[URIRef, int]:
    """How many links away each item is that can be reached in so many."""
    found, frontier = {start: 0}, [start]
    for far in range(1, depth + 1):
        ahead = (_end(link, direction) for at in frontier for link in links.get(at, ()))
        frontier = [iri for iri in dict.fromkeys(ahead) if iri not in found]
        found |= dict.fromkeys(frontier, far)
        if not frontier:
            break
    return found


def _end(link: Link, direction: Direction) -> URIRef:
    return link.target if direction == "up" else link.source


def firmest_chain(graph: TraceGraph, item: Item, level: Level) -> tuple[Link, ...] | None:
    """The links from an item up to an item of a level, by the way whose weakest link is firmest, then the shortest.

    None where no way leads there; empty where the item is of the level itself.
    """
    for weakness in range(len(BASES) + 1):
        came, end = _search(graph, item, level, weakness)
        if end is not None:
            links: list[Link] = []
            while end != item.iri:
                links.append(came[end])
                end = came[end].source
            return tuple(reversed(links))
    return None


def farthest(graph: TraceGraph, item: Item, level: Level) -> tuple[Link, ...]:
    """The links of the way up that comes nearest to a level which it does not reach; empty where none leads up.

    A way that has passed the level by, such as one to the agreement where a goal is asked for, is none.
    """
    came, _ = _search(graph, item, level, len(BASES))
    onward = [iri for iri in came if level in graph.above(graph.items[iri].level)]
    end = min((item.iri, *onward), key=lambda iri: (graph.items[iri].level.number, iri))
    links: list[Link] = []
    while end != item.iri:
        links.append(came[end])
        end = came[end].source
    return tuple(reversed(links))


def _search(graph: TraceGraph, item: Item, level: Level, weakness: int) -> tuple[Mapping[URIRef, Link], URIRef | None]:
    """A breadth-first walk upwards over links of at most a weakness: how each item was reached, and the end."""
    came: dict[URIRef, Link] = {}
    queue = deque([item.iri])
    while queue:
        at = queue.popleft()
        if graph.items[at].level == level:
            return came, at
        for link in graph.upstream.get(at, ()):
            if link.weakness <= weakness and link.target not in came and link.target != item.iri:
                came[link.target] = link
                queue.append(link.target)
    return came, None


def _links(graph: TraceGraph, direction: Direction) -> Mapping[URIRef, tuple[Link, ...]]:
    return graph.upstream if direction == "up" else graph.downstream
