"""Queries of shapes as people write them: paths that may stay, relative IRIs, names told apart by case, failures."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal
from test_differential import rows

from svngraph.columns import Snapshot
from svngraph.errors import ShapesError
from svngraph.validation import validate
from svngraph.validation.prebound import substituted

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
STEPS = {
    "star": "$this ex:q* ?v",
    "maybe": "$this ex:q? ?v",
    "plus": "$this ex:q+ ?v",
    "inverse star": "$this (^ex:q)* ?v",
    "either": "$this (ex:q|ex:p)* ?v",
    "sequence": "$this ex:p/ex:q* ?v",
    "plain": "$this ex:q ?v",
}


def shapes(text: str) -> Graph:
    return Graph().parse(data=HEAD + text)


def data(text: str) -> Snapshot:
    return Snapshot.of_bytes((HEAD.partition("ex: sh:")[0] + text).encode(), "ttl")


@pytest.mark.parametrize("count", [3, 63, 64])
@pytest.mark.parametrize("name", STEPS)
def test_paths_of_no_steps(name, count) -> None:
    """A path that may stay leads to the node itself, also where nothing else is known of it."""
    source = data(" ".join(f"ex:x{i} a ex:C ." for i in range(count)) + " ex:x0 ex:q ex:y ; ex:p ex:x1 .")
    graph = shapes(f"""ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:targetNode ex:unknown ;
      sh:sparql [ sh:prefixes ex: ;
        sh:select "SELECT DISTINCT $this WHERE {{ {STEPS[name]} . FILTER NOT EXISTS {{ ?v ex:ok true }} }}" ] .""")
    columnar, sparql, reference = (
        rows(validate(source, graph, engine=engine)) for engine in ("columnar", "sparql", "pyshacl")
    )
    assert reference
    assert columnar == reference
    assert sparql == reference


@pytest.mark.parametrize("engine", ["columnar", "sparql", "pyshacl"])
@pytest.mark.parametrize(
    "query",
    [
        "BASE <http://example.org/> SELECT $this { $this <p> ?x }",
        "SELECT $this ?value { $this ?p ?This . FILTER(isLiteral(?This)) BIND(?This AS ?value) }",
        "SELECT $this { $this <http://example.org/p> ?x . FILTER(\"PREFIX ex: <http://no/>\" != 'a') }",
    ],
)
def test_queries_as_people_write_them(engine, query) -> None:
    text = f"ex:S a sh:NodeShape ; sh:targetNode ex:x ; sh:sparql [ sh:select '''{query} ''' ] ."
    assert len(validate(data("ex:x ex:p 1 ."), shapes(text), engine=engine).results) == 1


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
@pytest.mark.parametrize("count", [1, 100])
def test_only_a_failure_that_is_true_is_one(engine, count) -> None:
    source = data(" ".join(f"ex:x{i} ex:p 1 ." for i in range(count)))
    text = """ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select
      "SELECT $this ?failure {{ $this <http://example.org/p> ?v BIND({} AS ?failure) }}" ] ."""
    assert len(validate(source, shapes(text.format("false")), engine=engine).results) == count
    with pytest.raises(ShapesError) as caught:
        validate(source, shapes(text.format("true")), engine=engine)
    assert caught.value.clause


def test_a_component_has_messages_of_its_own() -> None:
    text = """ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; ex:least 5 .
    ex:Least a sh:ConstraintComponent ; sh:message "{$value} is less than {$least}"@en ;
      sh:parameter [ sh:path ex:least ] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(false) }" ] ."""
    (result,) = validate(data("ex:x ex:p 1 ."), shapes(text)).results
    assert result.message("en") == "http://example.org/x is less than 5"


def test_a_tag_does_not_go_on_into_what_follows() -> None:
    bound = substituted("ASK { FILTER($a-1 = 0) }", {"a": Literal("x", lang="en")})
    assert bound == 'ASK { FILTER("x"@en -1 = 0) }'
