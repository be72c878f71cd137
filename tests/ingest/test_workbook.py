"""Workbooks as people keep them: heads of two rows, merged cells, hidden sheets, dates, shares and formulas."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read

HEADS = {"Fokusområde": "focus-area", "Aktivitet": "activity", "Vem": "responsible", "Klart": "due", "Läge": "status"}


def profile_for(folder: Path):
    path = folder / "own.toml"
    columns = "".join(f"[[column]]\nhead = '{head}'\nmakes = '{makes}'\n" for head, makes in HEADS.items())
    path.write_text(
        "[profile]\ndocument = 'ap{year}'\n[variables]\nyear = 'plan (\\d{4})'\n"
        "[[plan]]\nkey = 'ap{year}'\ntype = 'ActivityPlan'\nyear = '{year}'\n" + columns,
        encoding="utf-8",
    )
    return profiles.load(str(path))


def proposed(path: Path):
    profile = profile_for(path.parent)
    return propose(read(path, profile.options), profile, Known())


def test_numbers_dates_and_shares_are_read_as_they_are_shown(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append([date(2031, 3, 31), 0.45, 0.1 + 0.2, 12.0, 7, True, "text"])
    sheet["B1"].number_format = "0%"
    sheet["E1"].number_format = '0" %"'
    book.save(tmp_path / "a.xlsx")
    texts = [block.text for block in read(tmp_path / "a.xlsx").blocks]
    assert texts == ["2031-03-31", "45 %", "0,3", "12", "7", "True", "text"]


def test_hidden_sheets_are_left_out_and_said(tmp_path):
    book = Workbook()
    book.active.append(["Synlig"])
    lists = book.create_sheet("Listor")
    lists.append(["Pågår"])
    lists.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    assert [block.text for block in reading.blocks] == ["Synlig"]
    assert reading.notes == (("hidden-sheets", 1),)


def test_what_is_not_read_is_told_in_the_language_of_the_reader(tmp_path):
    book = Workbook()
    book.active.append(["Aktivitetsplan 2031"])
    book.create_sheet("Listor").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    made = proposed(tmp_path / "a.xlsx")
    assert made.summary("sv")["notes"] == ["Dolda blad, inte lästa: 1"]
    assert made.summary()["notes"] == ["Hidden sheets, not read: 1"]


def test_rows_that_a_filter_hides_are_read(tmp_path):
    book = Workbook()
    book.active.append(["Synlig"])
    book.active.append(["Filtrerad"])
    book.active.row_dimensions[2].hidden = True
    book.save(tmp_path / "a.xlsx")
    assert [block.text for block in read(tmp_path / "a.xlsx").blocks] == ["Synlig", "Filtrerad"]


def test_formulas_give_their_value_or_are_said_to_have_none(tmp_path):
    book, path = Workbook(), tmp_path / "a.xlsx"
    book.active.append(["Antal", "=1+1", "=2+2"])
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.count(b"<f>") == 2
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
        b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
    )
    with zipfile.ZipFile(path, "w") as new:
        for name, octets in parts.items():
            new.writestr(name, octets)
    reading = read(path)
    assert [block.text for block in reading.blocks] == ["Antal", "2"]
    assert reading.notes == (("no-value", 1),)


def test_a_head_of_two_rows_with_merged_cells(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Aktivitetsplan 2031"])
    sheet.append(["Fokusområde", "Aktivitet", "Uppföljning", None, None])
    sheet.append([None, None, "Vem", "Klart", "Läge"])
    sheet.append(["Vägar", "Pröva skoterambulans", "Fjällrådet", date(2031, 3, 31), "Pågår"])
    sheet.append([None, "Utbilda skoterförare", "Kommunerna", None, "Klart"])
    for cells in ("A2:A3", "B2:B3", "C2:E2", "A4:A5"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    made = proposed(tmp_path / "a.xlsx")
    activities = [item for item in made.lifted.items.values() if item.kind == "activity"]
    assert [item.label for item in activities] == ["Pröva skoterambulans", "Utbilda skoterförare"]
    assert [item.values["status"] for item in activities] == [["progressed"], ["completed"]]
    assert activities[0].values["date"] == ["2031-03-31"]
    areas = {link.source: link.target for link in made.lifted.links.values() if link.relation == "inFocusArea"}
    assert areas == {item.name: ("focus-area", "vagar") for item in activities}
    assert {link.relation for link in made.lifted.links.values()} >= {"assignedTo"}


def test_one_head_above_and_the_others_below(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Aktivitetsplan 2031"])
    sheet.append(["Aktivitet", "Uppföljning", None])
    sheet.append([None, "Vem", "Läge"])
    sheet.append(["Pröva skoterambulans", "Fjällrådet", "Pågår"])
    book.save(tmp_path / "a.xlsx")
    activities = [item for item in proposed(tmp_path / "a.xlsx").lifted.items.values() if item.kind == "activity"]
    assert [(item.label, item.values["status"]) for item in activities] == [("Pröva skoterambulans", ["progressed"])]


def test_a_second_table_with_other_columns_has_its_own_head(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Aktivitetsplan 2031"])
    sheet.append(["Fokusområde", "Aktivitet", "Läge"])
    sheet.append(["Vägar", "Pröva skoterambulans", "Pågår"])
    sheet.append(["Aktivitet", "Vem"])
    sheet.append(["Utbilda skoterförare", "Fjällrådet"])
    book.save(tmp_path / "a.xlsx")
    made = proposed(tmp_path / "a.xlsx")
    activities = [item.label for item in made.lifted.items.values() if item.kind == "activity"]
    assert activities == ["Pröva skoterambulans", "Utbilda skoterförare"]
