"""The benchmark measures what it says: every planted defect is found, once, by every engine."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from svngraph.columns import Snapshot
from svngraph.validation import validate
from svngraph.validation.sources import read_shapes

BENCH = Path(__file__).parents[2] / "bench"
pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark is not part of the wheel")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    module = SimpleNamespace(**runpy.run_path(str(BENCH / "generate.py"), run_name="generate"))
    path = tmp_path_factory.mktemp("bench") / "data.nt"
    counts = module.generate(path, 5_000, seed=1, rate=0.5)
    assert module.generate(path, 5_000, seed=1, rate=0.5) == counts
    return path, {name: count for name, count in counts.items() if name != "triples"}, set(module.DEFECTS)


@pytest.mark.parametrize("engine", ["columnar", "sparql", "pyshacl"])
def test_the_planted_defects_are_found(planted, engine) -> None:
    path, counts, kinds = planted
    assert len(counts) > len(kinds) - 3, "nearly every kind is planted"
    report = validate(Snapshot.of_files([path]), read_shapes([BENCH / "shapes.ttl"]), engine=engine)
    assert Counter(str(result.source_shape).rpartition("/")[2] for result in report.results) == counts
