"""Matrices and chains as rows of text, the same for every form of output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from svngraph.labels import phrase
from svngraph.model import BASES
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.items import Level
from svngraph.tracing.matrix import NOBODY, Chains, Matrix

# A basis as a sign: full, half, empty; a link that does not say.
SIGNS = ("●", "◐", "○", "?")
NAMES = (*(basis.rsplit("/", 1)[-1] for basis in BASES), "unknown")


@dataclass(frozen=True)
class Naming:
    """The items of a trace graph by key and name, each looked up once."""

    keys: Sequence[str]
    names: Sequence[str]
    iris: Sequence[str]


def naming(columns: TraceColumns, lang: str) -> Naming:
    """The keys, names and addresses of every item."""
    everything = range(len(columns))
    keys = columns.keys(everything)
    labels = columns.labels(everything)
    names = [label.text(lang) or key for label, key in zip(labels, keys, strict=True)]
    return Naming(keys, names, columns.iris(everything))


def level_name(level: Level, lang: str) -> str:
    """A level's name."""
    return level.label.text(lang) or level.key


def basis_name(weakness: int, lang: str) -> str:
    """What a link of some weakness rests on, in a word."""
    return phrase(f"basis.{NAMES[weakness]}", lang)


def grid_heads(matrix: Matrix, words: Naming, lang: str) -> list[str]:
    """The head of a matrix: the rows' key and name, how many columns each is joined with, and the columns' keys."""
    heads = [level_name(matrix.row_level, lang), phrase("name", lang), phrase("linked", lang)]
    return heads + [words.keys[number] for number in matrix.columns.tolist()]


def grid_rows(matrix: Matrix, words: Naming, lang: str) -> Iterator[list[str | int]]:
    """The rows of a matrix, each cell a sign of what its chain rests on; the last row counts the columns' rows."""
    bounds = np.searchsorted(matrix.row, np.arange(matrix.rows.size + 1)).tolist()
    for place, item in enumerate(matrix.rows.tolist()):
        cells = [""] * matrix.columns.size
        span = slice(bounds[place], bounds[place + 1])
        for column, weak in zip(matrix.column[span].tolist(), matrix.weakness[span].tolist(), strict=True):
            cells[column] = SIGNS[weak]
        yield [words.keys[item], words.names[item], bounds[place + 1] - bounds[place], *cells]
    total: list[str | int] = [phrase("linked", lang), "", int(matrix.row.size)]
    yield total + [int(count) for count in matrix.column_counts]


def pair_heads(matrix: Matrix, lang: str) -> list[str]:
    """The head of a list of pairs."""
    rows, columns = level_name(matrix.row_level, lang), level_name(matrix.column_level, lang)
    name = phrase("name", lang)
    return [rows, f"{rows}: {name.lower()}", columns, f"{columns}: {name.lower()}", phrase("rests-on", lang)]


def pair_rows(matrix: Matrix, words: Naming, lang: str) -> Iterator[list[str]]:
    """A row for each pair that is joined, and for each item of either level that is joined with nothing."""
    bases = [basis_name(weak, lang) for weak in range(len(NAMES))]
    rows, columns = matrix.rows.tolist(), matrix.columns.tolist()
    bounds = np.searchsorted(matrix.row, np.arange(matrix.rows.size + 1)).tolist()
    for place, item in enumerate(rows):
        if bounds[place] == bounds[place + 1]:
            yield [words.keys[item], words.names[item], "", "", ""]
        for pair in range(bounds[place], bounds[place + 1]):
            other = columns[int(matrix.column[pair])]
            row = [words.keys[item], words.names[item], words.keys[other], words.names[other]]
            yield [*row, bases[int(matrix.weakness[pair])]]
    for place in np.flatnonzero(matrix.column_counts == 0).tolist():
        yield ["", "", words.keys[columns[place]], words.names[columns[place]], ""]


def chain_heads(chains: Chains, lang: str) -> list[str]:
    """The head of a table of chains: key and name for each level, what is missing, and what the chain rests on."""
    heads = [
        head
        for level in chains.levels
        for head in (level_name(level, lang), f"{level_name(level, lang)}: {phrase('name', lang).lower()}")
    ]
    return [*heads, phrase("missing", lang), phrase("rests-on", lang)]


def chain_rows(chains: Chains, words: Naming, lang: str) -> Iterator[list[str]]:
    """A row for each chain, with the levels that it lacks."""
    levels = [level_name(level, lang).lower() for level in chains.levels]
    bases = [basis_name(weak, lang) for weak in range(len(NAMES))]
    # Taken at NOBODY, which is the last place of a list.
    keys, names = [*words.keys, ""], [*words.names, ""]
    for row, weak in zip(chains.rows.tolist(), chains.weakness.tolist(), strict=True):
        lacking = [level for level, item in zip(levels, row, strict=True) if item == NOBODY]
        joined = len(levels) - len(lacking) > 1
        cells = [cell for item in row for cell in (keys[item], names[item])]
        yield [*cells, ", ".join(lacking), bases[weak] if joined else ""]
