"""The W3C SHACL test suite on every engine, with full comparison of reports."""

from __future__ import annotations

import pytest
from w3c import SUITE, cases, expected_messages, expected_rows, report_rows

from svngraph.columns import Snapshot
from svngraph.errors import ShapesError
from svngraph.validation import Report, validate
from svngraph.validation.sources import read_graph

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C suite is not at {SUITE}; set SVNGRAPH_SHARED")

CORE = list(cases("core")) if SUITE.is_dir() else []
SPARQL = list(cases("sparql")) if SUITE.is_dir() else []


def _report(case, engine) -> Report:
    return validate(Snapshot.of_files([case.data]), read_graph([case.shapes]), engine=engine)


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
@pytest.mark.parametrize("case", CORE + SPARQL, ids=lambda case: case.name)
def test_the_report_is_the_expected_one(case, engine) -> None:
    if case.expected is None:
        with pytest.raises(ShapesError):
            _report(case, engine)
        return
    report = _report(case, engine)
    assert report_rows(report) == expected_rows(case)
    assert report.conforms == (not expected_rows(case))
    said = {message for result in report.results for message in result.messages}
    assert expected_messages(case) <= said
