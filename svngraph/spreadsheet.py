"""Tables as an Excel workbook: styled, with a head that stays in view and filters; safe to open. A home of openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.hyperlink import Hyperlink

from svngraph.cells import NOT_IN_XML, harmless
from svngraph.errors import UsageError

__all__ = ["Cell", "Jump", "Sheet", "clean", "harmless", "workbook"]


@dataclass(frozen=True)
class Jump:
    """A number that leads to a row of another sheet of the workbook, both counted from 0 and without the head."""

    value: int
    sheet: int
    row: int


Cell = str | int | float | Jump | None

_MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
_LONGEST = 32_767
# How many characters are readable beside one another on a printed page.
_PAGE = 180
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its title, a head, the rows, and the width of each column in characters."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An Excel workbook of some sheets.

    Every text stays a text: one that begins with a sign that a spreadsheet would calculate is stored as the string that
    it is. Control characters become U+FFFD, and a sheet ends with a row that says so where Excel has no more rows.

    Errors: UsageError for more columns than Excel has.
    Source: ECMA-376 (the file), OWASP "CSV injection" (the signs).
    """
    for sheet in sheets:
        if len(sheet.heads) > MOST_COLUMNS:
            what = f"{len(sheet.heads)} columns, and Excel has no more than {MOST_COLUMNS}"
            raise UsageError(what, where=sheet.title, remedy="ask for CSV, or for fewer columns")
    book = Workbook(write_only=True)
    titles = _titles([sheet.title for sheet in sheets])
    for title, sheet in zip(titles, sheets, strict=True):
        _fill(book.create_sheet(title), sheet, titles)
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def timeless(octets: bytes) -> bytes:
    """A workbook without the time at which it was written, so that the same rows always give the same octets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _TIME.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", part)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return made.getvalue()


def _fill(page: WriteOnlyWorksheet, sheet: Sheet, titles: Sequence[str]) -> None:
    page.freeze_panes = "A2"
    widths = sheet.widths or [max(12, min(60, len(head) + 4)) for head in sheet.heads]
    # Printed, pages lie down and have the head on each; a sheet takes as many beside one another as it is wide.
    # The stubs of openpyxl name the read-only sheet too, which has none of this.
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0  # type: ignore[attr-defined] # as said
    page.page_setup.fitToWidth = max(1, round(sum(widths) / _PAGE))  # type: ignore[attr-defined] # as said
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[attr-defined] # as said
    page.print_title_rows = "1:1"
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined] # as said
    head = [_text(page, name) for name in sheet.heads]
    for cell in head:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="1F4E5F")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.append(head)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        if count == _MOST_ROWS:
            page.append([f"… Excel has no more than {_MOST_ROWS} rows"])
            break
        page.append([_written(page, cell, titles) if _odd(cell) else cell for cell in row])
    # The stubs of openpyxl name the read-only sheet too, which has none of this.
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{count + 1}"  # type: ignore[attr-defined]


def _odd(cell: Cell) -> bool:
    """Whether a cell leads elsewhere, or is a text that a plain write would calculate, refuse or cut."""
    if isinstance(cell, Jump):
        return True
    return isinstance(cell, str) and (cell[:1] == "=" or len(cell) > _LONGEST or NOT_IN_XML.search(cell) is not None)


def _written(page: WriteOnlyWorksheet, value: Cell, titles: Sequence[str]) -> OpenpyxlCell:
    if not isinstance(value, Jump):
        return _text(page, value)
    cell = WriteOnlyCell(page, value=value.value)
    title = titles[value.sheet].replace("'", "''")
    cell.hyperlink = Hyperlink(ref="", location=f"'{title}'!A{value.row + 2}")
    cell.font = Font(color="1F4E5F", underline="single")
    return cell


def _text(page: WriteOnlyWorksheet, value: Cell) -> OpenpyxlCell:
    cell = WriteOnlyCell(page, value=clean(str(value)))
    cell.data_type = "s"
    return cell


def clean(value: str) -> str:
    """A text as Excel can hold it."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST]


def _titles(titles: Sequence[str]) -> list[str]:
    """Titles as Excel allows them: at most 31 characters, some signs left out, each once whatever its case."""
    found: list[str] = []
    for title in titles:
        plain = _NOT_IN_TITLES.sub(" ", clean(title)).strip("' ")[:31] or "svngraph"
        number = 2
        unique = plain
        while unique.casefold() in {known.casefold() for known in found}:
            unique = f"{plain[:27]} ({number})"
            number += 1
        found.append(unique)
    return found
