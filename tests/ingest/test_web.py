"""Web pages as publishing tools write them: lists in lists, lists of terms, broken lines, merged cells."""

from __future__ import annotations

from svngraph.ingest.reading import read


def said(html: str, path) -> list[tuple[str, int, str]]:
    path.write_text(f"<!DOCTYPE html><html><body>{html}</body></html>", encoding="utf-8")
    return [(block.kind.value, block.level, block.text) for block in read(path).blocks]


def test_lists_in_lists(tmp_path):
    html = (
        "<ol><li>Vägar<ul><li><p>Skoter</p><p>Den går på snö.</p></li><li>Båt</li></ul>och broar</li>"
        "<li><strong>Vård</strong><br>nära hemmet</li></ol>"
    )
    assert said(html, tmp_path / "a.html") == [
        ("bullet", 1, "Vägar"),
        ("bullet", 2, "Skoter"),
        ("paragraph", 0, "Den går på snö."),
        ("bullet", 2, "Båt"),
        ("paragraph", 0, "och broar"),
        ("bullet", 1, "Vård nära hemmet"),
    ]


def test_what_is_emphasised_leaves_the_kind_of_its_block(tmp_path):
    html = "<h2><span>Vägar</span> till <em>vård</em></h2><ul><li><b>Skoter</b> och båt</li></ul>"
    assert said(html, tmp_path / "a.html") == [("heading", 2, "Vägar till vård"), ("bullet", 1, "Skoter och båt")]


def test_a_heading_of_two_lines_is_one(tmp_path):
    assert said("<h2>Vägar<br/>till vård</h2><p>Ett<br>Två</p>", tmp_path / "a.html") == [
        ("heading", 2, "Vägar till vård"),
        ("paragraph", 0, "Ett"),
        ("paragraph", 0, "Två"),
    ]


def test_terms_open_what_is_said_of_them(tmp_path):
    html = "<dl><dt>Pröva skoterambulans</dt><dd>Fjällrådet prövade den.</dd><dt>Båt<dd>Ställdes in.</dl>"
    assert said(html, tmp_path / "a.html") == [
        ("bullet", 1, "Pröva skoterambulans"),
        ("paragraph", 0, "Fjällrådet prövade den."),
        ("bullet", 1, "Båt"),
        ("paragraph", 0, "Ställdes in."),
    ]


def test_cells_over_rows_and_columns_and_what_stands_in_them(tmp_path):
    html = (
        "<table><tr><th rowspan=2>Fokusområde<th colspan=2>Aktivitet<tr><th>Vad<th>Vem"
        "<tr><td rowspan=2>Vägar<td><ul><li>Skoter<li>Båt</ul><td>Fjällrådet<tr><td>Tåg<br>Flyg<td>Kommunerna</table>"
    )
    said(html, tmp_path / "a.html")
    found = [(b.cell.row, b.cell.column, b.text) for b in read(tmp_path / "a.html").blocks if b.cell]
    assert found == [
        (1, 1, "Fokusområde"), (1, 2, "Aktivitet"), (2, 2, "Vad"), (2, 3, "Vem"), (3, 1, "Vägar"), (3, 2, "Skoter"),
        (3, 2, "Båt"), (3, 3, "Fjällrådet"), (4, 2, "Tåg"), (4, 2, "Flyg"), (4, 3, "Kommunerna"),
    ]  # fmt: skip


def test_what_is_not_closed_ends_as_html_says(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<!DOCTYPE html><html><head><title>Plan</title><meta charset=utf-8><h1>Vägar</h1><p>Ett", "utf-8")
    assert [(b.kind.value, b.text) for b in read(path).blocks] == [("heading", "Vägar"), ("paragraph", "Ett")]
    path.write_text("<!DOCTYPE html><title>Plan</title>Ord utan <b>element</b>", "utf-8")
    assert [block.text for block in read(path).blocks] == ["Ord utan element"]
    path.write_text("<!DOCTYPE html><html><head><title>Plan</title>Ord direkt", "utf-8")
    assert [block.text for block in read(path).blocks] == ["Ord direkt"]
    for tag, kind in (("li", "bullet"), ("p", "paragraph")):
        many = said(f"<ul>{''.join(f'<{tag}>Nummer <b>{n}' for n in range(250))}</ul>", path)
        assert [(k, text) for k, _, text in many] == [(kind, f"Nummer {n}") for n in range(250)]
    rows = "".join(f"<tr><td>Rad {n}<td><p>Mer" for n in range(250))
    assert len(said(f"<table><thead><tr><th>Ett<th>Två<tbody>{rows}</table><p>Efter", path)) == 503
    found = read(path).blocks
    assert (found[-1].kind.value, found[-1].text, found[501].cell.row, found[501].cell.column) == (
        "paragraph", "Efter", 251, 2,
    )  # fmt: skip
    assert len(said("<dl>" + "<dt>Ord<dd>Mening" * 250 + "</dl>", path)) == 500
    assert said("<select>" + "<option>Ett" * 250 + "</select><p>Slut", path)[-1] == ("paragraph", 0, "Slut")


def test_an_end_tag_reaches_no_further_than_its_cell_or_list(tmp_path):
    html = "<div><table><tr><td>Ett</div><td>Två</table><ul><li>Vägar<ul></li><li>Skoter</ul>och mer<li>Båt</ul></div>"
    assert said(html, tmp_path / "a.html") == [
        ("cell", 0, "Ett"),
        ("cell", 0, "Två"),
        ("bullet", 1, "Vägar"),
        ("bullet", 2, "Skoter"),
        ("paragraph", 0, "och mer"),
        ("bullet", 1, "Båt"),
    ]
