"""XLSX to blocks: a block for each line of a cell; pages count sheets. A line of text for each block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BufferedReader

import openpyxl

from svngraph.errors import InputError
from svngraph.ingest.blocks import Cell, Kind, Reading, Sheet
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.words import Lexicon


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a workbook: the values that its cells show, never its formulas.

    Errors: InputError where it is broken, encrypted, has macros or unpacks to too much.
    """
    check_archive(name, file, limits)
    sheet = Sheet()
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for page, work in enumerate(book.worksheets, 1):
            for row in work.iter_rows():
                for cell in row:
                    if getattr(cell, "value", None) is not None:
                        place = Cell(page, cell.row or 1, cell.column or 1)
                        for words in _shown(cell.value).split("\n"):
                            sheet.add(Kind.CELL, words, page=page, cell=place)
                if len(sheet.text) > limits.characters:
                    raise InputError("too much text", where=name, remedy="give a smaller workbook")
            watch(page, len(book.worksheets))
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken XLSX: {error}"[:300], where=name, remedy="save it again") from error
    return Reading(name, "xlsx", digest, sheet.text, sheet.blocks, (), len(book.worksheets))


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
