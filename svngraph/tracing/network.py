"""The trace graph for networkx, and what graph algorithms find in it. The one home of networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import numpy.typing as npt
from rdflib import URIRef

from svngraph.tracing.graph import Item, TraceGraph


def network(graph: TraceGraph) -> nx.MultiDiGraph[URIRef]:
    """The trace graph as networkx has it: edges point towards the goal, keyed by relation, with their basis."""
    found: nx.MultiDiGraph[URIRef] = nx.MultiDiGraph()
    for item in sorted(graph.items.values(), key=lambda item: item.order):
        found.add_node(item.iri, level=item.level.key, label=item.label.text("sv") or item.key)
    for link in graph.links:
        found.add_edge(link.source, link.target, key=link.relation, basis=link.basis)
    return found


def circles(graph: TraceGraph) -> list[tuple[Item, ...]]:
    """The groups of items that trace to one another, so that none of them is nearer the goal; none is as it should be.

    Shape:  each group ordered by level and sequence, the groups by their first item.
    Source: strongly connected components (Tarjan 1972, Nuutila and Soisalon-Soininen 1994); linear.
    """
    joined = network(graph)
    groups = [
        tuple(sorted((graph.items[iri] for iri in component), key=lambda item: item.order))
        for component in nx.strongly_connected_components(joined)
        if len(component) > 1 or any(joined.has_edge(iri, iri) for iri in component)
    ]
    return sorted(groups, key=lambda group: group[0].order)


def components(source: npt.NDArray[np.int32], target: npt.NDArray[np.int32]) -> list[list[int]]:
    """The circles among some links, as numbers: each group sorted, the groups by their first."""
    joined: nx.DiGraph[int] = nx.DiGraph()
    joined.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    groups = nx.strongly_connected_components(joined)
    return sorted(sorted(group) for group in groups if len(group) > 1 or joined.has_edge(*(min(group),) * 2))
