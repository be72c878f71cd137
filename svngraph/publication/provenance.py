"""Where a statement comes from: document, page and characters, what it rests on, who decided it and when.

A link is explained by its own record. What follows from other statements is explained by those. Anything else that is
said of a thing rests on the thing's evidence, else on the document whose named graph it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS
from rdflib.term import Node

from svngraph.digits import whole_number
from svngraph.flattened import node, statement
from svngraph.labels import Label
from svngraph.namespaces import OA, SVN
from svngraph.publication.edition import Edition

Triple = tuple[str, str, str]
"""Subject, predicate and object as N-Triples writes them."""


@dataclass(frozen=True)
class Place:
    """A passage: its IRI, its document, page, and characters from ``start`` up to and without ``end``."""

    passage: str
    document: str
    page: int | None
    start: int | None
    end: int | None
    digest: str | None


@dataclass(frozen=True)
class Origin:
    """Where a statement comes from, in one named graph.

    Shape:  ``link`` is the record of the link that the statement is, with its ``basis``; ``premise`` is the statement
            from which this one follows; ``document`` is the source document, None for a judgement without one and for
            what belongs to the vocabulary.
    """

    triple: Triple
    graph: str | None
    document: str | None = None
    places: tuple[Place, ...] = ()
    link: str | None = None
    basis: str | None = None
    author: str | None = None
    created: str | None = None
    rationale: Label = field(default_factory=Label)
    premise: Triple | None = None


def provenance(
    edition: Edition, subject: str, predicate: str | None = None, value: str | None = None
) -> tuple[Origin, ...]:
    """The origins of every statement of a thing, or of those with a predicate and value.

    Shape: terms as N-Triples writes them; a statement of several graphs has an origin for each; none where the dataset
           does not say so.
    """
    inferred = f"<{edition.names.graph('inferred')}>"
    found: list[Origin] = []
    for triple, graph in _statements(edition, subject, predicate, value):
        if graph != inferred:
            found += _stated(edition, triple, graph)
            continue
        for premise in _premises(edition, triple):
            for where in {graph for _triple, graph in _statements(edition, *premise)} - {inferred}:
                found += [_because(origin, triple, premise) for origin in _stated(edition, premise, where)]
    return tuple(sorted(found, key=lambda one: (one.triple, one.graph or "", one.premise or (), one.link or "")))


def _statements(
    edition: Edition, subject: str, predicate: str | None = None, value: str | None = None
) -> Iterator[tuple[Triple, str | None]]:
    """The quads that begin so; they stand together, since the lines are in order."""
    lines = edition.canonical
    start = " ".join(term for term in (subject, predicate, value) if term is not None).encode() + b" "
    at = 0 if lines.startswith(start) else lines.find(b"\n" + start) + 1
    while lines.startswith(start, at):
        end = lines.index(b"\n", at)
        *triple, graph = statement(lines[at:end].decode())
        # A literal's beginning may be that of a longer one.
        if value is None or triple[2] == value:
            yield (str(triple[0]), str(triple[1]), str(triple[2])), graph
        at = end + 1


def _because(origin: Origin, triple: Triple, premise: Triple) -> Origin:
    return Origin(
        triple,
        origin.graph,
        origin.document,
        origin.places,
        origin.link,
        origin.basis,
        origin.author,
        origin.created,
        origin.rationale,
        premise,
    )


def _premises(edition: Edition, triple: Triple) -> list[Triple]:
    """The statements from which an entailed one follows: of a class or property below, or a link."""
    facts = edition.facts
    subject, predicate, value = (node(term) for term in triple)
    if predicate == RDF.type:
        kinds = [kind for kind in facts.iris(subject, RDF.type) if value in _above(edition, kind, RDFS.subClassOf)]
        return [(triple[0], triple[1], f"<{kind}>") for kind in kinds]
    if predicate == SVN.tracesFirmlyTo and isinstance(value, URIRef):
        relations = [facts.iris(link, SVN.relation) for link in _links(edition, subject, None, value)]
        return [(triple[0], f"<{relation}>", triple[2]) for several in relations for relation in several]
    below = [
        name
        for name in _below(edition, predicate, RDFS.subPropertyOf)
        if isinstance(name, URIRef) and value in facts.values(subject, name)
    ]
    return [(triple[0], f"<{name}>", triple[2]) for name in sorted(below)]


def _above(edition: Edition, term: Node, relation: URIRef) -> set[Node]:
    return _reached(term, lambda here: edition.facts.iris(here, relation))


def _below(edition: Edition, term: Node, relation: URIRef) -> set[Node]:
    return _reached(term, lambda here: edition.facts.subjects(relation, here))


def _reached(start: Node, onward: Callable[[Node], Sequence[URIRef]]) -> set[Node]:
    found: set[Node] = set()
    ahead = [start]
    while ahead:
        new = set(onward(ahead.pop())) - found
        found |= new
        ahead += new
    return found - {start}


def _links(edition: Edition, subject: Node, predicate: Node | None, value: Node) -> list[URIRef]:
    """The records of the links from one thing to another."""
    facts = edition.facts
    return [
        link
        for link in facts.subjects(SVN["from"], subject)
        if value in facts.values(link, SVN.to) and (predicate is None or predicate in facts.values(link, SVN.relation))
    ]


def _stated(edition: Edition, triple: Triple, graph: str | None) -> list[Origin]:
    subject, predicate, value = (node(term) for term in triple)
    document = _document(edition, graph)
    links = _links(edition, subject, predicate, value) if isinstance(value, URIRef) else []
    if not links:
        return [_told(edition, triple, graph, document, subject)]
    return [_told(edition, triple, graph, document, link, str(link)) for link in links]


def _told(
    edition: Edition, triple: Triple, graph: str | None, document: str | None, owner: Node, link: str | None = None
) -> Origin:
    """An origin as its owner tells of it: the record of the link, else the thing itself."""
    facts = edition.facts
    if isinstance(owner, BNode):
        owner = next(iter(facts.subjects(OA.hasSelector, owner)), owner)
    passages = facts.iris(owner, SVN.evidence)
    if SVN.Passage in facts.iris(owner, RDF.type) and isinstance(owner, URIRef):
        passages = [owner]
    places = tuple(_place(edition, passage) for passage in passages)
    documents = sorted({place.document for place in places})
    # What stands in a document's graph is from that document, whatever other passages the thing has.
    here = document or (documents[0] if documents else None)
    own = tuple(place for place in places if place.document == here) or places
    basis, author, created = (facts.value(owner, term) for term in (SVN.basis, PROV.wasAttributedTo, DCTERMS.created))
    return Origin(
        triple,
        graph[1:-1] if graph else None,
        here,
        own,
        link,
        str(basis) if basis is not None else None,
        str(author) if author is not None else None,
        str(created) if created is not None else None,
        facts.text(owner, SVN.rationale),
    )


def _document(edition: Edition, graph: str | None) -> str | None:
    """The source document whose named graph it is."""
    key = (graph or "")[1:-1].removeprefix(str(edition.names.graph("")))
    document = edition.names.thing("document", key)
    return str(document) if document in edition.sources else None


def _place(edition: Edition, passage: URIRef) -> Place:
    facts = edition.facts
    selector = facts.selector(passage, OA.hasSelector)
    start, end = (_number(facts.value(selector, term)) if selector else None for term in (OA.start, OA.end))
    document, digest = facts.value(passage, OA.hasSource), facts.value(passage, SVN.quoteDigest)
    page = _number(facts.value(passage, SVN.page))
    return Place(str(passage), str(document or ""), page, start, end, str(digest) if digest is not None else None)


def _number(term: Node | None) -> int | None:
    return whole_number(str(term)) if isinstance(term, Literal) else None
