"""Gaps: the items that break a rule of the policy, each with the first link that is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rdflib import URIRef

from svngraph.model import BASES
from svngraph.tracing.chains import farthest, firmest_chain
from svngraph.tracing.coverage import Coverage, coverage
from svngraph.tracing.graph import Item, Level, Link, TraceGraph
from svngraph.tracing.policy import Rule

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


def gaps(graph: TraceGraph, rules: Iterable[Rule], as_of: date, plan: URIRef | None = None) -> list[Gap]:
    """Every gap of a dataset on a day, in the order of the rules and then of the items.

    Errors: UnknownLevel where a rule names a level that the chain does not have.
    """
    found: list[Gap] = []
    for rule in rules:
        level, to = graph.level(rule.level), graph.level(rule.to)
        asked = [item for item in graph.at(level) if _asked(graph, item, rule, as_of, plan)]
        check = _upwards if rule.direction == "up" else _downwards
        found += check(graph, rule, asked, to)
    return found


def _asked(graph: TraceGraph, item: Item, rule: Rule, as_of: date, plan: URIRef | None) -> bool:
    if plan is not None and item.plan != plan:
        return False
    home = graph.plans.get(item.plan) if item.plan else None
    return not rule.due_only or (home is not None and home.year is not None and home.year < as_of.year)


def _upwards(graph: TraceGraph, rule: Rule, items: list[Item], to: Level) -> list[Gap]:
    enough = BASES.index(rule.basis)
    found = []
    for item in items:
        chain = firmest_chain(graph, item, to)
        if chain is None:
            way = farthest(graph, item, to)
            stop = graph.items[way[-1].target] if way else item
            lacking = tuple(sorted(graph.steps[stop.level], reverse=True))
            found.append(Gap(item, rule, "missing", way, stop, lacking))
            continue
        weakest = max(chain, key=lambda link: link.weakness, default=None)
        # A chain that rests on judgement breaks only a rule that asks for more; the rule for "any chain" is another.
        if weakest is not None and weakest.weakness > enough:
            found.append(Gap(item, rule, "weak", chain, graph.items[chain[-1].target], weakest=weakest))
    return found


def _downwards(graph: TraceGraph, rule: Rule, items: list[Item], to: Level) -> list[Gap]:
    if not items:
        return []
    verdicts: Coverage = coverage(graph, items[0].level, to)
    asked = {item.iri for item in items}
    return [
        Gap(verdict.item, rule, "missing", verdict.path, verdict.stops_at or verdict.item, verdict.missing)
        for verdict in verdicts.verdicts
        if verdict.item.iri in asked and not verdict.any
    ]
