"""The trace of an item or a plan as a drawing with its table twin, and the impact of an item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from flask import abort, request
from rdflib import URIRef

from svngraph.tracing.chains import trace as follow
from svngraph.tracing.graph import Item, Link

from ..drawing import draw
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Sheet
from ..strips import connected
from .page import Page, page, refuse_unknown
from .plans import by_plan
from .words import basis_word, key, level_name, plain, relation_word

MOST = 500
LEAVES = 60


@page("/trace/<kind>/<key>")
def trace(kind: str, key: str) -> Page:
    """Everything above and below an item, or a plan, as a drawing and as a table."""
    data = dataset()
    iri = data.names.thing(kind, key)
    own, areas = list[Item](), list[Item]()
    if iri in data.graph.items:
        about = str(iri)
        chosen = connected(data.graph, [data.graph.items[iri]])
    elif iri in data.graph.plans:
        about = str(iri)
        own = data.once("by plan", lambda: by_plan(data)).get(iri, [])
        areas = data.once(f"areas of {iri}", lambda: _areas(own))
        refuse_unknown({"area": {area.key: plain(area.iri) for area in areas}})
        area = data.graph.items.get(data.names.thing("focus-area", request.args.get("area", "")))
        if area:
            within = connected(data.graph, [area])
            own = [item for item in own if item.iri in within]
        # More than a drawing takes need not be followed; how many there are is counted once.
        chosen = _fitting(connected(data.graph, own[:MOST])) if own else frozenset()
    else:
        abort(404)
    whole = len(chosen)
    if len(own) > MOST:
        whole = data.once(f"drawn {iri} {area.key if area else ''}", lambda: len(_fitting(connected(data.graph, own))))
    shown = _fewer(chosen)
    drawing = draw(data.graph, shown, {iri: _title(iri) for iri in shown})
    links = [edge.link for edge in drawing.edges]
    values = {
        "about": about,
        "drawing": drawing,
        "links": links,
        "whole": whole,
        "shown": len(shown),
        "areas": [str(area.iri) for area in areas],
    }
    return Page("trace.html", values, lambda: links_sheet(_every_link(iri, own)))


def _every_link(iri: URIRef, own: Sequence[Item]) -> list[Link]:
    """The links of all that is above and below, in the order of their ends: a table need not fit a drawing."""
    graph = dataset().graph
    chosen = connected(graph, own or [graph.items[iri]] if iri in graph.items else own)
    order = sorted((graph.items[one] for one in chosen), key=lambda item: item.order)
    return [link for item in order for link in graph.upstream.get(item.iri, ()) if link.target in chosen]


def _fitting(chosen: frozenset[URIRef]) -> frozenset[URIRef]:
    """Without the agreement, and without the lowest level while there are more leaves than one can read."""
    items = dataset().graph.items
    kept = {iri for iri in chosen if items[iri].level.key != "agreement"}
    for lowest in ("outcome", "assignment"):
        if sum(items[iri].level.key in ("outcome", "assignment", "report-entry") for iri in kept) > LEAVES:
            kept = {iri for iri in kept if items[iri].level.key != lowest}
    return frozenset(kept)


def _areas(own: Sequence[Item]) -> list[Item]:
    """The focus areas that some items lead up to."""
    graph = dataset().graph
    above = connected(graph, own)
    areas = (item for level in graph.levels if level.key == "focus-area" for item in graph.at(level))
    return [area for area in areas if area.iri in above]


def _fewer(chosen: Collection[URIRef]) -> list[URIRef]:
    """At most as many items as one can read: the lowest levels give way first."""
    known = dataset().graph.items
    items = sorted((known[iri] for iri in chosen), key=lambda item: item.order)
    return [item.iri for item in items[:MOST]]


def _title(iri: URIRef) -> str:
    item = dataset().graph.items[iri]
    number = f"{item.sequence} " if item.sequence and item.level.key == "activity" else ""
    return number + plain(str(iri))


def links_sheet(links: Sequence[Link]) -> Sheet:
    """Links as a table, each read from the goal's side."""
    columns = [
        ("from", _("Från")),
        ("fromLabel", _("Namn")),
        ("relation", _("Länk")),
        ("to", _("Till")),
        ("toLabel", _("Namn")),
        ("basis", _("Vilar på")),
    ]
    rows = [
        (
            key(k.source),
            plain(k.source),
            relation_word(k, backwards=False),
            key(k.target),
            plain(k.target),
            basis_word(k.basis),
        )
        for k in links
    ]
    return Sheet("trace", columns, rows)


@page("/impact/<kind>/<key>")
def impact(kind: str, key: str) -> Page:
    """What has to be looked at again if an item changes: everything below it, step by step; chosen by level."""
    data = dataset()
    item = data.graph.items.get(data.names.thing(kind, key))
    if item is None:
        abort(404)
    steps = [(depth, step) for depth, step in follow(data.graph, item, "down").flat() if not step.repeated][1:]
    counts = Counter(step.item.level for _depth, step in steps)
    words = {level.key: level_name(level) for level in data.graph.levels}
    refuse_unknown({"level": words})
    chosen = request.args.get("level", "")
    shown = [(depth, step) for depth, step in steps if chosen in ("", step.item.level.key)]
    columns = [
        ("depth", _("Steg")),
        ("level", _("Nivå")),
        ("key", _("Nyckel")),
        ("label", _("Namn")),
        ("basis", _("Vilar på")),
    ]
    rows = [
        (depth, level_name(s.item.level), s.item.key, plain(s.item.iri), basis_word(s.link.basis if s.link else None))
        for depth, s in shown
    ]
    values = {
        "item": item,
        "steps": shown,
        "total": len(steps),
        "levels": [(level.key, words[level.key], n) for level, n in counts.items()],
        "chosen": chosen,
    }
    return Page("impact.html", values, Sheet("impact", columns, rows))
