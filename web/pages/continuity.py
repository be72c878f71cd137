"""Two years of plans side by side: what goes on, what is new, and what has no successor."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from flask import request
from rdflib import URIRef

from svngraph.tracing.graph import Item, Plan

from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .words import plain


@dataclass(frozen=True)
class Joined:
    """An item of the newer plan with the items that it continues, or an older item that nothing continues."""

    newer: Item | None
    older: tuple[tuple[Item, str | None, str | None, str | None], ...]


@dataclass(frozen=True)
class Summary:
    """How many items of the newer plan continue something, by kind, how many are new, and what has no successor."""

    kinds: tuple[tuple[str, int], ...]
    going_on: int
    new: int
    ended: tuple[Item, ...]


def plans_with(data: Published, level: str = "activity") -> list[Plan]:
    """The plans that hold items of a level, the newest first."""
    held = {item.plan for item in data.graph.items.values() if item.level.key == level}
    return sorted((p for p in data.graph.plans.values() if p.iri in held), key=lambda p: (-(p.year or 0), p.key))


def pair_of_plans(data: Published) -> tuple[Plan, Plan] | None:
    """The two newest plans, the older first; None where there are not two."""
    found = plans_with(data)
    return (found[1], found[0]) if len(found) > 1 else None


def joined(data: Published, older: Plan, newer: Plan) -> list[Joined]:
    """The rows of a comparison: the newer plan in its order, then what was left of the older one."""
    reasons = {(str(a), str(b)): str(r) for a, b, r in data.rows(q.CONTINUITY_REASONS) if _in(r, language())}
    links: dict[URIRef, list[tuple[Item, str | None, str | None, str | None]]] = defaultdict(list)
    used: set[URIRef] = set()
    for new, old, kind, basis in data.rows(q.CONTINUITY):
        items = (data.graph.items.get(URIRef(str(new))), data.graph.items.get(URIRef(str(old))))
        if items[0] and items[1] and items[0].plan == newer.iri and items[1].plan == older.iri:
            row = (items[1], str(kind) if kind else None, str(basis) if basis else None)
            links[items[0].iri].append((*row, reasons.get((str(new), str(old)))))
            used.add(items[1].iri)
    level = "activity"
    new_items = [i for i in data.graph.items.values() if i.plan == newer.iri and i.level.key == level]
    old_items = [i for i in data.graph.items.values() if i.plan == older.iri and i.level.key == level]
    rows = [
        Joined(item, tuple(sorted(links[item.iri], key=lambda r: r[0].order)))
        for item in sorted(new_items, key=lambda i: i.order)
    ]
    left = [i for i in sorted(old_items, key=lambda i: i.order) if i.iri not in used]
    return rows + [Joined(None, ((item, None, None, None),)) for item in left]


def _in(literal: object, lang: str) -> bool:
    return getattr(literal, "language", None) in (lang, None)


def summary(data: Published, older: Plan, newer: Plan) -> Summary:
    """The counts of a comparison; an item that continues several counts under its first kind."""
    rows = data.once(f"joined {older.key} {newer.key} {language()}", lambda: joined(data, older, newer))
    kinds = Counter(row.older[0][1] or "" for row in rows if row.newer and row.older)
    going = sum(kinds.values())
    new = sum(1 for row in rows if row.newer and not row.older)
    return Summary(tuple(kinds.most_common()), going, new, tuple(row.older[0][0] for row in rows if not row.newer))


@page("/continuity")
def continuity() -> Page:
    """Two plans side by side."""
    data = dataset()
    plans = plans_with(data)
    by_key = {plan.key: plan for plan in plans}
    pair = pair_of_plans(data)
    older = by_key.get(request.args.get("older", ""), pair[0] if pair else None)
    newer = by_key.get(request.args.get("newer", ""), pair[1] if pair else None)
    if older is None or newer is None:
        return Page("continuity.html", {"plans": plans, "older": None, "newer": None})
    rows = joined(data, older, newer)
    columns = [
        ("newer", newer.key),
        ("newerLabel", plain(newer.iri)),
        ("kind", _("Slag")),
        ("older", older.key),
        ("olderLabel", plain(older.iri)),
        ("rationale", _("Motivering")),
    ]
    flat = [
        (
            row.newer.key if row.newer else "",
            plain(row.newer.iri) if row.newer else "",
            plain(kind) if kind else (_("ingen fortsättning") if not row.newer else _("ny")),
            old.key if old else "",
            plain(old.iri) if old else "",
            reason or "",
        )
        for row in rows
        for old, kind, _basis, reason in (row.older or ((None, None, None, None),))
    ]
    values = {"rows": rows, "plans": plans, "older": older, "newer": newer, "summary": summary(data, older, newer)}
    return Page("continuity.html", values, Sheet("continuity", columns, flat))
