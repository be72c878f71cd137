"""Documents of another body, written by somebody who knew neither the rules nor the code, after only a profile.

``otherbody/truth.md`` says what the writer meant. The body's levels, marks and words are its own: goals with letters,
numbered measures that run on into their text, two columns in which an assessment stands below each account.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known, known
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read
from svngraph.namespaces import Names
from svngraph.store.embedded import EmbeddedStore

OTHER = Path(__file__).parent / "otherbody"
DOCUMENTS = {
    "inriktning": "inriktning-2025-2028.docx",
    "plan": "verksamhetsplan-2026.pdf",
    "action": "handlingsplan-2026.xlsx",
    "report": "uppfoljning-2026.pdf",
}
TRUTH = (OTHER / "truth.md").read_text("utf-8")
STATUSES = {
    "Genomförd": "completed",
    "Delvis genomförd": "progressed",
    "Ej genomförd": "not-held",
    "Klart": "completed",
    "Pågår": "progressed",
    "Försenat": "progressed",
    "Ej påbörjat": "planned",
}
DATES = {"kvartal 3 2026": "2026-35", "våren 2026": "2026-21"}


@pytest.fixture(scope="module")
def proposals() -> dict[str, Proposal]:
    """The four documents in the order in which they were decided; nothing is known before the first."""
    knowledge, made = Known(), {}
    for name, file in DOCUMENTS.items():
        profile = profiles.load(str(OTHER / f"{name}.toml"))
        made[name] = propose(read(OTHER / file, profile.options, known=knowledge.words()), profile, knowledge)
        knowledge.add(made[name].lifted)
    return made


def items(proposal: Proposal, kind: str) -> dict[str, str]:
    """The labels of the items of a kind by their code."""
    made = [item for item in proposal.lifted.items.values() if item.kind == kind]
    return {item.values.get("code", [item.key])[0]: item.label for item in made}


def pairs(proposal: Proposal, relation: str) -> set[tuple[str, str]]:
    """The links of a relation, their ends named by code where they have one."""
    return {(code(proposal, x.source), code(proposal, x.target)) for x in proposal.lifted.links.values()
            if x.relation == relation}  # fmt: skip


def code(proposal: Proposal, name: tuple[str, str]) -> str:
    item = proposal.lifted.items.get(name)
    return item.values.get("code", [item.label])[0] if item else name[1]


def test_goals(proposals):
    wanted = dict(re.findall(r"^- ([A-D]) (.+)$", TRUTH, re.MULTILINE))
    assert items(proposals["inriktning"], "goal") == wanted
    decided = proposals["inriktning"].lifted.items["plan", "vp2025"]
    assert decided.values["date"] == ["2024-11-14"]
    assert (decided.values["validFrom"], decided.values["validUntil"]) == (["2025"], ["2028"])


def test_the_plan_and_who_is_responsible(proposals):
    plan = proposals["plan"]
    areas = re.findall(r"^- focus area (\d) (.+) \(goal (\w), stated\)$", TRUTH, re.MULTILINE)
    activities = re.findall(r"- activity ([\d.]+) (.+) \(responsible: (.+)\)$", TRUTH, re.MULTILINE)
    headings = dict(re.findall(r"- heading ([\d.]+) (.+)$", TRUTH, re.MULTILINE))
    assert (len(areas), len(headings), len(activities)) == (4, 7, 14)
    assert items(plan, "focus-area") == {number: name for number, name, _ in areas}
    assert items(plan, "heading") == headings
    assert items(plan, "activity") == {number: name for number, name, _ in activities}
    assert pairs(plan, "underHeading") == {(number, number.rpartition(".")[0]) for number, _, _ in activities}
    assert pairs(plan, "inFocusArea") >= {(number, number[0]) for number, _, _ in activities}
    assert {(area, goal) for area, goal in pairs(plan, "serves")} == {
        (number, f"inriktning-for-fjallbygdens-kommunalforbund-2025-2028-0{'ABCD'.index(goal) + 1}")
        for number, _, goal in areas
    }
    assert pairs(plan, "assignedTo") == {(number, who) for number, _, who in activities}
    assert plan.lifted.items["plan", "vp2026"].values["date"] == ["2025-12-04"]
    assert (("plan", "vp2026"), "realises", ("plan", "vp2025")) in plan.lifted.links


def test_action_items_are_tied_to_the_plan_by_its_numbers(proposals):
    action = proposals["action"]
    rows = [row.split(" | ") for row in re.findall(r"^- ([\d.]+ \| \w \| .+)$", TRUTH, re.MULTILINE)]
    assert len(rows) == 12
    made = [item for item in action.lifted.items.values() if item.kind == "action-item"]
    assert [item.label for item in made] == [row[2] for row in rows]
    assert [item.values["status"] for item in made] == [[STATUSES[row[5]]] for row in rows]
    assert [item.values["date"] for item in made] == [[DATES.get(row[4], row[4])] for row in rows]
    plan = proposals["plan"]
    named = {item.name: item.values["code"][0] for item in plan.lifted.items.values() if item.kind == "activity"}
    links = [x for x in action.lifted.links.values() if x.relation == "implements"]
    assert [named[link.target] for link in links] == [row[0] for row in rows]
    labels = {i.name: i.label for p in proposals.values() for i in p.lifted.items.values() if i.kind == "organisation"}
    who = [labels[link.target] for link in action.lifted.links.values() if link.relation == "assignedTo"]
    assert who == [row[3] for row in rows]
    # The activities of the action plan are those of the plan, and no new ones.
    assert all(item.known for item in action.lifted.items.values() if item.kind == "activity")


def test_report_entries_and_their_assessments(proposals):
    report = proposals["report"]
    wanted = dict(re.findall(r"^- ([\d.]+) \| ([\w ]+)$", TRUTH, re.MULTILINE))
    assert len(wanted) == 13
    named = {i.name: i.values["code"][0] for i in proposals["plan"].lifted.items.values() if i.kind == "activity"}
    found = {
        named[link.target]: report.lifted.items[link.source].values["status"][0]
        for link in report.lifted.links.values()
        if link.relation == "reportsOn"
    }
    assert found == {number: STATUSES[word] for number, word in wanted.items()}
    values = {value for item in report.lifted.items.values() for value in item.values.get("value", [])}
    assert {"31", "14", "112", "128", "88", "268", "41", "19", "22", "7", "10", "140"} <= values


def test_taking_them_in_again_changes_nothing(proposals, tmp_path):
    """Also where a document brings bodies of its own that nobody knew before."""
    store = EmbeddedStore()
    for name, file in DOCUMENTS.items():
        text = proposals[name].trig(Names())
        (tmp_path / f"{name}.trig").write_text(text, encoding="utf-8")
        store.load(tmp_path / f"{name}.trig")
        knowledge, profile = known(store, Names()), profiles.load(str(OTHER / f"{name}.toml"))
        again = propose(read(OTHER / file, profile.options, known=knowledge.words()), profile, knowledge)
        assert again.trig(Names()) == text, name


def test_nothing_of_weight_is_left_over(proposals):
    for name, proposal in proposals.items():
        account = proposal.account()
        assert account.item + account.furniture + account.blank + account.left_over == len(proposal.reading.text)
        if name != "inriktning":  # most of it is prose about the body
            assert account.left_over < 0.2 * account.item, name


def test_names_that_nobody_knows_are_listed(proposals):
    listed = {name for proposal in proposals.values() for name in proposal.candidates}
    named = set(re.split(r", ", re.search(r"^Organisations: (.+)\.$", TRUTH, re.MULTILINE)[1])) - {"the four kommuner"}
    # Bilkåren stands alone, with nothing but its capital to tell it from the name of a place.
    assert named - listed == {"Bilkåren"}
    assert listed - named == {"Storåns kommun", "Fjällbygdens kommunalförbund"}


def test_nothing_is_linked_to_itself(proposals):
    for proposal in proposals.values():
        assert not [link for link in proposal.lifted.links.values() if link.source == link.target]
