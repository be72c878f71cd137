"""CSV to blocks, a block a cell. Positions are code points of the decoded file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from svngraph.errors import InputError
from svngraph.ingest.blocks import Block, Cell, Kind, Reading, collapsed
from svngraph.ingest.layout import Options
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import decoded
from svngraph.ingest.words import Lexicon


def read(
    name: str,
    octets: bytes,
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
    text = decoded(name, octets)[: limits.characters]
    first = text.lstrip("\ufeff").partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    made = []
    for row, column, places in _cells(name, text, separator):
        # A line break in a cell parts two pieces of it.
        for piece in _pieces(text, places):
            words, kept = collapsed("".join(text[at] for at in piece), piece)
            if words:
                made.append(Block(Kind.CELL, words, kept, cell=Cell(1, row, column)))
    watch(1, 1)
    return Reading(name, "csv", digest, text, tuple(made))


def _pieces(text: str, places: list[int]) -> Iterator[list[int]]:
    piece: list[int] = []
    for at in places:
        if text[at] == "\n":
            yield piece
            piece = []
        else:
            piece.append(at)
    yield piece


def _cells(name: str, text: str, separator: str) -> Iterator[tuple[int, int, list[int]]]:
    """The row, column and places of the characters of each cell."""
    row, column, quoted, opened = 1, 1, False, 0
    places: list[int] = []
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign != '"':
                places.append(at)
            elif text[at + 1 : at + 2] == '"':
                at += 1
                places.append(at)
            else:
                quoted = False
        elif sign == '"' and not places:
            quoted, opened = True, row
        elif sign in (separator, "\n"):
            yield row, column, places
            row, column = (row + 1, 1) if sign == "\n" else (row, column + 1)
            places = []
        else:
            places.append(at)
        at += 1
    if quoted:
        raise InputError("a quotation is never closed", where=f"{name}, row {opened}", remedy="close it")
    yield row, column, places
