"""Columnar = SPARQL = pySHACL, on random graphs and random shapes.

``SVNGRAPH_CASES=5000 pytest tests/validation/test_differential.py`` looks at as many as that.
"""

from __future__ import annotations

import json
import os
from collections import Counter

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from rdflib import SH, Graph
from strategies import EX, MIXED, NUMBERS, WORLDS, datasets

from svngraph.columns import Snapshot
from svngraph.validation import Dialect, Report, Result, validate

CASES = int(os.environ.get("SVNGRAPH_CASES", "150"))
BOUNDED = settings(
    max_examples=CASES,
    derandomize="SVNGRAPH_CASES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def rows(report: Report, shapes: Graph | None = None) -> Counter[tuple[str, ...]]:
    """The results of a report, blind to the labels of blank shapes.

    Messages are compared where the shapes graph has them: what a result says otherwise, and whether it has details, the
    specification leaves to the engine. Their languages are left out, which pySHACL forgets where a query found the
    violation. Our own two engines are compared whole.
    """
    return Counter(
        (
            r.focus_node.n3(),
            str(r.path),
            "" if r.value is None else r.value.n3(),
            str(r.component),
            r.source_shape.n3(),
            str(r.severity),
            "" if r.source_constraint is None else r.source_constraint.n3(),
            *(
                sorted({str(said) for said in r.messages})
                if shapes and (r.source_shape, SH.message, None) in shapes
                else ()
            ),
        )
        for r in report.results
    )


def whole(report: Report) -> Counter[str]:
    """The results of a report with all that they say, details included."""
    return Counter(_whole(result) for result in report.results)


def _whole(result: Result) -> str:
    said = json.dumps(result.to_json() | {"detail": sorted(map(_whole, result.details))}, sort_keys=True)
    return f"{result.value!r} {said}"


@BOUNDED
@given(datasets(st.just(MIXED)), st.booleans())
def test_the_two_back_ends_agree(dataset, screened) -> None:
    data, shapes = dataset
    snapshot = Snapshot.of_triples(data)
    columnar = whole(validate(snapshot, shapes, engine="columnar"))
    note(data.serialize(format="nt"))
    note(shapes.serialize(format="turtle"))
    report = validate(snapshot, shapes, engine="sparql", dialect=Dialect(screened=screened))
    assert set(report.engines.values()) <= {"sparql"}
    assert columnar == whole(report)


@BOUNDED
@given(datasets(WORLDS))
def test_the_columnar_engine_agrees_with_pyshacl(dataset) -> None:
    data, shapes = dataset
    snapshot = Snapshot.of_triples(data)
    note(data.serialize(format="nt"))
    note(shapes.serialize(format="turtle"))
    columnar = rows(validate(snapshot, shapes, engine="columnar"), shapes)
    assert columnar == rows(validate(snapshot, shapes, engine="pyshacl"), shapes)


@BOUNDED
@given(
    values=st.lists(st.tuples(st.sampled_from([EX.p, EX.q]), st.sampled_from(NUMBERS)), max_size=6),
    word=st.sampled_from([SH.lessThan, SH.lessThanOrEquals]),
)
def test_pairs_of_numbers_are_ordered_alike(values, word) -> None:
    shapes, data = Graph(), Graph()
    for triple in ((EX.S, SH.targetNode, EX.n0), (EX.S, SH.path, EX.p), (EX.S, word, EX.q)):
        shapes.add(triple)
    for predicate, value in values:
        data.add((EX.n0, predicate, value))
    snapshot = Snapshot.of_triples(data)
    columnar, sparql, reference = (
        rows(validate(snapshot, shapes, engine=engine)) for engine in ("columnar", "sparql", "pyshacl")
    )
    assert columnar == sparql == reference
