"""Matrices, chains and impact: cases worked out on paper, properties against slow definitions, and files as opened."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from svngraph.errors import UnknownLevel
from svngraph.spreadsheet import Sheet, harmless, workbook
from svngraph.tracing import graph, snapshots
from svngraph.tracing.chains import firmest_chain
from svngraph.tracing.findings import findings
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.impact import impact
from svngraph.tracing.matrix import NOBODY, chains, matrix
from svngraph.tracing.matrix_pages import pages

from .generated import NAMES, Data, Told, datasets

Run = Callable[..., subprocess.CompletedProcess[str]]
FEW = settings(max_examples=40, deadline=None, derandomize=True)

# Two goals; heading h1 serves g1 firmly and g2 by judgement, h2 serves nothing, activity b stands nowhere.
PAPER = Data(
    ("goal/g1", "goal/g2", "heading/h1", "heading/h2", "activity/a", "activity/b", "report-entry/r"),
    (
        Told("heading/h1", "serves", "goal/g1", (0,)),
        Told("heading/h1", "serves", "goal/g2", (2,)),
        Told("activity/a", "underHeading", "heading/h1", (1,)),
        Told("activity/a", "underHeading", "heading/h2", (0,)),
        Told("report-entry/r", "reportsOn", "activity/a", (0,)),
    ),
)


def test_a_matrix_worked_out_on_paper() -> None:
    columns = snapshots.read(PAPER.snapshot(), NAMES)
    found = matrix(columns, columns.level_of("goal"), columns.level_of("activity"))
    keys = columns.keys(range(len(columns)))
    cells = {
        (keys[found.rows[r]], keys[found.columns[c]]): int(w)
        for r, c, w in zip(found.row, found.column, found.weakness, strict=True)
    }
    assert cells == {("g1", "a"): 1, ("g2", "a"): 2}
    counts = dict(zip([keys[n] for n in found.columns], found.column_counts.tolist(), strict=True))
    assert counts == {"a": 2, "b": 0}
    turned = matrix(columns, columns.level_of("activity"), columns.level_of("goal"))
    assert turned.row_counts.tolist() == found.column_counts.tolist()
    firm = matrix(columns, columns.level_of("goal"), columns.level_of("activity"), weakest=1)
    assert int(firm.row_counts.sum()) == 1


def test_chains_worked_out_on_paper() -> None:
    columns = snapshots.read(PAPER.snapshot(), NAMES)
    keys = [*columns.keys(range(len(columns))), ""]
    found = chains(columns, [columns.level_of(key) for key in ("goal", "heading", "activity", "report-entry")])
    rows = {tuple(keys[item] for item in row): int(weak) for row, weak in zip(found.rows, found.weakness, strict=True)}
    assert rows == {
        ("g1", "h1", "a", "r"): 1,
        ("g2", "h1", "a", "r"): 2,
        ("", "h2", "a", "r"): 0,
        ("", "", "b", ""): 0,
    }
    assert found.whole.sum() == 2


@FEW
@given(datasets())
def test_a_cell_is_the_firmest_chain(data: Data) -> None:
    read, columns = graph.read(data.store(), NAMES), snapshots.read(data.snapshot(), NAMES)
    iris = columns.iris(range(len(columns)))
    found = matrix(columns, columns.level_of("goal"), columns.level_of("activity"))
    best: dict[object, int] = {}
    for column, weak in zip(found.column.tolist(), found.weakness.tolist(), strict=True):
        item = iris[found.columns[column]]
        best[item] = min(best.get(item, 9), weak)
    for item in read.at(read.level("activity")):
        chain = firmest_chain(read, item, read.level("goal"))
        assert best.get(item.iri) == (None if chain is None else max(link.weakness for link in chain))


@FEW
@given(datasets())
def test_chains_leave_no_item_out(data: Data) -> None:
    columns = snapshots.read(data.snapshot(), NAMES)
    levels = [columns.level_of(key) for key in ("goal", "heading", "activity", "report-entry")]
    found = chains(columns, levels)
    for place, level in enumerate(levels):
        assert {item for item in found.rows[:, place].tolist() if item != NOBODY} == set(columns.at(level).tolist())
    assert len({tuple(row) for row in found.rows.tolist()}) == len(found)


def test_levels_must_be_of_one_chain() -> None:
    columns = snapshots.read(PAPER.snapshot(), NAMES)
    goal, outcome = columns.level_of("goal"), columns.level_of("outcome")
    for levels in ([goal], [goal, goal], [columns.level_of("action-item"), outcome]):
        with pytest.raises(UnknownLevel):
            chains(columns, levels)


def slow_lost(read: TraceGraph, gone: object) -> set[object]:
    def reached(without: object) -> set[object]:
        known = {i.iri for i in read.items.values() if i.level.key == "goal" and i.iri != without}
        while True:
            more = {k.source for k in read.links if k.target in known and k.source != without} - known
            if not more:
                return known
            known |= more

    return reached(None) - reached(gone) - {gone}


@FEW
@given(datasets())
def test_impact_is_what_hangs_below_and_what_loses_its_way(data: Data) -> None:
    read = graph.read(data.store(), NAMES)
    for item in list(read.items.values())[::3]:
        found = impact(read, item)
        assert {d.item.iri for d in found.orphaned} == slow_lost(read, item.iri)
        for dependent in found.dependents:
            at = item.iri
            for link in dependent.chain:
                assert link.target == at
                at = link.source
            assert at == dependent.item.iri
            assert max(link.weakness for link in dependent.chain) == dependent.weakness


def test_impact_worked_out_on_paper() -> None:
    read = graph.read(PAPER.store(), NAMES)
    found = impact(read, read.items[NAMES.thing("goal", "g1")])
    assert [(d.item.key, d.weakness, d.orphaned) for d in found.dependents] == [
        ("h1", 0, False),
        ("a", 1, False),
        ("r", 1, False),
    ]
    heading = impact(read, read.items[NAMES.thing("heading", "h1")])
    assert [(d.item.key, d.orphaned) for d in heading.dependents] == [("a", True), ("r", True)]


def test_a_workbook_keeps_texts_as_texts() -> None:
    hostile = ['=HYPERLINK("x")', "+1", "-1", "@x", "\x00\x1b[31m", "x" * 40_000, "<b>&"]
    octets = workbook([Sheet("a/b[c]", ["=1", "antal"], [(text, 1) for text in hostile]), Sheet("A b c", ["x"], [])])
    book = load_workbook(io.BytesIO(octets))
    assert book.sheetnames == ["a b c", "A b c (2)"]
    page = book.worksheets[0]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:B8")
    assert page["A1"].font.b
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert page["A2"].value == hostile[0]
    assert b"<f>" not in octets
    assert [harmless(text)[0] for text in hostile[:4]] == ["'"] * 4


def test_pages_are_cut_and_joined_by_links_and_escape_what_they_hold() -> None:
    rows = [(f"<script>{n}", "å\x00", ("1", ["<i>"])) for n in range(1201)]
    made = list(pages("<t>", ["a", "b", "c"], rows, [("x", "<y>")], "sv", lambda n: f"p{n}.html"))
    assert [name for name, _ in made] == ["p1.html", "p2.html", "p3.html"]
    texts = [octets.decode() for _, octets in made]
    assert "<script>" not in "".join(texts)
    assert "<i>" not in "".join(texts)
    assert "\x00" not in "".join(texts)
    assert [len(re.findall('<tr><th scope="row">', text)) for text in texts] == [500, 500, 201]
    assert 'rel="prev"' not in texts[0]
    assert 'href="p2.html"' in texts[0]
    assert 'rel="next"' not in texts[2]
    assert len(list(pages("t", ["a"], rows, [], "en", str, 0))) == 1
    assert len(list(pages("t", ["a"], [], [], "en", str))) == 1


def test_the_commands_as_a_user_runs_them(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    data = ("--data", str(fjall))
    grid = svngraph("matrix", "heading", "activity", *data)
    assert grid.returncode == 0, grid.stderr
    assert "fv-01" in grid.stdout
    table = svngraph("matrix", "goal", "heading", "activity", "--format", "csv", *data)
    rows = list(csv.reader(io.StringIO(table.stdout)))
    assert rows[0][:2] == ["Avtalsmål", "Avtalsmål: namn"]
    assert ["", "", "", "", "fp2032-01", "Bygga landningsplats", "avtalsmål, rubrik", ""] in rows
    found = json.loads(svngraph("matrix", "activity", "report-entry", "--format", "json", *data).stdout)
    assert len(found["matrices"][0]["cells"]) == 2
    for form in ("xlsx", "html"):
        out = tmp_path / f"m.{form}"
        done = svngraph("matrix", "goal", "heading", "activity", "--format", form, "--out", str(out), *data)
        assert (done.returncode, done.stderr, out.exists()) == (0, "", True)
    book = load_workbook(tmp_path / "m.xlsx")
    assert book.sheetnames[-1] == "Om"
    # A count leads to the first chain of its row: the heading with two activities and the one with one.
    chains, grid_of = book.worksheets[0], book.worksheets[2]
    jumps = {row[0].value: row[2] for row in grid_of.iter_rows(min_row=2) if row[2].hyperlink}
    assert {key: cell.value for key, cell in jumps.items()} == {"fv-01": 2, "fv-02": 1}
    for key, cell in jumps.items():
        sheet, _, place = cell.hyperlink.location.rpartition("!")
        assert sheet.strip("'") == chains.title
        assert [cell.value for cell in chains[int(place.removeprefix("A"))]][2] == key
    shown = svngraph("impact", "fp2031-01", "--format", "json", *data)
    assert [d["key"] for d in json.loads(shown.stdout)["dependents"]] == ["fh-1", "fp2031-01", "fp2031-01-1"]
    listed = svngraph("findings", "--lang", "en", "--fail-on", "warning", *data)
    assert listed.returncode == 1
    assert "orphan" in listed.stdout
    for wrong in (("matrix", "goal"), ("matrix", "goal", "castle"), ("matrix", "goal", "activity", "--plan", "x")):
        done = svngraph(*wrong, *data)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_the_policy_decides_when_gaps_fail(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    rules = """
[[rule]]
level = "activity"
direction = "up"
to = ["goal", "focus-area"]
basis = "judgement"
when = "always"
severity = "violation"
[[threshold]]
level = "activity"
to = "outcome"
meaning = "any"
at-least = {share}
severity = "violation"
[[waiver]]
item = "activity/fp2031-02"
reason = "muntligt"
owner = "kansliet"
expires = {day}
[[waiver]]
item = "fp2031-03"
reason = "muntligt"
owner = "kansliet"
expires = {day}
[[waiver]]
item = "fp2032-01"
reason = "muntligt"
owner = "kansliet"
expires = {day}
"""

    def run(share: float, day: str) -> tuple[int, dict[str, object]]:
        policy.write_text(rules.format(share=share, day=day), "utf-8")
        args = ("--policy", str(policy), "--fail-on", "violation", "--as-of", "2031-06-01", "--data", str(fjall))
        done = svngraph("gaps", "--format", "json", *args)
        return done.returncode, json.loads(done.stdout)

    code, report = run(0.25, "2031-06-01")
    assert (code, report["gaps"], report["policy"]) == (0, [], [])
    assert run(0.26, "2031-06-01")[0] == 1
    code, report = run(0.25, "2031-05-31")
    assert code == 1
    assert {finding["kind"] for finding in report["policy"]} == {"waiver-expired"}


def test_an_empty_dataset_has_no_findings_and_no_chains() -> None:
    columns = snapshots.read(Data((), ()).snapshot(), NAMES)
    assert findings(columns) == []
    assert len(chains(columns, [columns.level_of(key) for key in ("goal", "heading", "activity")])) == 0
