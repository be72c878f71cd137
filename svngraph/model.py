"""The records that carry evidence: passages of source documents, and links with their basis.

A link is written twice and by one function, :meth:`TraceLink.triples`: as the direct triple that queries and shapes
read, and as a ``svn:TraceLink`` that says what it rests on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, XSD

from svngraph.namespaces import OA, SVN, Names

Triple = tuple[URIRef | BNode, URIRef, URIRef | BNode | Literal]

STATED = SVN["basis/stated"]
STRUCTURAL = SVN["basis/structural"]
JUDGEMENT = SVN["basis/judgement"]
# From the firmest to the weakest: an answer is as strong as its weakest link.
BASES = (STATED, STRUCTURAL, JUDGEMENT)


def digest(octets: bytes) -> str:
    """The digest of some octets as the data writes it: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(octets).hexdigest()}"


def file_digest(file: BufferedReader) -> str:
    """The digest of a file from its beginning, as :func:`digest` of its octets."""
    file.seek(0)
    return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def quote_digest(quote: str) -> str:
    r"""The digest of a quotation, with every run of white space made one space and the ends trimmed.

    >>> quote_digest(" två\n ord ") == quote_digest("två ord")
    True
    """
    return digest(re.sub(r"\s+", " ", quote).strip().encode())


@dataclass(frozen=True, order=True)
class Passage:
    """A stretch of a source document.

    Units:  ``start`` and ``end`` are code points of the document's text, ``end`` exclusive; ``page`` counts pages or
            slides from 1 and is None where the text does not tell.
    Source: https://www.w3.org/TR/annotation-model/#text-position-selector
    """

    document: str
    start: int
    end: int
    quote_digest: str
    page: int | None = None

    def iri(self, names: Names) -> URIRef:
        """The IRI of the passage: it follows from the document and the position."""
        return names.thing("passage", f"{self.document}-{self.start}-{self.end}")

    def triples(self, names: Names) -> Iterator[Triple]:
        """The passage as an annotation resource with its selector."""
        iri = self.iri(names)
        # A blank node with a name that follows from the passage, so that the same data gives the same text.
        selector = BNode(f"at-{self.document}-{self.start}-{self.end}")
        yield iri, RDF.type, SVN.Passage
        yield iri, OA.hasSource, names.thing("document", self.document)
        yield iri, OA.hasSelector, selector
        yield selector, RDF.type, OA.TextPositionSelector
        yield selector, OA.start, Literal(self.start)
        yield selector, OA.end, Literal(self.end)
        yield iri, SVN.quoteDigest, Literal(self.quote_digest)
        if self.page is not None:
            yield iri, SVN.page, Literal(self.page)


@dataclass(frozen=True)
class TraceLink:
    """A link between two things, with what it rests on.

    ``basis`` is one of :data:`BASES`. A stated or structural link has evidence; a judgement has a rationale, by
    language, an author and a date (``xsd:date`` as text).
    """

    source: URIRef
    relation: URIRef
    target: URIRef
    basis: URIRef
    evidence: tuple[URIRef, ...] = ()
    rationale: tuple[Literal, ...] = ()
    author: URIRef | None = None
    created: str | None = None
    continuity: URIRef | None = None

    def iri(self, names: Names) -> URIRef:
        """The IRI of the link: it follows from what it joins."""
        kind, key = names.parts(self.source) or ("thing", _last(self.source))
        relation = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", _last(self.relation)).lower()
        target = (names.parts(self.target) or ("", _last(self.target)))[1]
        return names.thing("link", f"{kind}-{key}--{relation}--{target}")

    def triples(self, names: Names) -> Iterator[Triple]:
        """The direct triple, and the link that explains it."""
        iri = self.iri(names)
        yield self.source, self.relation, self.target
        yield iri, RDF.type, SVN.TraceLink
        yield iri, SVN["from"], self.source
        yield iri, SVN.relation, self.relation
        yield iri, SVN.to, self.target
        yield iri, SVN.basis, self.basis
        for passage in self.evidence:
            yield iri, SVN.evidence, passage
        for words in self.rationale:
            yield iri, SVN.rationale, words
        if self.author is not None:
            yield iri, PROV.wasAttributedTo, self.author
        if self.created is not None:
            yield iri, DCTERMS.created, Literal(self.created, datatype=XSD.date)
        if self.continuity is not None:
            yield iri, SVN.continuityKind, self.continuity


def _last(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]
