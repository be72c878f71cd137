"""Tables that pages and slides cut: rows in two parts, cells that wrap, heads that come again, merged cells."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents

from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read

HEAD = documents.ACTION_HEAD
LONG = (
    "Köp in två skotrar med bår och utrusta dem för vinterdrift så att de kan användas i alla sju fjällkommuner under "
    "hela säsongen och även när det inte finns täckning i det vanliga nätet"
)
# Area, heading, activity, action, assignment; a row of the second kind has merged cells above it.
ROWS = [
    ("Vägar till vård", "Ambulans på skoter", "Pröva skoterambulans i fjällen", LONG, "Fjällrådet och Inköpsrådet"),
    ("Vägar till vård", "Ambulans på skoter", "Pröva skoterambulans i fjällen", "Ta fram en kursplan", "Kursgruppen"),
    ("Digitala hjälpmedel", "Prislista", "Fastställa en gemensam prislista", "Räkna om priserna", "Fjällrådet"),
]
CUT = LONG.index("vinterdrift")


def pdf(path: Path) -> Path:
    """A row that the page cuts in two, as office programs print it: ruled off, and under the head again on the next."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    normal = getSampleStyleSheet()["Normal"]

    def table(rows: list) -> Table:
        cells = [HEAD, *([Paragraph(cell, normal) for cell in row] for row in rows)]
        return Table(cells, colWidths=[85, 90, 105, 110, 95], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])

    first = (*ROWS[0][:3], LONG[:CUT].rstrip(), "Fjällrådet")
    rest = ("", "", "", LONG[CUT:], "och Inköpsrådet")
    title = Paragraph(documents.ACTION_TITLE, getSampleStyleSheet()["Heading1"])
    flow = [title, table([first]), PageBreak(), table([rest, ("", "", "", *ROWS[1][3:]), ROWS[2]])]
    SimpleDocTemplate(str(path), pagesize=A4).build(flow)
    return path


def pptx(path: Path) -> Path:
    """A row that goes on with its second half on the next slide, under the head again."""
    from pptx import Presentation
    from pptx.util import Inches

    slides = Presentation()
    first = (*ROWS[0][:3], LONG[:CUT].rstrip(), "Fjällrådet")
    rest = ("", "", "", LONG[CUT:], "och Inköpsrådet")
    for rows in ([first], [rest, ("", "", "", *ROWS[1][3:]), ROWS[2]]):
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        slide.shapes.title.text = documents.ACTION_TITLE
        table = slide.shapes.add_table(len(rows) + 1, 5, Inches(0.5), Inches(2), Inches(9), Inches(4)).table
        for at, row in enumerate([HEAD, *rows]):
            for column, words in enumerate(row):
                table.cell(at, column).text = words
    slides.save(str(path))
    return path


def docx(path: Path) -> Path:
    """The head typed again in the middle, and a cell whose words somebody carried on in the row below."""
    from docx import Document

    document = Document()
    document.add_heading(documents.ACTION_TITLE, 1)
    first = (*ROWS[0][:3], LONG[:CUT].rstrip(), "Fjällrådet")
    rows = [HEAD, first, ("", "", "", LONG[CUT:], "och Inköpsrådet"), HEAD, ("", "", "", *ROWS[1][3:]), ROWS[2]]
    table = document.add_table(rows=len(rows), cols=5)
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def xlsx(path: Path) -> Path:
    """A wrapped cell that somebody carried on in the row below, and merged cells."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append([documents.ACTION_TITLE])
    sheet.append(HEAD)
    sheet.append([*ROWS[0][:3], LONG[:CUT].rstrip(), "Fjällrådet"])
    sheet.append([None, None, None, LONG[CUT:], "och Inköpsrådet"])
    sheet.append([None, None, None, *ROWS[1][3:]])
    sheet.append(ROWS[2])
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}5")
    book.save(path)
    return path


def proposed(path: Path) -> Proposal:
    profile = profiles.load("action-plan")
    return propose(read(path, profile.options), profile, Known())


@pytest.mark.parametrize("write", [pdf, pptx, docx, xlsx])
def test_a_row_in_two_parts_is_one(tmp_path, write):
    proposal = proposed(write(tmp_path / f"actions.{write.__name__}"))
    if write is pdf:
        assert proposal.reading.pages == 2
    lifted = proposal.lifted
    items = [item for item in lifted.items.values() if item.kind == "action-item"]
    assert [item.label for item in items] == [row[3] for row in ROWS]
    assert [item.label for item in lifted.items.values() if item.kind == "assignment"] == [row[4] for row in ROWS]
    named = {item.name: item.label for item in lifted.items.values()}
    found = {(named[x.source], named[x.target]) for x in lifted.links.values() if x.relation == "implements"}
    assert found == {(row[3], row[2]) for row in ROWS}
    # What stands between the two parts is no evidence of them.
    said = [" ".join(proposal.reading.text[p.start : p.end].split()) for p in items[0].evidence]
    assert " ".join(said).replace("- ", "") == LONG
    assert len(said) >= 2


def test_a_table_in_lower_case_keeps_its_rows(tmp_path):
    path = tmp_path / "actions.csv"
    rows = [HEAD, ("Vägar", "Skoter", "Pröva skoter", "köpa två", "rådet"), ("", "", "", "hyra en", "gruppen")]
    path.write_text("\n".join([documents.ACTION_TITLE, *(";".join(row) for row in rows)]), encoding="utf-8")
    proposal = proposed(path)
    assert [i.label for i in proposal.lifted.items.values() if i.kind == "action-item"] == ["köpa två", "hyra en"]
