"""Which activities reach which levels of the chain, counted for plans and focus areas; linear in items and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.tracing.coverage import group
from svngraph.tracing.graph import Item, Plan, TraceGraph

COLUMNS = ("goal", "heading", "action-item", "assignment", "report-entry", "outcome")


@dataclass(frozen=True)
class Share:
    """How many of some items reach a level; ``asked`` is False where the question does not apply."""

    level: str
    count: int
    total: int
    asked: bool = True

    @property
    def verdict(self) -> str:
        """``full``, ``part``, ``none`` or ``na``."""
        if not self.asked or not self.total:
            return "na"
        return "full" if self.count == self.total else "part" if self.count else "none"


@dataclass(frozen=True)
class Row:
    """The shares of a focus area's activities in a plan; ``area`` is None for the whole plan or for no area."""

    area: Item | None
    activities: tuple[Item, ...]
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Block:
    """The rows of one plan, and the row for the whole of it."""

    plan: Plan | None
    rows: tuple[Row, ...]
    whole: Row


def reaching(graph: TraceGraph) -> Mapping[str, frozenset[URIRef]]:
    """For each level of :data:`COLUMNS`, the items that trace to one of its items, up or down."""
    found: dict[str, frozenset[URIRef]] = {}
    numbers = {level.key: level.number for level in graph.levels}
    for key in COLUMNS:
        if key in numbers:
            links, end = (
                (graph.downstream, "source")
                if numbers[key] < numbers.get("activity", 4)
                else (graph.upstream, "target")
            )
            ahead = [item.iri for item in graph.items.values() if item.level.key == key]
            seen = set(ahead)
            while ahead:
                for link in links.get(ahead.pop(), ()):
                    other: URIRef = getattr(link, end)
                    if other not in seen:
                        seen.add(other)
                        ahead.append(other)
            found[key] = frozenset(seen)
    return found


def blocks(graph: TraceGraph, year: int) -> list[Block]:
    """The shares of every plan that has activities, the newest first; ``year`` is that of the day asked about."""
    levels = {level.key: level for level in graph.levels}
    if "activity" not in levels:
        return []
    reached = reaching(graph)
    by_plan: dict[URIRef | None, list[Item]] = defaultdict(list)
    for item in graph.at(levels["activity"]):
        by_plan[item.plan].append(item)
    found = []
    for iri, activities in by_plan.items():
        plan = graph.plans.get(iri) if iri else None
        asked = _asked(activities, reached, plan is not None and plan.year is not None and plan.year < year)
        areas: dict[Item | None, list[Item]] = defaultdict(list)
        for activity in activities:
            areas[group(graph, activity, levels["focus-area"]) if "focus-area" in levels else None].append(activity)
        order = sorted(areas, key=lambda area: (area is None, (area.sequence or 0, area.iri) if area else (0, "")))
        rows = tuple(_row(area, areas[area], reached, asked) for area in order)
        found.append(Block(plan, rows, _row(None, activities, reached, asked)))
    return sorted(found, key=lambda block: -(block.plan.year or 0) if block.plan else 0)


def _asked(activities: Sequence[Item], reached: Mapping[str, frozenset[URIRef]], due: bool) -> Mapping[str, bool]:
    """Which levels are asked about: a plan that has no action plan at all, or no report yet due, is not."""
    some = {key: any(a.iri in reached[key] for a in activities) for key in reached}
    hows = some.get("action-item", False) or some.get("assignment", False)
    reported = due or some.get("report-entry", False)
    answers = {"action-item": hows, "assignment": hows, "report-entry": reported, "outcome": reported}
    return {key: answers.get(key, True) for key in reached}


def _row(
    area: Item | None, activities: Sequence[Item], reached: Mapping[str, frozenset[URIRef]], asked: Mapping[str, bool]
) -> Row:
    shares = {
        key: Share(key, sum(a.iri in reached[key] for a in activities), len(activities), asked[key]) for key in reached
    }
    return Row(area, tuple(activities), shares)
