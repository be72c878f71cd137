"""A dataset's quads in each of the RDF formats, the same octets for the same quads."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping

from svngraph import resources
from svngraph.namespaces import Names
from svngraph.store.embedded import canonical, convert

_MEDIA_TYPES: Mapping[str, str] = {
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
}
_LABEL = re.compile(r"_:(c14n[0-9]+)")
FORMS = (*_MEDIA_TYPES, "jsonld")


def serialise(nquads: bytes, form: str, names: Names) -> bytes:
    """N-Quads in another of :data:`FORMS`: blank nodes get their canonical labels, and everything is in order.

    ``nquads``, ``trig`` and ``jsonld`` (with the shipped context) keep the named graphs; ``turtle``, ``ntriples`` and
    ``rdfxml`` hold their union.

    Errors: KeyError for a format of no such name.
    Source: https://www.w3.org/TR/rdf-canon/ for the labels.
    """
    ordered = canonical(nquads)
    if form == "jsonld":
        return _jsonld(ordered)
    return convert(ordered, _MEDIA_TYPES[form], names.prefixes())


def _jsonld(nquads: bytes) -> bytes:
    # Imported here: rdflib's JSON-LD is slow to load, and the other formats do without it.
    from rdflib import BNode, Dataset

    context = json.loads((resources.ontology_folder() / "context.jsonld").read_text("utf-8"))["@context"]
    dataset = Dataset()
    with warnings.catch_warnings():
        # rdflib 7.6 warns of a class that its own JSON-LD still uses.
        warnings.simplefilter("ignore", DeprecationWarning)
        # The parser would give the blank nodes new names, at random: it is handed their canonical ones.
        labels = {label: BNode(label) for label in _LABEL.findall(nquads.decode())}
        dataset.parse(data=nquads, format="nquads", bnode_context=labels)
        text = dataset.serialize(format="json-ld", context=context, auto_compact=False)
    return (json.dumps(_ordered(json.loads(text)), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _ordered(value: object) -> object:
    """A JSON-LD value with its sets in order; a list keeps the order that it means."""
    if isinstance(value, dict):
        return {key: inner if key in ("@list", "@context") else _ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value
