"""Property paths between their RDF form and their value.

Source: https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Callable

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.columns import Alternative, Inverse, OneOrMore, Path, Predicate, Sequence, ZeroOrMore, ZeroOrOne

Fail = Callable[[str], Exception]

_DEEPEST = 32
_UNARY: dict[Node, Callable[[Path], Path]] = {
    SH.inversePath: Inverse,
    SH.zeroOrMorePath: ZeroOrMore,
    SH.oneOrMorePath: OneOrMore,
    SH.zeroOrOnePath: ZeroOrOne,
}


def path_of(graph: Graph, node: Node, fail: Fail, seen: frozenset[Node] = frozenset()) -> Path:
    """The path that a node of a shapes graph describes; ``fail`` makes the error to raise for a malformed one."""
    if isinstance(node, URIRef):
        return Predicate(node)
    if not isinstance(node, BNode):
        raise fail(f"a property path is an IRI or a blank node, not {node.n3()}")
    if node in seen:
        raise fail("a property path may not contain itself")
    if len(seen) >= _DEEPEST:
        raise fail(f"a property path is nested more than {_DEEPEST} deep")
    seen |= {node}
    if (node, RDF.first, None) in graph:
        return Sequence(_steps(graph, node, fail, seen))
    described = list(graph.predicate_objects(node))
    if len(described) != 1 or described[0][0] not in (*_UNARY, SH.alternativePath):
        raise fail("a blank property path has exactly one of sh:inversePath, sh:alternativePath, sh:zeroOrMorePath, …")
    word, inner = described[0]
    if word == SH.alternativePath:
        return Alternative(_steps(graph, inner, fail, seen))
    return _UNARY[word](path_of(graph, inner, fail, seen))


def _steps(graph: Graph, node: Node, fail: Fail, seen: frozenset[Node]) -> tuple[Path, ...]:
    members, place, visited = [], node, set[Node]()
    while place != RDF.nil:
        firsts, rests = list(graph.objects(place, RDF.first)), list(graph.objects(place, RDF.rest))
        if len(firsts) != 1 or len(rests) != 1 or place in visited:
            raise fail("the steps of a property path are a well-formed RDF list")
        visited.add(place)
        members.append(firsts[0])
        place = rests[0]
    if len(members) < 2:
        raise fail("a sequence or alternative path has at least two members")
    return tuple(path_of(graph, member, fail, seen) for member in members)


def write_path(graph: Graph, path: Path) -> Node:
    """The node for a path, whose description is added to the graph."""
    if isinstance(path, Predicate):
        return path.iri
    node = BNode()
    match path:
        case Sequence(paths):
            Collection(graph, node, [write_path(graph, step) for step in paths])
        case Alternative(paths):
            members = BNode()
            Collection(graph, members, [write_path(graph, step) for step in paths])
            graph.add((node, SH.alternativePath, members))
        case Inverse(inner):
            graph.add((node, SH.inversePath, write_path(graph, inner)))
        case ZeroOrMore(inner):
            graph.add((node, SH.zeroOrMorePath, write_path(graph, inner)))
        case OneOrMore(inner):
            graph.add((node, SH.oneOrMorePath, write_path(graph, inner)))
        case ZeroOrOne(inner):
            graph.add((node, SH.zeroOrOnePath, write_path(graph, inner)))
    return node
