"""The parameters of SHACL Core's constraint components: how each is read and what makes it malformed.

Source: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from svngraph.columns.datatypes import RANGES, is_well_formed
from svngraph.errors import ShapesError
from svngraph.validation import constraints as c
from svngraph.validation.clauses import SPECIFICATION, clause_of
from svngraph.validation.ordering import Texts
from svngraph.validation.regex import compile_pattern

# A count of more digits than this is one that nothing reaches; Python does not even read some of them.
_DIGITS = 18
_KINDS = {
    SH.IRI: {"iri"},
    SH.BlankNode: {"blank"},
    SH.Literal: {"literal"},
    SH.BlankNodeOrIRI: {"blank", "iri"},
    SH.BlankNodeOrLiteral: {"blank", "literal"},
    SH.IRIOrLiteral: {"iri", "literal"},
}


class Reader:
    """The values of a shapes graph, read strictly: what the specification forbids becomes a ShapesError."""

    def __init__(self, graph: Graph, locate: Callable[[Node], str | None]) -> None:
        self.graph = graph
        self.locate = locate
        self.text = Texts(graph).of

    def error(self, node: Node, what: str, clause: str) -> ShapesError:
        """The error for a shape that breaks a clause of the specification."""
        name = f"shape {node.n3()}" if isinstance(node, URIRef) else f"blank shape {self._owner(node)}"
        return ShapesError(f"{name}: {what}", where=self.locate(self._named(node)), clause=SPECIFICATION + clause)

    def _named(self, node: Node) -> Node:
        seen: set[Node] = set()
        while isinstance(node, BNode) and node not in seen:
            seen.add(node)
            node = next(iter(self.graph.subjects(None, node)), node)
        return node

    def _owner(self, node: Node) -> str:
        owner = self._named(node)
        return f"of {owner.n3()}" if isinstance(owner, URIRef) else ""

    def one(self, node: Node, parameter: Node, values: list[Node]) -> Node:
        """The only value of a parameter that may have one value at most."""
        if len(values) > 1:
            raise self.error(node, f"{_short(parameter)} has at most one value", clause_of(parameter))
        return values[0]

    def iri(self, node: Node, parameter: Node, value: Node) -> URIRef:
        """A value that must be an IRI."""
        if not isinstance(value, URIRef):
            raise self.error(node, f"{_short(parameter)} is an IRI, not {value.n3()}", clause_of(parameter))
        return value

    def integer(self, node: Node, parameter: Node, values: list[Node]) -> int:
        """A value that must be an xsd:integer."""
        value = self.one(node, parameter, values)
        datatype = str(value.datatype) if isinstance(value, Literal) else ""
        if datatype not in RANGES or not is_well_formed(str(value), datatype):
            raise self.error(node, f"{_short(parameter)} is an xsd:integer, not {value.n3()}", clause_of(parameter))
        digits = str(value).lstrip("+-0")
        number = int(digits or 0) if len(digits) <= _DIGITS else 10**_DIGITS
        return -number if str(value).startswith("-") else number

    def literal(self, node: Node, parameter: Node, values: list[Node]) -> Literal:
        """A value that must be a literal."""
        value = self.one(node, parameter, values)
        if not isinstance(value, Literal):
            raise self.error(node, f"{_short(parameter)} is a literal, not {value.n3()}", clause_of(parameter))
        return value

    def flag(self, node: Node, parameter: Node) -> bool:
        """A boolean parameter; only the form ``true`` switches it on."""
        values = list(self.graph.objects(node, parameter))
        for value in values:
            if not (isinstance(value, Literal) and value.datatype == XSD.boolean):
                raise self.error(node, f"{_short(parameter)} is true or false, not {value.n3()}", clause_of(parameter))
        return any(str(value) == "true" for value in values)

    def members(self, node: Node, parameter: Node, head: Node) -> tuple[Node, ...]:
        """The members of a value that must be an RDF list."""
        members: list[Node] = []
        seen: set[Node] = set()
        while head != RDF.nil:
            firsts, rests = list(self.graph.objects(head, RDF.first)), list(self.graph.objects(head, RDF.rest))
            if len(firsts) != 1 or len(rests) != 1 or head in seen:
                raise self.error(node, f"{_short(parameter)} is a well-formed RDF list", clause_of(parameter))
            seen.add(head)
            members.append(firsts[0])
            head = rests[0]
        return tuple(members)

    def messages(self, node: Node) -> tuple[Literal, ...]:
        """The messages of a shape or constraint, by language."""
        found = [value for value in self.graph.objects(node, SH.message) if isinstance(value, Literal)]
        return tuple(sorted(found, key=lambda value: (value.language or "", str(value))))


Read = Callable[[Reader, Node, Node, list[Node], bool], Iterable[c.Constraint]]


def _short(parameter: Node) -> str:
    return f"sh:{str(parameter).removeprefix(str(SH))}"


def _classes(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    return (c.ClassOf(reader.iri(node, word, value)) for value in values)


def _datatype(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    yield c.Datatype(reader.iri(node, word, reader.one(node, word, values)))


def _node_kind(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    kind = reader.one(node, word, values)
    if kind not in _KINDS:
        raise reader.error(node, f"sh:nodeKind is one of the six kinds of SHACL, not {kind.n3()}", clause_of(word))
    yield c.NodeKind(frozenset(_KINDS[URIRef(str(kind))]))


def _on_property_only(make: Callable[[int], c.Constraint]) -> Read:
    def read(reader: Reader, node: Node, word: Node, values: list[Node], on_path: bool) -> Iterator[c.Constraint]:
        if not on_path:
            raise reader.error(node, f"a node shape has no {_short(word)}", clause_of(word))
        yield make(reader.integer(node, word, values))

    return read


def _bound(operator: str) -> Read:
    def read(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
        yield c.Bound(operator, reader.literal(node, word, values))

    return read


def _length(make: Callable[[int], c.Constraint]) -> Read:
    def read(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
        yield make(reader.integer(node, word, values))

    return read


def _pattern(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    given = list(reader.graph.objects(node, SH.flags))
    flags = str(reader.literal(node, SH.flags, given)) if given else ""
    for value in values:
        pattern = reader.literal(node, word, [value])
        try:
            compile_pattern(str(pattern), flags)
        except ValueError as error:
            raise reader.error(node, f"sh:pattern {pattern.n3()}: {error}", clause_of(word)) from error
        yield c.Pattern(str(pattern), flags)


def _language_in(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    yield c.LanguageIn(tuple(str(tag) for tag in reader.members(node, word, reader.one(node, word, values))))


def _unique_lang(reader: Reader, node: Node, word: Node, values: list[Node], on_path: bool) -> Iterator[c.Constraint]:
    if not on_path:
        raise reader.error(node, "a node shape has no sh:uniqueLang", clause_of(word))
    reader.one(node, word, values)
    if reader.flag(node, word):
        yield c.UniqueLang()


def _predicate(make: Callable[[URIRef], c.Constraint], property_only: bool = False) -> Read:
    def read(reader: Reader, node: Node, word: Node, values: list[Node], on_path: bool) -> Iterator[c.Constraint]:
        if property_only and not on_path:
            raise reader.error(node, f"a node shape has no {_short(word)}", clause_of(word))
        return (make(reader.iri(node, word, value)) for value in values)

    return read


def _refers(make: Callable[[Node], c.Constraint]) -> Read:
    def read(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
        return (make(value) for value in values)

    return read


def _several(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    name = str(word).removeprefix(str(SH))
    return (c.Several(name, reader.members(node, word, value)) for value in values)


def _qualified(reader: Reader, node: Node, word: Node, values: list[Node], on_path: bool) -> Iterator[c.Constraint]:
    if not on_path:
        raise reader.error(node, "a node shape has no sh:qualifiedValueShape", clause_of(word))
    value = reader.one(node, word, values)
    disjoint = reader.flag(node, SH.qualifiedValueShapesDisjoint)
    siblings = tuple(sorted(_siblings(reader.graph, node) - {value}, key=reader.text)) if disjoint else ()
    for parameter, most in ((SH.qualifiedMinCount, False), (SH.qualifiedMaxCount, True)):
        counts = list(reader.graph.objects(node, parameter))
        if counts:
            yield c.Qualified(value, reader.integer(node, parameter, counts), most, siblings)


def _siblings(graph: Graph, node: Node) -> set[Node]:
    return {
        shape
        for parent in graph.subjects(SH.property, node)
        for sibling in graph.objects(parent, SH.property)
        for shape in graph.objects(sibling, SH.qualifiedValueShape)
    }


def _closed(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    reader.one(node, word, values)
    if not reader.flag(node, word):
        return
    allowed = {
        path
        for shape in reader.graph.objects(node, SH.property)
        for path in reader.graph.objects(shape, SH.path)
        if isinstance(path, URIRef)
    }
    ignored = list(reader.graph.objects(node, SH.ignoredProperties))
    if ignored:
        members = reader.members(node, SH.ignoredProperties, reader.one(node, SH.ignoredProperties, ignored))
        allowed |= {reader.iri(node, SH.ignoredProperties, item) for item in members}
    yield c.Closed(frozenset(allowed))


def _in(reader: Reader, node: Node, word: Node, values: list[Node], _: bool) -> Iterator[c.Constraint]:
    yield c.In(reader.members(node, word, reader.one(node, word, values)))


PARAMETERS: dict[URIRef, Read] = {
    SH["class"]: _classes,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.minCount: _on_property_only(c.MinCount),
    SH.maxCount: _on_property_only(c.MaxCount),
    SH.minExclusive: _bound(">"),
    SH.minInclusive: _bound(">="),
    SH.maxExclusive: _bound("<"),
    SH.maxInclusive: _bound("<="),
    SH.minLength: _length(c.MinLength),
    SH.maxLength: _length(c.MaxLength),
    SH.pattern: _pattern,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
    SH.equals: _predicate(c.Equals),
    SH.disjoint: _predicate(c.Disjoint),
    SH.lessThan: _predicate(c.LessThan, property_only=True),
    SH.lessThanOrEquals: _predicate(lambda iri: c.LessThan(iri, or_equal=True), property_only=True),
    SH["not"]: _refers(c.Not),
    SH["and"]: _several,
    SH["or"]: _several,
    SH.xone: _several,
    SH.node: _refers(c.NodeOf),
    SH.property: _refers(c.Property),
    SH.qualifiedValueShape: _qualified,
    SH.closed: _closed,
    SH.hasValue: _refers(c.HasValue),
    SH["in"]: _in,
}
