"""What lies around one item, asked of a store step by step: a chain costs what it is long, not what there is.

Works the same in a folder and behind an endpoint. Where a walk comes to more than a few thousand items, or to what no
query can name, the whole trace graph is the cheaper question, and :data:`None` says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from svngraph.columns import Snapshot
from svngraph.errors import QueryError
from svngraph.namespaces import KINDS, SVN, Names
from svngraph.sparql import literal
from svngraph.store import Store
from svngraph.tracing.asking import OF_ITEMS, OF_PLANS, ONTOLOGY, Words, everything, words_of
from svngraph.tracing.items import TraceGraph
from svngraph.tracing.naming import find, kind_and_key
from svngraph.tracing.snapshots import graph_of

_MOST, _AT_ONCE = 5_000, 100
# An engine that is given more terms at once may rather read a whole predicate than look each of them up.
_FEW = 4
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
_Triple = tuple[Node, Node, Node]


def around(
    store: Store, names: Names, name: str, ways: Collection[str], *, back: bool = False, depth: int | None = None
) -> TraceGraph | None:
    """The trace graph as far as it is reached from the item of a name.

    Shape:  ``ways`` holds ``up``, ``down`` or both, each followed for ``depth`` links, None for all; with ``back``,
            everything above what was found below is there too. None where the walk is too wide.
    Errors: UnknownItem where no item has the name, or several; QueryError, StoreError.
    """
    walk = _Walk(store)
    named = walk.named(name, names)
    if not named and named is not None:
        # What no name has as it is written is looked for in all of them, without its dots, and among the plans.
        named = [find(graph_of(everything(store), names), name, names).iri]
    if named is None or not walk.describe(named):
        return None
    start = find(graph_of(walk.snapshot(), names), name, names).iri
    found = {start}
    for way in ("down", "up"):
        if way in ways or (back and way == "up"):
            reached = walk.follow(found if back and way == "up" else {start}, way, depth)
            if reached is None:
                return None
            found |= reached
    return graph_of(walk.snapshot(), names) if walk.describe(found) else None


class _Walk:
    """A store asked for the neighbours of items, and the triples that it has answered with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words = words_of(store)
        self._triples: dict[_Triple, None] = {}
        self._described: set[URIRef] = set()

    def snapshot(self) -> Snapshot:
        """The triples that were met, with those of the ontology."""
        if not any(predicate == SVN.chainLevel for _, predicate, _ in self._triples):
            self._ask(*_ontology(self._words))
        return Snapshot.of_triples(self._triples)

    def named(self, name: str, names: Names) -> list[URIRef] | None:
        """The items that a name may mean: those that it names exactly, else those that have it in their names.

        None where the store cannot be asked for a name like that.
        """
        wanted = name.strip()
        kind, key = kind_and_key(wanted)
        kinds = [kind] if kind else sorted({*KINDS, *self._keys()})
        possible = [wanted, *(f"{names.base}id/{kind}/{key}" for kind in kinds)]
        exact = self._items(f"VALUES ?item {{ {_values(filter(_IRI.fullmatch, possible))} }}")
        if exact or not wanted:
            return exact
        has = f"CONTAINS(LCASE(STR(?label)), LCASE({literal(wanted)})) || STRENDS(STR(?item), {literal(f'/{key}')})"
        try:
            found = self._items(f"?item <{SKOS.prefLabel}> ?label . FILTER({has})")
        except QueryError:  # words that a store takes for something else than a text
            return None
        return found

    def _keys(self) -> list[str]:
        return [str(row[0]) for row in self._store.select(f"SELECT ?key {{ ?level <{SVN.chainKey}> ?key }}").rows]

    def _items(self, pattern: str, most: int = _MOST + 1) -> list[URIRef]:
        """The items of the chain for which a pattern holds."""
        where = f"{pattern} ?item a ?class . VALUES ?class {{ {_values(self._words.chain)} }}"
        query = f"SELECT DISTINCT ?item WHERE {{ {where} }} LIMIT {most}"
        return [row[0] for row in self._store.select(query).rows if isinstance(row[0], URIRef)]

    def follow(self, starts: Collection[URIRef], way: str, depth: int | None) -> set[URIRef] | None:
        """Everything that is reached from some items over trace links, them included; None where it is too much."""
        found, frontier, left = set(starts), set(starts), depth
        while frontier and left != 0:
            reached: set[URIRef] = set()
            for part in _parts(frontier):
                for end in self._neighbours(part, way):
                    if not isinstance(end, URIRef) or not _IRI.fullmatch(end):
                        return None
                    reached.add(end)
            frontier = reached - found
            found |= frontier
            if len(found) > _MOST:
                return None
            left = None if left is None else left - 1
        return found

    def _neighbours(self, items: Sequence[URIRef], way: str) -> Iterator[Node]:
        """The other ends of the links of some items; the links are remembered."""
        near, far, here = (SVN["from"], SVN.to, "?s") if way == "up" else (SVN.to, SVN["from"], "?o")
        words = _values(self._words.relations)
        bare = [f"VALUES {here} {{ {few} }} VALUES ?p {{ {words} }} ?s ?p ?o" for few in _few(items)]
        told = [f"VALUES ?end {{ {few} }} ?s <{near}> ?end ; ?p ?o" for few in _few(items)]
        rows = self._ask(*bare, *told)
        # What else is stated as a link, such as what an item continues, leads nowhere here.
        traced = {s for s, p, o in rows if p == SVN.relation and o in self._words.relations}
        for subject, predicate, value in rows:
            if predicate == far and subject in traced:
                yield value
            elif predicate in self._words.relations:
                yield value if way == "up" else subject

    def describe(self, items: Collection[URIRef]) -> bool:
        """Remember what some items are, and their plans and organisations; false where they are too many."""
        if len(items) > _MOST:
            return False
        fresh, others = set(items) - self._described, set()
        self._described |= fresh
        for part in _parts(fresh):
            facts = self._ask(*self._facts(part, OF_ITEMS))
            others |= {o for _, p, o in facts if p in _TO_OTHERS and isinstance(o, URIRef) and _IRI.fullmatch(o)}
        for part in _parts(others - self._described):
            self._ask(*self._facts(part, (*OF_PLANS, SKOS.prefLabel)))
        return True

    def _facts(self, subjects: Sequence[URIRef], predicates: Sequence[URIRef]) -> list[str]:
        words, kinds = _values(predicates), _values(self._words.classes)
        return [
            pattern
            for few in _few(subjects)
            for pattern in (
                f"VALUES ?s {{ {few} }} VALUES ?p {{ {words} }} ?s ?p ?o",
                f"VALUES ?s {{ {few} }} VALUES ?o {{ {kinds} }} ?s a ?o BIND(<{RDF.type}> AS ?p)",
            )
        ]

    def _ask(self, *patterns: str) -> list[_Triple]:
        where = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
        found = [row[:3] for row in self._store.select(f"SELECT ?s ?p ?o WHERE {{ {where} }}").rows]
        triples = [(s, p, o) for s, p, o in found if s is not None and p is not None and o is not None]
        self._triples.update(dict.fromkeys(triples))
        return triples


_TO_OTHERS = (SVN.inPlan, SVN.assignedTo, SVN.involves)


def _ontology(words: Words) -> list[str]:
    """Patterns for the triples of the ontology that a trace graph needs; of labels, those of its own words."""
    plain = [predicate for predicate in ONTOLOGY if predicate != RDFS.label]
    named = _values((*words.relations, *words.chain))
    return [
        *(f"?s <{predicate}> ?o BIND(<{predicate}> AS ?p)" for predicate in plain),
        f"VALUES ?s {{ {named} }} ?s <{RDFS.label}> ?o BIND(<{RDFS.label}> AS ?p)",
    ]


def _values(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _few(iris: Sequence[URIRef]) -> list[str]:
    return [_values(iris[start : start + _FEW]) for start in range(0, len(iris), _FEW)]


def _parts(iris: Collection[URIRef]) -> Iterator[list[URIRef]]:
    ordered = sorted(iris)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
