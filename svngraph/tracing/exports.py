"""The trace graph in the formats of other tools, whole or what hangs together with one item."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from rdflib import URIRef

from svngraph.tracing.drawing import dot, mermaid
from svngraph.tracing.findings import qualified
from svngraph.tracing.items import Item, TraceGraph
from svngraph.tracing.network import gexf, graphml
from svngraph.tracing.reqif import reqif
from svngraph.tracing.sheets import csv_bytes, links_book

_LINK_HEADS = ("from", "from_level", "from_name", "relation", "to", "to_level", "to_name", "basis", "evidence", "iri")


def export(graph: TraceGraph, form: str, lang: str, when: datetime | None = None) -> bytes:
    """A trace graph in one of :data:`FORMS`; the same graph always gives the same octets, but for the workbook.

    Errors: KeyError for a format of no such name.
    """
    return FORMS[form](graph, lang, when or datetime.fromtimestamp(0, UTC))


def around(graph: TraceGraph, items: list[Item]) -> TraceGraph:
    """The part of a graph that is above or below some items, with the links between."""
    kept: set[URIRef] = set()
    for ways, end in ((graph.upstream, "target"), (graph.downstream, "source")):
        seen = {item.iri for item in items}
        ahead = list(seen)
        while ahead:
            new = {getattr(link, end) for link in ways.get(ahead.pop(), ())} - seen
            seen |= new
            ahead += new
        kept |= seen
    return replace(
        graph,
        items={iri: item for iri, item in graph.items.items() if iri in kept},
        links=tuple(link for link in graph.links if link.source in kept and link.target in kept),
    )


def of_plan(graph: TraceGraph, plan: URIRef) -> TraceGraph:
    """The part of a graph that is above or below the items of one plan."""
    return around(graph, [item for item in graph.items.values() if item.plan == plan])


def _json(graph: TraceGraph, _lang: str, _when: datetime) -> bytes:
    found = {
        "levels": [{"key": level.key, "number": level.number, "iri": level.iri} for level in graph.levels],
        "items": [
            {
                "iri": item.iri,
                "key": item.key,
                "level": item.level.key,
                "label": {"sv": item.label.sv, "en": item.label.en},
                "plan": item.plan,
                "sequence": item.sequence,
            }
            for item in sorted(graph.items.values(), key=lambda item: item.order)
        ],
        "links": [
            {
                "from": link.source,
                "relation": link.relation,
                "to": link.target,
                "basis": link.basis,
                "evidence": list(link.evidence),
            }
            for link in graph.links
        ],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _link_rows(graph: TraceGraph, lang: str) -> list[tuple[str, ...]]:
    def described(iri: URIRef) -> tuple[str, str, str]:
        item = graph.items[iri]
        return qualified(iri), item.level.key, item.label.text(lang) or item.key

    return [
        (
            *described(link.source),
            _last(link.relation),
            *described(link.target),
            _last(link.basis or ""),
            " ".join(link.evidence),
            str(link.source),
        )
        for link in graph.links
    ]


def _csv(graph: TraceGraph, lang: str, _when: datetime) -> bytes:
    return csv_bytes(_LINK_HEADS, _link_rows(graph, lang))


def _xlsx(graph: TraceGraph, lang: str, _when: datetime) -> bytes:
    homes: dict[URIRef | None, str] = {iri: plan.key for iri, plan in graph.plans.items()}
    items = [
        (
            qualified(item.iri),
            item.level.key,
            item.label.sv or "",
            item.label.en or "",
            homes.get(item.plan, ""),
            item.sequence,
            str(item.iri),
        )
        for item in sorted(graph.items.values(), key=lambda item: item.order)
    ]
    return links_book(_LINK_HEADS, _link_rows(graph, lang), items, lang)


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


FORMS: Mapping[str, Callable[[TraceGraph, str, datetime], bytes]] = {
    "graphml": lambda graph, _lang, _when: graphml(graph),
    "gexf": lambda graph, lang, _when: gexf(graph, lang),
    "dot": lambda graph, lang, _when: dot(graph, lang).encode(),
    "mermaid": lambda graph, lang, _when: mermaid(graph, lang).encode(),
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "reqif": lambda graph, lang, when: reqif(graph, lang, when, "svngraph").encode(),
}
