"""Watched files: a dataset that follows them, and a server that takes it up without a restart."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .killing import STATE, put, state

LONGEST = 300.0


def until(seen: Callable[[], bool], what: str) -> None:
    """Wait for something to be so."""
    deadline = time.monotonic() + LONGEST
    while not seen():
        assert time.monotonic() < deadline, f"not in {LONGEST} s: {what}"
        time.sleep(0.05)


@contextmanager
def running(*args: str, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command line, as long as the block lasts."""
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "svngraph", *args],
            stdout=file,
            stderr=subprocess.STDOUT,
            # Whoever runs the tests in the background has it ignored, and what is ignored stays so.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def test_a_watched_build_follows_the_files(tmp_path: Path) -> None:
    data, place, out = tmp_path / "data", tmp_path / "place", tmp_path / "out"
    data.mkdir()
    put(data, 1)
    arguments = ("build", "--watch", "--store", str(place), "--data", str(data), "--format", "json")

    def lines() -> list[str]:
        return out.read_text("utf-8").splitlines()

    with running(*arguments, out=out) as process:
        until(lambda: len(lines()) >= 1, "the first build")
        assert state(str(place), data) == 1
        put(data, 2)
        # The three files may be seen in one round or in several: a version between is one of the files', too.
        until(lambda: _version(place, data) == 2, "the change")
        (data / "broken.ttl").write_text("<a> <b> ")
        until(lambda: any("broken.ttl:1" in line for line in lines()), "the mistake is told")
        assert state(str(place), data) == 2
        (data / "broken.ttl").unlink()
        put(data, 3)
        until(lambda: _version(place, data) == 3, "the change after the mistake")
        assert process.poll() is None
        told = [json.loads(line) for line in lines() if line.startswith("{")]
        assert told[0]["loaded"] == told[0]["files"]
        assert all(one["loaded"] <= 4 for one in told[1:]), "only what has changed is read"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def _version(place: Path, data: Path) -> int:
    try:
        return state(str(place), data)
    except AssertionError:  # the files were seen one by one
        return -1


def test_nothing_can_be_watched_into_memory(svngraph: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert svngraph("build", "--watch").returncode == 2


@pytest.mark.parametrize("kept", [True, False])
def test_a_server_takes_up_changes_without_a_restart(tmp_path: Path, kept: bool) -> None:
    data, place = tmp_path / "data", tmp_path / "place"
    data.mkdir()
    put(data, 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ("--store", str(place)) if kept else ()
    if kept:
        subprocess.run(
            [sys.executable, "-m", "svngraph", "build", *where, "--data", str(data)], check=True, timeout=300
        )
    query = urllib.parse.quote(STATE)

    def asked() -> set[str]:
        request = f"http://127.0.0.1:{port}/sparql?query={query}"
        try:
            with urllib.request.urlopen(
                urllib.request.Request(request, headers={"Accept": "application/sparql-results+json"}), timeout=30
            ) as reply:
                rows = json.load(reply)["results"]["bindings"]
        except urllib.error.HTTPError as error:
            assert error.code == 503, error.read()
            error.close()
            return set()
        except OSError:
            return set()
        return {value["value"].rsplit("/", 1)[-1] for row in rows for value in row.values()}

    arguments = ("serve", "--port", str(port), "--watch", *where, "--data", str(data))
    with running(*arguments, out=tmp_path / "out") as process:
        until(lambda: asked() == {"1"}, "the first answer")
        put(data, 2)
        until(lambda: asked() == {"2"}, "the change")
        assert process.poll() is None
    assert "Traceback" not in (tmp_path / "out").read_text("utf-8")
    assert place.exists() == kept
