"""Who carries an item, and what an organisation carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.tracing.carriers import Carrier, carriers
from svngraph.tracing.graph import Item

from .dataset import Published
from .strips import connected

# Of what is nearer the goal, everybody carries something.
_EVERYBODYS = ("agreement", "goal", "focus-area")


@dataclass(frozen=True)
class Carried:
    """An item that an organisation is assigned, and the activities that it carries out or is."""

    item: Item
    activities: tuple[Item, ...]


def carriers_of(data: Published, iri: str) -> tuple[Carrier, ...] | None:
    """Who carries an item; None of what nobody in particular carries, and of what is no item."""
    item = data.graph.items.get(URIRef(iri))
    return None if item is None or item.level.key in _EVERYBODYS else carriers(data.graph, item)


def carried_by(data: Published, organisation: str) -> list[Carried]:
    """What an organisation is assigned, in the order of levels and plans."""
    found = data.once("carried", lambda: _carried(data)).get(organisation, [])
    return [Carried(item, _activities(data, item)) for item in sorted(found, key=lambda item: item.order)]


def _carried(data: Published) -> Mapping[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for iri, parties in data.graph.assigned.items():
        for party in parties:
            found[str(party.iri)].append(data.graph.items[iri])
    return found


def _activities(data: Published, item: Item) -> tuple[Item, ...]:
    above = (data.graph.items[iri] for iri in connected(data.graph, [item]))
    return tuple(sorted((one for one in above if one.level.key == "activity"), key=lambda one: one.order))
