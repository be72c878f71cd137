"""What is odd about shapes themselves: those that can never fire, target nothing in the data, or contradict another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.columns import Path, Snapshot, path_text, predicates_of
from svngraph.columns.values import compare
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.columnar import Columnar
from svngraph.validation.compilation import Locate, compile_shapes
from svngraph.validation.querying import Queries
from svngraph.validation.report import shown
from svngraph.validation.value_tests import literal_value


@dataclass(frozen=True)
class Oddity:
    """One thing that the author of a shape should know: which shape, what kind of thing, and a sentence on it.

    ``kind`` is one of: no-target, no-constraint, deactivated, targets-nothing, cannot-fire, contradiction.
    """

    shape: Node
    kind: str
    swedish: str
    english: str
    other: Node | None = None

    def to_json(self) -> dict[str, object]:
        """The oddity as JSON."""
        other = None if self.other is None else shown(self.other)
        messages = {"sv": self.swedish, "en": self.english}
        return {"shape": shown(self.shape), "kind": self.kind, "other": other, "messages": messages}


def lint(shapes: Graph, data: Snapshot | None = None, *, locate: Locate | None = None) -> tuple[Oddity, ...]:
    """What is odd about a shapes graph, by itself and, where there is one, for a dataset.

    Errors: ShapesError where a shape is malformed, with its place where ``locate`` knows it.
    """
    plan = compile_shapes(shapes, locate=locate)
    found = [*_unused(plan, shapes), *_contradictions(plan), *_half_said(plan, shapes)]
    if data is not None:
        found.extend(_idle(plan, shapes, data))
    return tuple(sorted(set(found), key=lambda oddity: (oddity.kind, shown(oddity.shape), oddity.english)))


def _unused(plan: p.Plan, shapes: Graph) -> Iterator[Oddity]:
    reached = {shape.node for root in plan.roots for shape in plan.reach(root)}
    for shape in plan.shapes.values():
        if shape.node not in reached and isinstance(shape.node, URIRef):
            yield Oddity(
                shape.node,
                "no-target",
                "Formen har inget mål och ingen annan form hänvisar till den: den prövar ingenting.",
                "The shape has no target and no other shape refers to it: it checks nothing.",
            )
        if shape.deactivated:
            yield Oddity(shape.node, "deactivated", "Formen är avstängd.", "The shape is deactivated.")
        elif shape.targets and not shape.constraints and (shape.node, SH.rule, None) not in shapes:
            yield Oddity(
                shape.node,
                "no-constraint",
                "Formen har mål men inga villkor: den kan aldrig slå till.",
                "The shape has targets but no constraints: it can never fire.",
            )
        for constraint in shape.constraints:
            if is_void(constraint):
                yield Oddity(
                    shape.node,
                    "cannot-fire",
                    f"Villkoret {name_of(constraint)} är alltid uppfyllt.",
                    f"The constraint {name_of(constraint)} is always met.",
                )


def _half_said(plan: p.Plan, shapes: Graph) -> Iterator[Oddity]:
    """Parameters without the one that gives them a meaning: the specification lets them be, and checks nothing."""
    for word, needed in (
        (SH.qualifiedMinCount, SH.qualifiedValueShape),
        (SH.qualifiedMaxCount, SH.qualifiedValueShape),
        (SH.flags, SH.pattern),
        (SH.ignoredProperties, SH.closed),
    ):
        for node in plan.shapes:
            if (node, word, None) in shapes and (node, needed, None) not in shapes:
                names = [f"sh:{str(iri).removeprefix(str(SH))}" for iri in (word, needed)]
                yield Oddity(
                    node,
                    "cannot-fire",
                    f"{names[0]} betyder inget utan {names[1]}.",
                    f"{names[0]} means nothing without {names[1]}.",
                )


def name_of(constraint: c.Constraint) -> str:
    """The constraint's component, without its namespace and the word that all have."""
    return str(constraint.component).rpartition("#")[2].removesuffix("ConstraintComponent")


def is_void(constraint: c.Constraint) -> bool:
    """True where no value can violate the constraint."""
    match constraint:
        case c.MinCount(0):
            return True
        case c.Qualified():
            return constraint.count == 0 and not constraint.most
        case c.NodeKind(kinds):
            return len(kinds) == 3
        case _:
            return False


@dataclass(frozen=True)
class _Demand:
    """A constraint of a property shape, as the focus nodes of a root shape meet it."""

    root: Node
    shape: Node
    targets: frozenset[p.Target]
    path: Path | None
    constraint: c.Constraint


def _demands(plan: p.Plan) -> Iterator[_Demand]:
    for root in plan.roots:
        top = plan.shapes[root]
        if top.deactivated:
            continue
        targets = frozenset(top.targets)
        for constraint in top.constraints:
            inner = plan.shapes[constraint.shape] if isinstance(constraint, c.Property) else None
            if inner is None:
                yield _Demand(root, root, targets, top.path, constraint)
            elif top.path is None and not inner.deactivated:
                for demand in inner.constraints:
                    yield _Demand(root, inner.node, targets, inner.path, demand)


def _contradictions(plan: p.Plan) -> Iterator[Oddity]:
    demands = list(_demands(plan))
    needed = {
        (demand.path, target)
        for demand in demands
        for target in demand.targets
        if isinstance(demand.constraint, c.HasValue)
        or (isinstance(demand.constraint, c.MinCount) and demand.constraint.count > 0)
    }
    groups: dict[Path | None, list[_Demand]] = {}
    for demand in demands:
        groups.setdefault(demand.path, []).append(demand)
    for path, group in groups.items():
        for first, second in combinations(group, 2):
            shared = first.targets & second.targets
            if not shared:
                continue
            # Two demands on values only clash where there must be a value.
            forced = path is None or any((path, target) in needed for target in shared)
            if clash(first.constraint, second.constraint, forced=forced):
                where = "" if path is None else f" ({path_text(path)})"
                names = f"{name_of(first.constraint)} ≠ {name_of(second.constraint)}{where}"
                yield Oddity(
                    first.shape,
                    "contradiction",
                    f"Ingen nod kan uppfylla båda villkoren: {names}.",
                    f"No node can meet both constraints: {names}.",
                    second.shape,
                )


def clash(first: c.Constraint, second: c.Constraint, *, forced: bool) -> bool:
    """True where nothing can meet both constraints on one path; ``forced`` says that a value must be there."""
    return _clash(first, second, forced) or _clash(second, first, forced)


def _clash(first: c.Constraint, second: c.Constraint, forced: bool) -> bool:
    match first, second:
        case c.MinCount(least), c.MaxCount(most):
            return least > most
        case c.HasValue(), c.MaxCount(0):
            return True
        case c.HasValue(term), c.In(terms):
            return term not in terms
        case c.HasValue(term), c.Datatype(datatype):
            return not isinstance(term, Literal) or _datatype(term) != datatype
        case _:
            return forced and (_values_clash(first, second) or _lengths_clash(first, second))


def _values_clash(first: c.Constraint, second: c.Constraint) -> bool:
    match first, second:
        case c.Datatype(datatype), c.Datatype(other):
            return datatype != other
        case c.Datatype(), c.ClassOf():
            return True
        case c.Datatype(), c.NodeKind(kinds):
            return "literal" not in kinds
        case c.NodeKind(kinds), c.NodeKind(others):
            return not kinds & others
        case c.ClassOf(), c.NodeKind(kinds):
            return kinds == {"literal"}
        case c.In(terms), c.In(others):
            return not set(terms) & set(others)
        case c.LanguageIn(), c.Datatype(datatype):
            return datatype != RDF.langString
        case _:
            return False


def _lengths_clash(first: c.Constraint, second: c.Constraint) -> bool:
    match first, second:
        case c.MinLength(least), c.MaxLength(most):
            return least > most
        case c.Bound(">" | ">=" as low, limit), c.Bound("<" | "<=" as high, other):
            order = compare(literal_value(limit), literal_value(other))
            return order is not None and (order > 0 or (order == 0 and not (low == ">=" and high == "<=")))
        case _:
            return False


def _datatype(term: Literal) -> Node:
    if term.language:
        return RDF.langString
    return term.datatype or URIRef("http://www.w3.org/2001/XMLSchema#string")


def _idle(plan: p.Plan, shapes: Graph, data: Snapshot) -> Iterator[Oddity]:
    engine = Columnar(data, plan, Queries(data, shapes))
    for root in plan.roots:
        shape = plan.shapes[root]
        if shape.targets and not engine.targets(shape).size:
            yield Oddity(
                root,
                "targets-nothing",
                "Ingen nod i dessa data är mål för formen.",
                "No node of this data is a target of the shape.",
            )
    for shape in plan.shapes.values():
        if shape.path is not None and shape.constraints and not _can_fire(shape, data):
            yield Oddity(
                shape.node,
                "cannot-fire",
                f"Inget i dessa data har {path_text(shape.path)}, och formen kräver inte att något har det.",
                f"Nothing in this data has {path_text(shape.path)}, and the shape does not ask that anything has.",
            )


def _can_fire(shape: p.Shape, data: Snapshot) -> bool:
    """True where some value is there to look at, or its absence would be a violation."""
    asks = (c.MinCount, c.HasValue, c.Equals, c.Qualified, c.Sparql, c.Custom)
    if any(isinstance(constraint, asks) and not is_void(constraint) for constraint in shape.constraints):
        return True
    return shape.path is None or any(len(data.column(name)) for name in predicates_of(shape.path))
