"""A dataset's quads in each of the RDF formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from rdflib import Dataset, Graph

from svngraph import resources
from svngraph.namespaces import Names


def serialise(nquads: bytes, form: str, names: Names) -> bytes:
    """N-Quads in another format; the same quads always give the same octets.

    Formats: ``nquads``, ``trig``, ``jsonld`` (with the shipped context) keep the named graphs; ``turtle``,
    ``ntriples``, ``rdfxml`` hold their union.
    Errors: KeyError for a format of no such name.
    """
    return _WRITERS[form](b"".join(sorted(set(nquads.splitlines(keepends=True)))), names)


def _dataset(nquads: bytes, names: Names) -> Dataset:
    dataset = Dataset()
    dataset.parse(data=nquads, format="nquads")
    _bind(dataset, names)
    return dataset


def _union(nquads: bytes, names: Names) -> Graph:
    graph = Graph()
    _bind(graph, names)
    for subject, predicate, value, _ in _dataset(nquads, names).quads():
        graph.add((subject, predicate, value))
    return graph


def _bind(graph: Graph, names: Names) -> None:
    for prefix, iri in names.prefixes().items():
        graph.bind(prefix, iri, replace=True)


def _jsonld(nquads: bytes, names: Names) -> bytes:
    context = json.loads((resources.ontology_folder() / "context.jsonld").read_text("utf-8"))["@context"]
    text = _dataset(nquads, names).serialize(format="json-ld", context=context, auto_compact=False, indent=1)
    return text.encode()


def _ntriples(nquads: bytes, names: Names) -> bytes:
    lines = _union(nquads, names).serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
    return b"".join(sorted(lines))


_WRITERS: Mapping[str, Callable[[bytes, Names], bytes]] = {
    "nquads": lambda nquads, _names: nquads,
    "trig": lambda nquads, names: _dataset(nquads, names).serialize(format="trig", encoding="utf-8"),
    "turtle": lambda nquads, names: _union(nquads, names).serialize(format="longturtle", encoding="utf-8"),
    "ntriples": _ntriples,
    "rdfxml": lambda nquads, names: _union(nquads, names).serialize(format="xml", encoding="utf-8"),
    "jsonld": _jsonld,
}
