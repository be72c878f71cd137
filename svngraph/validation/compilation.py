"""From a shapes graph to a plan: every rule of the specification about well-formed shapes is checked on the way.

Source: https://www.w3.org/TR/shacl/#shapes-graph
"""

from __future__ import annotations

from collections.abc import Callable

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.columns import Path
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.hierarchy import is_class, with_subclasses
from svngraph.validation.parameters import PARAMETERS, Reader
from svngraph.validation.pathsyntax import path_of
from svngraph.validation.sparql_syntax import components_of, custom_constraints, sparql_constraints

Locate = Callable[[Node], str | None]
"""A function from a node of the shapes graph to its place, ``file:line``."""

# Each level of nesting is a few calls in each engine, of which Python allows so many.
_DEEPEST = 64
_REGIMES = {
    URIRef("http://www.w3.org/ns/entailment/RDFS"): True,
    URIRef("http://www.w3.org/ns/entailment/Simple"): False,
}
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


def compile_shapes(graph: Graph, *, locate: Locate | None = None) -> p.Plan:
    """The plan of a shapes graph.

    Errors: ShapesError, with the clause of the specification that is broken and the place where ``locate`` knows it.
    """
    return _Compiler(graph, locate or (lambda node: None)).plan()


class _Compiler:
    def __init__(self, graph: Graph, locate: Locate) -> None:
        self.graph = graph
        self.reader = Reader(graph, locate)
        self.components = components_of(graph)
        self.shapes: dict[Node, p.Shape] = {}
        self.open: list[Node] = []
        self.recursive: set[Node] = set()

    def plan(self) -> p.Plan:
        graph = self.graph
        kinds = {kind for word in (SH.NodeShape, SH.PropertyShape) for kind in with_subclasses(graph, word)}
        typed = {node for kind in kinds for node in graph.subjects(RDF.type, kind)}
        targeted = {node for predicate in (*_TARGETS, SH.target) for node in graph.subjects(predicate)}
        implicit = {node for node in self._with_parameters() | typed if is_class(graph, node)}
        order = sorted(typed | targeted | implicit, key=self.reader.text)
        for node in order:
            self.shape(node)
        roots = tuple(node for node in order if self.shapes[node].targets or (node, SH.target, None) in graph)
        plan = p.Plan(self.shapes, roots)
        beyond = {root: reason for root in roots if (reason := self._beyond(plan, root))}
        return p.Plan(self.shapes, roots, beyond, entails=self._entails())

    def _entails(self) -> bool:
        """True where the shapes graph asks for what RDFS entails; of other regimes SHACL wants a failure."""
        asked = list(self.graph.subject_objects(SH.entailment))
        for node, regime in asked:
            if regime not in _REGIMES:
                what = f"the entailment {regime.n3()} is not supported; RDFS and Simple are"
                raise self.reader.error(node, what, "shacl-rdfs")
        return any(_REGIMES[URIRef(str(regime))] for _, regime in asked)

    def _with_parameters(self) -> set[Node]:
        own = [word for one in self.components.values() for _, word in (*one.required, *one.optional)]
        return {node for parameter in (*PARAMETERS, SH.sparql, *own) for node in self.graph.subjects(parameter)}

    def _beyond(self, plan: p.Plan, root: Node) -> str | None:
        for shape in plan.reach(root):
            if shape.node in self.recursive:
                return "shapes that refer to themselves have no meaning defined by the specification"
            if (shape.node, SH.js, None) in self.graph:
                return "sh:js"
        return "sh:target (SHACL Advanced Features)" if (root, SH.target, None) in self.graph else None

    def shape(self, node: Node) -> p.Shape:
        if node in self.shapes:
            return self.shapes[node]
        if node in self.open:
            self.recursive.update(self.open[self.open.index(node) :])
            return p.Shape(node, None, (), ())
        if len(self.open) >= _DEEPEST:
            raise self.reader.error(node, f"shapes are nested more than {_DEEPEST} deep", "shapes")
        self.open.append(node)
        path = self._path(node)
        constraints = self._constraints(node, path)
        shape = self.shapes[node] = p.Shape(
            node,
            path,
            self._targets(node),
            constraints,
            severity=self._severity(node),
            messages=self.reader.messages(node),
            deactivated=self.reader.flag(node, SH.deactivated),
        )
        self.open.pop()
        return shape

    def _path(self, node: Node) -> Path | None:
        paths = list(self.graph.objects(node, SH.path))
        if len(paths) > 1:
            raise self.reader.error(node, "a property shape has exactly one sh:path", "property-shapes")
        if not paths:
            if (node, RDF.type, SH.PropertyShape) in self.graph:
                raise self.reader.error(node, "a property shape has exactly one sh:path; this one has none", "ps-path")
            return None
        if (node, RDF.type, SH.NodeShape) in self.graph:
            raise self.reader.error(node, "a node shape has no sh:path", "node-shapes")
        return path_of(self.graph, paths[0], lambda what: self.reader.error(node, what, "property-paths"))

    def _targets(self, node: Node) -> tuple[p.Target, ...]:
        graph, found = self.graph, list[p.Target]()
        found.extend(p.TargetNode(term) for term in graph.objects(node, SH.targetNode))
        found.extend(p.TargetClass(cls) for cls in graph.objects(node, SH.targetClass))
        for kind, word in ((p.TargetSubjectsOf, SH.targetSubjectsOf), (p.TargetObjectsOf, SH.targetObjectsOf)):
            for predicate in graph.objects(node, word):
                found.append(kind(self.reader.iri(node, word, predicate)))
        if is_class(graph, node) and node not in self.components:
            found.append(p.TargetClass(node))
        for target in found:
            if isinstance(target, p.TargetNode) and isinstance(target.node, BNode):
                raise self.reader.error(node, "sh:targetNode is an IRI or a literal", "targetNode")
            if isinstance(target, p.TargetClass) and not isinstance(target.cls, URIRef):
                raise self.reader.error(node, "sh:targetClass is an IRI", "targetClass")
        return tuple(sorted(set(found), key=repr))

    def _severity(self, node: Node) -> URIRef:
        severities = list(self.graph.objects(node, SH.severity))
        if len(severities) > 1 or any(not isinstance(severity, URIRef) for severity in severities):
            raise self.reader.error(node, "sh:severity is one IRI", "severity")
        return URIRef(str(severities[0])) if severities else SH.Violation

    def _constraints(self, node: Node, path: Path | None) -> tuple[c.Constraint, ...]:
        found: list[c.Constraint] = []
        described: dict[Node, list[Node]] = {}
        for word, value in self.graph.predicate_objects(node):
            described.setdefault(word, []).append(value)
        for parameter, read in PARAMETERS.items():
            if parameter in described:
                values = sorted(described[parameter], key=self.reader.text)
                found.extend(read(self.reader, node, parameter, values, path is not None))
        for constraint in found:
            for reference in c.references(constraint):
                if isinstance(reference, Literal):
                    what = f"a shape is an IRI or a blank node, not {reference.n3()}"
                    raise self.reader.error(node, what, "shapes")
                self._check_nesting(node, constraint, self.shape(reference))
        found.extend(sparql_constraints(self.reader, node, path))
        found.extend(custom_constraints(self.reader, self.components, node, path))
        return tuple(found)

    def _check_nesting(self, node: Node, constraint: c.Constraint, shape: p.Shape) -> None:
        if shape.node in self.recursive:
            return
        if isinstance(constraint, c.NodeOf) and shape.path is not None:
            raise self.reader.error(
                node, "sh:node refers to a node shape, not a property shape", "NodeConstraintComponent"
            )
        if isinstance(constraint, c.Property) and shape.path is None:
            raise self.reader.error(node, "sh:property refers to a property shape, which has sh:path", "ps-path")
