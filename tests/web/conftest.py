"""A started server over the shipped plans, the application for quick requests, and a real browser."""

# ruff: noqa: S310 # the addresses are those of our own server
from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from svngraph.web.application import create_app
from svngraph.web.dataset import publish

from svngraph import pipeline
from svngraph.settings import Settings

DAY = "2026-11-22"
# So many seconds a server or a page may take to be there, on a machine that does much else.
PATIENCE = 300.0
ROOT = Path(__file__).resolve().parent.parent.parent
# Chromium without its windows draws the same pages for less than half of the work, so it comes first where it is there.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("SVNGRAPH_CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Nobody outside is reached. Requests are not held up one by one for it: then nothing would be kept between pages.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a server that runs while the block does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "svngraph", "serve", "--port", str(port), "--as-of", DAY, *arguments]
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 # a pipe that nobody reads would fill, and the server would stop
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while True:
            if process.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"the server ended: {log.read()}")
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                    assert answer.status == 200
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if time.monotonic() > until:
                    raise RuntimeError("the server did not get ready") from None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


@pytest.fixture(scope="session")
def start() -> Any:
    """What starts a server with some arguments, as a context."""
    return served


@pytest.fixture(scope="session")
def visit() -> Any:
    """What opens a page of a browser, as a context."""
    return opened


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with served("--query-seconds", "2", "--query-memory", "256", "--query-rows", "100000") as address:
        yield address


@pytest.fixture(scope="session")
def client() -> Iterator[FlaskClient]:
    settings = Settings()
    app = create_app(publish(pipeline.open_dataset(settings), settings, date.fromisoformat(DAY)))
    with app.test_client() as made:
        yield made
    app.extensions["svngraph-pools"].close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="browser test skipped: playwright is missing")
    if not CHROMIUM or not os.access(CHROMIUM, os.X_OK):
        pytest.skip("browser test skipped: no chromium (apt-get install -y chromium, or set SVNGRAPH_CHROMIUM=/path)")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, headless=True, args=_FLAGS, timeout=PATIENCE * 1000)
        yield found
        found.close()


@contextmanager
def opened(browser: Any, address: str, **context: Any) -> Iterator[Any]:
    """A page that may ask nobody but the server, and on which no script may fail."""
    made = browser.new_context(base_url=address, **{"viewport": {"width": 1280, "height": 900}, **context})
    made.set_default_timeout(PATIENCE * 1000)
    page = made.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    # Chromium itself tries to keep the style of text that is typed over in the editor, and is refused; that is as it
    # should be. A page, file or choice that is not there is what some tests ask for.
    known = ("Applying inline style", "status of 400", "404", "ERR_FILE_NOT_FOUND")
    page.on(
        "console",
        lambda said: (
            failures.append(said.text) if said.type == "error" and not any(k in said.text for k in known) else 0
        ),
    )
    asked: list[str] = []
    made.on("request", lambda one: None if one.url.startswith(address) else asked.append(one.url))
    try:
        yield page
        assert not asked, f"asked outside: {asked}"
        assert not failures, failures
    finally:
        made.close()
