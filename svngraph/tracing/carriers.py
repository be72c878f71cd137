"""Who carries an item: the organisations and roles that it, or what carries it out, is assigned to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from svngraph.tracing.items import Item, Party, TraceGraph

# What is told of below this level carries out, or tells of, the items on it.
_CARRIED_OUT = "activity"


@dataclass(frozen=True)
class Carrier:
    """An organisation or role that carries an item, and the item that is assigned to it."""

    party: Party
    through: Item


def carriers(graph: TraceGraph, item: Item) -> tuple[Carrier, ...]:
    """Who carries an item: whom it and what traces to it are assigned to.

    Where nobody is named there, those of the activities that it carries out or reports on: an action plan may assign
    a task for several action items at once.

    Shape:  one for each organisation, the one nearest the item first.
    """
    found = _assigned(graph, _reached(graph, [item], up=False))
    if not found:
        above = [other for other in _reached(graph, [item], up=True) if other.level.key == _CARRIED_OUT]
        found = _assigned(graph, _reached(graph, above, up=False))
    return tuple(found.values())


def _assigned(graph: TraceGraph, items: Iterable[Item]) -> dict[str, Carrier]:
    found: dict[str, Carrier] = {}
    for item in items:
        for party in graph.assigned.get(item.iri, ()):
            found.setdefault(party.iri, Carrier(party, item))
    return found


def _reached(graph: TraceGraph, start: list[Item], *, up: bool) -> list[Item]:
    """Some items and all above or below them, the nearest first."""
    links = graph.upstream if up else graph.downstream
    found = {item.iri: item for item in start}
    ahead = start
    while ahead:
        ends = (link.target if up else link.source for item in ahead for link in links.get(item.iri, ()))
        ahead = [graph.items[iri] for iri in dict.fromkeys(ends) if iri not in found]
        found |= {item.iri: item for item in ahead}
    return [*found.values()]
