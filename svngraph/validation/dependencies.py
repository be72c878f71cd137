"""What a shape's verdict about a node depends on: the walks from the node to every triple that is looked at.

Each dependency says: from the focus node along this path, then a triple with this predicate, forwards or backwards. A
changed triple therefore concerns exactly the nodes from which the path, walked backwards from it, can start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS

from svngraph.columns import Alternative, Inverse, OneOrMore, Path, Predicate, Sequence, ZeroOrMore, ZeroOrOne
from svngraph.columns.paths import simplify
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.query_scope import predicates_in


@dataclass(frozen=True)
class Walk:
    """From the focus node along ``prefix`` (None: stay), then one triple; any predicate where ``predicate`` is None."""

    prefix: Path | None
    predicate: URIRef | None
    backward: bool = False


@dataclass(frozen=True)
class Dependencies:
    """The walks of a root shape, and what makes a run over all its focus nodes needed.

    ``everywhere`` holds the predicates any change of which concerns every focus node; None says every change does.
    """

    walks: tuple[Walk, ...]
    everywhere: frozenset[URIRef] | None
    targets: frozenset[URIRef] = field(default_factory=frozenset)


def dependencies_of(plan: p.Plan, root: p.Shape) -> Dependencies:
    """What the verdicts of a root shape depend on."""
    walks = dict.fromkeys(_shape_walks(plan, root, None))
    targets = set[URIRef]()
    for target in root.targets:
        if isinstance(target, p.TargetClass):
            targets.add(RDF.type)
        elif isinstance(target, p.TargetSubjectsOf | p.TargetObjectsOf):
            targets.add(target.predicate)
    return Dependencies(tuple(walks), _everywhere(plan, root), frozenset(targets))


def _everywhere(plan: p.Plan, root: p.Shape) -> frozenset[URIRef] | None:
    if root.node in plan.beyond or _is_deep(plan, root):
        return None
    found = {RDFS.subClassOf}
    for shape in plan.reach(root.node):
        for constraint in shape.constraints:
            if isinstance(constraint, c.Sparql | c.Custom):
                scope = predicates_in(constraint.query)
                if scope is None:
                    return None
                found |= scope
    return frozenset(found)


def _is_deep(plan: p.Plan, root: p.Shape) -> bool:
    """True where results can be about other nodes than the focus node: property shapes inside a property shape."""
    return any(
        isinstance(inner, c.Property)
        for shape in _reported(plan, root)
        if shape.path is not None
        for inner in shape.constraints
    )


def _reported(plan: p.Plan, shape: p.Shape) -> Iterator[p.Shape]:
    yield shape
    for constraint in shape.constraints:
        if isinstance(constraint, c.Property):
            yield from _reported(plan, plan.shapes[constraint.shape])


def _joined(prefix: Path | None, step: Path | None) -> Path | None:
    if prefix is None or step is None:
        return prefix if step is None else step
    return Sequence((prefix, step))


def _shape_walks(plan: p.Plan, shape: p.Shape, prefix: Path | None) -> Iterator[Walk]:
    if shape.deactivated:
        return
    path = None if shape.path is None else simplify(shape.path)
    if path is not None:
        yield from path_walks(path, prefix)
    there = _joined(prefix, path)
    for constraint in shape.constraints:
        match constraint:
            case c.ClassOf():
                yield Walk(there, RDF.type)
            case c.Equals(predicate) | c.Disjoint(predicate) | c.LessThan(predicate):
                yield Walk(prefix, predicate)
            case c.Closed():
                yield Walk(there, None)
            case _:
                for node in c.references(constraint):
                    yield from _shape_walks(plan, plan.shapes[node], there)


def path_walks(path: Path, prefix: Path | None) -> Iterator[Walk]:
    """Every triple that following a path looks at, as walks."""
    match path:
        case Predicate(iri):
            yield Walk(prefix, iri)
        case Inverse(Predicate(iri)):
            yield Walk(prefix, iri, backward=True)
        case Sequence(paths):
            for step in paths:
                yield from path_walks(step, prefix)
                prefix = _joined(prefix, step)
        case Alternative(paths):
            for step in paths:
                yield from path_walks(step, prefix)
        case ZeroOrMore(inner) | OneOrMore(inner):
            yield from path_walks(inner, _joined(prefix, ZeroOrMore(inner)))
        case ZeroOrOne(inner):
            yield from path_walks(inner, prefix)
