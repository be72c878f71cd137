"""A page's table as a value, and as a file: CSV, XLSX and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from svngraph.cells import harmless

Cell = str | int | float | bool | None

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
        writer.writerow([harmless(heading) for _, heading in self.columns])
        writer.writerows([["" if cell is None else harmless(cell) for cell in row] for row in self.rows])
        return text.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """A workbook of one sheet."""
        # Imported here: the library is large, and few ask for a workbook.
        from svngraph import spreadsheet

        return spreadsheet.workbook([spreadsheet.Sheet(self.name, [heading for _, heading in self.columns], self.rows)])

    def render(self, form: str) -> bytes:
        """The sheet in a form of :data:`MEDIA_TYPES`."""
        return {"json": self.as_json, "csv": self.as_csv, "xlsx": self.as_xlsx}[form]()
