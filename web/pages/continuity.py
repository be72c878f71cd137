"""Two years of plans side by side: what goes on, what is new, and what has no successor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import request
from rdflib.term import Node

from svngraph.model import BASES
from svngraph.namespaces import SVN
from svngraph.tracing.continuity import Comparison, Fate, compare, continuations
from svngraph.tracing.graph import Item, Plan

from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page, refuse_unknown
from .words import plain

LONGEST = 300


@dataclass(frozen=True)
class Summary:
    """How many items of the newer plan continue something, by kind, how many are new, and what has no successor.

    ``judged`` says whether every link between the two rests on somebody's judgement.
    """

    kinds: tuple[tuple[str, int], ...]
    going_on: int
    new: int
    ended: tuple[Item, ...]
    judged: bool


def plans_with(data: Published, level: str = "activity") -> list[Plan]:
    """The plans that hold items of a level, the newest first."""
    held = data.once(f"plans with {level}", lambda: {i.plan for i in data.graph.items.values() if i.level.key == level})
    return sorted((p for p in data.graph.plans.values() if p.iri in held), key=lambda p: (-(p.year or 0), p.key))


def pair_of_plans(data: Published) -> tuple[Plan, Plan] | None:
    """The two newest plans, the older first; None where there are not two."""
    found = plans_with(data)
    return (found[1], found[0]) if len(found) > 1 else None


def compared(data: Published, older: Plan, newer: Plan) -> Comparison:
    """What became of each item, as ``svngraph continuity`` tells it."""
    links = data.once("continuations", lambda: continuations(data.store))
    return data.once(f"compared {older.iri} {newer.iri}", lambda: compare(data.graph, links, (), older, newer))


def by_item(comparison: Comparison) -> list[tuple[Fate, ...]]:
    """The rows of a comparison: the fates of each newer item together, then each older one that was dropped."""
    return [tuple(fates) for _key, fates in groupby(comparison.fates, key=lambda fate: fate.newer or fate.older)]


def summary(comparison: Comparison) -> Summary:
    """The counts of a comparison; an item that continues several counts under its first kind."""
    rows = by_item(comparison)
    kinds = Counter(fates[0].kind for fates in rows if fates[0].continuation is not None)
    new = sum(fates[0].kind == "new" for fates in rows)
    ended = tuple(fate.older for fate in comparison.fates if fate.kind == "dropped" and fate.older is not None)
    links = [fate.continuation for fate in comparison.fates if fate.continuation is not None]
    judged = bool(links) and all(link.basis == BASES[-1] for link in links)
    return Summary(tuple(kinds.most_common()), sum(kinds.values()), new, ended, judged)


def kind_name(kind: str) -> str:
    """What became of an item, in the reader's language."""
    said = {"new": _("ny"), "dropped": _("ingen fortsättning"), "unstated": _("utan angivet slag")}
    return said.get(kind) or plain(SVN[f"continuity/{kind}"])


def _reasons(data: Published) -> dict[tuple[Node | None, ...], str]:
    rows = data.rows(q.CONTINUITY_REASONS)
    return {(a, b): str(r) for a, b, r in rows if getattr(r, "language", None) in (language(), None)}


@page("/continuity")
def continuity() -> Page:
    """Two plans side by side."""
    data = dataset()
    plans = plans_with(data)
    by_key = {plan.key: plan for plan in plans}
    names = {plan.key: plain(plan.iri) for plan in plans}
    refuse_unknown({"older": names, "newer": names})
    pair = pair_of_plans(data)
    older = by_key.get(request.args.get("older", ""), pair[0] if pair else None)
    newer = by_key.get(request.args.get("newer", ""), pair[1] if pair else None)
    if older is None or newer is None:
        return Page("continuity.html", {"plans": plans, "older": None, "newer": None})
    comparison, reasons = compared(data, older, newer), _reasons(data)
    start = max(0, request.args.get("from", 0, type=int))
    rows = by_item(comparison)
    values = {
        "rows": rows[start : start + LONGEST],
        "count": len(rows),
        "start": start,
        "step": LONGEST,
        "reasons": reasons,
        "plans": plans,
        "older": older,
        "newer": newer,
        "summary": summary(comparison),
        "kind_name": kind_name,
    }
    return Page("continuity.html", values, lambda: _sheet(comparison, reasons))


def _sheet(comparison: Comparison, reasons: Mapping[tuple[Node | None, ...], str]) -> Sheet:
    columns = [
        ("newer", comparison.new.key),
        ("newerLabel", plain(comparison.new.iri)),
        ("kind", _("Slag")),
        ("older", comparison.old.key),
        ("olderLabel", plain(comparison.old.iri)),
        ("topic", _("Samma ämne")),
        ("rationale", _("Motivering")),
    ]
    flat = [
        (
            fate.newer.key if fate.newer else "",
            plain(fate.newer.iri) if fate.newer else "",
            kind_name(fate.kind),
            fate.older.key if fate.older else "",
            plain(fate.older.iri) if fate.older else "",
            " ".join(item.key for item in fate.related),
            reasons.get((fate.newer.iri, fate.older.iri), "") if fate.newer and fate.older else "",
        )
        for fate in comparison.fates
    ]
    return Sheet("continuity", columns, flat)
