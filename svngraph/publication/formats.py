"""The formats of published files: suffix, media type, and the EU's code for the kind of file.

Source: https://www.iana.org/assignments/media-types/, http://publications.europa.eu/resource/authority/file-type
"""

from __future__ import annotations

from dataclasses import dataclass

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
IANA = "http://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Format:
    """A format: its name among ours, suffix, media type, the code of the kind of file, and how people call it."""

    name: str
    suffix: str
    media_type: str
    code: str
    title: str

    @property
    def file_type(self) -> str:
        """The address of the code."""
        return _FILE_TYPE + self.code


FORMATS = {
    form.name: form
    for form in (
        Format("nquads", "nq", "application/n-quads", "RDF_N_QUADS", "N-Quads"),
        Format("trig", "trig", "application/trig", "RDF_TRIG", "TriG"),
        Format("turtle", "ttl", "text/turtle", "RDF_TURTLE", "Turtle"),
        Format("ntriples", "nt", "application/n-triples", "RDF_N_TRIPLES", "N-Triples"),
        Format("jsonld", "jsonld", "application/ld+json", "JSON_LD", "JSON-LD"),
        Format("rdfxml", "rdf", "application/rdf+xml", "RDF_XML", "RDF/XML"),
        Format("csv", "csv", "text/csv", "CSV", "CSV"),
        Format("csvw", "csv.zip", "application/zip", "CSV", "CSV on the Web"),
        Format("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", "Excel"),
        Format("stratml", "xml", "application/xml", "XML", "StratML Part 2"),
        Format("oslc", "oslc.ttl", "text/turtle", "RDF_TURTLE", "OSLC RM"),
        Format("json", "json", "application/json", "JSON", "JSON"),
        Format("sparql", "srj", "application/sparql-results+json", "SPARQLQRES", "SPARQL"),
        Format("atom", "atom", "application/atom+xml", "ATOM", "Atom"),
    )
}
