"""Documents of an invented healthcare region, written in every format that can be read."""

from __future__ import annotations

from html import escape
from pathlib import Path

# An activity plan: focus areas, and activities under each.
TITLE = "Aktivitetsplan 2031"
PLAN = {
    "Vägar till vård": [
        "Pröva skoterambulans i de sju fjällkommunerna tillsammans med Fjällrådet",
        "Utbilda skoterförare i hjärt- och lungräddning samt akut omhändertagande av barn",
    ],
    "Ensamarbete": ["Ordna distanssamtal för dem som arbetar ensamma på hälsocentralerna i inlandet"],
    "Digitala hjälpmedel": [
        "Utveckla e-tjänster för samtal på distans",
        "Kartlägga behovet av satellitkommunikation vid avbrott i det vanliga nätet",
        "Fastställa en gemensam prislista",
    ],
}
FOOTER = "Fjällregionens samverkansnämnd, diarienummer 31/17"


def text(path: Path) -> Path:
    lines = [TITLE, ""]
    for area, activities in PLAN.items():
        lines += [area, ""]
        for activity in activities:
            lines += [*wrapped(activity, "• ", 60), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def wrapped(words: str, sign: str, width: int) -> list[str]:
    lines, line = [], sign
    for word in words.split():
        if len(line) + len(word) > width:
            lines.append(line.rstrip())
            line = ""
        line += word + " "
    return [*lines, line.rstrip()]


def markdown(path: Path) -> Path:
    lines = [f"# {TITLE}", ""]
    for area, activities in PLAN.items():
        items = (f"- {activity.replace('en gemensam', '**en gemensam**')}" for activity in activities)
        lines += [f"## {area}", "", *items, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def html(path: Path) -> Path:
    areas = ""
    for area, activities in PLAN.items():
        items = "".join(f"<li>{escape(activity).replace('ä', '&auml;')}" for activity in activities)
        areas += f"<h2>{escape(area)}</h2>\n<ul>{items}</ul>"
    page = (
        "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>"
        f"<nav>Meny <a href='http://x.invalid/'>hem</a></nav><h1>{TITLE}</h1>{areas}"
        f"<script>var h = '<h2>nej</h2>'</script><footer>{FOOTER}</footer></body></html>"
    )
    path.write_text(page, encoding="utf-8")
    return path


def docx(path: Path) -> Path:
    from docx import Document

    document = Document()
    document.add_heading(TITLE, 1)
    for area, activities in PLAN.items():
        document.add_heading(area, 2)
        for activity in activities:
            document.add_paragraph(activity, style="List Bullet")
    document.sections[0].footer.paragraphs[0].text = FOOTER
    document.save(str(path))
    return path


def pptx(path: Path) -> Path:
    from pptx import Presentation

    slides = Presentation()
    first = slides.slides.add_slide(slides.slide_layouts[0])
    first.shapes.title.text = TITLE
    for area, activities in PLAN.items():
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = area
        slide.placeholders[1].text_frame.text = "\n".join(activities)
    slides.save(str(path))
    return path


def table_pptx(path: Path) -> Path:
    """Slides with nothing but a table each: a slide for each focus area, and a row for each activity."""
    from pptx import Presentation
    from pptx.util import Inches

    slides = Presentation()
    for number, (area, activities) in enumerate(PLAN.items()):
        slide = slides.slides.add_slide(slides.slide_layouts[5 if number == 0 else 6])
        if number == 0:
            slide.shapes.title.text = TITLE
        shape = slide.shapes.add_table(len(activities) + 1, 2, Inches(0.5), Inches(2), Inches(9), Inches(4))
        for at, row in enumerate([("Fokusområde", "Aktivitet"), *((area, activity) for activity in activities)]):
            for column, words in enumerate(row):
                shape.table.cell(at, column).text = words
    slides.save(str(path))
    return path


def xlsx(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet.append(["Fokusområde", "Aktivitet"])
    for area, activities in PLAN.items():
        start = sheet.max_row + 1
        for number, activity in enumerate(activities):
            sheet.append([None if number else area, activity])
        if len(activities) > 1:
            sheet.merge_cells(start_row=start, end_row=sheet.max_row, start_column=1, end_column=1)
    book.save(path)
    return path


def csv(path: Path) -> Path:
    rows = [f"{TITLE};", "Fokusområde;Aktivitet"]
    rows += [f'"{area}";"{activity}"' for area, activities in PLAN.items() for activity in activities]
    path.write_text("\r\n".join(rows), encoding="utf-8-sig")
    return path


def pdf(path: Path, *, columns: int = 1, pages: int = 1, table: bool = False) -> Path:
    """The plan as a PDF with a footer on each page; set in columns, or as a table; repeated to make many pages."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import (
        BaseDocTemplate,
        Frame,
        ListFlowable,
        ListItem,
        PageBreak,
        PageTemplate,
        Paragraph,
        Table,
    )

    styles = getSampleStyleSheet()
    width = (A4[0] - 120) / columns

    def foot(canvas, document) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 30, f"{FOOTER}  {document.page}")

    frames = [Frame(60 + n * width, 60, width - 12, A4[1] - 120, id=str(n)) for n in range(columns)]
    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates(PageTemplate("page", frames, onPage=foot))
    flow: list = []
    for page in range(pages):
        flow.append(Paragraph(TITLE, styles["Heading1"]))
        if table:
            rows = [["Fokusområde", "Aktivitet"]]
            for area, activities in PLAN.items():
                rows += [[Paragraph(area, styles["Normal"]), Paragraph(a, styles["Normal"])] for a in activities]
            flow.append(Table(rows, colWidths=[110, 180], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        else:
            for area, activities in PLAN.items():
                flow.append(Paragraph(area, styles["Heading2"]))
                items = [ListItem(Paragraph(a, styles["Normal"]), bulletColor="black") for a in activities]
                flow.append(ListFlowable(items, bulletType="bullet", start="•"))
        if page + 1 < pages:
            flow.append(PageBreak())
    document.build(flow)
    return path


WRITERS = {
    "plan.txt": text,
    "plan.md": markdown,
    "plan.html": html,
    "plan.docx": docx,
    "plan.pptx": pptx,
    "plan.xlsx": xlsx,
    "plan.csv": csv,
    "plan.pdf": pdf,
}


# The same plan in other layouts.
LAYOUTS = {
    "table.pptx": table_pptx,
    "two-columns.pdf": lambda path: pdf(path, columns=2),
    "table.pdf": lambda path: pdf(path, table=True),
}

REPORT = f"""# Återrapport aktivitetsplan 2031

## Fokusområde Vägar till vård

### Ambulans på skoter

- {PLAN["Vägar till vård"][0]}
- {PLAN["Vägar till vård"][1]}

Under året har Fjällrådet tagit fram en rutin. Sju utryckningar gjordes i mars.

Arbetet fortsätter under 2032. Två möten har ställts in.

## Fokusområde Digitala hjälpmedel

### Prislista

- {PLAN["Digitala hjälpmedel"][2]}

Fjällrådet fastställde prislistan i december 2031.
"""


def report(path: Path) -> Path:
    path.write_text(REPORT, encoding="utf-8")
    return path


# An action plan: the head of its table, and rows of focus area, heading, activity, actions and assignments.
ACTION_TITLE = "Handlingsplan 2031 för ledningsrådet"
ACTION_HEAD = ["Fokusområde", "Verksamhetsplan", "Aktivitet", "Åtgärd", "Uppdrag"]
ACTIONS: list[tuple[str, str, str, list[str], list[str]]] = [
    (
        "Vägar till vård",
        "Ambulans på skoter",
        PLAN["Vägar till vård"][0],
        ["Köp in två skotrar med bår och utrusta dem för vinterdrift"],
        ["Fjällrådet", "Inköpsrådet att ta fram kravlista"],
    ),
    (
        "Vägar till vård",
        "Ambulans på skoter",
        PLAN["Vägar till vård"][1],
        ["Ta fram en kursplan", "Hålla fyra kurstillfällen"],
        ["Kursgruppen"],
    ),
    ("Digitala hjälpmedel", "Prislista", PLAN["Digitala hjälpmedel"][2], ["Räkna om priserna"], ["Fjällrådet"]),
]


def actions_xlsx(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append([ACTION_TITLE])
    sheet.append(ACTION_HEAD)
    for area, heading, activity, items, assignments in ACTIONS:
        sheet.append([area, heading, activity, "\n".join(items), "\n".join(assignments)])
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:B4")
    book.save(path)
    return path


def actions_pptx(path: Path) -> Path:
    """Slides with nothing but a table each, with the head again on every slide."""
    from pptx import Presentation
    from pptx.util import Inches

    slides = Presentation()
    for row in ACTIONS:
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        slide.shapes.title.text = ACTION_TITLE
        table = slide.shapes.add_table(2, 5, Inches(0.5), Inches(2), Inches(9), Inches(4)).table
        for column, (head, cell) in enumerate(zip(ACTION_HEAD, row, strict=True)):
            table.cell(0, column).text = head
            table.cell(1, column).text = cell if isinstance(cell, str) else "\n".join(cell)
    slides.save(str(path))
    return path


def actions_docx(path: Path) -> Path:
    from docx import Document

    document = Document()
    document.add_heading(ACTION_TITLE, 1)
    table = document.add_table(rows=1, cols=5)
    for cell, head in zip(table.rows[0].cells, ACTION_HEAD, strict=True):
        cell.text = head
    for row in ACTIONS:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value if isinstance(value, str) else "\n".join(value)
            if not isinstance(value, str):
                cell.text = value[0]
                for more in value[1:]:
                    cell.add_paragraph(more)
    table.cell(1, 0).merge(table.cell(2, 0)).text = ACTIONS[0][0]
    document.save(str(path))
    return path


def actions_html(path: Path) -> Path:
    rows = "".join(
        "<tr>"
        + (f"<td rowspan=2>{area}</td>" if number == 0 else "" if number == 1 else f"<td>{area}</td>")
        + f"<td>{heading}</td><td>{activity}</td><td>{'<br>'.join(items)}</td><td>{'<br>'.join(assignments)}</td></tr>"
        for number, (area, heading, activity, items, assignments) in enumerate(ACTIONS)
    )
    head = "".join(f"<th>{each}</th>" for each in ACTION_HEAD)
    path.write_text(f"<html><h1>{ACTION_TITLE}</h1><table><tr>{head}</tr>{rows}</table></html>", encoding="utf-8")
    return path


def actions_pdf(path: Path) -> Path:
    """A ruled table in narrow columns, so that every cell wraps."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    styles = getSampleStyleSheet()
    rows: list = [ACTION_HEAD]
    for row in ACTIONS:
        cells = [[value] if isinstance(value, str) else value for value in row]
        rows.append([[part for v in c for part in (Paragraph(v, styles["Normal"]), Spacer(1, 12))][:-1] for c in cells])
    table = Table(rows, colWidths=[85, 90, 105, 110, 95], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])
    SimpleDocTemplate(str(path), pagesize=A4).build([Paragraph(ACTION_TITLE, styles["Heading1"]), table])
    return path


def actions_text(path: Path) -> Path:
    """What is left of such slides where only their text was kept: cells one after the other, with blank lines."""
    pages = []
    for row in ACTIONS:
        cells = [part for value in row for part in ([value] if isinstance(value, str) else value)]
        blocks = ["\n".join(wrapped(cell, "", 24)) for cell in (*ACTION_HEAD, *cells)]
        pages.append(f"{ACTION_TITLE}\n" + "\n\n".join(blocks))
    path.write_text("\n\n\n\n".join(pages), encoding="utf-8")
    return path


ACTION_WRITERS = {
    "actions.xlsx": actions_xlsx,
    "actions.pptx": actions_pptx,
    "actions.docx": actions_docx,
    "actions.html": actions_html,
    "actions.pdf": actions_pdf,
}


def report_pdf(path: Path) -> Path:
    """The report in one column, with large headings and a footer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate

    styles, flow = getSampleStyleSheet(), list[object]()
    for line in REPORT.splitlines():
        words = line.lstrip("#- ").strip()
        if line.startswith("#"):
            flow.append(Paragraph(words, styles[f"Heading{len(line) - len(line.lstrip('#'))}"]))
        elif line.startswith("-"):
            flow.append(ListFlowable([ListItem(Paragraph(words, styles["Normal"]))], bulletType="bullet", start="•"))
        elif words:
            flow.append(Paragraph(words, styles["BodyText"]))
    SimpleDocTemplate(str(path), pagesize=A4).build(flow)
    return path
