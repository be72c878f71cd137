"""The constraints of SHACL as frozen values, one class for each kind; what they mean is theirs to say, not how to run.

Source: https://www.w3.org/TR/shacl/#core-components, https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rdflib import Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node


@dataclass(frozen=True)
class ClassOf:
    """Each value node is an instance of the class."""

    component: ClassVar[URIRef] = SH.ClassConstraintComponent
    cls: Node


@dataclass(frozen=True)
class Datatype:
    """Each value node is a well-formed literal of the datatype."""

    component: ClassVar[URIRef] = SH.DatatypeConstraintComponent
    datatype: URIRef


@dataclass(frozen=True)
class NodeKind:
    """Each value node is of one of these kinds: the words iri, blank and literal."""

    component: ClassVar[URIRef] = SH.NodeKindConstraintComponent
    kinds: frozenset[str]


@dataclass(frozen=True)
class MinCount:
    """There are at least so many value nodes."""

    component: ClassVar[URIRef] = SH.MinCountConstraintComponent
    count: int


@dataclass(frozen=True)
class MaxCount:
    """There are at most so many value nodes."""

    component: ClassVar[URIRef] = SH.MaxCountConstraintComponent
    count: int


_BOUNDS = {
    ">": SH.MinExclusiveConstraintComponent,
    ">=": SH.MinInclusiveConstraintComponent,
    "<": SH.MaxExclusiveConstraintComponent,
    "<=": SH.MaxInclusiveConstraintComponent,
}


@dataclass(frozen=True)
class Bound:
    """Each value node stands so to the limit: one of ``> >= < <=``, with SPARQL's meaning."""

    operator: str
    limit: Literal

    @property
    def component(self) -> URIRef:
        """The component, which follows from the operator."""
        return _BOUNDS[self.operator]


@dataclass(frozen=True)
class MinLength:
    """Each value node's string has at least so many characters."""

    component: ClassVar[URIRef] = SH.MinLengthConstraintComponent
    length: int


@dataclass(frozen=True)
class MaxLength:
    """Each value node's string has at most so many characters."""

    component: ClassVar[URIRef] = SH.MaxLengthConstraintComponent
    length: int


@dataclass(frozen=True)
class Pattern:
    """Each value node's string matches the regular expression."""

    component: ClassVar[URIRef] = SH.PatternConstraintComponent
    pattern: str
    flags: str = ""


@dataclass(frozen=True)
class LanguageIn:
    """Each value node is a literal in one of these languages, by basic language ranges."""

    component: ClassVar[URIRef] = SH.LanguageInConstraintComponent
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class UniqueLang:
    """No two value nodes have the same language."""

    component: ClassVar[URIRef] = SH.UniqueLangConstraintComponent


@dataclass(frozen=True)
class Equals:
    """The value nodes are exactly the objects of the predicate."""

    component: ClassVar[URIRef] = SH.EqualsConstraintComponent
    predicate: URIRef


@dataclass(frozen=True)
class Disjoint:
    """No value node is an object of the predicate."""

    component: ClassVar[URIRef] = SH.DisjointConstraintComponent
    predicate: URIRef


@dataclass(frozen=True)
class LessThan:
    """Each value node is less than (or equal to) each object of the predicate."""

    predicate: URIRef
    or_equal: bool = False

    @property
    def component(self) -> URIRef:
        """The component: one for ``<``, one for ``<=``."""
        return SH.LessThanOrEqualsConstraintComponent if self.or_equal else SH.LessThanConstraintComponent


@dataclass(frozen=True)
class Not:
    """No value node conforms to the shape."""

    component: ClassVar[URIRef] = SH.NotConstraintComponent
    shape: Node


@dataclass(frozen=True)
class Several:
    """Each value node conforms to all (and), at least one (or), or exactly one (xone) of the shapes."""

    word: str
    shapes: tuple[Node, ...]

    @property
    def component(self) -> URIRef:
        """The component, which follows from the word."""
        return SH[f"{self.word.title()}ConstraintComponent"]


@dataclass(frozen=True)
class NodeOf:
    """Each value node conforms to the node shape."""

    component: ClassVar[URIRef] = SH.NodeConstraintComponent
    shape: Node


@dataclass(frozen=True)
class Property:
    """Each value node conforms to the property shape, whose own results are reported."""

    component: ClassVar[URIRef] = SH.PropertyConstraintComponent
    shape: Node


@dataclass(frozen=True)
class Qualified:
    """So many value nodes conform to the shape and to none of its siblings."""

    shape: Node
    count: int
    most: bool
    siblings: tuple[Node, ...] = ()

    @property
    def component(self) -> URIRef:
        """The component: one for the least number, one for the most."""
        return SH.QualifiedMaxCountConstraintComponent if self.most else SH.QualifiedMinCountConstraintComponent


@dataclass(frozen=True)
class Closed:
    """The node has no predicates but these."""

    component: ClassVar[URIRef] = SH.ClosedConstraintComponent
    allowed: frozenset[URIRef]


@dataclass(frozen=True)
class HasValue:
    """The term is among the value nodes."""

    component: ClassVar[URIRef] = SH.HasValueConstraintComponent
    term: Node


@dataclass(frozen=True)
class In:
    """Each value node is one of the terms."""

    component: ClassVar[URIRef] = SH.InConstraintComponent
    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Sparql:
    """The SELECT query gives no solution for the node; ``query`` has its prefixes and its path in it."""

    component: ClassVar[URIRef] = SH.SPARQLConstraintComponent
    node: Node
    query: str
    messages: tuple[Literal, ...] = ()


@dataclass(frozen=True)
class Custom:
    """A constraint component of the shapes graph's own, with the values of its parameters."""

    component: URIRef
    parameters: tuple[tuple[str, Node], ...]
    query: str
    ask: bool
    messages: tuple[Literal, ...] = ()


Constraint = (
    ClassOf
    | Datatype
    | NodeKind
    | MinCount
    | MaxCount
    | Bound
    | MinLength
    | MaxLength
    | Pattern
    | LanguageIn
    | UniqueLang
    | Equals
    | Disjoint
    | LessThan
    | Not
    | Several
    | NodeOf
    | Property
    | Qualified
    | Closed
    | HasValue
    | In
    | Sparql
    | Custom
)


def references(constraint: Constraint) -> tuple[Node, ...]:
    """The shapes that a constraint refers to."""
    match constraint:
        case Not(shape) | NodeOf(shape) | Property(shape):
            return (shape,)
        case Several(_, shapes):
            return shapes
        case Qualified(shape, _, _, siblings):
            return (shape, *siblings)
        case _:
            return ()
