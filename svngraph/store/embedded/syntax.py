"""RDF text and SPARQL results as the engine reads and writes them, without a store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pyoxigraph

from svngraph.errors import InputError, QueryError, StoreError

FORMATS = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
# Also met inside a literal, where it does no harm: such a quad is only looked at more closely.
_BLANK = re.compile(rb"(?:^| )_:")
# Also met in literals. Looking for one after the other takes a tenth of the time of a pattern for all of them.
_UNUSUAL = (b" _:", b"\n_:", b" <<(")
# A quad with a fourth term, which is a name, as the engine writes it.
_IN_GRAPH = re.compile(rb'\S+ \S+ (?:"(?:[^"\\]|\\.)*"\S*|[^" ]\S*) <[^>]*> \.$')


def graphs_in(path: Path, default: str) -> list[str]:
    """The names of the graphs that an RDF file has a part in, ``default`` standing for what is in none, sorted.

    A file that is broken has a part in ``default``: whoever loads it is told where. Errors: OSError.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None or not form.supports_datasets:
        return [default]
    try:
        names = {quad.graph_name for quad in pyoxigraph.parse(path=path, format=form, base_iri=path.resolve().as_uri())}
    except (SyntaxError, ValueError):
        return [default]
    return sorted(name.value if isinstance(name, pyoxigraph.NamedNode) else default for name in names)


def statements(octets: bytes, path: Path, default: str) -> tuple[set[bytes], bool]:
    """What an RDF file says as lines of N-Quads, literals as they are written, and whether other than IRIs and literals
    may be among its terms.

    ``octets`` are the file's, of which ``path`` tells the format; ``default`` is the graph for what stands in none.

    Errors: InputError.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise InputError("not a known RDF file", where=str(path))
    try:
        quads = pyoxigraph.parse(octets, format=form, base_iri=path.resolve().as_uri())
        text = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    except (SyntaxError, ValueError) as error:
        raise InputError(str(error), where=str(path), remedy="mend the file") from error
    lines = text.splitlines(keepends=True)
    unusual = text.startswith(b"_:") or any(sign in text for sign in _UNUSUAL)
    end = f" <{default}> .\n".encode()
    if form.supports_datasets:
        named = _IN_GRAPH.match
        return {line if named(line) else line[:-3] + end for line in lines}, unusual
    return {line[:-3] + end for line in lines}, unusual


def results_in(octets: bytes, media_type: str) -> bytes:
    """SPARQL results in JSON in another of the results formats. Errors: QueryError."""
    form = pyoxigraph.QueryResultsFormat.from_media_type(media_type) or refuse(media_type)
    if form == pyoxigraph.QueryResultsFormat.JSON:
        return octets
    try:
        return (
            pyoxigraph.parse_query_results(octets, format=pyoxigraph.QueryResultsFormat.JSON).serialize(format=form)
            or b""
        )
    except (SyntaxError, ValueError) as error:
        raise QueryError(str(error), remedy="the query failed while it ran") from error


def count_statements(octets: bytes, media_type: str) -> int:
    """How many triples or quads RDF of the engine's own writing holds; 0 for a media type that is no RDF format."""
    form = pyoxigraph.RdfFormat.from_media_type(media_type)
    return 0 if form is None else sum(1 for _ in pyoxigraph.parse(octets, format=form, lenient=True))


def canonical(nquads: bytes) -> bytes:
    """N-Quads with canonical labels for the blank nodes, each quad once, in order.

    Errors: StoreError for what are none.
    Source: https://www.w3.org/TR/rdf-canon/ (RDFC-1.0)
    """
    with _parsing():
        quads = pyoxigraph.parse(nquads, format=pyoxigraph.RdfFormat.N_QUADS)
        octets = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    lines = set(octets.splitlines(keepends=True))
    blank, labelled = relabelled(lines)
    lines.difference_update(blank.splitlines(keepends=True))
    return b"".join(sorted(lines.union(labelled.splitlines(keepends=True))))


def relabelled(lines: Iterable[bytes]) -> tuple[bytes, bytes]:
    """The N-Quads that have a blank node, as they are and with canonical labels: these follow from no other quads.

    Source: https://www.w3.org/TR/rdf-canon/ (RDFC-1.0)
    """
    blank = b"".join(line for line in lines if b"_:" in line and _BLANK.search(line))
    if not blank:
        return b"", b""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(blank, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return blank, pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""


def convert(nquads: bytes, media_type: str, prefixes: Mapping[str, str]) -> bytes:
    """N-Quads in another RDF format, in the same order; a format without named graphs gets their union.

    Errors: QueryError for a media type that is no RDF format; StoreError for what are no N-Quads.
    """
    form = pyoxigraph.RdfFormat.from_media_type(media_type) or refuse(media_type)
    with _parsing():
        quads = pyoxigraph.parse(nquads, format=pyoxigraph.RdfFormat.N_QUADS)
        if form.supports_datasets:
            return pyoxigraph.serialize(quads, format=form, prefixes=dict(prefixes)) or b""
        # A triple of several graphs is met once for each of them.
        union = dict.fromkeys(pyoxigraph.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    ordered = sorted(union, key=str)
    return pyoxigraph.serialize(ordered, format=form, prefixes=dict(prefixes)) or b""


@contextmanager
def _parsing() -> Iterator[None]:
    """What is found to be no RDF in the block, told as a failure of the store that gave it."""
    try:
        yield
    except SyntaxError as error:
        raise StoreError(f"not RDF: {error.msg}", remedy="check what gave it") from error


def refuse(media_type: str) -> NoReturn:
    """Say that a query of this form has no answer of a media type. Errors: QueryError, always."""
    raise QueryError(
        f"this form of query has no {media_type}",
        remedy="SELECT and ASK: json, xml, csv, tsv; CONSTRUCT and DESCRIBE: turtle, ntriples, rdfxml, jsonld",
    )
