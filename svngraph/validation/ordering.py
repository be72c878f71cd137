"""An order of the nodes of a graph that does not depend on the labels of its blank nodes, nor on who asks first."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from hashlib import sha256

from rdflib import BNode, Graph
from rdflib.term import Node

# What the text of a blank node shows of its description; a digest of the whole follows.
_SHOWN = 200
# Blank nodes that lie in a circle are told apart by what is this near.
_ROUNDS = 8


class Texts:
    """A text for each node of a graph; two nodes have the same only where nothing but their labels tells them apart."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, node: Node) -> str:
        """The text of a node: an IRI or a literal as it is, a blank node by what the graph says of it."""
        return self._known.get(node, "[]") if isinstance(node, BNode) else node.n3()

    @cached_property
    def _known(self) -> dict[Node, str]:
        described: dict[Node, list[tuple[Node, Node]]] = {}
        users: defaultdict[Node, list[Node]] = defaultdict(list)
        for subject, predicate, obj in self._graph:
            if isinstance(subject, BNode):
                described.setdefault(subject, []).append((predicate, obj))
                if isinstance(obj, BNode):
                    users[obj].append(subject)
        # From the leaves upwards, each node once: lists of thousands are no deeper than others.
        waiting = {node: sum(isinstance(obj, BNode) for _, obj in pairs) for node, pairs in described.items()}
        leaves = {obj for pairs in described.values() for _, obj in pairs if isinstance(obj, BNode)} - waiting.keys()
        known: dict[Node, str] = dict.fromkeys(leaves, "[]")
        ready = [node for node, count in waiting.items() if not count]
        for leaf in leaves:
            _release(leaf, users, waiting, ready)
        while ready:
            node = ready.pop()
            known[node] = _text(described[node], known)
            _release(node, users, waiting, ready)
        circle = described.keys() - known.keys()
        for _ in range(_ROUNDS if circle else 0):
            known |= {node: _text(described[node], known) for node in circle}
        return known


def _release(node: Node, users: defaultdict[Node, list[Node]], waiting: dict[Node, int], ready: list[Node]) -> None:
    for user in users[node]:
        waiting[user] -= 1
        if not waiting[user]:
            ready.append(user)


def _text(pairs: list[tuple[Node, Node]], known: dict[Node, str]) -> str:
    said = sorted(
        f"{predicate.n3()} {known.get(obj, '_:') if isinstance(obj, BNode) else obj.n3()}" for predicate, obj in pairs
    )
    whole = " ; ".join(said)
    return f"[{whole[:_SHOWN]} {sha256(whole.encode('utf-8', 'replace')).hexdigest()[:16]}]"
