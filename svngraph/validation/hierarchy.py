"""The classes of a shapes graph: what is one, and which are below another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node


def is_class(graph: Graph, node: Node) -> bool:
    """True where the shapes graph calls the node a class, so that the shape has an implicit class target."""
    if not isinstance(node, URIRef):
        return False
    kinds = _reach(graph.objects(node, RDF.type), lambda cls: graph.objects(cls, RDFS.subClassOf))
    # Nobody repeats in their shapes that OWL's classes are classes.
    return RDFS.Class in kinds or OWL.Class in kinds


def with_subclasses(graph: Graph, cls: Node) -> set[Node]:
    """A class and every class below it."""
    return _reach([cls], lambda upper: graph.subjects(RDFS.subClassOf, upper))


def _reach(starts: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Every node that repeating a step leads to, the starts included."""
    # rdflib's own way calls itself at each step, and fails on a long chain.
    waiting = list(starts)
    found = set(waiting)
    while waiting:
        fresh = set(step(waiting.pop())) - found
        found |= fresh
        waiting.extend(fresh)
    return found
