"""N-Triples and N-Quads block by block: each distinct text of a block is parsed once, however many lines have it.

A line is cut at its first two spaces into subject, predicate and rest. That is right only for lines as every tool
writes them, so each text must also be, for the parser, exactly one term in its place; a block in which one is not is
read as the parser reads it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from svngraph.columns.sets import Ids

Number = Callable[[Any], int]


@dataclass(frozen=True)
class Syntax:
    """A format of lines: its parser, which attributes of a statement are its terms, and what to make of each term.

    ``named``: what those attributes from the third on are where all that follows the predicate are IRIs, given without
    their outer brackets.
    """

    parse: Callable[[bytes], Iterable[Any]]
    fields: tuple[str, ...]
    named: Callable[[str], Any]
    made: Callable[[Any], Any] | None = None

    def numbers(self, octets: bytes, number: Number) -> Ids:
        """The statements as numbers, a row for each.

        Errors: SyntaxError, with the line.
        """
        return self._numbered(map(attrgetter(*self.fields), self.parse(octets)), number, len(self.fields))

    def ends(self, texts: list[bytes], number: Number) -> Ids | None:
        """What follows the predicate as numbers, a row for each text; None where one is not exactly that.

        Errors: SyntaxError or ValueError, where one is no term at all.
        """
        # An IRI is made without the parser, which would make a whole statement of it first.
        iris = [text for text in texts if text[0] == _IRI]
        rest = [text for text in texts if text[0] != _IRI]
        octets = _BEFORE + _BETWEEN.join(rest) + _END if rest else b""
        parsed = list(map(attrgetter(*self.fields[2:]), self.parse(octets)))
        if not len(parsed) == len(rest) == octets.count(b"\n"):
            return None
        named, found = map(self.named, b"\n".join(iris).decode()[1:-1].split(">\n<")), iter(parsed)
        rows = [next(named) if text[0] == _IRI else next(found) for text in texts]
        return self._numbered(rows, number, len(self.fields) - 2)

    def _numbered(self, rows: Iterable[Any], number: Number, width: int) -> Ids:
        # From the parser to the array without a line of Python in between.
        keys: Iterable[Any] = rows if width == 1 else chain.from_iterable(rows)
        keys = keys if self.made is None else map(self.made, keys)
        return np.fromiter(map(number, keys), np.int32).reshape(-1, width)


# So much is cut at a time: what was cut is still in the processor's cache when it is looked up.
_PIECE = 64 << 10
# So many pieces are a block. Larger ones gain nothing, and a file of any size is read in the memory of one.
_PIECES = 64
_BEFORE, _BETWEEN, _END = b"<x:> <x:> ", b" .\n<x:> <x:> ", b" .\n"
# A subject is nothing else: of "<a>.#" the parser, which is given it as an object, would take the end for a comment.
_LINES = re.compile(rb'^(<[^>]*>|_:[^ <>"#]+) (<[^>]*>) (.+) \.\n', re.MULTILINE).findall
_IRI = ord("<")


class Readable(Protocol):
    """What bytes and lines can be read from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or as many as there are."""

    def readline(self) -> bytes:
        """The bytes up to the end of the line."""


def blocks_of(stream: Readable) -> Iterator[list[bytes]]:
    """The stream in blocks, each in pieces of whole lines."""
    pieces = iter(partial(_piece, stream), b"")
    while block := list(islice(pieces, _PIECES)):
        yield block


def _piece(stream: Readable) -> bytes:
    piece = stream.read(_PIECE)
    return piece if piece.endswith(b"\n") else piece + stream.readline()


def numbered(blocks: Iterable[list[bytes]], syntax: Syntax, number: Number) -> Iterator[Ids]:
    """The lines of some blocks as numbers, a row for each.

    Errors: SyntaxError, with a line of the block, where a block is not RDF.
    """
    for block in blocks:
        rows = _by_texts(block, syntax, number)
        yield syntax.numbers(b"".join(block), number) if rows is None else rows


def _by_texts(block: list[bytes], syntax: Syntax, number: Number) -> Ids | None:
    """The rows of a block whose lines are all written as usual, or None."""
    places: defaultdict[bytes, int] = defaultdict()
    places.default_factory = places.__len__
    texts = chain.from_iterable(chain.from_iterable(map(_LINES, block)))
    rows: Ids = np.fromiter(map(places.__getitem__, texts), np.int32).reshape(-1, 3)
    # It refers to itself, and while a file is loaded nobody looks for such garbage.
    places.default_factory = None
    # Of a line that is written otherwise there is no row.
    if len(rows) != sum(piece.count(b"\n") for piece in block) or not block[-1].endswith(b"\n"):
        return None
    try:
        ends = syntax.ends(list(places), number)
    except (SyntaxError, ValueError):
        return None
    return None if ends is None else np.column_stack([ends[rows[:, 0], 0], ends[rows[:, 1], 0], ends[rows[:, 2]]])
