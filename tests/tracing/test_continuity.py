"""Continuity between two invented plans, in which every kind occurs once: the answers were worked out on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from svngraph.errors import UnknownItem
from svngraph.labels import Label
from svngraph.namespaces import SVN, Names
from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.tracing.continuity import (
    Change,
    Comparison,
    Continuation,
    changes,
    compare,
    continuations,
    lineage,
    plan_of,
)
from svngraph.tracing.graph import Item, Level, Plan, TraceGraph, read
from svngraph.tracing.likeness import candidates

NAMES = Names()

# An invented body's plans: what stands in each, and what carries on what.
PLANS = {
    "sp2041": {
        1: "Laga bryggan",
        2: "Måla båthuset",
        3: "Rensa ån",
        4: "Ordna bad och bastu",
        5: "Bygga ved- och redskapsbod",
        6: "Hålla vinterväg",
        7: "Hålla sommarväg",
        8: "Sälja fiskekort",
        9: "Trycka karta",
    },
    "sp2042": {
        1: "Laga bryggan",
        2: "Stryka båthuset med färg",
        3: "Rensa ån och bäcken",
        4: "Ordna bad",
        5: "Bygga vedbod",
        6: "Bygga redskapsbod",
        7: "Hålla vägen",
        8: "Ge ut karta på nätet",
        9: "Köpa drönare",
    },
    "sp2043": {1: "Laga bryggan och trappan"},
}
LINKS = [
    ("sp2042-1", "same", "sp2041-1"),
    ("sp2042-2", "reworded", "sp2041-2"),
    ("sp2042-3", "extended", "sp2041-3"),
    ("sp2042-4", "narrowed", "sp2041-4"),
    ("sp2042-5", "split", "sp2041-5"),
    ("sp2042-6", "split", "sp2041-5"),
    ("sp2042-7", "merged", "sp2041-6"),
    ("sp2042-7", "merged", "sp2041-7"),
    ("sp2042-8", "topic", "sp2041-9"),
    ("sp2043-1", "extended", "sp2042-1"),
]
ANNOUNCED = {"1": ("Ny teknik", ["sp2042-8", "sp2042-9"]), "2": ("Nya vägar", ["sp2042-7"])}


def dataset(links: list[tuple[str, str, str]] = LINKS) -> str:
    lines = [f"@prefix svn: <{SVN}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."]
    lines += ["@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."]

    def iri(kind: str, key: str) -> str:
        return NAMES.thing(kind, key).n3()

    for plan, items in PLANS.items():
        lines.append(f'{iri("plan", plan)} a svn:ActivityPlan ; svn:planYear "{plan[2:]}"^^xsd:gYear .')
        for number, name in items.items():
            lines.append(
                f'{iri("activity", f"{plan}-{number}")} a svn:Activity ; skos:prefLabel "{name}"@sv ;'
                f" svn:inPlan {iri('plan', plan)} ; svn:sequence {number} ."
            )
    for newer, kind, older in links:
        ends = iri("activity", newer), iri("activity", older)
        lines.append(f"{ends[0]} svn:continues {ends[1]} .")
        if kind != "bare":
            lines.append(
                f"{iri('link', f'{newer}--{older}')} a svn:TraceLink ; svn:from {ends[0]} ; svn:to {ends[1]} ;"
                f" svn:relation svn:continues ; svn:basis <{SVN}basis/judgement> ;"
                f" svn:continuityKind <{SVN}continuity/{kind}> ."
            )
    for key, (name, activities) in ANNOUNCED.items():
        found = ", ".join(iri("activity", activity) for activity in activities)
        lines.append(
            f"{iri('change', key)} a svn:PlanChange ; svn:changeIn {iri('plan', 'sp2042')} ;"
            f' skos:prefLabel "{name}"@sv ; svn:announces {found} .'
        )
    return "\n".join(lines)


@pytest.fixture
def village(tmp_path: Path) -> Path:
    folder = tmp_path / "by"
    folder.mkdir()
    (folder / "by.ttl").write_text(dataset(), encoding="utf-8")
    return folder


@pytest.fixture
def compared(village: Path) -> Comparison:
    store = open_dataset(Settings(data=str(village)))
    graph = read(store, NAMES)
    return compare(graph, continuations(store), changes(store), plan_of(graph, "sp2041"), plan_of(graph, "sp2042"))


def rows(found: Comparison) -> list[tuple[str, str | None, str | None]]:
    return [(fate.kind, fate.older and fate.older.key[-1], fate.newer and fate.newer.key[-1]) for fate in found.fates]


def test_every_kind(compared: Comparison) -> None:
    assert rows(compared) == [
        ("same", "1", "1"),
        ("reworded", "2", "2"),
        ("extended", "3", "3"),
        ("narrowed", "4", "4"),
        ("split", "5", "5"),
        ("split", "5", "6"),
        ("merged", "6", "7"),
        ("merged", "7", "7"),
        ("new", None, "8"),
        ("new", None, "9"),
        ("dropped", "8", None),
        ("dropped", "9", None),
    ]
    assert compared.counts() == {
        "same": 1, "reworded": 1, "extended": 1, "narrowed": 1, "split": 2, "merged": 2, "new": 2, "dropped": 2,
    }  # fmt: skip
    assert compared.doubts == ()


def test_the_same_topic_is_new_and_dropped_and_each_names_the_other(compared: Comparison) -> None:
    related = {
        (fate.kind, (fate.newer or fate.older).key): [item.key for item in fate.related] for fate in compared.fates
    }
    assert related["new", "sp2042-8"] == ["sp2041-9"]
    assert related["dropped", "sp2041-9"] == ["sp2042-8"]
    assert related["new", "sp2042-9"] == []


def test_what_the_plan_says_is_new_against_what_is(compared: Comparison) -> None:
    said = [(one.change.label["sv"], one.activity.key, one.new) for one in compared.announced]
    assert said == [("Ny teknik", "sp2042-8", True), ("Ny teknik", "sp2042-9", True), ("Nya vägar", "sp2042-7", False)]
    assert [item.key for item in compared.announced[0].related] == ["sp2041-9"]
    assert [item.key for item in compared.announced[2].continues] == ["sp2041-6", "sp2041-7"]
    assert compared.unannounced == ()


def _among(links: list[tuple[str, str, str]], tmp_path: Path) -> Comparison:
    (tmp_path / "by.ttl").write_text(dataset(links), encoding="utf-8")
    store = open_dataset(Settings(data=str(tmp_path)))
    graph = read(store, NAMES)
    return compare(graph, continuations(store), changes(store), plan_of(graph, "sp2041"), plan_of(graph, "sp2042"))


def test_new_and_unannounced(tmp_path: Path) -> None:
    found = _among([link for link in LINKS if link[0] != "sp2042-1"], tmp_path)
    assert [item.key for item in found.unannounced] == ["sp2042-1"]
    assert ("dropped", "1", None) in rows(found)


def test_a_bare_continuation_is_one_that_does_not_say_how(tmp_path: Path) -> None:
    assert rows(_among([("sp2042-1", "bare", "sp2041-1")], tmp_path))[0] == ("unstated", "1", "1")


@pytest.mark.parametrize(
    ("links", "doubt"),
    [
        ([("sp2042-5", "split", "sp2041-5")], "split-of-one"),
        ([("sp2042-7", "merged", "sp2041-7")], "merged-of-one"),
        ([("sp2042-5", "same", "sp2041-5"), ("sp2042-6", "split", "sp2041-5")], "split-unsaid"),
        ([("sp2042-7", "reworded", "sp2041-6"), ("sp2042-7", "merged", "sp2041-7")], "merged-unsaid"),
        ([("sp2042-9", "same", "sp2041-1")], "same-reworded"),
        ([("sp2042-1", "reworded", "sp2041-1")], "reworded-same"),
    ],
)
def test_doubts(links: list[tuple[str, str, str]], doubt: str, tmp_path: Path) -> None:
    assert doubt in [name for name, _ in _among(links, tmp_path).doubts]


def test_lineage_over_the_years(village: Path) -> None:
    store = open_dataset(Settings(data=str(village)))
    graph, links = read(store, NAMES), continuations(store)

    def keys(key: str, way: str) -> list[tuple[int, str]]:
        steps = lineage(graph, links, graph.items[NAMES.thing("activity", key)], way)
        return [(step.depth, step.item.key) for step in steps]

    assert keys("sp2043-1", "older") == [(0, "sp2043-1"), (1, "sp2042-1"), (2, "sp2041-1")]
    assert keys("sp2041-5", "newer") == [(0, "sp2041-5"), (1, "sp2042-5"), (1, "sp2042-6")]
    assert keys("sp2042-9", "older") == [(0, "sp2042-9")]


LEVEL = Level(4, "activity", SVN.Activity, Label())


def _graph(keys: list[str]) -> TraceGraph:
    plans = {NAMES.thing("plan", key): Plan(NAMES.thing("plan", key), key, Label(), None) for key in ("old", "new")}
    items = [
        Item(NAMES.thing("activity", key), key, LEVEL, Label(sv=key), NAMES.thing("plan", key[:3]), int(key[3:]))
        for key in keys
    ]
    return TraceGraph((LEVEL,), {LEVEL: frozenset()}, plans, {item.iri: item for item in items}, (), {})


def _thing(key: str) -> URIRef:
    return NAMES.thing("activity", key)


_PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["same", "split", "merged", "topic", "unstated"])),
    unique_by=lambda pair: pair[:2],
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_PAIRS)
def test_every_item_has_a_fate_and_no_link_is_lost(pairs: list[tuple[int, int, str]]) -> None:
    graph = _graph([f"{plan}{number}" for plan in ("old", "new") for number in range(6)])
    links = [Continuation(_thing(f"new{n}"), _thing(f"old{o}"), kind) for n, o, kind in pairs]
    found = compare(graph, links, [Change(_thing("c"), NAMES.thing("plan", "new"), {}, (_thing("new0"),))],
                    plan_of(graph, "old"), plan_of(graph, "new"))  # fmt: skip
    assert {fate.newer.key for fate in found.fates if fate.newer} == {f"new{n}" for n in range(6)}
    assert {fate.older.key for fate in found.fates if fate.older} == {f"old{n}" for n in range(6)}
    onward = [link for link in links if link.kind != "topic"]
    assert sorted(fate.continuation for fate in found.fates if fate.continuation) == sorted(onward)
    new = {fate.newer.key for fate in found.fates if fate.kind == "new" and fate.newer}
    assert new == {f"new{n}" for n in range(6)} - {link.newer.rsplit("/", 1)[-1] for link in onward}
    assert {one.activity.key for one in found.announced if one.new} == new & {"new0"}
    assert {item.key for item in found.unannounced} == new - {"new0"}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_lineage_back_and_on_are_inverse_and_end_also_in_a_circle(pairs: list[tuple[int, int]]) -> None:
    graph = _graph([f"new{n}" for n in range(8)])
    links = [Continuation(_thing(f"new{n}"), _thing(f"new{o}"), "same") for n, o in pairs]
    reach = {
        way: {(item.key, step.item.key) for item in graph.items.values() for step in lineage(graph, links, item, way)}
        for way in ("older", "newer")
    }
    assert reach["older"] == {(b, a) for a, b in reach["newer"]}


def test_a_lineage_of_ten_thousand_years_is_followed() -> None:
    graph = _graph([f"new{n}" for n in range(10_000)])
    links = [Continuation(_thing(f"new{b}"), _thing(f"new{a}"), "same") for a, b in pairwise(range(10_000))]
    steps = lineage(graph, links, graph.items[_thing("new9999")], "older")
    assert (len(steps), steps[-1].depth) == (10_000, 9_999)


def test_an_unknown_plan_is_named_with_the_known_ones(village: Path) -> None:
    graph = read(open_dataset(Settings(data=str(village))), NAMES)
    with pytest.raises(UnknownItem, match="one of: sp2041, sp2042"):
        plan_of(graph, "sp1941")


def test_candidates_are_ranked_with_their_parts_and_leave_out_what_is_known(village: Path) -> None:
    graph = read(open_dataset(Settings(data=str(village))), NAMES)
    olds, news = (
        [graph.items[NAMES.thing("activity", f"{plan}-{n}")] for n in PLANS[plan]] for plan in ("sp2041", "sp2042")
    )
    found = candidates(graph, news[:1], olds, most=2)
    assert (found[0].older.key, found[0].score) == ("sp2041-1", 100.0)
    assert found[0].parts == {"stems": 100.0, "trigrams": 100.0, "compounds": 100.0}
    assert found[1].score < 50
    again = candidates(graph, news[:1], olds, known=[(news[0].iri, olds[0].iri)], most=2)
    assert "sp2041-1" not in [one.older.key for one in again]


def test_among_many_only_the_nearest_are_compared_and_the_right_one_is_among_them() -> None:
    words = ["bryggan", "båthuset", "ån", "vägen", "bastun", "badet", "kartan", "boden", "fisket", "drönaren"]
    graph = _graph([f"{plan}{number}" for plan in ("old", "new") for number in range(300)])
    items = {
        iri: replace(item, label=Label(sv=f"{words[n % 10]} vid {words[n // 10 % 10]}sstranden nummer {n}"))
        for iri, item in graph.items.items()
        for n in [item.sequence or 0]
    }
    olds = [item for item in items.values() if item.key.startswith("old")]
    news = [item for item in items.values() if item.key.startswith("new")]
    found = candidates(graph, news, olds, most=1)
    assert [one.older.sequence for one in found] == [one.newer.sequence for one in found]
    assert all(0 <= value <= 100 for one in found for value in (one.score, *one.parts.values()))


def test_the_true_predecessor_is_among_the_first_three_of_the_shipped_plans() -> None:
    """No threshold separates (see the module); the rank is what a reviewer meets: 17 of 20 pairs, and 6 of 7."""
    store = open_dataset(Settings())
    graph, links = read(store, NAMES), continuations(store)
    truth = {(link.newer, link.older) for link in links}
    for old, new, least, pairs in (("ap2024", "ap2025", 17, 20), ("vp2021", "vp2025", 6, 7)):
        olds, news = (
            [item for item in graph.items.values() if item.plan == NAMES.thing("plan", key)] for key in (old, new)
        )
        known = {(n.iri, o.iri) for n in news for o in olds} & truth
        found = {(one.newer.iri, one.older.iri) for one in candidates(graph, news, olds, most=3)}
        assert len(known) == pairs
        assert len(known & found) >= least


def test_the_command_shows_the_dropped_activities_of_2024(svngraph: Callable[..., object]) -> None:
    done = svngraph("continuity", "ap2024", "ap2025", "--format", "json")
    found = json.loads(done.stdout)
    dropped = [row["older"]["key"] for row in found["items"] if row["kind"] == "dropped"]
    assert dropped == [f"ap2024-{n}" for n in ("04", "12", "16", "18", "19", "20", "21")]
    new = [one["activity"].rsplit("/", 1)[-1] for one in found["announced"] if one["new"]]
    assert new == ["ap2025-12", "ap2025-09", "ap2025-20", "ap2025-21"]
