"""Tables: rows of cells under the columns of a profile, from real tables and from tables that became plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from svngraph.ingest.blocks import Block
from svngraph.ingest.lifting.splits import whole_rows
from svngraph.ingest.profiles import Column

Row = list[tuple[Column, list[Block]]]
Likeness = Callable[[str, str], float]
"""How like the closest known item of a kind a label is, from 0 to 1."""


@dataclass(frozen=True)
class Table:
    """A row of a table in the order of the document, and the blocks of its head."""

    row: Row
    head: tuple[Block, ...] = ()


def tabled(blocks: Iterable[Block], columns: Sequence[Column], like: Likeness) -> Iterator[Block | Table]:
    """The blocks in order, with those of tables put together as rows."""
    if not columns:
        yield from blocks
        return
    heads: dict[int, Column] = {}
    above: dict[int, list[Block]] = {}
    joined = whole_rows(blocks)
    for (page, is_cell), group in groupby(joined, key=lambda block: (block.page, block.cell is not None)):
        if is_cell:
            yield from _cells(group, columns, heads, above)
        elif page is not None:
            yield from _flat(list(group), columns, like)
        else:
            yield from group


def _cells(
    blocks: Iterable[Block], columns: Sequence[Column], heads: dict[int, Column], above: dict[int, list[Block]]
) -> Iterator[Block | Table]:
    """The rows of real tables.

    A table that goes on over a page keeps the head it had, repeated or not; merged cells are filled down.
    """
    above_head: dict[int, Column] = {}  # what the row right above has of a head
    waiting: list[Block] = []  # that row, where it is one only together with the next
    for _, group in groupby(blocks, key=lambda block: block.cell and (block.cell.table, block.cell.row)):
        row = list(group)
        found = _head(row, columns)
        # A head may take two rows: a column has its name in the upper one, or below what gathers several.
        if found and above_head and not found.keys() & above_head.keys() and _are_apart(found, above_head):
            found = above_head | found
        else:
            yield from _of_table(waiting, heads, above)
            waiting = []
        if len(found) >= 2:
            if found != heads:
                heads.clear()
                heads.update(found)
                above.clear()
            yield Table([], (*waiting, *row))
            waiting = []
        else:
            waiting = row
        above_head = found
    yield from _of_table(waiting, heads, above)


def _are_apart(one: dict[int, Column], other: dict[int, Column]) -> bool:
    return not any(column in other.values() for column in one.values())


def _of_table(row: list[Block], heads: dict[int, Column], above: dict[int, list[Block]]) -> Iterator[Block | Table]:
    """A row below the heads, or as it is where there are none."""
    if row and heads:
        yield Table(_row(row, heads, above))
    else:
        yield from row


def _row(row: list[Block], heads: dict[int, Column], above: dict[int, list[Block]]) -> Row:
    cells: dict[int, list[Block]] = {}
    for block in row:
        assert block.cell is not None
        cells.setdefault(block.cell.column, []).append(block)
    filled: Row = []
    changed = False
    for number, column in sorted(heads.items()):
        mine = cells.get(number)
        if mine:
            changed = True
            above[number] = mine
            filled.append((column, mine))
        elif not changed and number in above and any(later > number for later in cells):
            filled.append((column, above[number]))
    return filled


def _head(row: Iterable[Block], columns: Sequence[Column]) -> dict[int, Column]:
    """The columns that a row of heads names, by their number."""
    found: dict[int, Column] = {}
    for block in row:
        for column in columns:
            if block.cell and column.head.fullmatch(block.text) and column not in found.values():
                found[block.cell.column] = column
                break
    return found


def _flat(blocks: list[Block], columns: Sequence[Column], like: Likeness) -> Iterator[Block | Table]:
    """The blocks of a page on which a table has become lines of text: its head is known by its words in order."""
    text, starts = "", list[int]()
    for block in blocks:
        starts.append(len(text))
        text += block.text + " "
    head = re.search(r"\s+".join(f"(?:{c.head.pattern.replace(' ', chr(92) + 's+')})" for c in columns), text, re.I)
    if head is None:
        yield from blocks
        return
    inside: list[Block] = []
    cells: list[Block] = []
    for start, block in zip(starts, blocks, strict=True):
        left, right = head.start() - start, head.end() - start
        if left > 0:
            yield block.part(0, left)
        if left < len(block.text) and right > 0:
            inside.append(block.part(max(left, 0), right))
        if right < len(block.text):
            cells.append(block.part(max(right, 0), len(block.text)))
    cells = _unglued(cells)
    found = _assigned(cells, columns, like)
    yield Table([(column, mine) for column, mine in zip(columns, found, strict=True) if mine], tuple(inside))


def _unglued(cells: list[Block]) -> list[Block]:
    """Cells of which two were glued: the first line is longer than any other can be in its column."""
    apart: list[Block] = []
    for cell in cells:
        lines = [b - a for a, b in zip((0, *cell.turns), (*cell.turns, len(cell.text) + 1), strict=True)]
        at = _seam(cell.text[: lines[0]].rstrip(), max(lines[1:])) if len(lines) > 3 else None
        apart += [cell] if at is None else [cell.part(0, at), cell.part(at, len(cell.text))]
    return apart


def _seam(first: str, widest: int) -> int | None:
    """Where a first line of two cells is to be cut: before the first capital after which the rest fits its column."""
    if len(first) < 1.25 * widest:
        return None
    for match in re.finditer(r"(?<=[^\W\d_] )(?=[A-ZÅÄÖ])", first):
        if len(first) - match.start() <= widest + 1:
            return match.start()
    return None


def _assigned(cells: list[Block], columns: Sequence[Column], like: Likeness) -> list[list[Block]]:
    """The cells of each column: in order, so that together they are as like their columns as they can be."""
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, -1): (0.0, [])}
    for number, cell in enumerate(cells):
        following: dict[tuple[int, int], tuple[float, list[int]]] = {}
        for (_, column), (score, way) in best.items():
            for to in range(max(column, 0), len(columns)):
                if to == column and columns[to].one:
                    continue
                # A column that is passed over costs more than any likeness gives back.
                skipped = max(0, to - column - 1)
                total = score + _fit(cell, columns[to], like) - 4.0 * skipped
                key = (number + 1, to)
                if key not in following or total > following[key][0]:
                    following[key] = (total, [*way, to])
        best = following
    final = max(best.items(), key=lambda each: each[1][0] - 4.0 * (len(columns) - 1 - each[0][1]))[1][1] if best else []
    found: list[list[Block]] = [[] for _ in columns]
    for cell, to in zip(cells, final, strict=False):
        found[to].append(cell)
    return found


def _fit(cell: Block, column: Column, like: Likeness) -> float:
    """How well a cell goes with a column."""
    fit = 0.0
    if column.opens is not None:
        fit += 3.0 if column.opens.match(cell.text) else -3.0
    if column.assigns is not None:
        fit += 2.0 * like("organisation", cell.text)
    if column.makes == "goal-text":
        fit += 2.0 if len(cell.text) > 120 and cell.text.endswith(".") else -2.0
    if column.makes in ("focus-area", "heading", "activity"):
        # Where nothing of the kind is known, likeness says nothing.
        likeness = like(column.makes, cell.text)
        fit += 6.0 * (likeness - 0.7) if likeness else 0.0
        fit -= 2.0 if len(cell.text) > 150 else 0.0
    return fit
