"""What a difference between two datasets does: to coverage and score, gaps and findings, validation, and chains."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rdflib import URIRef

from svngraph import pipeline
from svngraph.cli.curating import keyed
from svngraph.comparison.things import DatasetDifference
from svngraph.errors import UnknownLevel
from svngraph.namespaces import Names
from svngraph.store import Store
from svngraph.tracing.chains import firmest_chain
from svngraph.tracing.columns import columns_of
from svngraph.tracing.coverage import MEANINGS, Meaning, coverage
from svngraph.tracing.findings import Finding, findings
from svngraph.tracing.gaps import Gap, gaps
from svngraph.tracing.graph import Item, Level, TraceGraph, read
from svngraph.tracing.impact import impact
from svngraph.tracing.policy import Policy
from svngraph.tracing.score import Score, score
from svngraph.validation import Result

_Verdict = TypeVar("_Verdict", Gap, Finding)
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
class Touched:
    """What a changed item touches: the firmest chain from it to a goal, and what stands below it, by level."""

    item: Item
    up: tuple[Item, ...]
    below: Mapping[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Effects:
    """Everything that a difference does; of pairs, what came and what went."""

    coverage: tuple[CoverageEffect, ...]
    scores: tuple[Score, Score]
    gaps: tuple[tuple[Gap, ...], tuple[Gap, ...]]
    findings: tuple[tuple[Finding, ...], tuple[Finding, ...]]
    orphaned: tuple[Item, ...]
    connected: tuple[Item, ...]
    come: tuple[Result, ...]
    gone: tuple[Result, ...]
    impacts: tuple[Touched, ...]
    graphs: tuple[TraceGraph, TraceGraph]


def effects(
    stores: tuple[Store, Store], found: DatasetDifference, names: Names, policy: Policy, as_of: date
) -> Effects:
    """What a difference does. Validation, coverage and gaps are those of the whole datasets, on one day."""
    old, new = stores
    before, after = read(old, names), read(new, names)
    was, now = columns_of(before), columns_of(after)
    rules = policy.rules
    reached, reaching = _reaching(before), _reaching(after)
    both = before.items.keys() & after.items.keys()
    one, two = (keyed(pipeline.validate_store(store, [], as_of)) for store in (old, new))
    return Effects(
        tuple(_coverage(before, after)),
        (score(was, rules, as_of), score(now, rules, as_of)),
        _moved(gaps(before, rules, as_of), gaps(after, rules, as_of), _of_gap),
        _moved(findings(was, policy), findings(now, policy), _of_finding),
        _sorted(after, (reached - reaching) & both),
        _sorted(after, (reaching - reached) & both),
        tuple(result for key, result in two.items() if key not in one),
        tuple(result for key, result in one.items() if key not in two),
        tuple(_impacts(before, after, found)),
        (before, after),
    )


def _moved(
    before: Sequence[_Verdict], after: Sequence[_Verdict], named: Callable[[_Verdict], Hashable]
) -> tuple[tuple[_Verdict, ...], tuple[_Verdict, ...]]:
    """What came and what went of two lists, by what names each."""
    was, now = ({named(one) for one in part} for part in (before, after))
    return tuple(one for one in after if named(one) not in was), tuple(one for one in before if named(one) not in now)


def _of_gap(gap: Gap) -> Hashable:
    return (gap.item.iri, gap.rule.level, gap.rule.direction, gap.rule.to, gap.rule.basis)


def _of_finding(finding: Finding) -> Hashable:
    return (finding.kind, finding.variant, finding.iri, finding.others, finding.levels)


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


def _impacts(before: TraceGraph, after: TraceGraph, found: DatasetDifference) -> Iterable[Touched]:
    """For each item that changed, or whose links did: what stands above and below it."""
    touched = {thing.thing for thing in found.things}
    touched |= {link.joint[0] for link in found.links}
    for iri in sorted(URIRef(name.strip("<>")) for name in touched):
        graph = after if iri in after.items else before
        item = graph.items.get(iri)
        if item is None:
            continue
        chain = firmest_chain(graph, item, graph.level(_TOP)) or ()
        below = tuple(dependent.item for dependent in impact(graph, item, _TOP, orphans=False).dependents)
        counts = Counter(one.level.key for one in below)
        yield Touched(item, tuple(graph.items[link.target] for link in chain), dict(sorted(counts.items())), below)


def _sorted(graph: TraceGraph, iris: Iterable[URIRef]) -> tuple[Item, ...]:
    return tuple(sorted((graph.items[iri] for iri in iris), key=lambda item: item.order))
