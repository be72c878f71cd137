"""Columns from numbered rows: sorting, merging the graphs, and small edits to a sorted column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svngraph.columns.sets import EMPTY, Ids, Pairs, packed, unpacked

Counts = npt.NDArray[np.int32]
Columns = dict[int, "Column"]
Rows = tuple[Ids, Ids]
"""Subjects and objects row by row, in any order, a pair as often as it stands in a graph."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One predicate's pairs in one direction, and in how many graphs each stands (None: in one)."""

    pairs: Pairs
    copies: Counts | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    def reversed(self) -> Column:
        """The same column sorted the other way round."""
        keys = packed(self.pairs.right, self.pairs.left)
        if self.copies is None:
            return Column(unpacked(np.sort(keys)))
        order = np.argsort(keys, kind="stable")
        return Column(unpacked(keys[order]), self.copies[order])


def columns_of(blocks: list[Ids], default_graph: int) -> Columns:
    """The columns of rows of ids, three or four to a row; the fourth is the graph, which is merged away."""
    rows = [block for block in blocks if len(block)]
    if not rows:
        return {}
    several = any(block.shape[1] == 4 and bool((block[:, 3] != block[0, 3]).any()) for block in rows)
    several = several or len({_graph(block, default_graph) for block in rows}) > 1
    subjects, predicates, objects = (np.concatenate([block[:, place] for block in rows]) for place in range(3))
    graphs = _graphs(rows, default_graph) if several else None
    order = np.argsort(predicates, kind="stable")
    predicates = predicates[order]
    keys = packed(subjects, objects)[order]
    if graphs is not None:
        graphs = graphs[order]
    edges = np.flatnonzero(np.concatenate(([True], predicates[1:] != predicates[:-1]))).tolist()
    spans = zip(edges, [*edges[1:], len(predicates)], strict=True)
    return {
        int(predicates[start]): _column(keys[start:end], None if graphs is None else graphs[start:end])
        for start, end in spans
    }


def _graph(block: Ids, default_graph: int) -> int:
    return int(block[0, 3]) if block.shape[1] == 4 else default_graph


def _graphs(rows: list[Ids], default_graph: int) -> Ids:
    return np.concatenate(
        [block[:, 3] if block.shape[1] == 4 else np.full(len(block), default_graph, np.int32) for block in rows]
    )


def _column(keys: npt.NDArray[np.int64], graphs: Ids | None) -> Column:
    if graphs is None:
        ordered = np.sort(keys)
        first = _firsts(ordered)
        return Column(unpacked(ordered if first.all() else ordered[first]))
    order = np.lexsort((graphs, keys))
    ordered, graphs = keys[order], graphs[order]
    first = _firsts(ordered)
    # The same triple twice in one graph is one triple; in two graphs it is two quads.
    distinct = first | np.concatenate(([True], graphs[1:] != graphs[:-1]))
    ordered, first = ordered[distinct], first[distinct]
    places = np.flatnonzero(first)
    copies = np.diff(np.append(places, len(ordered))).astype(np.int32)
    return Column(unpacked(ordered[places]), copies if bool((copies > 1).any()) else None)


def _firsts(ordered: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.concatenate(([True], ordered[1:] != ordered[:-1]))


def edited_column(column: Column, added: Rows, removed: Rows) -> Column:
    """The column after some pairs came and some went; the work is one copy of the column."""
    keys, copies = packed(*column.pairs), column.copies
    if added[0].size:
        keys, copies = _inserted(keys, copies, packed(*added))
    if removed[0].size:
        keys, copies = _deleted(keys, copies, packed(*removed))
    return Column(unpacked(keys) if len(keys) else EMPTY, copies)


def _inserted(
    keys: npt.NDArray[np.int64], copies: Counts | None, added: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Counts | None]:
    added, extra = np.unique(added, return_counts=True)
    places = np.searchsorted(keys, added)
    known = np.zeros(len(added), np.bool_)
    if len(keys):
        known = keys[np.minimum(places, len(keys) - 1)] == added
    if copies is None and (known.any() or (extra > 1).any()):
        copies = np.ones(len(keys), np.int32)
    if copies is not None:
        copies = copies.copy()
        copies[places[known]] += extra[known].astype(np.int32)
        copies = np.insert(copies, places[~known], extra[~known].astype(np.int32))
    return np.insert(keys, places[~known], added[~known]), copies


def _deleted(
    keys: npt.NDArray[np.int64], copies: Counts | None, removed: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Counts | None]:
    if not len(keys):
        return keys, copies
    removed, times = np.unique(removed, return_counts=True)
    places = np.searchsorted(keys, removed)
    known = keys[np.minimum(places, len(keys) - 1)] == removed
    places, times = places[known], times[known].astype(np.int32)
    if copies is None:
        return np.delete(keys, places), None
    copies = copies.copy()
    copies[places] -= times
    gone = places[copies[places] <= 0]
    return np.delete(keys, gone), np.delete(copies, gone)
