"""RDF files and N-Quads bytes as streams of terms, with every lexical form exactly as written.

Oxigraph's *store* canonicalises literals (``"01"^^xsd:integer`` becomes ``"1"``); its *parser* does not, and is the
fastest one Python has. This module is the only place of the package that knows its term classes: elsewhere a term is
an opaque key, a number, or an rdflib term.
"""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from svngraph.errors import InputError, QueryError
from svngraph.sparql import asks_elsewhere

# An ill-formed literal is a finding of validation; rdflib would print a traceback for each one that it is handed.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

Key = Any
"""A term as the parser gives it: hashable, compared lexically, opaque outside this module."""

DEFAULT_GRAPH: Key = ox.DefaultGraph()
KEY_KINDS: dict[type, int] = {ox.NamedNode: 0, ox.BlankNode: 1, ox.Literal: 2, ox.Triple: 3, ox.DefaultGraph: 3}

# Extensions that people use besides the registered ones.
_FORMATS = {"owl": ox.RdfFormat.RDF_XML, "xml": ox.RdfFormat.RDF_XML, "json": ox.RdfFormat.JSON_LD}
_WITH_GRAPHS = {ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD}
_LABEL = re.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_HEX = "hex_"
# The labels that Oxigraph's parser draws: 128 bits, a letter first.
_DRAWN, _ANY = re.compile("[a-f][0-9a-f]{19,31}"), re.compile(".*")
_ALL_LABELLED = {ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS}
_TRIPLE = attrgetter("subject", "predicate", "object")
_QUAD = attrgetter("subject", "predicate", "object", "graph_name")


def format_of(name: str) -> ox.RdfFormat:
    """The RDF format of a file extension such as ``ttl`` or ``nq``.

    Errors: InputError where no format goes by that extension.
    """
    found = _FORMATS.get(name) or ox.RdfFormat.from_extension(name)
    if found is None:
        raise InputError(
            f"no RDF format has the extension .{name}", remedy="use .ttl, .trig, .nt, .nq, .rdf, .owl or .jsonld"
        )
    return found


@dataclass(frozen=True)
class Source:
    """A stream of tuples of ``width`` terms: subject, predicate, object, and graph name where the format has graphs.

    ``chance``: the labels of blank nodes that the parser has drawn, which differ from one reading to the next;
    ``place``: the file's number among those that are read together.
    """

    where: str
    width: int
    tuples: Iterator[tuple[Key, ...]]
    chance: re.Pattern[str] | None = None
    place: int = 0

    def numbers(self, number: Callable[[Key], int]) -> npt.NDArray[np.int32]:
        """The stream as numbers, a row for each tuple.

        Errors: InputError, with file and line, where the stream reaches what is not RDF.
        """
        try:
            # From the parser to the array without a line of Python in between.
            return np.fromiter(map(number, chain.from_iterable(self.tuples)), np.int32).reshape(-1, self.width)
        except SyntaxError as error:
            place = f"{self.where}:{error.lineno}" if error.lineno else self.where
            raise InputError(error.msg, where=place, remedy="correct the file and run again") from error
        except (OSError, EOFError, ValueError) as error:
            raise InputError(
                str(error), where=self.where, remedy="check that the file is whole and readable"
            ) from error


def read_file(path: FilePath, *, place: int = 0) -> Source:
    """The stream of a file, whose format follows from its extension.

    Shape:  the blank nodes of every file but the first, whose ``place`` is 0, are renamed, so that none meets another.
    Errors: InputError where the file cannot be opened or goes by no known extension.
    """
    packed = path.suffix == ".gz"
    try:
        rdf_format = format_of(FilePath(path.stem if packed else path.name).suffix.lstrip(".").lower())
    except InputError as error:
        raise InputError(error.what, where=str(path), remedy=error.remedy) from error
    options: dict[str, Any] = {"base_iri": path.resolve().as_uri(), "rename_blank_nodes": place > 0}
    if packed:
        options["input"] = gzip.open(path, "rb")  # noqa: SIM115 - read lazily; closed when the stream is dropped
    else:
        options["path"] = str(path)
    return replace(_stream(rdf_format, str(path), options), place=place)


def read_bytes(data: bytes, extension: str, *, base_iri: str | None = None) -> Source:
    """The stream of RDF held in memory, such as a store's dump."""
    return _stream(format_of(extension), "(in memory)", {"input": data, "base_iri": base_iri})


def _stream(rdf_format: ox.RdfFormat, where: str, options: dict[str, Any]) -> Source:
    width, fields = (4, _QUAD) if rdf_format in _WITH_GRAPHS else (3, _TRIPLE)
    try:
        tuples = map(fields, ox.parse(format=rdf_format, **options))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where, remedy="check the path") from error
    if options.get("rename_blank_nodes"):
        return Source(where, width, tuples, _ANY)
    return Source(where, width, tuples, None if rdf_format in _ALL_LABELLED else _DRAWN)


def blank(label: str) -> Key:
    """The key of a blank node."""
    return ox.BlankNode(label)


def label_of(key: Key) -> str:
    """The label of a blank node's key."""
    label: str = key.value
    return label


def _label(label: str) -> str:
    # Endpoints name blank nodes in ways that N-Triples does not allow, such as nodeID://b1.
    plain = _LABEL.fullmatch(label) and not label.startswith(_HEX)
    return label if plain else f"{_HEX}{label.encode().hex()}"


def key_of(term: Node) -> Key:
    """The key of an rdflib term, lexical form and all."""
    try:
        if isinstance(term, URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, BNode):
            return ox.BlankNode(_label(str(term)))
        if isinstance(term, Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            if term.datatype:
                return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
            return ox.Literal(term)
    except ValueError as error:
        raise InputError(f"{str(term)!r} is not RDF: {error}") from error
    raise InputError(f"{term!r} is no IRI, blank node or literal")


def term_of(key: Key) -> Node:
    """The rdflib term of a key; ``xsd:string`` literals are plain, as RDF 1.1 has them."""
    if isinstance(key, ox.NamedNode):
        return URIRef(key.value)
    if isinstance(key, ox.BlankNode):
        label = key.value
        return BNode(bytes.fromhex(label[4:]).decode() if label.startswith(_HEX) else label)
    if isinstance(key, ox.Literal):
        if key.language:
            return Literal(key.value, lang=key.language)
        datatype = URIRef(key.datatype.value)
        return Literal(key.value, datatype=None if datatype == XSD.string else datatype, normalize=False)
    # rdflib has no triple terms (RDF 1.2); their N-Triples form stands in.
    return Literal(str(key), normalize=False)


def parts_of(key: Key) -> tuple[str, str, str]:
    """What a term is, as text.

    Shape: ``("iri", address, "")``, ``("blank", label, "")`` or ``("literal", lexical form, "@" and its language tag or
           else its datatype's address)``.
    """
    kind = type(key)
    if kind is ox.NamedNode:
        return "iri", key.value, ""
    if kind is ox.Literal:
        language = key.language
        return "literal", key.value, f"@{language}" if language else key.datatype.value
    if kind is ox.BlankNode:
        return "blank", key.value, ""
    return "literal", str(key), str(XSD.string)


def types_of(keys: Iterable[Key]) -> Iterator[str]:
    """What type each literal is of: ``@`` and its language tag, or its datatype's address; empty for other terms."""
    for key in keys:
        if type(key) is not ox.Literal:
            yield ""
        else:
            # Most literals of a plan have a language, and asking for that is cheaper than for the datatype.
            language = key.language
            yield f"@{language}" if language else key.datatype.value


def lexicals_of(keys: Iterable[Key]) -> Iterator[str]:
    """What SPARQL's STR gives for each term."""
    return (key.value if type(key) is not ox.Triple else str(key) for key in keys)


# The datatypes of which Oxigraph's store keeps values and not what was written; strings and languages it keeps.
_KEPT_AS_VALUES = frozenset(
    f"{XSD}{name}"
    for name in [
        *("boolean", "decimal", "double", "float", "integer", "long", "int", "short", "byte"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "date", "dateTime", "dateTimeStamp", "time", "gYear", "gYearMonth"),
        *("gMonth", "gDay", "gMonthDay", "duration", "dayTimeDuration", "yearMonthDuration"),
    ]
)


def is_kept_as_value(datatype: str) -> bool:
    """True where an engine may keep the value of a literal of this datatype, and forget how it was written."""
    return datatype in _KEPT_AS_VALUES


def rewritten(keys: Iterable[Key]) -> list[tuple[Node, Node]]:
    """The literals that :class:`MemoryEngine` keeps in another form than theirs: as it gives them, as they are."""
    store, listed = ox.Store(), list(keys)
    number, predicate = "urn:x-svngraph:", ox.NamedNode("urn:x-svngraph:")
    store.bulk_extend(ox.Quad(ox.NamedNode(f"{number}{i}"), predicate, key) for i, key in enumerate(listed))
    found = ((quad.object, listed[int(quad.subject.value.removeprefix(number))]) for quad in store)
    return [(term_of(kept), term_of(own)) for kept, own in found if kept != own]


def _check_place(query: str) -> None:
    if asks_elsewhere(query):
        raise QueryError("SERVICE is refused", remedy="a query asks this dataset and no other place")


def check_query(query: str) -> None:
    """Nothing, where the query is well-formed SPARQL.

    Errors: QueryError, with the place in the query.
    """
    _check_place(query)
    try:
        ox.Store().query(query)
    except (SyntaxError, ValueError) as error:
        raise QueryError(str(error), remedy="correct the query") from error


@dataclass(frozen=True)
class Answer:
    """The solutions of a query: rows of one term, or None where unbound, for each variable."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]


class MemoryEngine:
    """An in-memory Oxigraph holding some triples; it canonicalises numbers and dates, as SPARQL sees them."""

    def __init__(self, triples: Iterable[tuple[Key, Key, Key]]) -> None:
        self._store = ox.Store()
        self._store.bulk_extend(ox.Quad(*triple) for triple in triples)

    def add(self, triples: Iterable[tuple[Node, Node, Node]], graph: URIRef) -> None:
        """Put rdflib triples into a named graph."""
        name = ox.NamedNode(graph)
        self._store.bulk_extend(ox.Quad(key_of(s), key_of(p), key_of(o), name) for s, p, o in triples)

    def select(self, query: str) -> Answer:
        """The solutions of a SELECT query (of an ASK query: one empty row for yes).

        Errors: QueryError.
        """
        _check_place(query)
        try:
            found: Any = self._store.query(query)
            if isinstance(found, ox.QueryBoolean):
                return Answer((), ((),) if bool(found) else ())
            names = tuple(variable.value for variable in found.variables)
            rows = tuple(tuple(None if key is None else term_of(key) for key in row) for row in found)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise QueryError(str(error), remedy="check the query of the shape") from error
        return Answer(names, rows)
