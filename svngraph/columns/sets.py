"""Sets of ids and sets of pairs of ids, as sorted arrays without duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64]

NONE: Ids = np.empty(0, np.int32)
# Below this share of the numbering, binary search touches less memory than a table over all ids.
_SPARSE = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A relation between ids, sorted by left and then right, without duplicates."""

    left: Ids
    right: Ids

    def __len__(self) -> int:
        return int(self.left.size)

    def __iter__(self) -> Iterator[Ids]:
        yield self.left
        yield self.right

    def swapped(self) -> Pairs:
        """The same pairs with their sides exchanged, sorted anew."""
        return unpacked(np.sort(packed(self.right, self.left)))


EMPTY = Pairs(NONE, NONE)


def ids_of(values: Iterable[int]) -> Ids:
    """The set of these ids."""
    return unique(np.fromiter(values, np.int32))


def unique(ids: Ids) -> Ids:
    """The ids sorted, each once."""
    if ids.size < 2:
        return ids
    ordered = np.sort(ids)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def contains(members: Ids, ids: Ids, size: int) -> Mask:
    """Which of ``ids`` (any order, repeats allowed) are in the set ``members``; ``size`` is the numbering's length."""
    if members.size == 0:
        return np.zeros(ids.size, np.bool_)
    if members.size == 1:
        same: Mask = np.equal(ids, members[0])
        return same
    if (members.size + ids.size) * _SPARSE < size:
        places = np.minimum(np.searchsorted(members, ids), members.size - 1)
        return np.equal(members[places], ids)
    table = np.zeros(size, np.bool_)
    table[members] = True
    found: Mask = table[ids]
    return found


def union(*sets: Ids) -> Ids:
    """The ids that are in any of the sets."""
    filled = [ids for ids in sets if ids.size]
    if len(filled) < 2:
        return filled[0] if filled else NONE
    return unique(np.concatenate(filled))


def difference(ids: Ids, without: Ids) -> Ids:
    """The ids of the first set that are not in the second."""
    if not ids.size or not without.size:
        return ids
    places = np.minimum(np.searchsorted(without, ids), without.size - 1)
    kept: Ids = ids[without[places] != ids]
    return kept


def intersection(ids: Ids, other: Ids) -> Ids:
    """The ids that are in both sets."""
    if not ids.size or not other.size:
        return NONE
    places = np.minimum(np.searchsorted(other, ids), other.size - 1)
    kept: Ids = ids[other[places] == ids]
    return kept


def packed(left: Ids, right: Ids) -> Keys:
    """Pairs as single integers that sort as the pairs do."""
    return (left.astype(np.int64) << 32) | right


def unpacked(keys: Keys) -> Pairs:
    """The relation of sorted distinct packed pairs."""
    return Pairs((keys >> 32).astype(np.int32), keys.astype(np.int32))


def unique_keys(keys: Keys) -> Keys:
    """Packed pairs sorted, each once."""
    if keys.size < 2:
        return keys
    ordered = np.sort(keys)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def pairs_of(left: Ids, right: Ids) -> Pairs:
    """The relation with these pairs, given in any order."""
    return unpacked(unique_keys(packed(left, right)))


def pair_union(*relations: Pairs) -> Pairs:
    """The pairs that are in any of the relations."""
    filled = [relation for relation in relations if len(relation)]
    if len(filled) < 2:
        return filled[0] if filled else EMPTY
    return unpacked(unique_keys(np.concatenate([packed(*relation) for relation in filled])))


def in_relation(pairs: Pairs, other: Pairs) -> Mask:
    """Which pairs are also in the other relation."""
    return in_keys(packed(*pairs), packed(*other))


def in_keys(keys: Keys, others: Keys) -> Mask:
    """Which packed pairs are among the other ones, which are sorted."""
    if not keys.size or not others.size:
        return np.zeros(keys.size, np.bool_)
    places = np.minimum(np.searchsorted(others, keys), others.size - 1)
    return np.equal(others[places], keys)


def ranges(left: Ids, keys: Ids, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each key's run starts in the sorted column ``left``, and how long it is."""
    if keys.size * _SPARSE < size or size == 0:
        start = np.searchsorted(left, keys, "left")
        return start, np.searchsorted(left, keys, "right") - start
    counts = np.bincount(left, minlength=size)
    starts = np.cumsum(counts) - counts
    return starts[keys], counts[keys]


def gather(column: Ids, start: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Ids:
    """The runs of a column, one after the other."""
    total = int(counts.sum())
    if total == 0:
        return NONE
    offsets = np.repeat(start - (np.cumsum(counts) - counts), counts)
    return column[offsets + np.arange(total)]


def join(first: Pairs, second: Pairs, size: int) -> Pairs:
    """The pairs (a, c) for which some b has (a, b) in the first relation and (b, c) in the second."""
    if not len(first) or not len(second):
        return EMPTY
    start, counts = ranges(second.left, first.right, size)
    return pairs_of(np.repeat(first.left, counts), gather(second.right, start, counts))


def counted(pairs: Pairs, ids: Ids, size: int) -> npt.NDArray[np.int64]:
    """How many pairs each id is the left of."""
    return ranges(pairs.left, ids, size)[1]
