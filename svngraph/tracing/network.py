"""The trace graph for networkx, and what graph algorithms find in it. The one home of networkx."""

from __future__ import annotations

import re

import networkx as nx
import numpy as np
import numpy.typing as npt
from rdflib import URIRef

from svngraph.tracing.columns import numbered
from svngraph.tracing.items import Item, TraceGraph
from svngraph.tracing.reach import circular

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def network(graph: TraceGraph) -> nx.MultiDiGraph[URIRef]:
    """The trace graph as networkx has it: edges point towards the goal, keyed by relation, with their basis."""
    found: nx.MultiDiGraph[URIRef] = nx.MultiDiGraph()
    for item in sorted(graph.items.values(), key=lambda item: item.order):
        found.add_node(item.iri, level=item.level.key, label=item.label.text("sv") or item.key)
    for link in graph.links:
        found.add_edge(link.source, link.target, key=link.relation, basis=link.basis)
    return found


def graphml(graph: TraceGraph) -> bytes:
    """The trace graph as GraphML.

    Source: http://graphml.graphdrawing.org/specification.html
    """
    text = "\n".join(nx.generate_graphml(_plain(graph, "sv"), prettyprint=True))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def gexf(graph: TraceGraph, lang: str) -> bytes:
    """The trace graph as GEXF, for Gephi.

    Source: https://gexf.net
    """
    text = "\n".join(nx.generate_gexf(_plain(graph, lang), version="1.2draft"))
    # The day of the writing would make the same graph another file each day.
    text = re.sub(r' lastmodifieddate="[^"]*"', "", text)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _plain(graph: TraceGraph, lang: str) -> nx.MultiDiGraph[str]:
    """The graph with texts and numbers alone, without what XML cannot hold."""
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for item in sorted(graph.items.values(), key=lambda item: item.order):
        home = graph.plans.get(item.plan) if item.plan else None
        found.add_node(
            str(item.iri),
            label=_clean(item.label.text(lang) or item.key),
            label_en=_clean(item.label.en or ""),
            key=_clean(item.key),
            level=item.level.key,
            number=item.level.number,
            plan=home.key if home else "",
        )
    for number, link in enumerate(graph.links):
        relation, basis = (iri.rsplit("/", 1)[-1] for iri in (link.relation, link.basis or "unknown"))
        source, target = str(link.source), str(link.target)
        found.add_edge(source, target, key=f"e{number}", relation=_clean(relation), basis=_clean(basis))
    return found


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def circles(graph: TraceGraph) -> list[tuple[Item, ...]]:
    """The groups of items that trace to one another, so that none of them is nearer the goal; none is as it should be.

    Shape:  each group ordered by level and sequence, the groups by their first item.
    Source: strongly connected components (Tarjan 1972, Nuutila and Soisalon-Soininen 1994); linear.
    """
    records = numbered(graph)
    source, target = records.columns.source, records.columns.target
    core = circular(source, target, len(records.columns))
    inside = core[source] & core[target]
    # Numbers follow the order of reading.
    return [tuple(records.items[n] for n in group) for group in components(source[inside], target[inside])]


def components(source: npt.NDArray[np.int32], target: npt.NDArray[np.int32]) -> list[list[int]]:
    """The circles among some links, as numbers: each group sorted, the groups by their first."""
    joined: nx.DiGraph[int] = nx.DiGraph()
    joined.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    groups = nx.strongly_connected_components(joined)
    return sorted(sorted(group) for group in groups if len(group) > 1 or joined.has_edge(*(min(group),) * 2))
