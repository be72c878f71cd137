"""Matrices as a workbook and as CSV: a sheet a matrix, and one on how it was made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from svngraph.labels import phrase
from svngraph.spreadsheet import Cell, Jump, Sheet, harmless, workbook
from svngraph.tracing.matrix import Chains, Matrix
from svngraph.tracing.tables import (
    Naming,
    chain_heads,
    chain_rows,
    grid_heads,
    grid_rows,
    level_name,
    pair_heads,
    pair_rows,
)

_KEY, _NAME, _NARROW = 16, 48, 12
# Excel opens no sheet with more links than 65,530.
_MOST_JUMPS = 60_000


def book(
    chains: Chains, pairs: Sequence[Matrix], words: Naming, made: Sequence[tuple[str, str]], lang: str, widest: int
) -> bytes:
    """The workbook of some chains and the matrices that they consist of.

    Shape: first the chains, then each matrix as a grid where it has at most ``widest`` columns and else as a list of
           pairs, then how it was made. In a grid, the count of a row leads to the first of the row's chains.
    """
    levels = len(chains.levels)
    sheets = [
        Sheet(
            phrase("chain", lang),
            chain_heads(chains, lang),
            chain_rows(chains, words, lang),
            [*(width for _ in range(levels) for width in (_KEY, _NAME)), _NAME // 2, _NARROW],
        )
    ]
    for number, pair in enumerate(pairs):
        title = f"{level_name(pair.row_level, lang)} × {level_name(pair.column_level, lang)}"
        if pair.columns.size <= widest:
            heads = grid_heads(pair, words, lang)
            widths = [_KEY, _NAME, _NARROW, *(_NARROW for _ in heads[3:])]
            sheets.append(Sheet(title, heads, _leading(grid_rows(pair, words, lang), pair, chains, number), widths))
        elif levels > 2:
            widths = [_KEY, _NAME, _KEY, _NAME, _NARROW]
            sheets.append(Sheet(title, pair_heads(pair, lang), pair_rows(pair, words, lang), widths))
    sheets.append(Sheet(phrase("about", lang), (phrase("how-made", lang), ""), made, (32, 100)))
    return workbook(sheets)


def _leading(rows: Iterable[list[str | int]], pair: Matrix, chains: Chains, level: int) -> Iterator[Sequence[Cell]]:
    """The rows of a grid whose counts lead to where the chains sheet has the row's item first."""
    items, first = np.unique(chains.rows[:, level], return_index=True)
    place = dict(zip(items.tolist(), first.tolist(), strict=True))
    for number, row in enumerate(rows):
        at = place.get(int(pair.rows[number])) if number < min(pair.rows.size, _MOST_JUMPS) else None
        count = row[2]
        yield row if at is None or not isinstance(count, int) else [*row[:2], Jump(count, 0, at), *row[3:]]


def links_book(
    heads: Sequence[str], links: Iterable[Sequence[Cell]], items: Iterable[Sequence[Cell]], lang: str
) -> bytes:
    """The workbook of a trace graph: its links, one a row, and its items."""
    item_heads = ("item", "level", "name_sv", "name_en", "plan", "sequence", "iri")
    return workbook(
        [
            Sheet(phrase("links", lang), heads, links, (24, 14, 48, 18, 24, 14, 48, 12, 30, 60)),
            Sheet(phrase("items-sheet", lang), item_heads, items, (24, 14, 60, 60, 14, 10, 60)),
        ]
    )


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, safe to open in a spreadsheet. Source: RFC 4180, with line feeds alone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
