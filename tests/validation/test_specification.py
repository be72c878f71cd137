"""Corners of the specification, each worked out by hand from its text, on both back ends."""

from __future__ import annotations

import pytest
from rdflib import BNode, Graph, Literal, Namespace

from svngraph.columns import Snapshot
from svngraph.columns.engine import MemoryEngine
from svngraph.errors import ShapesError, UsageError
from svngraph.validation import validate
from svngraph.validation.incremental import IncrementalValidation

EX = Namespace("http://example.org/")
HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
: sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
ON_X = ":S a sh:PropertyShape ; sh:targetNode :x ; sh:path :p ; "
# The shapes, the data, and for each result its focus node, its value and the component without its last two words.
CASES: dict[str, tuple[str, str, list[str]]] = {
    "what is deactivated is always met": (
        ":S a sh:NodeShape ; sh:targetNode :x ; sh:node :T ; sh:not :T . :T sh:deactivated true ; sh:class :C .",
        ":x :p 1 .",
        ["x x Not"],
    ),
    "siblings exclude each other": (
        """:S a sh:NodeShape ; sh:targetNode :x ; sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :A ] ;
            sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ], [ sh:path :p ; sh:qualifiedMinCount 1 ;
            sh:qualifiedValueShape [ sh:class :B ] ; sh:qualifiedValueShapesDisjoint true ] .""",
        ":x :p :v, :w . :v a :A, :B . :w a :A .",
        ["x - QualifiedMinCount"],
    ),
    "a qualified shape without a count asks nothing": (
        ON_X + "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
        ":x :p 1 .",
        [],
    ),
    "one result for each language that two values have": (
        ON_X + "sh:uniqueLang true .",
        ':x :p "a"@en, "b"@en, "c"@sv, "d"@sv, "e"@sv, "f", "g", "h"@en-GB .',
        ["x - UniqueLang", "x - UniqueLang"],
    ),
    "languages by range": (
        ON_X + 'sh:languageIn ( "en" ) .',
        ':x :p "a"@en-GB, "b"@EN, "c"@sv, "d", :y .',
        ["x c LanguageIn", "x d LanguageIn", "x y LanguageIn"],
    ),
    "one result for each pair that is not ordered": (
        ON_X + "sh:lessThan :q .",
        ':x :p 1, "a" ; :q 2, :z .',
        ["x 1 LessThan", "x a LessThan", "x a LessThan"],
    ),
    "targets that are literals": (
        ':S a sh:NodeShape ; sh:targetNode 5, "x"@en, :x ; sh:datatype xsd:integer .',
        ":y :p 1 .",
        ["x x Datatype", "x x Datatype"],
    ),
    "a class by its metaclass, its instances by subclasses": (
        ":Meta rdfs:subClassOf rdfs:Class . :S a :Meta ; sh:nodeKind sh:BlankNode .",
        ":T rdfs:subClassOf :S . :U rdfs:subClassOf :T . :x a :U .",
        ["x x NodeKind"],
    ),
    "a class that only has a query": (
        ':S a rdfs:Class ; sh:sparql [ sh:select "SELECT $this WHERE { $this a ?c }" ] .',
        ":x a :S .",
        ["x x SPARQL"],
    ),
    "an empty list of alternatives": (":S a sh:NodeShape ; sh:targetNode :x ; sh:or ( ) .", ":x :p 1 .", ["x x Or"]),
    "the same shape twice in xone": (
        ":S a sh:NodeShape ; sh:targetNode :x ; sh:xone ( :T :T ) . :T a sh:NodeShape ; sh:class :C .",
        ":x a :C .",
        ["x x Xone"],
    ),
    "terms are compared as terms": (
        ON_X + 'sh:in ( 1 "b"@en ) ; sh:hasValue 01 .',
        ':x :p 1, 1.0, "01"^^xsd:int, "b", "b"@en .',
        ["x - HasValue", "x 01 In", "x 1.0 In", "x b In"],
    ),
    "closed knows paths of one predicate only": (
        """:S a sh:NodeShape ; sh:targetNode :x ; sh:closed true ; sh:property [ sh:path ( :p :q ) ], [ sh:path :ok ;
            sh:deactivated true ], [ sh:path [ sh:inversePath :r ] ] .""",
        ":x :p 1 ; :r 2 ; :ok 3 .",
        ["x 1 Closed", "x 2 Closed"],
    ),
    "a blank node has no string, however short": (
        ON_X + 'sh:minLength 0 ; sh:pattern "" .',
        ":x :p [], :a .",
        ["x _ MinLength", "x _ Pattern"],
    ),
    "a list with another word is a sequence": (
        ":S sh:targetNode :x ; sh:path _:l ; sh:maxCount 0 . _:l rdf:first :p ; rdf:rest ( :q ) ; sh:inversePath :r .",
        ":x :p :y . :y :q :z . :w :r :x .",
        ["x - MaxCount"],
    ),
    "an IRI is a predicate whatever is said of it": (
        ":S sh:targetNode :x ; sh:path :inverse ; sh:minCount 1 . :inverse sh:inversePath :p .",
        ":y :p :x .",
        ["x - MinCount"],
    ),
    "the inverse of alternatives, values as a set": (
        ":S sh:targetNode :x ; sh:path [ sh:inversePath [ sh:alternativePath ( :p :p :q ) ] ] ; sh:maxCount 1 .",
        ":y :p :x ; :q :x .",
        [],
    ),
    "a node that two lead to is reported for both": (
        ":S sh:targetNode :x, :y ; sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] .",
        ":x :p :a . :y :p :a .",
        ["a - MinCount", "a - MinCount"],
    ),
    "each value of a parameter is a constraint": (
        ON_X + "sh:disjoint :q, :r ; sh:class :A, :B .",
        ":x :p :y ; :q :y ; :r :y . :y a :A .",
        ["x y Class", "x y Disjoint", "x y Disjoint"],
    ),
    "components by subclass, each value of their parameter": (
        """:Kind rdfs:subClassOf sh:ConstraintComponent . :Most a :Kind ; sh:parameter [ sh:path :most ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value <= $most) }" ] .
        :S a sh:NodeShape ; sh:targetNode 4 ; :most 2, 3, 5 .""",
        ":x :p 1 .",
        ["4 4 Most", "4 4 Most"],
    ),
    "a component with one of two parameters is not used": (
        """:Both a sh:ConstraintComponent ; sh:parameter [ sh:path :a ], [ sh:path :b ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value = CONCAT($a, $b)) }" ] .
        :S sh:targetNode "x" ; :a "1" . :T sh:targetNode "x", "12" ; :a "1" ; :b "2" .""",
        ":x :p 1 .",
        ["x x Both"],
    ),
    "prefixes by import": (
        """:o owl:imports :o2 . :o2 sh:declare [ sh:prefix "foo" ; sh:namespace "http://foo/"^^xsd:anyURI ] .
        :S a sh:NodeShape ; sh:targetNode :x ;
            sh:sparql [ sh:prefixes :o ; sh:select "SELECT $this ?value { $this foo:p ?value }" ] .""",
        ":x <http://foo/p> 7 .",
        ["x 7 SPARQL"],
    ),
    "words of SPARQL inside strings are no words": (
        ":S a sh:NodeShape ; sh:targetNode :x, :y ; sh:sparql [ sh:prefixes : ; sh:select "
        "\"SELECT $this { $this :p ?v FILTER(?v - 1 = 0 && 'MINUS { } VALUES' != 'AS $this') } # SERVICE\" ] .",
        ":x :p 1 . :y :p 2 .",
        ["x x SPARQL"],
    ),
    "the path of a query": (
        ":S sh:targetNode :x ; sh:path ( :a [ sh:zeroOrMorePath :b ] ) ; sh:sparql [ sh:select "
        '"SELECT $this ?value WHERE { $this $PATH ?value }" ] .',
        ":x :a :m . :m :b :n .",
        ["x m SPARQL", "x n SPARQL"],
    ),
    "entailment that is asked for": (
        ": sh:entailment <http://www.w3.org/ns/entailment/RDFS> . "
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:class :D .",
        ":p rdfs:domain :C . :x :p 1 .",
        ["x x Class"],
    ),
}


def _said(term: object) -> str:
    if term is None:
        return "-"
    return "_" if isinstance(term, BNode) else str(term).rpartition("/")[2] or str(term)


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
@pytest.mark.parametrize("name", CASES)
def test_corners(name, engine) -> None:
    shapes, data, expected = CASES[name]
    graph = Snapshot.of_bytes((HEAD + shapes).encode(), "ttl").graph()
    report = validate(Snapshot.of_bytes((HEAD + data).encode(), "ttl"), graph, engine=engine)
    found = [
        f"{_said(result.focus_node)} {_said(result.value)} {_said(result.component)}".replace("shacl#", "")
        for result in report.results
    ]
    assert sorted(said.removesuffix("ConstraintComponent") for said in found) == expected


def test_an_entailment_that_nobody_knows_is_a_failure() -> None:
    shapes = Graph().parse(data=HEAD + ": sh:entailment :Magic . :S a sh:NodeShape ; sh:targetNode :x .")
    with pytest.raises(ShapesError, match="Magic"):
        validate(Snapshot.of_triples([]), shapes)


def test_where_entailment_cannot_be_had_it_is_a_failure_too() -> None:
    shapes, engine = Graph().parse(data=HEAD + CASES["entailment that is asked for"][0]), MemoryEngine([])
    with pytest.raises(UsageError):
        validate(engine.select, shapes)
    with pytest.raises(UsageError):
        IncrementalValidation(Snapshot.of_triples([(EX.x, EX.p, Literal(1))]), shapes)
