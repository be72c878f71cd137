"""Answers of the endpoint that are given before the application is asked.

A dataset that is in force does not change, so the same request has the same answer: small answers are given again as
octets, by what was sent. A request that is a query and nothing else goes straight to the workers, since the application
would take longer over it than most queries do. What fails there is told by the application.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from svngraph.digits import whole_number
from svngraph.errors import SvngraphError

from ..current import Current
from ..dataset import Published
from .again import Again
from .kept import Asked, Kept, Key, Sent
from .plain import Environ, Headers, plain
from .pools import Pools

Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Seen = Callable[[int, float], None]

log = logging.getLogger("svngraph.access")
KEEP = "svngraph.keep"
"""Set by the application to the state of the dataset whose answer may be given again."""
FAILURE = "svngraph.failure"
"""Set for the application to the failure of a query that was asked before."""
ADMITTED = "svngraph.admitted"
"""Set for the application where the address was found to ask no more often than it may."""
_PATHS = ("/sparql", "/sparql/")
# All that an answer depends on besides address and body; with conditions or ranges the application decides.
_TOLD = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_HOST"),
    "wsgi.url_scheme",
)
_UNUSUAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING")
_LONGEST_BODY = 64 << 10


class Shortcut:
    """A WSGI application before another: it answers plain queries, keeps small answers and gives them again.

    ``again`` gives them to whoever has the octets of a request, before that is read.
    """

    def __init__(self, inner: Wsgi, current: Current, pools: Pools, admit: Callable[[str], bool], seen: Seen) -> None:
        self._inner = inner
        self._current = current
        self._pools = pools
        self._admit = admit
        self._seen = seen
        self._kept = Kept()
        self.again = Again(self._kept, lambda: state_of(current.value), admit, self._note)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        self.again.forget()
        if environ.get("PATH_INFO") not in _PATHS or any(name in environ for name in _UNUSUAL):
            return self._inner(environ, start_response)
        body = _body(environ)
        if body is None:
            return self._inner(environ, start_response)
        data = self._current.value
        key = (state_of(data), (body, *(environ.get(name, "") for name in _TOLD)))
        if not self._admit(_address(environ)):
            return self._inner(environ, start_response)
        environ[ADMITTED] = True
        found = self._kept.get(key)
        if found is not None:
            if "HTTP_EXPECT" not in environ:
                self.again.given(key, _address(environ), environ.get("SERVER_PROTOCOL", ""))
            request_id = self._note(environ["REQUEST_METHOD"], began)
            start_response(found.status, [*found.headers, ("X-Request-Id", request_id)])
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
            self._kept.put(key, Sent("200 OK", tuple(headers), octets))
        request_id = self._note(environ["REQUEST_METHOD"], began)
        start_response("200 OK", [*headers, ("X-Request-Id", request_id)])
        return [octets] if reply.lasting else reply.parts()

    def _note(self, method: str, began: float) -> str:
        """Count and log an answer that is about to be sent; given is what the request is called from now on."""
        request_id, taken = secrets.token_hex(8), time.perf_counter() - began
        self._seen(200, taken)
        if log.isEnabledFor(logging.INFO):
            line = {"id": request_id, "method": method, "path": "/sparql", "status": 200, "ms": round(taken * 1000, 1)}
            log.info(json.dumps(line))
        return request_id

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
            body = b"".join(parts)
            same = [pair for pair in headers if pair[0] not in ("X-Request-Id", "Date", "Content-Length")]
            self._kept.put(key, Sent(status, (*same, ("Content-Length", str(len(body)))), body))
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()


def state_of(data: Published) -> str:
    """What an answer depends on besides its request: the dataset, and the day, which stands in the tags of answers."""
    return f"{data.version} {data.as_of}"


def _body(environ: Environ) -> bytes | None:
    """The body of a request, which stays there to be read.

    None where it is too long to be looked at here, not there as a whole, or one that its method does not have.
    """
    method = environ["REQUEST_METHOD"]
    length = whole_number(environ.get("CONTENT_LENGTH") or "0")
    if method == "GET":
        return b"" if length == 0 else None
    if method != "POST" or length is None or length > _LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == length else None


def _address(environ: Environ) -> str:
    return str(environ.get("REMOTE_ADDR") or "")
