"""CSV to blocks, a block a cell. Positions are code points of the decoded file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from itertools import groupby

from svngraph.errors import InputError
from svngraph.ingest.blocks import Block, Cell, Kind, Reading, collapsed
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import decoded
from svngraph.ingest.spool import Spool, Text, lines, pieces
from svngraph.ingest.words import Lexicon

Sign = tuple[int, str]
"""A sign of a text, after the place where it stands."""


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a CSV file, its separator taken from its first line.

    Errors: InputError where the bytes are not text, or a quotation is never closed.
    Source: RFC 4180.
    """
    text = decoded(name, file, limits.characters)
    first = next((line for _, line in lines(text)), "").lstrip("\ufeff").rstrip("\n")
    separator = max(";,\t|", key=first.count)
    made: Spool[Block] = Spool()
    for row, column, signs in _cells(name, text, separator):
        # A line break in a cell parts two pieces of it.
        for is_break, piece in groupby(signs, key=lambda sign: sign[1] == "\n"):
            places, written = zip(*piece, strict=True)
            words, kept = collapsed("".join(written), places)
            if words and not is_break:
                made.append(Block(Kind.CELL, words, kept, cell=Cell(1, row, column)))
    watch(1, 1)
    return Reading(name, "csv", digest, text, made)


def _cells(name: str, text: Text, separator: str) -> Iterator[tuple[int, int, list[Sign]]]:
    """The row, column and signs of each cell."""
    row, column, quoted, closing, opened = 1, 1, False, False, 0
    cell: list[Sign] = []
    for at, sign in _signs(text):
        if closing:  # the sign after a quotation mark inside a quotation tells whether it is one sign or the end
            closing, quoted = False, sign == '"'
            if quoted:
                cell.append((at, sign))
                continue
        if quoted and sign == '"':
            closing = True
        elif not quoted and sign == '"' and not cell:
            quoted, opened = True, row
        elif not quoted and sign in (separator, "\n"):
            yield row, column, cell
            row, column = (row + 1, 1) if sign == "\n" else (row, column + 1)
            cell = []
        else:
            cell.append((at, sign))
    if quoted and not closing:
        raise InputError("a quotation is never closed", where=f"{name}, row {opened}", remedy="close it")
    yield row, column, cell


def _signs(text: Text) -> Iterator[Sign]:
    """The signs of a text with their places, without the mark of the encoding at its head."""
    for start, piece in pieces(text):
        for at, sign in enumerate(piece, start):
            if at or sign != "\ufeff":
                yield at, sign
