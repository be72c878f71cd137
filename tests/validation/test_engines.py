"""What the engines do besides agreeing: exact lexical forms, refusals, pages, queries, entailment, order, streaming."""

from __future__ import annotations

import json
import random
import re

import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from test_differential import rows

from svngraph.columns import Snapshot
from svngraph.columns.engine import Answer, MemoryEngine
from svngraph.errors import EndpointError, QueryError, QueryTimeout, UsageError
from svngraph.validation import DIALECTS, Dialect, validate
from svngraph.validation.prebound import serves_all, substituted
from svngraph.validation.query_scope import predicates_in

EX = Namespace("http://example.org/")
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"  # noqa: E501


def shapes(text: str) -> Graph:
    return Graph().parse(data=HEAD + text)


def data(text: str) -> Snapshot:
    return Snapshot.of_bytes((HEAD + text).encode(), "ttl")


def found(report) -> set:
    return {(str(r.focus_node).rpartition("/")[2], None if r.value is None else str(r.value)) for r in report.results}


def test_validation_sees_literals_as_written() -> None:
    target = "ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; "
    numbers = data('ex:x ex:p "01"^^xsd:integer, 1 .')
    assert found(validate(numbers, shapes(target + 'sh:pattern "^[1-9]" .'))) == {("x", "01")}
    assert found(validate(numbers, shapes(target + "sh:maxLength 1 ."))) == {("x", "01")}
    assert len(validate(numbers, shapes(target + "sh:maxCount 1 .")).results) == 1, "two literals, one number"


def test_a_refused_query_is_worked_out_here() -> None:
    source = data("ex:x a ex:C ; ex:p 1, 2 . ex:y a ex:C .")
    engine = MemoryEngine(source.key_rows())

    def select(query: str):
        if "HAVING" in query:
            raise QueryError("I do not know HAVING")
        return engine.select(query)

    text = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:maxCount 1 ; sh:minCount 1 ."
    report = validate(select, shapes(text), dialect=Dialect(screened=False))
    assert {(str(r.focus_node)[-1], str(r.component)[-26:]) for r in report.results} == {
        ("x", "MaxCountConstraintComponent"[-26:]),
        ("y", "MinCountConstraintComponent"[-26:]),
    }
    assert set(report.engines.values()) == {"sparql, in part columnar (I do not know HAVING)"}


MANY = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:closed true ;
    sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ;
    sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:D ],
        [ sh:path [ sh:inversePath ex:q ] ; sh:hasValue ex:y ; sh:disjoint ex:p ],
        [ sh:path ex:l ; sh:uniqueLang true ; sh:languageIn ( "sv" ) ; sh:equals ex:l2 ],
        [ sh:path ex:n ; sh:lessThan ex:m ; sh:maxInclusive 3 ; sh:qualifiedValueShape [ sh:in ( 1 ) ] ;
          sh:qualifiedMinCount 1 ] ."""
MANY_DATA = """ex:x a ex:C ; ex:p ex:y, ex:z ; ex:l "a"@sv, "b"@SV, "c"@en ; ex:l2 "a"@sv ; ex:n 1, 4 ; ex:m 2, 0 .
    ex:y a ex:C, ex:D ; ex:q ex:x ; ex:p ex:y ; ex:n 1 . ex:w a ex:C ; ex:n "x" ; ex:m 5 ; ex:r 1 . [] a ex:C ; ex:p 1 .
    ex:ok a ex:C ; ex:p ex:y ; ex:n 1 ; ex:m 2 . ex:y ex:q ex:ok ."""


@pytest.mark.parametrize("way", ["screened", "unscreened", "refused", "few listed"])
def test_screening_finds_what_each_query_finds(way) -> None:
    source, asked = data(MANY_DATA), []
    engine = MemoryEngine(source.key_rows())

    def select(query: str):
        asked.append(query)
        if way == "refused" and "?is0" in query:
            raise EndpointError("too long")
        return engine.select(query)

    listing = 1 if way == "few listed" else 500
    dialect = Dialect(screened=way != "unscreened", stable_blank_nodes=True, listing=listing)
    graph = shapes(MANY)
    report = validate(select, graph, dialect=dialect)
    assert rows(report) == rows(validate(source, graph))
    assert len(report.results) > 15
    assert set(report.engines.values()) == {"sparql"}
    if way == "screened":
        # Nobody walks all the instances again: one screening, then queries about the few that it named. Only where
        # the blank node is one of them, in sh:class, all are asked about: it cannot be named.
        assert sum("a <http://example.org/C>" in query for query in asked) == 2


@pytest.mark.parametrize("failure", [EndpointError("503"), QueryTimeout("too slow")])
def test_an_endpoint_that_fails_is_not_asked_for_everything(failure) -> None:
    engine, asked = MemoryEngine(data("ex:x a ex:C ; ex:p 1, 2 .").key_rows()), []

    def select(query: str):
        asked.append(query)
        if "HAVING" in query:
            raise failure
        return engine.select(query)

    text = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:maxCount 1 ."
    with pytest.raises(type(failure)):
        validate(select, shapes(text))
    assert "HAVING" in asked[-1]


@pytest.mark.parametrize("sorted_inside", [False, True])
@pytest.mark.parametrize("page", [7, 20, 1000])
def test_an_endpoint_may_want_pages(page, sorted_inside) -> None:
    """One that has a limit of its own, gives rows in any order unless asked for one, and is right within the law."""
    source = data(" ".join(f"ex:x{i} a ex:C ; ex:p {i}, {i + 1} ." for i in range(25)) + " ex:y a ex:C .")
    engine, rng = MemoryEngine(source.key_rows()), random.Random(5)  # noqa: S311 - an order, no secret

    def select(query: str):
        bare, limit = re.match(r"(.*?)((?: LIMIT \d+ OFFSET \d+)?)$", query, re.DOTALL).groups()
        answer = engine.select(bare)
        given = list(answer.rows)
        if "ORDER BY" not in bare:
            rng.shuffle(given)
        size, start = map(int, re.findall(r"\d+", limit)) if limit else (len(given), 0)
        return Answer(answer.variables, tuple(given[start : start + min(size, 10)]))

    text = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ],
        [ sh:path ex:p ; sh:not [ sh:property [ sh:path ( ex:q [ sh:zeroOrMorePath ex:q ] ) ; sh:minCount 1 ] ] ] ."""
    graph = shapes(text)
    report = validate(select, graph, dialect=Dialect(page=page, sorted_inside=sorted_inside))
    assert rows(report) == rows(validate(source, graph))
    assert len(report.results) == 26


def test_no_complex_path_stands_in_not_exists() -> None:
    source, asked = data("ex:x a ex:C ."), []
    engine = MemoryEngine(source.key_rows())

    def select(query: str):
        asked.append(query)
        return engine.select(query)

    text = (
        "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ( ex:p [ sh:zeroOrMorePath ex:q ] ) ; "
        "sh:minCount 1 ; sh:hasValue ex:v ; sh:equals ex:r ."
    )
    validate(select, shapes(text))
    assert not [query for query in asked if "*" in query.partition("NOT EXISTS {")[2].partition("}")[0]]
    assert [query for query in asked if "MINUS" in query]


def test_usage_errors_are_said_in_words() -> None:
    with pytest.raises(UsageError):
        validate(lambda query: None, shapes(""), engine="columnar")
    with pytest.raises(UsageError):
        validate(lambda query: None, shapes(""), engine="sparql", inference="rdfs")


@pytest.mark.parametrize("engine", ["columnar", "sparql", "pyshacl"])
def test_entailment_is_taken_along(engine) -> None:
    source = data(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
        "ex:p rdfs:subPropertyOf ex:q ; rdfs:domain ex:C . ex:x ex:p 1 ."
    )
    text = shapes("ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:q ; sh:maxCount 0 .")
    assert validate(source, text, engine=engine).conforms
    assert found(validate(source, text, engine=engine, inference="rdfs")) == {("x", None)}


QUERY = """ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:sparql [ sh:message "{{$this}} har {{?value}}"@sv ; sh:select '''{}''' ] ."""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this ?value WHERE { $this <http://example.org/p> ?value FILTER(?value > 1) }",
        "SELECT $this ?value WHERE { { FILTER(bound($this)) } $this <http://example.org/p> ?value FILTER(?value > 1) }",
        "SELECT $this ?value WHERE { ?s ?p ?value . FILTER(?s = $this && ?p = <http://example.org/p> && ?value > 1) }",
    ],
)
@pytest.mark.parametrize("count", [3, 100])
def test_queries_of_shapes(query, count) -> None:
    source = data(
        " ".join(f"ex:x{i} a ex:C ; ex:p {i % 3} ." for i in range(count)) + " ex:other ex:p 2 . [] a ex:C ; ex:p 2 ."
    )
    report = validate(source, shapes(QUERY.format(query)))
    expected = sum(i % 3 == 2 for i in range(count)) + 1
    assert len(report.results) == expected
    assert report.engines == {EX.S: "columnar"}
    assert any(f"{EX.x2} har 2" == result.message("sv") for result in report.results)
    reference = validate(source, shapes(QUERY.format(query)), engine="pyshacl")
    assert len(reference.results) == expected
    select = MemoryEngine(source.key_rows()).select
    assert len(validate(source, shapes(QUERY.format(query)), select=select).results) == expected


def test_which_predicates_a_query_looks_at() -> None:
    query = """PREFIX ex: <http://example.org/>
    SELECT $this WHERE { $this a ex:C ; ex:p/(^ex:q)+ ?x , "ex:no"@sv . # ex:no
      FILTER NOT EXISTS { ?x ex:r ?y . FILTER(?y > 3) } OPTIONAL { ?x ex:s 4.5 } BIND(str(?x) AS ?z) }"""
    assert predicates_in(query) == {RDF.type, EX.p, EX.q, EX.r, EX.s}
    for unknown in (
        "SELECT $this { $this ?p 1 }",
        "SELECT $this { GRAPH ?g { $this a 1 } }",
        "SELECT $this { $this !a 1 }",
        "PREFIX ex: <http://example.org/> SELECT $this { $this ex:q* ?x }",
        "SELECT $this { $this a? ?x }",
        "SELECT $this { $this (a|^a)* ?x }",
        "BASE <http://example.org/> SELECT $this { $this <p> ?x }",
        "SELECT $this { $this <p> ?x }",
        "PREFIX ex: <http://example.org/> SELECT $this { $this ex:a\\-b ?x }",
        "SELECT $this { $this a 1 FILTER(1<2)SERVICE#>\n<http://example.org/> { ?s ?p ?o } }",
    ):
        assert predicates_in(unknown) is None
    hidden = """PREFIX ex: <http://example.org/> SELECT $this { $this ex:p "PREFIX ex: <http://example.com/>" }"""
    assert predicates_in(hidden) == {EX.p}


def test_when_one_query_serves_all() -> None:
    assert serves_all("SELECT $this WHERE { $this ex:p ?x . FILTER NOT EXISTS { $this ex:q ?x } }")
    for query in (
        "SELECT $this WHERE { FILTER($this = ex:a) }",
        "SELECT $this WHERE { $this ex:p ?x . { FILTER bound($this) } }",
        "SELECT ($this AS ?t) WHERE { ?t ex:p ?x }",
        "SELECT $this WHERE { $this ex:p ?x } LIMIT 1",
    ):
        assert not serves_all(query)


def test_binding_by_text_leaves_strings_alone() -> None:
    bound = substituted(
        'SELECT $this ?v WHERE { ?this <a:$this> "$this" FILTER(bound(?this)) }', {"this": URIRef("a:b")}
    )
    assert bound == 'SELECT (<a:b> AS ?this) ?v WHERE { <a:b> <a:$this> "$this" FILTER((true)) }'


def test_the_report_is_the_specification_s() -> None:
    text = (
        "ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path [ sh:inversePath ex:p ] ; "
        'sh:minCount 1 ; sh:severity sh:Warning ; sh:message "saknas"@sv, "missing"@en .'
    )
    report = validate(data("ex:x ex:q 1 ."), shapes(text))
    graph = report.to_graph()
    result = graph.value(None, RDF.type, SH.ValidationResult)
    assert graph.value(result, SH.resultSeverity) == SH.Warning
    assert graph.value(graph.value(result, SH.resultPath), SH.inversePath) == EX.p
    assert set(graph.objects(result, SH.resultMessage)) == {Literal("saknas", lang="sv"), Literal("missing", lang="en")}
    assert (None, SH.conforms, Literal(False)) in graph
    shown = json.loads(json.dumps(report.to_json("en")))
    assert shown["results"][0] | {"detail": 0} == {
        "focusNode": "http://example.org/x",
        "resultPath": "^<http://example.org/p>",
        "value": None,
        "sourceShape": "http://example.org/S",
        "sourceConstraintComponent": str(SH.MinCountConstraintComponent),
        "resultSeverity": str(SH.Warning),
        "resultMessage": "missing",
        "messages": {"en": "missing", "sv": "saknas"},
        "sourceConstraint": None,
        "detail": 0,
    }


def test_nested_details_and_order() -> None:
    text = (
        "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; "
        "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ."
    )
    report = validate(data("ex:b a ex:C ; ex:p ex:y . ex:a a ex:C ; ex:p ex:x ."), shapes(text))
    assert [str(result.focus_node)[-1] for result in report.results] == ["a", "b"]
    assert [detail.focus_node for result in report.results for detail in result.details] == [EX.x, EX.y]
    assert list(report.to_graph().objects(None, SH.detail))
    assert report.results[-1] == report.results[1]
    assert len(report.results[:5]) == 2


def test_an_endpoint_that_filters_wrongly_is_only_asked_for_triples() -> None:
    source = data("ex:x a ex:C ; ex:p 1 . [] a ex:C ; ex:p 7 .")
    engine, asked = MemoryEngine(source.key_rows()), []

    def select(query: str):
        asked.append(query)
        # Every literal is too long for it.
        return engine.select(query.replace("STRLEN(STR(?x)) > 1", "true"))

    text = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:maxInclusive 5 ."
    report = validate(select, shapes(text))
    assert [str(result.value) for result in report.results] == ["7"]
    assert set(report.engines.values()) == {"columnar, fetched"}
    assert not [query for query in asked if "<=" in query]
    assert len(validate(select, shapes(text), dialect=DIALECTS["sparql-1.1"]).results) == 1


def test_blank_nodes_keep_the_names_an_endpoint_gives_them() -> None:
    strange = BNode("nodeID://b10000")
    snapshot = Snapshot.of_triples([(strange, EX.p, EX.o)])
    assert next(iter(snapshot.graph()))[0] == strange
