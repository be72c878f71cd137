"""PPTX to blocks: titles, list items with their level, text boxes and tables. A line of text for each block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Any

import pptx

from svngraph.errors import InputError
from svngraph.ingest.blocks import Cell, Kind, Reading, Sheet
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.words import Lexicon

Shape = Any  # the library has no types

_SIGN = re.compile(r"[•●○▪■◦‣\uf0b7\uf0a7–-]\s+")
_TITLES = {1, 3}  # PP_PLACEHOLDER.TITLE and CENTER_TITLE
_FURNITURE = {13, 15, 16}  # SLIDE_NUMBER, FOOTER and DATE
_DEEPEST = 20


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of some slides; pages count slides. Numbers, dates and footers of the slides are left out.

    Errors: InputError where it is broken, encrypted, has macros, too many slides or unpacks to too much.
    """
    check_archive(name, file, limits)
    try:
        slides = list(pptx.Presentation(file).slides)
        if len(slides) > limits.pages:
            raise InputError(
                f"{len(slides)} slides", where=name, remedy=f"at most {limits.pages}, or a larger --max-pages"
            )
        sheet, tables = Sheet(), 0
        for page, slide in enumerate(slides, 1):
            for shape in _shapes(slide.shapes, 0):
                tables = _shape(shape, page, tables, sheet)
            watch(page, len(slides))
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken PPTX: {error}"[:300], where=name, remedy="save it again") from error
    return Reading(name, "pptx", digest, sheet.text, sheet.blocks, (), len(slides))


def _shapes(shapes: Shape, depth: int) -> Iterator[Shape]:
    """The shapes of a slide, the title first, then from the top; groups opened."""

    def order(shape: Shape) -> tuple[bool, int, int]:
        return _place(shape) not in _TITLES, shape.top or 0, shape.left or 0

    for shape in sorted(shapes, key=order):
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST:
                yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _place(shape: Shape) -> int | None:
    return int(shape.placeholder_format.type) if shape.is_placeholder and shape.placeholder_format.type else None


def _shape(shape: Shape, page: int, tables: int, sheet: Sheet) -> int:
    """Add what a shape says; how many tables there have been."""
    place = _place(shape)
    if getattr(shape, "has_table", False) and shape.has_table:
        for row_number, row in enumerate(shape.table.rows, 1):
            for column, cell in enumerate(row.cells, 1):
                if not cell.is_spanned:
                    for paragraph in cell.text_frame.paragraphs:
                        place_of = Cell(tables + 1, row_number, column)
                        sheet.add(Kind.CELL, _words(paragraph), page=page, cell=place_of)
        return tables + 1
    if shape.has_text_frame and place not in _FURNITURE:
        if place in _TITLES:
            sheet.add(Kind.HEADING, " ".join(_words(p) for p in shape.text_frame.paragraphs), page=page, level=1)
            return tables
        for paragraph in shape.text_frame.paragraphs:
            words = _words(paragraph)
            sign = _SIGN.match(words)
            kind = Kind.BULLET if sign or place is not None else Kind.PARAGRAPH
            sheet.add(kind, words[sign.end() if sign else 0 :], page=page, level=paragraph.level + 1)
    return tables


def _words(paragraph: Shape) -> str:
    return str(paragraph.text).replace("\v", " ")
