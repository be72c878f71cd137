"""The items and links as tools for requirements see them: OSLC Requirements Management.

A plan is a collection of requirements, a heading, activity or action item a requirement, an agreement's goal one that
the others satisfy. Each link is told by what it says between requirements; svngraph's own link stands beside it as
``dcterms:relation``, with its basis on the link's own address.

Source: OASIS OSLC Requirements Management 2.1, https://docs.oasis-open-projects.org/oslc-op/rm/v2.1/
"""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from svngraph.namespaces import SVN
from svngraph.publication.edition import Edition, texts
from svngraph.publication.writing import OSLC, OSLC_RM

_REQUIREMENTS = (SVN.AgreementGoal, SVN.PlanHeading, SVN.Activity, SVN.ActionItem, SVN.Assignment)
# Our relation, the property from the lower end to the upper, and the one back; None where OSLC has none.
_RELATIONS: tuple[tuple[URIRef, URIRef | None, URIRef], ...] = (
    (SVN.serves, OSLC_RM.satisfies, OSLC_RM.satisfiedBy),
    (SVN.underHeading, OSLC_RM.elaborates, OSLC_RM.elaboratedBy),
    (SVN.implements, None, OSLC_RM.implementedBy),
    (SVN.carriesOut, None, OSLC_RM.implementedBy),
    (SVN.subItemOf, OSLC_RM.decomposes, OSLC_RM.decomposedBy),
    (SVN.reportsOn, None, OSLC_RM.validatedBy),
)


def oslc(edition: Edition) -> Graph:
    """The view as a graph of its own, about the same IRIs: requirements, their collections, and the links both ways."""
    facts, made = edition.facts, Graph()
    home = URIRef(f"{edition.names.base}catalog/distribution/all/oslc")
    made.add((home, RDF.type, OSLC.ServiceProvider))
    for title in texts(edition.publisher.title):
        made.add((home, DCTERMS.title, title))
    for plan in edition.plans:
        made.add((plan.iri, RDF.type, OSLC_RM.RequirementCollection))
        made.add((plan.iri, OSLC.serviceProvider, home))
        for name in texts(plan.name):
            made.add((plan.iri, DCTERMS.title, name))
        made.add((plan.iri, DCTERMS.identifier, Literal(plan.key)))
    for kind in _REQUIREMENTS:
        for item in facts.instances(kind):
            _requirement(edition, made, item, home)
    for relation, upward, downward in _RELATIONS:
        for pair in _pairs(edition, relation):
            if upward is not None:
                made.add((pair[0], upward, pair[1]))
            made.add((pair[1], downward, pair[0]))
    return made


def _requirement(edition: Edition, made: Graph, item: URIRef, home: URIRef) -> None:
    facts = edition.facts
    made.add((item, RDF.type, OSLC_RM.Requirement))
    made.add((item, OSLC.serviceProvider, home))
    for label, term in ((facts.name(item), DCTERMS.title), (facts.text(item, SVN.summary), DCTERMS.description)):
        for text in texts(label):
            made.add((item, term, text))
    for identifier in facts.values(item, DCTERMS.identifier):
        made.add((item, DCTERMS.identifier, Literal(str(identifier), datatype=XSD.string)))
    for plan in facts.iris(item, SVN.inPlan):
        made.add((plan, OSLC_RM.uses, item))
    for link in facts.subjects(SVN["from"], item):
        made.add((item, DCTERMS.relation, link))


def _pairs(edition: Edition, relation: URIRef) -> list[tuple[URIRef, URIRef]]:
    snapshot = edition.facts.snapshot
    pairs = snapshot.column(relation).pairs
    found = (
        (snapshot.term(left), snapshot.term(right))
        for left, right in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    )
    return [(a, b) for a, b in found if isinstance(a, URIRef) and isinstance(b, URIRef)]
