"""A dataset's quads in each of the RDF formats, the same octets for the same quads."""

from __future__ import annotations

from collections.abc import Mapping

from svngraph.flattened import jsonld
from svngraph.namespaces import Names
from svngraph.store.embedded import canonical, convert

_MEDIA_TYPES: Mapping[str, str] = {
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
}
FORMS = (*_MEDIA_TYPES, "jsonld")


def serialise(nquads: bytes, form: str, names: Names, *, ordered: bool = False) -> bytes:
    """N-Quads in another of :data:`FORMS`: blank nodes get their canonical labels, and everything is in order.

    ``nquads``, ``trig`` and ``jsonld`` (with the shipped context) keep the named graphs; ``turtle``, ``ntriples`` and
    ``rdfxml`` hold their union.

    ``ordered`` says that the N-Quads are canonical already, which takes as long as writing them.

    Errors: KeyError for a format of no such name.
    Source: https://www.w3.org/TR/rdf-canon/ for the labels.
    """
    lines = nquads if ordered else canonical(nquads)
    if form == "jsonld":
        return jsonld(lines)
    return convert(lines, _MEDIA_TYPES[form], names.prefixes())
