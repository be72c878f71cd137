"""The command line as a user runs it: in a process of its own, in another folder."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Dataset, Graph
from rdflib.namespace import SH

from svngraph import resources

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_help_names_every_command(svngraph: Run) -> None:
    from svngraph.cli import COMMANDS, app

    text = svngraph("--help").stdout
    for name, words in COMMANDS.items():
        assert f"  {name}" in text
        command = app.get_command(None, name)
        assert command is not None
        assert words.rstrip(".") in " ".join(text.split())
        shown = svngraph(name, "--help")
        assert shown.returncode == 0
        assert "Usage: svngraph" in shown.stdout


def test_help_is_instant() -> None:
    """Less than 0.2 s beyond the interpreter's own start, of processor time: the wall depends on who else works."""

    def cost(*arguments: str) -> float:
        times = []
        for _ in range(5):
            before = os.times()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
            after = os.times()
            spent = (after.children_user - before.children_user) + (after.children_system - before.children_system)
            times.append(spent)
        return min(times)

    assert cost("-m", "svngraph", "--help") - cost("-c", "pass") < 0.2


def test_version(svngraph: Run) -> None:
    assert svngraph("--version").stdout.startswith("svngraph 0.")


def test_demo_runs_on_the_shipped_plans(svngraph: Run) -> None:
    done = svngraph("demo", "--as-of", "2026-11-22")
    assert done.returncode == 0, done.stderr
    assert "Täckning: aktivitet ned till utfall" in done.stdout
    assert "Validering per 2026-11-22" in done.stdout
    assert "Prova nu" in done.stdout
    english = svngraph("demo", "--as-of", "2026-11-22", "--lang", "en").stdout
    assert "Coverage: activity down to outcome" in english
    assert not [line for line in english.splitlines() if "Aktivitetsplan" in line]


def test_demo_is_quick(svngraph: Run) -> None:
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        svngraph("demo")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert statistics.median(times) < 5  # seconds of work: those on the wall are as many as others leave us


def test_trace_as_text_json_and_csv(svngraph: Run, fjall: Path) -> None:
    text = svngraph("trace", "fp2031-01", "--data", str(fjall)).stdout
    assert "Trygg vård i glesbygd [fjall-01]" in text
    assert "Svagaste länk till målet: bedömning (vagar → fjall-01)" in text
    found = json.loads(svngraph("trace", "fp2031-01", "--data", str(fjall), "--format", "json").stdout)
    assert found["item"]["key"] == "fp2031-01"
    first = found["up"][0]
    assert (first["key"], first["basis"], first["following"][0]["weakest"]) == ("fv-01", "stated", "structural")
    rows = list(
        csv.DictReader(io.StringIO(svngraph("trace", "fp2031-01", "--data", str(fjall), "--format", "csv").stdout))
    )
    assert [row["key"] for row in rows if row["direction"] == "up"] == ["fv-01", "vagar", "fjall-01"]


def test_trace_says_who_carries_each_item(svngraph: Run) -> None:
    text = svngraph("trace", "activity/ap2025-09").stdout
    assert "Ansvarig: Upphandlingsgruppen (hp2025-02-1, hp2025-02-2)" in text
    assert "Uppdrag till upphandlingsgruppen [hp2025-02-1]  – ansvarig: Upphandlingsgruppen" in text
    upwards = svngraph("trace", "activity/ap2025-09", "--up", "--lang", "en").stdout
    assert "Responsible" not in upwards
    found = json.loads(svngraph("trace", "activity/ap2025-09", "--format", "json").stdout)
    assert found["item"]["assigned"] == []
    action = next(step for step in found["down"] if step["level"] == "action-item")
    assert [[party["iri"].rsplit("/", 1)[-1] for party in step["assigned"]] for step in action["following"]] == [
        ["upphandlingsgruppen"],
        ["upphandlingsgruppen"],
    ]
    assert action["following"][0]["assigned"][0]["kind"] == "group"
    rows = csv.DictReader(io.StringIO(svngraph("trace", "activity/ap2025-09", "--format", "csv").stdout))
    assert {row["key"] for row in rows if row["assigned"] == "upphandlingsgruppen"} == {"hp2025-02-1", "hp2025-02-2"}


def test_trace_one_way_and_by_basis(svngraph: Run, fjall: Path) -> None:
    up = svngraph("trace", "fp2031-01", "--up", "--basis", "stated", "--data", str(fjall)).stdout
    assert "fv-01" in up
    assert "vagar]" not in up
    assert "Nedåt" not in up


def test_coverage_and_gaps(svngraph: Run, fjall: Path) -> None:
    found = json.loads(svngraph("coverage", "--data", str(fjall), "--format", "json").stdout)
    assert (found["items"], found["direct"]["count"], found["any"]["count"]) == (4, 2, 1)
    table = svngraph("coverage", "--by", "item", "--data", str(fjall)).stdout
    assert "fp2031-03 → ✗ rapportavsnitt" in table
    gaps = svngraph("gaps", "--data", str(fjall), "--as-of", "2032-06-01", "--fail-on", "violation")
    assert gaps.returncode == 1
    assert "aktivitet → ✗ rapportavsnitt" in gaps.stdout
    listed = json.loads(svngraph("gaps", "--data", str(fjall), "--as-of", "2032-06-01", "--format", "json").stdout)
    unreported = [gap["key"] for gap in listed["gaps"] if gap["to"] == "report-entry" and gap["direction"] == "down"]
    assert unreported == ["fp2031-03"]


@pytest.mark.parametrize("command", ["gaps", "findings"])
def test_what_is_not_shown_still_fails(svngraph: Run, fjall: Path, command: str) -> None:
    at = ("--data", str(fjall), "--as-of", "2032-06-01", "--fail-on", "info")
    assert svngraph(command, *at).returncode == 1
    assert svngraph(command, "--severity", "violation", *at).returncode == 1


def test_a_plan_is_not_failed_by_the_threshold_of_another(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    asked = 'level = "activity"\nto = "report-entry"\nmeaning = "any"\nseverity = "violation"'
    policy.write_text(f'[[threshold]]\n{asked}\nplan = "fp2032"\nat-least = 1.0\n', "utf-8")
    at = ("gaps", "--data", str(fjall), "--policy", str(policy), "--fail-on", "violation")
    assert svngraph(*at).returncode == 1
    assert svngraph(*at, "--plan", "fp2032").returncode == 1
    assert svngraph(*at, "--plan", "fp2031").returncode == 0


def test_a_taken_port_is_told_at_once_and_before_an_address(svngraph: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = svngraph("serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"svngraph: 127.0.0.1:{port}: Address already in use — choose another --port or --host"
    ]
    assert "no such host" in svngraph("serve", "--host", "nowhere.invalid").stderr


def test_a_script_is_not_told_that_a_report_cut_off_is_a_pass(svngraph: Run) -> None:
    run = f"set -o pipefail; {sys.executable} -m svngraph validate --format sarif | head -1"
    assert subprocess.run(["bash", "-c", run], capture_output=True).returncode == 141


def test_an_item_counts_for_each_goal_that_it_reaches(svngraph: Run) -> None:
    found = json.loads(svngraph("coverage", "--by", "goal", "--format", "json").stdout)
    matrix = json.loads(svngraph("matrix", "goal", "activity", "--format", "json").stdout)["matrices"][0]
    assert sorted(group["items"] for group in found["groups"]) == sorted(matrix["rowCounts"].values())


@pytest.mark.parametrize(
    ("command", "start"),
    [
        (["matrix", "goal", "activity", "--out", "m.xlsx"], b"PK"),
        (["matrix", "goal", "activity", "--out", "m.csv"], b"Avtalsm"),
        (["export", "--out", "m.jsonld"], b"{"),
        (["export", "--out", "m.mmd"], b"flowchart"),
    ],
)
def test_the_name_of_a_file_says_its_form(
    svngraph: Run, fjall: Path, tmp_path: Path, command: list[str], start: bytes
) -> None:
    done = svngraph(*command, "--data", str(fjall))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / command[-1]).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["m.pdf", "m", "m.docx"])
def test_a_name_that_says_no_form_is_refused(svngraph: Run, fjall: Path, name: str) -> None:
    for command in (["matrix", "goal", "activity"], ["export"]):
        done = svngraph(*command, "--out", name, "--data", str(fjall))
        assert (done.returncode, done.stdout) == (2, "")
        assert "no form has the suffix" in done.stderr


def test_query_in_every_format(svngraph: Run, fjall: Path) -> None:
    query = "SELECT ?a { ?a a svn:Activity } ORDER BY ?a LIMIT 1"
    at = ("--data", str(fjall))
    assert "activity:fp2031-01" in svngraph("query", query, *at).stdout
    found = json.loads(svngraph("query", query, "--format", "json", *at).stdout)
    assert found["results"]["bindings"][0]["a"]["value"].endswith("activity/fp2031-01")
    assert svngraph("query", "--format", "csv", *at, stdin=query).stdout.splitlines()[0] == "a"
    assert svngraph("query", query, "--format", "tsv", *at).stdout.startswith("?a\n<https")
    assert "<sparql" in svngraph("query", query, "--format", "xml", *at).stdout
    assert svngraph("query", "ASK { ?a a svn:Activity }", *at).stdout.strip() == "true"
    construct = "CONSTRUCT { ?a a svn:Activity } WHERE { ?a a svn:Activity }"
    for form, name in (("turtle", "turtle"), ("ntriples", "nt"), ("xml", "xml"), ("jsonld", "json-ld")):
        graph = Graph().parse(data=svngraph("query", construct, "--format", form, *at).stdout, format=name)
        assert len(graph) == 4


def test_a_query_is_ended_when_its_time_is_up(svngraph: Run) -> None:
    started = time.perf_counter()
    done = svngraph("query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.5")
    assert done.returncode == 3
    assert "longer than 0.5 s" in done.stderr
    assert time.perf_counter() - started < 10


def test_ask_lists_and_answers(svngraph: Run) -> None:
    listed = json.loads(svngraph("ask", "--format", "json").stdout)["questions"]
    assert len(listed) >= 37
    assert {"sv", "en"} == set(listed[0]["title"])
    answer = svngraph("ask", "cq15", "--lang", "sv")
    assert answer.returncode == 0, answer.stderr
    assert "4 rader" in answer.stdout
    rows = list(csv.reader(io.StringIO(svngraph("ask", "cq15", "--format", "csv").stdout)))
    assert len(rows) == 5
    assert "SELECT" in svngraph("ask", "cq15", "--sparql").stdout


@pytest.mark.parametrize("form", ["nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml"])
def test_export_keeps_every_triple_and_is_reproducible(svngraph: Run, fjall: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    first = svngraph("export", "--format", form, "--data", str(fjall), "--out", str(out))
    assert first.returncode == 0, first.stderr
    octets = out.read_bytes()
    assert svngraph("export", "--format", form, "--data", str(fjall)).stdout.encode() == octets
    name = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}.get(form, form)
    read = (
        Dataset().parse(data=octets, format=name)
        if form in ("nquads", "trig", "jsonld")
        else Graph().parse(data=octets, format=name)
    )
    union = Graph()
    for quad in read.quads() if isinstance(read, Dataset) else read:
        union.add(quad[:3])
    expected = Graph().parse(data=svngraph("export", "--format", "ntriples", "--data", str(fjall)).stdout, format="nt")
    assert len(union) == len(expected) > 1000


def test_build_keeps_a_dataset_that_other_commands_open(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "place")
    built = json.loads(svngraph("build", "--store", place, "--data", str(fjall), "--format", "json").stdout)
    assert built["quads"] > built["inferred"] > 0
    assert "Trygg vård" in svngraph("trace", "fp2031-01", SVNGRAPH_STORE=place).stdout
    (fjall / "fjall.ttl").write_text("<broken")
    failed = svngraph("build", "--store", place, "--data", str(fjall))
    assert failed.returncode == 3
    assert "fjall.ttl:1" in failed.stderr
    assert "Trygg vård" in svngraph("trace", "fp2031-01", SVNGRAPH_STORE=place).stdout


def test_settings_come_from_flag_then_variable_then_file(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    (tmp_path / "svngraph.toml").write_text(f'lang = "en"\ndata = "{fjall}"\n')
    assert "Up, towards the goal" in svngraph("trace", "fp2031-01").stdout
    assert "Uppåt, mot målet" in svngraph("trace", "fp2031-01", SVNGRAPH_LANG="sv").stdout
    assert "Up, towards the goal" in svngraph("trace", "fp2031-01", "--lang", "en", SVNGRAPH_LANG="sv").stdout


def test_validate_any_rdf(svngraph: Run, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .\n"
        "e:S a sh:NodeShape ; sh:targetClass e:Lift ; sh:property [ sh:path e:doors ; sh:minCount 1 ] ."
    )
    (tmp_path / "a.ttl").write_text("@prefix e: <http://example.org/> . e:a a e:Lift ; e:doors 2 .")
    (tmp_path / "b.ttl").write_text("@prefix e: <http://example.org/> . e:b a e:Lift .")
    done = svngraph("validate", "--data", "a.ttl", "b.ttl", "--shapes", "shapes.ttl", "--format", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["conforms"] is False
    (result,) = report["results"]
    assert result["focusNode"] == "http://example.org/b"
    assert result["resultPath"] == "http://example.org/doors"
    assert result["value"] is None
    assert result["sourceConstraintComponent"] == "http://www.w3.org/ns/shacl#MinCountConstraintComponent"
    assert result["resultSeverity"] == "http://www.w3.org/ns/shacl#Violation"
    assert svngraph("validate", "--data", "a.ttl", "--shapes", "shapes.ttl").returncode == 0
    assert svngraph("validate", "--data", "b.ttl", "--shapes", "shapes.ttl", "--fail-on", "never").returncode == 0


def test_validate_says_what_is_due_on_a_day(svngraph: Run) -> None:
    def unreported(day: str) -> set[str]:
        report = json.loads(svngraph("validate", "--as-of", day, "--format", "json").stdout)
        return {
            result["focusNode"].rsplit("/", 1)[-1]
            for result in report["results"]
            if result["sourceShape"].endswith("Activity-report") or "Activity-report" in result["sourceShape"]
        }

    assert unreported("2024-12-31") == set()
    assert unreported("2025-01-01") == {f"ap2024-{n:02}" for n in range(1, 22)}
    assert unreported("2026-01-01") == {f"ap2024-{n:02}" for n in range(1, 22)}  # the 2025 plan is reported


def test_every_result_is_told_with_its_chain_and_remedy(svngraph: Run) -> None:
    told = svngraph("validate", "--all", "--as-of", "2026-11-22").stdout
    told = " ".join(told.split())
    assert "ap2024-01 aktivitet → ✗ redovisas i" in told
    assert "vp2021-11 vp2021-11 → ✗ avtalsmål" in told
    assert "Lägg in årets rapport" in told
    assert "FEL 21" in told
    assert "VIOLATION 21" in svngraph("validate", "--all", "--as-of", "2026-11-22", "--lang", "en").stdout


def test_validation_for_other_programs(svngraph: Run) -> None:
    sarif = json.loads(svngraph("validate", "--as-of", "2026-11-22", "--format", "sarif").stdout)
    results = sarif["runs"][0]["results"]
    assert len(results) == len(
        json.loads(svngraph("validate", "--as-of", "2026-11-22", "--format", "json").stdout)["results"]
    )
    place = next(r for r in results if r["ruleId"].endswith("Activity-report"))["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("ap2024.trig")
    assert place["region"]["startLine"] > 1
    grave = {result["ruleId"] for result in results if result["level"] == "error"}
    for fail_on, failing in (
        ("violation", grave),
        ("info", {result["ruleId"] for result in results}),
        ("never", set()),
    ):
        told = svngraph("validate", "--as-of", "2026-11-22", "--format", "junit", "--fail-on", fail_on).stdout
        suite = ElementTree.fromstring(told)  # noqa: S314 since it is our own output
        assert int(suite.attrib["failures"]) == len(failing), fail_on
    turtle = Graph().parse(
        data=svngraph("validate", "--as-of", "2026-11-22", "--format", "turtle").stdout, format="turtle"
    )
    assert len(list(turtle.objects(predicate=SH.result))) == len(results)
    rows = list(csv.reader(io.StringIO(svngraph("validate", "--as-of", "2026-11-22", "--format", "csv").stdout)))
    assert len(rows) == len(results) + 1


def test_a_waiver_excuses_until_it_expires(svngraph: Run, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(
        """
[[waiver]]
shape = "https://w3id.org/svngraph/shape/Activity-report"
reason = "Rapporten för 2024 finns på papper."
owner = "sekretariatet"
expires = 2026-12-31
[[waiver]]
shape = "https://w3id.org/svngraph/shape/ActionItem-responsible"
reason = "Gruppen utses i vår."
owner = "ledningsgruppen"
expires = 2026-12-31
"""
    )
    excused = svngraph("validate", "--as-of", "2026-11-22", "--policy", "policy.toml")
    assert excused.returncode == 0, excused.stdout
    assert (
        "Undantaget: ap2024-01 (Rapporten för 2024 finns på papper.; sekretariatet, till och med 2026-12-31)"
        in excused.stdout
    )
    late = svngraph("validate", "--as-of", "2027-01-01", "--policy", "policy.toml")
    assert late.returncode == 1
    assert "Undantaget gick ut 2026-12-31" in late.stdout


def test_one_policy_serves_validation_and_tracing(svngraph: Run, tmp_path: Path) -> None:
    shipped = (resources.data_folder() / "policy.toml").read_text("utf-8")
    (tmp_path / "policy.toml").write_text(
        shipped
        + """
[[waiver]]
shape = "https://w3id.org/svngraph/shape/Activity-report"
reason = "Rapporten för 2024 finns på papper."
owner = "sekretariatet"
expires = 2026-12-31
[[waiver]]
item = "ap2024-01"
of = "report-entry"
reason = "Rapporten för 2024 finns på papper."
owner = "sekretariatet"
expires = 2026-12-31
[[threshold]]
severity = "warning"
most = 5
"""
    )
    at = ("--as-of", "2026-11-22", "--policy", "policy.toml", "--format", "json")
    gaps = json.loads(svngraph("gaps", *at).stdout)
    assert [gap["key"] for gap in gaps["waived"]] == ["ap2024-01"]
    report = svngraph("validate", *at)
    assert report.returncode == 1  # one violation is left, and there are more than five warnings
    assert not [r for r in json.loads(report.stdout)["results"] if r["sourceShape"].endswith("Activity-report")]


def test_lint_tells_of_shapes_that_cannot_fire(svngraph: Run, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .\n"
        "e:S a sh:NodeShape ; sh:targetClass e:None ; sh:property [ sh:path e:p ; sh:minCount 2 ; sh:maxCount 1 ] ."
    )
    told = svngraph("validate", "--lint", "--shapes", "shapes.ttl", "--lang", "en").stdout
    assert "2 remarks on the shapes" in told
    assert "S: No node of this data is a target of the shape." in told
    assert "No node can meet both constraints: MinCount ≠ MaxCount (<http://example.org/p>)." in told


MISTAKES: list[tuple[tuple[str, ...], int, str]] = [
    (("trace", "ap2099-01"), 2, "no item 'ap2099-01'"),
    (("trace",), 2, "Missing argument"),
    (("coverage", "--level", "tower"), 2, "no level 'tower'"),
    (("coverage", "--plan", "ap1999"), 2, "no plan 'ap1999'"),
    (("gaps", "--as-of", "tomorrow"), 2, "not a date"),
    (("gaps", "--policy", "none.toml"), 3, "none.toml"),
    (("query", "SELECT * { ?s ?p }"), 2, "query, line 1, column 19"),
    (("query", "SELECT * { ?s a svn:Plan . ?s ?p }"), 2, "query, line 1, column 35"),
    (("query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 2, "SERVICE is refused"),
    (("query", "ASK {}", "--format", "turtle"), 2, "no turtle of this query"),
    (("query", "DELETE WHERE { ?s ?p ?o }"), 2, "updates are not run"),
    (("query", "PREFIX x: <http://e/> # so\nINSERT DATA { x:a x:b x:c }"), 2, "updates are not run"),
    (("query", "--file", "none.rq"), 3, "none.rq"),
    (("ask", "cq99"), 2, "no question 'cq99'"),
    (("ask", "cq1"), 2, "more than one question"),
    (("ask", "cq15", "--param", "x"), 2, "write NAME=VALUE"),
    (("ask", "cq15", "--param", "x=1"), 2, "no parameter x"),
    (("build", "--data", "none"), 3, "none: no such folder"),
    (("coverage", "--store", "none"), 3, "no dataset here"),
    (("coverage", "--store", "http://127.0.0.1:9/"), 3, "refused"),
    (("coverage", "--lang", "de"), 2, "'de'"),
    (("coverage", "--base", "x"), 2, "not an address"),
    (("coverage", "--timeout", "-1"), 2, "not a time"),
    (("validate", "--shapes", "none.ttl"), 3, "none.ttl"),
    (("validate", "--data", "nodir"), 3, "nodir: no such file or folder"),
    (("trace", "ap2025-01", "--quote"), 2, "--sources"),
    (("trace", "ap2025-01", "--quote", "--sources", "none"), 3, "no such folder"),
    (("frobnicate",), 2, "No such command"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), MISTAKES, ids=[" ".join(m[0]) for m in MISTAKES])
def test_a_mistake_gets_a_clear_line_and_a_code(
    svngraph: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = svngraph(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [("lang = ", "svngraph.toml"), ("colour = 1", "unknown setting 'colour'"), ('lang = "de"', "no language")],
)
def test_a_broken_settings_file_is_named(svngraph: Run, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "svngraph.toml").write_text(text)
    done = svngraph("coverage")
    assert done.returncode in (2, 3)
    assert message in done.stderr


def test_data_under_another_base_are_told_of(svngraph: Run, fjall: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in fjall.glob("*.t*"):
        text = path.read_text("utf-8").replace("https://w3id.org/svngraph/id/", "https://plan.example.org/id/")
        (other / path.name).write_text(text, "utf-8")
    kept = str(tmp_path / "kept")
    said = "The data lie under https://plan.example.org/ and not under https://w3id.org/svngraph/: name it with --base"
    for args in (
        ("coverage", "--data", str(other)),
        ("query", "ASK {}", "--data", str(other)),
        ("build", "--data", str(other), "--store", kept),
        ("gaps", "--store", kept),
    ):
        assert svngraph(*args, "--lang", "en").stderr.splitlines().count(f"svngraph: {said}") == 1, args
    quiet = [("--data", str(other), "--base", "https://plan.example.org/"), ("--data", str(fjall))]
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "a.ttl").write_text("<http://example.org/a> <http://example.org/b> 1 .")
    for flags in [*quiet, ("--data", str(empty))]:
        assert svngraph("coverage", *flags).stderr == ""


def test_a_hostile_label_cannot_reach_the_terminal(svngraph: Run, fjall: Path) -> None:
    with (fjall / "fjall.ttl").open("a") as out:
        out.write('activity:fp2032-02 a svn:Activity ; skos:prefLabel "\\u001B[31m[bold]röd\\u202E"@sv .\n')
    shown = svngraph("trace", "fp2032-02", "--data", str(fjall)).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold]röd" in shown


def test_a_reader_that_leaves_is_no_error(fjall: Path) -> None:
    command = f"{sys.executable} -m svngraph export --data {fjall} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=600)
    assert done.stdout.startswith("<")
    assert "Traceback" not in done.stderr
