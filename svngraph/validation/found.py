"""Violations and scopes as arrays: what one constraint finds, and the nodes it looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rdflib.term import Node

from svngraph.columns import Ids, Pairs, Snapshot
from svngraph.columns.sets import NONE, Mask, gather, ranges, unique
from svngraph.validation.prebound import Row

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Found:
    """Violations of one constraint, row by row: focus, value and path as ids; rows of queries carry more."""

    focus: Ids
    value: Ids | None = None
    path: Ids | None = None
    rows: tuple[Row, ...] | None = None

    def repeated(self, times: Counts) -> Found:
        """The same violations, each as often as its focus node was reached."""
        return self.chosen(np.repeat(np.arange(self.focus.size), times))

    def chosen(self, places: npt.NDArray[np.int64]) -> Found:
        """The violations at these places."""
        return Found(
            self.focus[places],
            None if self.value is None else self.value[places],
            None if self.path is None else self.path[places],
            None if self.rows is None else tuple(self.rows[place] for place in places.tolist()),
        )

    def joined(self, other: Found) -> Found:
        """These violations and then the other ones, of the same constraint."""
        return Found(
            np.concatenate([self.focus, other.focus]),
            None if self.value is None or other.value is None else np.concatenate([self.value, other.value]),
            None if self.path is None or other.path is None else np.concatenate([self.path, other.path]),
            None if self.rows is None or other.rows is None else self.rows + other.rows,
        )


NOTHING = Found(NONE)


class Foci(Collection[Node]):
    """A set of focus nodes as terms, of which only those are decoded that somebody reads."""

    def __init__(self, ids: Ids, snapshot: Snapshot) -> None:
        self._ids = ids
        self._snapshot = snapshot

    def __len__(self) -> int:
        return int(self._ids.size)

    def __iter__(self) -> Iterator[Node]:
        return map(self._snapshot.term, self._ids.tolist())

    def __contains__(self, term: object) -> bool:
        index = self._snapshot.id(term) if isinstance(term, Node) else None
        place = 0 if index is None else int(np.searchsorted(self._ids, index))
        return index is not None and place < len(self) and int(self._ids[place]) == index


@dataclass(eq=False)
class Scope:
    """The focus nodes of a shape and their value nodes."""

    foci: Ids
    pairs: Pairs

    @cached_property
    def values(self) -> Ids:
        """Every value node once."""
        return self.pairs.right if self.pairs.left is self.pairs.right else unique(self.pairs.right)


def reached(scope: Scope, times: Counts | None, size: int) -> Counts | None:
    """How often each value node is reached, or None where each is once."""
    if scope.pairs.left is scope.pairs.right:
        return times
    if times is None and scope.values.size == len(scope.pairs):
        return None
    weights = None if times is None else times[np.searchsorted(scope.foci, scope.pairs.left)]
    return np.bincount(scope.pairs.right, weights=weights, minlength=size)[scope.values].astype(np.int64)


def difference_of(scope: Scope, passing: Mask) -> Ids:
    """The values that do not pass."""
    bad: Ids = scope.values[~passing]
    return bad


def chosen_pairs(pairs: Pairs, mask: Mask) -> Found:
    """The pairs that a mask chooses, as violations."""
    return Found(pairs.left[mask], pairs.right[mask])


def owners(scope: Scope, edges: Pairs, size: int) -> Found:
    """The triples of value nodes as (focus, object): for a node shape the value is the focus itself."""
    if scope.pairs.left is scope.pairs.right:
        return Found(edges.left, edges.right)
    start, counts = ranges(edges.left, scope.pairs.right, size)
    return Found(np.repeat(scope.pairs.left, counts), gather(edges.right, start, counts))


def joined_ids(first: Ids | None, second: Ids | None) -> Ids:
    """Ids one after the other."""
    return np.concatenate([part for part in (first, second) if part is not None])
