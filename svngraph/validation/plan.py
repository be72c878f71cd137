"""The plan that a shapes graph compiles to: targets, paths, constraints and nesting, as frozen values.

Both back ends read it; nothing in it knows how it will be run.
Source: https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from svngraph.columns import Path
from svngraph.validation.constraints import Constraint, references


@dataclass(frozen=True)
class TargetNode:
    """The node itself."""

    node: Node


@dataclass(frozen=True)
class TargetClass:
    """Every SHACL instance of the class in the data graph."""

    cls: Node


@dataclass(frozen=True)
class TargetSubjectsOf:
    """Every subject of the predicate."""

    predicate: URIRef


@dataclass(frozen=True)
class TargetObjectsOf:
    """Every object of the predicate."""

    predicate: URIRef


Target = TargetNode | TargetClass | TargetSubjectsOf | TargetObjectsOf


@dataclass(frozen=True)
class Shape:
    """One shape: a node shape, or a property shape where it has a path."""

    node: Node
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: URIRef = SH.Violation
    messages: tuple[Literal, ...] = ()
    deactivated: bool = False


@dataclass(frozen=True)
class Plan:
    """A compiled shapes graph: every shape by its node, and the nodes of those with targets, in a stable order.

    ``beyond`` says, for a root that svngraph's own engines cannot run, why; ``entails``, whether the data graph is to
    be looked at with what RDFS entails (``sh:entailment``).
    """

    shapes: Mapping[Node, Shape]
    roots: tuple[Node, ...]
    beyond: Mapping[Node, str] = field(default_factory=dict)
    entails: bool = False

    def reach(self, node: Node) -> Iterator[Shape]:
        """The shape and every shape it refers to, each once."""
        seen, waiting = {node}, [node]
        while waiting:
            shape = self.shapes[waiting.pop()]
            yield shape
            fresh = [ref for constraint in shape.constraints for ref in references(constraint) if ref not in seen]
            seen.update(fresh)
            waiting.extend(dict.fromkeys(fresh))
