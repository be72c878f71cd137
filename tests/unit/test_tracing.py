"""Chains, coverage and gaps on an invented dataset whose answers were worked out on paper."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from svngraph import resources
from svngraph.errors import UnknownItem, UnknownLevel, UsageError
from svngraph.labels import Label
from svngraph.model import JUDGEMENT, STATED, STRUCTURAL
from svngraph.namespaces import Names
from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.tracing.chains import farthest, firmest_chain, trace
from svngraph.tracing.coverage import coverage, group
from svngraph.tracing.gaps import gaps
from svngraph.tracing.graph import Item, Link, TraceGraph, read
from svngraph.tracing.naming import find
from svngraph.tracing.policy import Rule, When
from svngraph.tracing.policy import read as read_policy

NAMES = Names()


@pytest.fixture
def graph(fjall: Path) -> TraceGraph:
    return read(open_dataset(Settings(data=str(fjall))), NAMES)


def thing(path: str) -> URIRef:
    return NAMES.thing(*path.split("/"))


def test_read_finds_items_levels_and_plans(graph: TraceGraph) -> None:
    assert len(graph.items) == 13
    assert [level.key for level in graph.levels if level.number >= 1] == [
        "goal",
        "focus-area",
        "heading",
        "activity",
        "action-item",
        "assignment",
        "report-entry",
        "outcome",
    ]
    assert {(plan.key, plan.year) for plan in graph.plans.values()} == {("fp2031", 2031), ("fp2032", 2032)}
    goal = graph.items[thing("goal/fjall-01")]
    assert (goal.label.text("sv"), goal.label.text("en")) == ("Trygg vård i glesbygd", "Safe rural care")


def test_a_link_without_a_basis_is_the_weakest(graph: TraceGraph) -> None:
    bare = [link for link in graph.links if link.basis is None]
    assert len(bare) == 6
    assert all(link.weakness == 3 for link in bare)


def test_trace_up_and_down(graph: TraceGraph) -> None:
    start = graph.items[thing("activity/fp2031-01")]
    up = [(depth, step.item.key, step.weakness) for depth, step in trace(graph, start, "up").flat()]
    assert up == [(0, "fp2031-01", 0), (1, "fv-01", 0), (2, "vagar", 1), (3, "fjall-01", 2)]
    down = [(depth, step.item.key) for depth, step in trace(graph, start, "down").flat()]
    assert down == [(0, "fp2031-01"), (1, "fh-1"), (1, "fp2031-01"), (2, "fp2031-01-1")]


def test_trace_is_bounded_by_depth_and_basis(graph: TraceGraph) -> None:
    start = graph.items[thing("activity/fp2031-01")]
    assert [step.item.key for _, step in trace(graph, start, "up", depth=1).flat()] == ["fp2031-01", "fv-01"]
    firm = trace(graph, start, "up", weakest=STRUCTURAL)
    assert [step.item.key for _, step in firm.flat()] == ["fp2031-01", "fv-01", "vagar"]
    assert [step.item.key for _, step in trace(graph, start, "up", weakest=STATED).flat()] == ["fp2031-01", "fv-01"]


def test_a_depth_keeps_all_that_is_within_it_by_the_shortest_way() -> None:
    graph = _line(
        [
            ("activity/a", "heading/h", STATED),
            ("heading/h", "focus-area/f", STATED),
            ("activity/a", "focus-area/f", STATED),
            ("focus-area/f", "goal/g", JUDGEMENT),
        ]
    )
    start = graph.items[thing("activity/a")]
    steps = [(depth, step.item.key, step.repeated) for depth, step in trace(graph, start, "up", depth=2).flat()]
    assert sorted(steps) == [(0, "a", False), (1, "f", False), (1, "h", False), (2, "f", True), (2, "g", False)]


def test_a_chain_without_end_is_refused_in_words() -> None:
    graph = _line([(f"activity/a{n}", f"activity/a{n + 1}", STATED) for n in range(2000)])
    with pytest.raises(UsageError, match="more than 300 links"):
        trace(graph, graph.items[thing("activity/a0")], "up")
    assert len(trace(graph, graph.items[thing("activity/a0")], "up", depth=200).flat()) == 201


def test_what_no_plan_has_is_not_asked_of_it(graph: TraceGraph) -> None:
    def missing(when: When) -> list[str]:
        rule = Rule("activity", "down", ("action-item",), JUDGEMENT, when, "info")
        return [gap.item.key for gap in gaps(graph, [rule], date(2032, 6, 1))]

    assert missing("always") == ["fp2031-02", "fp2031-03", "fp2032-01"]
    assert missing("planned") == ["fp2031-02", "fp2031-03"]


def test_firmest_chain_and_farthest(graph: TraceGraph) -> None:
    goal = graph.level("goal")
    chain = firmest_chain(graph, graph.items[thing("activity/fp2031-01")], goal)
    assert chain is not None
    assert [link.basis for link in chain] == [STATED, STRUCTURAL, JUDGEMENT]
    lost = graph.items[thing("activity/fp2031-03")]
    assert firmest_chain(graph, lost, goal) is None
    assert [graph.items[link.target].key for link in farthest(graph, lost, goal)] == ["fv-02", "ensam"]
    assert farthest(graph, graph.items[thing("activity/fp2032-01")], goal) == ()


def test_the_firmest_chain_is_preferred_to_the_shortest() -> None:
    graph = _line(
        [("activity/a", "goal/g", JUDGEMENT), ("activity/a", "heading/h", STATED), ("heading/h", "goal/g", STATED)]
    )
    chain = firmest_chain(graph, graph.items[thing("activity/a")], graph.level("goal"))
    assert chain is not None
    assert [graph.items[link.target].key for link in chain] == ["h", "g"]


def test_coverage_in_three_meanings(graph: TraceGraph) -> None:
    found = coverage(graph, graph.level("activity"), graph.level("outcome"))
    verdicts = {v.item.key: (v.direct, v.any, v.all, v.stops_at and v.stops_at.key) for v in found.verdicts}
    assert verdicts == {
        "fp2031-01": (True, True, True, None),
        "fp2031-02": (True, False, False, "fp2031-02"),  # its report entry, of the same key, has no outcome
        "fp2031-03": (False, False, False, "fp2031-03"),
        "fp2032-01": (False, False, False, "fp2032-01"),
    }
    assert [level.key for level in found.verdicts[1].missing] == ["outcome"]
    assert [level.key for level in found.verdicts[2].missing] == ["report-entry"]
    headings = coverage(graph, graph.level("heading"), graph.level("outcome"))
    assert [(v.item.key, v.direct, v.any, v.all) for v in headings.verdicts] == [
        ("fv-01", True, True, False),
        ("fv-02", True, False, False),
    ]
    assert headings.share("any") == 0.5


def test_coverage_ignores_a_branch_that_cannot_lead_to_the_bottom(graph: TraceGraph) -> None:
    to_items = coverage(graph, graph.level("activity"), graph.level("action-item"))
    assert [v.item.key for v in to_items.verdicts if v.all] == ["fp2031-01"]


def test_coverage_of_one_plan(graph: TraceGraph) -> None:
    only = coverage(graph, graph.level("activity"), graph.level("outcome"), thing("plan/fp2032"))
    assert [v.item.key for v in only.verdicts] == ["fp2032-01"]


def test_coverage_needs_a_bottom_below(graph: TraceGraph) -> None:
    with pytest.raises(UnknownLevel, match="no way leads from outcome down to goal"):
        coverage(graph, graph.level("outcome"), graph.level("goal"))
    with pytest.raises(UnknownLevel, match="one of: "):
        graph.level("castle")


def test_group_is_the_nearest_item_above(graph: TraceGraph) -> None:
    activity = graph.items[thing("activity/fp2031-03")]
    assert group(graph, activity, graph.level("focus-area")) == graph.items[thing("focus-area/ensam")]
    assert group(graph, activity, graph.level("goal")) is None


def test_gaps_depend_on_the_day(graph: TraceGraph) -> None:
    rules = read_policy(resources.data_folder() / "policy.toml")

    def keys(day: date, direction: str, to: str, severity: str) -> list[str]:
        return [
            gap.item.key
            for gap in gaps(graph, rules, day, None)
            if (gap.rule.level, gap.rule.direction, gap.rule.to, gap.rule.severity)
            == ("activity", direction, to, severity)
        ]

    assert keys(date(2031, 12, 31), "down", "report-entry", "violation") == []
    assert keys(date(2032, 1, 1), "down", "report-entry", "violation") == ["fp2031-03"]
    assert keys(date(2033, 1, 1), "down", "report-entry", "violation") == ["fp2031-03", "fp2032-01"]
    assert keys(date(2031, 1, 1), "up", "goal", "violation") == [
        "fp2031-02",  # its chain has a link that says nothing of what it rests on: less than a judgement
        "fp2031-03",
        "fp2032-01",
    ]


def test_a_gap_names_the_first_missing_link(graph: TraceGraph) -> None:
    rules = [
        r for r in read_policy(resources.data_folder() / "policy.toml") if (r.to, r.severity) == ("goal", "violation")
    ]
    gap = gaps(graph, rules, date(2031, 1, 1))[1]
    assert (gap.item.key, gap.stops_at.key, next(level.key for level in gap.lacking)) == ("fp2031-03", "ensam", "goal")
    weak = [r for r in read_policy(resources.data_folder() / "policy.toml") if r.severity == "warning"]
    found = gaps(graph, weak, date(2031, 1, 1))
    first = next(gap for gap in found if gap.item.key == "fp2031-01")
    assert first.reason == "weak"
    assert first.weakest is not None
    assert first.weakest.basis == JUDGEMENT


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fp2031-01", "activity"),  # the key of an activity and of its report entry: nearest the goal wins
        ("report-entry/fp2031-01", "report-entry"),
        ("report-entry:fp2031-01", "report-entry"),
        ("id:report-entry/fp2031-01", "report-entry"),
        ("https://w3id.org/svngraph/id/outcome/fp2031-01-1", "outcome"),
        ("SKOTERFÖRARE", "activity"),
        ("rural care", "goal"),
        ("skoterforare", "activity"),  # without its dots, where no name has it as it stands
    ],
)
def test_find(graph: TraceGraph, name: str, kind: str) -> None:
    assert find(graph, name, NAMES).level.key == kind


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "no item ''"),
        ("finns inte", "no item"),
        ("plan/fp2031", "is a plan, and no item of the chain .* coverage --plan fp2031"),
        ("fp2031", "is a plan, and no item"),
        ("om ", "2 items .* say which: report-entry/fp2031-01 .*, report-entry/fp2031-02"),
    ],
)
def test_find_refuses(graph: TraceGraph, name: str, message: str) -> None:
    with pytest.raises(UnknownItem, match=message):
        find(graph, name, NAMES)


@cache
def _shipped() -> TraceGraph:
    return read(open_dataset(Settings()), NAMES)


def _line(links: list[tuple[str, str, URIRef]]) -> TraceGraph:
    """A trace graph with the shipped levels and some links between things named kind/key."""
    empty = _shipped()
    paths = {path for source, target, _ in links for path in (source, target)}
    items = {
        thing(path): Item(thing(path), path.split("/")[1], empty.level(path.split("/")[0]), Label(sv=path))
        for path in paths
    }
    return TraceGraph(
        empty.levels,
        empty.steps,
        {},
        items,
        tuple(Link(thing(a), URIRef("x:r"), thing(b), basis) for a, b, basis in links),
        {},
    )


_LEVELS = ("goal", "focus-area", "heading", "activity", "report-entry", "outcome")


@st.composite
def _graphs(draw: st.DrawFn) -> TraceGraph:
    """Random trace graphs over some items of each level; links go up, down and in circles."""
    paths = [f"{level}/{level}-{n}" for level in _LEVELS for n in range(3)]
    pair = st.tuples(st.sampled_from(paths), st.sampled_from(paths), st.sampled_from((STATED, STRUCTURAL, JUDGEMENT)))
    links = draw(st.lists(pair.filter(lambda link: link[0] != link[1]), min_size=1, max_size=40))
    return _line(links)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_graphs())
def test_properties_of_coverage_and_chains(graph: TraceGraph) -> None:
    for level in _LEVELS[:-1]:
        found = coverage(graph, graph.level(level), graph.level("outcome"))
        for verdict in found.verdicts:
            assert not verdict.all or verdict.any
            assert not verdict.any or verdict.direct
            # Where not every branch arrives there is a place where one stops, but for a circle, which has no end.
            assert not (verdict.all and verdict.stops_at)
        for meaning in ("direct", "any", "all"):
            share = found.share(meaning)
            assert share is None or 0 <= share <= 1
    for item in graph.items.values():
        above = {step.item.iri for _, step in trace(graph, item, "up").flat()} - {item.iri}
        for other in above:
            back = {step.item.iri for _, step in trace(graph, graph.items[other], "down").flat()}
            assert item.iri in back
