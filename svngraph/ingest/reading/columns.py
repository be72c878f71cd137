"""Pages set in two columns: the gutter between them, and the lines in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Word = dict[str, Any]
Row = list[Word]
_LEAST = 6  # lines that must stand on both sides of a gutter
_GUTTER = 8.0  # points that a gutter is wide at least


def rows_of(words: Sequence[Word]) -> list[Row]:
    """The words that stand on one line each, from the top."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda w: ((w["top"] + w["bottom"]) / 2, w["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if rows and abs(middle - _middle(rows[-1])) < 0.4 * (word["bottom"] - word["top"]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word["x0"]) for row in rows]


def _middle(row: Row) -> float:
    return float(sum(w["top"] + w["bottom"] for w in row)) / (2 * len(row))


def in_reading_order(rows: Sequence[Row], width: float) -> list[Row]:
    """The lines of a page as they are read: down one column and then the next, between lines that cross both.

    Units: points.
    """
    gutter = _gutter(rows, width)
    if gutter is None:
        return list(rows)
    ordered: list[Row] = []
    left: Row = []
    right: Row = []
    for row in rows:
        first = [word for word in row if word["x1"] <= gutter]
        second = [word for word in row if word["x0"] >= gutter]
        if len(first) + len(second) < len(row) or _crosses(first, second):
            ordered += [*rows_of(left), *rows_of(right), row]
            left, right = [], []
        else:
            left += first
            right += second
    # Lines of two columns need not stand at one height: each column is put into lines by itself.
    return [*ordered, *rows_of(left), *rows_of(right)]


def _gutter(rows: Sequence[Row], width: float) -> float | None:
    """Where the gutter is: the place near the middle that the fewest lines cross, if many stand on both its sides."""
    best: tuple[int, float, float] | None = None
    for step in range(35, 66):
        at = width * step / 100
        crossing = sum(any(w["x0"] < at + _GUTTER / 2 and w["x1"] > at - _GUTTER / 2 for w in row) for row in rows)
        candidate = (crossing, abs(step - 50), at)
        best = candidate if best is None or candidate < best else best
    if best is None or best[0] > 0.25 * len(rows):
        return None
    at = best[2]
    words = [word for row in rows for word in row]
    left, right = rows_of([w for w in words if w["x1"] <= at]), rows_of([w for w in words if w["x0"] >= at])
    if min(len(left), len(right)) < max(_LEAST, 0.2 * len(rows)):
        return None
    # Text beside text, and lines one close below the other: in a table without rules, or beside a list, they are not.
    both = min(left[-1][0]["top"], right[-1][0]["top"]) - max(left[0][0]["top"], right[0][0]["top"])
    whole = max(left[-1][0]["top"], right[-1][0]["top"]) - min(left[0][0]["top"], right[0][0]["top"])
    return at if both > 0.4 * whole and _close(left) and _close(right) else None


def _close(rows: Sequence[Row]) -> bool:
    """Whether most lines of a column stand right below another, as running text does."""
    near = sum(below[0]["top"] - above[0]["bottom"] < 0.9 * _height(below) for above, below in pairwise(rows))
    return bool(near >= 0.4 * (len(rows) - 1))


def _height(row: Row) -> float:
    return float(row[0]["bottom"] - row[0]["top"])


def _crosses(first: Row, second: Row) -> bool:
    """Whether two halves are one line: no more than a space is between them."""
    if not first or not second:
        return False
    gap = min(word["x0"] for word in second) - max(word["x1"] for word in first)
    return bool(gap < _GUTTER)
