"""One SELECT query for each constraint: what violates it, as any SPARQL 1.1 endpoint can say.

A complex path never goes into FILTER NOT EXISTS, where engines evaluate it once per solution; it goes into MINUS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rdflib import BNode, Literal
from rdflib.term import Node

from svngraph.columns import Alternative, Inverse, Path, Predicate, Sequence, ZeroOrMore, ZeroOrOne, path_text
from svngraph.columns.datatypes import RANGES, XSD, lexical_pattern
from svngraph.validation import constraints as c
from svngraph.validation import plan as p

Subclasses = Callable[[Node], tuple[Node, ...]]
_KINDS = {"iri": "isIRI", "blank": "isBlank", "literal": "isLiteral"}


class Untranslatable(Exception):
    """The constraint cannot be said in SPARQL: a blank node of the shapes graph would have to be named."""


@dataclass(frozen=True)
class Source:
    """A graph pattern that binds the nodes to look at to a variable."""

    text: str
    variable: str = "?f0"

    def values(self, path: Path | None) -> Source:
        """The pattern that also binds each node's value nodes, to the next variable."""
        number = int(self.variable[2:]) + 1
        value = f"?f{number}"
        if path is None:
            return Source(f"{self.text} BIND({self.variable} AS {value})", value)
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


def is_simple(path: Path | None) -> bool:
    """True where the path is one step, forwards or backwards."""
    return isinstance(path, Predicate) or (isinstance(path, Inverse) and isinstance(path.path, Predicate))


def written(term: Node) -> str:
    """The term in SPARQL. A blank node of the shapes graph cannot be named in another dataset."""
    if isinstance(term, BNode):
        raise Untranslatable
    return term.n3()


def listed(terms: Iterable[Node]) -> str:
    """The terms in SPARQL, for VALUES."""
    return " ".join(map(written, terms))


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


def failing_test(constraint: c.Constraint, value: str, subclasses: Subclasses) -> str | None:
    """The FILTER that keeps the values which do not meet the constraint, or None where it is not about one value."""
    match constraint:
        case c.ClassOf(cls):
            classes = subclasses(cls)
            test = f"{value} a {written(cls)}"
            if len(classes) > 1:
                test = f"{value} a ?k . FILTER(?k IN ({', '.join(map(written, classes))}))"
            return f"FILTER NOT EXISTS {{ {test} }}"
        case c.In(terms):
            same = (f"sameTerm({value}, {written(term)})" for term in terms)
            return f"FILTER(!({' || '.join(same) or 'false'}))"
        case c.NodeKind(kinds):
            return f"FILTER(!({' || '.join(f'{_KINDS[kind]}({value})' for kind in sorted(kinds))}))"
        case c.Datatype(datatype):
            return f"FILTER(!({_datatype_test(str(datatype), value)}))"
        case c.Bound(operator, limit):
            return f"FILTER(!COALESCE({_orderable(value)} && {value} {operator} {limit.n3()}, false))"
        case _:
            return _text_test(constraint, value)


def _text_test(constraint: c.Constraint, value: str) -> str | None:
    match constraint:
        case c.MinLength(length):
            return f"FILTER(isBlank({value}) || STRLEN(STR({value})) < {length})"
        case c.MaxLength(length):
            return f"FILTER(isBlank({value}) || STRLEN(STR({value})) > {length})"
        case c.Pattern(pattern, flags):
            said = f"{Literal(pattern).n3()}{f', {Literal(flags).n3()}' if flags else ''}"
            return f"FILTER(isBlank({value}) || !REGEX(STR({value}), {said}))"
        case c.LanguageIn(tags):
            tests = (f"langMatches(LANG({value}), {Literal(tag).n3()})" for tag in tags)
            return f"FILTER(!(isLiteral({value}) && ({' || '.join(tests) or 'false'})))"
    return None


def _orderable(variable: str) -> str:
    # Some engines say of an IRI or a tagged string that it is <= itself; SPARQL orders neither.
    return f'isLiteral({variable}) && LANG({variable}) = ""'


def _datatype_test(datatype: str, value: str) -> str:
    tests = [f"isLiteral({value})", f"datatype({value}) = <{datatype}>"]
    pattern = lexical_pattern(datatype)
    if pattern:
        tests.append(f"REGEX(STR({value}), {Literal(pattern).n3()})")
    low, high = RANGES.get(datatype, (None, None))
    number = f"<{XSD}decimal>(STR({value}))"
    tests += [
        f"COALESCE({number} {sign} {limit}, false)" for sign, limit in ((">=", low), ("<=", high)) if limit is not None
    ]
    return " && ".join(tests)


def violation_query(constraint: c.Constraint, source: Source, path: Path | None, subclasses: Subclasses) -> str | None:
    """The query of (focus, value[, path]) that violate a constraint, or None where nesting must be worked out first.

    Shape:  an empty string where nothing can violate it.
    """
    focus, bound = source.variable, source.values(path)
    value = bound.variable
    test = failing_test(constraint, value, subclasses)
    if test is not None:
        return f"SELECT DISTINCT {focus} {value} WHERE {{ {bound.text} {test} }}"
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
        case c.Equals(predicate):
            return _equals_query(predicate.n3(), source, path)
        case c.Disjoint(predicate):
            return f"SELECT DISTINCT {focus} {value} WHERE {{ {bound.text} {focus} {predicate.n3()} {value} . }}"
        case c.LessThan(predicate, or_equal):
            sign = "<=" if or_equal else "<"
            return (
                f"SELECT DISTINCT {focus} {value} ?o WHERE {{ {{ {bound.text} }} {focus} {predicate.n3()} ?o . "
                f"FILTER(!COALESCE({_orderable(value)} && {_orderable('?o')} && {value} {sign} ?o, false)) }}"
            )
        case c.Closed(allowed):
            listing = ", ".join(iri.n3() for iri in sorted(allowed))
            test = f"FILTER(?p NOT IN ({listing}))" if allowed else ""
            return f"SELECT DISTINCT {focus} ?o ?p WHERE {{ {{ {bound.text} }} {value} ?p ?o . {test} }}"
    return None


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
    if path is None:
        return f"SELECT DISTINCT {focus} WHERE {{ {source.text} FILTER(!sameTerm({focus}, {said})) }}"
    stay = f" FILTER(!sameTerm({focus}, {said}))" if may_stay(path) else ""
    return f"SELECT DISTINCT {focus} WHERE {{ {_without(source, path, said)}{stay} }}"


def _equals_query(predicate: str, source: Source, path: Path | None) -> str:
    focus, bound = source.variable, source.values(path)
    value = bound.variable
    extra = f"{{ {bound.text} }} FILTER NOT EXISTS {{ {focus} {predicate} {value} }}"
    there = f"{{ {source.text} }} {focus} {predicate} {value} ."
    if path is None:
        missing = f"{there} FILTER(!sameTerm({focus}, {value}))"
    else:
        missing = _without(Source(there, focus), path, value)
        if may_stay(path):
            missing += f" FILTER(!sameTerm({focus}, {value}))"
    return f"SELECT DISTINCT {focus} {value} WHERE {{ {{ {extra} }} UNION {{ {missing} }} }}"
