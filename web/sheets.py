"""A page's table as a value, and as a file: CSV, XLSX and JSON. The home of openpyxl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | None

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a spreadsheet would take for a formula. Source: OWASP, CSV injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """The rows of a page: ``columns`` pairs a stable key, for JSON, with a heading in the page's language."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]

    def as_json(self) -> bytes:
        """An object with the rows as objects by column key."""
        keys = [key for key, _ in self.columns]
        body: Mapping[str, object] = {
            "name": self.name,
            "rows": [dict(zip(keys, row, strict=True)) for row in self.rows],
        }
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()

    def as_csv(self) -> bytes:
        """RFC 4180 with a heading row and a byte order mark, without which Excel misreads å, ä and ö."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([heading for _, heading in self.columns])
        writer.writerows([[_harmless(cell) for cell in row] for row in self.rows])
        return text.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """One sheet with a heading row that stays in view."""
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        page = book.create_sheet("".join(c for c in self.name if c not in "[]:*?/\\")[:31] or "svngraph")
        page.freeze_panes = "A2"
        page.append([heading for _, heading in self.columns])
        for row in self.rows:
            page.append([_clean(_harmless(cell)) for cell in row])
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def render(self, form: str) -> bytes:
        """The sheet in a form of :data:`MEDIA_TYPES`."""
        return {"json": self.as_json, "csv": self.as_csv, "xlsx": self.as_xlsx}[form]()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _clean(cell: Cell) -> Cell:
    """A cell without the control characters that XML cannot hold."""
    return "".join(c for c in cell if c >= " " or c in "\n\t") if isinstance(cell, str) else cell
