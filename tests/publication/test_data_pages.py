"""Open data on the server: files that are what they say, descriptions by form, and nothing of other folders."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import VOID
from svngraph.web.application import create_app
from svngraph.web.dataset import open_files, publish

from svngraph import pipeline
from svngraph.publication.dumps import Dump
from svngraph.publication.edition import Edition
from svngraph.publisher import publisher_of
from svngraph.settings import Settings
from svngraph.store.embedded import EmbeddedStore

DCAT = Namespace("http://www.w3.org/ns/dcat#")


@contextmanager
def opened(settings: Settings, folder: Path, made: list[Dump]) -> Iterator[FlaskClient]:
    """The application over the shipped plans, with the dumps that were made for all these tests."""
    published = publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22))
    published.publishing.take(folder, made)
    app = create_app(published)
    with app.test_client() as client:
        yield client
    app.extensions["svngraph-pools"].close()


@pytest.fixture(scope="module")
def client(folder: Path, made: list[Dump]) -> Iterator[FlaskClient]:
    with opened(Settings(), folder, made) as client:
        yield client


def fetched(client: FlaskClient, path: str, **headers: str) -> Any:
    """An answer that was read to its end, so that its file is closed."""
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer.get_data()
    answer.close()
    return answer


SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
BASE = "https://w3id.org/svngraph/"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/rdf+xml"),
        ("*/*", "application/rdf+xml"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json;q=0.9, text/turtle;q=0.2", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_the_catalogue_is_rdf_xml_unless_another_form_is_asked_for(
    client: FlaskClient, accept: str | None, media: str
) -> None:
    answer = client.get("/catalog", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert "Accept" in answer.headers["Vary"]
    form = {"application/rdf+xml": "xml", "application/ld+json": "json-ld", "application/n-triples": "nt"}
    read = Graph().parse(data=answer.data, format=form.get(media, "turtle"))
    assert isomorphic(read, Graph().parse(data=client.get("/catalog.rdf").data, format="xml"))
    again = client.get("/catalog", headers={"Accept": accept or "*/*", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_address_of_the_catalogue_answers(client: FlaskClient) -> None:
    told = Graph().parse(data=client.get("/catalog").data, format="xml")
    parts = {str(node) for node in told.subjects() if isinstance(node, URIRef) and node.startswith(f"{BASE}catalog/")}
    assert len(parts) > 50
    for part in parts:
        answer = client.get(f"/{part.removeprefix(BASE)}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog"), part
    assert client.get("/catalog/dataset/none").status_code == 404
    for address in told.objects(None, DCAT.accessURL):
        assert fetched(client, f"/{str(address).removeprefix(BASE)}").status_code == 200, address


def test_every_file_is_what_its_checksum_says(client: FlaskClient) -> None:
    listed = fetched(client, "/dumps/SHA256SUMS").data.decode().splitlines()
    assert len(listed) > 40
    for line in listed:
        digest, _, name = line.partition("  ")
        answer = fetched(client, f"/dumps/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == digest, name
        assert "Content-Encoding" not in answer.headers
    part = fetched(client, "/dumps/dataset.nq.gz", Range="bytes=0-9")
    assert (part.status_code, part.data) == (206, fetched(client, "/dumps/dataset.nq.gz").data[:10])
    whole = fetched(client, "/dumps/dataset.nq.gz")
    assert whole.mimetype == "application/gzip"
    fresh = fetched(client, "/dumps/dataset.nq.gz", If_None_Match=whole.headers["ETag"])
    assert fresh.status_code == 304
    for outside in ("../secret", "%2e%2e/secret", "/etc/passwd", "csv/../../x", "csv", ""):
        assert fetched(client, f"/dumps/{outside}").status_code in (303, 308, 404), outside


def test_the_page_names_every_file_and_how_to_cite_in_both_languages(client: FlaskClient) -> None:
    swedish, english = (client.get(path).data.decode() for path in ("/data", "/en/data"))
    for name in ("dataset.nq.gz", "dataset.csv.zip", "dataset.xlsx", "plan/ap2025.ttl.gz", "plan/report2025.en.xml"):
        assert f'href="/dumps/{name}"' in swedish and f'href="/dumps/{name}"' in english
    assert "Hänvisa så här" in swedish and "Cite as" in english and "Kontrollsumma" not in english
    script = swedish.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    said = json.loads(script)
    assert said["@type"] == "Dataset" and said["distribution"][0]["contentUrl"].endswith("dataset.nq.gz")
    item = client.get("/item/activity/ap2025-09").data.decode()
    script = item.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(script)["@id"] == f"{BASE}id/activity/ap2025-09"
    assert client.get("/data.trig").status_code == 200
    rows = client.get("/data.csv").data.decode("utf-8-sig").splitlines()
    assert len(rows) == len(fetched(client, "/dumps/SHA256SUMS").data.splitlines()) + 1


def test_void_and_the_service_description_tell_the_same_number(client: FlaskClient) -> None:
    told = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    whole = URIRef(f"{BASE}catalog/dataset/all")
    number = told.value(whole, VOID.triples)
    about = Graph().parse(data=client.get("/sparql").data, format="turtle")
    default = about.value(about.value(None, SD.defaultGraph, None) or None, SD.defaultGraph) or next(
        about.objects(None, SD.defaultGraph)
    )
    assert isinstance(number, Literal)
    assert about.value(default, VOID.triples) == number
    counts = {
        str(about.value(named, SD.name)): int(str(about.value(about.value(named, SD.graph), VOID.triples)))
        for named in about.objects(None, SD.namedGraph)
    }
    query = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/svngraph/graph/curation> { ?s ?p ?o } }"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    found = json.loads(answer.data)["results"]["bindings"][0]["n"]["value"]
    assert counts["https://w3id.org/svngraph/graph/curation"] == int(found) > 0
    assert len(counts) == 10


def test_feeds_answer_in_both_languages(client: FlaskClient) -> None:
    for path, lang in (("/feed.atom", "sv"), ("/en/feed.atom", "en")):
        answer = client.get(path)
        assert answer.mimetype == "application/atom+xml" and f'xml:lang="{lang}"' in answer.data.decode()


def test_releases_are_shown_and_their_files_stay(
    edition: Edition, made: list[Dump], folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "releases"
    shutil.copytree(folder / "dumps", home / "1.0.0" / "dumps")
    told = {"version": "1.0.0", "issued": "2026-11-22", "digest": edition.digest, "quads": 1, "previous": None}
    index = {"releases": [{**told, "notes": {"sv": "Först", "en": "First"}, "sources": []}]}
    (home / "releases.json").write_text(json.dumps(index), "utf-8")
    (tmp_path / "secret").write_text("secret", "utf-8")
    with opened(Settings(releases=str(home)), folder, made) as client:
        page = client.get("/en/versions").data.decode()
        assert "The pages show version 1.0.0." in page and 'id="v1.0.0"' in page and "First" in page
        assert "Version 1.0.0" in client.get("/").data.decode()
        nquads = fetched(client, "/versions/1.0.0/dumps/dataset.nq.gz").data
        assert gzip.decompress(nquads) == edition.canonical
        for outside in ("1.0.0/../../secret", "1.0.0/%2e%2e/%2e%2e/secret", "2.0.0/dumps/dataset.nq.gz", "1.0.0/dumps"):
            answer = client.get(f"/versions/{outside}")
            assert answer.status_code == 404 and b"secret" not in answer.data, outside


def test_every_page_calls_the_state_of_the_dataset_by_one_name(
    client: FlaskClient, edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = f"Version {edition.version}"
    for address in ("/en/", "/en/versions", "/en/data"):
        assert shown in client.get(address).data.decode(), address
    assert edition.version in client.get("/catalog.ttl").data.decode()
    # The same quads have the same name in a folder; where they are too many to be read for it, another, but one.
    path = tmp_path / "any.nt"
    path.write_text('<http://example.org/a> <http://example.org/p> "1" .\n', "utf-8")
    store = EmbeddedStore(tmp_path / "store", create=True)
    store.load(path)
    store.finish()
    there = EmbeddedStore(tmp_path / "store")
    published = publish(there, Settings(), date(2026, 11, 22))
    held = open_files([path], Settings(), date(2026, 11, 22))
    alone = Edition(there.dump(), Settings().names, publisher_of(Settings()))
    assert published.shown_version == held.shown_version == alone.version == f"0+{alone.digest[7:19]}"
    monkeypatch.setattr("svngraph.web.dataset._READ", 0)
    published = publish(there, Settings(), date(2026, 11, 22))
    assert published.shown_version == f"0+{published.version[:12]}" != held.shown_version
    app = create_app(published)
    with app.test_client() as other:
        state = published.publishing.edition.version
        assert state == published.shown_version
        pages = [other.get(address).data.decode() for address in ("/en/versions", "/en/data", "/catalog.ttl")]
    app.extensions["svngraph-pools"].close()
    assert [state in page for page in pages] == [True] * 3


def test_the_files_are_made_when_they_are_first_asked_for(tmp_path: Path) -> None:
    """Over a small dataset of any kind: no plan, no name, one blank node."""
    path = tmp_path / "any.ttl"
    path.write_text("<http://example.org/a> <http://example.org/b> [ <http://example.org/c> 1 ] .", "utf-8")
    settings = Settings()
    published = open_files([path], settings, date(2026, 11, 22))
    made = published.publishing.dumps(300)
    assert made is not None
    with create_app(published).test_client() as client:
        assert client.get("/data").status_code == 200
        nquads = gzip.decompress(fetched(client, "/dumps/dataset.nq.gz").data)
        assert nquads.count(b"\n") == 2
        told = Graph().parse(data=client.get("/catalog").data, format="xml")
        assert not list(told.subjects(None, DCAT.DatasetSeries))


def test_who_comes_before_the_files_are_made_is_told_so(fjall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svngraph.web.pages.data._GLANCE", 0.0)
    settings = Settings(data=str(fjall))
    app = create_app(publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22)))
    with app.test_client() as client:
        early = client.get("/en/data")
        assert (early.status_code, early.headers["Cache-Control"]) == (200, "no-store")
        assert "The files are being made." in early.text
        assert "dumps/" not in early.text
        assert "dumps/" in client.get("/data.csv").text  # a program waits for them
        late = client.get("/en/data")
        assert "The files are being made." not in late.text
        assert "/dumps/SHA256SUMS" in late.text
    app.extensions["svngraph-pools"].close()
