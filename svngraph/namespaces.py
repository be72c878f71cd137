"""The namespaces of the graph, and the prefixes under which people read them.

Terms, shapes and code lists stand at fixed addresses. Things and named graphs stand under a base that is a
setting, so that another body publishes its own: :class:`Names`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

ROOT = "https://w3id.org/svngraph/"
SVN = Namespace(f"{ROOT}def/")
SVNSH = Namespace(f"{ROOT}shape/")
# rdflib has neither of these two.
OA = Namespace("http://www.w3.org/ns/oa#")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")

CODE_LISTS = ("basis", "status", "outcome", "comparator", "continuity", "source-status", "existence")
KINDS = (
    "agreement",
    "goal",
    "commitment",
    "focus-area",
    "context",
    "plan",
    "principle",
    "heading",
    "goal-text",
    "activity",
    "action-item",
    "assignment",
    "report",
    "report-entry",
    "outcome",
    "input",
    "discussion",
    "change",
    "milestone",
    "correction",
    "organisation",
    "role",
    "external-document",
    "document",
    "passage",
    "wording",
    "agent",
    "link",
    "review",
)


@dataclass(frozen=True)
class Names:
    """The IRIs of one publisher's things and named graphs: ``base`` ends with a slash."""

    base: str = ROOT

    def thing(self, kind: str, key: str) -> URIRef:
        """The IRI of a thing, from its kind and key.

        >>> str(Names().thing("activity", "ap2025-07"))
        'https://w3id.org/svngraph/id/activity/ap2025-07'
        """
        return URIRef(f"{self.base}id/{kind}/{key}")

    def graph(self, key: str) -> URIRef:
        """The IRI of a named graph, from its key."""
        return URIRef(f"{self.base}graph/{key}")

    def parts(self, iri: str) -> tuple[str, str] | None:
        """The kind and key of a thing's IRI, or None where it is not one of this publisher's.

        >>> Names().parts("https://w3id.org/svngraph/id/activity/ap2025-07")
        ('activity', 'ap2025-07')
        """
        start = f"{self.base}id/"
        kind, slash, key = iri.removeprefix(start).partition("/")
        return (kind, key) if iri.startswith(start) and slash and key else None

    def prefixes(self) -> dict[str, str]:
        """Every prefix used in data, queries and pages, with its namespace.

        Each kind of thing has a prefix of its own, since a slash cannot stand in a prefixed name unescaped.
        """
        words = {
            "svn": SVN,
            "svnsh": SVNSH,
            **{code: f"{SVN}{code}/" for code in CODE_LISTS},
            "graph": f"{self.base}graph/",
            "rdf": RDF,
            "rdfs": RDFS,
            "owl": OWL,
            "xsd": XSD,
            "sh": SH,
            "skos": SKOS,
            "dcterms": DCTERMS,
            "prov": PROV,
            "org": ORG,
            "foaf": FOAF,
            "oa": OA,
            "edtf": EDTF,
        }
        # A kind and a code list may share a word ("outcome"): the code list gives way and keeps the longer prefix.
        for kind in KINDS:
            if kind in words:
                words[f"{kind}-code"] = words.pop(kind)
            words[kind] = f"{self.base}id/{kind}/"
        return {prefix: str(iri) for prefix, iri in words.items()}
