"""Every page in both languages, its twins, its headers, and hostile names."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient
from openpyxl import load_workbook
from rdflib import Dataset, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF
from svngraph.web import languages, things
from svngraph.web.application import Options, create_app
from svngraph.web.dataset import open_files
from svngraph.web.search import Index
from svngraph.web.static_search import _best

from svngraph.publication.jsonld import context_text
from svngraph.settings import Settings

HTML = {"Accept": "text/html"}
PAGES = [
    "/",
    "/plans",
    "/plan/ap2025",
    "/plan/ap2024",
    "/plan/vp2025",
    "/plan/hp2025",
    "/plan/report2025",
    "/item/activity/ap2025-09",
    "/item/activity/ap2024-17",
    "/item/goal/agreement2021-01",
    "/item/focus-area/kunskapsstyrning",
    "/item/heading/vp2025-05",
    "/item/organisation/upphandlingsgruppen",
    "/item/document/report2025",
    "/item/outcome/ap2025-09-1",
    "/item/report-entry/ap2025-09",
    "/item/assignment/hp2025-02-1",
    "/resource?iri=https://w3id.org/svngraph/def/Activity",
    "/gaps",
    "/gaps?plan=ap2024&severity=violation",
    "/coverage",
    "/coverage?level=outcome&to=goal",
    "/matrix",
    "/matrix?rows=goal&cols=activity",
    "/continuity",
    "/organisations",
    "/timeline",
    "/validation",
    "/questions",
    "/questions/done-for-goal",
    "/search",
    "/search?q=upphandling",
    "/search?q=upphandlnig",
    "/vocabulary",
    "/shapes",
    "/trace/activity/ap2025-09",
    "/trace/plan/ap2025",
    "/impact/heading/vp2025-05",
    "/sparql-editor",
    "/sparql-editor?example=links-by-basis",
    "/about",
    "/accessibility",
    "/conformance",
]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    answer = client.get(("/en" if lang == "en" else "") + path, headers=HTML)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert f'<html lang="{lang}">' in text
    assert text.count("<h1") == 1
    assert " style=" not in text
    assert "<script>" not in text
    rest = re.sub('<link rel="canonical" href="https://w3id.org/svngraph/[^"]*">', "", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', rest), "a page loads or names nothing outside"


def test_every_text_has_its_english() -> None:
    folder = Path(languages.__file__).parent
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2)}
    english = languages.english()
    missing = []
    for pattern, method in (("**.html", "jinja2"), ("**.py", "python")):
        found = extract_from_dir(
            str(folder),
            [("**/node_modules/**", "ignore"), (pattern, method)],
            keywords=keywords,
            options_map={pattern: {"trimmed": "true"}} if method == "jinja2" else {},
        )
        for file, _line, message, _comments, _context in found:
            key = message if isinstance(message, str) else message[0]
            known = english._catalog.get(key) if isinstance(message, str) else english._catalog.get((key, 0))
            if not known:
                missing.append((file, key))
    assert not missing
    assert languages.english().gettext("Luckor") == "Gaps"


def test_english_pages_are_english(client: FlaskClient) -> None:
    text = client.get("/en/gaps", headers=HTML).get_data(as_text=True)
    assert "Activities without a report" in text
    assert "Aktiviteter utan rapport" not in text


@pytest.mark.parametrize("path", ["/gaps", "/coverage", "/matrix", "/continuity", "/organisations", "/timeline"])
def test_tables_can_be_downloaded(client: FlaskClient, path: str) -> None:
    rows = json.loads(client.get(f"{path}.json").data)["rows"]
    assert rows
    lines = list(csv.reader(io.StringIO(client.get(f"{path}.csv").data.decode("utf-8-sig"))))
    assert len(lines) == len(rows) + 1
    sheet = load_workbook(io.BytesIO(client.get(f"{path}.xlsx").data)).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1


def test_an_item_is_rdf_too(client: FlaskClient) -> None:
    page = client.get("/item/activity/ap2025-09.ttl")
    assert page.mimetype == "text/turtle"
    by_suffix = Graph().parse(data=page.data, format="turtle")
    by_accept = client.get("/item/activity/ap2025-09", headers={"Accept": "text/html;q=0.5, application/ld+json"})
    assert by_accept.mimetype == "application/ld+json"
    assert "Accept" in by_accept.headers["Vary"]
    assert len(by_suffix) > 10
    asked = "ASK { <https://w3id.org/svngraph/id/activity/ap2025-09> a <https://w3id.org/svngraph/def/Activity> }"
    assert by_suffix.query(asked).askAnswer


def test_a_thing_sees_other(client: FlaskClient) -> None:
    answer = client.get("/id/activity/ap2025-09")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/item/activity/ap2025-09")


def test_what_is_unchanged_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/", "/item/activity/ap2025-09", "/item/activity/ap2025-09.ttl", "/gaps.csv"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data
    assert client.get("/", headers=HTML).headers["ETag"] != client.get("/en/", headers=HTML).headers["ETag"]


def test_headers_are_strict(client: FlaskClient) -> None:
    for path in ("/", "/nowhere", "/sparql?query=ASK{}", "/health"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in headers


def test_pages_are_compressed(client: FlaskClient) -> None:
    small = client.get("/gaps", headers={**HTML, "Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(client.get("/gaps", headers=HTML).data) / 3


@pytest.mark.parametrize(
    "path", ["/nowhere", "/item/activity/none", "/item/nothing/x", "/plan/none", "/questions/none"]
)
def test_what_is_not_there_is_said(client: FlaskClient, path: str) -> None:
    for_people = client.get(path, headers=HTML)
    assert for_people.status_code == 404
    assert "Sidan finns inte" in for_people.get_data(as_text=True)
    for_programs = client.get(path, headers={"Accept": "application/json"})
    assert for_programs.mimetype == "application/problem+json"
    assert json.loads(for_programs.data)["status"] == 404


def test_a_broken_parameter_is_no_failure(client: FlaskClient) -> None:
    for path in (
        "/questions/timeline?from=abc",
        "/search?q=%00%ff&from=x",
        "/resource?iri=not+an+iri",
        "/matrix?rows=%3Cb%3E",
    ):
        assert client.get(path, headers=HTML).status_code in (200, 400, 404), path


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_question_without_an_answer_is_no_empty_table(client: FlaskClient, form: str) -> None:
    for address in (f"/questions/timeline.{form}?from=abc", f"/sparql-editor.{form}?query=SELECT+%3Fa+WHERE+%7B"):
        refused = client.get(address)
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json"), address
    page = client.get("/questions/timeline?from=abc", headers=HTML)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Frågan kan inte besvaras" in page.get_data(as_text=True)


@pytest.mark.parametrize("asked", ["endpoint=x", "_method=PUT", "_external=1", "values=1", "of=%C3%A5&x=%E2%82%AC"])
def test_what_stands_in_the_address_is_no_argument_of_ours(client: FlaskClient, asked: str) -> None:
    for path in ("/gaps", "/organisations", "/timeline", "/validation", "/search"):
        assert client.get(f"{path}?{asked}", headers=HTML).status_code == 200, path


def test_no_address_ends_a_reference_in_a_header(client: FlaskClient) -> None:
    environ = {"QUERY_STRING": "plan=x&a=>;rel=x,<https://evil.example/>"}
    links = client.get("/gaps", headers=HTML, environ_overrides=environ).headers.getlist("Link")
    assert links
    assert not any("evil.example/>" in link for link in links)
    # Octets that are no UTF-8: the address cannot be read, and that is said.
    assert client.get("/gaps", headers=HTML, environ_overrides={"QUERY_STRING": "plan=\xe5"}).status_code == 400


def test_two_years_are_compared_as_the_command_does(client: FlaskClient) -> None:
    rows = json.loads(client.get("/continuity.json?older=ap2024&newer=ap2025").data)["rows"]
    told = subprocess.run(
        [sys.executable, "-m", "svngraph", "continuity", "ap2024", "ap2025", "--format", "json"],
        capture_output=True,
        check=True,
    )
    told_items = json.loads(told.stdout)["items"]
    items = [tuple(item[end]["key"] if item[end] else "" for end in ("newer", "older")) for item in told_items]
    assert [(row["newer"], row["older"]) for row in rows] == items
    related = next(row for row in rows if row["newer"] == "ap2025-05")
    assert (related["kind"], related["topic"]) == ("ny", "ap2024-04")


def test_the_matrix_says_what_the_command_says(client: FlaskClient) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "svngraph", "matrix", "goal", "activity", "--format", "json"],
        capture_output=True,
        check=True,
    )
    cells = json.loads(told.stdout)["matrices"][0]["cells"]
    page = client.get("/matrix?rows=goal&cols=activity", headers=HTML).get_data(as_text=True)
    drawn = re.search(r'<table class="matrix cross">.*?</table>', page, re.DOTALL)
    assert drawn is not None
    assert len(cells) == 65
    assert drawn[0].count("bedömning") == sum(cell["weakest"] == "judgement" for cell in cells) == 65
    rows = json.loads(client.get("/matrix.json?rows=goal&cols=activity").data)["rows"]
    assert sum(value == "bedömning" for row in rows for value in row.values()) == 65
    lines = list(
        csv.reader(io.StringIO(client.get("/matrix.csv?rows=report-entry&cols=heading").get_data(as_text=True)))
    )
    assert any("placering" in line for line in lines[1:])


def test_metrics_and_health(client: FlaskClient) -> None:
    assert json.loads(client.get("/health").data)["status"] == "ok"
    assert b"svngraph_requests_total" in client.get("/metrics").data


HOSTILE = """
@prefix ex: <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:a a ex:Thing ; skos:prefLabel "</title><script>alert(1)</script>"@sv, "{{ 7*7 }} %(n)s"@en ;
  ex:note "=cmd|'/c calc'!A1" ; ex:link <javascript:alert(1)> .
<http://example.org/it's?x=1&y="> a ex:Thing .
"""


def test_any_rdf_can_be_served_and_hostile_names_are_text(tmp_path: Path) -> None:
    file = tmp_path / "hostile.ttl"
    file.write_text(HOSTILE.replace("<http://example.org/it's?x=1&y=\">", "<http://example.org/it's?x=1&y=>"), "utf-8")
    app = create_app(open_files([file], Settings(), date(2026, 11, 22)))
    with app.test_client() as client:
        for path in (
            "/",
            "/en/",
            "/resource?iri=http://example.org/a",
            "/en/resource?iri=http://example.org/a",
            "/search?q=alert",
        ):
            answer = client.get(path, headers=HTML)
            text = answer.get_data(as_text=True)
            assert answer.status_code == 200
            assert "<script>alert" not in text
            assert 'href="javascript:' not in text
            assert "49 %" not in text


def test_one_address_cannot_ask_without_end(tmp_path: Path) -> None:
    file = tmp_path / "one.ttl"
    file.write_text("<a:a> <a:b> <a:c> .")
    app = create_app(open_files([file], Settings(), date(2026, 11, 22)), Options(rate=2))
    with app.test_client() as client:
        codes = [client.get("/").status_code for _ in range(20)]
    assert codes[0] == 200
    assert 429 in codes


def test_help_stays_instant() -> None:
    call = "app.main(['serve', '--help'], standalone_mode=False)"
    code = f"import sys; from svngraph.cli import app; {call}; assert 'flask' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


_ANSWERS = """
import hashlib, sys
from datetime import date
from svngraph import pipeline
from svngraph.settings import Settings
from svngraph.web.application import Options, create_app
from svngraph.web.dataset import publish

settings = Settings()
data = publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22))
client = create_app(data, Options()).test_client()
print(data.version)
for path in sys.argv[1:]:
    answer = client.get(path, headers={"Accept": "text/html"})
    # Not the tag: it tells also how much of what takes long is there already.
    print(path, answer.status_code, hashlib.sha256(answer.data).hexdigest())
"""


def test_every_process_gives_the_same_answers() -> None:
    paths = ["/trace/plan/ap2025.csv", "/trace/plan/ap2025.json", "/vocabulary.ttl", "/shapes.ttl", "/def/Activity.ttl"]
    paths += ["/named-graph/shapes.ttl", "/named-graph/ontology.trig", "/item/activity/ap2025-09.jsonld"]
    told = [
        subprocess.run(
            [sys.executable, "-c", _ANSWERS, *paths],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == 1 + len(paths)


ODD = """
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix svn: <https://w3id.org/svngraph/def/> .
<https://w3id.org/svngraph/id/outcome/o> a svn:Outcome ; svn:evidence <x:a>, <x:b>, <x:c>, <x:d> .
<x:l> a svn:TraceLink ; svn:from <x:s> ; svn:relation <x:r> ; svn:to <https://w3id.org/svngraph/id/outcome/o> ;
  svn:basis [], "no" ; svn:evidence <x:a>, <x:b> .
<x:a> oa:hasSource <x:doc> ; oa:hasSelector [ oa:start "x" ; oa:end 4 ] .
<x:b> oa:hasSource [] ; oa:hasSelector [ oa:start 1 ; oa:end 4 ] .
<x:c> oa:hasSource <x:doc> ; oa:hasSelector [ oa:start 1 ; oa:end 4 ] ; svn:page "iv" .
<x:d> oa:hasSource <x:doc> ; oa:hasSelector [ oa:start 99999999999999999999999999 ; oa:end -4 ] .
"""


def test_what_is_no_place_in_a_document_breaks_no_page(tmp_path: Path) -> None:
    file = tmp_path / "odd.ttl"
    file.write_text(ODD, "utf-8")
    client = create_app(open_files([file], Settings(), date(2026, 11, 22))).test_client()
    thing = "/resource?iri=https://w3id.org/svngraph/id/outcome/o"
    assert client.get(thing, headers=HTML).status_code == 200
    assert client.get(thing.replace("?", ".csv?")).status_code == 200
    found = things.places(open_files([file], Settings(), date(2026, 11, 22)), ["x:a", "x:b", "x:c", "x:d"])
    assert [(iri, place.start, place.page) for iri, place in found.items()] == [("x:c", 1, None)]


@pytest.mark.parametrize("form", ["ttl", "jsonld", "trig", "rdf", "nt"])
def test_a_long_list_is_written_and_read_again(tmp_path: Path, form: str) -> None:
    file = tmp_path / "list.ttl"
    members = " ".join(f'"{n}"' for n in range(1_200))
    file.write_text(f"<x:a> <x:p> ( {members} ), [ <x:p> [ <x:p> 1 ] ] . _:a <x:q> _:b . _:b <x:q> _:a .", "utf-8")
    client = create_app(open_files([file], Settings(), date(2026, 11, 22))).test_client()
    answer = client.get(f"/resource.{form}?iri=x:a")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    if form == "jsonld":
        text = json.dumps({**json.loads(text), "@context": json.loads(context_text())["@context"]})
    name = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}.get(form, form)
    graph = Dataset(default_union=True).parse(data=text, format=name)
    heads = [head for head in graph.objects(URIRef("x:a"), URIRef("x:p")) if (head, RDF.first, None) in graph]
    assert [str(member) for member in Collection(graph, heads[0])] == [str(n) for n in range(1_200)]


def test_the_table_of_a_trace_and_the_rdf_of_a_plan_are_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/trace/plan/ap2025.csv").get_data(as_text=True)
    monkeypatch.setattr("svngraph.web.pages.tracing.MOST", 5)
    cut = client.get("/trace/plan/ap2025?x=1", headers=HTML).get_data(as_text=True)
    assert "punkter ritas" in cut
    assert client.get("/trace/plan/ap2025.csv?x=1").get_data(as_text=True) == whole
    assert whole.count("\n") > 10
    own = Graph().parse(data=client.get("/plan/ap2025.ttl").data, format="turtle")
    items = {item.iri for item in client.application.extensions["svngraph"].value.graph.items.values()}
    plan = URIRef("https://w3id.org/svngraph/id/plan/ap2025")
    wanted = {i.iri for i in client.application.extensions["svngraph"].value.graph.items.values() if i.plan == plan}
    assert wanted
    assert wanted <= set(own.subjects()) & items


def test_names_are_found_without_their_dots_too(client: FlaskClient) -> None:
    with_dots, without = (
        json.loads(client.get(f"/search.json?q={q}").data) for q in ("välfärdsbrott", "valfardsbrott")
    )
    assert len(with_dots["rows"]) > 5
    assert {row["key"] for row in with_dots["rows"]} <= {row["key"] for row in without["rows"]}
    index = Index([("x:dots", "åtgärd"), ("x:bare", "atgard"), ("x:other", "annat")])
    assert index.find("atgard") == ["x:bare", "x:dots"]
    assert index.find("åtgärd") == ["x:dots"]
    assert index.find("åtgard") == ["x:bare", "x:dots"]


def test_the_best_of_very_many_are_kept_for_a_site_of_files() -> None:
    assert _best({n: 3 if n >= 1_500 else 1 for n in range(2_000)})[-500:] == [(n, 3) for n in range(1_500, 2_000)]


def test_a_fact_is_shown_once_in_the_language_of_the_reader(client: FlaskClient) -> None:
    page = {
        lang: client.get(f"{lang}/item/outcome/ap2025-15-1", headers=HTML).get_data(as_text=True)
        for lang in ("", "/en")
    }
    assert ("Kommunerna prioriterar för närvarande" in page[""], "The municipalities at present" in page[""]) == (1, 0)
    assert "The municipalities at present" in page["/en"]
    document = client.get("/item/document/report2025", headers=HTML).get_data(as_text=True)
    facts = document[document.index('id="facts"') :]
    heads = re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)', facts)
    assert len(heads) == len(set(heads))
    assert "purl.org/dc/terms/date" not in facts
    assert "schema.org/inLanguage" not in facts
    assert {"datum", "textens språk"} <= {head.lower() for head in heads}
