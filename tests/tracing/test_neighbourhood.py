"""What is walked from one item is what the whole graph tells of it, and costs no more than that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from svngraph.errors import UnknownItem
from svngraph.namespaces import Names
from svngraph.tracing import graph
from svngraph.tracing.chains import firmest_chain, trace
from svngraph.tracing.impact import impact
from svngraph.tracing.naming import find
from svngraph.tracing.neighbourhood import around

from .generated import NAMES, Data, chain, datasets

FEW = settings(max_examples=25)


@FEW
@given(datasets(), st.data())
def test_the_neighbourhood_tells_what_the_whole_graph_tells(data: Data, draw: st.DataObject) -> None:
    store = data.store()
    whole = graph.read(store, NAMES)
    if not whole.items:
        return
    iri = draw.draw(st.sampled_from(sorted(whole.items)))
    near = around(store, NAMES, str(iri), ["up", "down"])
    assert near is not None
    start = whole.items[iri]
    assert near.items[iri] == start
    for way in ("up", "down"):
        assert trace(near, near.items[iri], way) == trace(whole, start, way)
    assert firmest_chain(near, near.items[iri], near.level("goal")) == firmest_chain(whole, start, whole.level("goal"))
    below = around(store, NAMES, str(iri), ["down"], back=True)
    assert below is not None
    assert impact(below, below.items[iri]) == impact(whole, start)


def test_only_what_is_reached_is_read_and_only_as_deep_as_asked() -> None:
    store = chain(400).store()
    whole = graph.read(store, NAMES)
    start = whole.at(whole.level("activity"))[0]
    near = around(store, NAMES, start.key, ["up", "down"])
    assert near is not None
    assert len(near.items) < len(whole.items) / 4
    goal = whole.at(whole.level("goal"))[0]
    shallow, deep = (around(store, NAMES, goal.key, ["down"], depth=depth) for depth in (1, None))
    assert shallow is not None
    assert deep is not None
    assert {item.level.key for item in shallow.items.values()} == {"goal", "focus-area"}
    assert len(deep.items) > len(shallow.items)


def test_an_item_is_known_by_every_name_that_it_has() -> None:
    store = Data(("activity/x-1", "report-entry/x-1", "goal/y-1"), ()).store()
    whole = graph.read(store, NAMES)
    names = ("x-1", "report-entry/x-1", "report-entry:x-1", "id:activity/x-1", "goal Y", " x-1 ", "activity")
    for name in (*names, str(NAMES.thing("goal", "y-1"))):
        found = around(store, NAMES, name, ["up"])
        assert found is not None
        assert find(found, name, NAMES) == find(whole, name, NAMES)


@pytest.mark.parametrize("name", ["nothing", "", 'a" } SERVICE <x:y> { ?s ?p ?o } #', "x-", "a:b c>", "\\u0022"])
def test_a_name_that_nothing_or_more_than_one_item_has_is_told_alike(name: str) -> None:
    store = Data(("activity/x-1", "activity/x-2"), ()).store()
    messages = []
    for ask in (
        lambda: find(graph.read(store, NAMES), name, NAMES),
        lambda: around(store, NAMES, name, ["up"]) or find(graph.read(store, NAMES), name, NAMES),
    ):
        with pytest.raises(UnknownItem) as raised:
            ask()
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


def test_a_dataset_under_another_base_says_so() -> None:
    store = Data(("activity/x-1",), ()).store()
    other = Names("https://example.org/")
    for ask in (lambda: find(graph.read(store, other), "z-1", other), lambda: around(store, other, "z-1", ["up"])):
        with pytest.raises(UnknownItem) as raised:
            ask()
        assert NAMES.base in str(raised.value)
        assert "--base" in str(raised.value)
    assert URIRef(NAMES.thing("activity", "x-1")) in graph.read(store, other).items
