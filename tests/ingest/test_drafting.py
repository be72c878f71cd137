"""Documents of another body: a profile drafted from one of them, edited, and used on the next."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents

from svngraph.ingest import profiles
from svngraph.ingest.decisions import questions
from svngraph.ingest.drafting import draft
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read

PROGRAMME = """Norra samrådet

Genomförandeprogram {year}

Samrådet antar varje år ett program. Programmet följer de mål som parterna har enats om.

Målområde 1 – Barn och unga

1.1 Inrätta en gemensam telefonlinje för unga
Ansvar: Barnrådet

1.2 Pröva skolsköterska på distans i
tre kommuner

Målområde 2 – Personal

2.1 Byta erfarenheter om scheman
2.2 Dela på introduktion av nya kollegor
"""
# What a person adds to a draft: which heading is what, and what the line below an item means.
OWN = r"""
[profile]
title = "Genomförandeprogram"
document = "gp{year}"

[variables]
year = 'genomförandeprogram (\d{4})'

[[plan]]
key = "gp{year}"
type = "ActivityPlan"
label = "Genomförandeprogram {year}"
year = "{year}"

[[rule]]
pattern = '^genomförandeprogram \d{4}$'
makes = "plan"
plan = "gp{year}"

[[rule]]
pattern = '^målområde \d+ [–-] (?P<name>.+)'
makes = "focus-area"
section = "area"

[[rule]]
on = "bullet"
within = "area"
makes = "activity"
plan = "gp{year}"
pattern = '^(?P<name>.+?)( Ansvar: .*)?$'
"""


def facts(proposal) -> set:
    lifted = proposal.lifted
    return {
        (i.kind, i.key, i.label) for i in lifted.items.values() if i.kind in ("activity", "focus-area", "action-item")
    }


@pytest.mark.parametrize(
    ("name", "write", "shipped"),
    [
        ("plan.docx", documents.docx, "activity-plan"),
        ("plan.txt", documents.text, "activity-plan"),
        ("plan.md", documents.markdown, "activity-plan"),
        ("r.pdf", documents.report_pdf, "report"),
        ("actions.xlsx", documents.actions_xlsx, "action-plan"),
    ],
)
def test_a_draft_reads_its_own_document(tmp_path, name, write, shipped):
    path = write(tmp_path / name)
    own = tmp_path / "own.toml"
    own.write_text(draft(read(path)), encoding="utf-8")
    drafted = propose(read(path), profiles.load(str(own)), Known())
    profile = profiles.load(shipped)
    wanted = facts(propose(read(path, profile.options), profile, Known()))
    assert wanted
    assert facts(drafted) == wanted


@pytest.mark.parametrize(
    ("file", "profile", "kinds"),
    [
        ("verksamhetsplan-2026.pdf", "plan", {"focus-area": 4, "heading": 7, "activity": 14, "organisation": 6}),
        ("uppfoljning-2026.pdf", "report", {"activity": 13, "report-entry": 13}),
        ("handlingsplan-2026.xlsx", "action", {"activity": 9, "action-item": 12, "organisation": 6}),
        ("inriktning-2025-2028.docx", "inriktning", {"goal": 4}),
    ],
)
def test_a_draft_of_another_bodys_document_as_it_is(tmp_path, file, profile, kinds):
    """What a person wrote for the same document, from the draft alone; of the goals the names differ by a letter."""
    other, own = Path(__file__).parent / "otherbody", tmp_path / "own.toml"
    own.write_text(draft(read(other / file)), encoding="utf-8")
    drafted = propose(read(other / file), profiles.load(str(own)), Known()).lifted.items.values()
    wanted = propose(read(other / file), profiles.load(str(other / f"{profile}.toml")), Known()).lifted.items.values()
    for kind, count in kinds.items():
        made = [
            (item.label, item.values.get("status"), item.values.get("date")) for item in drafted if item.kind == kind
        ]
        assert len(made) == count, kind
        if kind != "goal":
            assert made == [(i.label, i.values.get("status"), i.values.get("date")) for i in wanted if i.kind == kind]


def test_a_draft_says_what_it_could_not_place(tmp_path):
    path = tmp_path / "programme.txt"
    path.write_text(PROGRAMME.format(year=2030), encoding="utf-8")
    text = draft(read(path))
    assert "# Not placed" in text
    assert "Samrådet antar varje år ett program." in text
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    assert profiles.load(str(own)).rules


@pytest.mark.parametrize("year", [2030, 2031])
def test_another_body_needs_only_a_profile(tmp_path, year):
    path, own = tmp_path / "programme.txt", tmp_path / "own.toml"
    path.write_text(PROGRAMME.format(year=year), encoding="utf-8")
    own.write_text(OWN, encoding="utf-8")
    proposal = propose(read(path), profiles.load(str(own)), Known())
    assert facts(proposal) == {
        ("focus-area", "barn-och-unga", "Barn och unga"),
        ("focus-area", "personal", "Personal"),
        ("activity", f"gp{year}-01", "Inrätta en gemensam telefonlinje för unga"),
        ("activity", f"gp{year}-02", "Pröva skolsköterska på distans i tre kommuner"),
        ("activity", f"gp{year}-03", "Byta erfarenheter om scheman"),
        ("activity", f"gp{year}-04", "Dela på introduktion av nya kollegor"),
    }
    assert proposal.candidates == ["Barnrådet"]
    assert [words for _, words in proposal.left_over() if "antar" in words]


def test_hostile_titles_make_a_profile_that_can_be_read(tmp_path):
    for title in ("Plan {year} 2030 '\"\\", "Plan (2030", "2030 ]][[ = '''", "{}{x} plan 2030–2033", "Plan\u202e 2030"):
        path, own = tmp_path / "t.txt", tmp_path / "own.toml"
        path.write_text(f"{title}\n\nRubrik ett\n\n• En punkt\n", encoding="utf-8")
        own.write_text(draft(read(path)), encoding="utf-8")
        proposal = propose(read(path), profiles.load(str(own)), Known())
        assert [item.label for item in proposal.lifted.items.values() if item.kind == "activity"] == ["En punkt"]


def test_what_list_items_say_of_themselves_is_drafted(tmp_path):
    path, own = tmp_path / "plan.md", tmp_path / "own.toml"
    path.write_text(
        "# Handlingsplan för Kustregionen 2032\n\n## Område: Nära vård\n\n"
        "1. **Mobila team** startas i tre kommuner. Ansvarig: Kustrådet. Klart senast 2032-05-31.\n"
        "2. Egenmonitorering införs. Ansvarig: Digitaliseringsgruppen. Klart senast kvartal 4 2032.\n\n"
        "## Område: Kompetens\n\n1. Utbildningsplatser kartläggs. Ansvarig: HR-nätverket. Klart senast hösten 2032.\n",
        encoding="utf-8",
    )
    own.write_text(draft(read(path)), encoding="utf-8")
    profile = profiles.load(str(own))
    made = propose(read(path, profile.options), profile, Known())
    activities = [item for item in made.lifted.items.values() if item.kind == "activity"]
    assert [(item.label, item.values["date"]) for item in activities] == [
        ("Mobila team startas i tre kommuner", ["2032-05-31"]),
        ("Egenmonitorering införs", ["2032-36"]),
        ("Utbildningsplatser kartläggs", ["2032-23"]),
    ]
    assigned = {link.target[1] for link in made.lifted.links.values() if link.relation == "assignedTo"}
    assert assigned == {"kustradet", "digitaliseringsgruppen", "hr-natverket"}
    asked = [question for question, _ in questions(made.lifted, made.reading.text).values()]
    assert [question.about for question in asked] == ["Kustrådet", "Digitaliseringsgruppen", "HR-nätverket"]
    assert all(f"Ansvarig: {question.about}. Klart senast" in question.words for question in asked)
    assert made.left_over() == []  # the numbers and signs of list items are not left for anybody to look at
