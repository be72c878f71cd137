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
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any, Protocol

import numpy as np

from svngraph.columns.sets import Ids, unique

Number = Callable[[Any], int]


@dataclass(frozen=True)
class Syntax:
    """A format of lines: its parser, which attributes of a statement are its terms, and what to make of each term."""

    parse: Callable[[bytes], Iterable[Any]]
    fields: tuple[str, ...]
    made: Callable[[Any], Any] | None = None

    def numbers(self, octets: bytes, number: Number, start: int = 0) -> Ids:
        """The statements as numbers, a row for each, with the terms from ``start`` on.

        Errors: SyntaxError, with the line.
        """
        fields = self.fields[start:]
        # From the parser to the array without a line of Python in between.
        found = map(attrgetter(*fields), self.parse(octets))
        keys: Iterable[Any] = found if len(fields) == 1 else chain.from_iterable(found)
        keys = keys if self.made is None else map(self.made, keys)
        return np.fromiter(map(number, keys), np.int32).reshape(-1, len(fields))


# Larger ones gain nothing, and a file of any size is read in the memory of one.
_BLOCK = 4 << 20
_END = b" .\n"
_PARTS = methodcaller("split", b" ", 2)
_BEFORE, _BETWEEN = b"<x:> <x:> ", b" .\n<x:> <x:> "
# Nothing else can follow: of "<a>.#" the parser, which is given it as an object, would take the end for a comment.
_SUBJECT = re.compile(rb'<[^<>]*>|_:[^<>"#]*').fullmatch
_PREDICATE = re.compile(rb"<[^<>]*>").fullmatch


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or as many as there are."""


def blocks_of(stream: Readable) -> Iterator[bytes]:
    """The stream in pieces of whole lines."""
    rest = b""
    while piece := stream.read(_BLOCK):
        whole, line_end, after = piece.rpartition(b"\n")
        if line_end:
            yield rest + whole + line_end
            rest = after
        else:
            rest += piece
    if rest:
        yield rest


def numbered(blocks: Iterable[bytes], syntax: Syntax, number: Number) -> Iterator[Ids]:
    """The lines of some blocks as numbers, a row for each.

    Errors: SyntaxError, with a line of the block, where a block is not RDF.
    """
    for block in blocks:
        rows = _by_texts(block, syntax, number)
        yield syntax.numbers(block, number) if rows is None else rows


def _by_texts(block: bytes, syntax: Syntax, number: Number) -> Ids | None:
    """The rows of a block whose lines are all written as usual, or None."""
    lines = block.split(_END)
    if lines.pop():
        return None
    places: defaultdict[bytes, int] = defaultdict()
    places.default_factory = places.__len__
    cut = np.fromiter(map(places.__getitem__, chain.from_iterable(map(_PARTS, lines))), np.int32)
    texts = list(places)
    # It refers to itself, and while a file is loaded nobody looks for such garbage.
    places.default_factory = None
    if cut.size != 3 * len(lines):
        return None
    rows: Ids = cut.reshape(-1, 3)
    if not _are(_SUBJECT, rows[:, 0], texts) or not _are(_PREDICATE, rows[:, 1], texts):
        return None
    octets = _BEFORE + _BETWEEN.join(texts) + _END
    if octets.count(b"\n") != len(texts):
        return None
    try:
        ends = syntax.numbers(octets, number, 2)
    except SyntaxError:
        return None
    if len(ends) != len(texts):
        return None
    return np.column_stack([ends[rows[:, 0], 0], ends[rows[:, 1], 0], ends[rows[:, 2]]])


def _are(form: Callable[[bytes], object], ids: Ids, texts: list[bytes]) -> bool:
    return all(map(form, map(texts.__getitem__, unique(ids).tolist())))
