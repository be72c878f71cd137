"""Plans, graphs and successors whose names no file, no address and no rule of a server can hold as they are."""

from __future__ import annotations

import hashlib
import http.client
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF
from svngraph.web.application import create_app
from svngraph.web.current import Current
from svngraph.web.dataset import open_files
from svngraph.web.dataset import publish as published
from svngraph.web.site import Site

from svngraph import pipeline
from svngraph.errors import UsageError
from svngraph.namespaces import Names
from svngraph.publication.catalogue import catalogue
from svngraph.publication.description import Retired
from svngraph.publication.dumps import CHECKSUMS, dumps
from svngraph.publication.edition import Edition
from svngraph.publication.feed import feed
from svngraph.publication.hosting import configurations
from svngraph.publication.tree import HIDDEN, Tree
from svngraph.publication.void import void
from svngraph.publication.writing import DCAT, MEDIA_TYPES, written
from svngraph.publisher import publisher_of
from svngraph.settings import Settings

from .hosts import PROGRAMS, hosted, publish

_ROOT = "https://w3id.org/svngraph/"
_ODD = f"""@prefix svn: <{_ROOT}def/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{_ROOT}graph/a/b> {{
  <http://evil.example/p> a svn:Plan ; dcterms:identifier "../../../../trav/pwned" ; skos:prefLabel "Ut"@sv .
  <http://other.example/p> a svn:Plan ; dcterms:identifier "Plan 2025" ; skos:prefLabel "Mellanslag"@sv .
  <{_ROOT}id/plan/2025> a svn:Plan ; skos:prefLabel "Plan 2025"@sv .
  <{_ROOT}id/report/2025> a svn:Report ; skos:prefLabel "Rapport 2025"@sv .
  <{_ROOT}id/plan/all> a svn:Plan ; skos:prefLabel "Alla"@sv .
  <{_ROOT}id/plan/vp2025> a svn:Plan ; skos:prefLabel "Verksamhetsplan"@sv .
  <{_ROOT}id/activity/a> a svn:Activity ; skos:prefLabel "A"@sv .
  <{_ROOT}id/activity/a.ttl> a svn:Activity ; skos:prefLabel "Punkt"@sv .
}}
<{_ROOT}graph/a.ttl/b> {{ <{_ROOT}id/activity/b> a svn:Activity }}
<{_ROOT}graph/a> {{ <{_ROOT}id/activity/b> skos:prefLabel "B"@sv }}
"""
_KINDS = {"plan/2025": "plan-2025", "report/2025": "report-2025", "plan/all": "plan-all", "plan/vp2025": "vp2025"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odd") / "odd.trig"
    path.write_text(_ODD, "utf-8")
    return path


@pytest.fixture(scope="module")
def edition(data: Path) -> Edition:
    return Edition(open_files([data], Settings(), date(2026, 11, 22)).dump, Names(), publisher_of(Settings()))


def test_every_file_lies_in_the_folder_and_is_what_its_checksum_says(edition: Edition, tmp_path: Path) -> None:
    home = tmp_path / "one" / "two" / "three" / "four" / "five"
    made = dumps(edition, home)
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {home / dump.path for dump in made} | {home / "dumps" / CHECKSUMS}
    assert len({dump.path for dump in made}) == len(made)
    for line in (home / "dumps" / CHECKSUMS).read_text("utf-8").split("\n")[:-1]:
        digest, name = line.split("  ")
        assert hashlib.sha256((home / "dumps" / name).read_bytes()).hexdigest() == digest, name
    named = {str(plan.iri).removeprefix(f"{_ROOT}id/"): plan.segment for plan in edition.plans}
    assert {iri: named[iri] for iri in _KINDS} == _KINDS


def test_each_plan_is_a_dataset_of_its_own_in_every_form(edition: Edition, tmp_path: Path) -> None:
    made = dumps(edition, tmp_path)
    graph = catalogue(edition, made)
    own = {thing for thing in graph.subjects(RDF.type, DCAT.Dataset) if (thing, DCAT.inSeries, None) in graph}
    assert len(own) == len(edition.plans) == 6
    for thing in own:
        assert len(set(graph.objects(thing, DCTERMS.identifier))) == 1
        assert len(set(graph.objects(thing, DCAT.distribution))) == 5
    assert (URIRef(f"{_ROOT}catalog/dataset/plan/vp2025"), RDF.type, DCAT.Dataset) in graph, "addresses stay"
    for form in MEDIA_TYPES:
        assert written(graph, form)
        assert written(void(edition, made), form)
    assert feed(edition, "sv")


def test_the_pages_of_odd_plans_and_of_graphs_with_steps_answer(data: Path) -> None:
    client = create_app(Current.of(open_files([data], Settings(), date(2026, 11, 22)))).test_client()
    for address in ("/data", "/en/data", "/data.csv", "/catalog.ttl", "/named-graph/a/b", "/named-graph/a/b.xlsx"):
        assert client.get(address).status_code == 200, address
    assert b"Mellanslag" in client.get("/named-graph/a/b.ttl").data
    assert client.get("/named-graph/a/c").status_code == 404
    answer = client.get("/graph/a/b", headers={"Accept": "text/turtle"})
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_site_has_the_pages_of_a_graph_with_steps_and_tells_what_it_lacks(data: Path, tmp_path: Path) -> None:
    site = Site(open_files([data], Settings(), date(2026, 11, 22)), Settings().base)
    site.prepare()
    files = [*site.of_things(site.things()), *site.pages(), *site.rest()]
    tree = Tree(tmp_path / "site", "1")
    for name, octets in files:
        tree.put(name, octets)
    tree.finish()
    for name in ("graph/a/b.html", "named-graph/a/b.html", "en/named-graph/a/b.html", "named-graph/a/b.ttl"):
        assert (tmp_path / "site" / name).is_file(), name
    assert "Mellanslag" in (tmp_path / "site" / "named-graph/a/b.ttl").read_text("utf-8")
    problems = [name for name, octets in files if b'"status": 404' in octets or b'"status":404' in octets]
    assert not problems
    assert f"{_ROOT}graph/a.ttl/b" in site.left_out()
    assert site.hidden() == [f"{_ROOT}id/activity/a.ttl"]


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a/./b", "", f"{HIDDEN}/manifest.tsv", "a\nb", "a\tb", "a\0b"])
def test_nothing_is_put_outside_the_folder_or_into_what_svngraph_keeps_there(path: str, tmp_path: Path) -> None:
    tree = Tree(tmp_path / "site", "1")
    with pytest.raises(UsageError, match="not a file of a site"):
        tree.put(path, b"x")
    assert tree.finish().written == 0
    assert not (tmp_path / "a").exists()


def test_a_name_may_hold_what_unicode_takes_for_the_end_of_a_line(tmp_path: Path) -> None:
    names = [f"item/a{sign}b.html" for sign in "\u2028\u2029\x85"]
    for version in ("1", "2"):
        tree = Tree(tmp_path / "site", version)
        for name in names:
            tree.put(name, b"x")
        if version == "1":
            tree.finish()
    assert tree.outcome.written == 0
    tree._lock.close()  # and the run ends here: the journal is read as well
    assert Tree(tmp_path / "site", "3").finish().removed == 3


def test_names_that_differ_by_case_never_overwrite_each_other(tmp_path: Path) -> None:
    site = tmp_path / "site"
    tree = Tree(site, "1")
    tree.put("a/Case.html", b"one")
    tree.put("a/case.html", b"two")
    assert tree.finish().written == len({path.name for path in (site / "a").iterdir()}) == 1 + (not tree.folds)
    tree = Tree(site, "1")
    tree.folds = True  # as it is found to be on a disk that does not tell case apart
    tree.part().put("b/Ö.html", b"one")
    tree.part().put("b/ö.html", b"two")
    assert tree.left_out == ["b/ö.html"]
    assert [path.read_bytes() for path in (site / "b").iterdir()] == [b"one"]
    tree.finish()


_SUCCESSORS = [
    "http://example.org/x;b",
    "http://example.org/a b\"c'd`e",
    "http://example.org/$host{uri}%24%31?q=1;2&r=#frag",
    f"{_ROOT}id/activity/å;1",
    f"{_ROOT}id/activity/100%25",
]
_SENT = [
    "http://example.org/x;b",
    "http://example.org/a%20b%22c%27d%60e",
    "http://example.org/%24host%7Buri%7D%24%31?q=1;2&r=#frag",
    "/id/activity/%C3%A5%3B1",
    "/id/activity/100%2525",
]


@pytest.mark.parametrize("host", PROGRAMS)
def test_a_successor_may_be_called_anything(host: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    things = [Retired(f"{_ROOT}id/activity/old{n}", (iri,)) for n, iri in enumerate(_SUCCESSORS)]
    things.append(Retired(f"{_ROOT}id/activity/split", tuple(_SUCCESSORS)))
    for name, octets in configurations(_ROOT.replace("svngraph/", ""), things, Names()):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(octets)
    (site / "id/activity").mkdir(parents=True)
    (site / "id/activity/split.html").write_text("split", "utf-8")
    with hosted(host, site, tmp_path / host) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
        for number, sent in enumerate(_SENT):
            connection.request("GET", f"/id/activity/old{number}")
            answer = connection.getresponse()
            answer.read()
            told = answer.headers["Location"].removeprefix(address).replace("../../id/", "/id/")
            assert (answer.status, told) == (308, sent)
        connection.request("GET", "/id/activity/split")
        answer = connection.getresponse()
        said = ", ".join(answer.headers.get_all("Link", []))
        assert answer.status == 300
        assert not [sent for sent in _SENT if f"{sent.removeprefix('/id/activity/')}>" not in said], said
        connection.close()


_TWO = f"""@prefix svn: <{_ROOT}def/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{_ROOT}graph/two> {{
  <{_ROOT}id/plan/2025> a svn:ActivityPlan ; skos:prefLabel "Plan 2025"@sv .
  <{_ROOT}id/report/2025> a svn:Report ; svn:reportOf <{_ROOT}id/plan/2025> ; skos:prefLabel "Rapport 2025"@sv .
  <{_ROOT}id/report/r2024> a svn:Report ; skos:prefLabel "Rapport 2024"@sv .
  <{_ROOT}id/activity/a> a svn:Activity ; svn:inPlan <{_ROOT}id/plan/2025> ; skos:prefLabel "A"@sv .
  <{_ROOT}id/report-entry/a> a svn:ReportEntry ; svn:inPlan <{_ROOT}id/report/2025> ; skos:prefLabel "R"@sv .
  <{_ROOT}id/report-entry/b> a svn:ReportEntry ; svn:inPlan <{_ROOT}id/report/r2024> ; skos:prefLabel "S"@sv .
}}
"""
_PAGES = {
    "plan/2025": ("plan/2025", "Plan 2025"),
    "report/2025": ("report/2025", "Rapport 2025"),
    "report/r2024": ("plan/r2024", "Rapport 2024"),
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A plan and a report of the same key, and a report whose key no plan has."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "two.trig").write_text(_TWO, "utf-8")
    return Settings(data=str(folder))


def test_a_plan_and_a_report_of_one_key_have_a_page_each_at_the_server(two: Settings) -> None:
    held = published(pipeline.open_dataset(two), two, date(2026, 11, 22))
    client = create_app(Current.of(held)).test_client()
    edition = held.publishing.edition
    described = written(catalogue(edition, ()), "turtle").decode()
    for named, (page, words) in _PAGES.items():
        answer = client.get(f"/id/{named}", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/{page}")
        for start in ("", "/en"):
            assert _heading(client.get(f"{start}/{page}").get_data(True)) == words
            assert f'href="{start}/{page}"' in client.get(f"{start}/plans").get_data(True)
        assert f"<{_ROOT}id/{named}>" in client.get(f"/{page}.nt").get_data(True)
        assert f"<{_ROOT}{page}>" in described
    assert client.get("/report/r2024").status_code == 404, "a report has a page beside the plans' only where it must"


@pytest.fixture(scope="module")
def files_of_two(two: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = tmp_path_factory.mktemp("files") / "site"
    assert two.data
    publish(files, "--data", two.data)
    return files


def test_a_plan_and_a_report_of_one_key_have_a_page_each_among_the_files(files_of_two: Path) -> None:
    listed = (files_of_two / "sitemap-1.xml").read_text("utf-8")
    for named, (page, words) in _PAGES.items():
        for start in ("", "en/"):
            assert _heading((files_of_two / start / f"{page}.html").read_text("utf-8")) == words
            assert f'{start}{page}.html"' in (files_of_two / start / "plans.html").read_text("utf-8")
            assert f"<loc>{_ROOT}{start}{page}</loc>" in listed
        assert f'url=../../{page}.html"' in (files_of_two / f"id/{named}.html").read_text("utf-8")
    item = (files_of_two / "item/report/2025.html").read_text("utf-8")
    assert 'href="../../plan/2025.html"' in item, "what it reports on"
    assert [path.name for path in (files_of_two / "report").glob("*.html")] == ["2025.html"]


@pytest.mark.parametrize("host", PROGRAMS)
def test_a_host_leads_to_the_page_of_a_report_and_of_a_plan_of_one_key(
    host: str, files_of_two: Path, tmp_path: Path
) -> None:
    with hosted(host, files_of_two, tmp_path / host) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        for named, (page, words) in _PAGES.items():
            connection.request("GET", f"/id/{named}", headers={"Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            told = answer.headers["Location"].removeprefix(address).replace("../../", "/")
            assert (answer.status, told) == (303, f"/{page}")
            connection.request("GET", told)
            answer = connection.getresponse()
            assert (answer.status, _heading(answer.read().decode())) == (200, words)
        connection.close()


def _heading(page: str) -> str:
    """The heading of a page, without its marks."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).strip()
