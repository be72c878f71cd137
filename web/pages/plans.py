"""The plans: a list of them, and each as a document one can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, request
from rdflib import URIRef
from rdflib.namespace import SKOS

from svngraph.namespaces import SVN
from svngraph.publication.addresses import plan_section
from svngraph.tracing.coverage import group
from svngraph.tracing.graph import Item, Plan

from .. import page_queries as q
from .. import things
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .organisations import ROLES
from .page import Page, page
from .words import plain

LONGEST = 200


@dataclass(frozen=True)
class Entry:
    """An item in a plan, with what stands beside it: status, groups, report entries and whether there is an outcome.

    ``carriers`` are the organisations that it, or what stands below it, is assigned to; ``groups`` the others named.
    """

    item: Item
    statuses: tuple[str, ...]
    carriers: tuple[str, ...]
    groups: tuple[str, ...]
    reports: tuple[Item, ...]
    outcomes: int
    below: int


@dataclass(frozen=True)
class Part:
    """A focus area of a plan with its headings, each with its items; either may be None."""

    area: Item | None
    headings: tuple[tuple[Item | None, tuple[Entry, ...]], ...]

    @property
    def count(self) -> int:
        """How many items stand in the part."""
        return sum(len(entries) for _heading, entries in self.headings)

    @property
    def without(self) -> int:
        """How many of them are reported but have no outcome."""
        return sum(not e.outcomes for _heading, entries in self.headings for e in entries)


@page("/plans")
def plans() -> Page:
    """The list of plans and reports."""
    data = dataset()
    counts = {plan: len(items) for plan, items in data.once("by plan", lambda: by_plan(data)).items()}
    order = sorted(data.graph.plans.values(), key=lambda p: (-(p.year or 0), p.key))
    related = relations(data)
    listed = [(plan, counts.get(plan.iri, 0), related.get(str(plan.iri), [])) for plan in order]
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("year", _("År")), ("items", _("Antal"))]
    sheet = Sheet("plans", columns, [(p.key, plain(p.iri), p.year, n) for p, n, _related in listed])
    agreements = [
        (item, [goal for goal in _below(data, item) if goal.level.key == "goal"])
        for item in data.graph.items.values()
        if item.level.key == "agreement"
    ]
    return Page("plans.html", {"plans": listed, "agreements": agreements}, sheet)


def _below(data: Published, item: Item) -> list[Item]:
    return [data.graph.items[link.source] for link in data.graph.downstream.get(item.iri, ())]


def relations(data: Published) -> dict[str, list[tuple[str, str, bool]]]:
    """How plans are related: by plan, the property, the other plan, and whether it is read backwards."""
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for plan, relation, other in data.rows(q.PLAN_RELATIONS):
        found[str(plan)].append((str(relation), str(other), False))
        found[str(other)].append((str(relation), str(plan), True))
    return found


@page("/plan/<key>")
def plan(key: str) -> Page:
    """A plan or report as a document."""
    data = dataset()
    plans = data.graph.plans
    named = (plans.get(data.names.thing(kind, key)) for kind in ("plan", "report"))
    found = next(filter(None, named), None) or next((plan for plan in plans.values() if plan.key == key), None)
    return _document(data, found) if found else abort(404)


@page("/report/<key>")
def report(key: str) -> Page:
    """A report of whose key there is a plan, which has the page called so among the plans."""
    data = dataset()
    if plan_section(data.names, data.graph.plans, "report", key) != "report":
        abort(404)
    return _document(data, data.graph.plans[data.names.thing("report", key)])


def _document(data: Published, plan: Plan) -> Page:
    iri = plan.iri
    own = data.once("by plan", lambda: by_plan(data)).get(iri, [])
    top = data.once(f"top of {iri}", lambda: _top(own))
    _facts, every = things.facts(data, str(iri))
    start = max(0, request.args.get("from", 0, type=int))
    parts = _parts(data, top[start : start + LONGEST])
    values = {
        "plan": plan,
        "parts": parts,
        "count": len(top),
        "start": start,
        "step": LONGEST,
        "related": relations(data).get(str(iri), []),
        "note": things.in_language(every.get(str(SKOS.note), ()), language()),
        "level": top[0].level if top else None,
    }
    described = (str(iri), *(str(item.iri) for item in own))
    return Page("plan.html", values, lambda: _sheet(_parts(data, top), plan.key), described)


def _top(own: list[Item]) -> list[Item]:
    """Those of a plan's items that its page is about: what came of them stands beside them."""
    top = [item for item in own if item.level.key not in ("outcome", "assignment")] or own
    return [item for item in top if item.level == top[0].level]


def by_plan(data: Published) -> dict[URIRef, list[Item]]:
    """The items of each plan in their order."""
    found: dict[URIRef, list[Item]] = defaultdict(list)
    for item in data.graph.items.values():
        if item.plan:
            found[item.plan].append(item)
    for items in found.values():
        items.sort(key=lambda item: item.order)
    return found


def _parts(data: Published, items: list[Item]) -> list[Part]:
    levels = {level.key: level for level in data.graph.levels}
    statuses, beside = data.once("statuses", lambda: _statuses(data)), _groups(data)
    found: dict[Item | None, dict[Item | None, list[Entry]]] = {}
    for item in items:
        area = group(data.graph, item, levels["focus-area"]) if "focus-area" in levels else None
        heading = group(data.graph, item, levels["heading"]) if item.level.key != "heading" else None
        entry = _entry(data, item, statuses, beside)
        found.setdefault(area, {}).setdefault(heading, []).append(entry)
    order = sorted(found, key=lambda area: (area is None, (area.sequence or 0, area.iri) if area else (0, "")))
    return [Part(area, tuple((h, tuple(es)) for h, es in found[area].items())) for area in order]


def _entry(
    data: Published, item: Item, statuses: dict[str, set[str]], beside: dict[str, list[tuple[str, str]]]
) -> Entry:
    reached, ahead = {item.iri}, [item.iri]
    while ahead:
        for link in data.graph.downstream.get(ahead.pop(), ()):
            if link.source not in reached:
                reached.add(link.source)
                ahead.append(link.source)
    them = [data.graph.items[iri] for iri in reached]
    # Only these are told of in their order; of the rest, only how many there are.
    told = [i for i in them if i.iri == item.iri or i.level.key in ("action-item", "assignment", "report-entry")]
    told.sort(key=lambda i: i.order)
    reports = tuple(i for i in told if i.level.key == "report-entry" and i.iri != item.iri)
    own = {s for i in (item, *reports) for s in statuses.get(str(i.iri), ())}
    carriers = _carriers(beside, told) or _carriers(beside, _shared(data, item))
    named = dict.fromkeys(g for i in told for _role, g in beside.get(str(i.iri), ()))
    groups = tuple(g for g in named if g not in carriers)
    outcomes = sum(i.level.key == "outcome" for i in them)
    return Entry(item, tuple(sorted(own)), carriers, groups, reports, outcomes, len(them) - 1)


def _carriers(beside: dict[str, list[tuple[str, str]]], items: Iterable[Item]) -> tuple[str, ...]:
    named = (g for item in items for role, g in beside.get(str(item.iri), ()) if role == "assignedTo")
    return tuple(dict.fromkeys(named))


def _shared(data: Published, item: Item) -> list[Item]:
    """The assignments that carry out the activity of an action item, where the action items cannot be told apart."""
    if item.level.key != "action-item":
        return []
    above = [link.target for link in data.graph.upstream.get(item.iri, ())]
    beside = (data.graph.items[link.source] for iri in above for link in data.graph.downstream.get(iri, ()))
    return [other for other in beside if other.level.key == "assignment"]


def _statuses(data: Published) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for reported, status in data.joined(SVN.status):
        found[reported].add(status)
    return found


def _groups(data: Published) -> dict[str, list[tuple[str, str]]]:
    """The organisations of each item, each with its role."""

    def read() -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for role in ROLES:
            for item, organisation in data.joined(SVN[role]):
                found[item].append((role, organisation))
        return found

    return data.once("beside", read)


def _sheet(parts: list[Part], key: str) -> Sheet:
    columns = [
        ("area", _("Fokusområde")),
        ("heading", _("Rubrik")),
        ("number", _("Nr")),
        ("key", _("Nyckel")),
        ("label", _("Namn")),
        ("status", _("Läge")),
        ("carriers", _("Ansvarig")),
        ("groups", _("Berör")),
        ("reports", _("Rapport")),
        ("outcomes", _("Utfall")),
    ]
    rows = [
        (
            plain(part.area.iri) if part.area else "",
            plain(heading.iri) if heading else "",
            entry.item.sequence,
            entry.item.key,
            plain(entry.item.iri),
            ", ".join(plain(s) for s in entry.statuses),
            ", ".join(plain(g) for g in entry.carriers),
            ", ".join(plain(g) for g in entry.groups),
            ", ".join(r.key for r in entry.reports),
            entry.outcomes,
        )
        for part in parts
        for heading, entries in part.headings
        for entry in entries
    ]
    return Sheet(key, columns, rows)
