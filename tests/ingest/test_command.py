"""``svngraph ingest`` as a user runs it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pyoxigraph
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents


@pytest.fixture
def ingest(svngraph, fjall):
    def run(*args: str):
        return svngraph("ingest", *args, "--data", str(fjall))

    return run


def test_a_plan_becomes_a_graph_with_its_places(ingest, tmp_path):
    path = documents.text(tmp_path / "plan.txt")
    done = ingest(str(path), "--profile", "activity-plan", "--out", str(tmp_path / "plan.trig"))
    assert done.returncode == 0, done.stderr
    assert "activity" in done.stdout
    assert "6" in done.stdout
    quads = list(pyoxigraph.parse((tmp_path / "plan.trig").read_bytes(), format=pyoxigraph.RdfFormat.TRIG))
    graphs = {quad.graph_name.value for quad in quads}
    assert graphs == {"https://w3id.org/svngraph/graph/ap2031"}
    text = (tmp_path / "plan.trig").read_text("utf-8")
    assert "activity:ap2031-06" in text
    assert "basis:structural" in text
    # Every passage's digest is that of the words at its place.
    said = svn_quotes(path, quads)
    assert said
    assert all(said)


def svn_quotes(path: Path, quads) -> list[bool]:
    from svngraph.model import quote_digest

    source, by = path.read_text("utf-8"), {}
    for quad in quads:
        by.setdefault(str(quad.subject), {})[quad.predicate.value.rpartition("#")[2].rpartition("/")[2]] = quad.object
    found = []
    for values in by.values():
        if "quoteDigest" in values:
            at = by[str(values["hasSelector"])]
            words = source[int(at["start"].value) : int(at["end"].value)]
            found.append(quote_digest(words) == values["quoteDigest"].value)
    return found


def test_ingesting_twice_changes_nothing(ingest, tmp_path):
    path, out = documents.text(tmp_path / "plan.txt"), tmp_path / "plan.trig"
    first = json.loads(ingest(str(path), "--profile", "activity-plan", "--out", str(out), "--format", "json").stdout)
    before = out.stat().st_mtime_ns, out.read_bytes()
    again = json.loads(ingest(str(path), "--profile", "activity-plan", "--out", str(out), "--format", "json").stdout)
    first, again = first["documents"], again["documents"]
    assert (first[0]["written"], again[0]["written"]) == (True, False)
    assert (out.stat().st_mtime_ns, out.read_bytes()) == before
    assert {k: v for k, v in first[0].items() if k != "written"} == {
        k: v for k, v in again[0].items() if k != "written"
    }


def test_a_document_that_the_dataset_has_already_gives_the_same_again(ingest, tmp_path, fjall):
    path, out = documents.text(tmp_path / "plan.txt"), tmp_path / "plan.trig"
    ingest(str(path), "--profile", "activity-plan", "--out", str(out))
    (fjall / "ap2031.trig").write_bytes(out.read_bytes())
    again = tmp_path / "again.trig"
    done = ingest(str(path), "--profile", "activity-plan", "--out", str(again))
    assert done.returncode == 0, done.stderr
    assert again.read_bytes() == out.read_bytes()


def test_several_documents_and_what_the_earlier_gave(ingest, tmp_path):
    plan, report = documents.text(tmp_path / "plan.txt"), documents.report(tmp_path / "report.md")
    out = tmp_path / "out"
    out.mkdir()
    done = ingest(str(plan), "--profile", "activity-plan", "--out", str(out))
    assert done.returncode == 0
    (tmp_path / "fjall" / "ap2031.trig").write_bytes((out / "ap2031.trig").read_bytes())
    done = ingest(str(report), "--profile", "report", "--out", str(out), "--format", "json", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)["documents"][0]
    assert summary["items"]["report-entry"] == 2
    text = (out / "report2031.trig").read_text("utf-8")
    # The report's activities are those of the plan: no second activity of the same name.
    assert "svn:reportsOn activity:ap2031-01, activity:ap2031-02" in text
    assert "a svn:Activity " not in text
    assert "status:completed" in text
    characters = summary["characters"]
    assert sum(characters.values()) == len(report.read_text("utf-8"))


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["none.txt", "--profile", "report"], 3, "No such file"),
        (["plan.txt"], 2, "one of: action-plan"),
        (["plan.txt", "--profile", "no-such"], 2, "no profile"),
        (["plan.txt", "--profile", "activity-plan", "--set", "year"], 2, "year=2025"),
        (["empty.txt", "--profile", "activity-plan"], 3, "--set year="),
        (["plan.txt", "--profile", "activity-plan", "--out", "no/such/x.trig"], 2, "no such folder"),
    ],
)
def test_mistakes_are_one_line(ingest, tmp_path, args, code, words):
    documents.text(tmp_path / "plan.txt")
    (tmp_path / "empty.txt").write_text("Något annat\n\n• En punkt\n", encoding="utf-8")
    done = ingest(*args)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_one_bad_document_leaves_nothing_half_written(ingest, tmp_path):
    good, bad = documents.text(tmp_path / "plan.txt"), tmp_path / "bad.pdf"
    bad.write_bytes(documents.pdf(tmp_path / "whole.pdf").read_bytes()[:700])
    out = tmp_path / "out"
    out.mkdir()
    done = ingest(str(good), str(bad), "--profile", "activity-plan", "--out", str(out))
    assert done.returncode == 3
    assert list(out.iterdir()) == []


def test_decisions_are_remembered_and_replayed(ingest, tmp_path):
    report, out, sheet = documents.report(tmp_path / "report.md"), tmp_path / "r.trig", tmp_path / "sheet.csv"
    args = (str(report), "--profile", "report", "--out", str(out), "--decisions", str(sheet))
    done = ingest(*args)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
    assert {row["decision"] for row in rows} == {""}
    meeting = next(row for row in rows if row["proposal"] == "outcome = meeting-not-held")
    decision = next(row for row in rows if row["proposal"] == "outcome = decision")
    assert "ställts in" in meeting["words"]
    filled = sheet.read_text("utf-8").replace(f"\n,{meeting['question']}", f"\nnej,{meeting['question']}")
    sheet.write_text(filled.replace(f"\n,{decision['question']}", f"\nJa,{decision['question']}"), encoding="utf-8")
    assert ingest(*args).returncode == 0
    text = out.read_text("utf-8")
    assert "meeting-not-held" not in text
    assert "outcome-code:decision" in text
    # A corrected version asks only what is new.
    report.write_text(
        report.read_text("utf-8").replace("Under året", "Under det gångna året").replace("# Åter", "# Ny åter"), "utf-8"
    )
    done = ingest(*args, "--format", "json")
    assert done.returncode == 0, done.stderr
    after = {row["question"]: row["decision"] for row in csv.DictReader(sheet.read_text("utf-8").splitlines())}
    assert (after[meeting["question"]], after[decision["question"]]) == ("nej", "ja")
    new = {question for question, word in after.items() if not word} - {row["question"] for row in rows}
    assert len(new) == 1
    assert "meeting-not-held" not in out.read_text("utf-8")


def test_a_sheet_with_a_mistake(ingest, tmp_path):
    report, sheet = documents.report(tmp_path / "report.md"), tmp_path / "sheet.csv"
    args = (str(report), "--profile", "report", "--out", str(tmp_path / "r.trig"), "--decisions", str(sheet))
    ingest(*args)
    sheet.write_text(sheet.read_text("utf-8").replace("\n,", "\nkanske,", 1), encoding="utf-8")
    before = sheet.read_bytes()
    done = ingest(*args)
    assert done.returncode == 3
    assert "line 2" in done.stderr
    assert sheet.read_bytes() == before
