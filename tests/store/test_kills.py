"""Killed at any moment, a dataset is the old one or the new one; written by many at once, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from svngraph import pipeline
from svngraph.settings import Settings

from .killing import KINDS, kill_many, put, state, write_many


def test_kills_at_random_points_leave_the_old_dataset_or_the_new(tmp_path: Path) -> None:
    done = kill_many(16, 20261122, tmp_path)
    assert done["inconsistent"] == []
    ended = done["ended"]
    assert isinstance(ended, dict)
    assert sum(ended.values()) == 16
    assert {name.split()[0] for name in ended} == set(KINDS)
    assert sum(count for name, count in ended.items() if name.endswith("killed")) >= 4, "the kills came too late"
    # What the killed left behind is cleared away: the generation in force, the one before, and none else.
    assert len(list((tmp_path / "place").glob("gen-*"))) <= 2


def test_the_harness_sees_a_mixture(tmp_path: Path) -> None:
    put(tmp_path, 1)
    (tmp_path / "one.nt").write_text((tmp_path / "one.nt").read_text().replace('"1"', '"2"'))
    place = tmp_path / "place"
    pipeline.build(Settings(store=str(place), data=str(tmp_path)))
    with pytest.raises(AssertionError, match="mixture"):
        state(str(place), tmp_path)


def test_no_write_of_many_at_once_is_lost(tmp_path: Path) -> None:
    done = write_many(4, 25, tmp_path)
    assert (done["codes"], done["found"], done["lost"]) == ([0] * 4, 100, 0)
