"""The model that every format is read into: blocks of text, each with its place in the document's normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from svngraph.ingest.positions import Positions
from svngraph.ingest.spool import Spool, SpooledText, Text

SIGN = re.compile(r"\A[•●○▪■◦‣\uf0b7\uf0a7–-]\s+")
"""The sign of a list item that is typed at the head of its text."""

Span = tuple[int, int]
"""Code points of the normalised text, from the first up to the second."""


Note = tuple[str, int]
"""What a reader should know of a reading: the key of a phrase, and how many there are."""


class Kind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    BULLET = "bullet"
    PARAGRAPH = "paragraph"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of a block in a table; all three count from 1, tables through the whole document."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a list item, a paragraph or a piece of a table cell.

    ``text`` is one line: white space is made one space, broken words are joined. ``places`` has the position in the
    normalised text of each of its characters. ``breaks`` are the offsets in ``text`` where furniture stood between,
    ``turns`` those where a new line of the document begins. ``mark`` is the sign or number of a list item.

    Units:  ``level`` counts from 1 for headings and list items, 0 where it is not known; ``size`` is in points;
            ``page`` counts pages, slides or sheets from 1.
    """

    kind: Kind
    text: str
    places: Positions
    page: int | None = None
    level: int = 0
    size: float | None = None
    style: str | None = None
    cell: Cell | None = None
    breaks: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()
    mark: str = ""

    def part(self, start: int, end: int) -> Block:
        """The block that ``text[start:end]`` makes by itself, without the space around it."""
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end = max(start, end - len(words) + len(words.rstrip()))

        def moved(offsets: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(at - start for at in offsets if start < at < end)

        return replace(
            self,
            text=self.text[start:end],
            places=self.places[start:end],
            breaks=moved(self.breaks),
            turns=moved(self.turns),
        )

    @property
    def spans(self) -> tuple[Span, ...]:
        """The ranges of the normalised text that the block takes up, one more than it has breaks."""
        return self.within(0, len(self.text))

    def within(self, start: int, end: int) -> tuple[Span, ...]:
        """The ranges of the normalised text behind ``text[start:end]``."""
        bounds = [start, *(at for at in self.breaks if start < at < end), end]
        pieces = []
        for left, right in pairwise(bounds):
            words = self.text[left:right]
            left += len(words) - len(words.lstrip())
            right -= len(words) - len(words.rstrip())
            if left < right:
                pieces.append((self.places[left], self.places[right - 1] + 1))
        return tuple(pieces)


@dataclass(frozen=True)
class Reading:
    """What was read of a document.

    ``text`` is the normalised text that positions count in: the decoded file where the file is text, else the text
    of the blocks in order, a line each. ``furniture`` are the ranges of headers, footers and page numbers.
    ``digest`` is that of the file's bytes. What is long, text or blocks, is kept in a file and not in memory.
    """

    name: str
    form: str
    digest: str
    text: Text
    blocks: Sequence[Block]
    furniture: tuple[Span, ...] = ()
    pages: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass
class Sheet:
    """A reading in the making, for formats that have structure of their own: blocks are added in order.

    ``text`` is the normalised text so far: a line for each block.
    """

    text: SpooledText = field(default_factory=SpooledText)
    blocks: Spool[Block] = field(default_factory=Spool)
    furniture: list[Span] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        text: str,
        *,
        page: int | None = None,
        level: int = 0,
        style: str | None = None,
        size: float | None = None,
        cell: Cell | None = None,
        mark: str = "",
    ) -> None:
        """Add a block, unless its text is empty."""
        words, start = self._write(text)
        if words:
            places = Positions.of(range(start, start + len(words)))
            self.blocks.append(Block(kind, words, places, page, level, size, style, cell, mark=mark))

    def set_aside(self, text: str) -> None:
        """Add a text that is furniture."""
        words, start = self._write(text)
        if words:
            self.furniture.append((start, start + len(words)))

    def _write(self, text: str) -> tuple[str, int]:
        words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        if words and len(self.text):
            self.text.write("\n")
        start = len(self.text)
        self.text.write(words)
        return words, start


def without_sign(text: str) -> str:
    """A text without the sign of a list item that it opens with; a hyphen inside it is none.

    >>> without_sign("- hjärt- och lungräddning")
    'hjärt- och lungräddning'
    """
    return SIGN.sub("", text.lstrip(), count=1)


def collapsed(text: str, places: Sequence[int]) -> tuple[str, Positions]:
    """A text with every run of white space made one space, and the places of what is left.

    Signs that cannot be seen are dropped, soft hyphens among them.
    """
    signs: list[str] = []
    kept: list[int] = []
    for sign, place in zip(text, places, strict=True):
        if sign.isspace():
            if signs and signs[-1] != " ":
                signs.append(" ")
                kept.append(place)
        elif sign.isprintable():
            signs.append(sign)
            kept.append(place)
    if signs and signs[-1] == " ":
        signs.pop()
        kept.pop()
    return "".join(signs), Positions.of(kept)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Ranges in order, those that touch or overlap made one.

    >>> merged([(5, 8), (0, 2), (2, 6)])
    [(0, 8)]
    """
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
