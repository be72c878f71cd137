"""Inference and the building of a dataset, on the invented plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from svngraph import inference, pipeline
from svngraph.errors import InputError
from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.store import Store


@pytest.fixture
def store(fjall: Path) -> Store:
    return open_dataset(Settings(data=str(fjall)))


def pairs(store: Store, relation: str) -> set[tuple[str, str]]:
    found = store.select(f"SELECT DISTINCT ?a ?b {{ ?a <https://w3id.org/svngraph/def/{relation}> ?b }}")
    return {(str(a).rsplit("/", 1)[-1], str(b).rsplit("/", 1)[-1]) for a, b in found.rows}


def test_every_trace_property_is_a_trace(store: Store) -> None:
    traces = pairs(store, "tracesTo")
    assert ("fp2031-01", "fv-01") in traces
    assert ("vagar", "fjall-01") in traces
    assert ("fp2031-01-1", "fp2031-01") in traces
    assert len(traces) == 10  # one for each of the ten direct triples, and nothing transitive
    assert traces <= pairs(store, "linksTo")


def test_a_link_is_firm_unless_it_is_a_judgement_or_says_nothing(store: Store) -> None:
    # Links b, c and d rest on the source; a is a judgement; six have no link that explains them.
    assert pairs(store, "tracesFirmlyTo") == {("fv-01", "vagar"), ("fp2031-01", "fv-01"), ("fp2031-01", "fp2031-01")}


def test_a_thing_is_of_the_classes_above_its_own(store: Store) -> None:
    svn = "https://w3id.org/svngraph/def/"
    found = store.select(f"SELECT DISTINCT ?a {{ ?a a <{svn}PlanItem> }}")
    assert len(found.rows) == 7  # two headings, four activities, an action item


def test_inference_says_nothing_of_what_it_was_not_told(store: Store) -> None:
    inferred = store.select("SELECT ?s ?p ?o { GRAPH <https://w3id.org/svngraph/graph/inferred> { ?s ?p ?o } }")
    assert inferred.rows
    assert not pairs(store, "reportDue")


def test_what_is_due_follows_the_calendar(store: Store) -> None:
    def due(day: date) -> set[str]:
        lines = inference.due(store, day).decode().splitlines()
        return {line.split("> <")[0].rsplit("/", 1)[-1] for line in lines}

    assert due(date(2031, 12, 31)) == set()
    assert due(date(2032, 1, 1)) == {"fp2031-01", "fp2031-02", "fp2031-03"}
    assert due(date(2033, 1, 1)) == {"fp2031-01", "fp2031-02", "fp2031-03", "fp2032-01"}


def test_a_file_without_named_graphs_goes_into_one_of_its_own_name(store: Store) -> None:
    graphs = store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows
    assert [str(g).rsplit("/", 1)[-1] for (g,) in graphs] == ["fjall", "inferred", "ontology", "shapes"]


def test_another_base_gives_other_graphs(fjall: Path) -> None:
    store = open_dataset(Settings(data=str(fjall), base="https://data.example.se/plan/"))
    graphs = {str(g) for (g,) in store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows}
    assert "https://data.example.se/plan/graph/fjall" in graphs


def test_progress_tells_every_file(fjall: Path) -> None:
    told: list[tuple[str, int, int]] = []
    built = pipeline.build(Settings(data=str(fjall)), lambda *step: told.append(step))
    loads = [step for step in told if step[0] == "load"]
    assert [done for _, done, _ in loads] == list(range(1, built.files + 1))
    assert told[-1] == ("infer", 1, 1)


def test_an_empty_folder_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no RDF file in the folder"):
        open_dataset(Settings(data=str(tmp_path)))


def test_building_twice_gives_the_same(fjall: Path) -> None:
    settings = Settings(data=str(fjall))
    assert pipeline.build(settings) == pipeline.build(settings)
