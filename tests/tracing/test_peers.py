"""Direct gaps as an independent open tool finds them, item by item, and our ReqIF as it reads it.

Skipped with a reason where the tools are not installed; ``SVNGRAPH_PEERS`` may name the folder of their commands.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from svngraph.tracing import graph, snapshots
from svngraph.tracing.coverage import cover
from svngraph.tracing.exports import export
from svngraph.tracing.findings import findings, qualified

from .generated import NAMES, Data, chain

BENCH = Path(__file__).resolve().parents[2] / "bench"
if not BENCH.is_dir():
    pytest.skip("the benchmarks are not part of the wheel", allow_module_level=True)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


peers = load("tracing_peers")


def command(name: str) -> str:
    found = peers.executable(name)
    if found is None:
        pytest.skip(f"{name} is not installed: pip install bmw-lobster-core strictdoc")
    return str(found)


def by_level(data: Data) -> dict[str, list[str]]:
    items: dict[str, list[str]] = {}
    for path in data.items:
        items.setdefault(path.split("/")[0], []).append(path)
    return items


@pytest.mark.parametrize(("number", "lost"), [(60, 0.0), (120, 0.2), (300, 0.1), (300, 0.6)])
def test_direct_gaps_are_those_of_lobster(tmp_path: Path, number: int, lost: float) -> None:
    tool = command("lobster-report")
    data = chain(number, seed=number, lost=lost)
    items = by_level(data)
    peers.write_lobster(items, [(link.source, link.relation, link.target) for link in data.links], tmp_path)
    peers.run_lobster(tmp_path, tool)
    columns = snapshots.read(data.snapshot(), NAMES)
    ours = {(qualified(found.iri), "up") for found in findings(columns) if found.kind == "orphan"}
    for level in list(items)[:-1]:
        seen = cover(columns, columns.level_of(level), columns.level_of("outcome"))
        ours |= {(qualified(iri), "down") for iri in columns.iris(seen.items[~seen.direct].tolist())}
    assert peers.read_lobster(tmp_path) == ours
    assert bool(ours) == (lost > 0) or number < 100


def test_strictdoc_reads_our_reqif_with_every_item_and_link(tmp_path: Path) -> None:
    tool = command("strictdoc")
    data = chain(60, lost=0.1)
    read = graph.read(data.store(), NAMES)
    path = tmp_path / "trace.reqif"
    path.write_bytes(export(read, "reqif", "sv", datetime(2031, 1, 1, tzinfo=UTC)))
    done = subprocess.run(
        [tool, "convert", str(path), str(tmp_path / "out"), "--output-format", "sdoc"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = "\n".join(file.read_text("utf-8") for file in sorted((tmp_path / "out").glob("*.sdoc")))
    assert set(re.findall(r"^UID: (.*)$", text, re.MULTILINE)) == set(data.items)
    assert len(re.findall(r"^- TYPE: Parent\n  VALUE: ", text, re.MULTILINE)) == len(read.links)
    assert "TITLE: activity activity-00000" in text
