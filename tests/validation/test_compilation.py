"""Malformed shapes fail with the place and the clause; well-formed ones compile to a plan in a stable order."""

from __future__ import annotations

import pytest
from rdflib import SH, BNode, Graph, URIRef

from svngraph.columns import Snapshot
from svngraph.errors import InputError, ShapesError
from svngraph.validation import compile_shapes, validate
from svngraph.validation.clauses import clause_of
from svngraph.validation.locations import places
from svngraph.validation.ordering import Texts
from svngraph.validation.parameters import PARAMETERS
from svngraph.validation.sources import read_shapes

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
MALFORMED = {
    "no path": "ex:S a sh:PropertyShape .",
    "two paths": "ex:S a sh:PropertyShape ; sh:path ex:p, ex:q .",
    "path on a node shape": "ex:S a sh:NodeShape ; sh:path ex:p .",
    "literal path": 'ex:S a sh:PropertyShape ; sh:path "p" .',
    "short sequence": "ex:S a sh:PropertyShape ; sh:path ( ex:p ) .",
    "path of two kinds": "ex:S sh:targetNode ex:x ; sh:path [ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ] .",
    "count that is no integer": 'ex:S a sh:PropertyShape ; sh:path ex:p ; sh:minCount "many" .',
    "two counts": "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:maxCount 1, 2 .",
    "count on a node shape": "ex:S a sh:NodeShape ; sh:minCount 1 .",
    "two datatypes": "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:datatype xsd:date, xsd:string .",
    "unknown node kind": "ex:S a sh:NodeShape ; sh:nodeKind ex:Kind .",
    "class that is a literal": 'ex:S a sh:NodeShape ; sh:class "C" .',
    "broken list": "ex:S a sh:NodeShape ; sh:in [ rdf:first 1 ] .",
    "endless list": "ex:S a sh:NodeShape ; sh:or _:l . _:l rdf:first ex:T ; rdf:rest _:l .",
    "pattern that is none": 'ex:S a sh:NodeShape ; sh:pattern "(" .',
    "flag that is none": 'ex:S a sh:NodeShape ; sh:pattern "a" ; sh:flags "k" .',
    "closed that is no boolean": 'ex:S a sh:NodeShape ; sh:closed "yes" .',
    "property that is a node shape": "ex:S a sh:NodeShape ; sh:property ex:T . ex:T a sh:NodeShape .",
    "node that is a property shape": "ex:S a sh:NodeShape ; sh:node ex:T . ex:T a sh:PropertyShape ; sh:path ex:p .",
    "shape that is a literal": 'ex:S a sh:NodeShape ; sh:not "T" .',
    "severity that is a literal": 'ex:S a sh:NodeShape ; sh:severity "bad" .',
    "target that is a literal": 'ex:S a sh:NodeShape ; sh:targetClass "C" .',
    "query that is none": 'ex:S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this WHERE {" ] .',
    "query with an unknown prefix": 'ex:S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this { $this no:p ?x }" ] .',
    "constraint without a query": "ex:S a sh:NodeShape ; sh:sparql [ ] .",
    "two qualified shapes": "ex:S sh:path ex:p ; a sh:PropertyShape ; sh:qualifiedMinCount 1 ; "
    "sh:qualifiedValueShape [ sh:class ex:C ], [ sh:class ex:D ] .",
    "two lists of ignored properties": "ex:S a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( ), ( ex:p ) .",
    "two flags": 'ex:S a sh:NodeShape ; sh:pattern "a" ; sh:flags "i", "s" .',
    "ignored properties that are no list": "ex:S a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ex:p .",
    "pattern of Python's": 'ex:S a sh:NodeShape ; sh:pattern "(?=a)" .',
    "query that asks elsewhere": "ex:S a sh:NodeShape ; sh:sparql [ sh:select "
    "'SELECT $this { $this a ex:C.SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }' ] .",
    "deeply nested shapes": f"ex:S a sh:NodeShape ; {'sh:not [ ' * 400} sh:class ex:D {']' * 400} .",
    "deeply nested path": f"ex:S a sh:PropertyShape ; sh:path {'[ sh:inversePath ' * 400} ex:p {']' * 400} .",
    "path word on a node shape": 'ex:S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this { $this $PATH ?x }" ] .',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_shapes_name_place_and_clause(name, tmp_path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(HEAD + "\n" + MALFORMED[name], encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        compile_shapes(read_shapes([file]), locate=places([file]))
    assert caught.value.clause is not None
    assert caught.value.clause.startswith("https://www.w3.org/TR/shacl/#")
    assert caught.value.where == f"{file}:4"
    assert "\n" not in str(caught.value)


def test_the_clause_is_one_that_the_specification_has() -> None:
    anchors = [
        "ClassConstraintComponent",
        "DatatypeConstraintComponent",
        "NodeKindConstraintComponent",
        "MinCountConstraintComponent",
        "MaxCountConstraintComponent",
        "MinExclusiveConstraintComponent",
        "MinInclusiveConstraintComponent",
        "MaxExclusiveConstraintComponent",
        "MaxInclusiveConstraintComponent",
        "MinLengthConstraintComponent",
        "MaxLengthConstraintComponent",
        "PatternConstraintComponent",
        "LanguageInConstraintComponent",
        "UniqueLangConstraintComponent",
        "EqualsConstraintComponent",
        "DisjointConstraintComponent",
        "LessThanConstraintComponent",
        "LessThanOrEqualsConstraintComponent",
        "NotConstraintComponent",
        "AndConstraintComponent",
        "OrConstraintComponent",
        "XoneConstraintComponent",
        "NodeConstraintComponent",
        "PropertyConstraintComponent",
        "QualifiedValueShapeConstraintComponent",
        "ClosedConstraintComponent",
        "HasValueConstraintComponent",
        "InConstraintComponent",
        "targetNode",
        "targetClass",
        "targetSubjectsOf",
        "targetObjectsOf",
        "severity",
        "message",
        "deactivated",
        "property-paths",
        "sparql-constraints",
    ]
    words = [*PARAMETERS, SH.ignoredProperties, SH.flags, SH.qualifiedMinCount, SH.qualifiedValueShapesDisjoint]
    words += [SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.severity, SH.deactivated]
    assert {clause_of(word) for word in words} <= set(anchors)
    assert clause_of(SH.ignoredProperties) == "ClosedConstraintComponent"


def test_counts_of_any_length_are_read() -> None:
    text = HEAD + f"ex:S a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p ; sh:maxCount {'9' * 5000} ."
    data = Snapshot.of_bytes(b"<http://example.org/x> <http://example.org/p> 1 .", "ttl")
    assert validate(data, Snapshot.of_bytes(text.encode(), "ttl").graph()).conforms


def test_long_lists_are_put_in_an_order_too() -> None:
    """Two shapes that differ only at the end of a long list come in the same order, whoever asks first."""
    lists = [" ".join(f"ex:v{i}" for i in range(200)) + f" ex:{end}" for end in "ba"]
    shapes = " , ".join(f"[ sh:path ex:p ; sh:in ( {members} ) ]" for members in lists)
    graph = Snapshot.of_bytes(f"{HEAD} ex:S a sh:NodeShape ; sh:property {shapes} .".encode(), "ttl").graph()
    nodes = list(graph.objects(URIRef("http://example.org/S"), SH.property))
    heads = [graph.value(node, SH["in"]) for node in nodes]
    first, second = Texts(graph), Texts(graph)
    inner = [second.of(head) for head in heads]
    assert [first.of(node) for node in nodes] == [second.of(node) for node in nodes]
    assert len(set(inner)) == 2
    assert [first.of(head) for head in heads] == inner


def test_nodes_in_a_circle_have_texts() -> None:
    text = "@prefix : <a:> . _:a :p _:b ; :q 1 . _:b :p _:a . _:c :p _:c . _:d :r _:a ."
    graph = Snapshot.of_bytes(text.encode(), "ttl").graph()
    assert len({Texts(graph).of(BNode(name)) for name in "abcd"}) == 4


def test_shapes_that_are_no_rdf_name_the_line(tmp_path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(HEAD + "ex:S a .\n", encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        read_shapes([file])
    assert caught.value.where == f"{file}:3"
    assert issubclass(ShapesError, InputError)


def test_the_order_does_not_depend_on_blank_labels() -> None:
    text = (
        HEAD
        + """ex:S a sh:NodeShape ; sh:targetNode ex:x ;
      sh:property [ sh:path ex:p ; sh:minCount 1 ], [ sh:path ex:q ; sh:minCount 1 ],
        [ sh:path ex:r ; sh:minCount 1 ] ."""
    )
    data = Snapshot.of_bytes(b"<http://example.org/x> <a:b> <a:c> .", "nt")
    orders = [[str(r.path) for r in validate(data, Graph().parse(data=text)).results] for _ in range(5)]
    assert orders == [orders[0]] * 5


def test_recursive_shapes_go_to_pyshacl_and_say_so() -> None:
    text = (
        HEAD
        + """ex:S a sh:NodeShape ; sh:targetClass ex:C ;
      sh:property [ sh:path ex:next ; sh:node ex:S ; sh:maxCount 1 ] .
    ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ."""
    )
    data = b"@prefix ex: <http://example.org/> . ex:a a ex:C ; ex:next ex:b . ex:b a ex:C ; ex:next ex:c, ex:d ."
    report = validate(Snapshot.of_bytes(data, "ttl"), Graph().parse(data=text))
    engines = {str(shape).rpartition("/")[2]: engine for shape, engine in report.engines.items()}
    assert engines == {"S": "pyshacl", "T": "columnar"}
    assert not report.conforms
    assert {result.source_shape for result in report.results} != {URIRef("http://example.org/T")}


def test_classes_of_owl_are_classes() -> None:
    text = HEAD + "@prefix owl: <http://www.w3.org/2002/07/owl#> . ex:C a owl:Class, sh:NodeShape ; sh:closed true ."
    data = Snapshot.of_bytes(b"@prefix ex: <http://example.org/> . ex:a a ex:C .", "ttl")
    assert not validate(data, Graph().parse(data=text)).conforms
