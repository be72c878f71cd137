"""Constraints that look at one value at a time: which values of a set pass, each distinct value tested once."""

from __future__ import annotations

import numpy as np
from rdflib import Literal
from rdflib.namespace import RDF
from rdflib.term import Node

from svngraph.columns import Ids, Kind, Snapshot
from svngraph.columns.datatypes import LEXICAL, XSD
from svngraph.columns.engine import matching
from svngraph.columns.sets import Mask, contains, ids_of, unique
from svngraph.columns.values import Value, compare, value_of
from svngraph.validation import constraints as c
from svngraph.validation.regex import compile_pattern, is_portable, may_explode

_FEW = 256
_KINDS = {"iri": Kind.IRI, "blank": Kind.BLANK, "literal": Kind.LITERAL}
_ORDERS = {">": (1,), ">=": (0, 1), "<": (-1,), "<=": (-1, 0)}

ValueConstraint = (
    c.ClassOf | c.Datatype | c.NodeKind | c.Bound | c.MinLength | c.MaxLength | c.Pattern | c.LanguageIn | c.In
)


class ValueTests:
    """The tests of values of one snapshot; the instances of each class are gathered once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._instances: dict[Node, Ids] = {}

    def instances(self, cls: Node) -> Ids:
        """The instances of a class, subclasses included."""
        if cls not in self._instances:
            self._instances[cls] = self.snapshot.instances(self.known([cls]))
        return self._instances[cls]

    def known(self, terms: list[Node] | tuple[Node, ...]) -> Ids:
        """The ids of those of the terms that the data has."""
        found = (self.snapshot.terms.find(term) for term in terms)
        return ids_of(index for index in found if index is not None)

    def passes(self, constraint: ValueConstraint, values: Ids) -> Mask:
        """Which of the values meet the constraint."""
        terms, literals = self.snapshot.terms, self.snapshot.literals
        match constraint:
            case c.ClassOf(cls):
                return self._of_class(cls, values)
            case c.In(members):
                return contains(self.known(members), values, len(terms))
            case c.NodeKind(kinds):
                return terms.of_kind(values, *(_KINDS[kind] for kind in kinds))
            case c.Datatype(datatype):
                return self._of_datatype(str(datatype), values)
            case c.MinLength(length):
                return ~terms.of_kind(values, Kind.BLANK) & (literals.lengths(values) >= length)
            case c.MaxLength(length):
                return ~terms.of_kind(values, Kind.BLANK) & (literals.lengths(values) <= length)
            case c.LanguageIn(ranges):
                return self._in_languages(ranges, values)
            case c.Pattern(pattern, flags):
                return self._matching(pattern, flags, values)
            case c.Bound(operator, limit):
                return self._within(operator, limit, values)

    def moved_to(self, snapshot: Snapshot) -> ValueTests:
        """The tests of another snapshot in which every node has the types that it has in this one."""
        moved = ValueTests(snapshot)
        moved._instances = self._instances
        return moved

    def _of_class(self, cls: Node, values: Ids) -> Mask:
        if cls in self._instances or values.size > _FEW:
            return contains(self.instances(cls), values, len(self.snapshot.terms))
        # A few values: looking up their own types is less work than gathering a class.
        types = self.snapshot.edges(RDF.type, values)
        classes = self.snapshot.subclasses(self.known([cls]))
        typed = types.left[contains(classes, types.right, len(self.snapshot.terms))]
        return contains(unique(typed), values, len(self.snapshot.terms))

    def _of_datatype(self, datatype: str, values: Ids) -> Mask:
        literals = self.snapshot.literals
        passing = np.equal(literals.datatypes(values), literals.code(datatype))
        if datatype in LEXICAL:
            passing[passing] = literals.well_formed(values[passing])
        return passing

    def _in_languages(self, ranges: tuple[str, ...], values: Ids) -> Mask:
        literals = self.snapshot.literals
        codes = literals.languages(values)
        wanted = [code for code in set(codes.tolist()) if _in_ranges(literals.text(code), ranges)]
        return contains(ids_of(wanted), codes, int(codes.max(initial=0)) + 1)

    def _matching(self, pattern: str, flags: str, values: Ids) -> Mask:
        passing = ~self.snapshot.terms.of_kind(values, Kind.BLANK)
        texts = list(self.snapshot.literals.lexicals(values[passing]))
        explodes = may_explode(pattern, flags, max(map(len, texts), default=0)) and is_portable(pattern, flags)
        found = matching(texts, pattern, flags) if explodes else None
        if found is None:
            search = compile_pattern(pattern, flags).search
            found = [search(text) is not None for text in texts]
        passing[passing] = found
        return passing

    def _within(self, operator: str, limit: Literal, values: Ids) -> Mask:
        bound, orders = literal_value(limit), _ORDERS[operator]
        found = self.snapshot.literals.values(values)
        return np.fromiter((compare(value, bound) in orders for value in found), np.bool_, values.size)


def literal_value(literal: Literal) -> Value | None:
    """The comparable value of an rdflib literal."""
    return None if literal.language else value_of(str(literal), str(literal.datatype or XSD + "string"))


def _in_ranges(language: str, ranges: tuple[str, ...]) -> bool:
    return bool(language) and any(
        tag == "*" or language == tag.lower() or language.startswith(tag.lower() + "-") for tag in ranges
    )
