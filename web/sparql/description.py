"""The service description of the endpoint.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, VOID, XSD

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def describe(endpoint: str, quads: int, graphs: list[str]) -> Graph:
    """What the endpoint at an address can do, and which dataset it answers over."""
    about = Graph()
    about.bind("sd", SD)
    about.bind("void", VOID)
    service, dataset, default = BNode("service"), BNode("dataset"), BNode("default")
    about.add((service, RDF.type, SD.Service))
    about.add((service, SD.endpoint, URIRef(endpoint)))
    about.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    about.add((service, SD.feature, SD.UnionDefaultGraph))
    for name in _RESULTS + _GRAPHS:
        about.add((service, SD.resultFormat, URIRef(_FORMATS + name)))
    about.add((service, SD.defaultDataset, dataset))
    about.add((dataset, RDF.type, SD.Dataset))
    about.add((dataset, SD.defaultGraph, default))
    about.add((default, RDF.type, SD.Graph))
    if quads:
        about.add((default, VOID.triples, Literal(quads, datatype=XSD.integer)))
    for name in graphs:
        node = BNode()
        about.add((dataset, SD.namedGraph, node))
        about.add((node, RDF.type, SD.NamedGraph))
        about.add((node, SD.name, URIRef(name)))
    return about
