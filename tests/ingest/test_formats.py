"""The same plan in every format gives the same graph, up to where it stands on the pages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents
from rdflib.namespace import DCTERMS

from svngraph.ingest import profiles
from svngraph.ingest.blocks import Kind
from svngraph.ingest.linking.known import Known, KnownName, known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read
from svngraph.namespaces import SVN, Names
from svngraph.store.embedded import EmbeddedStore

KNOWN = Known([KnownName("organisation", "fjallradet", ("Fjällrådet",))])
AREAS = list(documents.PLAN)
ACTIVITIES = [activity for activities in documents.PLAN.values() for activity in activities]


def proposed(path: Path):
    profile = profiles.load("activity-plan")
    return propose(read(path, profile.options, known=KNOWN.words()), profile, KNOWN)


def meaning(proposal):
    """What a proposal says, without where it says so."""
    items = {(i.kind, i.key, i.label, i.type, i.plan, i.sequence) for i in proposal.lifted.items.values()}
    links = {(link.source, link.relation, link.target, link.basis) for link in proposal.lifted.links.values()}
    return items, links


@pytest.mark.parametrize("name", documents.WRITERS)
def test_one_plan_in_every_format(tmp_path, name):
    proposal = proposed(documents.WRITERS[name](tmp_path / name))
    items, links = meaning(proposal)
    activities = sorted(item for item in items if item[0] == "activity")
    assert [item[2] for item in activities] == ACTIVITIES
    assert [item[1] for item in activities] == [f"ap2031-{n:02d}" for n in range(1, 7)]
    assert {item[2] for item in items if item[0] == "focus-area"} == set(AREAS)
    assert (("activity", "ap2031-03"), "inFocusArea", ("focus-area", "ensamarbete"), "structural") in links
    assert (("activity", "ap2031-01"), "involves", ("organisation", "fjallradet"), "stated") in links
    assert (items, links) == meaning(proposed(documents.text(tmp_path / "same.txt")))


def graph(proposal) -> set:
    """The triples of the proposal's named graph, without the document and the places in it."""
    places = {SVN.evidence, SVN.fileName, SVN.digest, DCTERMS.source}
    kinds = ("document", "passage")
    found = set()
    for subject, predicate, value in proposal.triples(Names()):
        name = Names().parts(str(subject))
        if predicate not in places and name is not None and name[0] not in kinds:
            found.add((subject, predicate, value))
    return found


@pytest.fixture(scope="module")
def many():
    """A plan that takes more than a page."""
    return {f"Område {n:02d}": [f"Göra sak nummer {n}-{m} för alla i Fjällrådet" for m in range(4)] for n in range(14)}


@pytest.mark.parametrize("name", [*documents.WRITERS, *documents.LAYOUTS])
def test_the_same_graph_from_every_format_and_layout(tmp_path, monkeypatch, many, name):
    monkeypatch.setattr(documents, "PLAN", many)
    writers = documents.WRITERS | documents.LAYOUTS
    wanted = graph(proposed(documents.text(tmp_path / "same.txt")))
    found = graph(proposed(writers[name](tmp_path / name)))
    assert found == wanted
    assert len([triple for triple in found if triple[2] == SVN.Activity]) == 56
    assert len([triple for triple in found if triple[1] == SVN.involves]) == 56


@pytest.mark.parametrize("name", [*documents.WRITERS, *documents.LAYOUTS])
def test_taking_it_in_again_changes_nothing(tmp_path, name):
    path = (documents.WRITERS | documents.LAYOUTS)[name](tmp_path / name)
    first = proposed(path).trig(Names())
    (tmp_path / "ap2031.trig").write_text(first, encoding="utf-8")
    store = EmbeddedStore()
    store.load(tmp_path / "ap2031.trig")
    knowledge = known(store, Names())
    assert len(knowledge.items) >= 9
    knowledge.names += KNOWN.names
    profile = profiles.load("activity-plan")
    again = propose(read(path, profile.options, known=knowledge.words()), profile, knowledge)
    assert again.trig(Names()) == first


@pytest.mark.parametrize("name", documents.WRITERS)
def test_positions_lead_to_the_words(tmp_path, name):
    proposal = proposed(documents.WRITERS[name](tmp_path / name))
    text = proposal.reading.text
    for item in proposal.lifted.items.values():
        if item.kind == "activity":
            words = " ".join(" ".join(text[p.start : p.end] for p in item.evidence).split())
            assert words.replace("*", "").replace("&auml;", "ä") == item.label


def test_two_columns_are_read_one_after_the_other(tmp_path, monkeypatch):
    # Enough text to fill the first column and go on in the second.
    many = {
        f"Område {n:02d}": [f"Göra sak nummer {n}-{m} för alla som bor i fjällen" for m in range(4)] for n in range(12)
    }
    monkeypatch.setattr(documents, "PLAN", many)
    proposal = proposed(documents.pdf(tmp_path / "two.pdf", columns=2))
    activities = [item.label for item in proposal.lifted.items.values() if item.kind == "activity"]
    assert activities == [activity for each in many.values() for activity in each]


def test_a_table_split_over_pages_is_one(tmp_path, monkeypatch):
    many = {
        f"Område {n:02d}": [f"Göra sak nummer {n}-{m} för alla som bor i fjällen" for m in range(4)] for n in range(12)
    }
    monkeypatch.setattr(documents, "PLAN", many)
    proposal = proposed(documents.pdf(tmp_path / "table.pdf", table=True))
    assert proposal.reading.pages > 1
    activities = [item.label for item in proposal.lifted.items.values() if item.kind == "activity"]
    assert activities == [activity for each in many.values() for activity in each]
    assert {b.cell.table for b in proposal.reading.blocks if b.cell} == {1}


def test_furniture_is_removed_and_remembered(tmp_path):
    reading = read(documents.pdf(tmp_path / "many.pdf", pages=4))
    assert len(reading.furniture) == 4
    assert all(documents.FOOTER in reading.text[start:end] for start, end in reading.furniture)
    assert not any(documents.FOOTER in block.text for block in reading.blocks)
    assert [b.page for b in reading.blocks if b.text == documents.TITLE] == [1, 2, 3, 4]


def test_the_levels_of_lists_and_the_sizes_of_type(tmp_path):
    path = tmp_path / "list.md"
    path.write_text("# Rubrik\n\n- ett\n  - två\n    - tre\n- fyra\n\nlöpande text [länk](http://x.invalid/a)\n")
    found = [(b.kind, b.level, b.text) for b in read(path).blocks]
    assert found == [
        (Kind.HEADING, 1, "Rubrik"),
        (Kind.BULLET, 1, "ett"),
        (Kind.BULLET, 2, "två"),
        (Kind.BULLET, 3, "tre"),
        (Kind.BULLET, 1, "fyra"),
        (Kind.PARAGRAPH, 0, "löpande text länk"),
    ]
    headings = [b for b in read(documents.pdf(tmp_path / "p.pdf")).blocks if b.kind == Kind.HEADING]
    assert [(b.level, b.text) for b in headings] == [(1, documents.TITLE), *((2, area) for area in AREAS)]
    assert headings[0].size > headings[1].size > 10
