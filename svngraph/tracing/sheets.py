"""Matrices as a workbook and as CSV: a sheet a matrix, and one on how it was made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from svngraph.labels import phrase
from svngraph.spreadsheet import Cell, Sheet, harmless, workbook
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


def book(
    chains: Chains, pairs: Sequence[Matrix], words: Naming, made: Sequence[tuple[str, str]], lang: str, widest: int
) -> bytes:
    """The workbook of some chains and the matrices that they consist of.

    Shape: first the chains, then each matrix as a grid where it has at most ``widest`` columns and else as a list of
           pairs, then how it was made.
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
    for pair in pairs:
        title = f"{level_name(pair.row_level, lang)} × {level_name(pair.column_level, lang)}"
        if pair.columns.size <= widest:
            heads = grid_heads(pair, words, lang)
            widths = [_KEY, _NAME, _NARROW, *(_NARROW for _ in heads[3:])]
            sheets.append(Sheet(title, heads, grid_rows(pair, words, lang), widths))
        elif levels > 2:
            widths = [_KEY, _NAME, _KEY, _NAME, _NARROW]
            sheets.append(Sheet(title, pair_heads(pair, lang), pair_rows(pair, words, lang), widths))
    sheets.append(Sheet(phrase("about", lang), (phrase("how-made", lang), ""), made, (32, 100)))
    return workbook(sheets)


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
