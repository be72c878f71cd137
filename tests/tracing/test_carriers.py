"""Who carries an item: named on it, below it, or beside it under its activity."""

from __future__ import annotations

import pytest

from svngraph import pipeline
from svngraph.settings import Settings
from svngraph.tracing.carriers import carriers
from svngraph.tracing.graph import TraceGraph, read


@pytest.fixture(scope="module")
def graph() -> TraceGraph:
    settings = Settings()
    return read(pipeline.open_dataset(settings), settings.names)


def carried(graph: TraceGraph, kind: str, key: str) -> list[tuple[str, str]]:
    item = graph.items[Settings().names.thing(kind, key)]
    return [(carrier.party.key, carrier.through.key) for carrier in carriers(graph, item)]


def test_an_assignment_names_its_own(graph: TraceGraph) -> None:
    assert carried(graph, "assignment", "hp2025-02-1") == [("upphandlingsgruppen", "hp2025-02-1")]


@pytest.mark.parametrize(("kind", "key"), [("action-item", "hp2025-02-1"), ("activity", "ap2025-09")])
def test_what_is_above_an_assignment_is_carried_by_the_same(graph: TraceGraph, kind: str, key: str) -> None:
    assert carried(graph, kind, key) == [("upphandlingsgruppen", "hp2025-02-1")]


def test_a_report_entry_is_carried_as_its_activity_is(graph: TraceGraph) -> None:
    assert carried(graph, "report-entry", "ap2025-09") == [("upphandlingsgruppen", "hp2025-02-1")]


def test_an_activity_that_nobody_is_named_for_has_none(graph: TraceGraph) -> None:
    assert carried(graph, "activity", "ap2025-01") == []
    assert carried(graph, "report-entry", "ap2025-01") == []


def test_assigned_is_a_part_of_what_an_item_concerns(graph: TraceGraph) -> None:
    assert graph.assigned
    assert all(set(parties) <= set(graph.parties[iri]) for iri, parties in graph.assigned.items())
    assert any(len(graph.parties[iri]) > len(parties) for iri, parties in graph.assigned.items())
