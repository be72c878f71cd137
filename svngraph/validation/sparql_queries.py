"""One SELECT query for each constraint: what violates it, as any SPARQL 1.1 endpoint can say.

A complex path never goes into FILTER NOT EXISTS, where engines evaluate it once per solution; it goes into MINUS.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib.term import Node

from svngraph.columns import Alternative, Path, Predicate, Sequence, ZeroOrMore, ZeroOrOne, path_text
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.sparql_conditions import (
    Conditions,
    Subclasses,
    is_simple,
    less_than_fails,
    same,
)
from svngraph.validation.writing import listed, written

# More members than this are joined with, and not compared one after the other.
_FEW = 20


@dataclass(frozen=True)
class Source:
    """A graph pattern that binds the nodes to look at to a variable."""

    text: str
    variable: str = "?f0"

    def values(self, path: Path | None) -> Source:
        """The pattern that also binds each node's value nodes, to the next variable; without a path, to the same."""
        if path is None:
            return self
        value = f"?f{int(self.variable[2:]) + 1}"
        steps = f"{self.text} {self.variable} {path_text(path)} {value} ."
        if not may_stay(path):
            return Source(steps, value)
        # A path of no steps leads from a node to itself even where the data does not know the node.
        return Source(f"{{ {steps} }} UNION {{ {self.text} BIND({self.variable} AS {value}) }}", value)


def may_stay(path: Path) -> bool:
    """True where the path can be of no steps."""
    match path:
        case ZeroOrMore() | ZeroOrOne():
            return True
        case Predicate():
            return False
        case Sequence(paths):
            return all(map(may_stay, paths))
        case Alternative(paths):
            return any(map(may_stay, paths))
        case _:
            return may_stay(path.path)


def of_class(variable: str, classes: tuple[Node, ...]) -> str:
    """The pattern of instances of one of these classes."""
    if len(classes) == 1:
        return f"{variable} a {written(classes[0])} ."
    kind = f"?c{variable[1:]}"
    return f"VALUES {kind} {{ {listed(classes)} }} {variable} a {kind} ."


def target_pattern(targets: tuple[p.Target, ...], subclasses: Subclasses) -> str:
    """The pattern that binds ?f0 to the focus nodes of a shape's targets."""
    groups = []
    nodes = [target.node for target in targets if isinstance(target, p.TargetNode)]
    if nodes:
        groups.append(f"VALUES ?f0 {{ {listed(nodes)} }}")
    for target in targets:
        match target:
            case p.TargetClass(cls):
                groups.append(of_class("?f0", subclasses(cls)))
            case p.TargetSubjectsOf(predicate):
                groups.append(f"?f0 {predicate.n3()} ?t0 .")
            case p.TargetObjectsOf(predicate):
                groups.append(f"?t0 {predicate.n3()} ?f0 .")
    return groups[0] if len(groups) == 1 else " UNION ".join(f"{{ {group} }}" for group in groups)


def selected(focus: str, value: str) -> str:
    """The head of a query of focus and value: one variable where they are the same."""
    return f"SELECT DISTINCT {focus}" if focus == value else f"SELECT DISTINCT {focus} {value}"


def violation_query(constraint: c.Constraint, source: Source, path: Path | None, conditions: Conditions) -> str | None:
    """The query of (focus, value[, path]) that violate a constraint, or None where nesting must be worked out first.

    Shape:  only the focus where the value is the focus itself; an empty string where nothing can violate it.
    """
    focus, bound = source.variable, source.values(path)
    value = bound.variable
    if isinstance(constraint, c.In) and len(constraint.terms) > _FEW:
        members = f"MINUS {{ VALUES {value} {{ {listed(constraint.terms)} }} }}"
        return f"{selected(focus, value)} WHERE {{ {{ {bound.text} }} {members} }}"
    fails = conditions.fails(constraint, value)
    if fails is not None:
        return f"{selected(focus, value)} WHERE {{ {bound.text} FILTER({fails}) }}"
    match constraint:
        case c.MinCount() | c.MaxCount():
            return _count_query(constraint, source, path)
        case c.HasValue(term):
            return _has_value_query(term, source, path)
        case c.UniqueLang():
            return (
                f"SELECT {focus} ?lang WHERE {{ {{ {bound.text} }} BIND(LCASE(LANG({value})) AS ?lang) "
                f'FILTER(?lang != "") }} GROUP BY {focus} ?lang HAVING(COUNT(DISTINCT {value}) > 1)'
            )
        case c.Closed(allowed):
            listing = ", ".join(iri.n3() for iri in sorted(allowed))
            test = f"FILTER(?p NOT IN ({listing}))" if allowed else ""
            # Two value nodes with the same forbidden triple are two results.
            return f"{selected(focus, value)} ?o ?p WHERE {{ {{ {bound.text} }} {value} ?p ?o . {test} }}"
        case c.Qualified() if path is not None:
            return _qualified_query(constraint, source, path, conditions)
        case _:
            return _pair_query(constraint, source, path)


def _pair_query(constraint: c.Constraint, source: Source, path: Path | None) -> str | None:
    focus, bound = source.variable, source.values(path)
    value = bound.variable
    match constraint:
        case c.Equals(predicate):
            return _equals_query(predicate.n3(), source, path)
        case c.Disjoint(predicate):
            return f"{selected(focus, value)} WHERE {{ {{ {bound.text} }} {focus} {predicate.n3()} {value} . }}"
        case c.LessThan(predicate, or_equal):
            test = less_than_fails(value, "?o", or_equal=or_equal)
            return (
                f"SELECT DISTINCT {focus} {value} ?o WHERE {{ {{ {bound.text} }} {focus} {predicate.n3()} ?o . "
                f"FILTER({test}) }}"
            )
        case _:
            return None


def _qualified_query(constraint: c.Qualified, source: Source, path: Path, conditions: Conditions) -> str | None:
    focus, bound = source.variable, source.values(path)
    fails = None if constraint.siblings else conditions.fails_shape(constraint.shape, bound.variable)
    if fails is None:
        return None
    value, count, good = bound.variable, constraint.count, f"FILTER(!({fails}))"
    if constraint.most:
        return (
            f"SELECT {focus} WHERE {{ {bound.text} {good} }} GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) > {count})"
        )
    if count == 1 and is_simple(path):
        step = f"{focus} {path_text(path)} {value} . {good}"
        return f"SELECT DISTINCT {focus} WHERE {{ {{ {source.text} }} FILTER NOT EXISTS {{ {step} }} }}"
    return (
        f"SELECT {focus} WHERE {{ {{ {source.text} }} OPTIONAL {{ {bound.text} {good} }} }} "
        f"GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) < {count})"
    )


def _count_query(constraint: c.MinCount | c.MaxCount, source: Source, path: Path | None) -> str:
    focus, count = source.variable, constraint.count
    if path is None:
        return ""
    bound = source.values(path)
    if isinstance(constraint, c.MaxCount):
        return (
            f"SELECT {focus} WHERE {{ {bound.text} }} "
            f"GROUP BY {focus} HAVING(COUNT(DISTINCT {bound.variable}) > {count})"
        )
    if count < 1 or (count == 1 and may_stay(path)):
        return ""
    if count == 1:
        return f"SELECT DISTINCT {focus} WHERE {{ {_without(source, path, '?x')} }}"
    return (
        f"SELECT {focus} WHERE {{ {{ {source.text} }} OPTIONAL {{ {bound.text} }} }} "
        f"GROUP BY {focus} HAVING(COUNT(DISTINCT {bound.variable}) < {count})"
    )


def _without(source: Source, path: Path, end: str) -> str:
    steps = f"{source.variable} {path_text(path)} {end} ."
    if is_simple(path):
        return f"{{ {source.text} }} FILTER NOT EXISTS {{ {steps} }}"
    return f"{{ {source.text} }} MINUS {{ {steps} }}"


def _has_value_query(term: Node, source: Source, path: Path | None) -> str:
    focus, said = source.variable, written(term)
    other = f"FILTER(!({same(focus, term)}))"
    if path is None:
        return f"SELECT DISTINCT {focus} WHERE {{ {source.text} {other} }}"
    stay = f" {other}" if may_stay(path) else ""
    return f"SELECT DISTINCT {focus} WHERE {{ {_without(source, path, said)}{stay} }}"


def _equals_query(predicate: str, source: Source, path: Path | None) -> str:
    focus, bound = source.variable, source.values(path)
    extra = (
        f"{{ {bound.text} }} FILTER NOT EXISTS {{ {focus} {predicate} {bound.variable} }} BIND({bound.variable} AS ?v)"
    )
    there = f"{{ {source.text} }} {focus} {predicate} ?v ."
    stay = f" FILTER(!sameTerm({focus}, ?v))"
    if path is None:
        missing = there + stay
    else:
        missing = _without(Source(there, focus), path, "?v") + (stay if may_stay(path) else "")
    return f"SELECT DISTINCT {focus} ?v WHERE {{ {{ {extra} }} UNION {{ {missing} }} }}"
