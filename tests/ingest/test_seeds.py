"""Ingestion of the five seed documents against the curated graph, where the seeds are at hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("SVNGRAPH_SHARED", ROOT / ".." / "shared")).resolve() / "seeds"
sys.path.insert(0, str(Path(__file__).parent))

import measure  # noqa: E402 - a module beside the tests

pytestmark = [
    pytest.mark.checkout,
    pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the source documents are not here: no folder {SEEDS}"),
]


@pytest.fixture(scope="module")
def graphs():
    return measure.curated(ROOT / "data")


@pytest.fixture(scope="module")
def proposals():
    return measure.ingest(ROOT / "data", SEEDS)


def shown(name: str, score: measure.Score) -> str:
    return "\n".join(
        [
            f"{name}: {score.right} right, recall {score.recall:.3f}, precision {score.precision:.3f}",
            *(f"  missed {each}" for each in score.missed),
            *(f"  extra  {each}" for each in score.extra),
        ]
    )


def test_structure(graphs, proposals):
    for name, score in zip(("items", "order", "links"), measure.structure(graphs, proposals), strict=True):
        sys.stdout.write(shown(name, score) + "\n")
        assert score.right > 100
        assert score.recall >= 0.98, shown(name, score)
        assert score.precision >= 0.98, shown(name, score)


def test_organisations(graphs, proposals):
    score = measure.organisations(graphs, proposals)
    sys.stdout.write(shown("organisations", score) + "\n")
    assert score.recall >= 0.90, shown("organisations", score)
    assert score.precision >= 0.95, shown("organisations", score)


def test_statuses_numbers_and_dates(graphs, proposals):
    statuses, numbers, dates = measure.entries(graphs["report2025"], proposals["report2025"])
    for name, score, least in (("statuses", statuses, 0.8), ("numbers", numbers, 0.9), ("dates", dates, 0.9)):
        sys.stdout.write(shown(name, score) + "\n")
        assert score.recall >= least, shown(name, score)


def test_who_decided_and_which_groups_were_formed(graphs, proposals):
    score = measure.parts(graphs["report2025"], proposals["report2025"])
    sys.stdout.write(shown("parts", score) + "\n")
    assert score.recall >= 0.5, shown("parts", score)
    assert score.precision >= 0.8, shown("parts", score)


def test_every_character_is_accounted_for(proposals):
    for proposal in proposals.values():
        account = proposal.account()
        assert account.item + account.furniture + account.blank + account.left_over == len(proposal.reading.text)
        assert account.item > account.left_over or proposal.key == "vp2021"
