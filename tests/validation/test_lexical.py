"""Literals as they are written: no engine may take 01 for 1 where a shape can tell them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, Namespace
from test_differential import BOUNDED, rows

from svngraph.columns import Snapshot
from svngraph.columns.engine import MemoryEngine
from svngraph.validation import validate

EX = Namespace("http://example.org/")
HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ENGINES = ["columnar", "sparql", "pyshacl"]
WRITTEN = [
    *(Literal(text, datatype=XSD.integer, normalize=False) for text in ("1", "01", "+1", "007", "7", "-0")),
    *(Literal(text, datatype=XSD.decimal, normalize=False) for text in ("1.0", "1.50", ".5")),
]
OTHERS = [*(Literal(text, datatype=XSD.boolean, normalize=False) for text in ("1", "true")), Literal("1")]


def shapes(text: str) -> Graph:
    return Graph().parse(data=HEAD + text)


def found(report) -> set:
    return {(str(r.focus_node).rpartition("/")[2], None if r.value is None else str(r.value)) for r in report.results}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ('sh:pattern "^[0-9]$"', {"01", "+5"}),
        ("sh:maxLength 1", {"01", "+5"}),
        ("sh:hasValue 1", {None}),
        ("sh:maxCount 2", {None}),
        ('sh:in ( "01"^^xsd:integer )', {"+5", "2"}),
        ("sh:disjoint ex:q", {"2"}),
        ("sh:minInclusive 2", {"01"}),
    ],
)
def test_core_sees_what_is_written(engine, constraint, expected) -> None:
    data = Snapshot.of_bytes(
        (HEAD + 'ex:x ex:p "01"^^xsd:integer, "+5"^^xsd:integer, 2 ; ex:q 1, 5, 2 .').encode(), "ttl"
    )
    text = f"ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; {constraint} ."
    # rdflib's parser of Turtle would itself make "01" a 1 in the list.
    graph = Snapshot.of_bytes((HEAD + text).encode(), "ttl").graph()
    assert {value for _, value in found(validate(data, graph, engine=engine))} == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this ?value { $this ex:p ?value FILTER(STRLEN(STR(?value)) > 1) }", {"007"}),
        ('SELECT $this ?value { $this ex:p ?value FILTER REGEX(STR(?value), "^0") }', {"007"}),
        ("SELECT $this ?value { $this ex:p ?value FILTER(?value > 5) }", {"007"}),
        ("SELECT $this ?value { $this ex:p ?v FILTER(?v > 5) BIND(?v AS ?value) }", {"007"}),
        ("SELECT $this ?value { $this ex:p ?v FILTER(?v > 5) BIND(?v + 0 AS ?value) }", {"7"}),
        ("SELECT $this { $this ex:p ?v, ?w FILTER(?v = ?w && !sameTerm(?v, ?w)) }", set()),
    ],
)
def test_a_query_sees_what_is_written(engine, query, expected) -> None:
    data = Snapshot.of_bytes((HEAD + 'ex:x ex:p "007"^^xsd:integer, 1 . ex:y ex:p 4 .').encode(), "ttl")
    text = f"""ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
    ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql [ sh:prefixes ex: ; sh:select '''{query}''' ] ."""
    assert {value for _, value in found(validate(data, shapes(text), engine=engine))} == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_two_ways_to_write_a_number_are_two_values_to_a_query(engine) -> None:
    data = Snapshot.of_bytes((HEAD + 'ex:x ex:p "01"^^xsd:integer, 1 .').encode(), "ttl")
    text = (
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select 'SELECT $this "
        "{ $this <http://example.org/p> ?a, ?b FILTER(?a = ?b && STR(?a) < STR(?b)) }' ] ."
    )
    assert len(validate(data, shapes(text), engine=engine).results) == 1


def test_the_engine_says_which_literals_it_writes_anew() -> None:
    snapshot = Snapshot.of_triples((EX.x, EX.p, literal) for literal in WRITTEN + OTHERS)
    own = {written: kept for kept, written in snapshot.rewritten()}
    engine = MemoryEngine(snapshot.key_rows())
    given_back = {row[0] for row in engine.select("SELECT ?o { ?s ?p ?o }").rows}
    assert given_back == {own.get(literal, literal) for literal in WRITTEN + OTHERS}
    assert not Snapshot.of_triples([(EX.x, EX.p, Literal("01"))]).rewritten()


CONSTRAINTS = [
    (SH.pattern, st.sampled_from([Literal("^0"), Literal("^[0-9]$"), Literal(r"\.")])),
    (SH.maxLength, st.just(Literal(1))),
    (SH.datatype, st.sampled_from([XSD.integer, XSD.decimal, XSD.string])),
    (SH.minInclusive, st.just(Literal(2))),
    (SH.equals, st.just(EX.q)),
    (SH.disjoint, st.just(EX.q)),
    (SH.maxCount, st.just(Literal(1))),
    (SH.hasValue, st.sampled_from(WRITTEN)),
]


@st.composite
def shape(draw) -> Graph:
    graph = Graph()
    graph.add((EX.S, RDF.type, SH.PropertyShape))
    graph.add((EX.S, SH.targetSubjectsOf, EX.p))
    graph.add((EX.S, SH.path, EX.p))
    for word, values in draw(st.lists(st.sampled_from(CONSTRAINTS), max_size=3, unique_by=lambda pair: pair[0])):
        graph.add((EX.S, word, draw(values)))
    query = draw(
        st.sampled_from(["", "?value > 1", "STRLEN(STR(?value)) > 1", "?value = 1.0", 'STRSTARTS(STR(?value), "0")'])
    )
    if query:
        node = BNode()
        graph.add((EX.S, SH.sparql, node))
        graph.add((node, SH.select, Literal(f"SELECT $this ?value {{ $this $PATH ?value FILTER({query}) }}")))
    return graph


@BOUNDED
@given(st.sets(st.tuples(*map(st.sampled_from, ([EX.x, EX.y], [EX.p, EX.q], WRITTEN)))), shape())
def test_the_engines_agree_on_what_is_written(triples, graph) -> None:
    # Numbers only: rdflib, on which pySHACL runs, orders strings and numbers with each other.
    snapshot = Snapshot.of_triples(triples)
    columnar, sparql, reference = (rows(validate(snapshot, graph, engine=engine)) for engine in ENGINES)
    assert columnar == sparql == reference
