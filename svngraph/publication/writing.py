"""A description in RDF, such as the catalogue, in each of the formats; the same octets for the same triples."""

from __future__ import annotations

import json
import warnings

from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VOID, XSD

from svngraph.namespaces import OA, SVN
from svngraph.store.embedded import canonical, convert

# rdflib's DCAT lacks the terms of version 3, and it has none of the others.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
OSLC = Namespace("http://open-services.net/ns/core#")
OSLC_RM = Namespace("http://open-services.net/ns/rm#")
ADMS = Namespace("http://www.w3.org/ns/adms#")

PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "oa": OA,
    "oslc": OSLC,
    "oslc_rm": OSLC_RM,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sd": SD,
    "schema": "https://schema.org/",
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "svn": SVN,
    "vcard": VCARD,
    "void": VOID,
    "xsd": XSD,
}
MEDIA_TYPES = {
    "rdfxml": "application/rdf+xml",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
}


def written(graph: Graph, form: str) -> bytes:
    """A graph without blank nodes as ``rdfxml``, ``turtle``, ``ntriples``, ``jsonld`` or ``trig``, in order.

    Errors: KeyError for any other form.
    """
    lines = canonical(graph.serialize(format="nt", encoding="utf-8"))
    prefixes = {prefix: str(space) for prefix, space in PREFIXES.items() if str(space).encode() in lines}
    if form != "jsonld":
        return convert(lines, MEDIA_TYPES[form], prefixes)
    with warnings.catch_warnings():
        # rdflib 7.6 warns of a class that its own JSON-LD still uses.
        warnings.simplefilter("ignore", DeprecationWarning)
        text = graph.serialize(format="json-ld", context=prefixes, auto_compact=False)
    return (json.dumps(_ordered(json.loads(text)), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: inner if key == "@context" else _ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_ordered(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value
