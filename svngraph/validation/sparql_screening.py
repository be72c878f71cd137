"""One query that says of each focus node of a shape which of its constraints it may break, so that few are looked at.

The queries of the constraints then ask about the nodes that are named here, and need not walk all of them each anew.
Only paths of one step are looked at: of a longer path no engine can be relied on to be quick in EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import Literal
from rdflib.term import Node

from svngraph.columns import Path, path_text
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.sparql_conditions import Conditions, is_simple, less_than_fails
from svngraph.validation.writing import Untranslatable

# Of a longer list of members each value would be compared with them all.
_FEW = 20


@dataclass(frozen=True)
class Screened:
    """A constraint and the condition on ``?f0`` under which it is broken; ``whole``: the violation is just the node."""

    shape: p.Shape
    constraint: c.Constraint
    condition: str
    whole: bool


@dataclass
class Suspects:
    """The nodes that may break a screened constraint, or do so where it is ``whole``."""

    whole: bool
    nodes: list[Node] = field(default_factory=list)


def screened(plan: p.Plan, root: p.Shape, conditions: Conditions) -> tuple[list[Screened], str]:
    """The constraints of a root shape that can be screened, and the condition under which any of them is broken."""
    found: list[Screened] = []
    anyhow: list[str] = []
    if any(isinstance(target, p.TargetNode) and isinstance(target.node, Literal) for target in root.targets):
        return [], ""  # a literal is nowhere a subject, and engines differ in what they make of the question
    for shape in _on_focus(plan, root):
        inners: list[str] = []
        end = conditions.variable()
        for constraint in shape.constraints:
            said = _condition(constraint, shape.path, conditions)
            if said is None:
                continue
            found.append(Screened(shape, constraint, said, _is_whole(constraint, shape.path)))
            inner = None if shape.path is None else _inner(constraint, shape.path, end, conditions)
            (anyhow if inner is None else inners).append(said if inner is None else inner)
        if inners and shape.path is not None:
            # All that is asked of the values of a path is asked in one walk along it.
            step = f"?f0 {path_text(shape.path)} {end}"
            anyhow.append(f"EXISTS {{ {step} FILTER({' || '.join(f'({inner})' for inner in inners)}) }}")
    return found, " || ".join(f"({said})" for said in anyhow)


def screening_query(foci: str, found: list[Screened], anyhow: str) -> str:
    """The query of the suspected nodes, with one truth value for each screened constraint.

    Shape:  ``foci`` is the pattern that binds ?f0.
    """
    names = " ".join(f"?is{number}" for number in range(len(found)))
    told = " ".join(f"BIND(({one.condition}) AS ?is{number})" for number, one in enumerate(found))
    inner = f"SELECT DISTINCT ?f0 WHERE {{ {{ {foci} }} FILTER({anyhow}) }}"
    return f"SELECT ?f0 {names} WHERE {{ {{ {inner} }} {told} }}"


def _on_focus(plan: p.Plan, root: p.Shape) -> Iterator[p.Shape]:
    """The root shape, and the property shapes in it whose focus nodes are its own."""
    if root.deactivated:
        return
    yield root
    if root.path is None:
        for constraint in root.constraints:
            if isinstance(constraint, c.Property) and not plan.shapes[constraint.shape].deactivated:
                yield plan.shapes[constraint.shape]


def _is_whole(constraint: c.Constraint, path: Path | None) -> bool:
    alone = isinstance(constraint, c.MinCount | c.MaxCount | c.HasValue | c.Qualified)
    return alone or (path is None and not isinstance(constraint, c.Closed))


def _condition(constraint: c.Constraint, path: Path | None, conditions: Conditions) -> str | None:
    """That ``?f0`` breaks the constraint; None where that cannot be said, or only at great cost."""
    if isinstance(constraint, c.Property | c.In) and (
        isinstance(constraint, c.Property) or len(constraint.terms) > _FEW
    ):
        return None
    try:
        if path is None:
            return _of_node(constraint, conditions)
        if not is_simple(path):
            return None
        alone = conditions.fails_by_values(constraint, path, "?f0")
        if alone is not None:
            return alone
        end = conditions.variable()
        inner = _inner(constraint, path, end, conditions)
        return None if inner is None else f"EXISTS {{ ?f0 {path_text(path)} {end} FILTER({inner}) }}"
    except Untranslatable:
        return None


def _of_node(constraint: c.Constraint, conditions: Conditions) -> str | None:
    if isinstance(constraint, c.Closed):
        predicate, obj = conditions.variable(), conditions.variable()
        listing = ", ".join(iri.n3() for iri in sorted(constraint.allowed))
        test = f" FILTER({predicate} NOT IN ({listing}))" if constraint.allowed else ""
        return f"EXISTS {{ ?f0 {predicate} {obj} .{test} }}"
    return conditions.fails(constraint, "?f0")


def _inner(constraint: c.Constraint, path: Path, end: str, conditions: Conditions) -> str | None:
    """That a value of the path shows that ``?f0`` breaks the constraint."""
    other = conditions.variable()
    match constraint:
        case c.MaxCount(1):
            return f"EXISTS {{ ?f0 {path_text(path)} {other} FILTER(!sameTerm({end}, {other})) }}"
        case c.UniqueLang():
            same = f"!sameTerm({end}, {other}) && LCASE(LANG({end})) = LCASE(LANG({other}))"
            return f'LANG({end}) != "" && EXISTS {{ ?f0 {path_text(path)} {other} FILTER({same}) }}'
        case c.Disjoint(predicate):
            return f"EXISTS {{ ?f0 {predicate.n3()} {end} }}"
        case c.LessThan(predicate, or_equal):
            test = less_than_fails(end, other, or_equal=or_equal)
            return f"EXISTS {{ ?f0 {predicate.n3()} {other} FILTER({test}) }}"
        case c.NodeOf() | c.Not() | c.Several():
            return None
        case _:
            return conditions.fails(constraint, end)
