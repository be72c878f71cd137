"""Engines that do only what SPARQL promises: labels that pass with an answer, odd terms, long lists, big numbers."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from strategies import MIXED, datasets
from test_differential import BOUNDED, rows

from svngraph.columns import Snapshot
from svngraph.columns.engine import Answer, MemoryEngine
from svngraph.errors import EndpointError, SvngraphError
from svngraph.validation import DIALECTS, Dialect, validate

EX = Namespace("http://example.org/")
HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def shapes(text: str) -> Graph:
    return Snapshot.of_bytes((HEAD + text).encode(), "ttl").graph()


def data(text: str) -> Snapshot:
    return Snapshot.of_bytes((HEAD + text).encode(), "ttl")


def relabelling(snapshot: Snapshot, *, by_place: bool):
    """A function like an endpoint that gives blank nodes new labels in every answer, as SPARQL lets it."""
    engine, answers = MemoryEngine(snapshot.key_rows()), count()

    def select(query: str) -> Answer:
        answer, number = engine.select(query), next(answers)
        labels: dict[BNode, BNode] = {}

        def label(term):
            if not isinstance(term, BNode):
                return term
            # By place, the same labels come again for other nodes.
            return labels.setdefault(term, BNode(f"b{len(labels)}" if by_place else f"r{number}x{term}"))

        return Answer(answer.variables, tuple(tuple(map(label, row)) for row in answer.rows))

    return select


def blind(report) -> list:
    """The rows of a report without the labels of blank nodes."""
    return sorted(tuple("_:" if text.startswith("_:") else text for text in row) for row in rows(report).elements())


BLANK_DATA = "ex:a a ex:C; ex:p [ ex:q 1,2 ] . ex:b a ex:C; ex:p [ ex:q 1 ] ."
TWO = "[ a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:maxCount 1 ] ]"
BLANK_SHAPES = {
    "node": f"ex:S a sh:NodeShape; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node {TWO} ] .",
    "not": f"ex:S a sh:NodeShape; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:not {TWO} ] .",
    "nested": "ex:S a sh:NodeShape; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:property "
    "[ sh:path ex:q ; sh:maxCount 1 ] ] .",
    "sparql": "ex:S a sh:NodeShape; sh:targetObjectsOf ex:p ; sh:sparql [ sh:select "
    "'SELECT $this { $this <http://example.org/q> ?a , ?b FILTER(?a < ?b) }' ] .",
    "qualified": "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:qualifiedMinCount 1 ; "
    f"sh:qualifiedValueShape {TWO} .",
}


@pytest.mark.parametrize("by_place", [False, True])
@pytest.mark.parametrize("name", BLANK_SHAPES)
def test_blank_nodes_are_not_joined_by_labels_that_pass(name, by_place) -> None:
    source, graph = data(BLANK_DATA), shapes(BLANK_SHAPES[name])
    expected = blind(validate(source, graph))
    assert len(expected) == 1
    report = validate(relabelling(source, by_place=by_place), graph)
    assert blind(report) == expected
    assert set(report.engines.values()) == {"columnar, fetched"}
    stable = validate(MemoryEngine(source.key_rows()).select, graph, dialect=DIALECTS["oxigraph"])
    assert blind(stable) == expected


@BOUNDED
@given(datasets(st.just(MIXED)), st.booleans())
def test_an_endpoint_that_relabels_gives_the_same_report(dataset, by_place) -> None:
    triples, graph = dataset
    snapshot = Snapshot.of_triples(triples)
    report = validate(relabelling(snapshot, by_place=by_place), graph, dialect=Dialect())
    assert blind(report) == blind(validate(snapshot, graph))


def test_blank_nodes_that_come_on_two_pages_are_an_error() -> None:
    source = data(" ".join("[] a ex:C ; ex:p 1 ." for _ in range(9)))
    graph = shapes("ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:maxCount 0 .")
    with pytest.raises(EndpointError):
        validate(relabelling(source, by_place=True), graph, dialect=Dialect(page=5))
    stable = Dialect(page=5, stable_blank_nodes=True)
    assert len(validate(MemoryEngine(source.key_rows()).select, graph, dialect=stable).results) == 9


def test_restrictions_of_owl_do_not_make_a_hierarchy_pass() -> None:
    source = data("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:C rdfs:subClassOf [] . ex:x a ex:C .")
    graph = shapes("ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:minCount 1 .")
    report = validate(relabelling(source, by_place=True), graph)
    assert (len(report.results), set(report.engines.values())) == (1, {"sparql"})


def test_an_endpoint_s_odd_terms_end_in_one_line() -> None:
    engine = MemoryEngine(data("ex:x ex:p ex:y . ex:y ex:p 1 .").key_rows())

    def select(query: str) -> Answer:
        answer = engine.select(query)
        odd = {EX.y: URIRef("http://example.org/a b")}
        return Answer(answer.variables, tuple(tuple(odd.get(term, term) for term in row) for row in answer.rows))

    for text in (
        "sh:sparql [ sh:select 'SELECT $this { $this <http://example.org/p> ?a }' ]",
        "sh:property [ sh:path ex:p ; sh:nodeKind sh:Literal ]",
        "sh:property [ sh:path ex:p ; sh:node [ a sh:NodeShape ; sh:not [ sh:nodeKind sh:IRI ] ] ]",
    ):
        try:
            report = validate(select, shapes(f"ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; {text} ."))
        except SvngraphError as error:
            assert "\n" not in str(error)
        else:
            assert not report.conforms


LITERALS = st.text(st.sampled_from("a\"\\\n\r\t'u0022{}$?<># ."), max_size=8)


@BOUNDED
@given(LITERALS, LITERALS)
def test_hostile_strings_reach_the_engine_as_they_are(text, other) -> None:
    source = Snapshot.of_triples([(EX.x, EX.p, Literal(text)), (EX.x, EX.p, Literal(text, lang="sv"))])
    graph = Graph().parse(data=HEAD + "ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p .")
    graph.add((EX.S, SH.hasValue, Literal(other)))
    head = BNode()
    graph.add((EX.S, SH["in"], head))
    Collection(graph, head, [Literal(text), Literal(other), Literal(other, lang="en")])
    columnar, sparql = (validate(source, graph, engine=engine) for engine in ("columnar", "sparql"))
    assert rows(columnar) == rows(sparql)
    assert set(sparql.engines.values()) == {"sparql"}


def test_long_lists_are_joined_with() -> None:
    size = 2000
    source = data(" ".join(f'ex:a{i} ex:p "w{i}" .' for i in range(size)) + ' ex:b ex:p "v7" .')
    members = " ".join(f'"v{i}"' for i in range(size))
    graph = shapes(f"ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:in ( {members} ) .")
    started = time.process_time()
    report = validate(source, graph, engine="sparql")
    assert time.process_time() - started < 1.5, "the product of members and values would take several seconds"
    assert len(report.results) == size


def test_pairs_are_fetched_once() -> None:
    size, moved = 600, []
    source = data(" ".join(f"ex:a{i} a ex:C ; ex:p ex:b{i} . ex:b{i} ex:q ex:c{i} ." for i in range(size)))
    engine = MemoryEngine(source.key_rows())

    def select(query: str) -> Answer:
        answer = engine.select(query)
        moved.append(len(answer.rows))
        return answer

    graph = shapes("""ex:S a sh:NodeShape; sh:targetClass ex:C ; sh:property [ sh:path ex:p ;
        sh:property [ sh:path ex:q ; sh:property [ sh:path ex:r ; sh:minCount 1 ; sh:hasValue ex:k ] ] ] .""")
    report = validate(select, graph)
    assert len(report.results) == 2 * size
    assert sum(moved) < 4.5 * size


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
@pytest.mark.parametrize("word", ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"])
@pytest.mark.parametrize("limit", ["5", "100000000000000000000", "1e30"])
def test_numbers_of_more_bits_than_the_engine_s(engine, word, limit) -> None:
    values = ["4", "100000000000000000000", "-100000000000000000000", "9" * 60, '"5"', "ex:no", '"x"^^xsd:integer']
    source = data(f"ex:x ex:p {', '.join(values)} .")
    graph = shapes(f"ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; sh:{word} {limit} .")
    wrong = {str(result.value) for result in validate(source, graph, engine=engine).results}
    bound, more, equal = float(limit), "min" in word, "Inclusive" in word

    def meets(text: str) -> bool:
        number = float(text)
        return (number == bound and equal) or (number > bound if more else number < bound)

    expected = {"5", str(EX.no), "x"} | {text for text in values[:4] if not meets(text)}
    assert wrong == expected


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
@pytest.mark.parametrize(("word", "wrong"), [("lessThan", {"7" * 30, "8" * 30}), ("lessThanOrEquals", {"8" * 30})])
def test_pairs_of_numbers_of_more_bits(engine, word, wrong) -> None:
    source = data(f"ex:x ex:p 1, -{'9' * 30}, {'7' * 30}, {'8' * 30} ; ex:q {'7' * 30} .")
    graph = shapes(f"ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; sh:{word} ex:q .")
    assert {str(result.value) for result in validate(source, graph, engine=engine).results} == wrong


@pytest.mark.parametrize("engine", ["columnar", "sparql", "pyshacl"])
def test_a_triple_that_two_values_share_is_forbidden_twice(engine) -> None:
    source = data("ex:a ex:p ex:b, ex:c . ex:b ex:q 1 . ex:c ex:q 1 .")
    graph = shapes("ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:p ; sh:closed true .")
    report = validate(source, graph, engine=engine)
    assert [(r.path, str(r.value)) for r in report.results] == [(EX.q, "1")] * 2


@pytest.mark.parametrize("engine", ["columnar", "sparql", "pyshacl"])
def test_every_engine_tells_details(engine) -> None:
    source = data("ex:a a ex:C ; ex:p ex:b . ex:b ex:p [] .")
    graph = shapes(
        "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ; "
        "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ."
    )
    (result,) = validate(source, graph, engine=engine).results
    assert [(detail.focus_node, detail.path) for detail in result.details] == [(EX.b, EX.q)]
