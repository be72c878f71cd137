"""What everything of a snapshot is called, which classes it has, and by which texts it is found; linear in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from rdflib import RDF, RDFS, SH, SKOS, URIRef

from svngraph.columns.paths import OneOrMore, Predicate, follow
from svngraph.columns.sets import Ids
from svngraph.columns.snapshot import Snapshot
from svngraph.columns.terms import Kind
from svngraph.labels import Label
from svngraph.namespaces import SVN

_NAMED = (SKOS.prefLabel, RDFS.label, SH.name)
_FOUND = (SKOS.prefLabel, SKOS.altLabel, URIRef("http://purl.org/dc/terms/identifier"), SVN.summary)


def labels(snapshot: Snapshot) -> Mapping[str, Label]:
    """The name of everything that has one, by IRI."""
    found: dict[str, Label] = {}
    for predicate in _NAMED:
        pairs = snapshot.column(predicate).pairs
        for thing, language, text in zip(
            _texts(snapshot, pairs.left), _languages(snapshot, pairs.right), _texts(snapshot, pairs.right), strict=True
        ):
            known = found.get(thing)
            found[thing] = (Label() if known is None else known).with_text(language or "sv", text)
    return found


def types(snapshot: Snapshot) -> Mapping[str, tuple[URIRef, ...]]:
    """The classes of each thing without those that follow from another of them."""
    above: dict[int, set[int]] = {}
    for one, other in zip(
        *follow(snapshot, OneOrMore(Predicate(RDFS.subClassOf)), snapshot.subjects(RDFS.subClassOf)), strict=True
    ):
        if one != other:
            above.setdefault(int(one), set()).add(int(other))
    pairs = snapshot.column(RDF.type).pairs
    kept = snapshot.terms.of_kind(pairs.left, Kind.IRI)
    things, classes = pairs.left[kept], pairs.right[kept]
    starts = np.flatnonzero(np.concatenate(([True], things[1:] != things[:-1]))) if things.size else things
    ends = [*starts[1:].tolist(), things.size] if things.size else []
    listed, known, found = classes.tolist(), dict[tuple[int, ...], tuple[URIRef, ...]](), {}
    for thing, start, end in zip(_texts(snapshot, things[starts]), starts.tolist(), ends, strict=True):
        kinds = tuple(listed[start:end])
        if kinds not in known:
            least = set(kinds).difference(*(above.get(kind, ()) for kind in kinds))
            known[kinds] = tuple(sorted(URIRef(str(snapshot.term(kind))) for kind in least))
        found[thing] = known[kinds]
    return found


def searched(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The texts by which things are found, each with its thing: names, other names, keys, summaries and wordings."""
    for predicate in _FOUND:
        yield from _said(snapshot, *_columns(snapshot, predicate))
    things, wordings = _columns(snapshot, SVN.wording)
    texts = snapshot.column(SVN.text).pairs
    start = np.searchsorted(texts.left, wordings, "left")
    has = (start < texts.left.size) & (texts.left[np.minimum(start, max(texts.left.size - 1, 0))] == wordings)
    yield from _said(snapshot, things[has], texts.right[start[has]])


def joined(snapshot: Snapshot, predicate: URIRef) -> Iterator[tuple[str, str]]:
    """The pairs of things that a predicate joins, both by IRI."""
    things, others = _columns(snapshot, predicate)
    named = snapshot.terms.of_kind(things, Kind.IRI) & snapshot.terms.of_kind(others, Kind.IRI)
    return zip(_texts(snapshot, things[named]), _texts(snapshot, others[named]), strict=True)


def _columns(snapshot: Snapshot, predicate: URIRef) -> tuple[Ids, Ids]:
    pairs = snapshot.column(predicate).pairs
    return pairs.left, pairs.right


def _said(snapshot: Snapshot, things: Ids, texts: Ids) -> Iterable[tuple[str, str]]:
    named = snapshot.terms.of_kind(things, Kind.IRI)
    return zip(_texts(snapshot, things[named]), _texts(snapshot, texts[named]), strict=True)


def _texts(snapshot: Snapshot, terms: Ids) -> Iterator[str]:
    return snapshot.literals.lexicals(terms)


def _languages(snapshot: Snapshot, terms: Ids) -> Iterator[str]:
    codes = snapshot.literals.languages(terms)
    text_of = {code: snapshot.literals.text(code) for code in set(codes.tolist())}
    return map(text_of.__getitem__, codes.tolist())
