"""The order of many values at a time: those of one family are ranked once, and then only numbers are compared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from svngraph.columns.values import Value, compare

Places = npt.NDArray[np.int64]
# What :func:`orders` says of two values that cannot be ordered.
UNORDERED = 2
# Of these, all that are of one family and alike in their time zones have one exact order; floats are rounded to meet.
_EXACT = (int, Decimal, str)


def orders(values: Sequence[Value | None], left: Places, right: Places) -> npt.NDArray[np.int8]:
    """How the value at each place stands to the one at the other place of its row: -1, 0, 1, or 2 where unordered."""
    families: dict[tuple[str, bool], list[int]] = {}
    for place, value in enumerate(values):
        if value is not None and isinstance(value.magnitude, _EXACT):
            families.setdefault((value.family, value.zoned), []).append(place)
    family, rank = np.full(len(values), -1, np.int32), np.zeros(len(values), np.int64)
    for number, places in enumerate(families.values()):
        magnitudes = [value.magnitude for place in places if (value := values[place]) is not None]
        ranks = {magnitude: order for order, magnitude in enumerate(sorted(set(magnitudes)))}
        family[places], rank[places] = number, [ranks[magnitude] for magnitude in magnitudes]
    found: npt.NDArray[np.int8] = np.sign(rank[left] - rank[right]).astype(np.int8)
    alike = (family[left] >= 0) & (family[left] == family[right])
    for row in np.flatnonzero(~alike).tolist():
        order = compare(values[left[row]], values[right[row]])
        found[row] = UNORDERED if order is None else order
    return found
