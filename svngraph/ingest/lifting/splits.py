"""Rows of a table that a page or a slide has cut in two, put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from svngraph.ingest.blocks import Block, Cell
from svngraph.ingest.positions import Positions
from svngraph.ingest.words import Lexicon, joint

_HELD = 2_000  # blocks after a row among which it is looked for whether it goes on
_ENDED = re.compile(r"[.!?:;][\"”’)]*\Z")


def whole_rows(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in order, with what goes on with a row above it moved into that row.

    A row goes on where its first cell is empty and each of its others opens in lower case, below a cell that opens with
    a capital and has not ended: in a table whose cells all open in lower case, no row does.
    """
    held: list[Block] = []  # the last row that can go on, and what has followed on it
    last: dict[int, int] = {}
    heads: set[tuple[str, ...]] = set()
    for part in _rows(blocks):
        if part[0].cell is None:
            if not last or len(held) > _HELD:
                yield from held
                held, last = [], {}
            held += part
            continue
        words = tuple(block.text for block in part)
        if last and _goes_on(part, {column: held[at] for column, at in last.items()}):
            last = _joined(held, last, part)
            continue
        if words not in heads:  # a head that is repeated on every page ends no row
            yield from held
            held, last = [], {block.cell.column: number for number, block in enumerate(part) if block.cell}
        if part[0].cell.row == 1:
            heads.add(words)
        held += part
    yield from held


def _rows(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The blocks by the rows that they stand in; those in no table one by one."""
    for cell, group in groupby(blocks, key=lambda block: block.cell and (block.cell.table, block.cell.row)):
        row = list(group)
        yield from [row] if cell else ([block] for block in row)


def _goes_on(row: list[Block], above: dict[int, Block]) -> bool:
    columns = {block.cell.column: block for block in reversed(row) if block.cell}
    if min(columns) <= min(above) or not columns.keys() <= above.keys():
        return False
    return all(
        block.text[:1].islower() and not above[column].text[:1].islower() and not _ENDED.search(above[column].text)
        for column, block in columns.items()
    )


def _joined(out: list[Block], last: dict[int, int], row: list[Block]) -> dict[int, int]:
    """Move a row into the one above it; where the cells of that row end now."""
    home = next(out[at].cell for at in last.values())
    assert home is not None
    first = set[int]()
    for block in row:
        assert block.cell is not None
        column = block.cell.column
        at = last[column]
        if column not in first:
            out[at] = _run_on(out[at], block)
            first.add(column)
            continue
        out.insert(at + 1, replace(block, cell=Cell(home.table, home.row, column), page=out[at].page))
        last = {each: where + (where > at or each == column) for each, where in last.items()}
    return last


def _run_on(one: Block, two: Block) -> Block:
    """Two blocks as one, with a break between them: what stands between is no part of it."""
    drop, between = joint(one.text, two.text, Lexicon(()))
    text, places = (one.text[:-drop], one.places[:-drop]) if drop else (one.text, one.places)
    text, places = text + between, places + Positions.of([places[-1]] * len(between))
    shift = len(text)
    return replace(
        one,
        text=text + two.text,
        places=places + two.places,
        breaks=(*one.breaks, shift, *(at + shift for at in two.breaks)),
        turns=(*one.turns, shift, *(at + shift for at in two.turns)),
    )
