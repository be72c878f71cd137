"""RDF files and N-Quads bytes as streams of terms, with every lexical form exactly as written.

Oxigraph's *store* canonicalises literals (``"01"^^xsd:integer`` becomes ``"1"``); its *parser* does not, and is the
fastest one Python has. This module and the engine beside it are the only places of the package that know its term
classes: elsewhere a term is an opaque key, a number, or an rdflib term.
"""

from __future__ import annotations

import gc
import gzip
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from itertools import chain
from operator import attrgetter
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from svngraph.columns.lines import Number, Readable, Syntax, blocks_of, numbered
from svngraph.columns.sets import Ids
from svngraph.errors import InputError

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
_LANGUAGE, _DATATYPE, _VALUE = attrgetter("language"), attrgetter("datatype.value"), attrgetter("value")
_FIELDS = ("subject", "predicate", "object", "graph_name")


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
    ``place``: the file's number among those that are read together; ``lines``: the same stream by another way, which
    is faster and does not know on which line a mistake is.
    """

    where: str
    width: int
    tuples: Iterator[tuple[Key, ...]]
    chance: re.Pattern[str] | None = None
    place: int = 0
    lines: Callable[[Number], Iterator[Ids]] | None = None

    def numbers(self, number: Number) -> Ids:
        """The stream as numbers, a row for each tuple.

        Errors: InputError, with file and line, where the stream reaches what is not RDF.
        """
        try:
            with _uncollected():
                if self.lines is not None:
                    with suppress(SyntaxError):
                        return np.concatenate([np.empty((0, self.width), np.int32), *self.lines(number)])
                # From the parser to the array without a line of Python in between.
                return np.fromiter(map(number, chain.from_iterable(self.tuples)), np.int32).reshape(-1, self.width)
        except SyntaxError as error:
            place = f"{self.where}:{error.lineno}" if error.lineno else self.where
            raise InputError(error.msg, where=place, remedy="correct the file and run again") from error
        except (OSError, EOFError, ValueError) as error:
            raise InputError(
                str(error), where=self.where, remedy="check that the file is whole and readable"
            ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """A while in which Python does not look for garbage: what is loaded is none, and so much of it takes long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def read_file(path: FilePath, *, place: int = 0) -> Source:
    """The stream of a file, whose format follows from its extension.

    Shape:  the blank nodes of every file but the first, whose ``place`` is 0, are renamed, so that none meets another.
    Errors: InputError where the file cannot be opened or goes by no known extension.
    """
    packed = path.suffix == ".gz"
    opened = gzip.open if packed else open
    try:
        rdf_format = format_of(FilePath(path.stem if packed else path.name).suffix.lstrip(".").lower())
    except InputError as error:
        if not path.exists():
            raise InputError("no such file or folder", where=str(path), remedy="check the path") from error
        if path.is_dir():
            raise InputError("a folder among files", where=str(path), remedy="name the files in it") from error
        raise InputError(error.what, where=str(path), remedy=error.remedy) from error
    options: dict[str, Any] = {"base_iri": path.resolve().as_uri(), "rename_blank_nodes": place > 0}
    if packed:
        options["input"] = gzip.open(path, "rb")  # noqa: SIM115 - read lazily; closed when the stream is dropped
    else:
        options["path"] = str(path)
    source = replace(_stream(rdf_format, str(path), options), place=place)
    if not path.is_file():
        return source  # a pipe can be read only once, and the faster way may have to begin anew
    # Opened where it is read, and closed when the generator is dropped.
    return _by_lines(source, rdf_format, lambda: opened(path, "rb"))


def read_bytes(data: bytes, extension: str, *, base_iri: str | None = None) -> Source:
    """The stream of RDF held in memory, such as a store's dump."""
    rdf_format = format_of(extension)
    source = _stream(rdf_format, "(in memory)", {"input": data, "base_iri": base_iri})
    return _by_lines(source, rdf_format, lambda: BytesIO(data))


def _stream(rdf_format: ox.RdfFormat, where: str, options: dict[str, Any]) -> Source:
    width = 4 if rdf_format in _WITH_GRAPHS else 3
    try:
        tuples = map(attrgetter(*_FIELDS[:width]), ox.parse(format=rdf_format, **options))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where, remedy="check the path") from error
    if options.get("rename_blank_nodes"):
        return Source(where, width, tuples, _ANY)
    return Source(where, width, tuples, None if rdf_format in _ALL_LABELLED else _DRAWN)


def _by_lines(
    source: Source, rdf_format: ox.RdfFormat, opened: Callable[[], AbstractContextManager[Readable]]
) -> Source:
    """The source with its faster way, where its format is one of lines."""
    if rdf_format not in _ALL_LABELLED:
        return source
    # Each block is a document to the parser, which would draw other labels for the same node in each.
    token = f"-{secrets.token_hex(16)}"
    made = partial(_tagged, token) if source.place else None
    named = ox.NamedNode if source.width == 3 else _in_graph
    syntax = Syntax(lambda octets: ox.parse(octets, format=rdf_format), _FIELDS[: source.width], named, made)

    def rows(number: Number) -> Iterator[Ids]:
        with opened() as stream:
            yield from numbered(blocks_of(stream), syntax, number)

    return replace(source, lines=rows)


def _in_graph(iris: str) -> tuple[Key, Key]:
    iri, named, graph = iris.partition("> <")
    return ox.NamedNode(iri), ox.NamedNode(graph) if named else DEFAULT_GRAPH


def _tagged(token: str, key: Key) -> Key:
    """The key, with the token in its label where it is a blank node."""
    if type(key) is ox.BlankNode:
        return ox.BlankNode(key.value + token)
    if type(key) is ox.Triple:  # RDF 1.2
        return ox.Triple(_tagged(token, key.subject), key.predicate, _tagged(token, key.object))
    return key


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
    listed = list(keys)
    if set(map(type, listed)) == {ox.Literal}:
        # Most literals of a plan have a language, and asking for that is cheaper than for the datatype.
        tags = list(map(_LANGUAGE, listed))
        words = {tag: f"@{tag}" for tag in set(tags)}
        datatypes = map(_DATATYPE, [key for key, tag in zip(listed, tags, strict=True) if not tag])
        return (words[tag] if tag else next(datatypes) for tag in tags)
    return ("" if type(key) is not ox.Literal else next(types_of((key,))) for key in listed)


def lexicals_of(keys: Iterable[Key]) -> Iterator[str]:
    """What SPARQL's STR gives for each term."""
    listed = list(keys)
    if ox.Triple in set(map(type, listed)):
        return (str(key) if type(key) is ox.Triple else key.value for key in listed)
    return map(_VALUE, listed)
