"""What a review and an attack found, each under its own name, so that it stays found."""

from __future__ import annotations

import http.server
import io
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import SKOS

from svngraph import pipeline, trig
from svngraph.cli.datasets import named_dataset
from svngraph.errors import EndpointError, InputError, QueryError, StoreError
from svngraph.files import write_whole
from svngraph.namespaces import Names
from svngraph.settings import Member, Settings, load
from svngraph.sparql import asks_elsewhere, check_size, literal, with_prefixes
from svngraph.store.embedded import EmbeddedStore, canonical, convert
from svngraph.store.folder import new_generation, open_folder
from svngraph.store.remote import RemoteStore
from svngraph.store.remote.writing import by_graph

Run = Callable[..., subprocess.CompletedProcess[str]]


@contextmanager
def listening(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """A real server on loopback that answers as it is told; its address, and the requests that came."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.command} {self.headers.get('Authorization')}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_POST = do_GET  # noqa: N815 since http.server asks for this name

        def log_message(self, *_arguments: object) -> None:
            """Nothing is logged."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_service_is_refused_however_it_is_written_and_no_request_leaves() -> None:
    store = EmbeddedStore()
    store.add(b"<http://e/a> <http://e/b> <http://e/c> .", URIRef("http://e/g"))

    def reply(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()

    before = [
        "?s ?p ?o.",
        "?s ?p ?o ",
        "?s ?p <http://e/c>.",
        '?s ?p "x".',
        "?s ?p 1.",
        "",
        "{ ?s ?p ?o }",
        r"?s e:a\#b ?o .",
    ]
    words = ["SERVICE", "service", "SeRvIcE", "SERVICE SILENT", "SERVICE#\n", "SERVICE#>\n"]
    gaps = [" ", "", "\n", "#c\n", "\t"]
    with listening(reply) as (address, seen):
        for start, word, gap in itertools.product(before, words, gaps):
            query = f"PREFIX e: <http://e/> SELECT * {{ {start}{word}{gap}<{address}>{gap}{{ ?a ?b ?c }} }}"
            with pytest.raises(QueryError):
                store.select(query)
        for query in (
            f"SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE#>\n<{address}>{{ ?a ?b ?c }} }}",
            f"PREFIX s: <{address}> SELECT * {{ SERVICEs:x{{ ?a ?b ?c }} }}",
            f"SELECT * {{ \\u0053ERVICE <{address}> {{ ?a ?b ?c }} }}",
        ):
            with pytest.raises(QueryError):
                store.select(query)
        assert seen == []


def test_a_name_that_ends_in_service_is_no_service() -> None:
    for harmless in (
        "SELECT ?service { VALUES ?service { 1 } }",
        "SELECT * { GRAPH ?service { ?s ?p ?o } }",
        "PREFIX e: <http://e/> SELECT * { GRAPH e:service { ?s ?p ?o } }",
        "SELECT * { GRAPH <http://e/service> { ?s ?p ?o } }",
        'SELECT * { ?s ?p "service" . OPTIONAL { ?s ?q ?r } }',
    ):
        assert not asks_elsewhere(harmless), harmless
        EmbeddedStore().select(harmless)


def test_from_chooses_the_graphs() -> None:
    store = EmbeddedStore()
    store.add(
        b"<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> <http://e/b> <http://e/d> .", URIRef("http://e/g")
    )
    store.add(b"<http://e/a> <http://e/b> <http://e/e> .", URIRef("http://e/h"))

    def count(clause: str) -> int:
        return int(str(store.select(f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}").rows[0][0]))

    assert count("") == 3
    assert count("FROM <http://e/g>") == 2
    assert count("FROM <http://e/none>") == 0
    assert count("FROM <http://e/g> FROM <http://e/h>") == 3


@pytest.mark.parametrize(
    "query",
    ["SELECT * " + "{" * 5000 + "}" * 5000, "ASK { FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }", "#" * 300_000],
)
def test_a_query_that_no_person_writes_is_refused_before_an_engine_meets_it(query: str) -> None:
    with pytest.raises(QueryError, match=r"nested more than|longer than"):
        check_size(query)


def test_a_long_row_of_operators_does_not_end_the_process(svngraph: Run) -> None:
    done = svngraph("query", "--timeout", "3", stdin="ASK { FILTER(" + "!" * 20_000 + "true) }")
    assert done.returncode in (0, 3), done.stderr


def test_prefixes_are_case_sensitive() -> None:
    assert "PREFIX svn: <http://e/>" in with_prefixes("PREFIX SVN: <x:> ASK { ?s a svn:Plan }", {"svn": "http://e/"})


@pytest.mark.parametrize("text", ['\n\\"', "\\u0022", 'a"b', "\\", "\r\t\x08\x0c", "ü\U0001f600", "\\\\U00000022"])
def test_a_literal_cannot_end_its_own_string(text: str) -> None:
    found = EmbeddedStore().select(f"SELECT ?x {{ VALUES ?x {{ {literal(text)} }} }}")
    assert [str(row[0]) for row in found.rows] == [text]


def test_a_device_and_a_link_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    write_whole(tmp_path / "pipe", b"through")
    assert reader.communicate(timeout=120)[0] == b"through"
    assert (tmp_path / "pipe").is_fifo()
    with pytest.raises(InputError):
        write_whole(tmp_path / "real" / "below", b"x")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("damage", [b"", b"../../../etc\n", b"\xff\xfe", b"gen-1", b"gen-999999\n"])
def test_a_damaged_pointer_is_told_and_can_be_built_over(tmp_path: Path, fjall: Path, damage: bytes) -> None:
    settings = Settings(store=str(tmp_path / "place"), data=str(fjall))
    pipeline.build(settings)
    (tmp_path / "place" / "CURRENT").write_bytes(damage)
    with pytest.raises(StoreError, match="no dataset here"):
        open_folder(tmp_path / "place")
    built = pipeline.build(settings)
    assert built.quads > 1000
    assert len(pipeline.open_dataset(settings).dump().splitlines()) == built.quads


def test_an_error_of_the_data_is_not_blamed_on_the_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.ttl: no such file"), new_generation(tmp_path / "place") as store:
        store.load(tmp_path / "none.ttl", URIRef("http://e/g"))


def test_a_file_with_a_space_in_its_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "my data.ttl").write_text("<http://e/a> <http://e/b> 1 .")
    with pytest.raises(InputError, match="another name"):
        pipeline.build(Settings(data=str(tmp_path)))


def test_every_rdf_file_of_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.TTL").write_text("<http://e/a> <http://e/b> 1 .")
    (tmp_path / "b.rdf").write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        '<rdf:Description rdf:about="http://e/b"><e:b>2</e:b></rdf:Description></rdf:RDF>'
    )
    store = pipeline.open_dataset(Settings(data=str(tmp_path)))
    assert len(store.select("SELECT * { ?s <http://e/b> ?o }").rows) == 2


def test_a_variable_set_to_nothing_is_not_set(tmp_path: Path) -> None:
    nothing = {f"SVNGRAPH_{name}": "" for name in ("STORE", "LANG", "TIMEOUT", "DATA", "BASE", "SOURCES")}
    assert load({}, nothing, tmp_path) == Settings()


def test_files_are_validated_as_they_are_written(tmp_path: Path, svngraph: Run) -> None:
    """A store writes 1 for 01; what a shape says of the text must be held against the file."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "x.ttl").write_text('<http://e/a> <http://e/b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .')
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<http://e/S> a sh:NodeShape ; sh:targetSubjectsOf <http://e/b> ;\n"
        'sh:property [ sh:path <http://e/b> ; sh:pattern "^[0-9]$" ] .'
    )
    for named in ("data", "data/x.ttl"):
        done = svngraph("validate", "--data", named, "--shapes", "shapes.ttl")
        assert done.returncode == 1, named
        assert "1 resultat" in done.stdout


def test_any_folder_of_rdf_is_validated_without_our_ontology(tmp_path: Path, svngraph: Run) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.ttl").write_text("<http://e/a> a <http://www.w3.org/2002/07/owl#Class> .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://e/S> a sh:NodeShape ;\n"
        "sh:targetClass <http://www.w3.org/2002/07/owl#Class> ; sh:property [ sh:path <http://e/b> ; sh:minCount 1 ] ."
    )
    assert "1 resultat" in svngraph("validate", "--data", "data", "--shapes", "shapes.ttl").stdout


def test_a_malformed_shape_is_told_with_its_place(tmp_path: Path, svngraph: Run) -> None:
    (tmp_path / "x.ttl").write_text("<http://e/a> <http://e/b> 1 .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n<http://e/S> a sh:NodeShape ;\n"
        "  sh:targetNode <http://e/a> ; sh:minLength 1, 2 .\n"
    )
    done = svngraph("validate", "--data", "x.ttl", "--shapes", "shapes.ttl")
    assert done.returncode == 3
    assert "shapes.ttl:3" in done.stderr
    assert "https://www.w3.org/TR/shacl/" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full on this system")
def test_a_full_disk_behind_the_output_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "svngraph", "ask"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=600
        )
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_or_narrow_output_is_no_failure() -> None:
    closed = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m svngraph ask >&-"], capture_output=True, text=True, timeout=600
    )
    assert "Traceback" not in closed.stderr
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    narrow = subprocess.run([sys.executable, "-m", "svngraph", "gaps"], capture_output=True, env=environ, timeout=600)
    assert narrow.returncode == 0
    assert b"Traceback" not in narrow.stderr


def test_a_reader_that_leaves_is_no_finding() -> None:
    script = f"set -o pipefail; {sys.executable} -m svngraph export | head -1 > /dev/null"
    assert subprocess.run(["bash", "-c", script], capture_output=True, timeout=600).returncode == 0


def test_a_redirect_is_not_followed_and_takes_no_credentials_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVNGRAPH_USER", "eva")
    monkeypatch.setenv("SVNGRAPH_PASSWORD", "hemlig")

    def elsewhere(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()

    with listening(elsewhere) as (other, stolen):

        def moved(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", other)
            handler.end_headers()

        with listening(moved) as (address, _), pytest.raises(EndpointError, match="moved to"):
            RemoteStore(address, 5).select("SELECT * { ?s ?p ?o }")
        assert stolen == []


def test_user_and_password_go_to_the_server_of_the_setting_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVNGRAPH_USER", "eva")
    monkeypatch.setenv("SVNGRAPH_PASSWORD", "hemlig")
    refused = _body(b"{}", status=400)
    with listening(refused) as (one, seen_one), listening(refused) as (other, seen_other):
        together = Settings(store="endpoints", endpoints=(Member("one", one), Member("other", other)))
        with pytest.raises(EndpointError, match=r"no endpoint answers: one: .*; other: "):
            pipeline.open_dataset(together)
        with pytest.raises(QueryError):
            pipeline.open_dataset(Settings(store=one)).select("SELECT * { ?s ?p ?o }")
        with pytest.raises(QueryError), named_dataset(other, Settings(store=one)) as store:
            store.select("SELECT * { ?s ?p ?o }")
        assert [line for line in seen_other if line != "POST None"] == []
        assert seen_one[0] == "POST None"
        assert seen_one[-1].startswith("POST Basic ")
        file = tmp_path / "netrc"
        file.touch(0o600)
        file.write_text("machine 127.0.0.1 login bo password annat\n")
        monkeypatch.setenv("SVNGRAPH_CREDENTIALS", str(file))
        with pytest.raises(EndpointError, match="no endpoint answers"):
            pipeline.open_dataset(together)
        assert seen_other[-1] == "POST Basic Ym86YW5uYXQ="


def test_a_member_that_answers_wrongly_is_left_out(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.ttl").write_text("<http://e/a> <http://e/b> <http://e/c> .")
    kept = Settings(store=str(tmp_path / "kept"), data=str(data))
    pipeline.build(kept)
    with listening(_body(b"no such query", status=400)) as (address, _):
        together = Settings(store="endpoints", endpoints=(Member("good", kept.store), Member("bad", address)))
        store = pipeline.open_dataset(together)
        assert [(share.name, bool(share.missing)) for share in pipeline.shares()] == [("good", False), ("bad", True)]
        assert len(store.select("SELECT * { <http://e/a> ?p ?o }").rows) == 1


def test_what_is_no_rdf_is_one_line_wherever_it_came_from() -> None:
    with pytest.raises(StoreError, match="not RDF"):
        EmbeddedStore().add(b"<a b> <http://e/b> <http://e/c> .", URIRef("http://e/g"))
    with pytest.raises(StoreError, match="not RDF"):
        EmbeddedStore().fill(io.BytesIO(b"<http://e/b> <http://e/c> ."))
    with pytest.raises(StoreError, match="not RDF"):
        canonical(b"<http://e/b> <http://e/c> .")
    with pytest.raises(StoreError, match="not RDF"):
        convert(b"<http://e/b> <http://e/c> .", "text/turtle", {})
    bad = _body(b"<http://e/b> <http://e c> .\n", kind="application/n-triples")

    def lying(handler: http.server.BaseHTTPRequestHandler) -> None:
        if "n-triples" in (handler.headers.get("Accept") or ""):
            bad(handler)
        else:
            _body(b'{"head": {"vars": []}, "results": {"bindings": []}}')(handler)

    with listening(lying) as (address, _), pytest.raises(EndpointError, match="not RDF") as error:
        RemoteStore(address, 5).respond("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle")
    assert error.value.where == address


def test_no_quad_is_dropped_without_a_word_on_its_way_to_a_server() -> None:
    plain = b'# a comment\n\n<http://e/a> <http://e/b> "x # y"@sv <http://e/g> . # so\r\n'
    assert by_graph(plain) == {URIRef("http://e/g"): b'<http://e/a> <http://e/b> "x # y"@sv .\n'}
    triple = b"<http://e/a> <http://e/b> <<( <http://e/a> <http://e/b> <http://e/c> )>> <http://e/g> .\n"
    with pytest.raises(StoreError, match="1 of 2 quads"):
        by_graph(plain + triple)


def _body(
    text: bytes, *, length: int | None = None, kind: str = "application/sparql-results+json", status: int = 200
) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(length or len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    return answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (_body(b'{"head"', length=500), "cut off 493 octets before its end"),
        (_body(b'{"head": {"vars": ["s"]}, "results"'), "no SPARQL result, or was cut off"),
        (_body(b"The operation was cancelled", kind="text/plain"), "asked for application/sparql-results"),
        (
            _body(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"a b"}}]}}'),
            "no SPARQL result",
        ),
        (
            _body(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"triple","value":{}}}]}}'),
            "no SPARQL result",
        ),
    ],
)
def test_a_broken_or_lying_answer_is_an_error(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None], message: str
) -> None:
    with listening(answer) as (address, _), pytest.raises(EndpointError, match=message):
        RemoteStore(address, 5).select("SELECT * { ?s ?p ?o }")


def test_a_slow_endpoint_is_given_up() -> None:
    release = threading.Event()
    with listening(lambda _handler: release.wait(10) and None) as (address, _):
        with pytest.raises(EndpointError, match="no answer within 1 s"):
            RemoteStore(address, 1).select("ASK { }")
        release.set()


def test_what_unicode_calls_a_digit_is_no_number(tmp_path: Path) -> None:
    heading = "https://w3id.org/svngraph/id/heading/h-1"
    (tmp_path / "odd.ttl").write_text(
        f"""@prefix svn: <https://w3id.org/svngraph/def/> .
<{heading}> a svn:PlanHeading ; svn:sequence "²" ; svn:inPlan <https://w3id.org/svngraph/id/plan/p> .
<https://w3id.org/svngraph/id/plan/p> a svn:BusinessPlan ; svn:planYear "²²²²" .
svn:Activity svn:chainLevel "five", "{"9" * 5000}" .
""",
        "utf-8",
    )
    graph = pipeline.open_graph(Settings(data=str(tmp_path)))
    assert [level.key for level in graph.levels].count("activity") == 1
    assert graph.items[URIRef(heading)].sequence is None
    assert pipeline.open_columns(Settings(data=str(tmp_path))).plans[0].year is None


def test_numbers_in_names_are_ordered_however_they_are_written() -> None:
    names = Names()
    labels = ["10²", "10", "9", "9" * 5000, "1" + "0" * 5000, "010", "x"]
    thing = names.thing("goal", "a")
    text = trig.write({names.graph("g"): {(thing, SKOS.prefLabel, Literal(label)) for label in labels}}, names)
    places = [text.index(f'"{label}"') for label in ("x", "9", "010", "10", "10²", "9" * 5000, "1" + "0" * 5000)]
    assert places == sorted(places)
