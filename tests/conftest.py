"""What the tests share: the shipped dataset, a small invented one, and the folder of outside material."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure, and a run finds what the run before it found.
settings.register_profile("svngraph", deadline=None, derandomize=True)
settings.load_profile("svngraph")

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SVNGRAPH_SHARED", ROOT / ".." / "shared")).resolve()

# What waits for browsers, servers and whole sites comes first, so that no worker is left alone with it at the end.
_LONGEST = ("web", "publication", "stores")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the folders that take longest before the others."""
    folders = {folder: number for number, folder in enumerate(_LONGEST)}
    items.sort(key=lambda item: folders.get(item.path.parent.name, len(folders)))


# An invented healthcare region: a goal, two focus areas, a heading in each, four activities, two of them reported.
FJALL = """
@prefix svn: <https://w3id.org/svngraph/def/> .
@prefix basis: <https://w3id.org/svngraph/def/basis/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix goal: <https://w3id.org/svngraph/id/goal/> .
@prefix focus-area: <https://w3id.org/svngraph/id/focus-area/> .
@prefix heading: <https://w3id.org/svngraph/id/heading/> .
@prefix activity: <https://w3id.org/svngraph/id/activity/> .
@prefix report-entry: <https://w3id.org/svngraph/id/report-entry/> .
@prefix outcome: <https://w3id.org/svngraph/id/outcome/> .
@prefix action-item: <https://w3id.org/svngraph/id/action-item/> .
@prefix plan: <https://w3id.org/svngraph/id/plan/> .
@prefix passage: <https://w3id.org/svngraph/id/passage/> .
@prefix link: <https://w3id.org/svngraph/id/link/> .

plan:fp2031 a svn:ActivityPlan ;
  skos:prefLabel "Fjällplan 2031"@sv, "Mountain plan 2031"@en ;
  svn:planYear "2031"^^xsd:gYear .
plan:fp2032 a svn:ActivityPlan ; skos:prefLabel "Fjällplan 2032"@sv ; svn:planYear "2032"^^xsd:gYear .

goal:fjall-01 a svn:AgreementGoal ; skos:prefLabel "Trygg vård i glesbygd"@sv, "Safe rural care"@en .
focus-area:vagar a svn:FocusArea ; skos:prefLabel "Vägar till vård"@sv, "Ways to care"@en .
focus-area:ensam a svn:FocusArea ; skos:prefLabel "Ensamarbete"@sv, "Working alone"@en .
heading:fv-01 a svn:PlanHeading ; skos:prefLabel "Ambulans på skoter"@sv ; svn:sequence 1 .
heading:fv-02 a svn:PlanHeading ; skos:prefLabel "Samtal på distans"@sv ; svn:sequence 2 .
activity:fp2031-01 a svn:Activity ;
  skos:prefLabel "Pröva skoterambulans"@sv ;
  svn:inPlan plan:fp2031 ;
  svn:sequence 1 .
activity:fp2031-02 a svn:Activity ;
  skos:prefLabel "Utbilda skoterförare"@sv ;
  svn:inPlan plan:fp2031 ;
  svn:sequence 2 .
activity:fp2031-03 a svn:Activity ;
  skos:prefLabel "Ordna distanssamtal"@sv ;
  svn:inPlan plan:fp2031 ;
  svn:sequence 3 .
activity:fp2032-01 a svn:Activity ;
  skos:prefLabel "Bygga landningsplats"@sv ;
  svn:inPlan plan:fp2032 ;
  svn:sequence 1 .
action-item:fh-1 a svn:ActionItem ; skos:prefLabel "Hyra två skotrar"@sv .
report-entry:fp2031-01 a svn:ReportEntry ; skos:prefLabel "Om skoterambulansen"@sv .
report-entry:fp2031-02 a svn:ReportEntry ; skos:prefLabel "Om förarna"@sv .
outcome:fp2031-01-1 a svn:Outcome ; skos:prefLabel "Sju utryckningar"@sv .

focus-area:vagar svn:serves goal:fjall-01 .
heading:fv-01 svn:inFocusArea focus-area:vagar .
heading:fv-02 svn:inFocusArea focus-area:ensam .
activity:fp2031-01 svn:underHeading heading:fv-01 .
activity:fp2031-02 svn:underHeading heading:fv-01 .
activity:fp2031-03 svn:underHeading heading:fv-02 .
action-item:fh-1 svn:implements activity:fp2031-01 .
report-entry:fp2031-01 svn:reportsOn activity:fp2031-01 .
report-entry:fp2031-02 svn:reportsOn activity:fp2031-02 .
outcome:fp2031-01-1 svn:outcomeOf report-entry:fp2031-01 .

link:a a svn:TraceLink ;
  svn:from focus-area:vagar ;
  svn:relation svn:serves ;
  svn:to goal:fjall-01 ;
  svn:basis basis:judgement .
link:b a svn:TraceLink ;
  svn:from heading:fv-01 ;
  svn:relation svn:inFocusArea ;
  svn:to focus-area:vagar ;
  svn:basis basis:structural .
link:c a svn:TraceLink ;
  svn:from activity:fp2031-01 ;
  svn:relation svn:underHeading ;
  svn:to heading:fv-01 ;
  svn:basis basis:stated ;
  svn:evidence passage:p-1-2 .
link:d a svn:TraceLink ;
  svn:from report-entry:fp2031-01 ;
  svn:relation svn:reportsOn ;
  svn:to activity:fp2031-01 ;
  svn:basis basis:stated .
"""


@pytest.fixture
def fjall(tmp_path: Path) -> Path:
    """A folder with the invented dataset."""
    folder = tmp_path / "fjall"
    folder.mkdir()
    (folder / "fjall.ttl").write_text(FJALL, encoding="utf-8")
    return folder


@pytest.fixture
def svngraph(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line, run as a user runs it: in another folder, in a process of its own."""

    def run(*args: str, stdin: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "svngraph", *args],
            cwd=tmp_path,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("SVNGRAPH_")}, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
        )

    return run
