"""A server that takes up a new dataset, or starts afresh, while it is asked: no request is dropped, none is mixed."""

# the addresses are those of our own server
from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "stores"))
import servers

LABEL = "SELECT ?l { <https://w3id.org/svngraph/id/goal/fjall-01> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
ASKED = urllib.parse.urlencode({"query": LABEL})
PATIENCE = 600.0


def get(port: int, path: str) -> tuple[int, bytes]:
    """The status and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", path, headers={"Accept": "application/sparql-results+json, text/html;q=0.9"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[int, int]]:
    """The port and process of a server that runs while the block does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "svngraph", "serve", "--port", str(port), *arguments]
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 # a pipe that nobody reads would fill
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    try:
        wait_for(lambda: answers(port))
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def answers(port: int) -> bool:
    """Whether a server answers."""
    try:
        return get(port, "/health")[0] == 200
    except OSError:
        return False


def wait_for(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def load(port: int) -> Iterator[list[object]]:
    """What goes wrong for those who ask, over and over, while the block runs: a status or an error for each failure."""
    wrong: list[object] = []
    asked = [0]
    ended = threading.Event()

    def ask(number: int) -> None:
        paths = [f"/sparql?{ASKED}", "/", "/item/activity/fp2031-01", f"/sparql?{ASKED}&n={number}"]
        while not ended.is_set():
            for path in paths:
                try:
                    status, _body = get(port, path)
                    asked[0] += 1
                    if status != 200:
                        wrong.append((path, status))
                except (OSError, http.client.HTTPException) as error:
                    wrong.append((path, repr(error)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        ended.set()
        for thread in threads:
            thread.join(300)
    assert asked[0] > 10


def name_of(port: int) -> str:
    """The name of a goal, as the endpoint gives it."""
    found = json.loads(get(port, f"/sparql?{ASKED}")[1])["results"]["bindings"]
    return "|".join(sorted(row["l"]["value"] for row in found))


def rename(folder: Path, old: str, new: str) -> None:
    """Give the goal of the invented dataset another name."""
    file = folder / "fjall.ttl"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def build(folder: Path, store: Path | str) -> None:
    """Build a new generation, in a process of its own."""
    command = [sys.executable, "-m", "svngraph", "build", "--data", str(folder), "--store", str(store)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


@pytest.mark.parametrize("way", ["a new generation", "SIGHUP"])
def test_no_request_is_dropped_when_the_dataset_changes(fjall: Path, tmp_path: Path, way: str) -> None:
    store = tmp_path / "store"
    build(fjall, store)
    kept = ["--store", str(store)] if way == "a new generation" else ["--data", str(fjall)]
    with serving(*kept) as (port, process):
        first = name_of(port)
        rename(fjall, first.split("|")[0], "Ett nytt namn")
        with load(port) as wrong:
            if way == "SIGHUP":
                os.kill(process, signal.SIGHUP)
            else:
                build(fjall, store)
            wait_for(lambda: "Ett nytt namn" in name_of(port))
        assert not wrong, wrong[:5]
        assert first not in name_of(port)


@pytest.fixture
def data_server(tmp_path: Path) -> Iterator[str]:
    """The address of a real Oxigraph server."""
    try:
        with servers.oxigraph(tmp_path / "database") as running:
            yield running.place
    except servers.Absent as absent:
        pytest.skip(str(absent))


def test_data_on_one_server_and_pages_on_another(fjall: Path, data_server: str) -> None:
    """What somebody builds into the data's server is taken up by the pages' server, while both are asked."""
    build(fjall, data_server)
    with serving("--store", data_server) as (port, _process):
        first = name_of(port)
        rename(fjall, first.split("|")[0], "Ett nytt namn")
        with load(port) as wrong:
            build(fjall, data_server)
            wait_for(lambda: "Ett nytt namn" in name_of(port))
        assert not wrong, wrong[:5]
        assert first not in name_of(port)
        pages = [get(port, f"{start}/item/goal/fjall-01") for start in ("", "/en")]
        assert [status for status, _ in pages] == [200, 200]
        assert any("Ett nytt namn" in body.decode() for _, body in pages)
        command = [sys.executable, "-m", "svngraph", "query", LABEL, "--store", data_server, "--format", "csv"]
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
        assert "Ett nytt namn" in told


def test_one_who_never_stops_asking_keeps_nobody_out(fjall: Path) -> None:
    ended, answered = threading.Event(), [0]

    def ask_on() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not ended.is_set():
            connection.request("GET", f"/sparql?{ASKED}", headers={"Accept": "application/sparql-results+json"})
            assert connection.getresponse().read()
            answered[0] += 1
        connection.close()

    # One thread answers all: it stays with a connection that goes on asking, but not while another waits.
    with serving("--data", str(fjall), "--threads", "1") as (port, _process):
        asking = threading.Thread(target=ask_on)
        asking.start()
        try:
            wait_for(lambda: answered[0] > 50)
            assert [get(port, "/health")[0] for _ in range(20)] == [200] * 20
            before = answered[0]
            wait_for(lambda: answered[0] > before + 50)
        finally:
            ended.set()
            asking.join(60)
