"""Reports for other tools, waivers and thresholds, lint, and places in files."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from rdflib import SH, Graph, Namespace
from rdflib.compare import isomorphic

from svngraph.columns import Snapshot
from svngraph.errors import InputError
from svngraph.validation import SEVERITIES, export, severity_rank, validate
from svngraph.validation.lint import lint
from svngraph.validation.locations import locator
from svngraph.validation.waivers import EXCEEDED, EXPIRED, UNUSED, Policy, Threshold, Waiver, judge, read_policy

EX = Namespace("http://example.org/")
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:property ex:S-p, ex:S-q .
ex:S-p sh:path ex:p ; sh:minCount 1 ; sh:message "saknar <p> & mer"@sv .
ex:S-q sh:path ex:q ; sh:nodeKind sh:IRI ; sh:severity sh:Warning .
ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI .
"""
DATA = """@prefix ex: <http://example.org/> .

ex:a a ex:C ;
  ex:q "text, with comma" ;
  ex:r 1 .
ex:b a ex:C ; ex:p 1 .
ex:c a ex:C .
"""


@pytest.fixture
def report():
    return validate(Snapshot.of_bytes(DATA.encode(), "ttl"), Graph().parse(data=SHAPES))


def test_turtle_is_the_report(report) -> None:
    assert isomorphic(Graph().parse(data="".join(export.turtle(report))), report.to_graph())


def test_json_is_the_report(report) -> None:
    assert json.loads("".join(export.json_text(report))) == report.to_json()


def test_csv_has_a_row_for_each_result(report) -> None:
    rows = list(csv.DictReader("".join(export.csv_text(report)).splitlines()))
    assert len(rows) == 3
    assert {row["value"] for row in rows} == {"", "text, with comma"}


def test_sarif_names_file_and_line(report, tmp_path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    run = json.loads("".join(export.sarif(report, locate=locator([file]))))["runs"][0]
    places = {
        (result["level"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in run["results"]
    }
    assert places == {("warning", 4), ("error", 3), ("error", 7)}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {str(EX["S-p"]), str(EX["S-q"])}


def test_what_is_waived_does_not_vanish(report) -> None:
    waiver = Waiver(str(EX["S-p"]), "told on the phone", "the office", date(2026, 12, 31), str(EX.a))
    verdict = judge(report, Policy((waiver,), (Threshold("violation", 0),)), date(2026, 1, 1))
    run = json.loads("".join(export.sarif(verdict.report, waived=verdict.waived)))["runs"][0]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert len(run["results"]) == 3
    assert [result["ruleId"] for result in suppressed] == [str(EX["S-p"])]
    assert suppressed[0]["suppressions"][0]["kind"] == "external"
    assert "told on the phone" in suppressed[0]["suppressions"][0]["justification"]
    shown = json.loads("".join(export.json_text(verdict.report, "en", verdict.waived, verdict.exceeded)))
    assert [(result["focusNode"], result["waiver"]["owner"]) for result in shown["waived"]] == [
        (str(EX.a), "the office")
    ]
    assert [result["sourceConstraintComponent"] for result in shown["exceeded"]] == [str(EXCEEDED)]
    assert len(shown["results"]) == 2


def test_a_severity_of_one_s_own_fails_like_a_violation() -> None:
    text = SHAPES.replace("sh:severity sh:Warning", "sh:severity ex:Critical").replace("sh:minCount 1", "sh:minCount 0")
    report = validate(Snapshot.of_bytes(DATA.encode(), "ttl"), Graph().parse(data=text))
    assert [result.severity for result in report.results] == [EX.Critical]
    assert severity_rank(EX.Critical) == severity_rank(SH.Violation) == 0
    assert [severity_rank(severity) for severity in SEVERITIES] == [0, 1, 2]
    verdict = judge(report, Policy(), date(2026, 1, 1))
    assert all(verdict.fails(Policy(), at) for at in ("violation", "warning", "info"))
    most = Policy((), (Threshold("violation", 1),))
    assert not judge(report, most, date(2026, 1, 1)).fails(most)
    none = Policy((), (Threshold("violation", 0),))
    assert judge(report, none, date(2026, 1, 1)).fails(none)
    level = json.loads("".join(export.sarif(report)))["runs"][0]["results"][0]["level"]
    assert level == "error"


def test_junit_has_a_case_for_each_shape(report) -> None:
    suite = ElementTree.fromstring("".join(export.junit(report)))  # noqa: S314 - our own text
    cases = {case.get("name"): case.find("failure") is not None for case in suite}
    assert cases == {str(EX.S): False, str(EX.T): False, str(EX["S-p"]): True, str(EX["S-q"]): True}
    assert suite.get("failures") == "2"


def test_junit_fails_by_what_the_command_fails_by(report) -> None:
    for least, failures in ((-1, "0"), (0, "1"), (1, "2")):
        suite = ElementTree.fromstring("".join(export.junit(report, least=least)))  # noqa: S314 - our own text
        assert suite.get("failures") == failures
        told = {case.get("name"): [part.tag for part in case] for case in suite}
        assert told[str(EX["S-q"])] == (["failure"] if least >= 1 else ["system-out"])


def test_no_text_breaks_a_report() -> None:
    shapes = SHAPES.replace("saknar <p> & mer", "=HYPERLINK(1)\\u0001")
    report = validate(Snapshot.of_bytes(DATA.encode(), "ttl"), Graph().parse(data=shapes))
    ElementTree.fromstring("".join(export.junit(report)))  # noqa: S314 - our own text
    rows = list(csv.DictReader("".join(export.csv_text(report)).splitlines()))
    assert [row["message"][:2] for row in rows if row["message"].endswith("\N{REPLACEMENT CHARACTER}")] == ["'="] * 2


def test_what_an_inverse_path_finds_is_what_is_wrong(tmp_path) -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    ex:S a sh:NodeShape ; sh:targetNode ex:C ;
      sh:property [ sh:path [ sh:inversePath rdf:type ] ; sh:pattern "a$" ; sh:message "heter inte a" ] ."""
    file = tmp_path / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    report = validate(Snapshot.of_files([file]), Graph().parse(data=shapes))
    found = json.loads("".join(export.sarif(report, "sv", locator([file]))))["runs"][0]
    places = [result["locations"][0] for result in found["results"]]
    assert [place["logicalLocations"][0]["fullyQualifiedName"] for place in places] == [str(EX.b), str(EX.c)]
    assert [place["physicalLocation"]["region"]["startLine"] for place in places] == [6, 7]
    assert found["tool"]["driver"]["rules"][0]["shortDescription"] == {"text": "heter inte a"}


def test_lines_in_every_syntax(tmp_path) -> None:
    files = {
        "a.nt": "<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n"
        "<http://example.org/a> <http://example.org/q> 1 .\n",
        "b.trig": "@prefix ex: <http://example.org/> .\nex:g {\n  ex:t a ex:C ;\n     ex:q 1 .\n}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    places = locator(sorted(tmp_path.iterdir()))
    assert str(places(EX.a, EX.q)).endswith("a.nt:2")
    assert str(places(EX.t, EX.q)).endswith("b.trig:4")
    assert str(places(EX.t, EX.absent)).endswith("b.trig:3")
    assert places(EX.nobody, None) is None


POLICY = """
[[waiver]]
shape = "http://example.org/S-p"
focus = "http://example.org/a"
reason = "told on the phone"
owner = "the office"
expires = 2026-12-31

[[threshold]]
severity = "violation"
most = 1

[[threshold]]
severity = "warning"
most = 0
shape = "http://example.org/S-q"
"""


def test_waivers_and_thresholds(report, tmp_path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY, encoding="utf-8")
    policy = read_policy(file)
    before = judge(report, policy, date(2026, 12, 31))
    assert [result.focus_node for result, _ in before.waived] == [EX.a]
    assert len(before.report.results) == 2
    assert [result.source_shape for result in before.exceeded] == [EX["S-q"]]
    after = judge(report, policy, date(2027, 1, 1))
    assert not after.waived
    assert len(after.report.results) == 4
    assert [result.component for result in after.report.results].count(EXPIRED) == 1
    clean = validate(Snapshot.of_bytes(b"<a:b> <a:c> <a:d> .", "nt"), Graph().parse(data=SHAPES))
    idle = judge(clean, policy, date(2026, 1, 1))
    assert [(result.component, result.severity) for result in idle.report.results] == [(UNUSED, SH.Info)]
    assert not idle.fails(policy)


@pytest.mark.parametrize(
    "text",
    [
        "[other]",
        "[[waiver]]\nshape = 1",
        '[[threshold]]\nseverity = "bad"\nmost = 1',
        "[[threshold",
        "[[waiver]]\nx = 1",
    ],
)
def test_a_policy_that_is_none_is_refused(text, tmp_path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_policy(file)


def test_lint() -> None:
    text = (
        SHAPES
        + """
    ex:Alone a sh:NodeShape ; sh:nodeKind sh:IRI .
    ex:Empty a sh:NodeShape ; sh:targetClass ex:Nobody .
    ex:Never a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:zzz ; sh:maxCount 1 .
    ex:Against a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:maxCount 0 .
    ex:Half a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:q ; sh:minCount 1 ; sh:qualifiedMinCount 1 .
    """
    )
    found = {
        (oddity.kind, oddity.shape)
        for oddity in lint(Graph().parse(data=text), Snapshot.of_bytes(DATA.encode(), "ttl"))
    }
    assert found == {
        ("no-target", EX.Alone),
        ("no-constraint", EX.Empty),
        ("targets-nothing", EX.Empty),
        ("cannot-fire", EX.Never),
        ("cannot-fire", EX.Half),
        ("contradiction", EX.Against),
    }
    assert lint(Graph().parse(data=SHAPES)) == ()
