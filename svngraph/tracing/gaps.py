"""Gaps: the items that break a rule of the policy, each with the first link that is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from rdflib import URIRef

from svngraph.model import BASES
from svngraph.tracing.chains import farthest, firmest_chain
from svngraph.tracing.columns import Mask, Numbers, TraceColumns, columns_of
from svngraph.tracing.coverage import coverage, usable
from svngraph.tracing.items import Item, Level, Link, TraceGraph
from svngraph.tracing.policy import Rule
from svngraph.tracing.reach import UNREACHED, adjacency, spread

Reason = Literal["missing", "weak"]


@dataclass(frozen=True)
class Gap:
    """An item that breaks a rule.

    ``missing``: the way that exists is ``path``; it stops at ``stops_at``, which has no link to any of ``lacking``.
    ``weak``: the whole way is ``path``, but its link ``weakest`` rests on less than the rule asks for.
    """

    item: Item
    rule: Rule
    reason: Reason
    path: tuple[Link, ...]
    stops_at: Item
    lacking: tuple[Level, ...] = ()
    weakest: Link | None = None


def held(columns: TraceColumns, rule: Rule, as_of: date, plan: URIRef | None = None) -> tuple[Numbers, Mask]:
    """The items that a rule asks something of on a day, and which of them keep it.

    Units:  linear in the items and links.
    Errors: UnknownLevel where the rule names a level that the chain does not have.
    """
    level = columns.level_of(rule.level)
    asked = columns.at(level)
    if plan is not None:
        asked = asked[[number >= 0 and columns.plans[number].iri == plan for number in columns.plan[asked].tolist()]]
    if rule.when == "due":
        years = columns.years[asked]
        asked = asked[(years >= 0) & (years < as_of.year)]
    kept = np.zeros(asked.size, np.bool_)
    for target in (columns.level_of(key) for key in rule.targets):
        firm = columns.weakness <= BASES.index(rule.basis)
        froms, ends = columns.target, columns.source
        if rule.direction == "down":
            # Whether a report is there at all is asked downwards: with judgement, a link of no basis is enough.
            said = firm if rule.basis != BASES[-1] else np.ones(firm.size, np.bool_)
            firm, froms, ends = said & usable(columns, target), ends, froms
        ways = adjacency(froms, ends, len(columns), firm)
        kept |= spread(ways, columns.at(target), len(columns))[asked] != UNREACHED
    if rule.when == "planned":
        inside: Mask = np.isin(columns.plan[asked], columns.plan[asked[kept]])
        return asked[inside], kept[inside]
    return asked, kept


def gaps(graph: TraceGraph, rules: Iterable[Rule], as_of: date, plan: URIRef | None = None) -> list[Gap]:
    """Every gap of a dataset on a day, in the order of the rules and then of the items.

    Errors: UnknownLevel where a rule names a level that the chain does not have.
    """
    columns = columns_of(graph)
    found: list[Gap] = []
    for rule in rules:
        asked, kept = held(columns, rule, as_of, plan)
        broken = [graph.items[iri] for iri in columns.iris(asked[~kept].tolist())]
        found += (_upwards if rule.direction == "up" else _downwards)(graph, rule, broken)
    return found


def _upwards(graph: TraceGraph, rule: Rule, items: list[Item]) -> list[Gap]:
    found = []
    targets = [graph.level(key) for key in rule.targets]
    for item in items:
        chains = [chain for level in targets if (chain := firmest_chain(graph, item, level)) is not None]
        if chains:
            found.append(_weak(graph, item, rule, min(chains, key=_weakness)))
            continue
        way = max((farthest(graph, item, level) for level in targets), key=len)
        stop = graph.items[way[-1].target] if way else item
        onward = {step for step in graph.steps[stop.level] if any(level in graph.above(step) for level in targets)}
        lacking = tuple(sorted(onward or graph.steps[stop.level], reverse=True))
        found.append(Gap(item, rule, "missing", way, stop, lacking))
    return found


def _downwards(graph: TraceGraph, rule: Rule, items: list[Item]) -> list[Gap]:
    if not items:
        return []
    asked = {item.iri for item in items}
    by_target = [
        {v.item.iri: v for v in coverage(graph, items[0].level, graph.level(key)).verdicts if v.item.iri in asked}
        for key in rule.targets
    ]
    found = []
    for item in items:
        verdicts = [verdicts[item.iri] for verdicts in by_target]
        arriving = [
            chain
            for verdict, key in zip(verdicts, rule.targets, strict=True)
            if verdict.any and (chain := _down_chain(graph, item, graph.level(key)))
        ]
        if arriving:
            found.append(_weak(graph, item, rule, min(arriving, key=_weakness)))
            continue
        stop = verdicts[0].stops_at or item
        lacking = tuple(dict.fromkeys(level for verdict in verdicts for level in verdict.missing))
        found.append(Gap(item, rule, "missing", verdicts[0].path, stop, lacking))
    return found


def _down_chain(graph: TraceGraph, item: Item, level: Level) -> tuple[Link, ...]:
    """The links from an item down to some item of a level, by the way whose weakest link is firmest."""
    for limit in range(len(BASES) + 1):
        came: dict[URIRef, Link] = {}
        ahead = [item.iri]
        for at in ahead:
            if graph.items[at].level == level:
                links: list[Link] = []
                while at != item.iri:
                    links.append(came[at])
                    at = came[at].target
                return tuple(reversed(links))
            for link in graph.downstream.get(at, ()):
                if link.weakness <= limit and link.source not in came and link.source != item.iri:
                    came[link.source] = link
                    ahead.append(link.source)
    return ()


def _weakness(chain: tuple[Link, ...]) -> tuple[int, int]:
    return (max((link.weakness for link in chain), default=0), len(chain))


def _weak(graph: TraceGraph, item: Item, rule: Rule, chain: tuple[Link, ...]) -> Gap:
    """A chain that rests on judgement breaks only a rule that asks for more; the rule for "any chain" is another."""
    last = chain[-1].target if rule.direction == "up" else chain[-1].source
    return Gap(item, rule, "weak", chain, graph.items[last], weakest=max(chain, key=lambda link: link.weakness))
