"""The page of a thing: its chain, what it rests on, its links both ways, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from flask import abort, request
from rdflib import URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from svngraph.errors import UnknownLevel
from svngraph.namespaces import KINDS, SVN
from svngraph.tracing.carriers import Carrier
from svngraph.tracing.coverage import Verdict, Verdicts
from svngraph.tracing.graph import Item

from .. import carrying, history, strips, things
from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .questions import about
from .words import basis_word, key, measure, plain

_SUMMARY, _CONTINUES, _EVIDENCE, _STATUS, _NOTE = (
    str(term) for term in (SVN.summary, SVN.continues, SVN.evidence, SVN.status, SKOS.note)
)
# So many things are remembered for their page in the other language.
_TOLD = 256
# So many of the things that point to another are named.
SHOWN = 12
_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Reported:
    """A report entry on an item: its summary, status, and places in the document."""

    entry: str
    summary: str | None
    status: str | None
    places: tuple[things.Place, ...]


@page("/item/<kind>/<key>")
def item(kind: str, key: str) -> Page:
    """The page of one of our own things."""
    if kind not in KINDS:
        abort(404)
    return thing_page(str(dataset().names.thing(kind, key)))


@page("/resource")
def resource() -> Page:
    """The page of any IRI of the dataset."""
    return thing_page(request.args.get("iri", ""))


def thing_page(iri: str) -> Page:
    """The page of a thing of the dataset. Errors: 404 where the dataset says nothing of it."""
    data, lang = dataset(), language()
    told = data.once("told", lambda: lru_cache(_TOLD)(partial(_told, data)))(iri)
    if not told.every and not told.hither and not data.describing.knows(iri):
        abort(404)
    if iri in data.describing.retired:
        abort(410)
    grounds, every = told.grounds, told.every
    relations = {g.relation for g in grounds}
    notes = [v for v in every.get(_NOTE, ()) if getattr(v, "language", None) in (lang, None)]
    values: dict[str, object] = {
        "iri": iri,
        "types": data.types.get(iri, ()),
        "item": told.item,
        "strip": told.strip,
        "summary": things.in_language(every.get(_SUMMARY, ()), lang),
        "notes": [str(v) for v in notes],
        "evidence": told.evidence,
        "up": [g for g in grounds if g.source == iri and g.relation != _CONTINUES],
        "down": [g for g in grounds if g.target == iri and g.relation != _CONTINUES],
        "continuity": [g for g in grounds if g.relation == _CONTINUES],
        "facts": [things.for_reader(fact, lang) for fact in told.shown if fact.property not in {_NOTE, *relations}],
        "incoming": [(p, len(them), _first(data, them)) for p, them in told.hither if p not in relations],
        "wordings": told.wordings,
        "events": history.events(data, iri, grounds, {place.document for place in told.evidence}, lang),
        "suspects": history.suspicions(data, grounds),
        "results": data.reported.on(iri) if data.reported else [],
        "gaps": data.found.by_item.get(iri, ()),
        "verdict": told.verdict,
        "questions": about(iri),
        "ends": [str(end) for side in (SVN["from"], SVN.to) for end in every.get(str(side), ())[:1]],
        "carriers": told.carriers,
        "carried": told.carried,
        **(_below(told) if told.item else {}),
    }
    query = q.bind(q.LINKS, iri=iri) if grounds else q.bind(q.OUTGOING, iri=iri)
    return Page("item.html", values, lambda: links_sheet(grounds, iri), (iri,), query)


@dataclass(frozen=True)
class Told:
    """What is told of a thing in every language: as long as nobody judges the dataset anew, it stays so.

    ``reported`` holds what the entries on it say; ``outcomes`` and ``groups`` hold rows, of it and what is below.
    ``carriers`` is None of what nobody in particular carries, and ``carried`` holds what an organisation does.
    """

    shown: Sequence[things.Fact]
    every: Mapping[str, Sequence[Node]]
    hither: Sequence[tuple[str, list[str]]]
    grounds: Sequence[things.Ground]
    evidence: Sequence[things.Place]
    wordings: Sequence[tuple[str, list[things.Place]]]
    item: Item | None = None
    strip: strips.Strip | None = None
    verdict: Verdict | None = None
    reported: Sequence[tuple[str, Mapping[str, Sequence[Node]], tuple[things.Place, ...]]] = ()
    outcomes: Sequence[tuple[Node | None, ...]] = ()
    below: Sequence[str] = ()
    groups: Sequence[tuple[Node | None, ...]] = ()
    places: Mapping[str, things.Place] = field(default_factory=dict)
    carriers: Sequence[Carrier] | None = None
    carried: Sequence[carrying.Carried] = ()


def _told(data: Published, iri: str) -> Told:
    shown, every = things.facts(data, iri)
    evidence = things.places(data, (str(v) for v in every.get(_EVIDENCE, ())))
    told = Told(
        shown,
        every,
        things.incoming(data, iri),
        things.grounds(data, iri),
        sorted(evidence.values(), key=things.in_order),
        wordings(data, iri),
    )
    item = data.graph.items.get(URIRef(iri))
    if item is None:
        return replace(told, carried=carrying.carried_by(data, iri))
    return _of_item(data, item, replace(told, carriers=carrying.carriers_of(data, iri)))


def _of_item(data: Published, item: Item, told: Told) -> Told:
    """The same with what is above and below an item of the chain: its report entries, outcomes and groups."""
    own = {"item": item, "strip": strips.strip(data.graph, [item]), "verdict": verdict(data, item)}
    if item.level.key in ("agreement", "goal", "focus-area"):
        return replace(told, **own)  # type: ignore[arg-type] # by their names
    chosen = sorted((data.graph.items[iri] for iri in _downwards(data, item)), key=lambda i: i.order)
    below = [str(i.iri) for i in chosen if i.level.key == "outcome"]
    outcomes = [*data.near.outcomes(tuple(below))] if below else []
    return replace(
        told,
        **own,  # type: ignore[arg-type] # by their names
        reported=[_entry(data, str(i.iri)) for i in chosen if i.level.key == "report-entry"],
        below=below,
        outcomes=outcomes,
        groups=[*data.near.groups((str(item.iri), *(str(i.iri) for i in chosen)))],
        places=things.places(data, (str(row[-1]) for row in outcomes if row[-1] is not None)),
    )


def _downwards(data: Published, item: Item) -> list[URIRef]:
    found, ahead = {item.iri: None}, [item.iri]
    while ahead:
        for link in data.graph.downstream.get(ahead.pop(), ()):
            if link.source not in found:
                found[link.source] = None
                ahead.append(link.source)
    return [iri for iri in found if iri != item.iri]


def _entry(data: Published, entry: str) -> tuple[str, Mapping[str, Sequence[Node]], tuple[things.Place, ...]]:
    _shown, every = things.facts(data, entry)
    at = things.places(data, (str(v) for v in every.get(_EVIDENCE, ())))
    return entry, every, tuple(sorted(at.values(), key=things.in_order))


def _below(told: Told) -> dict[str, object]:
    """What came of an item, in the language of the page."""
    lang = language()
    reported = [
        Reported(
            entry,
            things.in_language(every.get(_SUMMARY, ()), lang),
            next((str(status) for status in every.get(_STATUS, ())), None),
            places,
        )
        for entry, every, places in told.reported
    ]
    return {"reported": reported, "outcomes": _outcomes(told), "groups": _groups(told)}


def _outcomes(told: Told) -> list[dict[str, object]]:
    rows: dict[str, dict[str, object]] = {iri: {"iri": iri} for iri in told.below}
    passages: dict[str, set[str]] = {iri: set() for iri in rows}
    for outcome, kind, date, *number, passage in told.outcomes:
        row = rows[str(outcome)]
        row |= {"kind": str(kind) if kind is not None else None, "date": str(date) if date is not None else ""}
        if getattr(number[-1], "language", None) in (language(), None):
            row["value"] = measure(*number)
        if passage is not None:
            passages[str(outcome)].add(str(passage))
    for iri, row in rows.items():
        places = (told.places[p] for p in passages[iri] if p in told.places)
        row["places"] = sorted(places, key=lambda p: (p.start, p.document, p.iri))
    return [*rows.values()]


def _first(data: Published, them: Sequence[str]) -> list[tuple[str, things.Place | None]]:
    """The first of many things in the order of their names, in which numbers count as such, with where a passage is."""
    first = sorted(
        them, key=lambda iri: [(not t.isdigit(), int(t) if t.isdigit() else 0, t) for t in _PARTS.split(iri)]
    )
    at = things.places(data, first[:SHOWN])
    return [(iri, at.get(iri)) for iri in first[:SHOWN]]


def _groups(told: Told) -> list[tuple[str, list[tuple[str, str]]]]:
    """The organisations named with an item or below it, each with the properties and things that name it.

    Those that carry something come first.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for thing, relation, organisation in told.groups:
        found.setdefault(str(organisation), []).append((str(relation), str(thing)))
    carry = {body for body, roles in found.items() if any(role == str(SVN.assignedTo) for role, _thing in roles)}
    order = sorted(found, key=lambda body: (body not in carry, plain(body), body))
    return [(body, sorted(found[body])) for body in order]


def wordings(data: Published, iri: str) -> list[tuple[str, list[things.Place]]]:
    """The ways in which the documents word a thing's name, with where they do."""
    texts: dict[str, set[str]] = {}
    for _wording, text, passage in data.near.wordings(iri):
        texts.setdefault(str(text), set()).update([str(passage)] if passage is not None else [])
    at = things.places(data, (p for several in texts.values() for p in several))
    return [(text, sorted((at[p] for p in texts[text] if p in at), key=things.in_order)) for text in sorted(texts)]


def verdict(data: Published, item: Item) -> Verdict | None:
    """Whether an item is covered down to an outcome; None where no way leads there from its level."""
    found = data.once(f"verdicts {item.level.key}", lambda: _verdicts(data, item))
    return found.of(item) if found else None


def _verdicts(data: Published, item: Item) -> Verdicts | None:
    try:
        return Verdicts(data.graph, item.level, data.graph.level("outcome"))
    except UnknownLevel:
        return None


def links_sheet(grounds: Sequence[things.Ground], iri: str) -> Sheet:
    """The links of a thing as a table."""
    columns = [
        ("direction", _("Riktning")),
        ("relation", _("Länk")),
        ("other", _("Nyckel")),
        ("otherLabel", _("Till eller från")),
        ("basis", _("Vilar på")),
        ("evidence", _("Belägg")),
    ]
    rows = []
    for ground in grounds:
        other = ground.target if ground.source == iri else ground.source
        where = "; ".join(f"{key(p.document)} {p.start}–{p.end}" for p in ground.evidence)
        way = "up" if ground.source == iri else "down"
        rows.append((way, plain(ground.relation), key(other), plain(other), basis_word(ground.basis), where))
    return Sheet(key(iri).replace("/", "-"), columns, rows)
