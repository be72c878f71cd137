"""The trace graph of a dataset: its items, the levels they stand on, and the trace links between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.labels import Label
from svngraph.model import BASES
from svngraph.namespaces import SVN, Names
from svngraph.store import Solutions, Store

_PREFIXES = f"PREFIX svn: <{SVN}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX sdo: <https://schema.org/>\n"
)
_LEVELS = """SELECT DISTINCT ?class ?number ?key ?label WHERE {
  ?class svn:chainLevel ?number ; svn:chainKey ?key ; rdfs:label ?label }"""
_RELATIONS = """SELECT DISTINCT ?relation ?label ?inverse WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo ; rdfs:label ?label .
  OPTIONAL { ?relation svn:inverseLabel ?inverse FILTER(LANG(?inverse) = LANG(?label)) } }"""
# Which levels a relation joins, as the ontology says it: what a chain could have, also where the data has none of it.
_STEPS = """SELECT DISTINCT ?lower ?upper WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo .
  ?relation rdfs:domain|sdo:domainIncludes ?lower . ?relation rdfs:range|sdo:rangeIncludes ?upper .
  ?lower svn:chainLevel ?from . ?upper svn:chainLevel ?to }"""
_ITEMS = """SELECT DISTINCT ?item ?class ?plan ?sequence ?label WHERE {
  ?class svn:chainLevel ?number . ?item a ?class .
  OPTIONAL { ?item svn:inPlan ?plan } OPTIONAL { ?item svn:sequence ?sequence }
  OPTIONAL { ?item skos:prefLabel ?label } }"""
_LINKS = """SELECT DISTINCT ?from ?relation ?to ?basis ?evidence WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo .
  ?link svn:relation ?relation ; svn:from ?from ; svn:to ?to .
  OPTIONAL { ?link svn:basis ?basis } OPTIONAL { ?link svn:evidence ?evidence } }"""
_BARE = """SELECT DISTINCT ?from ?relation ?to WHERE {
  ?relation rdfs:subPropertyOf+ svn:tracesTo . ?from ?relation ?to .
  FILTER(?relation != svn:tracesFirmlyTo)
  FILTER NOT EXISTS { ?link svn:relation ?relation ; svn:from ?from ; svn:to ?to } }"""


_PLANS = """SELECT DISTINCT ?plan ?year ?label WHERE {
  { SELECT DISTINCT ?plan WHERE { ?item svn:inPlan ?plan } }
  OPTIONAL { ?plan svn:planYear ?year } OPTIONAL { ?plan skos:prefLabel ?label } }"""


@dataclass(frozen=True, order=True)
class Level:
    """A level of the chain: its number, counted from the goal, its key on the command line, its class, its name."""

    number: int
    key: str
    iri: URIRef
    label: Label = field(compare=False)


@dataclass(frozen=True)
class Plan:
    """A plan or report that items stand in; ``year`` is None for one of several years or of none."""

    iri: URIRef
    key: str
    label: Label
    year: int | None = None


@dataclass(frozen=True)
class Item:
    """A thing on a level of the chain. ``plan`` and ``sequence`` are None where the data gives none."""

    iri: URIRef
    key: str
    level: Level
    label: Label
    plan: URIRef | None = None
    sequence: int | None = None

    @property
    def order(self) -> tuple[int, str, int, str]:
        """The place of the item among others: by level, plan and sequence."""
        return (self.level.number, self.plan or "", self.sequence or 0, self.iri)


@dataclass(frozen=True)
class Link:
    """A trace link: ``source`` rests on ``target``, which is nearer the goal.

    ``basis`` is one of :data:`svngraph.model.BASES`, or None where the data does not say: then it counts as the
    weakest.
    """

    source: URIRef
    relation: URIRef
    target: URIRef
    basis: URIRef | None
    evidence: tuple[URIRef, ...] = ()

    @property
    def weakness(self) -> int:
        """How little the link rests on: 0 for stated, and one more for each step down."""
        return BASES.index(self.basis) if self.basis in BASES else len(BASES)


_Ends = Callable[[Link], tuple[URIRef, URIRef]]


@dataclass(frozen=True)
class TraceGraph:
    """The items and trace links of a dataset, with the links of an item in both directions.

    ``steps`` holds for each level the levels above it that its items may link to;
    ``relations`` holds for each trace property its name and its name backwards.
    """

    levels: tuple[Level, ...]
    steps: Mapping[Level, frozenset[Level]]
    plans: Mapping[URIRef, Plan]
    items: Mapping[URIRef, Item]
    links: tuple[Link, ...]
    relations: Mapping[URIRef, tuple[Label, Label]]

    @cached_property
    def upstream(self) -> Mapping[URIRef, tuple[Link, ...]]:
        """The links from an item towards the goal: to the nearest level first, so that the long way is met first."""
        return self._by(lambda link: (link.source, link.target), nearest=-1)

    @cached_property
    def downstream(self) -> Mapping[URIRef, tuple[Link, ...]]:
        """The links from an item away from the goal, in the order of the items they come from."""
        return self._by(lambda link: (link.target, link.source), nearest=1)

    def _by(self, ends: _Ends, nearest: int) -> Mapping[URIRef, tuple[Link, ...]]:
        found: dict[URIRef, list[Link]] = defaultdict(list)
        for link in self.links:
            found[ends(link)[0]].append(link)

        def order(link: Link) -> tuple[object, ...]:
            other = self.items[ends(link)[1]]
            return (nearest * other.level.number, other.order, link.weakness, link.relation)

        return {item: tuple(sorted(links, key=order)) for item, links in found.items()}

    def level(self, key: str) -> Level:
        """The level of a key. Errors: UnknownLevel."""
        for level in self.levels:
            if level.key == key:
                return level
        raise UnknownLevel(f"no level {key!r}", remedy=f"one of: {', '.join(level.key for level in self.levels)}")

    def at(self, level: Level) -> list[Item]:
        """The items of a level, ordered by plan and sequence."""
        return sorted((item for item in self.items.values() if item.level == level), key=lambda item: item.order)

    def above(self, level: Level) -> frozenset[Level]:
        """The level and every level that a way up from it can reach."""
        found = {level}
        ahead = [level]
        while ahead:
            new = self.steps[ahead.pop()] - found
            found |= new
            ahead += new
        return frozenset(found)

    def below(self, level: Level, bottom: Level) -> list[Level]:
        """The levels next below a level from which the way goes on down to the bottom, the nearest first."""
        onward = self.above(bottom)
        return sorted(step for step, above in self.steps.items() if level in above and step in onward)


def read(store: Store, names: Names) -> TraceGraph:
    """The trace graph of a dataset.

    A link that leads to or from something that is no item of the chain is left out: it is a finding of validation.
    """
    levels = _levels(store.select(_PREFIXES + _LEVELS))
    items = _items(store.select(_PREFIXES + _ITEMS), levels, names)
    links = _links(store.select(_PREFIXES + _LINKS), store.select(_PREFIXES + _BARE))
    relations: dict[URIRef, tuple[Label, Label]] = {}
    for relation, label, inverse in store.select(_PREFIXES + _RELATIONS).rows:
        there, back = relations.get(URIRef(str(relation)), (Label(), Label()))
        relations[URIRef(str(relation))] = (_add(there, label), _add(back, inverse))
    return TraceGraph(
        tuple(sorted(levels.values())),
        _steps(store.select(_PREFIXES + _STEPS), levels),
        _plans(store.select(_PREFIXES + _PLANS), names),
        items,
        tuple(link for link in links if link.source in items and link.target in items),
        relations,
    )


def _add(label: Label, literal: object) -> Label:
    language = getattr(literal, "language", None)
    return label.with_text(language, str(literal)) if language else label


def _steps(found: Solutions, levels: Mapping[URIRef, Level]) -> Mapping[Level, frozenset[Level]]:
    steps: dict[Level, set[Level]] = {level: set() for level in levels.values()}
    for lower, upper in found.rows:
        steps[levels[URIRef(str(lower))]].add(levels[URIRef(str(upper))])
    return {level: frozenset(above) for level, above in steps.items()}


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
                None if plan is None else URIRef(str(plan)),
                int(str(sequence)) if str(sequence or "").isdigit() else None,
            )
        items[name] = replace(known, label=_add(known.label, label))
    return items


def _links(reified: Solutions, bare: Solutions) -> list[Link]:
    evidence: dict[tuple[URIRef, URIRef, URIRef], set[URIRef]] = defaultdict(set)
    bases: dict[tuple[URIRef, URIRef, URIRef], set[URIRef]] = defaultdict(set)
    for source, relation, target, basis, passage in reified.rows:
        ends = (URIRef(str(source)), URIRef(str(relation)), URIRef(str(target)))
        bases[ends] |= {URIRef(str(basis))} if basis is not None else set()
        evidence[ends] |= {URIRef(str(passage))} if passage is not None else set()
    links = [
        Link(
            *ends, _firmest(bases[ends]), tuple(sorted(evidence[ends]))
        )  # two links that say one thing: the firmer counts
        for ends in bases
    ]
    links += [Link(URIRef(str(s)), URIRef(str(r)), URIRef(str(t)), None) for s, r, t in bare.rows]
    return sorted(links, key=lambda link: (link.source, link.relation, link.target))


def _firmest(bases: Iterable[URIRef]) -> URIRef | None:
    return min(bases, key=lambda basis: (BASES.index(basis) if basis in BASES else len(BASES), basis), default=None)
