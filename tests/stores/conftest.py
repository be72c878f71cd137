"""The four kinds of place, started once for all the tests here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
import servers

PLACES = ("memory", "folder", "oxigraph", "virtuoso")
Ask = Callable[..., object]


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A real Oxigraph server, whose default graph is not the union."""
    yield from _started(servers.oxigraph, tmp_path_factory.mktemp("oxigraph") / "db")


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A real Virtuoso."""
    yield from _started(servers.virtuoso, tmp_path_factory.mktemp("virtuoso") / "db")


def _started(start: Callable[..., object], folder: Path) -> Iterator[servers.Server]:
    try:
        with start(folder) as server:  # type: ignore[attr-defined] # each is a context manager
            yield server
    except servers.Absent as absent:
        pytest.skip(str(absent))


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Sets variables, after all of ours are gone."""
    for name in [name for name in os.environ if name.startswith("SVNGRAPH_") and name != "SVNGRAPH_SHARED"]:
        monkeypatch.delenv(name)

    def put(values: dict[str, str]) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, environ: Callable[[dict[str, str]], None]) -> servers.Server:
    """Each server, with leave to write to it."""
    chosen: servers.Server = request.getfixturevalue(request.param)
    environ(chosen.environ)
    return chosen


def run(*args: str, store: str, code: int = 0) -> str:
    """What a command prints over a store."""
    from svngraph.cli import app

    done = CliRunner().invoke(app, [*args, "--store", store], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def answer(*args: str, store: str, code: int = 0) -> object:
    """What a command prints as JSON."""
    return json.loads(run(*args, "--format", "json", store=store, code=code))
