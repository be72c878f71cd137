"""The page of a thing: its chain, what it rests on, its links both ways, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request
from flask_babel import gettext as _
from rdflib import URIRef
from rdflib.namespace import SKOS

from svngraph.errors import UnknownLevel
from svngraph.namespaces import KINDS, SVN
from svngraph.tracing.coverage import Verdict, Verdicts
from svngraph.tracing.graph import Item

from .. import history, strips, things
from .. import page_queries as q
from ..dataset import Published
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .words import basis_word, key, plain


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
    shown, every = things.facts(data, iri)
    hither = things.incoming(data, iri)
    if not every and not hither and not data.describing.knows(iri):
        abort(404)
    if iri in data.describing.retired:
        abort(410)
    grounds = things.grounds(data, iri)
    chain_item = data.graph.items.get(URIRef(iri))
    notes = [v for v in every.get(str(SKOS.note), ()) if getattr(v, "language", None) in (lang, None)]
    evidence = things.places(data, (str(v) for v in every.get(str(SVN.evidence), ())))
    reasons = {str(SKOS.note), *(g.relation for g in grounds)}
    values: dict[str, object] = {
        "iri": iri,
        "types": data.types.get(iri, ()),
        "item": chain_item,
        "strip": strips.strip(data.graph, [chain_item]) if chain_item else None,
        "summary": things.in_language(every.get(str(SVN.summary), ()), lang),
        "notes": [str(v) for v in notes],
        "evidence": sorted(evidence.values(), key=lambda p: (p.document, p.start)),
        "up": [g for g in grounds if g.source == iri and g.relation != str(SVN.continues)],
        "down": [g for g in grounds if g.target == iri and g.relation != str(SVN.continues)],
        "continuity": [g for g in grounds if g.relation == str(SVN.continues)],
        "facts": [fact for fact in shown if fact.property not in reasons],
        "incoming": [(p, them) for p, them in hither if p not in {g.relation for g in grounds}],
        "wordings": wordings(data, iri),
        "events": history.events(data, iri, grounds, {place.document for place in evidence.values()}, lang),
        "suspects": history.suspicions(data, grounds),
        "results": data.reported.on(iri) if data.reported else [],
        "gaps": data.found.by_item.get(iri, ()),
        "verdict": verdict(data, chain_item) if chain_item else None,
        **(below(data, chain_item) if chain_item else {}),
    }
    query = q.bind(q.LINKS, iri=iri) if grounds else q.bind(q.OUTGOING, iri=iri)
    return Page("item.html", values, lambda: links_sheet(grounds, iri), (iri,), query)


def below(data: Published, item: Item) -> dict[str, object]:
    """What came of an item: its report entries, outcomes and groups."""
    lang = language()
    chosen = [data.graph.items[iri] for iri in _downwards(data, item)]
    entries = sorted((i for i in chosen if i.level.key == "report-entry"), key=lambda i: i.order)
    outcomes = sorted((i for i in chosen if i.level.key == "outcome"), key=lambda i: i.order)
    few = item.level.key not in ("agreement", "goal", "focus-area")
    return {
        "reported": [_reported(data, entry, lang) for entry in entries] if few else [],
        "outcomes": _outcomes(data, outcomes) if few else [],
        "groups": _groups(data, [item, *chosen]) if few else [],
    }


def _downwards(data: Published, item: Item) -> list[URIRef]:
    found, ahead = {item.iri: None}, [item.iri]
    while ahead:
        for link in data.graph.downstream.get(ahead.pop(), ()):
            if link.source not in found:
                found[link.source] = None
                ahead.append(link.source)
    return [iri for iri in found if iri != item.iri]


def _reported(data: Published, entry: Item, lang: str) -> Reported:
    _shown, every = things.facts(data, str(entry.iri))
    at = things.places(data, (str(v) for v in every.get(str(SVN.evidence), ())))
    status = next(iter(every.get(str(SVN.status), ())), None)
    return Reported(
        str(entry.iri),
        things.in_language(every.get(str(SVN.summary), ()), lang),
        str(status) if status is not None else None,
        tuple(sorted(at.values(), key=lambda place: (place.document, place.start))),
    )


def _outcomes(data: Published, outcomes: Sequence[Item]) -> list[dict[str, object]]:
    if not outcomes:
        return []
    rows: dict[str, dict[str, object]] = {str(o.iri): {"iri": str(o.iri)} for o in outcomes}
    passages: dict[str, set[str]] = {iri: set() for iri in rows}
    for outcome, kind, date, value, unit, passage in data.near.outcomes(tuple(rows)):
        row = rows[str(outcome)]
        row |= {"kind": str(kind) if kind is not None else None, "date": str(date) if date is not None else ""}
        if value is not None and getattr(unit, "language", None) in (language(), None):
            row["value"] = f"{value} {unit or ''}".strip()
        if passage is not None:
            passages[str(outcome)].add(str(passage))
    at = things.places(data, (p for several in passages.values() for p in several))
    for iri, row in rows.items():
        row["places"] = sorted((at[p] for p in passages[iri] if p in at), key=lambda p: p.start)
    return [*rows.values()]


def _groups(data: Published, items: Sequence[Item]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The organisations named with an item or below it, each with the properties and things that name it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for thing, relation, organisation in data.near.groups(tuple(str(i.iri) for i in items)):
        found.setdefault(str(organisation), []).append((str(relation), str(thing)))
    return [(body, sorted(found[body])) for body in sorted(found, key=plain)]


def wordings(data: Published, iri: str) -> list[tuple[str, list[things.Place]]]:
    """The ways in which the documents word a thing's name, with where they do."""
    texts: dict[str, set[str]] = {}
    for _wording, text, passage in data.near.wordings(iri):
        texts.setdefault(str(text), set()).update([str(passage)] if passage is not None else [])
    at = things.places(data, (p for several in texts.values() for p in several))
    return [
        (text, sorted((at[p] for p in texts[text] if p in at), key=lambda place: (place.document, place.start)))
        for text in sorted(texts)
    ]


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
