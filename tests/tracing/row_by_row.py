"""The trace graph read from a store row by row through SPARQL: slow, and not the way that the product goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from rdflib import URIRef

from svngraph.labels import Label
from svngraph.model import BASES
from svngraph.namespaces import SVN, Names
from svngraph.store import Solutions, Store
from svngraph.tracing.items import Item, Level, Link, Party, PartyKind, Plan, TraceGraph

_PREFIXES = f"PREFIX svn: <{SVN}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX sdo: <https://schema.org/>\n"
)
_LEVELS = """SELECT DISTINCT ?class ?number ?key ?label WHERE {
  ?class svn:chainLevel ?number ; svn:chainKey ?key ; rdfs:label ?label }"""
_RELATIONS = """SELECT DISTINCT ?relation ?label ?inverse WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo ; rdfs:label ?label .
  OPTIONAL { ?relation svn:inverseLabel ?inverse FILTER(LANG(?inverse) = LANG(?label)) } }"""
# Which levels a relation joins, as the ontology says it: what a chain could have, also where the data has none of it.
_STEPS = """SELECT DISTINCT ?relation ?lower ?upper WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo .
  ?relation rdfs:domain|sdo:domainIncludes ?lower . ?relation rdfs:range|sdo:rangeIncludes ?upper .
  ?lower svn:chainLevel ?from . ?upper svn:chainLevel ?to }"""
_ITEMS = """SELECT DISTINCT ?item ?class ?plan ?sequence ?label WHERE {
  ?class svn:chainLevel ?number . ?item a ?class .
  OPTIONAL { ?item svn:inPlan ?plan } OPTIONAL { ?item svn:sequence ?sequence }
  OPTIONAL { ?item skos:prefLabel ?label } }"""
_LINKS = """SELECT DISTINCT ?from ?relation ?to ?basis ?evidence ?link WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo .
  ?link svn:relation ?relation ; svn:from ?from ; svn:to ?to .
  OPTIONAL { ?link svn:basis ?basis } OPTIONAL { ?link svn:evidence ?evidence } }"""
# All of them; those that are also stated as links are told apart here, since a store would search for each one anew.
_BARE = """SELECT DISTINCT ?from ?relation ?to WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo . ?from ?relation ?to .
  FILTER(?relation != svn:tracesFirmlyTo) }"""
# What may stand off the chain at an end of a trace property, such as a point raised in planning: no loose end.
_BESIDE = """SELECT DISTINCT ?relation ?end WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo .
  { ?relation rdfs:domain|sdo:domainIncludes ?class . ?end ?relation ?other }
  UNION { ?relation rdfs:range|sdo:rangeIncludes ?class . ?other ?relation ?end }
  ?end a ?class . FILTER NOT EXISTS { ?class svn:chainLevel ?number } }"""
_PARTIES = """SELECT DISTINCT ?item ?party ?class ?label WHERE {
  ?item svn:assignedTo|svn:involves ?party . FILTER(isIRI(?party))
  OPTIONAL { VALUES ?class { svn:Region svn:Group svn:ProgrammeArea svn:Board } ?party a ?class }
  OPTIONAL { ?party skos:prefLabel ?label } }"""
_PLANS = """SELECT DISTINCT ?plan ?year ?label WHERE {
  { SELECT DISTINCT ?plan WHERE { ?item svn:inPlan ?plan } }
  OPTIONAL { ?plan svn:planYear ?year } OPTIONAL { ?plan skos:prefLabel ?label } }"""


def read(store: Store, names: Names) -> TraceGraph:
    """The trace graph of a dataset; a link to or from something that is no item of the chain is a loose one."""
    levels = _levels(store.select(_PREFIXES + _LEVELS))
    items = _items(store.select(_PREFIXES + _ITEMS), levels, names)
    links, repeated = _links(store.select(_PREFIXES + _LINKS), store.select(_PREFIXES + _BARE))
    relations: dict[URIRef, tuple[Label, Label]] = {}
    for relation, label, inverse in store.select(_PREFIXES + _RELATIONS).rows:
        there, back = relations.get(URIRef(str(relation)), (Label(), Label()))
        relations[URIRef(str(relation))] = (_add(there, label), _add(back, inverse))
    allowed = _allowed(store.select(_PREFIXES + _STEPS), levels)
    firm = tuple(link for link in links if link.source in items and link.target in items)
    beside = {(relation, end) for relation, end in store.select(_PREFIXES + _BESIDE).rows}

    def fits(link: Link) -> bool:
        return all(end in items or (link.relation, end) in beside for end in (link.source, link.target))

    return TraceGraph(
        tuple(sorted(levels.values())),
        {
            level: frozenset(upper for pairs in allowed.values() for lower, upper in pairs if lower == level)
            for level in levels.values()
        },
        _plans(store.select(_PREFIXES + _PLANS), names),
        items,
        firm,
        relations,
        allowed,
        tuple(link for link in links if not fits(link)),
        {link: repeated[link.source, link.relation, link.target] for link in firm if _ends(link) in repeated},
        _parties(store.select(_PREFIXES + _PARTIES), names),
    )


_Ends = tuple[URIRef, URIRef, URIRef]


def _ends(link: Link) -> _Ends:
    return (link.source, link.relation, link.target)


def _add(label: Label, literal: object) -> Label:
    language = getattr(literal, "language", None)
    return label.with_text(language, str(literal)) if language else label


def _allowed(found: Solutions, levels: Mapping[URIRef, Level]) -> dict[URIRef, frozenset[tuple[Level, Level]]]:
    pairs: dict[URIRef, set[tuple[Level, Level]]] = defaultdict(set)
    for relation, lower, upper in found.rows:
        pairs[URIRef(str(relation))].add((levels[URIRef(str(lower))], levels[URIRef(str(upper))]))
    return {relation: frozenset(joined) for relation, joined in pairs.items()}


def _parties(found: Solutions, names: Names) -> dict[URIRef, tuple[Party, ...]]:
    parties: dict[URIRef, Party] = {}
    of: dict[URIRef, set[URIRef]] = defaultdict(set)
    for item, party, kind, label in found.rows:
        iri = URIRef(str(party))
        of[URIRef(str(item))].add(iri)
        known = parties.get(iri) or Party(iri, (names.parts(iri) or ("", str(iri)))[1], "other", Label())
        word: PartyKind = known.kind if kind is None else "region" if kind == SVN.Region else "group"
        parties[iri] = replace(known, kind=word, label=_add(known.label, label))
    return {item: tuple(parties[iri] for iri in sorted(iris)) for item, iris in of.items()}


def _plans(found: Solutions, names: Names) -> dict[URIRef, Plan]:
    plans: dict[URIRef, Plan] = {}
    for iri, year, label in found.rows:
        name = URIRef(str(iri))
        parts = names.parts(name)
        known = plans.get(name) or Plan(
            name,
            parts[1] if parts else str(name),
            Label(),
            int(str(year)[:4]) if str(year or "")[:4].isdigit() else None,
        )
        plans[name] = replace(known, label=_add(known.label, label))
    return plans


def _levels(found: Solutions) -> dict[URIRef, Level]:
    levels: dict[URIRef, Level] = {}
    for iri, number, key, label in found.rows:
        known = levels.get(URIRef(str(iri))) or Level(int(str(number)), str(key), URIRef(str(iri)), Label())
        levels[known.iri] = replace(known, label=_add(known.label, label))
    return levels


def _items(found: Solutions, levels: Mapping[URIRef, Level], names: Names) -> dict[URIRef, Item]:
    items: dict[URIRef, Item] = {}
    for iri, kind, plan, sequence, label in found.rows:
        name = URIRef(str(iri))
        known = items.get(name)
        if known is None:
            parts = names.parts(name)
            known = Item(
                name,
                parts[1] if parts else str(name),
                levels[URIRef(str(kind))],
                Label(),
            )
        items[name] = replace(
            known,
            level=min(known.level, levels[URIRef(str(kind))]),
            label=_add(known.label, label),
            plan=_least(known.plan, None if plan is None else URIRef(str(plan))),
            sequence=_least(known.sequence, int(str(sequence)) if str(sequence).isdigit() else None),
        )
    return items


_Sortable = TypeVar("_Sortable", URIRef, int)


def _least(known: _Sortable | None, new: _Sortable | None) -> _Sortable | None:
    """The lesser of two values, so that an item that has several gets the same one every time."""
    return new if known is None else known if new is None else min(known, new)


def _links(reified: Solutions, bare: Solutions) -> tuple[list[Link], dict[_Ends, int]]:
    evidence: dict[_Ends, set[URIRef]] = defaultdict(set)
    bases: dict[_Ends, set[URIRef]] = defaultdict(set)
    said: dict[_Ends, set[str]] = defaultdict(set)
    for source, relation, target, basis, passage, node in reified.rows:
        ends = (URIRef(str(source)), URIRef(str(relation)), URIRef(str(target)))
        said[ends].add(str(node))
        bases[ends] |= {URIRef(str(basis))} if basis is not None else set()
        evidence[ends] |= {URIRef(str(passage))} if passage is not None else set()
    links = [
        Link(
            *ends, _firmest(bases[ends]), tuple(sorted(evidence[ends]))
        )  # two links that say one thing: the firmer counts
        for ends in bases
    ]
    triples = (
        (URIRef(str(source)), URIRef(str(relation)), URIRef(str(target))) for source, relation, target in bare.rows
    )
    links += [Link(*ends, None) for ends in triples if ends not in bases]
    repeated = {ends: len(nodes) for ends, nodes in said.items() if len(nodes) > 1}
    return sorted(links, key=_ends), repeated


def _firmest(bases: Iterable[URIRef]) -> URIRef | None:
    return min(bases, key=lambda basis: (BASES.index(basis) if basis in BASES else len(BASES), basis), default=None)
