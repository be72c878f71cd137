"""Where the characters of a text stand in the normalised text of a document, kept as runs and not one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import overload


class Positions(Sequence[int]):
    """The positions of some characters, in order: as many as there are runs of them count for memory.

    >>> found = Positions.of(range(5, 8)) + Positions.of([20, 21])
    >>> list(found), found[-1], list(found[2:4])
    ([5, 6, 7, 20, 21], 21, [7, 20])
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self, starts: tuple[int, ...] = (), ends: tuple[int, ...] = ()) -> None:
        # The position at which each run begins, and how many characters there are up to its end.
        self._starts, self._ends = starts, ends

    @classmethod
    def of(cls, places: Iterable[int]) -> Positions:
        """The positions that some numbers are."""
        if isinstance(places, Positions):
            return places
        if isinstance(places, range) and places.step == 1:
            return cls((places.start,), (len(places),)) if places else cls()
        starts: list[int] = []
        ends: list[int] = []
        count, expected = 0, None
        for place in places:
            if place != expected:
                if count:
                    ends.append(count)
                starts.append(place)
            count, expected = count + 1, place + 1
        return cls(tuple(starts), (*ends, count) if count else ())

    @classmethod
    def joined(cls, parts: Iterable[Positions]) -> Positions:
        """The positions of several texts, one after the other."""
        starts: list[int] = []
        ends: list[int] = []
        for part in parts:
            before = ends[-1] if ends else 0
            for start, end, length in part.runs():
                if starts and start == starts[-1] + ends[-1] - (ends[-2] if len(ends) > 1 else 0):
                    ends[-1] += length
                else:
                    starts.append(start)
                    ends.append(before + end)
        return cls(tuple(starts), tuple(ends))

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Each run: where it begins, how many characters there are up to its end, and how long it is."""
        before = 0
        for start, end in zip(self._starts, self._ends, strict=True):
            yield start, end, end - before
            before = end

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Positions: ...
    def __getitem__(self, at: int | slice) -> int | Positions:
        if isinstance(at, slice):
            return self._cut(*at.indices(len(self)))
        index = at + len(self) if at < 0 else at
        if not 0 <= index < len(self):
            raise IndexError(at)
        run = bisect_right(self._ends, index)
        return self._starts[run] + index - (self._ends[run - 1] if run else 0)

    def _cut(self, left: int, right: int, step: int) -> Positions:
        if step != 1:
            return Positions.of([self[at] for at in range(left, right, step)])
        starts: list[int] = []
        ends: list[int] = []
        for start, end, length in self.runs():
            first, last = max(left, end - length), min(right, end)
            if first < last:
                starts.append(start + first - (end - length))
                ends.append(last - left)
        return Positions(tuple(starts), tuple(ends))

    def __iter__(self) -> Iterator[int]:
        for start, _, length in self.runs():
            yield from range(start, start + length)

    def __add__(self, other: Positions) -> Positions:
        return Positions.joined((self, other))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Positions)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    def __hash__(self) -> int:
        return hash((len(self), self._starts[:1]))

    def __reduce__(self) -> tuple[type[Positions], tuple[tuple[int, ...], tuple[int, ...]]]:
        return Positions, (self._starts, self._ends)

    def __repr__(self) -> str:
        return f"Positions({list(self.runs())})"
