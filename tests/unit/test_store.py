"""The store in memory, in a folder and behind an endpoint; each test runs the real thing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from svngraph import pipeline
from svngraph.errors import EndpointError, InputError, QueryError, StoreError, StoreLocked, UsageError
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.folder import new_generation, open_folder
from svngraph.store.opening import open_store
from svngraph.store.remote import RemoteStore

GRAPH = URIRef("http://example.org/graph")
TURTLE = """@prefix : <http://example.org/> .
:a :p "Åäö"@sv, 1, "x", _:b ; :q :c .
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Oxigraph server on loopback with the test file in a named graph."""
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        pytest.skip("no oxigraph server (pip install oxigraph)")
    folder = tmp_path_factory.mktemp("server")
    (folder / "a.ttl").write_text(TURTLE, encoding="utf-8")
    subprocess.run(
        [program, "load", "-l", folder / "db", "-f", folder / "a.ttl", "--graph", GRAPH],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [program, "serve-read-only", "-l", folder / "db", "-b", f"127.0.0.1:{port}", "--union-default-graph"]
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/query?query=ASK%7B%7D", timeout=5):
                    break
            except OSError:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server did not get ready"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(params=["memory", "folder", "endpoint"])
def store(request: pytest.FixtureRequest, file: Path, tmp_path: Path) -> Store:
    """The same data in each kind of store."""
    if request.param == "endpoint":
        return open_store(request.getfixturevalue("endpoint"), timeout=10)
    if request.param == "memory":
        store = EmbeddedStore()
        store.load(file, GRAPH)
        return store
    with new_generation(tmp_path / "place") as fresh:
        fresh.load(file, GRAPH)
    return open_store(str(tmp_path / "place"), timeout=10)


def test_select_gives_rdflib_terms(store: Store) -> None:
    found = store.select("SELECT ?o ?none { <http://example.org/a> ?p ?o } ORDER BY ?p ?o")
    assert found.variables == ("o", "none")
    terms = {row[0] for row in found.rows if not isinstance(row[0], BNode)}
    assert terms == {
        Literal("Åäö", lang="sv"),
        Literal("1", datatype=XSD.integer),
        Literal("x"),
        URIRef("http://example.org/c"),
    }
    assert all(row[1] is None for row in found.rows)
    assert len(found.rows) == 5


def test_respond_serialises(store: Store) -> None:
    assert b'"boolean"' in store.respond("ASK { ?s ?p ?o }", "application/sparql-results+json")
    assert b"Literal" not in store.respond("SELECT ?o { ?s ?p ?o }", "text/csv")
    triples = store.respond("CONSTRUCT WHERE { ?s <http://example.org/q> ?o }", "application/n-triples")
    assert triples.strip() == b"<http://example.org/a> <http://example.org/q> <http://example.org/c> ."


def test_dump_has_everything(store: Store) -> None:
    assert len(store.dump().splitlines()) == 5


@pytest.mark.parametrize(
    "query",
    ["SELECT * { ?s ?p }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "INSERT DATA { <x:a> <x:b> 1 }"],
)
def test_a_bad_query_is_refused(store: Store, query: str) -> None:
    with pytest.raises(QueryError):
        store.select(query)


def test_a_syntax_error_has_its_place() -> None:
    with pytest.raises(QueryError, match=r"query, line 2, column \d+"):
        EmbeddedStore().select("SELECT *\n{ ?s ?p }")
    with pytest.raises(QueryError, match="not a SELECT query"):
        EmbeddedStore().select("ASK { }")
    with pytest.raises(QueryError, match="has no text/turtle"):
        EmbeddedStore().respond("ASK { }", "text/turtle")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("b.ttl", "@prefix : <http://e/> .\n:a :b .\n", r"b\.ttl:2:"),
        ("b.ttl", '<a> <b> "\\q" .', r"b\.ttl:1:"),
        ("b.doc", "", "not a known RDF file"),
    ],
)
def test_a_broken_file_names_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    store = EmbeddedStore()
    with pytest.raises(InputError, match=message):
        store.load(tmp_path / name, GRAPH)
    assert len(store) == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.ttl: no such file"):
        EmbeddedStore().load(tmp_path / "none.ttl", GRAPH)


def test_an_empty_place_has_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no dataset here"):
        open_folder(tmp_path)


def test_a_new_generation_takes_the_place_of_the_old(tmp_path: Path, fjall: Path) -> None:
    settings = Settings(store=str(tmp_path / "place"), data=str(fjall))
    first = pipeline.build(settings)
    reader = pipeline.open_dataset(settings)
    for _ in range(3):
        assert pipeline.build(settings).quads == first.quads
    # The one in force, the one before it, and the one that is being read.
    kept = [path.name for path in sorted((tmp_path / "place").glob("gen-*"))]
    assert kept == ["gen-000001", "gen-000003", "gen-000004"]
    assert len(reader.select("SELECT * { ?s a <https://w3id.org/svngraph/def/Activity> }").rows) == 4
    del reader
    pipeline.build(settings)
    assert [path.name for path in sorted((tmp_path / "place").glob("gen-*"))] == ["gen-000004", "gen-000005"]


def test_a_failed_build_leaves_the_old_dataset(tmp_path: Path, fjall: Path) -> None:
    settings = Settings(store=str(tmp_path / "place"), data=str(fjall))
    pipeline.build(settings)
    before = pipeline.open_dataset(settings).dump()
    (fjall / "broken.ttl").write_text("<a> <b> ")
    with pytest.raises(InputError, match=r"broken\.ttl:1"):
        pipeline.build(settings)
    assert pipeline.open_dataset(settings).dump() == before
    assert [path.name for path in (tmp_path / "place").glob("gen-*")] == ["gen-000001"]


_BUILD_AND_DIE = """
import os, sys
from pathlib import Path
from rdflib import URIRef
from svngraph.store.folder import new_generation
with new_generation(Path(sys.argv[1])) as store:
    store.add(b"<http://e/a> <http://e/b> <http://e/c> .\\n" * 1000, URIRef("http://e/g"))
    os.kill(os.getpid(), 9)
"""


def test_a_killed_build_leaves_the_old_dataset_and_no_lock(tmp_path: Path, fjall: Path) -> None:
    settings = Settings(store=str(tmp_path / "place"), data=str(fjall))
    pipeline.build(settings)
    before = pipeline.open_dataset(settings).dump()
    child = subprocess.run([sys.executable, "-c", _BUILD_AND_DIE, settings.store], timeout=60)
    assert child.returncode == -9
    assert pipeline.open_dataset(settings).dump() == before
    pipeline.build(settings)
    assert pipeline.open_dataset(settings).dump().count(b"\n") == before.count(b"\n")


def test_a_second_builder_is_turned_away(tmp_path: Path) -> None:
    with new_generation(tmp_path / "place"), pytest.raises(StoreLocked, match="another process is building"):  # noqa: SIM117 since the order matters
        with new_generation(tmp_path / "place"):
            pass


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError), new_generation(tmp_path / "file"):
        pass


def test_a_damaged_folder_is_an_error(tmp_path: Path, fjall: Path) -> None:
    settings = Settings(store=str(tmp_path / "place"), data=str(fjall))
    pipeline.build(settings)
    shutil.rmtree(next((tmp_path / "place").glob("gen-*")))
    with pytest.raises(StoreError, match="no dataset here"):
        pipeline.open_dataset(settings)


def test_endpoint_failures_are_errors(endpoint: str) -> None:
    with pytest.raises(EndpointError, match="refused"):
        RemoteStore("http://127.0.0.1:9/query", 5).select("ASK { }")
    with pytest.raises(EndpointError):
        RemoteStore(endpoint.replace("/query", "/nowhere"), 5).select("SELECT * { }")


def test_credentials_never_stand_in_the_address() -> None:
    with pytest.raises(UsageError) as caught:
        RemoteStore("http://eva:hemlig@127.0.0.1/query", 5)
    assert "hemlig" not in str(caught.value)


def test_building_into_a_server_that_only_reads_is_told(endpoint: str) -> None:
    with pytest.raises(EndpointError, match="refuses anyone without credentials"):
        pipeline.build(Settings(store=endpoint))
