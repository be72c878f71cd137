"""Property paths as set algebra over the columns of a snapshot.

Source: https://www.w3.org/TR/shacl/#property-paths, with the meaning of https://www.w3.org/TR/sparql11-query/#propertypaths
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from rdflib import URIRef

from svngraph.columns.sets import (
    EMPTY,
    Ids,
    Pairs,
    difference,
    in_keys,
    join,
    packed,
    pair_union,
    union,
    unique,
    unique_keys,
    unpacked,
)

if TYPE_CHECKING:
    from svngraph.columns.snapshot import Snapshot


@dataclass(frozen=True)
class Predicate:
    """One step along a predicate."""

    iri: URIRef


@dataclass(frozen=True)
class Inverse:
    """A path walked backwards."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """Paths one after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any one of several paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class ZeroOrMore:
    """A path repeated any number of times, none included."""

    path: Path


@dataclass(frozen=True)
class OneOrMore:
    """A path repeated at least once."""

    path: Path


@dataclass(frozen=True)
class ZeroOrOne:
    """A path, or staying where one is."""

    path: Path


Path = Predicate | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne


def reverse(path: Path) -> Path:
    """The path walked backwards, with every inversion pushed down to a single predicate."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return simplify(inner)
        case Sequence(paths):
            return Sequence(tuple(reverse(step) for step in reversed(paths)))
        case Alternative(paths):
            return Alternative(tuple(reverse(step) for step in paths))
        case ZeroOrMore(inner):
            return ZeroOrMore(reverse(inner))
        case OneOrMore(inner):
            return OneOrMore(reverse(inner))
        case ZeroOrOne(inner):
            return ZeroOrOne(reverse(inner))


def simplify(path: Path) -> Path:
    """The same path with inversions only on single predicates."""
    match path:
        case Inverse(Predicate()) | Predicate():
            return path
        case Inverse(inner):
            return reverse(inner)
        case Sequence(paths):
            return Sequence(tuple(simplify(step) for step in paths))
        case Alternative(paths):
            return Alternative(tuple(simplify(step) for step in paths))
        case ZeroOrMore(inner):
            return ZeroOrMore(simplify(inner))
        case OneOrMore(inner):
            return OneOrMore(simplify(inner))
        case ZeroOrOne(inner):
            return ZeroOrOne(simplify(inner))


def predicates_of(path: Path) -> Iterator[URIRef]:
    """Every predicate that the path steps along, either way."""
    match path:
        case Predicate(iri):
            yield iri
        case Sequence(paths) | Alternative(paths):
            for step in paths:
                yield from predicates_of(step)
        case Inverse(inner) | ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            yield from predicates_of(inner)


def path_text(path: Path) -> str:
    """The path in SPARQL's syntax, IRIs in full.

    >>> path_text(Sequence((Predicate(URIRef("a:b")), ZeroOrMore(Inverse(Predicate(URIRef("a:c")))))))
    '<a:b>/((^<a:c>)*)'
    """
    match path:
        case Predicate(iri):
            return iri.n3()
        case Inverse(inner):
            return f"^{_grouped(inner)}"
        case Sequence(paths):
            return "/".join(_grouped(step, Sequence) for step in paths)
        case Alternative(paths):
            return "|".join(_grouped(step) for step in paths)
        case ZeroOrMore(inner):
            return f"{_grouped(inner)}*"
        case OneOrMore(inner):
            return f"{_grouped(inner)}+"
        case ZeroOrOne(inner):
            return f"{_grouped(inner)}?"


def _grouped(path: Path, outer: type | None = None) -> str:
    bare = isinstance(path, Predicate) or (outer is Sequence and isinstance(path, Inverse))
    return path_text(path) if bare else f"({path_text(path)})"


def follow(snapshot: Snapshot, path: Path, starts: Ids) -> Pairs:
    """The relation from each start to everything the path leads to; ``starts`` is a set of ids.

    Shape:  sorted by start and then end, each pair once.
    """
    return _follow(snapshot, simplify(path), starts)


def _follow(snapshot: Snapshot, path: Path, starts: Ids) -> Pairs:
    if not starts.size:
        return EMPTY
    match path:
        case Predicate(iri):
            return snapshot.edges(iri, starts)
        case Inverse(Predicate(iri)):
            return snapshot.edges(iri, starts, backward=True)
        case Sequence(paths):
            return reduce(lambda reached, step: _extend(snapshot, reached, step), paths, Pairs(starts, starts))
        case Alternative(paths):
            return pair_union(*(_follow(snapshot, step, starts) for step in paths))
        case ZeroOrMore(inner):
            return _repeat(snapshot, inner, Pairs(starts, starts))
        case OneOrMore(inner):
            return _repeat(snapshot, inner, _follow(snapshot, inner, starts))
        case ZeroOrOne(inner):
            return pair_union(Pairs(starts, starts), _follow(snapshot, inner, starts))
    raise AssertionError(path)  # simplify leaves no other form


def _extend(snapshot: Snapshot, reached: Pairs, step: Path) -> Pairs:
    if reached.left is reached.right:
        return _follow(snapshot, step, reached.left)
    return join(reached, _follow(snapshot, step, unique(reached.right)), len(snapshot.terms))


def _repeat(snapshot: Snapshot, step: Path, first: Pairs) -> Pairs:
    """The closure of a relation under a step: the frontier loop, one join per depth, new pairs only."""
    # What is known, in parts of which each is less than half of the one before: a circle of thousands of nodes takes as
    # many rounds, and what a round finds must not be sorted together with all that is known.
    known = [unique_keys(packed(*first))]
    edges = _closure_edges(snapshot, step, unique(first.right))
    frontier = first
    while len(frontier):
        reached = packed(*join(frontier, edges, len(snapshot.terms)))
        for part in known:
            reached = reached[~in_keys(reached, part)]
        frontier = unpacked(reached)
        known.append(reached)
        while len(known) > 1 and known[-2].size <= 2 * known[-1].size:
            known[-2:] = [unique_keys(np.concatenate(known[-2:]))]
    return unpacked(unique_keys(np.concatenate(known)))


def _closure_edges(snapshot: Snapshot, step: Path, starts: Ids) -> Pairs:
    """The step as a relation on every node that repeating it from the starts can meet, each looked up once."""
    parts: list[Pairs] = []
    seen = frontier = starts
    while frontier.size:
        part = _follow(snapshot, step, frontier)
        parts.append(part)
        frontier = difference(unique(part.right), seen)
        seen = union(seen, frontier)
    return pair_union(*parts)
