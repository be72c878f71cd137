"""A client that costs little: many connections that stay open, one thread, octets in and octets out.

What is measured beside a server on the same cores takes time from it; a client of a general library takes more than
many queries do.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_plus


@dataclass
class Driven:
    """Seconds that each answered request took, and what was answered else, by status."""

    taken: list[float] = field(default_factory=list)
    wrong: Counter[int] = field(default_factory=Counter)


@dataclass
class _Connection:
    sock: socket.socket
    began: float = 0.0
    octets: bytes = b""


def drive(port: int, path: str, queries: Iterator[str], clients: int, seconds: float) -> Driven:
    """Ask queries for a time, each connection the next as soon as it has its answer."""
    found, until = Driven(), time.monotonic() + seconds
    with selectors.DefaultSelector() as waiting:
        for _ in range(clients):
            one = _Connection(_open(port))
            waiting.register(one.sock, selectors.EVENT_READ, one)
            _send(one, port, path, next(queries))
        while waiting.get_map():
            late = time.monotonic() > until
            for key, _events in waiting.select(60):
                one = key.data
                part = one.sock.recv(1 << 18)
                one.octets += part
                status = _status(one.octets)
                if status is None and part:
                    continue
                if status == 200:
                    found.taken.append(time.perf_counter() - one.began)
                else:
                    found.wrong[status or 0] += 1
                if not part or _closes(one.octets):
                    waiting.unregister(one.sock)
                    one.sock.close()
                    one.sock = _open(port)
                    waiting.register(one.sock, selectors.EVENT_READ, one)
                if late:
                    waiting.unregister(one.sock)
                    one.sock.close()
                else:
                    _send(one, port, path, next(queries))
    return found


def _open(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=60)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _send(one: _Connection, port: int, path: str, query: str) -> None:
    body = b"query=" + quote_plus(query).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/sparql-results+json\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    one.octets, one.began = b"", time.perf_counter()
    one.sock.sendall(head.encode() + body)


def _status(octets: bytes) -> int | None:
    """The status of an answer that is there as a whole, else None."""
    head, gap, body = octets.partition(b"\r\n\r\n")
    if not gap:
        return None
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    whole = len(body) >= length if length is not None else body.endswith(b"0\r\n\r\n")
    return int(lines[0].split()[1]) if whole else None


def _closes(octets: bytes) -> bool:
    return b"\r\nconnection: close" in octets.partition(b"\r\n\r\n")[0].lower()
