"""Matrices: which items of one level trace to which of another, and whole chains across several levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.tracing.columns import Mask, Numbers, TraceColumns
from svngraph.tracing.items import Level
from svngraph.tracing.reach import closure

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Matrix:
    """Two levels against each other.

    Shape: ``rows`` and ``columns`` hold every item of their level, also those without a link; ``row``, ``column`` and
           ``weakness`` have an entry for each pair that some chain joins, in reading order: the places in ``rows`` and
           ``columns``, and the weakest link of the firmest chain.
    """

    row_level: Level
    column_level: Level
    rows: Numbers
    columns: Numbers
    row: Numbers
    column: Numbers
    weakness: Numbers

    @property
    def row_counts(self) -> Numbers:
        """How many columns each row is joined with."""
        return np.bincount(self.row, minlength=self.rows.size).astype(np.int32)

    @property
    def column_counts(self) -> Numbers:
        """How many rows each column is joined with."""
        return np.bincount(self.column, minlength=self.columns.size).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains across several levels: each row an item of each level, :data:`NOBODY` where the chain has none there.

    ``weakness`` is that of the weakest step of the row, 0 where it has none.
    """

    levels: tuple[Level, ...]
    rows: Numbers
    weakness: Numbers

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    @property
    def whole(self) -> Mask:
        """Which rows have an item on every level."""
        found: Mask = (self.rows != NOBODY).all(axis=1)
        return found


def matrix(
    columns: TraceColumns, rows: Level, cols: Level, plan: URIRef | None = None, weakest: int | None = None
) -> Matrix:
    """The matrix of two levels, whichever of them is the upper.

    With ``plan``, only its items where a level has any of it. ``weakest`` leaves out links that rest on less.

    Errors: UnknownLevel where no way leads from one level to the other.
    """
    if cols in columns.above(rows) - {rows}:
        lower, upper = rows, cols
    elif rows in columns.above(cols) - {cols}:
        lower, upper = cols, rows
    else:
        raise UnknownLevel(f"no way leads between {rows.key} and {cols.key}", remedy="name two levels of one chain")
    low, high = _of_plan(columns, lower, plan), _of_plan(columns, upper, plan)
    wanted = np.zeros(len(columns), np.bool_)
    wanted[high] = True
    firm = np.flatnonzero(columns.weakness <= weakest) if weakest is not None else slice(None)
    found = closure(columns.source[firm], columns.target[firm], columns.weakness[firm], len(columns), low, wanted)
    below: Numbers = np.searchsorted(low, found.start).astype(np.int32)
    above: Numbers = np.searchsorted(high, found.end).astype(np.int32)
    if lower == rows:
        return Matrix(rows, cols, low, high, *_sorted(below, above, found.weakness))
    return Matrix(rows, cols, high, low, *_sorted(above, below, found.weakness))


def _sorted(row: Numbers, column: Numbers, weakness: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    order = np.lexsort((column, row))
    return row[order], column[order], weakness[order]


def _of_plan(columns: TraceColumns, level: Level, plan: URIRef | None) -> Numbers:
    items = columns.at(level)
    if plan is None:
        return items
    place = next((number for number, known in enumerate(columns.plans) if known.iri == plan), len(columns.plans))
    own: Numbers = items[columns.plan[items] == place]
    return own if own.size else items


def chains(
    columns: TraceColumns, levels: Sequence[Level], plan: URIRef | None = None, weakest: int | None = None
) -> Chains:
    """Every chain across some levels, in reading order: nothing is left out.

    An item to which nothing on the next level is joined ends its row early, and one that is joined to nothing on the
    level before begins a row of its own: those are the gaps.

    Errors: UnknownLevel where two levels that stand side by side are not of one chain, or fewer than two are named.
    """
    if len(levels) < 2 or len(set(levels)) < len(levels):
        raise UnknownLevel("a matrix needs two levels or more, each once", remedy="name them: goal heading activity")
    pairs = [matrix(columns, one, other, plan, weakest) for one, other in pairwise(levels)]
    rows = pairs[0].rows.reshape(-1, 1)
    weak = np.zeros(rows.shape[0], np.int32)
    for pair in pairs:
        place = np.searchsorted(pair.rows, rows[:, -1])
        here = rows[:, -1] != NOBODY
        starts = np.searchsorted(pair.row, np.arange(pair.rows.size + 1))
        counts = np.where(here, np.diff(starts)[np.minimum(place, pair.rows.size - 1)] if pair.rows.size else 0, 0)
        kept = np.maximum(counts, 1)
        first = np.where(here & (counts > 0), starts[np.minimum(place, max(pair.rows.size - 1, 0))], 0)
        at = np.repeat(first - (np.cumsum(kept) - kept), kept) + np.arange(int(kept.sum()))
        joined = np.repeat(counts > 0, kept)
        ends = np.full(joined.size, NOBODY, np.int32)
        ends[joined] = pair.columns[pair.column[at[joined]]]
        weak = np.repeat(weak, kept)
        weak[joined] = np.maximum(weak[joined], pair.weakness[at[joined]])
        rows = np.column_stack((np.repeat(rows, kept, axis=0), ends))
        alone = np.flatnonzero(pair.column_counts == 0)
        extra = np.full((alone.size, rows.shape[1]), NOBODY, np.int32)
        extra[:, -1] = pair.columns[alone]
        rows, weak = np.concatenate((rows, extra)), np.concatenate((weak, np.zeros(alone.size, np.int32)))
    return Chains(tuple(levels), rows, weak)
