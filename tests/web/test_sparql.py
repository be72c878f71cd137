"""The endpoint: the W3C protocol tests, the formats, the limits, and that one user's query is no other's trouble."""

# ruff: noqa: S310 # the addresses are those of our own server
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from svngraph.web.negotiation import preferred
from svngraph.web.observing import _Buckets
from svngraph.web.pages.about import TESTS
from svngraph.web.sparql.answers import Answers
from svngraph.web.sparql.datasets import with_dataset
from svngraph.web.sparql.limits import Busy, Limits, OutOfTime, TooLarge
from svngraph.web.sparql.nursery import count_rows
from svngraph.web.sparql.plain import plain
from svngraph.web.sparql.pool import Pool

from svngraph.store.embedded import EmbeddedStore

SHARED = os.environ.get("SVNGRAPH_SHARED", str(Path(__file__).resolve().parents[3] / "shared"))
SUITE = Path(SHARED).resolve() / "suites" / "sparql11"
FORMATS = {
    "application/sparql-results+json": b'"bindings"',
    "application/sparql-results+xml": b"<result>",
    "text/csv": b"n\r\n",
    "text/tab-separated-values": b"?n\n",
}


def ask(
    server: str, query: str, accept: str = "application/sparql-results+json", **more: str
) -> tuple[int, str, bytes]:
    """The status, media type and body of the answer to a query sent by POST."""
    body = urllib.parse.urlencode({"query": query, **more}).encode()
    request = urllib.request.Request(f"{server}/sparql", body, {"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read()


@pytest.fixture(scope="module")
def suite(start: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = SUITE / "sparql" / "sparql11" / "protocol"
    if not folder.is_dir():
        pytest.skip(f"the W3C suite is not at {SUITE}")
    manifest = (folder / "manifest.ttl").read_text("utf-8")
    quads = []
    for name, label in sorted(set(re.findall(r'ut:graph <([^>]+)> ; rdfs:label "([^"]+)"', manifest))):
        for line in (folder / name).read_text("utf-8").splitlines():
            if line.strip().endswith("."):
                quads.append(f"{line.strip()[:-1]} <{label}> .\n")
    file = tmp_path_factory.mktemp("protocol") / "data.nq"
    file.write_text("".join(quads), "utf-8")
    with start("--data", str(file)) as address:
        yield address


def test_the_protocol_tests_of_w3c(suite: str) -> None:
    manifest = SUITE / "sparql" / "sparql11" / "protocol" / "manifest.ttl"
    command = [sys.executable, SUITE / "protocol_runner.py", manifest, f"{suite}/sparql", f"{suite}/sparql"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout
    failed = re.findall(r"FAIL (\S+)", said)
    # The endpoint is read only: the tests of updates that should succeed are refused, with 403, and no others fail.
    assert {name for name in failed if not name.startswith("update_")} == set(), said
    assert said.startswith("27/34"), said
    assert said.count("-> 403") == 7, said
    listed = [name for kind, names in TESTS.items() if kind != "service_description" for name in names]
    assert len(listed) == 34
    assert set(failed) == set(TESTS["update"]), "the page on conformance lists other results"
    of_suite = set(re.findall(r"^:(\w+) rdf:type mf:", manifest.read_text("utf-8"), re.MULTILINE))
    assert of_suite == set(listed)


def test_the_service_describes_itself(suite: str) -> None:
    request = urllib.request.Request(f"{suite}/sparql", headers={"Accept": "application/rdf+xml;q=0.1, text/turtle"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers.get_content_type() == "text/turtle"
        about = Graph().parse(data=answer.read(), format="turtle")
    space = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    assert about.query(f"{space} ASK {{ ?s a sd:Service ; sd:endpoint <{suite}/sparql> }}").askAnswer
    counted = about.query(f"{space} SELECT ?g {{ ?d a sd:Dataset ; sd:namedGraph/sd:name ?g }}")
    assert len(list(counted)) == 3
    assert about.query(f"{space} ASK {{ ?s sd:supportedLanguage sd:SPARQL11Query }}").askAnswer


@pytest.mark.parametrize("media", FORMATS)
def test_every_format_of_results(server: str, media: str) -> None:
    status, kind, body = ask(server, "SELECT (1 AS ?n) {}", f"image/png, {media};q=0.3")
    assert (status, kind) == (200, media)
    assert FORMATS[media] in body


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_every_format_of_graphs(server: str, media: str) -> None:
    status, kind, body = ask(server, "CONSTRUCT { <a:s> <a:p> 1 } {}", media)
    assert (status, kind) == (200, media)
    assert len(Graph().parse(data=body, format={"application/n-triples": "nt"}.get(media, media))) == 1


def test_what_cannot_be_given_is_refused(server: str) -> None:
    assert ask(server, "SELECT * {}", "text/turtle")[0] == 406
    assert ask(server, "SELECT * {", "*/*")[0] == 400
    status, kind, body = ask(server, "SELECT * {\n  ?s ?p\n}")
    assert (status, kind) == (400, "application/problem+json")
    assert "line 3" in json.loads(body)["where"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400),
        ("LOAD <http://127.0.0.1:1/>", 400),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403),
        ("SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }", 200),
    ],
)
def test_nothing_is_changed_and_nobody_else_is_asked(server: str, query: str, status: int) -> None:
    assert ask(server, query)[0] == status


HOSTILE = {
    "a three-way cross join that sorts": (
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        {504, 507},
    ),
    "a count of a cross join": ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {504, 507}),
    "a path of every length over everything": (
        "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:a>)*/(<x:b>|!<x:b>)*/(<x:c>|!<x:c>)* ?b . ?c (!<x:a>)* ?d }",
        {504, 507},
    ),
    "a literal of a gigabyte": (
        "SELECT ?x { BIND('"
        + "a" * 1000
        + "' AS ?a) "
        + " ".join(f"BIND(CONCAT({', '.join(['?' + 'abcdef'[n]] * 40)}) AS ?{'bcdefx'[n]})" for n in range(6))
        + " }",
        {504, 507},
    ),
    "ten thousand ORs": (
        "SELECT * { ?s ?p ?o FILTER(" + " || ".join(f"?o = {n}" for n in range(10_000)) + ") }",
        {200, 400, 422, 504, 507},
    ),
    "a deep nest": ("SELECT * " + "{" * 20_000 + "}" * 20_000, {400, 422, 507}),
    "more rows than one may have": (
        "SELECT * { ?a ?b ?c . ?d a <https://w3id.org/svngraph/def/Activity> }",
        {422, 504, 507},
    ),
    "a regex of many ways": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), '(a+)+(a+)+(a+)+$')) }",
        {200, 504, 507},
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_ended_and_reported(server: str, name: str) -> None:
    query, expected = HOSTILE[name]
    began = time.monotonic()
    status, kind, body = ask(server, query)
    assert status in expected, body[:300]
    assert time.monotonic() - began < 12
    if status != 200:
        assert kind == "application/problem+json"
        assert json.loads(body)["detail"]
    assert ask(server, "ASK {}")[0] == 200


def test_others_are_served_meanwhile(server: str) -> None:
    hostile = HOSTILE["a count of a cross join"][0]
    with ThreadPoolExecutor(24) as many:
        bad = [many.submit(ask, server, f"{hostile} # {n}") for n in range(12)]
        time.sleep(0.3)
        taken = []
        for _ in range(20):
            began = time.monotonic()
            # On a machine that does much else, the endpoint may say that it is busy; then one asks again, as it says.
            while (
                status := ask(server, "SELECT * { ?s a <https://w3id.org/svngraph/def/Activity> } LIMIT 5")[0]
            ) == 503:
                assert time.monotonic() - began < 60
                time.sleep(0.2)
            assert status == 200
            taken.append(time.monotonic() - began)
        ended = [done.result()[0] for done in bad]
    assert set(ended) <= {503, 504, 507}
    assert 504 in ended
    assert sorted(taken)[int(len(taken) * 0.9)] < 10.0


def test_a_result_that_has_not_changed_is_not_computed_again(server: str) -> None:
    address = f"{server}/sparql?{urllib.parse.urlencode({'query': 'SELECT * { ?s ?p ?o } LIMIT 3'})}"
    with urllib.request.urlopen(address, timeout=60) as first:
        tag = first.headers["ETag"]
        assert first.headers["Access-Control-Allow-Origin"] == "*"
    with pytest.raises(urllib.error.HTTPError) as again:
        urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": tag}), timeout=60)
    again.value.close()
    assert again.value.code == 304


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT * FROM <g:1> WHERE { ?s ?p ?o }"),
        ("SELECT * FROM <g:old> { ?s ?p ?o }", "SELECT * FROM <g:1> { ?s ?p ?o }"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } FROM <g:1> WHERE { ?s ?p ?o }"),
        ("DESCRIBE <a:b>", "DESCRIBE <a:b> FROM <g:1>"),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?x) { }", "SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <g:1> { }"),
        ("# FROM { WHERE\nASK { }", "# FROM { WHERE\nASK FROM <g:1> { }"),
    ],
)
def test_the_dataset_of_the_protocol_goes_before_that_of_the_query(query: str, expected: str) -> None:
    assert " ".join(with_dataset(query, ["g:1"], []).split()) == " ".join(expected.split())


def test_the_place_of_a_dataset_is_found_in_one_pass() -> None:
    long = "SELECT " + " ".join(f"?s{n} ?where{n}" for n in range(40_000))
    began = time.process_time()
    found = with_dataset(f"{long} FROM <g:old> WHERE {{ ?s ?p ?o }}", ["g:1"], [])
    many = with_dataset(f"SELECT * {'FROM <g:old> ' * 60_000} {{ ?s ?p ?o }}", ["g:1"], [])
    assert time.process_time() - began < 5.0
    assert found.endswith("FROM <g:1> WHERE { ?s ?p ?o }")
    assert " ".join(many.split()) == "SELECT * FROM <g:1> { ?s ?p ?o }"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text(alphabet='a"\n\r,{}[:\\', max_size=5)), max_size=6))
@example(["}},{"])
@example(['"}},{', '\\"}},{"x":{"'])
@example([None, "}},{}", None])
def test_rows_are_counted_whatever_the_values(values: list[str]) -> None:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["x"])
    writer.writerows([value] for value in values)
    assert count_rows(text.getvalue().encode(), "text/csv") == len(values)
    rows = [{} if value is None else {"x": {"type": "literal", "value": value}} for value in values]
    for separators in ((",", ":"), (", ", ": ")):
        answer = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}, separators=separators)
        assert count_rows(answer.encode(), "application/sparql-results+json") == len(values)


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_triples_are_counted_in_every_form(media: str) -> None:
    store = EmbeddedStore()
    triples = [f'<a:{n % 3}> <http://a.b/p{n % 2}> "}}}},{{ . ;\\n, <a> {n}" .\n' for n in range(12)]
    store.add("".join([*triples, "_:b <http://a.b/p> _:b .\n"]).encode(), URIRef("g:1"))
    body = store.respond("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", media)
    assert count_rows(body, media) == 13


def test_the_row_limit_holds_in_every_form() -> None:
    nquads = "".join(f"<a:s> <a:p> <a:{n}> <a:g> .\n" for n in range(30)).encode()
    pool = Pool("memory", nquads, Limits(rows=20, workers=1))
    try:
        for media in ("text/turtle", "application/n-triples", "application/ld+json"):
            with pytest.raises(TooLarge):
                pool.ask("CONSTRUCT WHERE { ?s ?p ?o }", media)
        assert pool.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 20", "text/turtle").rows == 20
    finally:
        pool.close()


def test_queries_go_on_after_the_process_that_forks_was_killed() -> None:
    pool = Pool("memory", b"<a:s> <a:p> <a:o> <a:g> .\n", Limits(workers=2, uses=1, seconds=5))
    text, media = "SELECT (%d AS ?n) { ?s ?p ?o }", "text/csv"
    try:
        assert pool.ask(text % 1, media).rows == 1
        os.kill(pool.forks.pid, signal.SIGKILL)
        os.waitid(os.P_PID, pool.forks.pid, os.WEXITED | os.WNOWAIT)
        for n in range(2, 6):
            assert pool.ask(text % n, media).rows == 1
    finally:
        pool.close()


def _at_work(process: str) -> bool:
    """Whether a process has used more processor time than it takes to begin."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) > 0.3 * os.sysconf("SC_CLK_TCK")


def test_a_query_that_was_lost_with_its_process_is_told_to_come_again() -> None:
    pool = Pool("memory", b"<a:s> <a:p> <a:o> <a:g> .\n", Limits(workers=2, seconds=120, quick=60))
    slow = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ {'1 ' * 99} }}" for n in range(6)) + " }"
    try:
        with ThreadPoolExecutor(1) as executor:
            asked = executor.submit(pool.ask, slow, "text/csv")
            children = Path(f"/proc/{pool.forks.pid}/task/{pool.forks.pid}/children")
            end = time.monotonic() + 60
            # Only once it is at work: a worker that is lost before it has its query has another one in its place.
            while not any(map(_at_work, workers := children.read_text().split())):
                assert time.monotonic() < end
                time.sleep(0.01)
            os.kill(pool.forks.pid, signal.SIGKILL)
            for worker in workers:
                os.kill(int(worker), signal.SIGKILL)
            with pytest.raises(Busy):
                asked.result(60)
        assert pool.ask("ASK {}", "text/csv").read() == b"true"
    finally:
        pool.close()


def test_answers_are_kept_by_digest_and_failures_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers()
    now = time.monotonic()
    monkeypatch.setattr("svngraph.web.sparql.answers.time.monotonic", lambda: now)
    tracemalloc.start()
    try:
        for n in range(10):
            answers.failed(f"{n}" + "x" * 1_000_000, OutOfTime("late"))
            answers.put(f"{n}" + "y" * 1_000_000, "a/b", b"z", 1)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
    with pytest.raises(OutOfTime, match="late"):
        answers.get("3" + "x" * 1_000_000, "a/b")
    assert answers.get("3" + "y" * 1_000_000, "a/b") == (b"z", 1)
    now += 31
    assert answers.get("3" + "x" * 1_000_000, "a/b") is None
    assert not answers._failed


def test_a_rate_below_one_in_four_seconds_lets_one_in() -> None:
    buckets = _Buckets()
    assert [buckets.take("a", 0.1) for _ in range(3)] == [True, False, False]


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    address = "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+4"
    got, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert not head.get_data()
    for name in ("ETag", "Cache-Control", "Content-Type", "X-Rows"):
        assert head.headers[name] == got.headers[name]
    assert client.head(address, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["a/b", "a/c", "d/e", "a/*", "*/*"]), st.integers(0, 10)), max_size=5))
def test_the_form_that_is_chosen_is_the_best(ranges: list[tuple[str, int]]) -> None:
    offered = ["a/b", "a/c", "d/e"]
    chosen = preferred(", ".join(f"{name};q={quality / 10}" for name, quality in ranges), offered)

    def worth(media: str) -> float:
        for name in (media, f"{media.split('/')[0]}/*", "*/*"):
            found = [quality for range_, quality in ranges if range_ == name]
            if found:
                return max(found)
        return 0

    if not ranges:
        assert chosen == "a/b"
    elif max(map(worth, offered)) == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert worth(chosen) == max(map(worth, offered))


@pytest.mark.parametrize("query", ["SELECT (1 AS ?n) {}", "ASK {}", "CONSTRUCT { <a:s> <a:p> 1 } {}", "SELECT * {"])
@pytest.mark.parametrize("way", ["GET", "POST", "direct"])
def test_a_plain_query_is_answered_as_by_the_application(client: FlaskClient, query: str, way: str) -> None:
    text = urllib.parse.quote(query)
    # A parameter that means nothing takes the long way.
    if way == "GET":
        plain, long = client.get(f"/sparql?query={text}"), client.get(f"/sparql?query={text}", headers={"Range": "x"})
    elif way == "POST":
        plain, long = (
            client.post("/sparql", data=f"query={text}{more}", content_type="application/x-www-form-urlencoded")
            for more in ("", "&unknown=1")
        )
    else:
        plain, long = (
            client.post("/sparql", data=query, content_type=f"application/sparql-query{more}")
            for more in ("", ";charset=utf-8")
        )
    told = [{name: value for name, value in found.headers if name != "X-Request-Id"} for found in (plain, long)]
    assert (plain.status, told[0]) == (long.status, told[1])
    assert plain.status_code == (400 if query.endswith("{") else 200)
    bodies = [found.get_data() for found in (plain, long)]
    assert bodies[0] == bodies[1] or (b"requestId" in bodies[0] and b"requestId" in bodies[1])
    assert plain.headers["X-Request-Id"] != long.headers["X-Request-Id"]


def test_what_is_more_than_a_query_is_left_to_the_application() -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sparql", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    found = plain(environ, b"query=ASK+%7B%3Cx%3Ay%3E+a+%22%C3%A5%22%7D")
    assert found is not None
    assert found.query == 'ASK {<x:y> a "å"}'
    for body in (
        b"query=ASK+%7B%7D&default-graph-uri=x%3Ay",
        b"query=ASK+%7B%7D&query=ASK+%7B%7D",
        b"update=CLEAR+ALL",
        b"query=ASK+%7B%22%FF%22%7D",
        b"query=ASK+%7B%3Cx%3E+a+1%7D",
        b"query=ASK+%7BSERVICE%3Cx%3Ay%3E%7B%7D%7D",
        b"query=CLEAR+ALL",
        b"",
    ):
        assert plain(environ, body) is None, body
    assert plain({**environ, "CONTENT_TYPE": "text/plain"}, b"query=ASK+%7B%7D") is None
    assert plain({**environ, "HTTP_ACCEPT": "image/png"}, b"query=ASK+%7B%7D") is None
    assert plain({**environ, "QUERY_STRING": "x=1"}, b"query=ASK+%7B%7D") is None
