"""RDFS entailment over columns: the triples that subclass, subproperty, domain and range declarations add.

Source: https://www.w3.org/TR/rdf11-mt/#rdfs-entailment (rules rdfs2, rdfs3, rdfs5, rdfs7, rdfs9, rdfs11; the rules that
only say that everything is a resource are left out, since no shape can tell).
"""

from __future__ import annotations

import numpy as np
from rdflib import URIRef
from rdflib.namespace import RDF, RDFS

from svngraph.columns.building import Column
from svngraph.columns.paths import OneOrMore, Predicate, follow
from svngraph.columns.sets import EMPTY, Ids, Pairs, join, pair_union, pairs_of, unique
from svngraph.columns.snapshot import Snapshot
from svngraph.columns.terms import Kind


def rdfs_closure(snapshot: Snapshot) -> Snapshot:
    """The snapshot with what RDFS entails added to it."""
    while True:
        size = len(snapshot)
        snapshot = _step(snapshot)
        if len(snapshot) == size:
            return snapshot


def _step(snapshot: Snapshot) -> Snapshot:
    columns = {name: column.pairs for name, column in snapshot.predicates().items()}

    def add(predicate: int, pairs: Pairs) -> None:
        if len(pairs):
            columns[predicate] = pair_union(columns.get(predicate, EMPTY), pairs)

    for word in (RDFS.subPropertyOf, RDFS.subClassOf):
        below = _closure(snapshot, word)
        if len(below):
            add(snapshot.terms.intern(word), below)
    over = _closure(snapshot, RDFS.subPropertyOf)
    for name, above in zip(over.left.tolist(), over.right.tolist(), strict=True):
        add(above, columns.get(name, EMPTY))
    types = snapshot.terms.intern(RDF.type)
    for word, backward in ((RDFS.domain, False), (RDFS.range, True)):
        declared = snapshot.column(word).pairs
        for name, cls in zip(declared.left.tolist(), declared.right.tolist(), strict=True):
            add(types, _typed(snapshot, columns.get(name, EMPTY), cls, backward=backward))
    add(types, join(columns.get(types, EMPTY), _closure(snapshot, RDFS.subClassOf), len(snapshot.terms)))
    return snapshot.with_columns({name: Column(pairs) for name, pairs in columns.items()})


def _closure(snapshot: Snapshot, word: URIRef) -> Pairs:
    return follow(snapshot, OneOrMore(Predicate(word)), snapshot.subjects(word))


def _typed(snapshot: Snapshot, pairs: Pairs, cls: int, *, backward: bool) -> Pairs:
    nodes: Ids = unique(pairs.right if backward else pairs.left)
    nodes = nodes[~snapshot.terms.of_kind(nodes, Kind.LITERAL)]
    return pairs_of(nodes, np.full(nodes.size, cls, np.int32))
