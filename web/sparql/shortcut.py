"""Answers of the endpoint that are given before the application is asked.

A dataset that is in force does not change, so the same request has the same answer: small answers are given again as
octets, by what was sent. A request that is a query and nothing else goes straight to the workers, since the application
would take longer over it than most queries do. What fails there is told by the application.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from svngraph.digits import whole_number
from svngraph.errors import SvngraphError

from ..current import Current
from .plain import Environ, Headers, plain
from .pools import Pools

Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Seen = Callable[[int, float], None]
Asked = tuple[bytes | str, ...]
Key = tuple[str, Asked]

log = logging.getLogger("svngraph.access")
KEEP = "svngraph.keep"
"""Set by the application to the version of the dataset whose answer may be given again."""
FAILURE = "svngraph.failure"
"""Set for the application to the failure of a query that was asked before."""
ADMITTED = "svngraph.admitted"
"""Set for the application where the address was found to ask no more often than it may."""
_PATHS = ("/sparql", "/sparql/")
# All that an answer depends on besides address and body; with conditions or ranges the application decides.
_TOLD = ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_HOST", "wsgi.url_scheme")
_UNUSUAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING")
_LONGEST_BODY = 64 << 10
_LARGEST = 256 << 10
_MOST = 32 << 20


@dataclass(frozen=True)
class Sent:
    """An answer as it was sent: the status line, the headers without those of one request, and the body."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Shortcut:
    """A WSGI application before another: it answers plain queries, keeps small answers and gives them again.

    Units: 32 MiB of bodies of up to 256 KiB; the oldest give way.
    """

    def __init__(self, inner: Wsgi, current: Current, pools: Pools, admit: Callable[[str], bool], seen: Seen) -> None:
        self._inner = inner
        self._current = current
        self._pools = pools
        self._admit = admit
        self._seen = seen
        self._kept: OrderedDict[Key, Sent] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        if environ.get("PATH_INFO") not in _PATHS or any(name in environ for name in _UNUSUAL):
            return self._inner(environ, start_response)
        body = _body(environ)
        if body is None:
            return self._inner(environ, start_response)
        data = self._current.value
        key = (data.version, (body, *(environ.get(name, "") for name in _TOLD)))
        if not self._admit(_address(environ)):
            return self._inner(environ, start_response)
        environ[ADMITTED] = True
        found = self._get(key)
        if found is not None:
            self._told(environ, start_response, found.status, [*found.headers], began)
            return [found.body]
        asked = plain(environ, body)
        if asked is None:
            return self._ask(environ, start_response, key[1])
        try:
            reply = self._pools.of(data).ask(asked.query, asked.media)
        except SvngraphError as failure:
            environ[FAILURE] = failure
            return self._inner(environ, start_response)
        headers = asked.headers(reply, data)
        if reply.lasting:
            octets = reply.read()
            self._put(key, Sent("200 OK", tuple(headers), octets))
        self._told(environ, start_response, "200 OK", headers, began)
        return [octets] if reply.lasting else reply.parts()

    def _told(
        self, environ: Environ, start_response: Callable[..., Any], status: str, headers: Headers, began: float
    ) -> None:
        """Send the head of an answer, and count and log it."""
        request_id = secrets.token_hex(8)
        start_response(status, [*headers, ("X-Request-Id", request_id)])
        taken = time.perf_counter() - began
        self._seen(200, taken)
        if log.isEnabledFor(logging.INFO):
            method = environ["REQUEST_METHOD"]
            line = {"id": request_id, "method": method, "path": "/sparql", "status": 200, "ms": round(taken * 1000, 1)}
            log.info(json.dumps(line))

    def _get(self, key: Key) -> Sent | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _ask(self, environ: Environ, start_response: Callable[..., Any], asked: Asked) -> Iterable[bytes]:
        told: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, error: object = None) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            written: Callable[[bytes], object] = start_response(status, headers, error)
            return written

        answer = self._inner(environ, start)
        version = environ.get(KEEP)
        if version is None or not told or not told[0][0].startswith("200"):
            return answer
        return self._keeping(answer, (version, asked), *told[0])

    def _keeping(self, answer: Iterable[bytes], key: Key, status: str, headers: Headers) -> Iterator[bytes]:
        """The parts of an answer as they are sent; when the last one was, the whole is kept."""
        parts: list[bytes] = []
        try:
            for part in answer:
                parts.append(part)
                yield part
            same = tuple(pair for pair in headers if pair[0] not in ("X-Request-Id", "Date"))
            self._put(key, Sent(status, same, b"".join(parts)))
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _put(self, key: Key, sent: Sent) -> None:
        if len(sent.body) > _LARGEST:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = sent
                self._size += _weight(key, sent)
            while self._size > _MOST:
                self._size -= _weight(*self._kept.popitem(last=False))


def _body(environ: Environ) -> bytes | None:
    """The body of a request, which stays there to be read; None where it is too long to be looked at here."""
    method = environ["REQUEST_METHOD"]
    if method == "GET":
        return b""
    length = whole_number(environ.get("CONTENT_LENGTH") or "")
    if method != "POST" or length is None or length > _LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body


def _weight(key: Key, sent: Sent) -> int:
    return len(sent.body) + sum(map(len, key[1]))


def _address(environ: Environ) -> str:
    return str(environ.get("REMOTE_ADDR") or "")
