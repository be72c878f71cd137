"""Conditions in SPARQL: that a value does not meet a constraint, or does not conform to a shape, as one expression.

Each condition is free of errors, so that it can be negated and nested.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.columns import Inverse, Path, Predicate, path_text
from svngraph.columns.datatypes import RANGES, XSD, lexical_pattern
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.regex import is_portable
from svngraph.validation.value_tests import literal_value
from svngraph.validation.writing import Untranslatable, written

Subclasses = Callable[[Node], tuple[Node, ...]]
_KINDS = {"iri": "isIRI", "blank": "isBlank", "literal": "isLiteral"}


def is_simple(path: Path | None) -> bool:
    """True where the path is one step, forwards or backwards."""
    return isinstance(path, Predicate) or (isinstance(path, Inverse) and isinstance(path.path, Predicate))


# Shapes within shapes are said in one condition so deep: each level may say the next one twice.
_DEEPEST = 5


class Conditions:
    """The conditions of one plan; variables inside EXISTS are numbered so that none meets another."""

    def __init__(self, plan: p.Plan, subclasses: Subclasses) -> None:
        self.plan = plan
        self.subclasses = subclasses
        self._numbers = count()
        self._depth = 0

    def variable(self) -> str:
        """A variable that no condition has had."""
        return f"?x{next(self._numbers)}"

    def fails(self, constraint: c.Constraint, value: str) -> str | None:
        """That the value does not meet the constraint; None where one value cannot tell, or only at great cost."""
        match constraint:
            case c.ClassOf(cls):
                return self._not_of_class(cls, value)
            case c.NodeOf(node):
                return self.fails_shape(node, value)
            case c.Not(node):
                inner = self.fails_shape(node, value)
                return None if inner is None else f"!({inner})"
            case c.Several(word, nodes):
                inners = [self.fails_shape(node, value) for node in nodes]
                if word == "xone" or any(inner is None for inner in inners):
                    return None
                sign, empty = (" || ", "false") if word == "and" else (" && ", "true")
                return sign.join(f"({inner})" for inner in inners) or empty
            case _:
                return _fails_alone(constraint, value)

    def fails_shape(self, node: Node, value: str) -> str | None:
        """That the value does not conform to a shape, where that can be said without walking a long path."""
        shape = self.plan.shapes[node]
        if shape.deactivated:
            return "false"
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        try:
            return self._fails_any(shape, value)
        finally:
            self._depth -= 1

    def _fails_any(self, shape: p.Shape, value: str) -> str | None:
        said: list[str] = []
        for constraint in shape.constraints:
            if isinstance(constraint, c.Property):
                condition = self.fails_shape(constraint.shape, value) if shape.path is None else None
            elif shape.path is None:
                condition = self.fails(constraint, value)
            else:
                condition = self._fails_on_path(constraint, shape.path, value)
            if condition is None:
                return None
            said.append(f"({condition})")
        return " || ".join(said) or "false"

    def _fails_on_path(self, constraint: c.Constraint, path: Path, value: str) -> str | None:
        if not is_simple(path):
            return None
        missing = self.fails_by_values(constraint, path, value)
        if missing is not None:
            return missing
        end = self.variable()
        inner = self.fails(constraint, end) if isinstance(constraint, c.ClassOf) else _fails_alone(constraint, end)
        return None if inner is None else f"EXISTS {{ {value} {path_text(path)} {end} FILTER({inner}) }}"

    def fails_by_values(self, constraint: c.Constraint, path: Path, focus: str) -> str | None:
        """That a node does not meet a constraint on all the values of a path together; None where it is on each."""
        end = self.variable()
        step = f"{focus} {path_text(path)} {end}"
        match constraint:
            case c.MinCount(count) if count <= 1:
                return f"NOT EXISTS {{ {step} }}" if count == 1 else "false"
            case c.HasValue(term):
                return f"NOT EXISTS {{ {focus} {path_text(path)} {written(term)} }}"
            case c.Equals(predicate):
                other = predicate.n3()
                return (
                    f"EXISTS {{ {step} FILTER NOT EXISTS {{ {focus} {other} {end} }} }} || "
                    f"EXISTS {{ {focus} {other} {end} FILTER NOT EXISTS {{ {step} }} }}"
                )
            case c.Qualified(shape, 1, False, ()):
                inner = self.fails_shape(shape, end)
                return None if inner is None else f"NOT EXISTS {{ {step} FILTER(!({inner})) }}"
        return None

    def _not_of_class(self, cls: Node, value: str) -> str:
        classes = self.subclasses(cls)
        if len(classes) == 1:
            return f"NOT EXISTS {{ {value} a {written(cls)} }}"
        kind = self.variable()
        return f"NOT EXISTS {{ {value} a {kind} . FILTER({kind} IN ({', '.join(map(written, classes))})) }}"


def _fails_alone(constraint: c.Constraint, value: str) -> str | None:
    match constraint:
        case c.In(terms):
            return f"!({_among(value, terms)})"
        case c.NodeKind(kinds):
            return f"!({' || '.join(f'{_KINDS[kind]}({value})' for kind in sorted(kinds))})"
        case c.Datatype(datatype):
            return f"!({_datatype_test(str(datatype), value)})"
        case c.Bound(operator, limit):
            met = f"{orderable(value)} && {value} {operator} {written(limit)}"
            return f"!COALESCE({met}{_beyond(value, operator, limit)}, false)"
        case _:
            return _text_fails(constraint, value)


def _beyond(value: str, operator: str, limit: Literal) -> str:
    """The same comparison of whole numbers that have more bits than an engine's, for COALESCE to go on to."""
    bound = literal_value(limit)
    if bound is None or bound.family != "number":
        return ""
    return "".join(
        f", {_is_whole(value)} && <{XSD}{name}>(STR({value})) {operator} <{XSD}{name}>({written(Literal(str(limit)))})"
        for name in ("decimal", "double")
    )


def _is_whole(value: str) -> str:
    types = ", ".join(f"<{name}>" for name in RANGES)
    return f'datatype({value}) IN ({types}) && REGEX(STR({value}), "^[+-]?[0-9]+$")'


def beyond_pair(first: str, second: str, operator: str) -> str:
    """The comparison of two whole numbers that have more bits than an engine's, for COALESCE to go on to."""
    whole = f"{_is_whole(first)} && {_is_whole(second)}"
    return "".join(
        f", {whole} && <{XSD}{name}>(STR({first})) {operator} <{XSD}{name}>(STR({second}))"
        for name in ("decimal", "double")
    )


def _text_fails(constraint: c.Constraint, value: str) -> str | None:
    match constraint:
        case c.MinLength(length):
            return f"isBlank({value}) || STRLEN(STR({value})) < {length}"
        case c.MaxLength(length):
            return f"isBlank({value}) || STRLEN(STR({value})) > {length}"
        case c.Pattern(pattern, flags):
            if not is_portable(pattern, flags):
                raise Untranslatable(f"not every engine can read the expression {pattern}")
            said = f"{written(Literal(pattern))}{f', {written(Literal(flags))}' if flags else ''}"
            return f"isBlank({value}) || !REGEX(STR({value}), {said})"
        case c.LanguageIn(tags):
            tests = (f"langMatches(LANG({value}), {written(Literal(tag))})" for tag in tags)
            return f"!(isLiteral({value}) && ({' || '.join(tests) or 'false'}))"
    return None


def same(variable: str, term: Node) -> str:
    """That the variable is bound to the term. Of an IRI ``=`` says just that, and every engine has it right."""
    return f"{variable} = {written(term)}" if isinstance(term, URIRef) else f"sameTerm({variable}, {written(term)})"


def _among(value: str, terms: tuple[Node, ...]) -> str:
    iris = ", ".join(written(term) for term in terms if isinstance(term, URIRef))
    others = [same(value, term) for term in terms if not isinstance(term, URIRef)]
    return " || ".join(([f"{value} IN ({iris})"] if iris else []) + others) or "false"


def not_above(first: str, second: str) -> str:
    """That SPARQL orders the first value before the second or calls them equal.

    Some engines say of whatever is the same term that it is <= itself, even of a date that is none.
    """
    said = [f"isNumeric({first}) && {first} = {first}", _is_whole(first), f"datatype({first}) = <{XSD}string>"]
    for name in ("boolean", "date", "dateTime", "time", "gYear", "gYearMonth", "duration"):
        pattern = written(Literal(lexical_pattern(XSD + name)))
        said.append(f"datatype({first}) = <{XSD}{name}> && REGEX(STR({first}), {pattern})")
    return f"IF(sameTerm({first}, {second}), {' || '.join(f'({test})' for test in said)}, {first} <= {second})"


def less_than_fails(first: str, second: str, *, or_equal: bool) -> str:
    """That SPARQL does not order the first value before the second, nor, where that is enough, calls them equal."""
    ordered = not_above(first, second) if or_equal else f"{first} < {second}"
    beyond = beyond_pair(first, second, "<=" if or_equal else "<")
    return f"!COALESCE({orderable(first)} && {orderable(second)} && {ordered}{beyond}, false)"


def orderable(variable: str) -> str:
    """That the value is a literal without a language: SPARQL orders nothing else."""
    return f'isLiteral({variable}) && LANG({variable}) = ""'


def _datatype_test(datatype: str, value: str) -> str:
    tests = [f"isLiteral({value})", f"datatype({value}) = <{datatype}>"]
    pattern = lexical_pattern(datatype)
    if pattern:
        tests.append(f"REGEX(STR({value}), {written(Literal(pattern))})")
    low, high = RANGES.get(datatype, (None, None))
    if low is not None and high is not None:
        # Where there is one bound only, the pattern says it already.
        number = f"<{XSD}decimal>(STR({value}))"
        tests.append(f"COALESCE({number} >= {low} && {number} <= {high}, false)")
    return " && ".join(tests)
