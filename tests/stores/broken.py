"""A real proxy in front of a real server that cuts, delays, refuses and lies."""

from __future__ import annotations

import http.client
import http.server
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Bend = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request and the answer of the server behind; ``bend`` does with it what it likes."""

    number: int
    method: str
    path: str
    sent: bytes
    headers: dict[str, str]
    status: int
    answer: dict[str, str]
    body: bytes
    length: int | None = None
    pause: float = 0.0
    drip: float = 0.0
    hang_up: bool = False


@dataclass
class Proxy:
    """A proxy that runs: its address for queries, and what went through."""

    place: str
    seen: list[Exchange] = field(default_factory=list)


@contextmanager
def proxy(place: str, bend: Bend, context: ssl.SSLContext | None = None) -> Iterator[Proxy]:  # noqa: C901 # of small parts
    """A proxy in front of the server of an address; with a context it speaks TLS."""
    behind = urlsplit(place)
    running = Proxy("")
    ending = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            passed = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            connection = http.client.HTTPConnection(behind.hostname or "", behind.port, timeout=60)
            try:
                connection.request(self.command, self.path, sent, passed)
                reply = connection.getresponse()
                body, status = reply.read(), reply.status
                answer = {k: v for k, v in reply.getheaders() if k.lower() not in ("transfer-encoding", "connection")}
            finally:
                connection.close()
            exchange = Exchange(len(running.seen), self.command, self.path, sent, passed, status, answer, body)
            running.seen.append(exchange)
            bend(exchange)
            self._answer(exchange)

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 since http.server asks for these names

        def _answer(self, exchange: Exchange) -> None:
            ending.wait(exchange.pause)
            if exchange.hang_up:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response_only(exchange.status)
            for name, value in exchange.answer.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(exchange.body) if exchange.length is None else exchange.length))
            self.send_header("Connection", "close")
            self.end_headers()
            step = 1 if exchange.drip else max(len(exchange.body), 1)
            try:
                for start in range(0, len(exchange.body), step):
                    self.wfile.write(exchange.body[start : start + step])
                    if ending.wait(exchange.drip):
                        return
            except OSError:
                return  # the client has given up, as it should

        def log_message(self, *_arguments: object) -> None:
            """Nothing is logged."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: object) -> None:
            """A client that hangs up is what the tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    scheme = "http" if context is None else "https"
    running.place = f"{scheme}://127.0.0.1:{server.server_address[1]}{behind.path}"
    try:
        yield running
    finally:
        ending.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def plain(_exchange: Exchange) -> None:
    """Everything goes through as it is."""


def waited(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something holds within a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
