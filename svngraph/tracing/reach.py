"""Reachability over numbered items: spreading, closures with their weakest link, circles, dominators; each linear.

Every function works a frontier at a time, so that its cost is that of the links it crosses and not of Python's loops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

UNREACHED = -2
START = -1


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The links that leave each item: ``links`` from ``starts[item]`` up to ``starts[item + 1]``, and where they go."""

    starts: Places
    links: Numbers
    ends: Numbers

    def leaving(self, items: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The links that leave some items, in their order: the item, the link, and its end."""
        start = self.starts[items]
        counts = self.starts[items + 1] - start
        total = int(counts.sum())
        if not total:
            return _NONE, _NONE, _NONE
        places = np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(total)
        return np.repeat(items, counts), self.links[places], self.ends[places]


_NONE: Numbers = np.empty(0, np.int32)


def adjacency(froms: Numbers, ends: Numbers, size: int, usable: Mask | None = None) -> Adjacency:
    """The links of ``size`` items by the side that they leave; all, or the usable ones."""
    links = np.arange(froms.size, dtype=np.int32) if usable is None else np.flatnonzero(usable).astype(np.int32)
    order = links[np.lexsort((ends[links], froms[links]))]
    counts = np.bincount(froms[order], minlength=size) if order.size else np.zeros(size, np.int64)
    return Adjacency(np.concatenate(([0], np.cumsum(counts))), order, ends[order])


def spread(ways: Adjacency, ends: Numbers, size: int) -> Numbers:
    """For every item, how it is reached from some ends by the fewest links.

    Shape: the number of the link by which it was met first; START for an end itself, UNREACHED where no way leads.
    """
    first: Numbers = np.full(size, UNREACHED, np.int32)
    first[ends] = START
    frontier = np.unique(ends).astype(np.int32)
    while frontier.size:
        _, links, reached = ways.leaving(frontier)
        new = first[reached] == UNREACHED
        frontier, where = np.unique(reached[new], return_index=True)
        first[frontier] = links[new][where]
    return first


@dataclass(frozen=True, eq=False)
class Closure:
    """Which item each start leads to, and by the firmest way: rows of start, end and the weakness of that way."""

    start: Numbers
    end: Numbers
    weakness: Numbers

    def __len__(self) -> int:
        return int(self.start.size)


def closure(froms: Numbers, ends: Numbers, weakness: Numbers, size: int, starts: Numbers, wanted: Mask) -> Closure:
    """Every wanted item that each start leads to, ordered by start and end; the start itself is none of them.

    The way whose weakest link is firmest counts. Each start's own set of ends is followed, so the cost is that of the
    pairs passed through and not of the ways between them.
    """
    known: npt.NDArray[np.int64] = np.empty(0, np.int64)
    rank: npt.NDArray[np.int8] = np.empty(0, np.int8)
    for level in sorted(set(np.unique(weakness).tolist())):
        ways = adjacency(froms, ends, size, weakness <= level)
        pairs = _pairs(ways, starts, size)
        new = pairs[~np.isin(pairs, known, assume_unique=True)] if known.size else pairs
        known = np.concatenate((known, new))
        rank = np.concatenate((rank, np.full(new.size, level, np.int8)))
    order = np.argsort(known, kind="stable")
    known, rank = known[order], rank[order]
    start, end = (known // size).astype(np.int32), (known % size).astype(np.int32)
    kept = wanted[end] & (start != end)
    return Closure(start[kept], end[kept], rank[kept].astype(np.int32))


def _pairs(ways: Adjacency, starts: Numbers, size: int) -> npt.NDArray[np.int64]:
    """The sorted pairs (start, end) with a way from one to the other, packed as start * size + end."""
    known = np.sort(starts.astype(np.int64) * size + starts)
    frontier = known
    while frontier.size:
        origin = frontier // size
        at = (frontier % size).astype(np.int32)
        counts = ways.starts[at + 1] - ways.starts[at]
        _, _, reached = ways.leaving(at)
        found = np.unique(np.repeat(origin, counts) * size + reached)
        places = np.minimum(np.searchsorted(known, found), known.size - 1)
        frontier = found[known[places] != found]
        known = np.sort(np.concatenate((known, frontier)), kind="stable")
    return known


def circular(source: Numbers, target: Numbers, size: int) -> Mask:
    """Which items may stand in a circle: those left when what leads to no more, or is led to by none, is peeled off."""
    left = np.ones(size, np.bool_)
    for froms, ends in ((source, target), (target, source)):
        ways = adjacency(ends, froms, size)
        degree = np.bincount(froms[left[froms] & left[ends]], minlength=size)
        frontier = np.flatnonzero(left & (degree == 0)).astype(np.int32)
        while frontier.size:
            left[frontier] = False
            _, _, freed = ways.leaving(frontier)
            freed = freed[left[freed]]
            np.subtract.at(degree, freed, 1)
            freed = np.unique(freed)
            frontier = freed[degree[freed] == 0].astype(np.int32)
    return left


def depths(ways: Adjacency, arriving: Numbers, roots: Numbers, size: int) -> Numbers:
    """The longest way to each item from the roots, in links; UNREACHED where none leads. There must be no circle.

    ``arriving``: how many links of reached items lead to each item.
    """
    depth: Numbers = np.full(size, UNREACHED, np.int32)
    left = arriving.copy()
    frontier, at = np.unique(roots).astype(np.int32), 0
    while frontier.size:
        depth[frontier] = at
        _, _, reached = ways.leaving(frontier)
        np.subtract.at(left, reached, 1)
        reached = np.unique(reached)
        frontier, at = reached[left[reached] == 0].astype(np.int32), at + 1
    return depth


def dominators(froms: Numbers, ends: Numbers, roots: Numbers, size: int, weight: Numbers) -> tuple[Numbers, Numbers]:
    """The immediate dominator of each item, and the weight of what each dominates, itself included. No circle is left.

    Shape:  the dominator is ``size`` where only the roots' common start is (and for the roots), UNREACHED where no way
            leads from a root.
    Source: an item's immediate dominator is the nearest common one of those it is reached from (Cooper, Harvey and
            Kennedy 2001); without circles one pass in the order of the longest ways settles it.
    """
    is_root = np.zeros(size, np.bool_)
    is_root[roots] = True
    met = spread(adjacency(froms, ends, size), roots, size) != UNREACHED
    # A root needs no way to it: links that lead to one bring nothing, and would make it wait for what lies below it.
    usable = met[froms] & ~is_root[ends]
    ways = adjacency(froms, ends, size, usable)
    back = adjacency(ends, froms, size, usable)
    longest = depths(ways, np.bincount(ends[usable], minlength=size).astype(np.int32), roots, size)
    dominator: Numbers = np.full(size + 1, UNREACHED, np.int32)
    height: Numbers = np.zeros(size + 1, np.int32)
    dominator[size] = size
    dominator[roots], height[roots] = size, 1
    order = np.argsort(longest, kind="stable")
    bounds = np.searchsorted(longest[order], np.arange(1, int(longest.max(initial=0)) + 2))
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        layer = order[start:end].astype(np.int32)
        dominator[layer] = _common(dominator, height, back, layer)
        height[layer] = height[dominator[layer]] + 1
    return dominator[:size], _subtrees(dominator[:size], height[:size], weight)


def _common(dominator: Numbers, height: Numbers, back: Adjacency, layer: Numbers) -> Numbers:
    """The nearest common dominator of the items from which each item of a layer is reached."""
    start, counts = back.starts[layer], back.starts[layer + 1] - back.starts[layer]
    found = back.ends[start].copy()
    for more in range(1, int(counts.max(initial=0))):
        having = np.flatnonzero(counts > more)
        one, other = found[having], back.ends[start[having] + more].copy()
        while (apart := one != other).any():
            high = apart & (height[one] >= height[other])
            low = apart & (height[other] >= height[one])
            one, other = np.where(high, dominator[one], one), np.where(low, dominator[other], other)
        found[having] = one
    return found


def _subtrees(dominator: Numbers, height: Numbers, weight: Numbers) -> Numbers:
    sizes = weight.copy()
    sizes[dominator == UNREACHED] = 0
    for at in range(int(height.max(initial=0)), 1, -1):
        layer = np.flatnonzero((height == at) & (dominator != UNREACHED))
        np.add.at(sizes, dominator[layer], sizes[layer])
    return sizes
