"""Datasets as sets of quads in which blank nodes have names that follow from what is said of them.

Canonical labels (RDFC-1.0) number the blank nodes of a whole dataset, so that one more of them renames the others. Here
each group of blank nodes that hang together is labelled by itself, from the digest of its canonical form: what has not
changed keeps its label, whatever happens elsewhere, and the order and the labels of a file never make a difference.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from svngraph.errors import InputError
from svngraph.store.embedded import canonical

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph name as N-Quads writes them; the graph name is empty for the default graph."""

_TERM = r'(<[^<>]*>|_:[^\s<>"]+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^<>]*>)?)'
_LINE = re.compile(rf"{_TERM} {_TERM} {_TERM}(?: {_TERM})? \.\Z")
_LABEL = re.compile(r"_:c14n\d+")
_SHOWN = 80


@dataclass(frozen=True)
class QuadDifference:
    """What turns one set of quads into another: what goes, and what comes."""

    removed: frozenset[Quad]
    added: frozenset[Quad]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def applied(self, quads: frozenset[Quad]) -> frozenset[Quad]:
        """The quads after the change."""
        return (quads - self.removed) | self.added

    def patch(self) -> str:
        """The change as lines: ``D`` and a quad for each that goes, then ``A`` for each that comes.

        Source: https://afs.github.io/rdf-patch/
        """
        gone, come = ([line(quad) for quad in sorted(quads)] for quads in (self.removed, self.added))
        return "".join([*(f"D {text}\n" for text in gone), *(f"A {text}\n" for text in come)])


def difference(old: frozenset[Quad], new: frozenset[Quad]) -> QuadDifference:
    """What turns the old quads into the new ones; empty for the same dataset."""
    return QuadDifference(old - new, new - old)


def line(quad: Quad) -> str:
    """A quad as a line of N-Quads."""
    return " ".join((*filter(None, quad), "."))


def quads(nquads: bytes, without: Collection[str] = ()) -> frozenset[Quad]:
    """The quads of an N-Quads text, blank nodes with labels of their own, without those of some named graphs.

    Errors: InputError for what this vocabulary does not have, such as triple terms.
    """
    # What is left out may be most of a dataset, and is known by how its line ends. A triple of the default graph that
    # ends so leads to the graph's name: three terms without a space in them, and so three spaces.
    left_out = tuple(f" <{graph}> ." for graph in without)
    ground: set[Quad] = set()
    blank: list[Quad] = []
    # Not str.splitlines: a literal may hold signs that it takes for the end of a line.
    for text in nquads.decode().split("\n"):
        if not text or (text.endswith(left_out) and text.count(" ") > 3):
            continue
        quad = _parsed(text)
        if any(term.startswith("_:") for term in quad):
            blank.append(quad)
        else:
            ground.add(quad)
    return frozenset(ground.union(_labelled(blank)))


def _parsed(text: str) -> Quad:
    found = _LINE.match(text)
    if found is None:
        raise InputError(f"not a quad that can be compared: {text[:_SHOWN]}", remedy="triple terms are not supported")
    subject, predicate, value, graph = found.groups()
    return subject, predicate, value, graph or ""


def _labelled(blank: list[Quad]) -> Iterator[Quad]:
    """The quads with blank nodes, under labels that follow from what hangs together."""
    seen: Counter[str] = Counter()
    for group in _groups(blank):
        name, labelled = _canonical(group)
        seen[name] += 1
        # Two groups that say the same of the same things are told apart by their number alone.
        twin = f"x{seen[name]}" if seen[name] > 1 else ""
        for quad in labelled:
            yield tuple(_relabelled(term, name + twin) for term in quad)  # type: ignore[misc] # four terms, as before


def _relabelled(term: str, name: str) -> str:
    return f"_:b{name}n{term.removeprefix('_:c14n')}" if _LABEL.fullmatch(term) else term


def _canonical(group: list[Quad]) -> tuple[str, list[Quad]]:
    """A group of blank nodes in canonical form, and the beginning of its digest."""
    labels = {term for quad in group for term in quad if term.startswith("_:")}
    if len(labels) == 1:  # the usual case, for which there is nothing to search
        [label] = labels
        lines = sorted({tuple("_:c14n0" if term == label else term for term in quad) for quad in group})
        octets = "\n".join(map(line, lines)).encode()  # type: ignore[arg-type] # four terms, as before
        # The lines are those of the quads just written.
        return hashlib.sha256(octets).hexdigest()[:16], lines  # type: ignore[return-value]
    octets = canonical("".join(f"{line(quad)}\n" for quad in group).encode())
    parsed = [_parsed(text) for text in octets.decode().split("\n") if text]
    return hashlib.sha256(octets).hexdigest()[:16], parsed


def _groups(blank: Iterable[Quad]) -> list[list[Quad]]:
    """The quads by which of their blank nodes hang together."""
    leader: dict[str, str] = {}

    def lead(label: str) -> str:
        while leader.setdefault(label, label) != label:
            leader[label] = leader[leader[label]]
            label = leader[label]
        return label

    found = list(blank)
    for quad in found:
        labels = [term for term in quad if term.startswith("_:")]
        for other in labels[1:]:
            leader[lead(other)] = lead(labels[0])
    groups: dict[str, list[Quad]] = defaultdict(list)
    for quad in found:
        groups[lead(next(term for term in quad if term.startswith("_:")))].append(quad)
    return list(groups.values())
