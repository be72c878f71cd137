"""The service description of the endpoint, with how many quads each graph holds.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, VOID, XSD

from svngraph.publication.writing import SD

_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def describe(
    endpoint: str, graphs: Mapping[str, int | None], triples: int = 0, description: str | None = None
) -> Graph:
    """What the endpoint at an address can do, and which dataset it answers over.

    Shape:  ``graphs`` are the named graphs by IRI, each with the number of its triples where that is known;
            ``triples`` is that of the union, 0 where it is not known; ``description`` is the address of more (VoID).
    """
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
    if description:
        about.add((dataset, RDFS.seeAlso, URIRef(description)))
    about.add((dataset, SD.defaultGraph, default))
    about.add((default, RDF.type, SD.Graph))
    _count(about, default, triples or None)
    for number, (name, count) in enumerate(sorted(graphs.items())):
        named, graph = BNode(f"named{number}"), BNode(f"graph{number}")
        about.add((dataset, SD.namedGraph, named))
        about.add((named, RDF.type, SD.NamedGraph))
        about.add((named, SD.name, URIRef(name)))
        about.add((named, SD.graph, graph))
        about.add((graph, RDF.type, SD.Graph))
        _count(about, graph, count)
    return about


def _count(about: Graph, graph: BNode, triples: int | None) -> None:
    if triples is not None:
        about.add((graph, VOID.triples, Literal(str(triples), datatype=XSD.integer)))
