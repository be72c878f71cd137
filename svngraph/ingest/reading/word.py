"""DOCX to blocks, by the styles of its paragraphs. The normalised text has a line for each block."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BufferedReader

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from svngraph.errors import InputError
from svngraph.ingest.blocks import Cell, Kind, Reading, Sheet
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.words import Lexicon

_HEADING = re.compile(r"(?:heading|rubrik) ?(\d)?|(?:title|titel)\Z", re.IGNORECASE)
_LIST = re.compile(r"(?:list|punktlista|numrerad lista|liststycke).*?(\d)?\Z", re.IGNORECASE)
_SIGN = re.compile(r"[•●○▪■◦‣\uf0b7\uf0a7–-]\s+")


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a Word document. Headers and footers are no part of its text.

    Errors: InputError where it is broken, encrypted, has macros or unpacks to too much.
    """
    check_archive(name, file, limits)
    try:
        document = docx.Document(file)
        parts = list(document.iter_inner_content())
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken DOCX: {error}"[:300], where=name, remedy="save it again") from error
    sheet, tables = Sheet(), 0
    for number, part in enumerate(parts, 1):
        if isinstance(part, Table):
            tables += 1
            _table(part, tables, sheet)
        else:
            _paragraph(part, sheet)
        watch(number, len(parts))
    return Reading(name, "docx", digest, sheet.text, sheet.blocks)


def _paragraph(paragraph: Paragraph, sheet: Sheet) -> None:
    style = (paragraph.style.name if paragraph.style is not None else None) or ""
    properties = paragraph._p.pPr
    numbered = properties.numPr if properties is not None else None
    if heading := _HEADING.match(style):
        sheet.add(Kind.HEADING, paragraph.text, level=int(heading[1] or 1), style=style)
    elif numbered is not None or _LIST.match(style):
        deep = getattr(numbered, "ilvl", None)
        depth = deep.val + 1 if deep is not None else 0
        named = _LIST.match(style)
        sheet.add(Kind.BULLET, paragraph.text, level=depth or int((named and named[1]) or 1), style=style)
    elif sign := _SIGN.match(paragraph.text):
        sheet.add(Kind.BULLET, paragraph.text[sign.end() :], level=1, style=style)
    else:
        sheet.add(Kind.PARAGRAPH, paragraph.text, style=style)


def _table(table: Table, number: int, sheet: Sheet) -> None:
    seen: set[object] = set()
    for row_number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row.cells, 1):
            # A merged cell comes once for each place that it covers.
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            for paragraph in cell.paragraphs:
                sheet.add(Kind.CELL, _SIGN.sub("", paragraph.text, count=1), cell=Cell(number, row_number, column))
