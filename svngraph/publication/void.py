"""The dataset described by its own figures: VoID, every number of it counted in the columns.

The figures are of the union of the named graphs, which is what the endpoint answers over. Partitions and linksets have
addresses below that of the description, so that nothing in it is a blank node.

Source: https://www.w3.org/TR/void/
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, VOID, XSD

from svngraph.namespaces import ROOT, SVN
from svngraph.publication.addresses import Addresses
from svngraph.publication.dumps import Dump
from svngraph.publication.edition import Edition, texts
from svngraph.publication.facts import Facts
from svngraph.publication.writing import PREFIXES

PATH = ".well-known/void"
_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES = ("N-Quads", "TriG", "Turtle", "JSON-LD", "RDF_XML")


def void(edition: Edition, dumps: Sequence[Dump] = (), *, endpoint: bool = True) -> Graph:
    """The description: totals, a partition for each class and property, linksets, vocabularies, examples.

    Shape:  linksets are the trace links between two plans, by relation, and the links to each place outside;
            an example is the first thing of each kind.
    """
    return _Description(edition, dumps, endpoint).made


class _Description:
    def __init__(self, edition: Edition, dumps: Sequence[Dump], endpoint: bool) -> None:
        self._edition, self._snapshot = edition, edition.facts.snapshot
        self._at = Addresses(edition)
        self._me = self._at.whole
        self._document = URIRef(f"{edition.names.base}{PATH}")
        self._prefixes = {**edition.names.prefixes(), **{name: str(space) for name, space in PREFIXES.items()}}
        self.made = Graph()
        self._about(dumps, endpoint)
        self._totals()
        self._classes()
        self._properties()
        self._examples()
        self._between_plans()
        self._outwards()

    def _say(self, thing: URIRef, term: URIRef, *values: URIRef | Literal | int | str) -> None:
        for value in values:
            if isinstance(value, int):
                value = Literal(str(value), datatype=XSD.integer)
            self.made.add((thing, term, value if isinstance(value, URIRef | Literal) else URIRef(value)))

    def _about(self, dumps: Sequence[Dump], endpoint: bool) -> None:
        publisher, address = self._edition.publisher, self._edition.address
        self._say(self._document, RDF.type, VOID.DatasetDescription)
        self._say(self._document, FOAF.primaryTopic, self._me)
        self._say(self._document, DCTERMS.title, *texts(self._edition.phrase("void", of=publisher.title)))
        self._say(self._me, RDF.type, VOID.Dataset)
        self._say(self._me, DCTERMS.title, *texts(publisher.title))
        self._say(self._me, DCTERMS.description, *texts(publisher.description))
        self._say(self._me, DCTERMS.publisher, self._at.publisher)
        self._say(self._me, DCTERMS.license, publisher.licence)
        self._say(self._me, FOAF.homepage, address)
        self._say(self._me, VOID.uriSpace, Literal(f"{self._edition.names.base}id/"))
        self._say(self._me, VOID.feature, *(f"{_FORMATS}{name}" for name in _FEATURES))
        whole = (d for d in dumps if d.plan is None and d.form.name in ("nquads", "trig", "turtle", "jsonld", "rdfxml"))
        self._say(self._me, VOID.dataDump, *(f"{address}{dump.path}" for dump in whole))
        if endpoint:
            self._say(self._me, VOID.sparqlEndpoint, f"{address}sparql")
        if self._edition.modified:
            day = Literal(self._edition.modified.isoformat(), datatype=XSD.date)
            self._say(self._me, DCTERMS.modified, day)

    def _totals(self) -> None:
        subjects, objects = set(), set()
        columns = self._snapshot.predicates()
        for column in columns.values():
            subjects.update(column.pairs.left.tolist())
            objects.update(column.pairs.right.tolist())
        used = [name for name, column in columns.items() if len(column)]
        space = f"{self._edition.names.base}id/"
        entities = sum(
            isinstance(term, URIRef) and term.startswith(space) for term in map(self._snapshot.term, subjects)
        )
        for term, count in (
            (VOID.triples, len(self._snapshot)),
            (VOID.entities, entities),
            (VOID.properties, len(used)),
            (VOID.distinctSubjects, len(subjects)),
            (VOID.distinctObjects, len(objects)),
        ):
            self._say(self._me, term, count)
        classes = {str(term) for term in self._instances}
        self._say(self._me, VOID["classes"], len(classes))
        named = classes | {str(self._snapshot.term(name)) for name in used}
        self._say(self._me, VOID.vocabulary, *(space for space in sorted({_space(term) for term in named})))

    @cached_property
    def _instances(self) -> Mapping[URIRef, int]:
        types = self._snapshot.column(RDF.type).pairs.right.tolist()
        counted = ((self._snapshot.term(kind), count) for kind, count in Counter(types).items())
        return {kind: count for kind, count in counted if isinstance(kind, URIRef)}

    def _classes(self) -> None:
        for kind, count in sorted(self._instances.items()):
            part = self._part("class", kind)
            self._say(self._me, VOID.classPartition, part)
            self._say(part, VOID["class"], kind)
            self._say(part, VOID.entities, count)

    def _properties(self) -> None:
        for name, column in self._snapshot.predicates().items():
            term = self._snapshot.term(name)
            if not len(column) or not isinstance(term, URIRef):
                continue
            part = self._part("property", term)
            self._say(self._me, VOID.propertyPartition, part)
            self._say(part, VOID.property, term)
            self._say(part, VOID.triples, len(column))
            self._say(part, VOID.distinctSubjects, len(set(column.pairs.left.tolist())))
            self._say(part, VOID.distinctObjects, len(set(column.pairs.right.tolist())))

    def _examples(self) -> None:
        first: dict[str, URIRef] = {}
        for kind in self._instances:
            for thing in self._edition.facts.instances(kind):
                parts = self._edition.names.parts(thing)
                if parts and thing < first.get(parts[0], URIRef("\U0010ffff")):
                    first[parts[0]] = thing
        self._say(self._me, VOID.exampleResource, *first.values())
        self._say(self._me, VOID.rootResource, *(plan.iri for plan in self._edition.plans))

    def _between_plans(self) -> None:
        """A linkset for each relation between the items of two plans."""
        facts, snapshot = self._edition.facts, self._snapshot
        keys = {plan.iri: plan.segment for plan in self._edition.plans}
        home: dict[int, str] = {}
        pairs = snapshot.column(SVN.inPlan).pairs
        for item, plan in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
            iri = snapshot.term(plan)
            if isinstance(iri, URIRef) and iri in keys:
                home[item] = keys[iri]
        # The firm ones among the links follow from the others and are no links of their own.
        relations = _below(facts, SVN.tracesTo) - {SVN.tracesFirmlyTo}
        for relation in sorted(relations):
            between: Counter[tuple[str, str]] = Counter()
            pairs = snapshot.column(relation).pairs
            for source, target in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
                if source in home and target in home and home[source] != home[target]:
                    between[home[source], home[target]] += 1
            for (source_plan, target_plan), count in sorted(between.items()):
                name = f"{source_plan}-{relation.removeprefix(SVN)}-{target_plan}"
                self._linkset(name, relation, count, *map(self._at.dataset, (source_plan, target_plan)))

    def _outwards(self) -> None:
        """A linkset for each property that leads to a place outside, by the place."""
        own = (self._edition.names.base, ROOT)
        vocabularies = tuple(str(space) for space in PREFIXES.values())
        for name, column in self._snapshot.predicates().items():
            relation = self._snapshot.term(name)
            if not isinstance(relation, URIRef) or relation in (RDF.type, RDFS.isDefinedBy):
                continue
            outside: dict[str, int] = defaultdict(int)
            for source, target in zip(column.pairs.left.tolist(), column.pairs.right.tolist(), strict=True):
                term = self._snapshot.term(target)
                if isinstance(term, URIRef) and not str(term).startswith((*own, *vocabularies)):
                    begins = self._snapshot.term(source)
                    if isinstance(begins, URIRef) and begins.startswith(f"{own[0]}id/"):
                        outside["/".join(term.split("/", 3)[:3]) + "/"] += 1
            for place, count in sorted(outside.items()):
                self._linkset(f"{self._slug(relation)}-{_digest(place)}", relation, count, self._me, URIRef(place))

    def _linkset(self, name: str, relation: URIRef, count: int, source: URIRef, target: URIRef) -> None:
        part = URIRef(f"{self._document}#linkset-{name}")
        self._say(self._me, VOID.subset, part)
        self._say(part, RDF.type, VOID.Linkset)
        self._say(part, VOID.linkPredicate, relation)
        self._say(part, VOID.subjectsTarget, source)
        self._say(part, VOID.objectsTarget, target)
        self._say(part, VOID.triples, count)

    def _part(self, kind: str, term: URIRef) -> URIRef:
        return URIRef(f"{self._document}#{kind}-{self._slug(term)}")

    def _slug(self, term: URIRef) -> str:
        """A name for a term that is there once: its prefixed name, else a digest."""
        known = [(len(space), prefix, space) for prefix, space in self._prefixes.items() if term.startswith(space)]
        if known:
            _length, prefix, space = max(known)
            local = term.removeprefix(space)
            if local.replace("-", "").replace("_", "").isalnum() and local.isascii():
                return f"{prefix}-{local}"
        return _digest(term)


def _below(facts: Facts, relation: URIRef) -> set[URIRef]:
    """The properties below a relation, to any depth."""
    found: set[URIRef] = set()
    ahead = [relation]
    while ahead:
        new = set(facts.subjects(RDFS.subPropertyOf, ahead.pop())) - found
        found |= new
        ahead += new
    return found


def _space(term: str) -> str:
    """The namespace of a term: as far as the last number sign or slash."""
    return term[: max(term.rfind("#"), term.rfind("/")) + 1] or term


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
