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
