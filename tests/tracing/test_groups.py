"""Coverage by year, region and group on the invented dataset, with organisations worked out on paper."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.tracing.coverage import parties
from svngraph.tracing.graph import TraceGraph, read

from .generated import NAMES

Run = Callable[..., subprocess.CompletedProcess[str]]

# A region named in a report entry, a network (which is a group) that is assigned an action item, a company that is
# neither; the first activity has all of them below it, the second the region alone.
ORGANISATIONS = """
@prefix svn: <https://w3id.org/svngraph/def/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/svngraph/id/> .
<https://w3id.org/svngraph/id/organisation/fjall> a svn:Region ; skos:prefLabel "Region Fjäll"@sv .
<https://w3id.org/svngraph/id/organisation/nat> a svn:Network ; skos:prefLabel "Skoternätverket"@sv .
<https://w3id.org/svngraph/id/organisation/ab> a svn:Company ; skos:prefLabel "Skoter AB"@sv .
<https://w3id.org/svngraph/id/report-entry/fp2031-01> svn:involves <https://w3id.org/svngraph/id/organisation/fjall> .
<https://w3id.org/svngraph/id/action-item/fh-1> svn:assignedTo <https://w3id.org/svngraph/id/organisation/nat>,
  <https://w3id.org/svngraph/id/organisation/ab> .
<https://w3id.org/svngraph/id/activity/fp2031-02> svn:involves <https://w3id.org/svngraph/id/organisation/fjall> .
"""


@pytest.fixture
def with_organisations(fjall: Path) -> Path:
    (fjall / "organisations.ttl").write_text(ORGANISATIONS, "utf-8")
    return fjall


@pytest.fixture
def graph(with_organisations: Path) -> TraceGraph:
    return read(open_dataset(Settings(data=str(with_organisations))), NAMES)


def test_an_item_has_the_organisations_of_all_that_traces_to_it(graph: TraceGraph) -> None:
    def names(path: str, *kinds: str) -> list[str]:
        return [party.key for party in parties(graph, graph.items[NAMES.thing(*path.split("/"))], kinds)]

    assert names("activity/fp2031-01", "region", "group") == ["fjall", "nat"]
    assert names("activity/fp2031-01", "other") == ["ab"]
    assert names("activity/fp2031-02", "region", "group") == ["fjall"]
    assert names("activity/fp2031-03", "region", "group", "other") == []
    assert names("goal/fjall-01", "region") == ["fjall"]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("year", {"2031": (3, 2, 1, 1), "2032": (1, 0, 0, 0)}),
        ("region", {"Region Fjäll": (2, 2, 1, 1), "(ingen)": (2, 0, 0, 0)}),
        ("group", {"Skoternätverket": (1, 1, 1, 1), "(ingen)": (3, 1, 0, 0)}),
        ("plan", {"Fjällplan 2031": (3, 2, 1, 1), "Fjällplan 2032": (1, 0, 0, 0)}),
        ("heading", {"Ambulans på skoter": (2, 2, 1, 1), "Samtal på distans": (1, 0, 0, 0), "(ingen)": (1, 0, 0, 0)}),
    ],
)
def test_coverage_in_groups(
    svngraph: Run, with_organisations: Path, by: str, groups: dict[str, tuple[int, int, int, int]]
) -> None:
    done = svngraph("coverage", "--by", by, "--format", "json", "--data", str(with_organisations))
    found = json.loads(done.stdout)
    assert {g["group"]: (g["items"], g["direct"], g["any"], g["all"]) for g in found["groups"]} == groups
    assert (found["items"], found["direct"]["count"]) == (4, 2)
    shown = svngraph("coverage", "--by", by, "--data", str(with_organisations))
    assert shown.returncode == 0
    for name in groups:
        assert name in shown.stdout
