"""The trace graph read straight from a columnar snapshot, in columns and as records: the way in, for any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from rdflib import URIRef

from svngraph.columns import Snapshot
from svngraph.namespaces import SVN, Names
from svngraph.tracing.columns import LooseLink, Numbers, TraceColumns, keep
from svngraph.tracing.items import Item, Link, Party, TraceGraph
from svngraph.tracing.parts import ABSENT, Parts, parts_of


def read(snapshot: Snapshot, names: Names) -> TraceColumns:
    """The trace graph of a snapshot: the same as :func:`svngraph.tracing.graph.read` finds in a store."""
    return columns_from(parts_of(snapshot, names))


def graph_of(snapshot: Snapshot, names: Names) -> TraceGraph:
    """The trace graph of a snapshot as records, in reading order; it holds nothing of the snapshot itself."""
    parts = parts_of(snapshot, names)
    columns, words = columns_from(parts), parts.words
    everything = range(len(columns))
    iris, labels = columns.iris(everything), columns.labels(everything)
    homes = [*(plan.iri for plan in columns.plans), None]
    items = [
        Item(iri, words.key(iri), parts.levels[level], label, homes[plan], sequence)
        for iri, level, label, plan, sequence in zip(
            iris,
            columns.level.tolist(),
            labels,
            columns.plan.tolist(),
            (None if number == ABSENT else number for number in parts.items.sequence.tolist()),
            strict=True,
        )
    ]
    links = _links(parts, parts.row, [iris[n] for n in parts.source.tolist()], [iris[n] for n in parts.target.tolist()])
    sources, targets = words.texts(parts.told.source[parts.odd]), words.texts(parts.told.target[parts.odd])
    said = columns.said.tolist()
    graph = TraceGraph(
        parts.levels,
        parts.steps,
        {plan.iri: plan for plan in columns.plans},
        {item.iri: item for item in items},
        tuple(links),
        {iri: words.names_of(index) for iri, index in parts.relations.items()},
        parts.allowed,
        tuple(_links(parts, parts.odd, [URIRef(text) for text in sources], [URIRef(text) for text in targets])),
        {links[n]: said[n] for n in np.flatnonzero(columns.said > 1).tolist()},
        _parties(parts, iris, (SVN.assignedTo, SVN.involves)),
        _parties(parts, iris, (SVN.assignedTo,)),
    )
    own = replace(
        columns,
        iris=lambda numbers: [iris[number] for number in numbers],
        keys=lambda numbers: [items[number].key for number in numbers],
        labels=lambda numbers: [labels[number] for number in numbers],
    )
    keep(graph, own, items, links)
    return graph


def _links(parts: Parts, rows: Numbers, sources: list[URIRef], targets: list[URIRef]) -> list[Link]:
    """Some of the links that are told, as records."""
    told, relations = parts.told, list(parts.relations)
    evidence = parts.words.evidence(told, rows)
    bases = dict(enumerate(told.bases))
    return [
        Link(source, relations[word], target, bases.get(rank), evidence.get(row, ()))
        for source, word, target, rank, row in zip(
            sources, told.relation[rows].tolist(), targets, told.rank[rows].tolist(), rows.tolist(), strict=True
        )
    ]


def _parties(parts: Parts, iris: list[URIRef], words: Sequence[URIRef]) -> Mapping[URIRef, tuple[Party, ...]]:
    """The organisations of each item that some properties name any for, in the order of their IRIs."""
    item, party, known = parts.words.parties(parts.items.term, words)
    number = dict(zip(parts.items.term.tolist(), iris, strict=True))
    found: dict[URIRef, list[Party]] = {}
    for one, other in zip(item.tolist(), party.tolist(), strict=True):
        found.setdefault(number[one], []).append(known[other])
    return {iri: tuple(sorted(set(several), key=lambda one: str(one.iri))) for iri, several in found.items()}


def columns_from(parts: Parts) -> TraceColumns:
    """The columns of a trace graph from its parts."""
    items, told, words, row = parts.items, parts.told, parts.words, parts.row
    homes = np.full(words.size, ABSENT, np.int32)
    homes[items.plan_terms] = np.arange(items.plan_terms.size)
    return TraceColumns(
        parts.levels,
        parts.steps,
        words.plans(items.plan_terms),
        tuple(parts.relations),
        parts.allowed,
        items.level,
        np.where(items.plan == ABSENT, ABSENT, homes[items.plan]).astype(np.int32),
        items.name,
        parts.source,
        parts.target,
        told.relation[row],
        told.weakness[row],
        told.said[row],
        _loose(parts),
        lambda numbers: [URIRef(text) for text in words.texts(items.term[list(numbers)])],
        lambda numbers: [words.key(text) for text in words.texts(items.term[list(numbers)])],
        lambda numbers: words.labels(items.term[list(numbers)]),
    )


def _loose(parts: Parts) -> tuple[LooseLink, ...]:
    told, odd, relations = parts.told, parts.odd, list(parts.relations)
    sources, targets = parts.words.texts(told.source[odd]), parts.words.texts(told.target[odd])
    found = [
        LooseLink(URIRef(source), relations[word], URIRef(target), URIRef(source if at else target))
        for source, word, target, at in zip(
            sources, told.relation[odd].tolist(), targets, parts.at_source.tolist(), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda link: (link.source, link.relation, link.target)))
