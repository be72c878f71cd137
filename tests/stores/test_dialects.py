"""What servers answer otherwise, one by one: seen on the real ones, and what is done about it."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Callable

import pytest
import servers
from broken import Exchange, plain, proxy
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from svngraph.errors import EndpointError, StoreError, UsageError
from svngraph.store.dialects import DEFECTS, DIALECTS, STANDARD, UNTRUSTED, dialect_of_server
from svngraph.store.remote import RemoteStore
from svngraph.store.remote.writing import write_generation

CIRCLE = "".join(f"<http://e/{a}> <http://e/p> <http://e/{b}> <http://e/g> .\n" for a, b in ("ab", "bc", "ca", "dd"))
VALUES = """<http://e/n> <http://e/i> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .
<http://e/n> <http://e/b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://e/g> .
<http://e/n> <http://e/d> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://e/g> .
<http://e/n> <http://e/t> "Åäö"@sv <http://e/g> .
<http://e/n> <http://e/t> "a\\"b\\\\c\\nd" <http://e/g> .
<http://e/n> <http://e/t> "b" <http://e/g> .
<http://e/n> <http://e/t> "B" <http://e/g> .
<http://e/n> <http://e/t> "a" <http://e/h> .
<http://e/n> <http://e/t> "b" <http://e/h> .
_:x <http://e/i> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/h> .
"""
P = "PREFIX e: <http://e/> "


@pytest.fixture
def store(server: servers.Server) -> RemoteStore:
    write_generation(server.place, 20, (CIRCLE + VALUES).encode(), lambda _done, _of: None)
    return RemoteStore(server.place, 20)


def raw(store: RemoteStore, query: str) -> list[dict[str, dict[str, str]]]:
    """What the server itself answers over the same graphs, with nothing done about it."""
    assert store.generation is not None
    asked = [("query", query), *(("default-graph-uri", graph.place) for graph in store.generation.graphs)]
    request = urllib.request.Request(  # noqa: S310 # our own server
        store.place, urllib.parse.urlencode(asked).encode()
    )
    request.add_header("Accept", "application/sparql-results+json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:  # the address of our own server
        return list(json.load(answer)["results"]["bindings"])


# For each defect of Virtuoso: a query that it gets wrong, and the right answer, whichever server holds the data.
ASKED: dict[str, tuple[str, set[tuple[str, ...]]]] = {
    "path": (P + "SELECT DISTINCT ?o { e:a e:p+ ?o }", {(f"http://e/{x}",) for x in "abc"}),
    "boolean": (P + "SELECT ?x { e:n e:t ?t BIND(isLiteral(?t) AS ?x) } GROUP BY ?x", {("true",)}),
    "number": (P + "SELECT ((1/2) AS ?x) (SUM(?v) AS ?n) { e:none e:i ?v }", {("0.5", "0")}),
    "filter": (
        P + "SELECT DISTINCT ?t { e:n e:t ?t FILTER(STRLEN(?t) = 1 && LANG(?t) = '') }",
        {("a",), ("b",), ("B",)},
    ),
    "order": (P + "SELECT DISTINCT ?t { e:n e:t ?t } ORDER BY ?t LIMIT 1", {("B",)}),
    "subquery": (P + "SELECT ?t { { SELECT DISTINCT ?t { ?s e:d ?t } } }", {("1.5",)}),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_query_of_each_sort_has_the_right_answer(name: str, store: RemoteStore) -> None:
    query, wanted = ASKED[name]
    assert {tuple(str(term) for term in row) for row in store.select(query).rows} == wanted
    found = store.dialect.defect_in(query)
    assert (found is not None) == (store.dialect.name == "virtuoso")


def test_every_defect_is_known_by_its_sign() -> None:
    for name, (query, _) in ASKED.items():
        signs = [defect.name for defect in DEFECTS if defect.sign.search(query.replace("<http://e/>", "<>"))]
        assert name in signs
    virtuoso = DIALECTS["virtuoso"]
    for harmless in (
        "SELECT DISTINCT ?s ?o WHERE { ?s <http://e/p#FILTER/+> ?o ; a ?c OPTIONAL { ?o <http://e/q> 'COUNT(*) |' } }",
        "SELECT * { { ?a <x:p> ?b } UNION { ?b <x:p> ?a } VALUES ?a { <x:a> <x:b> } }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
    ):
        assert virtuoso.defect_in(harmless) is None, harmless
    for harmful in (
        "SELECT * { ?a e:p? ?b }",
        "SELECT * { ?a e:p/e:q ?b }",
        "SELECT * { ?a ^e:p ?b }",
        "DESCRIBE <x:a>",
    ):
        assert virtuoso.defect_in(harmful) is not None, harmful
        assert STANDARD.defect_in(harmful) is None


def test_virtuoso_still_has_its_defects(virtuoso: servers.Server, environ: Callable[[dict[str, str]], None]) -> None:
    """Should one of these fail with a later version, a query less need be answered here."""
    environ(virtuoso.environ)
    write_generation(virtuoso.place, 20, (CIRCLE + VALUES).encode(), lambda _done, _of: None)
    store = RemoteStore(virtuoso.place, 20)
    assert {row["o"]["value"] for row in raw(store, ASKED["path"][0])} == {"http://e/b", "http://e/c"}
    with pytest.raises(OSError, match="500"):
        raw(store, P + "SELECT ?s ?o { ?s e:p* ?o }")
    assert raw(store, "SELECT (1/2 AS ?x) {}")[0]["x"]["value"] == "0"
    assert raw(store, "SELECT (isIRI(<http://e/>) AS ?x) {}")[0]["x"]["datatype"] == str(XSD.integer)
    assert "n" not in raw(store, P + "SELECT (SUM(?v) AS ?n) { e:none e:i ?v }")[0]
    assert raw(store, P + "SELECT ?b { e:n e:b ?b }")[0]["b"]["value"] == "1"


def test_oxigraph_keeps_values_and_counts_a_triple_of_two_graphs_twice(
    oxigraph: servers.Server, environ: Callable[[dict[str, str]], None]
) -> None:
    environ({})
    write_generation(oxigraph.place, 20, (CIRCLE + VALUES).encode(), lambda _done, _of: None)
    store = RemoteStore(oxigraph.place, 20)
    assert len(raw(store, P + "SELECT ?t { e:n e:t ?t }")) == 6
    assert len(raw(store, P + "SELECT DISTINCT ?t { e:n e:t ?t }")) == 5
    assert len(store.select(P + "SELECT ?t { e:n e:t ?t }").rows) == 5  # it is asked about the union
    assert not store.select(P + "SELECT ?o { e:nowhere e:p* ?o }").rows
    assert store.dialect.is_passing(BNode("x")) is False


def test_terms_are_the_same_from_every_server(store: RemoteStore) -> None:
    found = {(str(p), o) for p, o in store.select("SELECT DISTINCT ?p ?o { <http://e/n> ?p ?o }").rows}
    assert ("http://e/i", Literal("1", datatype=XSD.integer)) in found
    assert ("http://e/b", Literal("true", datatype=XSD.boolean)) in found
    assert ("http://e/d", Literal("1.5", datatype=XSD.decimal)) in found
    assert ("http://e/t", Literal("Åäö", lang="sv")) in found
    assert ("http://e/t", Literal('a"b\\c\nd')) in found
    dumped = store.dump()
    assert b'"true"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://e/g>' in dumped
    assert dumped.count(b"\n") == len((CIRCLE + VALUES).splitlines())


def test_a_server_that_rewrites_a_term_is_found_out(server: servers.Server) -> None:
    """What a build sends is written as servers write it; anything else would not come back as it was."""
    quads = b'<http://e/x> <http://e/i> "0x"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/odd> .\n'
    if server.place.endswith("/sparql"):
        with pytest.raises(StoreError, match="other triples of http://e/odd"):
            write_generation(server.place, 20, quads, lambda _done, _of: None)
    rewritten = b'<http://e/x> <http://e/i> "01"^^<http://www.w3.org/2001/XMLSchema#int> <http://e/odd> .\n'
    if server.place.endswith("/query"):
        with pytest.raises(StoreError, match="other triples of http://e/odd"):
            write_generation(server.place, 20, rewritten, lambda _done, _of: None)


def test_graphs_have_their_own_names(store: RemoteStore) -> None:
    for query in (
        P + "SELECT DISTINCT ?g { GRAPH ?g { e:n e:t ?t } }",
        P + "SELECT DISTINCT ?g FROM NAMED e:g FROM NAMED e:h { GRAPH ?g { ?s ?p ?o } }",
    ):
        assert {row[0] for row in store.select(query).rows} == {URIRef("http://e/g"), URIRef("http://e/h")}
    assert len(store.select(P + "SELECT ?t FROM e:h { e:n e:t ?t }").rows) == 2
    assert b"urn:x-svngraph" not in store.respond(
        "CONSTRUCT { ?g <x:has> ?s } { GRAPH ?g { ?s ?p ?o } }", "text/turtle"
    )


def test_a_server_behind_a_proxy_is_tried_out(
    virtuoso: servers.Server, environ: Callable[[dict[str, str]], None]
) -> None:
    """It says that it is something else; one question shows what it is not."""
    environ(virtuoso.environ)
    write_generation(virtuoso.place, 20, CIRCLE.encode(), lambda _done, _of: None)

    def renamed(exchange: Exchange) -> None:
        exchange.answer = {k: v for k, v in exchange.answer.items() if k.lower() != "server"} | {"Server": "nginx"}

    with proxy(virtuoso.place, renamed) as between:
        store = RemoteStore(between.place, 20)
        assert store.dialect == UNTRUSTED
        assert len(store.select(ASKED["path"][0]).rows) == 3
        environ({"SVNGRAPH_DIALECT": "virtuoso"})
        assert RemoteStore(between.place, 20).dialect is DIALECTS["virtuoso"]
    environ({"SVNGRAPH_DIALECT": "klingon"})
    with pytest.raises(UsageError, match="no dialect 'klingon'"):
        RemoteStore(virtuoso.place, 20)


def test_a_server_that_another_program_filled(
    oxigraph: servers.Server, environ: Callable[[dict[str, str]], None], tmp_path: object
) -> None:
    """Its default graph is not the union of its named graphs: these are named with every request."""
    environ({})
    store = RemoteStore(oxigraph.place, 20)
    update, _ = store.addresses() or ("", "")
    # ruff: noqa: S608 # these are the names of our own graphs
    held = store.select_raw("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows
    for row in held:
        store.conversation.update(f"DROP GRAPH <{row[0]}>", update)
    store.conversation.update(
        "INSERT DATA { GRAPH <http://e/1> { <x:a> <x:p> 1 } GRAPH <http://e/2> { <x:b> <x:p> 2 } }", update
    )
    with proxy(oxigraph.place, plain) as between:
        other = RemoteStore(between.place, 20)
        assert {str(row[0]) for row in other.select("SELECT ?o { ?s <x:p> ?o }").rows} == {"1", "2"}
        assert b"default-graph-uri=http%3A//e/1" in between.seen[-1].sent
        assert len(other.dump().splitlines()) == 2

    def heedless(exchange: Exchange) -> None:
        """What a server answers that looks at its default graph whatever it is asked about."""
        if b"default-graph-uri" in exchange.sent:
            exchange.body = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'

    with proxy(oxigraph.place, heedless) as between, pytest.raises(EndpointError, match="heed default-graph-uri"):
        RemoteStore(between.place, 20).select("SELECT ?o { ?s <x:p> ?o }")
    store.conversation.update("DROP GRAPH <http://e/1> ; DROP GRAPH <http://e/2>", update)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Oxigraph/0.5.13", "oxigraph"),
        ("Virtuoso/07.20.3229 (Linux)", "virtuoso"),
        ("nginx", "sparql-1.1"),
        ("", "sparql-1.1"),
    ],
)
def test_servers_are_known_by_what_they_call_themselves(said: str, name: str) -> None:
    assert dialect_of_server(said).name == name


@pytest.mark.parametrize(
    ("dialect", "url", "addresses"),
    [
        ("oxigraph", "http://h/query", ("http://h/update", "http://h/store")),
        ("virtuoso", "https://h/sparql", ("https://h/sparql-auth", "https://h/sparql-graph-crud-auth")),
        ("fuseki", "http://h/ds/sparql", ("http://h/ds/update", "http://h/ds/data")),
        (
            "sparql-1.1",
            "http://h/repositories/r",
            ("http://h/repositories/r/statements", "http://h/repositories/r/rdf-graphs/service"),
        ),
        ("sparql-1.1", "http://h/other", None),
    ],
)
def test_where_updates_and_graphs_go(dialect: str, url: str, addresses: tuple[str, str] | None) -> None:
    assert DIALECTS[dialect].addresses(url) == addresses


def test_a_graph_beyond_the_limit_of_rows_comes_whole(
    virtuoso: servers.Server, environ: Callable[[dict[str, str]], None]
) -> None:
    """Virtuoso cuts a whole graph at its limit of rows, here 10 000, and says nothing of it."""
    environ(virtuoso.environ)
    lines = "".join(f"<http://e/{n}> <http://e/p> <http://e/{n % 7}> <http://e/large> .\n" for n in range(10_321))
    write_generation(virtuoso.place, 60, lines.encode(), lambda _done, _of: None)
    store = RemoteStore(virtuoso.place, 60)
    assert store.generation is not None
    (graph,) = store.generation.graphs
    address = store.graph_address(graph.place)
    assert address is not None
    assert store.conversation.fetch(address).count(b"\n") < 10_321
    assert sorted(store.dump().splitlines()) == sorted(lines.encode().splitlines())
    everything = "SELECT ?s ?o { ?s <http://e/p> ?o }"
    assert len(raw(store, everything)) < 10_321
    assert len(store.select(everything).rows) == 10_321
    assert RemoteStore(virtuoso.place, 60).respond(everything, "text/csv").count(b"\n") == 10_322
