"""Continuity across plan generations: what became of each item of an older plan, and where each of a newer comes from.

What is known stands in ``svn:continues`` links, each with its kind. An item that is joined to the other plan only by
the kind ``topic`` takes up another part of the same matter: it counts as new, and the older one as dropped, and each
names the other as related.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rdflib import URIRef

from svngraph.errors import UnknownItem
from svngraph.namespaces import SVN
from svngraph.store import Store
from svngraph.tracing.graph import Item, Plan, TraceGraph

Kind = Literal["same", "reworded", "extended", "narrowed", "split", "merged", "unstated", "new", "dropped"]
KINDS: tuple[Kind, ...] = (
    "same",
    "reworded",
    "extended",
    "narrowed",
    "split",
    "merged",
    "unstated",
    "new",
    "dropped",
)
TOPIC = "topic"
Doubt = Literal["split-of-one", "merged-of-one", "split-unsaid", "merged-unsaid", "same-reworded", "reworded-same"]
Way = Literal["older", "newer"]

_PREFIXES = f"PREFIX svn: <{SVN}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + (
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
)
_LINKS = """SELECT DISTINCT ?newer ?older ?kind ?basis ?link WHERE {
  { ?link svn:relation svn:continues ; svn:from ?newer ; svn:to ?older .
    OPTIONAL { ?link svn:continuityKind ?kind } OPTIONAL { ?link svn:basis ?basis } }
  UNION { ?newer svn:continues ?older .
          FILTER NOT EXISTS { ?l svn:relation svn:continues ; svn:from ?newer ; svn:to ?older } } }"""
_CHANGES = """SELECT DISTINCT ?change ?plan ?activity ?label WHERE {
  ?change svn:changeIn ?plan .
  OPTIONAL { ?change svn:announces ?activity } OPTIONAL { ?change skos:prefLabel ?label } }"""

_REFUSED = """SELECT DISTINCT ?newer ?older WHERE {
  ?refusal a svn:Refusal ; rdf:subject ?newer ; rdf:predicate svn:continues ; rdf:object ?older }"""


@dataclass(frozen=True, order=True)
class Continuation:
    """A link that says that a newer item carries on an older one; ``kind`` is ``unstated`` where the data is silent."""

    newer: URIRef
    older: URIRef
    kind: str
    basis: URIRef | None = None
    link: URIRef | None = None


@dataclass(frozen=True)
class Change:
    """What a plan itself presents as new, with the activities in which it finds expression."""

    iri: URIRef
    plan: URIRef
    label: Mapping[str, str]
    activities: tuple[URIRef, ...]


@dataclass(frozen=True)
class Fate:
    """What became of an item: a row of the comparison.

    ``new`` has no older item, ``dropped`` no newer one; then ``related`` are the items of the other plan on the same
    topic. Every other kind has both, and the continuation that says so.
    """

    kind: Kind
    older: Item | None
    newer: Item | None
    continuation: Continuation | None = None
    related: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Announced:
    """An activity that a plan presents as new: ``new`` says whether it is, against the older plan.

    ``continues`` are the items of the older plan that it carries on; ``related`` those on the same topic.
    """

    change: Change
    activity: Item
    continues: tuple[Item, ...]
    related: tuple[Item, ...]

    @property
    def new(self) -> bool:
        """Whether it carries on nothing of the older plan."""
        return not self.continues


@dataclass(frozen=True)
class Comparison:
    """An older plan and a newer one, item by item.

    Shape: ``fates`` in the order of the newer plan, then what was dropped in the order of the older one;
           ``unannounced`` are new, and the plan does not say so; ``doubts`` are links whose kind fits the rest ill.
    """

    old: Plan
    new: Plan
    fates: tuple[Fate, ...]
    announced: tuple[Announced, ...] = ()
    unannounced: tuple[Item, ...] = ()
    doubts: tuple[tuple[Doubt, Continuation], ...] = ()

    def counts(self) -> dict[Kind, int]:
        """How many rows there are of each kind that occurs."""
        found = Counter(fate.kind for fate in self.fates)
        return {kind: found[kind] for kind in KINDS if found[kind]}


@dataclass(frozen=True)
class Step:
    """An item of a lineage: how many continuations away, by which one it was reached, and whether it was met before."""

    depth: int
    item: Item
    continuation: Continuation | None
    repeated: bool = False


def refused(store: Store) -> set[tuple[URIRef, URIRef]]:
    """The pairs of a newer and an older item that somebody has refused to join."""
    return {(URIRef(str(newer)), URIRef(str(older))) for newer, older in store.select(_PREFIXES + _REFUSED).rows}


def continuations(store: Store) -> tuple[Continuation, ...]:
    """Every continuation of a dataset, in order."""
    found: dict[tuple[URIRef, URIRef], Continuation] = {}
    for newer, older, kind, basis, link in store.select(_PREFIXES + _LINKS).rows:
        one = Continuation(
            URIRef(str(newer)),
            URIRef(str(older)),
            str(kind).rsplit("/", 1)[-1] if kind is not None else "unstated",
            None if basis is None else URIRef(str(basis)),
            None if link is None else URIRef(str(link)),
        )
        # A pair that is said twice counts once: the one with the first link in order.
        known = found.get((one.newer, one.older))
        found[one.newer, one.older] = one if known is None else min(known, one, key=lambda c: (str(c.link), c.kind))
    return tuple(sorted(found.values(), key=lambda c: (c.newer, c.older)))


def changes(store: Store) -> tuple[Change, ...]:
    """What the plans of a dataset present as new, in order."""
    labels: dict[tuple[URIRef, URIRef], dict[str, str]] = defaultdict(dict)
    activities: dict[tuple[URIRef, URIRef], set[URIRef]] = defaultdict(set)
    for change, plan, activity, label in store.select(_PREFIXES + _CHANGES).rows:
        key = (URIRef(str(change)), URIRef(str(plan)))
        activities[key] |= {URIRef(str(activity))} if activity is not None else set()
        if label is not None:
            labels[key][getattr(label, "language", None) or ""] = str(label)
    return tuple(Change(*key, labels[key], tuple(sorted(activities[key]))) for key in sorted(activities))


def plan_of(graph: TraceGraph, key: str) -> Plan:
    """The plan of a key. Errors: UnknownItem."""
    for plan in graph.plans.values():
        if key in (plan.key, str(plan.iri)):
            return plan
    known = ", ".join(sorted(plan.key for plan in graph.plans.values()))
    raise UnknownItem(f"no plan {key!r}", remedy=f"one of: {known}")


def compare(
    graph: TraceGraph, links: Iterable[Continuation], announcements: Iterable[Change], old: Plan, new: Plan
) -> Comparison:
    """What became of each item between two plans. Links between other plans do not count."""
    olds, news = (_items(graph, plan) for plan in (old, new))
    inside = [link for link in links if link.newer in news and link.older in olds]
    onward = [link for link in inside if link.kind != TOPIC]
    sources, heirs = _by(onward, "newer"), _by(onward, "older")
    topical, topics = _by([link for link in inside if link.kind == TOPIC], "newer"), defaultdict(list)
    for link in inside:
        if link.kind == TOPIC:
            topics[link.older].append(link)
    fates: list[Fate] = []
    for iri, item in news.items():
        fates += [Fate(_kind(link), olds[link.older], item, link) for link in sources.get(iri, ())]
        if iri not in sources:
            fates.append(Fate("new", None, item, related=tuple(olds[link.older] for link in topical.get(iri, ()))))
    for iri, item in olds.items():
        if iri not in heirs:
            fates.append(Fate("dropped", item, None, related=tuple(news[link.newer] for link in topics.get(iri, ()))))
    announced = tuple(
        Announced(
            change,
            news[iri],
            tuple(olds[link.older] for link in sources.get(iri, ())),
            tuple(olds[link.older] for link in topical.get(iri, ())),
        )
        for change in announcements
        if change.plan == new.iri
        for iri in change.activities
        if iri in news
    )
    said = {one.activity.iri for one in announced}
    unannounced = tuple(item for iri, item in news.items() if iri not in sources and iri not in said)
    return Comparison(old, new, tuple(fates), announced, unannounced, tuple(_doubts(onward, sources, heirs, graph)))


def lineage(graph: TraceGraph, links: Iterable[Continuation], item: Item, way: Way) -> tuple[Step, ...]:
    """The items that an item carries on (``older``) or that carry it on (``newer``), over any number of plans.

    Shape: depth first, the item itself first; an item met before is marked and not followed again.
    """
    at = "newer" if way == "older" else "older"
    following = _by(links, at)
    steps, seen = [], set()
    ahead: list[tuple[int, Item, Continuation | None]] = [(0, item, None)]
    while ahead:
        depth, one, link = ahead.pop()
        repeated = one.iri in seen
        seen.add(one.iri)
        steps.append(Step(depth, one, link, repeated))
        if repeated:
            continue
        for onward in reversed(following.get(one.iri, ())):
            other = graph.items.get(onward.older if way == "older" else onward.newer)
            if other is not None:
                ahead.append((depth + 1, other, onward))
    return tuple(steps)


def _items(graph: TraceGraph, plan: Plan) -> dict[URIRef, Item]:
    inside = (item for item in graph.items.values() if item.plan == plan.iri)
    return {item.iri: item for item in sorted(inside, key=lambda item: item.order)}


def _by(links: Iterable[Continuation], end: str) -> dict[URIRef, list[Continuation]]:
    found: dict[URIRef, list[Continuation]] = defaultdict(list)
    for link in links:
        found[link.newer if end == "newer" else link.older].append(link)
    return dict(found)


def _kind(link: Continuation) -> Kind:
    known: dict[str, Kind] = {kind: kind for kind in KINDS if kind not in ("new", "dropped")}
    return known.get(link.kind, "unstated")


def _doubts(
    links: Iterable[Continuation],
    sources: Mapping[URIRef, list[Continuation]],
    heirs: Mapping[URIRef, list[Continuation]],
    graph: TraceGraph,
) -> Iterable[tuple[Doubt, Continuation]]:
    """The links whose kind does not fit the other links, or the words of their items."""
    for link in links:
        parts, wholes = heirs[link.older], sources[link.newer]
        if link.kind == "split" and len(parts) == 1:
            yield "split-of-one", link
        if link.kind == "merged" and len(wholes) == 1:
            yield "merged-of-one", link
        # An item may both be a part of one thing and a union of others: its link says one of them.
        if len(parts) > 1 and len(wholes) == 1 and link.kind in ("same", "reworded", "extended", "unstated"):
            yield "split-unsaid", link
        if len(wholes) > 1 and len(parts) == 1 and link.kind in ("same", "reworded", "narrowed", "unstated"):
            yield "merged-unsaid", link
        older, newer = graph.items[link.older].label, graph.items[link.newer].label
        if older.sv and newer.sv:
            before, after = _words(older.sv), _words(newer.sv)
            if link.kind == "reworded" and before == after:
                yield "reworded-same", link
            if link.kind == "same" and 2 * len({*before} & {*after}) < len({*before} | {*after}):
                yield "same-reworded", link


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()
