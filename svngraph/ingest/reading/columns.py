"""Pages set in two columns: the gutter between them, and the lines in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = list[dict[str, Any]]
_LEAST = 6  # lines that must stand on both sides of a gutter
_GUTTER = 8.0  # points that a gutter is wide at least


def in_reading_order(rows: Sequence[Row], width: float) -> list[Row]:
    """The lines of a page as they are read: down one column and then the next, between lines that cross both.

    Units: points.
    """
    gutter = _gutter(rows, width)
    if gutter is None:
        return list(rows)
    ordered: list[Row] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        first = [word for word in row if word["x1"] <= gutter]
        second = [word for word in row if word["x0"] >= gutter]
        if len(first) + len(second) < len(row) or _crosses(first, second):
            ordered += [*left, *right, row]
            left, right = [], []
        else:
            left += [first] if first else []
            right += [second] if second else []
    return [*ordered, *left, *right]


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
    both = sum(any(w["x1"] <= at for w in row) and any(w["x0"] >= at for w in row) for row in rows)
    return at if both >= _LEAST and both >= 0.4 * len(rows) else None


def _crosses(first: Row, second: Row) -> bool:
    """Whether two halves are one line: no more than a space is between them."""
    if not first or not second:
        return False
    gap = min(word["x0"] for word in second) - max(word["x1"] for word in first)
    return bool(gap < _GUTTER)
