"""What a difference between two datasets does: to coverage, to what reaches a goal, to validation, and along chains."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from svngraph import pipeline
from svngraph.cli.curating import keyed
from svngraph.comparison.things import DatasetDifference
from svngraph.errors import UnknownLevel
from svngraph.namespaces import Names
from svngraph.store import Store
from svngraph.tracing.chains import firmest_chain
from svngraph.tracing.coverage import MEANINGS, Meaning, coverage
from svngraph.tracing.graph import Item, Level, TraceGraph, read
from svngraph.validation import Result

_TOP, _BOTTOM = "goal", "outcome"


@dataclass(frozen=True)
class CoverageEffect:
    """How the coverage of a level has moved: in one meaning, how many of how many, and which items won or lost it.

    ``won`` and ``lost`` are keys of items that stand in both datasets.
    """

    level: Level
    bottom: Level
    meaning: Meaning
    before: tuple[int, int]
    after: tuple[int, int]
    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Impact:
    """What a changed item touches: the firmest chain from it to a goal, and what stands below it, by level."""

    item: Item
    up: tuple[Item, ...]
    below: Mapping[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Effects:
    """Everything that a difference does."""

    coverage: tuple[CoverageEffect, ...]
    orphaned: tuple[Item, ...]
    connected: tuple[Item, ...]
    come: tuple[Result, ...]
    gone: tuple[Result, ...]
    impacts: tuple[Impact, ...]


def effects(old: Store, new: Store, found: DatasetDifference, names: Names, as_of: date) -> Effects:
    """What a difference does. Validation and coverage are those of the whole datasets, on one day."""
    before, after = read(old, names), read(new, names)
    reached, reaching = _reaching(before), _reaching(after)
    both = before.items.keys() & after.items.keys()
    one, two = (keyed(pipeline.validate_store(store, [], as_of)) for store in (old, new))
    return Effects(
        tuple(_coverage(before, after)),
        _sorted(after, (reached - reaching) & both),
        _sorted(after, (reaching - reached) & both),
        tuple(result for key, result in two.items() if key not in one),
        tuple(result for key, result in one.items() if key not in two),
        tuple(_impacts(before, after, found)),
    )


def _coverage(before: TraceGraph, after: TraceGraph) -> Iterable[CoverageEffect]:
    for level in after.levels:
        if level.key not in {one.key for one in before.levels}:
            continue
        try:
            one = coverage(before, before.level(level.key), before.level(_BOTTOM))
            two = coverage(after, level, after.level(_BOTTOM))
        except UnknownLevel:  # a level that does not lie above the bottom
            continue
        was = {verdict.item.iri: verdict for verdict in one.verdicts}
        for meaning in MEANINGS:
            pairs = [(was[now.item.iri], now) for now in two.verdicts if now.item.iri in was]
            won = tuple(now.item.key for then, now in pairs if now.holds(meaning) and not then.holds(meaning))
            lost = tuple(now.item.key for then, now in pairs if then.holds(meaning) and not now.holds(meaning))
            counts = [(found.count(meaning), len(found.verdicts)) for found in (one, two)]
            if won or lost or counts[0] != counts[1]:
                yield CoverageEffect(level, two.bottom, meaning, counts[0], counts[1], won, lost)


def _reaching(graph: TraceGraph) -> set[URIRef]:
    """The items from which some chain leads up to a goal."""
    ahead = deque(item.iri for item in graph.items.values() if item.level.key == _TOP)
    found = set(ahead)
    while ahead:
        for link in graph.downstream.get(ahead.popleft(), ()):
            if link.source not in found:
                found.add(link.source)
                ahead.append(link.source)
    return found


def _impacts(before: TraceGraph, after: TraceGraph, found: DatasetDifference) -> Iterable[Impact]:
    """For each item that changed, or whose links did: what stands above and below it."""
    touched = {thing.thing for thing in found.things}
    touched |= {link.joint[0] for link in found.links}
    for iri in sorted(URIRef(name.strip("<>")) for name in touched):
        graph = after if iri in after.items else before
        item = graph.items.get(iri)
        if item is None:
            continue
        chain = firmest_chain(graph, item, graph.level(_TOP)) or ()
        below = _below(graph, item)
        counts = Counter(one.level.key for one in below)
        yield Impact(item, tuple(graph.items[link.target] for link in chain), dict(sorted(counts.items())), below)


def _below(graph: TraceGraph, item: Item) -> tuple[Item, ...]:
    ahead, found = deque([item.iri]), {item.iri: None}
    while ahead:
        for link in graph.downstream.get(ahead.popleft(), ()):
            if link.source not in found:
                found[link.source] = None
                ahead.append(link.source)
    return tuple(graph.items[iri] for iri in found if iri != item.iri)


def _sorted(graph: TraceGraph, iris: Iterable[URIRef]) -> tuple[Item, ...]:
    return tuple(sorted((graph.items[iri] for iri in iris), key=lambda item: item.order))
