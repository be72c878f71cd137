"""The validation report: results as values, in a stable order, decoded only as they are read.

Source: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import overload

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.columns import Inverse, Path, Predicate, path_text
from svngraph.validation.pathsyntax import write_path

# Gravest first.
SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
ReportPath = URIRef | Path
JsonResult = dict[str, object]


def severity_rank(severity: Node) -> int:
    """How grave a severity is: 0 for a violation, 1 for a warning, 2 for information.

    One that SHACL does not know is a violation: nobody has said that it may be overlooked.
    """
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


@dataclass(frozen=True)
class Result:
    """One validation result. ``path`` is an IRI where the path is a single predicate."""

    focus_node: Node
    path: ReportPath | None
    value: Node | None
    source_shape: Node
    component: URIRef
    severity: URIRef
    messages: tuple[Literal, ...] = ()
    details: tuple[Result, ...] = ()
    source_constraint: Node | None = None

    @property
    def about(self) -> Node:
        """The thing whose statement is wrong: the focus node, or the value that speaks of it by an inverse path."""
        stands_before = isinstance(self.path, Inverse) and isinstance(self.value, URIRef | BNode)
        return self.value if stands_before and self.value is not None else self.focus_node

    def message(self, language: str = "sv") -> str | None:
        """The message in a language, or the nearest there is."""
        for wanted in (language, "en", "sv", None):
            for message in self.messages:
                if message.language == wanted:
                    return str(message)
        return str(self.messages[0]) if self.messages else None

    def to_json(self, language: str = "sv") -> JsonResult:
        """The result as JSON: IRIs as strings, null where absent."""
        messages = {message.language or "": str(message) for message in reversed(self.messages)}
        return {
            "focusNode": shown(self.focus_node),
            "resultPath": None if self.path is None else path_shown(self.path),
            "value": None if self.value is None else shown(self.value),
            "sourceShape": shown(self.source_shape),
            "sourceConstraintComponent": str(self.component),
            "resultSeverity": str(self.severity),
            "resultMessage": self.message(language),
            "messages": messages,
            "sourceConstraint": None if self.source_constraint is None else shown(self.source_constraint),
            "detail": [detail.to_json(language) for detail in self.details],
        }


def shown(term: Node) -> str:
    """A term as JSON gives it: an IRI or a lexical form as it is, a blank node with its ``_:``."""
    return term.n3() if isinstance(term, BNode) else str(term)


def path_shown(path: ReportPath) -> str:
    """A path as JSON gives it: an IRI, or SPARQL's path syntax."""
    return str(path) if isinstance(path, URIRef) else path_text(path)


def reported_path(path: Path | None) -> ReportPath | None:
    """The path as results have it: a bare IRI where it is one step."""
    return path.iri if isinstance(path, Predicate) else path


class Results(Sequence[Result]):
    """The results of several parts, one after the other; each part may decode its results as they are read."""

    def __init__(self, parts: Iterable[Sequence[Result]] = ()) -> None:
        self._parts = [part for part in parts if len(part)]
        self._ends = [*accumulate(map(len, self._parts))]
        self._size = self._ends[-1] if self._ends else 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Result]:
        for part in self._parts:
            yield from part

    @overload
    def __getitem__(self, index: int) -> Result: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...

    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._size))]
        place = index + self._size if index < 0 else index
        if not 0 <= place < self._size:
            raise IndexError(index)
        number = bisect_right(self._ends, place)
        return self._parts[number][place - (self._ends[number - 1] if number else 0)]


@dataclass(frozen=True)
class Report:
    """A validation report. ``engines`` says, for each shape with targets, which engine ran it."""

    conforms: bool
    results: Sequence[Result] = field(default_factory=Results)
    engines: Mapping[Node, str] = field(default_factory=dict)

    def to_graph(self) -> Graph:
        """The report as the specification's RDF."""
        graph = Graph()
        graph.bind("sh", SH)
        report = BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for result in self.results:
            graph.add((report, SH.result, add_result(graph, result)))
        return graph

    def to_json(self, language: str = "sv") -> dict[str, object]:
        """The report as JSON.

        Shape:  conforms; results, each as :meth:`Result.to_json` has it; engines by shape.
        """
        return {
            "conforms": self.conforms,
            "results": [result.to_json(language) for result in self.results],
            "engines": {shown(shape): engine for shape, engine in self.engines.items()},
        }


def add_result(graph: Graph, result: Result) -> BNode:
    """The node of a result, whose description is added to the graph."""
    node = BNode()
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, result.focus_node))
    graph.add((node, SH.resultSeverity, result.severity))
    graph.add((node, SH.sourceConstraintComponent, result.component))
    graph.add((node, SH.sourceShape, result.source_shape))
    if result.path is not None:
        path = result.path if isinstance(result.path, URIRef) else write_path(graph, result.path)
        graph.add((node, SH.resultPath, path))
    if result.value is not None:
        graph.add((node, SH.value, result.value))
    if result.source_constraint is not None:
        graph.add((node, SH.sourceConstraint, result.source_constraint))
    for message in result.messages:
        graph.add((node, SH.resultMessage, message))
    for detail in result.details:
        graph.add((node, SH.detail, add_result(graph, detail)))
    return node
