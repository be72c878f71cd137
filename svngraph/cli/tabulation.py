"""Tables as lines of text: one line a row where there is room, else wrapped between words, else in two storeys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_GAP, _INDENT = 2, 4
# The most lines that rows may take on average before a table in two storeys reads better.
_TALLEST = 2.0
# Signs as wide as a letter; the width of any other is looked up.
_PLAIN = re.compile("[\x20-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f\u2713-\u2718]*")

Rows = Sequence[Sequence[str]]


def lines(heads: Sequence[str], rows: Rows, numeric: frozenset[int], room: int | None) -> Iterator[tuple[str, bool]]:
    """The lines of a table, each with whether it belongs to the head.

    Shape:  in ``room`` columns of a terminal, with a rule below the head; of any width and without a rule where it is
            None. A line has no spaces at its end.
    """
    natural = [max(map(width, cells)) for cells in zip(heads, *rows, strict=True)]
    if room is None or _wide(natural) <= room:
        yield from _storey(heads, rows, numeric, natural, ruled=room)
        return
    widths = _fitted(natural, _longest_words(heads, rows), room)
    if widths is not None and _height(rows, widths) <= _TALLEST:
        yield from _storey(heads, rows, numeric, widths, ruled=room)
        return
    below: list[int] = []
    above = list(range(len(heads)))
    while len(above) > 1 and _wide([natural[n] for n in above]) > room:
        widest = max(above, key=lambda n: natural[n])
        above.remove(widest)
        below.append(widest)
    yield from _storeys(heads, rows, numeric, (above, sorted(below)), natural, room)


def _storey(
    heads: Sequence[str], rows: Rows, numeric: frozenset[int], widths: Sequence[int], *, ruled: int | None
) -> Iterator[tuple[str, bool]]:
    for line in _lines_of(heads, numeric, widths):
        yield line, True
    if ruled is not None:
        yield "─" * min(_wide(widths), ruled), True
    for row in rows:
        for line in _lines_of(row, numeric, widths):
            yield line, False


def _storeys(
    heads: Sequence[str],
    rows: Rows,
    numeric: frozenset[int],
    split: tuple[list[int], list[int]],
    natural: Sequence[int],
    room: int,
) -> Iterator[tuple[str, bool]]:
    """What is short in a line, and below it what is long, each named and over the whole width."""
    above, below = split
    widths = [min(natural[n], room) for n in above]
    right = frozenset(place for place, n in enumerate(above) if n in numeric)
    for line in _lines_of([heads[n] for n in above], right, widths):
        yield line, True
    yield "─" * room, True
    for row in rows:
        for line in _lines_of([row[n] for n in above], right, widths):
            yield line, False
        for n in below:
            if row[n]:
                for number, line in enumerate(wrapped(f"{heads[n]}: {row[n]}", max(room - 2 * _INDENT, 8))):
                    yield " " * (_INDENT * (1 if number == 0 else 2)) + line, False


def _lines_of(cells: Sequence[str], numeric: frozenset[int], widths: Sequence[int]) -> Iterator[str]:
    """The lines of a row, each cell within its width."""
    parts = [[cell] if width(cell) <= wide else wrapped(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = []
        for place, (part, wide) in enumerate(zip(parts, widths, strict=True)):
            text = part[number] if number < len(part) else ""
            space = " " * (wide - width(text))
            line.append(space + text if place in numeric else text + space)
        yield (" " * _GAP).join(line).rstrip()


def wrapped(text: str, wide: int) -> list[str]:
    """A text in lines of at most some width, broken between words; a word is broken only where it fits in no line."""
    found, line = [], ""
    for word in text.split():
        left = word
        if line and width(line) + 1 + width(left) <= wide:
            line = f"{line} {left}"
            continue
        if line:
            found.append(line)
        while width(left) > wide:
            found.append(left[:wide])
            left = left[wide:]
        line = left
    return [*found, line]


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if _PLAIN.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _wide(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _longest_words(heads: Sequence[str], rows: Rows) -> list[int]:
    columns = zip(heads, *rows, strict=True)
    return [max((width(word) for cell in cells for word in cell.split()), default=1) for cells in columns]


def _fitted(natural: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Widths that fit in the room: as even as they can be, none below its longest word; None where none do."""
    if _wide(least) > room:
        return None
    low, high = 0, max(natural)
    while low < high:
        middle = (low + high + 1) // 2
        if _wide(_levelled(natural, least, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return _levelled(natural, least, low)


def _levelled(natural: Sequence[int], least: Sequence[int], level: int) -> list[int]:
    return [max(few, min(level, many)) for few, many in zip(least, natural, strict=True)]


def _height(rows: Rows, widths: Sequence[int]) -> float:
    """How many lines a row takes on average, as far as the first rows tell."""
    some = rows[:200]
    tall = [
        max(len(wrapped(cell, wide)) if width(cell) > wide else 1 for cell, wide in zip(row, widths, strict=True))
        for row in some
    ]
    return sum(tall) / max(len(some), 1)
