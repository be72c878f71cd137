"""Action plans as tables and reports in prose: the same from slides, spreadsheets, documents, pages and plain text."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents

from svngraph.ingest import profiles
from svngraph.ingest.lines import Options
from svngraph.ingest.linking.known import Known, KnownName
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read

BODIES = {"fjallradet": "Fjällrådet", "inkopsradet": "Inköpsrådet", "kursgruppen": "Kursgruppen"}


def known() -> Known:
    return Known([KnownName("organisation", key, (name,)) for key, name in BODIES.items()])


def proposed(path: Path, name: str, knowledge: Known, options: Options | None = None) -> Proposal:
    profile = profiles.load(name)
    return propose(read(path, options or profile.options, known=knowledge.words()), profile, knowledge)


def with_plan(tmp_path: Path) -> Known:
    knowledge = known()
    knowledge.add(proposed(documents.text(tmp_path / "plan.txt"), "activity-plan", knowledge).lifted)
    return knowledge


def links(proposal: Proposal, *relations: str) -> set:
    return {(x.source[1], x.relation, x.target[1]) for x in proposal.lifted.links.values() if x.relation in relations}


EXPECTED = {
    ("hp2031-01-1", "implements", "ap2031-01"),
    ("hp2031-01-1", "carriesOut", "hp2031-01-1"),
    ("hp2031-01-2", "carriesOut", "hp2031-01-1"),
    ("hp2031-02-1", "implements", "ap2031-02"),
    ("hp2031-02-2", "implements", "ap2031-02"),
    ("hp2031-02-1", "carriesOut", "ap2031-02"),
    ("hp2031-03-1", "implements", "ap2031-06"),
    ("hp2031-03-1", "carriesOut", "hp2031-03-1"),
    ("hp2031-01-1", "assignedTo", "fjallradet"),
    ("hp2031-01-2", "assignedTo", "inkopsradet"),
    ("hp2031-02-1", "assignedTo", "kursgruppen"),
    ("hp2031-03-1", "assignedTo", "fjallradet"),
}


@pytest.mark.parametrize("name", documents.ACTION_WRITERS)
def test_one_action_plan_in_every_layout(tmp_path, name):
    proposal = proposed(documents.ACTION_WRITERS[name](tmp_path / name), "action-plan", with_plan(tmp_path))
    assert links(proposal, "implements", "carriesOut", "assignedTo") == EXPECTED
    items = [item.label for item in proposal.lifted.items.values() if item.kind == "action-item"]
    assert items == [item for row in documents.ACTIONS for item in row[3]]
    # The activities are those of the plan, and no new ones.
    assert all(item.known for item in proposal.lifted.items.values() if item.kind in ("activity", "focus-area"))
    headings = [item.label for item in proposal.lifted.items.values() if item.kind == "heading"]
    assert headings == ["Ambulans på skoter", "Prislista"]


def test_a_table_that_became_plain_text(tmp_path):
    path = documents.actions_text(tmp_path / "actions.txt")
    proposal = proposed(path, "action-plan", with_plan(tmp_path), Options(ragged=False, blank_page=3))
    found = links(proposal, "implements")
    assert found == {link for link in EXPECTED if link[1] == "implements"}


@pytest.mark.parametrize(("name", "write"), [("r.md", documents.report), ("r.pdf", documents.report_pdf)])
def test_a_report(tmp_path, name, write):
    proposal = proposed(write(tmp_path / name), "report", with_plan(tmp_path))
    assert links(proposal, "reportsOn", "underHeading", "reportOf") == {
        ("ap2031-01", "reportsOn", "ap2031-01"),
        ("ap2031-01", "reportsOn", "ap2031-02"),
        ("ap2031-06", "reportsOn", "ap2031-06"),
        ("ap2031-01", "underHeading", "vp2031-01"),
        ("ap2031-02", "underHeading", "vp2031-01"),
        ("ap2031-06", "underHeading", "vp2031-02"),
        ("report2031", "reportOf", "ap2031"),
    }
    entries = {i.key: i.values["status"] for i in proposal.lifted.items.values() if i.kind == "report-entry"}
    assert entries == {"ap2031-01": ["progressed"], "ap2031-06": ["completed"]}
    outcomes = [i.values for i in proposal.lifted.items.values() if i.kind == "outcome"]
    kinds = [values["outcomeKind"][0] for values in outcomes]
    assert kinds == ["deliverable", "measurement", "plan", "meeting-not-held", "decision"]
    assert outcomes[1]["value"] == ["7"]
    assert outcomes[1]["date"] == ["2031-03"]
    assert outcomes[1]["latest"] == ["2031-03-31"]
    assert outcomes[2]["date"] == ["2032"]
    assert outcomes[3]["value"] == ["2"]
    assert outcomes[4]["date"] == ["2031-12"]
