"""Markdown to blocks. Positions are code points of the decoded file; marks of emphasis and links are not words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedReader
from itertools import chain, groupby, pairwise

from svngraph.ingest.blocks import Block, Cell, Kind, Reading, collapsed
from svngraph.ingest.layout import blocks
from svngraph.ingest.lines import Line, Options
from svngraph.ingest.positions import Positions
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import decoded
from svngraph.ingest.spool import Spool, Text, lines
from svngraph.ingest.words import Lexicon

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_RULE = re.compile(r" {0,3}(?:=+|-{2,}|(?:[*_-] *){3,})[ \t]*\Z")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*\Z")
_BETWEEN = re.compile(r"[ \t]*\|[ \t:|-]+\|[ \t]*\Z")
_MARK = re.compile(
    r"!?\[([^\]\[]*)\]\([^()]*\)|(?<!\w)([*_]{1,3}|`+|~~)(?=\S)|(?<=\S)([*_]{1,3}|`+|~~)(?!\w)|\\([!-/:-@\[-`{-~])"
)


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    options: Options,
    limits: Limits,
    lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a Markdown text. Errors: InputError where the bytes are not text."""
    text = decoded(name, file, limits.characters)
    for _, line in lines(text):
        lexicon.add(line)
    made = Spool(_blocks(text, options, lexicon))
    watch(1, 1)
    return Reading(name, "markdown", digest, text, made)


def _blocks(text: Text, options: Options, lexicon: Lexicon) -> Iterator[Block]:
    for in_run, parts in groupby(_parts(text), key=lambda part: isinstance(part, Line)):
        if not in_run:
            yield from (part for part in parts if isinstance(part, Block) and part.text)
            continue
        # What is no heading and no table is laid out as plain text; but a short paragraph is no heading here.
        run = Spool(part for part in parts if isinstance(part, Line))
        for block in blocks(run, replace(options, ragged=False), lexicon)[0]:
            yield replace(block, kind=Kind.PARAGRAPH) if block.kind == Kind.HEADING else block


def _lines(text: Text) -> Iterator[tuple[int, str, str]]:
    """The lines of a text with the place where each begins, and the line after it."""
    found = ((start, line.rstrip("\n").rstrip("\r")) for start, line in lines(text) if start or line != "\n")
    for (start, line), (_, after) in pairwise(chain(found, [(0, "")])):
        yield start, line, after


def _parts(text: Text) -> Iterator[Line | Block]:
    """The lines of paragraphs and lists, and the blocks of headings and tables."""
    table, row, gap = 0, 0, 0
    for start, line, after in _lines(text):
        places = range(start, start + len(line))
        if not line.strip():
            gap, row = gap + 1, 0
        elif heading := _HEADING.match(line):
            yield _block(Kind.HEADING, line, places, heading.span(2), level=len(heading[1]))
        elif re.fullmatch(r" {0,3}(=+|-{2,})[ \t]*", after) and not _ROW.match(line):
            yield _block(Kind.HEADING, line, places, (0, len(line)), level=1 if "=" in after else 2)
        elif _ROW.match(line):
            if not _BETWEEN.match(line):
                table, row = (table + 1, 1) if row == 0 else (table, row + 1)
                yield from _cells(line, places, table, row)
        elif not _RULE.match(line) and not line.lstrip().startswith(("```", "~~~")):
            words, kept = _plain(line, places)
            indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
            if words:
                # A blank line ends a paragraph, unless the next line is set in below a list item.
                yield Line(words, kept, None, float(indent), gap if indent else 2 * gap)
            gap = 0


def _cells(line: str, places: range, table: int, row: int) -> Iterator[Block]:
    inner = line.strip().strip("|")
    at = line.index(inner) if inner else 0
    for column, match in enumerate(re.finditer(r"(?:\\\||[^|])*(?:\||\Z)", inner), 1):
        if match[0]:
            left, right = at + match.start(), at + match.end() - match[0].endswith("|")
            yield _block(Kind.CELL, line, places, (left, right), cell=Cell(table, row, column))


def _block(
    kind: Kind, line: str, places: range, span: tuple[int, int], level: int = 0, cell: Cell | None = None
) -> Block:
    words, kept = _plain(line[slice(*span)], places[slice(*span)])
    return Block(kind, words, kept, None, level, cell=cell)


def _plain(line: str, places: range) -> tuple[str, Positions]:
    """The words of a line without its marks, with their places."""
    text, kept, at = "", list[int](), 0
    for match in _MARK.finditer(line):
        group = 1 if match[1] is not None else 4
        left, right = match.span(group) if match[group] is not None else (match.end(), match.end())
        text += line[at : match.start()] + line[left:right]
        kept += [*places[at : match.start()], *places[left:right]]
        at = match.end()
    return collapsed(text + line[at:], [*kept, *places[at:]])
