"""Word documents as people write them: headings only bold, numbers that Word counts, boxes, tracked changes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from svngraph.errors import InputError
from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read


def said(document, path: Path) -> list[tuple[str, int, str]]:
    document.save(str(path))
    return [(block.kind.value, block.level, block.text) for block in read(path).blocks]


def paragraph(document, xml: str):
    """A paragraph with something inside it that the library cannot write."""
    made = document.add_paragraph()
    for child in parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"):
        made._p.append(child)
    return made


def run(text: str, kind: str = "t") -> str:
    return f'<w:r><w:{kind} xml:space="preserve">{text}</w:{kind}></w:r>'


def bold(document, text: str, size: int | None = None):
    made = document.add_paragraph().add_run(text)
    made.bold = True
    made.font.size = Pt(size) if size else None


def test_headings_that_are_only_bold_or_large(tmp_path):
    document = Document()
    bold(document, "Aktivitetsplan 2031", 20)
    bold(document, "Vägar till vård", 14)
    document.add_paragraph("Skotern når dit vägen tar slut.")
    bold(document, "Varning: detta är en hel mening som bara är fet.")
    made = document.add_paragraph()
    made.add_run("Ansvar: ").bold = True
    made.add_run("Fjällrådet")
    bold(document, "Ensamarbete", 14)
    large = document.add_paragraph().add_run("Bilagor")
    large.font.size = Pt(16)
    assert said(document, tmp_path / "a.docx") == [
        ("heading", 1, "Aktivitetsplan 2031"),
        ("heading", 3, "Vägar till vård"),
        ("paragraph", 0, "Skotern når dit vägen tar slut."),
        ("paragraph", 0, "Varning: detta är en hel mening som bara är fet."),
        ("paragraph", 0, "Ansvar: Fjällrådet"),
        ("heading", 3, "Ensamarbete"),
        ("heading", 2, "Bilagor"),
    ]


def test_bold_headings_stand_below_those_with_a_style(tmp_path):
    document = Document()
    document.add_heading("Vägar", 1)
    document.add_heading("Vård", 2)
    bold(document, "Ambulans")
    assert [level for _, level, _ in said(document, tmp_path / "a.docx")] == [1, 2, 3]


def test_styles_of_a_body_of_its_own(tmp_path):
    document = Document()
    own = document.styles.add_style("Regionens kapitel", 1)
    own.base_style = document.styles["Heading 2"]
    outlined = document.styles.add_style("Mellanrad", 1)
    outlined.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    point = document.styles.add_style("Regionens punkt", 1)
    point.base_style = document.styles["List Bullet"]
    document.add_paragraph("Vägar", style="Regionens kapitel")
    document.add_paragraph("skotrar och vägar.", style="Mellanrad")
    document.add_paragraph("Pröva skoterambulans", style="Regionens punkt")
    assert said(document, tmp_path / "a.docx") == [
        ("heading", 2, "Vägar"),
        ("heading", 3, "skotrar och vägar."),
        ("bullet", 1, "Pröva skoterambulans"),
    ]


NUMBERING = """<w:abstractNum {ns} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%4"/></w:lvl>
<w:lvl w:ilvl="4"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>"""


def numbered(document, texts: list[tuple[int, str]]):
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in texts:
        made = document.add_paragraph(text)
        properties = made._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = 91
        properties.get_or_add_ilvl().val = level


def test_numbers_that_word_counts(tmp_path):
    document = Document()
    numbered(
        document,
        [(0, "Vägar"), (1, "Skoter"), (1, "Båt"), (2, "Roddbåt"), (2, "Motorbåt"), (4, "Kajak"), (0, "Vård"),
         (1, "Distans"), (3, "Samtal"), (3, "Bild")],
    )  # fmt: skip
    document.save(str(tmp_path / "a.docx"))
    blocks = read(tmp_path / "a.docx").blocks
    assert [b.mark for b in blocks] == ["3.", "3.1", "3.2", "a)", "b)", "", "4.", "4.1", "I", "II"]
    assert {b.kind.value for b in blocks} == {"bullet"}
    assert [b.level for b in blocks] == [1, 2, 2, 3, 3, 5, 1, 2, 4, 4]


def test_the_number_that_word_counts_is_the_code_of_an_activity(tmp_path):
    document, own = Document(), tmp_path / "own.toml"
    document.add_paragraph("Aktivitetsplan 2031")
    numbered(document, [(0, "Pröva skoterambulans i fjällen."), (0, "Utbilda skoterförare i räddning.")])
    document.save(str(tmp_path / "a.docx"))
    own.write_text(
        "[profile]\ndocument = 'ap{year}'\n[variables]\nyear = 'plan (\\d{4})'\n"
        "[[rule]]\non = 'bullet'\nmakes = 'activity'\nnumbered = true\n",
        encoding="utf-8",
    )
    profile = profiles.load(str(own))
    made = propose(read(tmp_path / "a.docx", profile.options), profile, Known())
    assert [i.values["code"] for i in made.lifted.items.values()] == [["3"], ["4"]]


def test_tracked_changes_are_read_as_accepted(tmp_path):
    document = Document()
    who = 'w:id="1" w:author="A" w:date="2031-01-01T00:00:00Z"'
    paragraph(
        document,
        run("Pröva ") + f"<w:del {who}>{run('båt', 'delText')}</w:del><w:ins {who}>{run('skoterambulans')}</w:ins>"
        f"<w:moveFrom {who}>{run(' i dalen')}</w:moveFrom>" + run(" i fjällen"),
    )
    paragraph(document, f"<w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr>" + run("Utbilda "))
    document.add_paragraph("skoterförare")
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "Struken rad", "Kvar"
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')} {who}/>"))
    texts = [text for _, _, text in said(document, tmp_path / "a.docx")]
    assert texts == ["Pröva skoterambulans i fjällen", "Utbilda skoterförare", "Kvar"]


def test_text_boxes_content_controls_and_links_are_read_once(tmp_path):
    document = Document()
    box = f"<w:txbxContent><w:p>{run('I rutan')}</w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    paragraph(
        document,
        run("Utanför rutan")
        + f'<w:r><mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
    )
    body = document.element.body
    body.insert(
        1, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('I ett fält')}</w:p></w:sdtContent></w:sdt>")
    )
    paragraph(document, f"<w:hyperlink>{run('En länk')}</w:hyperlink><w:sdt><w:sdtContent>{run(' till mer')}"
              "</w:sdtContent></w:sdt>" + '<w:r><w:rPr><w:vanish/></w:rPr><w:t>dolt</w:t></w:r>')  # fmt: skip
    texts = [text for _, _, text in said(document, tmp_path / "a.docx")]
    assert texts == ["Utanför rutan", "I rutan", "I ett fält", "En länk till mer"]


def test_tables_in_cells_and_merged_cells(tmp_path):
    document = Document()
    table = document.add_table(3, 3)
    for column, head in enumerate(("Fokusområde", "Aktivitet", "Ansvar")):
        table.cell(0, column).text = head
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Vägar"
    table.cell(1, 1).text = "Utbilda i hjärt- och lungräddning\n- Båt"
    inner = table.cell(2, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Inre ett", "Inre två"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "Fjällrådet"
    document.save(str(tmp_path / "a.docx"))
    found = [(b.cell.row, b.cell.column, b.text) for b in read(tmp_path / "a.docx").blocks if b.cell]
    assert found == [
        (1, 1, "Fokusområde"), (1, 2, "Aktivitet"), (1, 3, "Ansvar"), (2, 1, "Vägar"),
        (2, 2, "Utbilda i hjärt- och lungräddning"), (2, 2, "Båt"),
        (2, 3, "Fjällrådet"), (3, 2, "Inre ett"), (3, 2, "Inre två"),
    ]  # fmt: skip


def test_a_frame_is_no_table_and_what_stands_in_it_is_read(tmp_path):
    document = Document()
    frame = document.add_table(1, 1).cell(0, 0)
    frame.paragraphs[0].text = "Om planen"
    inner = frame.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Fokusområde", "Aktivitet"
    document.save(str(tmp_path / "a.docx"))
    found = [(b.kind.value, b.cell and b.cell.column, b.text) for b in read(tmp_path / "a.docx").blocks]
    assert found == [("paragraph", None, "Om planen"), ("cell", 1, "Fokusområde"), ("cell", 2, "Aktivitet")]


def test_a_long_vertical_merge_is_no_recursion(tmp_path):
    document = Document()
    table = document.add_table(1500, 2)
    cells = table._cells
    for row in range(1500):
        cells[2 * row + 1].paragraphs[0].add_run(f"Aktivitet {row}")
        merge = OxmlElement("w:vMerge")
        if row == 0:
            merge.set(qn("w:val"), "restart")
            cells[0].paragraphs[0].add_run("Vägar")
        cells[2 * row]._tc.get_or_add_tcPr().append(merge)
    document.save(str(tmp_path / "a.docx"))
    assert len(read(tmp_path / "a.docx").blocks) == 1501


def test_contents_are_furniture_and_footnotes_come_last(tmp_path):
    document = Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Vägar till vård\t3", style="toc 1")
    document.add_heading("Vägar till vård", 1)
    document.sections[0].orientation = WD_ORIENT.LANDSCAPE
    path = tmp_path / "a.docx"
    document.save(str(path))
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p>{run("streck")}</w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p>{run("Enligt avtalet.")}</w:p></w:footnote></w:footnotes>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    type_ = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    parts = {}
    with zipfile.ZipFile(path) as old:
        for entry in old.infolist():
            octets = old.read(entry)
            if entry.filename == "word/_rels/document.xml.rels":
                end = f'<Relationship Id="rId90" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                octets = octets.replace(b"</Relationships>", end.encode())
            if entry.filename == "[Content_Types].xml":
                end = f'<Override PartName="/word/footnotes.xml" ContentType="{type_}"/></Types>'
                octets = octets.replace(b"</Types>", end.encode())
            parts[entry.filename] = octets
    with zipfile.ZipFile(path, "w") as new:
        for name, octets in (parts | {"word/footnotes.xml": notes.encode()}).items():
            new.writestr(name, octets)
    reading = read(path)
    assert [reading.text[start:end] for start, end in reading.furniture] == ["Vägar till vård 3"]
    assert [(b.kind.value, b.text) for b in reading.blocks] == [
        ("heading", "Vägar till vård"),
        ("paragraph", "Enligt avtalet."),
    ]


def test_elements_that_hold_one_another_without_end(tmp_path):
    document = Document()
    deep = f"<w:p>{run('djupt')}</w:p>"
    for _ in range(80):
        deep = f"<w:sdt><w:sdtContent>{deep}</w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(deep.replace("<w:sdt>", f"<w:sdt {nsdecls('w')}>", 1)))
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(InputError, match="too deep"):
        read(tmp_path / "a.docx")
