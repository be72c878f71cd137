"""Constraint components of a shapes graph's own, on random data: every engine as pySHACL."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from rdflib import Graph
from strategies import NUMBERS, World, data_graphs
from test_differential import BOUNDED, CASES, rows

from svngraph.columns import Snapshot
from svngraph.validation import validate

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .
ex:Least a sh:ConstraintComponent ; sh:parameter [ sh:path ex:least ], [ sh:path ex:most ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:prefixes ex: ; sh:message "less than {$least}"@en ;
    sh:ask "ASK { FILTER(isNumeric($value) && $value >= $least && (!bound($most) || $value <= $most)) }" ] .
ex:Linked a sh:ConstraintComponent ; sh:parameter [ sh:path ex:linkedBy ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ;
    sh:select "SELECT DISTINCT $this WHERE { $this ?any ?thing . FILTER NOT EXISTS { $this $linkedBy ?x } }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ;
    sh:select "SELECT DISTINCT $this ?value { $this $PATH ?value . FILTER NOT EXISTS { ?value $linkedBy ?x } }" ] .
"""
USES = [
    "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; ex:least 2 .",
    "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; ex:least 2 ; ex:most 9 .",
    "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; ex:least 2 .",
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; ex:linkedBy ex:q .",
    "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; ex:linkedBy ex:q .",
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:not [ sh:path ex:p ; ex:linkedBy ex:q ] .",
]


@pytest.mark.parametrize("use", USES)
def test_components_mean_what_they_mean_to_pyshacl(use) -> None:
    shapes = Graph().parse(data=HEAD + use)

    @settings(BOUNDED, max_examples=max(20, CASES // 6))  # pySHACL is slow at this
    @given(data_graphs(World(tuple(NUMBERS))))
    def check(data) -> None:
        snapshot = Snapshot.of_triples(data)
        expected = rows(validate(snapshot, shapes, engine="pyshacl"))
        assert rows(validate(snapshot, shapes, engine="columnar")) == expected
        assert rows(validate(snapshot, shapes, engine="sparql")) == expected

    check()
