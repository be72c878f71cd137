"""Every kind of finding on a case worked out on paper, and all of them against slow and obvious definitions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from svngraph.columns import Snapshot
from svngraph.errors import InputError
from svngraph.tracing import graph, snapshots
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.findings import Finding, findings, qualified
from svngraph.tracing.gaps import gaps, held
from svngraph.tracing.graph import Level, Link, TraceGraph
from svngraph.tracing.policy import KINDS, SEVERITIES, Policy, Rule, Threshold, Waiver, read_policy
from svngraph.tracing.score import score
from svngraph.tracing.waivers import judge, missed

from .generated import NAMES, RDF_TYPE, Data, Told, datasets, ontology

STATED, STRUCTURAL, JUDGEMENT = 0, 1, 2


def columns(items: str, *links: tuple[str, str, str] | tuple[str, str, str, tuple[int | None, ...]]) -> TraceColumns:
    told = tuple(Told(link[0], link[1], link[2], link[3] if len(link) == 4 else (STATED,)) for link in links)
    return snapshots.read(Data(tuple(items.split()), told).snapshot(), NAMES)


def seen(found: list[Finding], kind: str) -> list[tuple[str, tuple[str, ...], int, str]]:
    return [(qualified(f.iri), f.others, f.count, f.variant) for f in found if f.kind == kind]


SOUND = "goal/g focus-area/f heading/h activity/a report-entry/r outcome/o"
UP = [
    ("focus-area/f", "serves", "goal/g"),
    ("heading/h", "inFocusArea", "focus-area/f"),
    ("activity/a", "underHeading", "heading/h"),
    ("report-entry/r", "reportsOn", "activity/a"),
    ("outcome/o", "outcomeOf", "report-entry/r"),
]


def test_a_sound_chain_has_nothing_but_single_points() -> None:
    found = findings(columns(SOUND, *UP))
    assert {finding.kind for finding in found} == {"single-point"}
    # The lower the link, the fewer hang on it; the last has nothing below it and is none.
    assert [(qualified(f.iri), f.count) for f in found] == [
        ("focus-area/f", 4),
        ("heading/h", 3),
        ("activity/a", 2),
        ("report-entry/r", 1),
    ]


def test_a_second_way_takes_a_single_point_away() -> None:
    second = [("activity/a", "serves", "goal/g")]
    found = seen(findings(columns(SOUND, *UP, *second)), "single-point")
    # The focus area's link now carries only the heading; the activity has a way of its own.
    assert [(key, count) for key, _, count, _ in found] == [("focus-area/f", 1), ("report-entry/r", 1)]


def test_a_single_point_that_rests_on_judgement_is_a_warning() -> None:
    judged = [(*UP[0], (JUDGEMENT,)), *UP[1:]]
    severities = {qualified(f.iri): f.severity for f in findings(columns(SOUND, *judged))}
    assert severities["focus-area/f"] == "warning"
    assert severities["heading/h"] == "info"


def test_an_orphan_and_what_hangs_below_it() -> None:
    found = findings(columns(SOUND, *UP[:1], *UP[2:]))  # the heading has lost its focus area
    assert seen(found, "orphan") == [("heading/h", (), 0, "")]
    assert seen(found, "unreachable") == [
        ("activity/a", ("heading/h",), 0, ""),
        ("report-entry/r", ("heading/h",), 0, ""),
        ("outcome/o", ("heading/h",), 0, ""),
    ]
    # The agreement's own level has nothing above it, and the goal is the top: neither can be an orphan.
    assert seen(findings(columns("goal/g")), "orphan") == []


def test_dangling_on_either_side_never_crashes() -> None:
    found = findings(
        columns("goal/g activity/a", ("activity/a", "serves", "goal/gone"), ("activity/gone", "serves", "goal/g"))
    )
    assert sorted(seen(found, "dangling")) == [
        ("activity/a", ("serves", "goal/gone"), 0, "target"),
        ("goal/g", ("serves", "activity/gone"), 0, "source"),
    ]
    assert seen(found, "orphan") == [("activity/a", (), 0, "")]


def test_a_circle_and_what_runs_into_it() -> None:
    found = findings(
        columns(
            "goal/g activity/a activity/b report-entry/r",
            ("activity/a", "serves", "activity/b"),
            ("activity/b", "serves", "activity/a"),
            ("report-entry/r", "reportsOn", "activity/a"),
        )
    )
    assert seen(found, "circle") == [("activity/b", ("activity/b", "activity/a"), 2, "")]  # b stands first in its plan
    assert {(key, variant) for key, _, _, variant in seen(found, "unreachable")} == {
        ("activity/a", "circle"),
        ("activity/b", "circle"),
        ("report-entry/r", "circle"),
    }
    alone = findings(columns("activity/a", ("activity/a", "serves", "activity/a")))
    assert seen(alone, "circle") == [("activity/a", ("activity/a",), 1, "")]


def test_an_unwanted_link_goes_the_wrong_way_or_by_the_wrong_relation() -> None:
    found = findings(
        columns(SOUND, *UP, ("goal/g", "serves", "activity/a"), ("outcome/o", "reportsOn", "report-entry/r"))
    )
    assert [(key, others) for key, others, _, _ in seen(found, "unwanted")] == [
        ("goal/g", ("serves", "activity/a")),
        ("outcome/o", ("reportsOn", "report-entry/r")),
    ]


def test_a_link_stated_twice_and_two_items_of_one_name() -> None:
    twice = findings(columns(SOUND, *UP[1:], (*UP[0], (STATED, JUDGEMENT))))
    assert seen(twice, "duplicate") == [("focus-area/f", ("serves", "goal/g"), 2, "link")]
    plan = "<https://w3id.org/svngraph/def/inPlan> <https://w3id.org/svngraph/id/plan/p0> .\n"
    name = '<http://www.w3.org/2004/02/skos/core#prefLabel> "Samma namn"@sv .\n'

    def named(*keys: str, planned: bool) -> list[Finding]:
        things = [f"<{NAMES.thing('activity', key)}> " for key in keys]
        kind = f"{RDF_TYPE} <https://w3id.org/svngraph/def/Activity> .\n"
        lines = [thing + line for thing in things for line in (kind, name, *([plan] if planned else []))]
        lines.append(things[0] + plan)
        snapshot = Snapshot.of_bytes(ontology() + "".join(lines).encode(), "nt")
        return findings(snapshots.read(snapshot, NAMES))

    assert seen(named("a", "b", planned=False), "duplicate") == []  # only one of them stands in the plan
    found = named("c", "a", "b", planned=True)
    assert seen(found, "duplicate") == [("activity/a", ("activity/b", "activity/c"), 2, "item")]


def test_a_level_is_skipped_only_where_it_could_have_been_met() -> None:
    straight = ("activity/a", "inFocusArea", "focus-area/f")
    assert seen(findings(columns(SOUND, *UP, straight)), "skipped") == []  # it stands under a heading too
    found = findings(columns(SOUND, *UP[:2], straight, *UP[3:]))
    assert seen(found, "skipped") == [("activity/a", ("inFocusArea", "focus-area/f"), 0, "")]
    assert [level.key for f in found if f.kind == "skipped" for level in f.levels] == ["heading"]


def test_every_finding_says_itself_in_both_languages_and_the_gravest_come_first() -> None:
    found = findings(
        columns(
            SOUND + " activity/b",
            *UP,
            ("goal/g", "serves", "activity/a"),
            ("activity/b", "serves", "goal/gone"),
            (*UP[1], (STATED, STATED)),
            ("report-entry/r", "outcomeOf", "report-entry/r"),
        )
    )
    ranks = [SEVERITIES.index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)
    for finding in found:
        words = finding.messages()
        assert words["sv"] != words["en"]
        assert qualified(finding.iri) in words["sv"]
        assert "{" not in words["sv"] + words["en"]


def levels_of(read: TraceGraph, link: Link) -> tuple[Level, Level]:
    return (read.items[link.source].level, read.items[link.target].level)


def slow_reached(read: TraceGraph, without: Link | None = None) -> set[str]:
    """What has some way to a goal, when one link is gone."""
    reached = {str(item.iri) for item in read.items.values() if item.level.key == "goal"}
    while True:
        more = {str(k.source) for k in read.links if k != without and str(k.target) in reached} - reached
        if not more:
            return reached
        reached |= more


@settings(max_examples=60, deadline=None, derandomize=True)
@given(datasets())
def test_findings_are_what_the_definitions_say(data: Data) -> None:
    read = graph.read(data.store(), NAMES)
    found = findings(snapshots.read(data.snapshot(), NAMES))
    reached = slow_reached(read)
    linked = {str(link.source) for link in read.links}
    below = {str(item.iri) for item in read.items.values() if item.level.number > 1}
    assert {str(f.iri) for f in found if f.kind == "orphan"} == below - linked
    assert {str(f.iri) for f in found if f.kind == "unreachable"} == (below & linked) - reached
    assert len([f for f in found if f.kind == "dangling"]) == len(read.loose)
    assert Counter(f.kind for f in found)["unwanted"] == len(
        [
            k
            for k in read.links
            if (read.items[k.source].level, read.items[k.target].level) not in read.allowed[k.relation]
        ]
    )
    circling = {iri for iri in map(str, read.items) if iri in slow_below(read, iri)}
    assert {part for f in found if f.kind == "circle" for part in f.others} == {qualified(iri) for iri in circling}
    single = {(str(f.iri), f.others): f.count for f in found if f.kind == "single-point"}
    if circling:
        return  # links within a circle are told as the circle
    for link in read.links:
        lost = reached - slow_reached(read, link) - {str(link.source)}
        others = (str(link.relation).rsplit("/", 1)[-1], qualified(link.target))
        assert single.get((str(link.source), others), 0) == len(lost), link


def slow_below(read: TraceGraph, iri: str) -> set[str]:
    seen_: set[str] = set()
    ahead = [iri]
    while ahead:
        at = ahead.pop()
        new = {str(link.source) for link in read.links if str(link.target) == at} - seen_
        seen_ |= new
        ahead += new
    return seen_


def rule(level: str, direction: str, *targets: str, basis: int = JUDGEMENT, severity: str = "violation") -> Rule:
    from svngraph.model import BASES

    return Rule(level, direction, targets, BASES[basis], "always", severity)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(datasets())
def test_a_gap_is_what_the_columns_do_not_hold(data: Data) -> None:
    read, cols = graph.read(data.store(), NAMES), snapshots.read(data.snapshot(), NAMES)
    rules = [
        rule("activity", "up", "goal"),
        rule("activity", "up", "goal", "heading", basis=STRUCTURAL),
        rule("activity", "down", "outcome", "action-item", basis=STATED),
        rule("heading", "down", "report-entry"),
    ]
    for one in rules:
        asked, kept = held(cols, one, date(2030, 1, 1))
        assert cols.iris(asked[~kept].tolist()) == [gap.item.iri for gap in gaps(read, [one], date(2030, 1, 1))]
    total = score(cols, rules, date(2030, 1, 1))
    assert total.value is None or 0 <= total.value <= 100


def test_alternatives_are_content_with_any_one_of_them() -> None:
    cols = columns("goal/g heading/h activity/a activity/b", ("activity/a", "underHeading", "heading/h"))
    one_of = rule("activity", "up", "goal", "heading")
    asked, kept = held(cols, one_of, date(2030, 1, 1))
    assert dict(zip(cols.keys(asked.tolist()), kept.tolist(), strict=True)) == {"a": True, "b": False}
    assert one_of.to == "goal/heading"


def test_the_score_is_present_over_expected() -> None:
    cols = columns(SOUND + " activity/b", *UP)
    asked = [
        rule("activity", "up", "goal"),
        rule("activity", "up", "goal", basis=STATED),  # the same demand, only firmer: it does not count twice
        rule("activity", "down", "outcome"),
        rule("activity", "down", "action-item", severity="info"),  # only informs: expects nothing
    ]
    found = score(cols, asked, date(2030, 1, 1))
    assert [(term.present, term.expected) for term in found.terms] == [(1, 2), (1, 2)]
    assert found.value == 50
    waived = frozenset({("goal", NAMES.thing("activity", "b"))})
    found = score(cols, asked, date(2030, 1, 1), waived=waived)
    assert [(term.present, term.expected, term.waived) for term in found.terms] == [(1, 1, 1), (1, 2, 0)]


def waiver(item: str, expires: date, of: str | None = None) -> Waiver:
    return Waiver(item, "muntlig rapport", "kansliet", expires, of)


def test_a_waiver_holds_to_its_last_day_and_is_then_a_finding() -> None:
    data = Data(("goal/g", "activity/a"), ())
    read, cols = graph.read(data.store(), NAMES), snapshots.read(data.snapshot(), NAMES)
    last = date(2031, 5, 31)
    policy = Policy((rule("activity", "up", "goal"),), (), (waiver("activity/a", last), waiver("b", last)))

    def judged(day: date) -> tuple[int, int, list[tuple[str, str]]]:
        result = judge(policy, gaps(read, policy.rules, day), findings(cols), day)
        return (
            len(result.gaps),
            len([f for f in result.findings if f.kind == "orphan"]),
            [(f.kind, f.key) for f in result.own],
        )

    assert judged(last) == (0, 0, [("waiver-unused", "b")])
    assert judged(date(2031, 6, 1)) == (1, 1, [("waiver-expired", "activity/a"), ("waiver-unused", "b")])


def test_a_waiver_may_be_of_one_rule_or_kind_only() -> None:
    data = Data(("goal/g", "activity/a"), ())
    read, cols = graph.read(data.store(), NAMES), snapshots.read(data.snapshot(), NAMES)
    rules = (rule("activity", "up", "goal"), rule("activity", "down", "outcome"))
    for of, left in (("goal", ["outcome"]), ("orphan", ["goal", "outcome"]), (None, [])):
        policy = Policy(rules, (), (waiver("a", date(2040, 1, 1), of),))
        result = judge(policy, gaps(read, rules, date(2031, 1, 1)), findings(cols), date(2031, 1, 1))
        assert [gap.rule.to for gap in result.gaps] == left


@pytest.mark.parametrize(("share", "fails"), [(0.5, False), (0.51, True), (1.0, True), (0.0, False)])
def test_a_threshold_is_missed_below_its_share(share: float, fails: bool) -> None:
    cols = columns(SOUND + " activity/b", *UP)
    policy = Policy((), (Threshold("activity", "outcome", "any", share, "warning"),))
    assert [(f.kind, f.severity, f.others) for f in missed(cols, policy)] == (
        [("threshold", "warning", ("1", "2"))] if fails else []
    )
    assert missed(cols, Policy((), (Threshold("assignment", "outcome", "any", share, "info", "nowhere"),))) == []


def test_the_policy_may_weigh_a_kind_otherwise() -> None:
    cols = columns("goal/g activity/a")
    found = findings(cols, Policy(severities={"orphan": "violation"}))
    assert [(f.kind, f.severity) for f in found] == [("orphan", "violation")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]]\nlevel = 'activity'", "missing or unknown: basis, direction, severity, to, when"),
        ("[[threshold]]\nlevel='a'\nto='b'\nmeaning='any'\nat-least=90\nseverity='info'", "at-least is 90"),
        ("[[waiver]]\nitem='a'\nreason='b'\nowner='c'\nexpires='2026-01-01'", "expires is '2026-01-01'"),
        ("[[waiver]]\nitem='a'\nreason=''\nowner='c'\nexpires=2026-01-01", "reason is ''"),
        ("[severity]\nodd = 'info'", "no kind of finding 'odd'"),
        ("[severity]\norphan = 'bad'", "orphan is 'bad'"),
        ("rules = 1", "unknown or no list: rules"),
        ("rule = 1", "unknown or no list"),
        ("[[rule]]\nlevel='a'\ndirection='up'\nto=[]\nbasis='stated'\nwhen='due'\nseverity='info'", "to is empty"),
    ],
)
def test_a_mistake_in_a_policy_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        read_policy(path)


def test_every_kind_has_a_severity_and_words() -> None:
    from svngraph.labels import phrases

    for kind, severity in KINDS.items():
        assert severity in SEVERITIES
        assert f"kind.{kind}" in phrases("sv")
