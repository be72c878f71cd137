"""Reads the W3C SHACL test suite: manifests, and the comparison of a report with the expected one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.validation.report import Report
from svngraph.validation.sources import read_graph

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SHARED = Path(os.environ.get("SVNGRAPH_SHARED", Path(__file__).parents[2].parent / "shared"))
SUITE = SHARED / "suites" / "shacl"


@dataclass(frozen=True)
class Case:
    """One test: its files and its expected report, or None where a failure is expected."""

    name: str
    data: Path
    shapes: Path
    manifest: Graph
    expected: Node | None


def cases(part: str) -> Iterator[Case]:
    """Every test of a part of the suite (core, sparql)."""
    for path in sorted((SUITE / part).rglob("*.ttl")):
        if path.name == "manifest.ttl" or "mf:entries" not in path.read_text(encoding="utf-8"):
            continue
        graph = read_graph([path])
        for test in graph.subjects(RDF.type, SHT.Validate):
            action, expected = graph.value(test, MF.action), graph.value(test, MF.result)
            name = f"{path.parent.name}/{str(test).rpartition('/')[2]}"
            yield Case(
                name,
                _file(graph.value(action, SHT.dataGraph)),
                _file(graph.value(action, SHT.shapesGraph)),
                graph,
                None if expected == SHT.Failure else expected,
            )


def _file(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def expected_rows(case: Case) -> Counter[tuple[str, ...]]:
    """The expected results as comparable rows."""
    return _rows(case.manifest, case.expected)


def report_rows(report: Report) -> Counter[tuple[str, ...]]:
    """A report's results as comparable rows, through its own RDF."""
    graph = report.to_graph()
    return _rows(graph, graph.value(None, RDF.type, SH.ValidationReport))


def _rows(graph: Graph, report: Node | None) -> Counter[tuple[str, ...]]:
    properties = (
        SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.sourceShape, SH.resultSeverity,
    )  # fmt: skip
    return Counter(
        tuple(_text(graph, graph.value(result, name), name) for name in properties)
        for result in graph.objects(report, SH.result)
    )


def _text(graph: Graph, term: Node | None, name: URIRef) -> str:
    if isinstance(term, BNode):
        return _structure(graph, term) if name == SH.resultPath else "_:"
    return "" if term is None else term.n3()


def _structure(graph: Graph, node: Node) -> str:
    part = Graph()
    waiting, seen = [node], set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        for triple in graph.triples((place, None, None)):
            part.add(triple)
            if isinstance(triple[2], BNode):
                waiting.append(triple[2])
    return "\n".join(sorted(to_canonical_graph(part).serialize(format="nt").splitlines()))


def expected_messages(case: Case) -> set[Literal]:
    """The messages that the expected report names."""
    return {
        message
        for result in case.manifest.objects(case.expected, SH.result)
        for message in case.manifest.objects(result, SH.resultMessage)
    }
