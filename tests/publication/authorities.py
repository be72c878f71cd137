"""What the EU's code lists and the addresses of the web are, by where they stand.

Range shapes ask for the class of what a catalogue points to, and that is said in the code lists, which nobody fetches
here. The class follows from the address alone, so a code of the wrong list is still found.
"""

from __future__ import annotations

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS

NAL = "http://publications.europa.eu/resource/authority/"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = "http://spdx.org/rdf/terms#"
_CLASSES = {
    f"{NAL}language/": DCTERMS.LinguisticSystem,
    f"{NAL}file-type/": DCTERMS.MediaTypeOrExtent,
    f"{NAL}frequency/": DCTERMS.Frequency,
    f"{NAL}access-right/": DCTERMS.RightsStatement,
    f"{NAL}country/": DCTERMS.Location,
    f"{NAL}planned-availability/": SKOS.Concept,
    f"{NAL}data-theme/": SKOS.Concept,
    "http://purl.org/adms/publishertype/": SKOS.Concept,
    "http://www.iana.org/assignments/media-types/": DCTERMS.MediaType,
    "http://creativecommons.org/": DCTERMS.LicenseDocument,
    SPDX: URIRef(f"{SPDX}ChecksumAlgorithm"),
    "https://www.w3.org/TR/": DCTERMS.Standard,
    "http://data.europa.eu/r5r/": DCTERMS.Standard,
    "https://docs.dataportal.se/": DCTERMS.Standard,
    "https://w3id.org/svngraph/def/": DCTERMS.Standard,
    "mailto:": RDFS.Resource,
}


def with_authorities(catalogue: Graph, address: str) -> Graph:
    """A catalogue with the classes of what it points to outside itself; ``address`` is where its own files are."""
    known = Graph()
    for triple in catalogue:
        known.add(triple)
    described = set(catalogue.subjects())
    for node in set(catalogue.objects()) - described:
        if isinstance(node, URIRef):
            for start, kind in _CLASSES.items():
                if node.startswith(start):
                    known.add((node, RDF.type, kind))
                    if kind == SKOS.Concept or start.startswith(NAL):
                        known.add((node, RDF.type, SKOS.Concept))
                        known.add((node, SKOS.prefLabel, Literal(node.rsplit("/", 1)[-1])))
                        known.add((node, SKOS.inScheme, URIRef(node.rsplit("/", 1)[0])))
            if node.startswith(address):
                known.add((node, RDF.type, RDFS.Resource))
                known.add((node, RDF.type, FOAF.Document))
    scheme = URIRef(f"{NAL}data-theme")
    known.add((scheme, RDF.type, SKOS.ConceptScheme))
    known.add((scheme, DCTERMS.title, Literal("Data theme")))
    # DCAT 3 says so.
    known.add((DCAT.DatasetSeries, RDFS.subClassOf, DCAT.Dataset))
    return known
