"""A plan in another language than Swedish: its names are kept in that language, and wait for their translation."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Literal
from rdflib.namespace import SKOS

from svngraph.errors import InputError
from svngraph.ingest.drafting import draft
from svngraph.ingest.lifting.cues import dates, languages, numbers, speaking, words
from svngraph.ingest.linking.known import Known
from svngraph.ingest.profiles import load
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read
from svngraph.namespaces import SVN, Names

PROFILE = """[profile]
title = "English report"
document = "report{year}"
language = "en"
[variables]
year = 'Report (\\d{4})'
[[plan]]
key = "report{year}"
type = "Report"
kind = "report"
label = "Report {year}"
year = "{year}"
[[rule]]
on = "bullet"
makes = "activity"
plan = "ap{year}"
[[rule]]
on = "paragraph"
pattern = '^(?!Report)'
makes = "report-entry"
plan = "report{year}"
[[plan]]
key = "ap{year}"
type = "ActivityPlan"
label = "Activity plan {year}"
"""
TEXT = "# Report 2031\n\n- Train ambulance drivers\n\nThe board adopted the plan in May. At least 1,250 drivers met.\n"


@pytest.fixture
def proposal(tmp_path: Path, known: Known) -> Proposal:
    (tmp_path / "english.toml").write_text(PROFILE, "utf-8")
    (tmp_path / "report.md").write_text(TEXT, "utf-8")
    return propose(read(tmp_path / "report.md"), load(str(tmp_path / "english.toml")), known)


@pytest.fixture
def known() -> Known:
    return Known()


def test_names_are_in_the_language_of_the_document(proposal: Proposal) -> None:
    names = Names()
    found = set(proposal.triples(names))
    assert (names.thing("document", "report2031"), SVN.languageOfText, Literal("en")) in found
    activity = names.thing("activity", "ap2031-01")
    assert (activity, SKOS.prefLabel, Literal("Train ambulance drivers", lang="en")) in found
    assert not [o for s, _, o in found if s == activity and getattr(o, "language", None) == "sv"]
    outcomes = [item for item in proposal.lifted.items.values() if item.kind == "outcome"]
    assert outcomes[0].values["date"] == ["2031-05"]
    assert ("decision", "1250", "at-least") in {
        (outcomes[0].values["outcomeKind"][0], *(i.values[k][0] for k in ("value", "comparator")))
        for i in outcomes
        if "value" in i.values
    }


def test_what_waits_for_a_translation_is_said(proposal: Proposal) -> None:
    new = sum(not item.known for item in proposal.lifted.items.values())
    assert f"{new} names to translate into Swedish" in proposal.summary("en")["notes"]
    assert "names in Swedish." in proposal.trig(Names())


def test_a_language_of_which_there_are_no_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[profile]\nlanguage = "xx"\n')
    with pytest.raises(InputError, match="no words of the language 'xx'") as raised:
        load(str(path))
    assert raised.value.where == f"{path}, line 1"
    assert raised.value.remedy == "one of: en, sv"


def test_every_language_has_the_same_tables_and_reads_dates_and_numbers() -> None:
    tables, same = {}, ("writing", "drafting", "outcomes", "statuses", "names")
    for language in languages():
        with speaking(language):
            tables[language] = {name: set(words()[name]) for name in same}
            assert [date.edtf for date in dates("2031-05-03")] == ["2031-05-03"]
            tables[language]["all"] = set(words())
    assert tables["sv"] == tables["en"]
    with speaking("en"):
        assert [(n.low, n.unit) for n in numbers("It grew by 0.5 per cent to 1,250 drivers.")] == [
            ("0.5", "per cent"),
            ("1250", "drivers"),
        ]
        assert [date.edtf for date in dates("The spring of 2031 and 3 May 2031.")] == ["2031-21", "2031-05-03"]
    assert [(n.low, n.unit) for n in numbers("Det ökade med 0,5 procent till 1 250 förare.")] == [
        ("0.5", "procent"),
        ("1250", "förare"),
    ]


def test_a_draft_is_in_the_language_of_its_document(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text(
        "# Activity plan 2031\n\n## Area Roads\n\n- Train drivers, Owner: Board\n- Buy sledges, Owner: Board\n"
        "- Sell boats, Owner: Board\n\n## Area Care\n\n- Visit homes, Owner: Board\n",
        "utf-8",
    )
    text = draft(read(path))
    assert 'language = "en"' in text
    assert "type = 'ActivityPlan'" in text
    assert "Owner:? (?P<responsible>" in text
    (tmp_path / "drafted.toml").write_text(text, "utf-8")
    made = propose(read(path), load(str(tmp_path / "drafted.toml")), Known())
    labels = [item.label for item in made.lifted.items.values() if item.kind == "activity"]
    assert labels == ["Train drivers", "Buy sledges", "Sell boats", "Visit homes"]
