"""What the pages work out: search, strips, drawings and tables, on the small invented dataset."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from svngraph.web.chain_map import chain_map
from svngraph.web.dataset import Published, publish
from svngraph.web.drawing import draw
from svngraph.web.netting import net
from svngraph.web.pages.reach import blocks
from svngraph.web.search import Index, stem
from svngraph.web.sheets import Sheet
from svngraph.web.strips import connected, strip

from svngraph import pipeline
from svngraph.settings import Settings


@pytest.fixture
def data(fjall: Path) -> Published:
    settings = Settings(data=str(fjall))
    return publish(pipeline.open_dataset(settings), settings, date(2032, 6, 1))


def item(data: Published, key: str, level: str = "activity"):
    return next(i for i in data.graph.items.values() if i.key == key and i.level.key == level)


def test_a_strip_names_what_is_there_and_what_is_missing(data: Published) -> None:
    found = strip(data.graph, [item(data, "fp2031-01")])
    assert found is not None
    keys = {s.level.key: [i.key for i in s.items] for s in found.trunk}
    assert keys == {"goal": ["fjall-01"], "focus-area": ["vagar"], "heading": ["fv-01"], "activity": ["fp2031-01"]}
    assert found.weakest is not None
    assert str(found.weakest.basis).endswith("judgement")
    how, what = found.branches
    assert [[i.key for i in s.items] for s in how.stations] == [["fh-1"], []]
    assert [[i.key for i in s.items] for s in what.stations] == [["fp2031-01"], ["fp2031-01-1"]]
    # What is beside an item under its activity is not missing.
    beside = strip(data.graph, [one for one in data.graph.items.values() if one.level.key == "outcome"][:1])
    assert beside is not None
    assert [[i.key for i in s.items] for s in beside.branches[0].stations] == [["fh-1"], []]
    orphan = strip(data.graph, [item(data, "fp2031-03")])
    assert orphan is not None
    assert [len(s.items) for s in orphan.trunk] == [0, 1, 1, 1]  # its focus area serves no goal


def test_shares_are_counted_by_hand(data: Published) -> None:
    newest, older = blocks(data.graph, 2032)
    assert newest.plan is not None
    assert newest.plan.key == "fp2032"
    assert newest.whole.shares["report-entry"].verdict == "na"  # its year is not over
    shares = {key: (share.count, share.total) for key, share in older.whole.shares.items()}
    assert shares["goal"] == (2, 3)
    assert shares["heading"] == (3, 3)
    assert shares["action-item"] == (1, 3)
    assert shares["report-entry"] == (2, 3)
    assert shares["outcome"] == (1, 3)


def test_a_drawing_has_a_place_for_everything(data: Published) -> None:
    chosen = connected(data.graph, [item(data, "fp2031-01")])
    drawing = draw(data.graph, chosen, {iri: data.label(iri, "sv") for iri in chosen})
    assert {node.item.iri for node in drawing.nodes} == set(chosen)
    assert all(node.x >= 0 and 0 < node.y < drawing.height for node in drawing.nodes)
    columns = {node.item.key: node.x for node in drawing.nodes if node.item.level.key != "report-entry"}
    assert columns["fjall-01"] < columns["vagar"] < columns["fv-01"] < columns["fh-1"]


@pytest.mark.parametrize(
    "forms",
    [
        ("grupp", "gruppen", "grupper", "grupperna"),
        ("upphandling", "upphandlingar", "upphandlingen"),
        ("plan", "planen"),
    ],
)
def test_inflected_forms_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_search_finds_inflections_compounds_and_slips() -> None:
    index = Index([("a:1", "Samverkan inom upphandling"), ("a:2", "Upphandlingsgruppen"), ("a:3", "Nära vård")])
    assert index.find("upphandlingar")[0] == "a:1"
    assert set(index.find("upphandling")) == {"a:1", "a:2"}
    assert index.find("upphandling vård") == []
    assert "upphandling" in index.near("upphandlnig")
    assert index.find("") == []


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(max_size=40), st.text(max_size=20))
def test_search_bears_any_text(text: str, asked: str) -> None:
    index = Index([("a:1", text)])
    assert set(index.find(asked)) <= {"a:1"}
    assert isinstance(index.near(asked), list)


def test_a_cell_is_never_a_formula() -> None:
    sheet = Sheet("s", [("a", "A")], [["=1+1"], ["@x"], [5], [None]])
    assert sheet.as_csv().decode("utf-8-sig").splitlines() == ["A", "'=1+1", "'@x", "5", '""']


def test_triples_are_drawn_from_subject_to_object_and_circles_too() -> None:
    a, b, c, p = (URIRef(f"http://example.org/{name}") for name in "abcp")
    drawn = net([(a, p, b), (b, p, c), (c, p, a), (a, p, Literal("text"))], str)
    assert drawn is not None
    places = {str(dot.term): dot.x for dot in drawn.dots}
    assert sorted(places) == [str(a), str(b), str(c)]
    assert places[str(a)] < places[str(b)] < places[str(c)]
    assert len(drawn.curves) == 3
    assert drawn.lines == ((str(p), "stated"),)
    assert net([(a, p, Literal("text"))], str) is None


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 5), st.integers(0, 90)), max_size=200))
def test_any_triples_can_be_drawn(triples: list[tuple[int, int, int]]) -> None:
    drawn = net([tuple(URIRef(f"a:{n}") for n in triple) for triple in triples], str)
    joined = {end for s, _p, o in triples if s != o for end in (s, o)}
    assert (drawn is None) == (not joined)
    if drawn is not None:
        assert len(drawn.dots) + drawn.left_out == len(joined)
        assert len({(dot.x, dot.y) for dot in drawn.dots}) == len(drawn.dots)
        assert all(0 < dot.y < drawn.height for dot in drawn.dots)


def test_a_chain_whose_properties_nobody_describes_has_a_map_without_lines(data: Published) -> None:
    found = chain_map(data.graph, ())
    assert found is not None
    assert len(found.boxes) == len(data.graph.levels)
    assert (found.lines, found.top < 0 < found.height) == ((), True)
