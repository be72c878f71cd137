"""What a person may do to the curation graph: join two things, part them, accept a link anew, refuse a proposed one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, SKOS, XSD

from svngraph.curation.record import Edit, Record
from svngraph.errors import UsageError
from svngraph.model import TraceLink, Triple
from svngraph.namespaces import SVN, Names

Pair = tuple[URIRef, URIRef, URIRef]
"""What a link joins: from, by which relation, to."""
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Review:
    """Somebody's word on a link: who, when (``xsd:date`` as text) and why, by language."""

    author: URIRef
    on: str
    why: tuple[Literal, ...]

    def triples(self, pair: Pair, kind: URIRef, names: Names) -> Iterator[Triple]:
        """The review of a link as a thing of its own."""
        source, relation, target = pair
        iri = review_iri(pair, names)
        yield iri, RDF.type, kind
        yield iri, RDF.subject, source
        yield iri, RDF.predicate, relation
        yield iri, RDF.object, target
        yield iri, PROV.wasAttributedTo, self.author
        yield iri, DCTERMS.created, Literal(self.on, datatype=XSD.date)
        for words in self.why:
            yield iri, SKOS.note, words


def review_iri(pair: Pair, names: Names) -> URIRef:
    """The IRI of the one review of a link: it follows from what the link joins."""
    link = TraceLink(*pair, basis=SVN["basis/judgement"]).iri(names)
    return names.thing("review", link.removeprefix(names.thing("link", "")))


def joining(record: Record, link: TraceLink, digest: str | None = None) -> Edit:
    """The edit that writes a link; with ``digest`` it counts as reviewed by whoever made it.

    Errors: UsageError where the curation has the link already.
    """
    iri = link.iri(record.names)
    if (iri, RDF.type, SVN.TraceLink) in record.about(iri):
        raise UsageError("the link is there already", where=_last(iri), remedy="unlink it first, to write it anew")
    added = {*link.triples(record.names)}
    if digest is not None:
        added.add((iri, SVN.reviewedDigest, Literal(digest)))
    pair = (link.source, link.relation, link.target)
    # Whoever joins what was refused has thought again.
    return Edit(record.about(review_iri(pair, record.names)), frozenset(added))


def parting(record: Record, iri: URIRef) -> Edit:
    """The edit that takes a link away, with its direct triple and its review.

    Errors: UsageError where the curation has no such link: what a document's graph holds is lifted from the document.
    """
    pair = _pair(record, iri)
    if pair is None:
        raise UsageError(
            "the link does not stand in the curation graph",
            where=_last(iri),
            remedy="what a document's graph holds follows from the document; only judgements are edited here",
        )
    gone: set[Triple] = {*record.about(iri), *record.about(review_iri(pair, record.names))}
    others = [one for one in record.leading_from(pair[0]) if one != iri and _pair(record, one) == pair]
    if not others:
        gone.add(pair)
    return Edit(frozenset(gone))


def accepting(record: Record, iri: URIRef, pair: Pair, digest: str, review: Review) -> Edit:
    """The edit by which a link counts as reviewed: its digest, and who, when and why. It touches no other link."""
    old: set[Triple] = {triple for triple in record.about(iri) if triple[1] == SVN.reviewedDigest}
    gone = {*old, *record.about(review_iri(pair, record.names))}
    added: set[Triple] = {*review.triples(pair, SVN.Review, record.names)}
    added.add((iri, SVN.reviewedDigest, Literal(digest)))
    return Edit(frozenset(gone - added), frozenset(added))


def refusing(record: Record, pair: Pair, review: Review) -> Edit:
    """The edit by which a proposed link is refused, so that it is not proposed again."""
    gone = record.about(review_iri(pair, record.names))
    added = frozenset(review.triples(pair, SVN.Refusal, record.names))
    return Edit(gone - added, added)


def introducing(record: Record, key: str, name: str) -> Edit:
    """The edit that makes a person known, under whose name judgements then stand. Errors: UsageError."""
    if not KEY.match(key):
        raise UsageError(f"not a key: {key!r}", remedy="small letters, digits and hyphens, such as anna-ek")
    iri = record.names.thing("agent", key)
    facts: list[Triple] = [(iri, SKOS.prefLabel, Literal(name, lang=lang)) for lang in ("sv", "en")]
    facts += [(iri, RDF.type, PROV.Agent), (iri, DCTERMS.identifier, Literal(key)), (iri, FOAF.name, Literal(name))]
    return Edit(added=frozenset(facts))


def _pair(record: Record, iri: URIRef) -> Pair | None:
    facts = record.about(iri)
    if (iri, RDF.type, SVN.TraceLink) not in facts:
        return None
    ends = [
        next((o for _, p, o in facts if p == part and isinstance(o, URIRef)), None)
        for part in (SVN["from"], SVN.relation, SVN.to)
    ]
    source, relation, target = ends
    return (source, relation, target) if source and relation and target else None


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
