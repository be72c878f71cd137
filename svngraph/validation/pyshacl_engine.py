"""pySHACL: the reference engine, and the one for shapes that the compiled plan cannot run."""

from __future__ import annotations

import logging
from collections.abc import Collection

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from svngraph.columns import Path
from svngraph.errors import ShapesError
from svngraph.validation.hierarchy import is_class
from svngraph.validation.pathsyntax import path_of
from svngraph.validation.report import ReportPath, Result

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
_LOG = logging.getLogger("svngraph.pyshacl")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


def run(data: Graph, shapes: Graph, *, roots: Collection[Node] | None = None, inference: str = "none") -> list[Result]:
    """The results of pySHACL, for every shape or only for those ``roots``, in a stable order.

    Errors: ShapesError where pySHACL finds the shapes malformed or cannot run them.
    """
    # Imported here: it takes a good part of a second, and most validations do without it.
    from pyshacl import validate as pyshacl_validate
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

    used = shapes if roots is None else _restricted(shapes, set(roots))
    try:
        outcome = pyshacl_validate(
            data,
            shacl_graph=used,
            inference=inference,
            # Advanced features bring rules along, which change the data: only where the shapes aim with sh:target.
            advanced=(None, SH.target, None) in shapes,
            inplace=False,
            logger=_LOG,
            meta_shacl=False,
        )
    except (ShapeLoadError, ReportableRuntimeError, ValidationFailure) as error:
        raise ShapesError(str(error).replace("\\n", " "), remedy="correct the shape and run again") from error
    except RecursionError as error:
        raise ShapesError("the shapes or the data are nested too deeply for pySHACL") from error
    except NotImplementedError as error:
        raise ShapesError(f"pySHACL cannot run the shapes: {error}") from error
    report = outcome[1]
    if not isinstance(report, Graph):
        raise ShapesError(f"pySHACL could not validate: {report}")
    found = [
        _result(report, node)
        for top in report.subjects(RDF.type, SH.ValidationReport)
        for node in report.objects(top, SH.result)
    ]
    return sorted(found, key=_order)


def _restricted(shapes: Graph, roots: set[Node]) -> Graph:
    """The shapes graph with only these roots having targets: the others stay, for the roots refer to them."""
    graph = Graph()
    for triple in shapes:
        subject, predicate, obj = triple
        aimed = predicate in _TARGETS
        implied = predicate == RDF.type and obj in (SH.NodeShape, SH.PropertyShape) and is_class(shapes, subject)
        if subject in roots or not (aimed or implied):
            graph.add(triple)
    return graph


def _order(result: Result) -> tuple[str, ...]:
    return tuple(
        str(part) for part in (result.source_shape, result.component, result.path, result.focus_node, result.value)
    )


def _result(graph: Graph, node: Node) -> Result:
    messages = [term for term in graph.objects(node, SH.resultMessage) if isinstance(term, Literal)]
    details = sorted((_result(graph, detail) for detail in graph.objects(node, SH.detail)), key=_order)
    return Result(
        focus_node=_the(graph, node, SH.focusNode),
        path=_path(graph, graph.value(node, SH.resultPath)),
        value=graph.value(node, SH.value),
        source_shape=_the(graph, node, SH.sourceShape),
        component=URIRef(str(graph.value(node, SH.sourceConstraintComponent))),
        severity=URIRef(str(graph.value(node, SH.resultSeverity))),
        messages=tuple(sorted(messages, key=lambda message: (message.language or "", str(message)))),
        details=tuple(details),
        source_constraint=graph.value(node, SH.sourceConstraint),
    )


def _the(graph: Graph, node: Node, predicate: URIRef) -> Node:
    value = graph.value(node, predicate)
    return BNode() if value is None else value


def _path(graph: Graph, node: Node | None) -> ReportPath | None:
    if node is None or isinstance(node, URIRef):
        return node
    path: Path = path_of(graph, node, ShapesError)
    return path
