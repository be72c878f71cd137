"""The four kinds of place, started once for all the tests here, and with ``SVNGRAPH_TEST_STORE`` a server of your own.

    SVNGRAPH_TEST_STORE=http://127.0.0.1:3030/svn/query pytest tests/stores/test_contract.py -k elsewhere

What else such a server needs, such as SVNGRAPH_UPDATE_URL or SVNGRAPH_CREDENTIALS, is taken from the environment. The
dataset that svngraph has put there is replaced.
"""

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

OWN = os.environ.get("SVNGRAPH_TEST_STORE")
PLACES = ("memory", "folder", "oxigraph", "virtuoso", *(["elsewhere"] if OWN else []))
_TOLD = {name: value for name, value in os.environ.items() if name.startswith("SVNGRAPH_")}
Ask = Callable[..., object]


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A real Oxigraph server, whose default graph is not the union."""
    yield from _started(servers.oxigraph, tmp_path_factory.mktemp("oxigraph") / "db")


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A real Virtuoso."""
    yield from _started(servers.virtuoso, tmp_path_factory.mktemp("virtuoso") / "db")


@pytest.fixture(scope="session")
def elsewhere() -> servers.Server:
    """The server that whoever runs the tests has named."""
    assert OWN is not None
    return servers.Server(OWN, _TOLD, 0)


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
