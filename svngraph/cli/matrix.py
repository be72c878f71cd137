"""``svngraph matrix ROWS COLS…``: levels set against each other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import click
from rdflib import URIRef

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, file_option, form_of
from svngraph.cli.output import Table, progress, show, some
from svngraph.errors import UsageError
from svngraph.files import write_whole
from svngraph.labels import phrase
from svngraph.model import BASES
from svngraph.settings import Settings
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.items import Level
from svngraph.tracing.matrix import NOBODY, Chains, Matrix, chains, matrix
from svngraph.tracing.tables import (
    NAMES,
    SIGNS,
    Naming,
    basis_name,
    chain_heads,
    chain_rows,
    grid_heads,
    grid_rows,
    level_name,
    naming,
)

_SUFFIXES = {".json": "json", ".csv": "csv", ".html": "html", ".xlsx": "xlsx"}
_BASES = {basis.rsplit("/", 1)[-1]: number for number, basis in enumerate(BASES)}
# More columns than these do not fit: on a terminal, on a page, in a sheet.
_GRID, _PAGE_GRID, _SHEET_GRID = 12, 60, 120


@click.command("matrix")
@click.argument("levels", nargs=-1, required=True, metavar="ROWS COLS [MORE]...")
@click.option("--plan", "plan", metavar="KEY", help="Only items of this plan, where a level has any of it.")
@click.option("--basis", type=click.Choice(tuple(_BASES)), help="Count only links that rest on this or firmer.")
@click.option("--row", "only", metavar="KEY", help="Only this row: every pair or chain of it.")
@dataset_options
@file_option("text", _SUFFIXES)
def command(
    levels: tuple[str, ...],
    plan: str | None,
    basis: str | None,
    only: str | None,
    out: Path | None,
    form: str | None,
    **flags: object,
) -> None:
    """Set two levels against each other, or follow the chains across several: goal heading activity report-entry.

    Each cell says what the weakest link rests on in the firmest chain between its row and its column. Nothing is left
    out: rows and columns without a link are there, and so are chains that end early. HTML pages that do not fit in one
    file go beside it: matrix.html, matrix-2.html, …
    """
    settings, form = chosen(**flags), form_of(form, out, "text", _SUFFIXES)
    if form == "text" and out is not None:
        raise UsageError("text is for the terminal", where="--out", remedy="choose csv, json, html or xlsx")
    if form in ("html", "xlsx") and out is None and sys.stdout.isatty():
        raise UsageError(f"{form} is a file", where="--out", remedy=f"name it: --out matrix.{form}")
    with progress() as watch:
        columns = pipeline.open_columns(settings, watch)
    asked = [columns.level_of(level) for level in levels]
    if len(asked) < 2:
        raise UsageError("a matrix needs two levels", remedy="such as: svngraph matrix goal activity")
    home = _plan(columns, plan)
    weakest = _BASES[basis] if basis else None
    view = _View(columns, settings, naming(columns, settings.lang), asked, home, weakest, plan, basis)
    if form == "text":
        view.text(only)
    elif form == "csv":
        _deliver(view.csv(only), out)
    elif form == "json":
        _deliver((json.dumps(view.json(only), ensure_ascii=False, indent=1) + "\n").encode(), out)
    elif form == "xlsx":
        _deliver(view.xlsx(), out)
    else:
        view.html(out)


def _plan(columns: TraceColumns, key: str | None) -> URIRef | None:
    if key is None:
        return None
    for plan in columns.plans:
        if key in (plan.key, str(plan.iri)):
            return plan.iri
    known = ", ".join(plan.key for plan in columns.plans)
    raise UsageError(f"no plan {key!r}", where="--plan", remedy=f"one of: {known}")


def _deliver(octets: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(octets)
    else:
        write_whole(out, octets)


@dataclass(frozen=True)
class _View:
    """What is asked for, and the words of the graph it is asked of."""

    columns: TraceColumns
    settings: Settings
    words: Naming
    levels: list[Level]
    plan: URIRef | None
    weakest: int | None
    plan_key: str | None
    basis: str | None

    @property
    def lang(self) -> str:
        """The language of the output."""
        return self.settings.lang

    @property
    def title(self) -> str:
        """What the matrix is of."""
        return phrase(
            "matrix-title", self.lang, levels=" × ".join(level_name(level, self.lang) for level in self.levels)
        )

    def pairs(self) -> list[Matrix]:
        """The matrix of each two levels that stand side by side."""
        return [matrix(self.columns, one, other, self.plan, self.weakest) for one, other in pairwise(self.levels)]

    def chains(self) -> Chains:
        """The chains across all the levels."""
        return chains(self.columns, self.levels, self.plan, self.weakest)

    def text(self, only: str | None) -> None:
        """Print a grid where there are two levels and few columns, else a row for each row or chain."""
        if len(self.levels) > 2 or only:
            found = self._only(self.chains(), only)
            note = phrase("chain-sum", self.lang, count=len(found), whole=int(found.whole.sum()))
            rows = list(chain_rows(found, self.words, self.lang))
            heads = chain_heads(found, self.lang)
            slim = [*range(0, 2 * len(self.levels), 2), len(heads) - 2, len(heads) - 1]
            slim = list(range(len(heads))) if only else slim
            show(Table(self.title, [heads[n] for n in slim], [[row[n] for n in slim] for row in rows], note=note))
            return
        found_pairs = self.pairs()[0]
        if found_pairs.columns.size <= _GRID:
            rows_ = list(grid_rows(found_pairs, self.words, self.lang))
            numeric = frozenset({2})
            show(Table(self.title, grid_heads(found_pairs, self.words, self.lang), rows_, numeric, note=self._legend()))
        else:
            heads = [*grid_heads(found_pairs, self.words, self.lang)[:3], level_name(self.levels[1], self.lang)]
            shown = [
                (key, name, count, some(lines, 8))
                for key, name, (count, lines) in self._listed(found_pairs, short=True)
            ]
            show(Table(self.title, heads, shown, frozenset({2}), note=self._sums(found_pairs)))

    def _legend(self) -> str:
        return ", ".join(f"{sign} {basis_name(weak, self.lang)}" for weak, sign in enumerate(SIGNS))

    def _sums(self, found: Matrix) -> str:
        return phrase(
            "matrix-pairs",
            self.lang,
            pairs=int(found.row.size),
            rows=int((found.row_counts > 0).sum()),
            allrows=int(found.rows.size),
            columns=int((found.column_counts > 0).sum()),
            allcolumns=int(found.columns.size),
        )

    def _listed(self, found: Matrix, *, short: bool = False) -> list[tuple[str, str, tuple[str, list[str]]]]:
        """Each row with the columns that it is joined with, in words."""
        lines: list[list[str]] = [[] for _ in range(found.rows.size)]
        names = [basis_name(weak, self.lang) for weak in range(len(NAMES))]
        others = found.columns.tolist()
        for row, column, weak in zip(found.row.tolist(), found.column.tolist(), found.weakness.tolist(), strict=True):
            key = self.words.keys[others[column]]
            lines[row].append(key if short else f"{key} {self.words.names[others[column]]} ({names[weak]})")
        rows = zip(found.rows.tolist(), lines, strict=True)
        return [(self.words.keys[item], self.words.names[item], (str(len(part)), part)) for item, part in rows]

    def csv(self, only: str | None) -> bytes:
        """The chains as CSV; of two levels, their pairs."""
        from svngraph.tracing.sheets import csv_bytes

        found = self._only(self.chains(), only)
        return csv_bytes(chain_heads(found, self.lang), chain_rows(found, self.words, self.lang))

    def json(self, only: str | None) -> dict[str, object]:
        """The matrices and the chains as JSON."""
        found = self._only(self.chains(), only)
        return {
            "levels": [level.key for level in self.levels],
            "matrices": [self._matrix_json(pair) for pair in self.pairs()],
            "chains": [
                {
                    "items": [None if item == NOBODY else self.words.iris[item] for item in row],
                    "keys": [None if item == NOBODY else self.words.keys[item] for item in row],
                    "whole": NOBODY not in row,
                    "weakest": NAMES[weak] if sum(item != NOBODY for item in row) > 1 else None,
                }
                for row, weak in zip(found.rows.tolist(), found.weakness.tolist(), strict=True)
            ],
        }

    def _matrix_json(self, pair: Matrix) -> dict[str, object]:
        rows, cols = pair.rows.tolist(), pair.columns.tolist()
        cells = zip(pair.row.tolist(), pair.column.tolist(), pair.weakness.tolist(), strict=True)
        return {
            "rows": pair.row_level.key,
            "columns": pair.column_level.key,
            "rowCounts": {self.words.iris[item]: int(n) for item, n in zip(rows, pair.row_counts, strict=True)},
            "columnCounts": {self.words.iris[item]: int(n) for item, n in zip(cols, pair.column_counts, strict=True)},
            "cells": [
                {"row": self.words.iris[rows[r]], "column": self.words.iris[cols[c]], "weakest": NAMES[w]}
                for r, c, w in cells
            ],
        }

    def _only(self, found: Chains, only: str | None) -> Chains:
        if only is None:
            return found
        kept = [
            n for n, item in enumerate(found.rows[:, 0].tolist()) if item != NOBODY and self.words.keys[item] == only
        ]
        if not kept:
            level = level_name(self.levels[0], self.lang).lower()
            raise UsageError(f"no row {only!r}", where="--row", remedy=f"name the key of an item of the level {level}")
        return Chains(found.levels, found.rows[kept], found.weakness[kept])

    def made(self) -> list[tuple[str, str]]:
        """How the matrix was made, in lines of label and value."""
        lang = self.lang
        facts = [
            ("made.levels", " → ".join(level_name(level, lang) for level in self.levels)),
            ("made.plan", self.plan_key or phrase("total", lang)),
            ("made.basis", phrase(f"basis.{self.basis or 'unknown'}", lang)),
            ("made.cell", phrase("made.cell-is", lang)),
            ("made.items", f"{len(self.columns)}, {self.columns.source.size}"),
            ("made.dataset", self.settings.data or self.settings.store),
            ("made.when", datetime.now().astimezone().isoformat(timespec="seconds")),
            ("made.by", f"svngraph {version('svngraph')}"),
        ]
        return [(phrase(key, lang), value) for key, value in facts]

    def xlsx(self) -> bytes:
        """A workbook: the chains, each two levels that stand side by side, and how it was made."""
        from svngraph.tracing.sheets import book

        return book(self.chains(), self.pairs(), self.words, self.made(), self.lang, _SHEET_GRID)

    def html(self, out: Path | None) -> None:
        """Write the pages: beside the first where there are several; to stdout, all rows on one page."""
        from svngraph.tracing.matrix_pages import pages

        def name_of(number: int) -> str:
            path = out or Path("matrix.html")
            return path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"

        heads, rows = self._page_rows()
        for name, octets in pages(self.title, heads, rows, self.made(), self.lang, name_of, None if out else 0):
            _deliver(octets, out.with_name(name) if out else None)

    def _page_rows(self) -> tuple[list[str], Sequence[Sequence[object]]]:
        if len(self.levels) > 2:
            found = self.chains()
            return chain_heads(found, self.lang), list(chain_rows(found, self.words, self.lang))
        pair = self.pairs()[0]
        listed = self._listed(pair)
        heads = grid_heads(pair, self.words, self.lang)
        if pair.columns.size > _PAGE_GRID:
            return heads[:3], listed
        rows: list[Sequence[object]] = [
            [key, name, count, *cells[3:]]
            for (key, name, count), cells in zip(listed, grid_rows(pair, self.words, self.lang), strict=False)
        ]
        *_, total = grid_rows(pair, self.words, self.lang)
        return heads, [*rows, total]
