"""Slides as people make them: titles that are only text boxes, groups, hidden slides, notes, lines broken in cells."""

from __future__ import annotations

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from svngraph.ingest.reading import read


def box(shapes, text: str, top: float, size: int | None = None):
    made = shapes.add_textbox(Inches(1), Inches(top), Inches(5), Inches(1))
    made.text_frame.text = text
    if size:
        made.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    return made


def said(slides, path) -> list[tuple[str, str]]:
    slides.save(str(path))
    return [(block.kind.value, block.text) for block in read(path).blocks]


def test_a_text_box_in_large_type_at_the_top_is_the_title(tmp_path):
    slides = Presentation()
    first = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    box(first, "• Pröva skoterambulans\n• Utbilda skoterförare", 3, 18)
    box(first, "Vägar till vård", 0.5, 32)
    second = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    box(second, "Ingen rubrik", 0.5)
    box(second, "Lika stor", 2)
    assert said(slides, tmp_path / "a.pptx") == [
        ("heading", "Vägar till vård"),
        ("bullet", "Pröva skoterambulans"),
        ("bullet", "Utbilda skoterförare"),
        ("paragraph", "Ingen rubrik"),
        ("paragraph", "Lika stor"),
    ]


def test_a_title_that_is_left_empty(tmp_path):
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.placeholders[1].text_frame.text = "Pröva skoterambulans"
    assert said(slides, tmp_path / "a.pptx") == [("bullet", "Pröva skoterambulans")]


def test_groups_in_groups_are_opened(tmp_path):
    slides = Presentation()
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    outer = shapes.add_group_shape()
    box(outer.shapes, "I gruppen", 2)
    inner = outer.shapes.add_group_shape()
    box(inner.shapes, "Innerst", 3)
    assert [text for _, text in said(slides, tmp_path / "a.pptx")] == ["I gruppen", "Innerst"]


def test_what_is_not_read_is_said(tmp_path):
    slides = Presentation()
    first = slides.slides.add_slide(slides.slide_layouts[5])
    first.shapes.title.text = "Vägar till vård"
    first.notes_slide.notes_text_frame.text = "Säg något om skotern."
    data = CategoryChartData()
    data.categories = ["2031"]
    data.add_series("Turer", (7,))
    first.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, Inches(2), Inches(4), Inches(3), data)
    hidden = slides.slides.add_slide(slides.slide_layouts[5])
    hidden.shapes.title.text = "Reserv"
    hidden._element.set("show", "0")
    assert said(slides, tmp_path / "a.pptx") == [("heading", "Vägar till vård")]
    assert read(tmp_path / "a.pptx").notes == (
        ("speaker-notes", 1),
        ("diagrams", 1),
        ("hidden-slides", 1),
    )


def test_lines_broken_in_a_cell_and_merged_cells(tmp_path):
    slides = Presentation()
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    table = shapes.add_table(3, 2, Inches(1), Inches(1), Inches(8), Inches(3)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Fokusområde", "Aktivitet"
    table.cell(1, 0).text = "Vägar"
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 1).text = "- Skoter\v- Båt\nHjärt- och lungräddning"
    table.cell(2, 1).text = "Flyg"
    slides.save(str(tmp_path / "a.pptx"))
    found = [(b.cell.row, b.cell.column, b.text) for b in read(tmp_path / "a.pptx").blocks if b.cell]
    assert found == [
        (1, 1, "Fokusområde"), (1, 2, "Aktivitet"), (2, 1, "Vägar"), (2, 2, "Skoter"), (2, 2, "Båt"),
        (2, 2, "Hjärt- och lungräddning"),
        (3, 2, "Flyg"),
    ]  # fmt: skip
