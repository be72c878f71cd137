"""On the shipped data and shapes every engine gives the same report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from svngraph.columns import Snapshot
from svngraph.validation import Report, validate
from svngraph.validation.sources import read_shapes

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("data/*.trig")) + sorted(ROOT.glob("ontology/*.ttl"))
SHAPES = sorted(ROOT.glob("shapes/*.ttl"))
pytestmark = pytest.mark.skipif(not FILES or not SHAPES, reason="run from the checkout, where the data lies")


def rows(report: Report) -> Counter[tuple[object, ...]]:
    return Counter(
        (r.focus_node, r.path, r.value, r.source_shape, r.component, r.severity, r.source_constraint)
        for r in report.results
    )


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    snapshot, shapes = Snapshot.of_files(FILES), read_shapes(SHAPES)
    return {engine: validate(snapshot, shapes, engine=engine) for engine in ("columnar", "sparql", "pyshacl")}


def test_the_engines_give_the_same_report(reports) -> None:
    assert rows(reports["columnar"]) == rows(reports["sparql"]) == rows(reports["pyshacl"])
    assert {report.conforms for report in reports.values()} == {reports["columnar"].conforms}


def test_no_shipped_shape_needs_another_engine(reports) -> None:
    assert set(reports["columnar"].engines.values()) == {"columnar"}
    assert set(reports["sparql"].engines.values()) == {"sparql"}


def test_every_message_is_in_both_languages(reports) -> None:
    for result in reports["columnar"].results:
        assert {"sv", "en"} <= {message.language for message in result.messages}
