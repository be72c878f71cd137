"""Running the application: gunicorn, one process that owns the dataset, and threads.

``SIGHUP`` starts a fresh process over the dataset as it now is and lets the old one finish what it has begun;
``SIGTERM`` lets it finish and ends.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Flask
from gunicorn.app.base import BaseApplication

from svngraph.errors import SvngraphError, UsageError
from svngraph.store.opening import current_at

from .application import Options, create_app
from .current import Current
from .dataset import Published
from .workers import LingeringWorker

log = logging.getLogger("svngraph.serving")
# A large dataset takes its time to open; the process is not to be taken for dead meanwhile.
_STARTING = 900
_WATCHED = 1.0


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """gunicorn with our settings and no configuration file."""

    def __init__(self, settings: dict[str, Any], make: Callable[[], Flask]) -> None:
        self._settings = settings
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()


def serve(
    opened: Callable[[], Published],
    host: str,
    port: int,
    options: Options,
    threads: int,
    watch: str | None,
    refreshed: Callable[[], Iterator[bool]] | None = None,
    today: Callable[[], date] | None = None,
) -> None:
    """Serve a dataset until the process is told to end.

    ``watch`` is a folder or server whose new generations are taken up; ``today`` gives the day, where it is to pass.

    ``refreshed`` is gone through by a thread; where it gives true, the dataset is opened anew.

    """

    def make() -> Flask:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s", force=True)
        seen = current_at(watch) if watch else ""
        current = Current(opened, today)
        try:
            current.value  # noqa: B018 # opened before the first request is taken
        except SvngraphError as error:
            print(f"svngraph: {error}", file=sys.stderr, flush=True)  # noqa: T201 since it is for whoever runs the server
            os._exit(error.exit_code)
        if watch:
            threading.Thread(target=_follow, args=(current, watch, seen), daemon=True).start()
        if refreshed:
            threading.Thread(target=_refresh, args=(current, refreshed), daemon=True).start()
        app = create_app(current, options)
        threading.Thread(target=_prepare, args=(app,), daemon=True).start()
        return app

    settings = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": LingeringWorker,
        "threads": threads,
        "timeout": _STARTING,
        "graceful_timeout": 15,
        "keepalive": 15,
        "loglevel": "warning",
        "proc_name": "svngraph",
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112 # gunicorn's own advice
    }
    _Server(settings, make).run()


def check_address(host: str, port: int) -> None:
    """Look whether an address can be had, before the dataset is opened: gunicorn would try for five seconds.

    Errors: UsageError where it cannot.
    """
    where = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            "no such host", where=where, remedy="name an address of this machine: --host 127.0.0.1"
        ) from error
    family, kind, protocol, _name, address = found[0]
    try:
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise UsageError(error.strerror or str(error), where=where, remedy="choose another --port or --host") from error


def _prepare(app: Flask) -> None:
    """Make the pages that everybody asks for, and start the process for queries, before somebody has to wait for it."""
    # One thing's page makes what all such pages share, which takes a while where the dataset is large.
    first = next(iter(app.extensions["svngraph"].value.graph.items), None)
    thing = [f"/resource?iri={quote(first)}"] if first else []
    with app.test_client() as client:
        for path in ("/", "/en/", *thing, "/sparql?query=ASK%7B%7D"):
            client.get(path, headers={"Accept": "text/html, application/sparql-results+json"})
    gc.freeze()  # as in .current, what those pages have made


def _follow(current: Current, place: str, seen: str) -> None:
    """Take up each new generation at a place that someone builds while we serve; ``seen`` is the one we serve."""
    pause = threading.Event()
    while not pause.wait(_WATCHED):
        now = current_at(place)
        if now not in (seen, ""):
            _reload(current)
            seen = now


def _refresh(current: Current, refreshed: Callable[[], Iterator[bool]]) -> None:
    for anew in refreshed():
        if anew:
            _reload(current)


def _reload(current: Current) -> None:
    try:
        log.info('{"reload": "%s"}', current.reload().version)
    except (OSError, SvngraphError) as error:
        log.warning('{"reload": "failed", "why": "%s"}', type(error).__name__)
