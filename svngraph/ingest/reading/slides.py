"""PPTX to blocks: titles, list items with their level, text boxes and tables. A line of text for each block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from typing import Any

import pptx

from svngraph.errors import InputError
from svngraph.ingest.blocks import SIGN, Cell, Kind, Reading, Sheet, without_sign
from svngraph.ingest.layout import could_be_heading
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.words import Lexicon

Shape = Any  # the library has no types

_TITLES = {1, 3}  # PP_PLACEHOLDER.TITLE and CENTER_TITLE
_FURNITURE = {13, 15, 16}  # SLIDE_NUMBER, FOOTER and DATE
_USUAL = 18.0  # points, where nothing is said of the size of type
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
    """The reading of some slides; pages count slides. Numbers, dates, footers and hidden slides are left out.

    Errors: InputError where it is broken, encrypted, has macros, too many slides or unpacks to too much.
    """
    check_archive(name, file, limits)
    try:
        slides = list(pptx.Presentation(file).slides)
        if len(slides) > limits.pages:
            raise InputError(
                f"{len(slides)} slides", where=name, remedy=f"at most {limits.pages}, or a larger --max-pages"
            )
        sheet, tables, left = Sheet(), 0, Counter[str]()
        for page, slide in enumerate(slides, 1):
            if slide.element.get("show") in ("0", "false"):
                left["hidden-slides"] += 1
            else:
                shapes = list(_shapes(slide.shapes, 0))
                title = _title(shapes)
                for shape in shapes:
                    tables = _shape(shape, page, tables, sheet, title=shape is title)
                left["speaker-notes"] += _has_notes(slide)
                left["diagrams"] += sum(_is_diagram(shape) for shape in shapes)
            watch(page, len(slides))
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken PPTX: {error}"[:300], where=name, remedy="save it again") from error
    notes = tuple((key, count) for key, count in left.items() if count)
    return Reading(name, "pptx", digest, sheet.text, sheet.blocks, (), len(slides), notes)


def _has_notes(slide: Shape) -> bool:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return bool(frame is not None and frame.text.strip())


def _is_diagram(shape: Shape) -> bool:
    """Whether a shape is a diagram or a chart, whose words stand in a part of their own."""
    return shape.element.tag.endswith("}graphicFrame") and not getattr(shape, "has_table", False)


def _title(shapes: Sequence[Shape]) -> Shape | None:
    """The shape that stands for the title of a slide without one: a line at the top in type larger than all else."""
    spoken = [shape for shape in shapes if shape.has_text_frame and shape.text_frame.text.strip()]
    if not spoken or any(_place(shape) in _TITLES for shape in spoken) or _place(spoken[0]) in _FURNITURE:
        return None
    first, others = spoken[0], [_size(shape) for shape in spoken[1:] if _place(shape) not in _FURNITURE]
    lines = [line for line in first.text_frame.paragraphs if _words(line).strip()]
    larger = _size(first) > max(others, default=_USUAL)
    return first if larger and len(lines) == 1 and could_be_heading(_words(lines[0]).strip()) else None


def _size(shape: Shape) -> float:
    """The largest type that a shape says it is set in. Units: points."""
    runs = (run for paragraph in shape.text_frame.paragraphs for run in (paragraph, *paragraph.runs))
    return max((run.font.size.pt for run in runs if run.font.size is not None), default=_USUAL)


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


def _shape(shape: Shape, page: int, tables: int, sheet: Sheet, *, title: bool) -> int:
    """Add what a shape says; how many tables there have been."""
    place = _place(shape)
    if getattr(shape, "has_table", False) and shape.has_table:
        for row_number, row in enumerate(shape.table.rows, 1):
            for column, cell in enumerate(row.cells, 1):
                if not cell.is_spanned:
                    place_of = Cell(tables + 1, row_number, column)
                    # A line that is broken by hand parts what stands in a cell, as a paragraph does.
                    for line in re.split(r"[\n\v]", cell.text_frame.text):
                        sheet.add(Kind.CELL, without_sign(line), page=page, cell=place_of)
        return tables + 1
    if shape.has_text_frame and place not in _FURNITURE:
        if place in _TITLES or title:
            sheet.add(Kind.HEADING, " ".join(_words(p) for p in shape.text_frame.paragraphs), page=page, level=1)
            return tables
        for paragraph in shape.text_frame.paragraphs:
            words = _words(paragraph)
            sign = SIGN.match(words)
            kind = Kind.BULLET if sign or place is not None else Kind.PARAGRAPH
            sheet.add(kind, words[sign.end() if sign else 0 :], page=page, level=paragraph.level + 1)
    return tables


def _words(paragraph: Shape) -> str:
    return str(paragraph.text).replace("\v", " ")
