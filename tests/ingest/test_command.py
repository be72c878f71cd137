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
    def run(*args: str, check: bool = False):
        return svngraph("ingest", *args, *([] if check else ["--no-check"]), "--data", str(fjall))

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
    of_the_run = ("written", "since")
    assert {k: v for k, v in first[0].items() if k not in of_the_run} == {
        k: v for k, v in again[0].items() if k not in of_the_run
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


def test_questions_are_answered_in_the_terminal(ingest, svngraph, tmp_path):
    report, out, sheet = documents.report(tmp_path / "report.md"), tmp_path / "r.trig", tmp_path / "sheet.csv"
    args = (str(report), "--profile", "report", "--out", str(out), "--decisions", str(sheet))
    ingest(*args)
    rows = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
    listed = svngraph("review", "--proposal", str(sheet), "--format", "json")
    assert json.loads(listed.stdout)["open"] == len(rows) > 3
    answers = "accept\nrefuse\nskip\nquit\n"
    done = svngraph("review", "--decisions", str(sheet), "--interactive", stdin=answers)
    assert done.returncode == 0, done.stderr
    after = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
    assert [row["decision"] for row in after] == ["ja", "nej", *("" for _ in rows[2:])]
    assert [row | {"decision": ""} for row in after] == rows
    assert svngraph("review", "--proposal", str(tmp_path / "none.csv")).returncode == 2


def test_a_new_edition_is_told_from_the_old(ingest, svngraph, tmp_path):
    path, out = documents.text(tmp_path / "plan.txt"), tmp_path / "plan.trig"
    args = (str(path), "--profile", "activity-plan", "--out", str(out), "--format", "json")
    assert json.loads(ingest(*args).stdout)["documents"][0]["since"] is None
    (tmp_path / "old.trig").write_bytes(out.read_bytes())
    text = path.read_text("utf-8").replace(
        "• Fastställa en gemensam prislista", "• Mäta väntetider\n\n• Ordna en mässa"
    )
    path.write_text("Planen gäller från årets början.\n\n" + text, encoding="utf-8")
    since = json.loads(ingest(*args).stdout)["documents"][0]["since"]
    # Everything stands elsewhere in the document: what is told is what says something else.
    assert since["items"] == {"added": 1, "changed": 1}
    assert since["changes"] == [
        {"how": "changed", "item": "activity/ap2031-06"},
        {"how": "added", "item": "activity/ap2031-07"},
    ]
    assert since["links"] == {"added": 1}
    again = json.loads(ingest(*args).stdout)["documents"][0]["since"]
    assert again == {"items": {}, "links": {}, "changes": []}
    both = svngraph("diff", str(tmp_path / "old.trig"), str(out), "--no-effects", "--format", "json")
    counts = json.loads(both.stdout)["counts"]
    assert (counts["things"]["added"], counts["things"]["removed"], counts["links"]["added"]) == (1, 0, 1)
    # A new first activity gives all the others another number.
    path.write_text(path.read_text("utf-8").replace("• Pröva", "• Bygga en bro\n\n• Pröva"), encoding="utf-8")
    since = json.loads(ingest(*args).stdout)["documents"][0]["since"]
    assert since["items"] == {"added": 1, "moved": 7}
    assert since["changes"][0] == {"how": "added", "item": "activity/ap2031-01"}


def test_what_the_shapes_say_of_a_proposal(ingest, tmp_path):
    plan, report = documents.text(tmp_path / "plan.txt"), documents.report(tmp_path / "report.md")
    out = tmp_path / "out"
    out.mkdir()
    args = (str(plan), str(report), "--profile", "activity-plan", "--profile", "report", "--out", str(out))
    done = ingest(*args, "--format", "json", check=True)
    assert done.returncode == 0, done.stderr
    first, second = (each["shapes"] for each in json.loads(done.stdout)["documents"])
    # The plan names no business plan and no goals: that is true, and nothing else is wrong with it.
    assert first["violation"] == sum(each["count"] for each in first["results"] if each["severity"] == "violation")
    assert {each["message"].split(".")[0] for each in first["results"] if each["severity"] == "violation"} <= {
        "Aktiviteten leder inte till något av avtalets mål",
        "Aktivitetsplanen ska förverkliga en verksamhetsplan",
        "Fokusområdet bidrar inte till något av avtalets mål",
        "Fokusområdet ska höra till exakt ett avtal",
    }
    assert second["toWrite"] >= 2  # a summary of each entry
    assert "svn:summary of 2 report-entry" in (out / "report2031.trig").read_text("utf-8")
    # Put beside a dataset that holds an older edition, the proposal takes its place.
    held = (out / "ap2031.trig").read_text("utf-8").replace("Ensamarbete", "Samarbete")
    (tmp_path / "fjall" / "ap2031.trig").write_text(held, encoding="utf-8")
    again = json.loads(ingest(*args, "--format", "json", check=True).stdout)["documents"]
    assert again[0]["shapes"]["results"] == first["results"]


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
