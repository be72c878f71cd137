"""XLSX to blocks: a block for each line of a cell; pages count sheets. A line of text for each block."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BufferedReader

import openpyxl

from svngraph.errors import InputError
from svngraph.ingest.blocks import Cell, Kind, Reading, Sheet
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.words import Lexicon

# A formula whose value nobody has computed, as programs write that are not spreadsheets.
_NO_VALUE = re.compile(rb"<f[ >][^<]*</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_PIECE, _LONGEST = 1 << 20, 1 << 13  # bytes looked at together, and those that a formula has at most


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a workbook: the values that its cells show, never its formulas; hidden sheets are left out.

    Errors: InputError where it is broken, encrypted, has macros or unpacks to too much.
    """
    archive = check_archive(name, file, limits)
    sheet, hidden = Sheet(), 0
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for page, work in enumerate(book.worksheets, 1):
            if work.sheet_state != "visible":
                hidden += 1
                continue
            for row in work.iter_rows():
                for cell in row:
                    if getattr(cell, "value", None) is not None:
                        place = Cell(page, cell.row or 1, cell.column or 1)
                        for words in _shown(cell.value, cell.number_format).split("\n"):
                            sheet.add(Kind.CELL, words, page=page, cell=place)
                if len(sheet.text) > limits.characters:
                    raise InputError("too much text", where=name, remedy="give a smaller workbook")
            watch(page, len(book.worksheets))
        empty = _without_value(archive)
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken XLSX: {error}"[:300], where=name, remedy="save it again") from error
    notes = tuple((key, count) for key, count in (("hidden-sheets", hidden), ("no-value", empty)) if count)
    return Reading(name, "xlsx", digest, sheet.text, sheet.blocks, (), len(book.worksheets), notes)


def _without_value(archive: zipfile.ZipFile) -> int:
    """How many formulas of a workbook nobody has computed: their cells show nothing here."""
    found = 0
    for entry in archive.infolist():
        if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
            rest = b""
            with archive.open(entry) as part:
                while octets := part.read(_PIECE):
                    end, whole = 0, rest + octets
                    for match in _NO_VALUE.finditer(whole):
                        found, end = found + 1, match.end()
                    rest = whole[max(end, len(whole) - _LONGEST) :]
    return found


def _shown(value: object, form: str | None) -> str:
    """A value as its cell shows it, with the signs of Swedish numbers."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | int) and not isinstance(value, bool):
        percent = "%" in re.sub(r'"[^"]*"|\\.', "", form or "")
        number = f"{100 * value if percent else value:.15g}".replace(".", ",")
        return f"{number} %" if percent else number
    return str(value)
