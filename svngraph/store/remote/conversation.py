"""Requests to one server and its answers, each within a time limit and checked: the one place that opens addresses.

Requests go by POST (servers refuse long addresses), with nothing but the protocol's own parameters. A redirect is a
failure: the answer of another place is no answer to our question, and credentials would go along. What only reads is
asked again where the connection failed; what writes never is, since it may have been done.
"""

from __future__ import annotations

import base64
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import TypeVar
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

from SPARQLWrapper import POST, SPARQLWrapper

from svngraph.errors import EndpointError, QueryError
from svngraph.store.remote.credentials import credentials_for

_BAD_REQUEST, _UNAUTHORISED, _FORBIDDEN, _MISSING, _MOVED = 400, 401, 403, 404, range(300, 400)
_BUSY = (502, 503, 504)
_PAUSES = (0.1, 0.5)
_PIECE = 1 << 18
_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """The body of an answer, its media type, and what the server calls itself."""

    body: bytes
    kind: str
    server: str


class _Transient(Exception):
    """A failure of the connection, after which what only reads may be asked again."""

    def __init__(self, error: EndpointError) -> None:
        self.error = error


class Conversation:
    """The requests to one server, with the credentials for its address.

    ``timeout`` is the longest that any request may take with all its answer, in seconds.
    """

    def __init__(self, url: str, timeout: float, own: str | None = None) -> None:
        """Errors: UsageError, InputError for credentials that stand in the wrong place."""
        self.url = url
        self.timeout = timeout
        self._credentials = credentials_for(url, own)
        self._digest: tuple[AbstractDigestAuthHandler, Mapping[str, str]] | None = None

    def ask(self, query: str, media_type: str, default: Sequence[str] = (), named: Sequence[str] = ()) -> Answer:
        """The answer to a query over the union of some graphs, or over what the server takes for its default graph.

        Errors: QueryError, EndpointError.
        """
        wrapper = self._wrapper(query, media_type)
        for graph in default:
            wrapper.addDefaultGraph(graph)
        for graph in named:
            wrapper.addNamedGraph(graph)
        # The wrapper would send the request by an opener that follows a redirect anywhere, credentials and all.
        return self._again(lambda until: self._send(wrapper._createRequest(), until))

    def update(self, text: str, url: str) -> None:
        """Run an update, once. Errors: QueryError, EndpointError."""
        wrapper = self._wrapper(text, "*/*", url)
        self._once(wrapper._createRequest())

    def put(self, triples: bytes, url: str, *, more: bool = False) -> None:
        """Make N-Triples the whole of the graph of an address of the Graph Store Protocol, or add ``more`` to it."""
        headers = {"Content-Type": "application/n-triples"}
        self._once(Request(url, triples, headers, method="POST" if more else "PUT"))  # noqa: S310 # checked on opening

    def fetch(self, url: str) -> bytes:
        """The triples of the graph of an address, as N-Triples; none where there is no such graph."""
        request = Request(url, headers={"Accept": "application/n-triples"})  # noqa: S310 # checked on opening
        try:
            return whole_lines(self._again(lambda until: self._send(request, until)).body, self.broken)
        except _Missing:
            return b""

    def greet(self, url: str) -> None:
        """Learn how a server wants to be told who asks, from a small address, before something large is sent there."""
        if self._credentials is not None and self._digest is None:
            try:
                self._again(lambda until: self._send(Request(url), until))  # noqa: S310 # as above
            except (_Missing, QueryError):
                return

    def broken(self, what: str) -> EndpointError:
        """The error of a server that failed or lied."""
        return EndpointError(what, where=self.url, remedy="check the address and the server")

    def _wrapper(self, text: str, media_type: str, url: str | None = None) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(url or self.url)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", media_type)
        wrapper.setQuery(text)
        return wrapper

    def _again(self, send: Callable[[float], _T]) -> _T:
        until = time.monotonic() + self.timeout
        for pause in _PAUSES:
            try:
                return send(until)
            except _Transient as failure:
                if time.monotonic() + pause >= until:
                    raise failure.error from failure.error.__cause__
                time.sleep(pause)
        try:
            return send(until)
        except _Transient as failure:
            raise failure.error from failure.error.__cause__

    def _once(self, request: Request) -> None:
        try:
            self._send(request, time.monotonic() + self.timeout)
        except _Transient as failure:
            raise failure.error from failure.error.__cause__
        except _Missing as error:
            raise self.broken("HTTP 404: nothing takes what is written there") from error

    def _send(self, request: Request, until: float, *, challenged: bool = False) -> Answer:
        self._sign(request)
        try:
            with _OPENER.open(request, timeout=max(until - time.monotonic(), 0.01)) as reply:
                pieces = []
                while piece := reply.read1(_PIECE):
                    pieces.append(piece)
                    if time.monotonic() > until:
                        raise TimeoutError
                # ``read1`` says nothing of an answer that ends before its length.
                if reply.length:
                    raise HTTPException(f"cut off {reply.length} octets before its end")
                kind, server = reply.headers.get("content-type", ""), reply.headers.get("server", "")
                return Answer(b"".join(pieces), kind, server)
        except HTTPError as error:
            with error:
                if error.code == _UNAUTHORISED and not challenged and self._learn(error, until):
                    return self._send(request, until, challenged=True)
                raise self._refusal(error) from error
        except (HTTPException, OSError) as error:
            raise self._failure(error) from error

    def _sign(self, request: Request) -> None:
        known = self._credentials
        if known is None:
            return
        if self._digest is None:
            pair = base64.b64encode(f"{known.user}:{known.password}".encode()).decode()
            request.add_unredirected_header("Authorization", f"Basic {pair}")
            return
        handler, challenge = self._digest
        said = handler.get_authorization(request, challenge)
        request.add_unredirected_header("Authorization", f"Digest {said}")

    def _learn(self, error: HTTPError, until: float) -> bool:
        """Whether the server asks for a digest, which is then given with every request."""
        said = (
            error.headers.get_all("www-authenticate", []) or (self._digest is None and _asked(error.url, until)) or []
        )
        challenges = [one for one in said if one[:7].lower() == "digest "]
        if self._credentials is None or not challenges:
            return False
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, urljoin(error.url, "/"), self._credentials.user, self._credentials.password)
        handler = AbstractDigestAuthHandler(passwords)
        self._digest = (handler, parse_keqv_list(list(filter(None, parse_http_list(challenges[0][7:])))))
        return True

    def _refusal(self, error: HTTPError) -> Exception:
        reason = _line(error.read(2000).decode("utf-8", "replace") or str(error.reason))
        if error.code == _BAD_REQUEST:
            return QueryError(reason, where=self.url, remedy="mend the query")
        if error.code in _MOVED:
            return self.broken(f"it answers {error.code}, the endpoint has moved to {error.headers.get('location')}")
        if error.code in (_UNAUTHORISED, _FORBIDDEN):
            who = "these credentials" if self._credentials else "anyone without credentials"
            remedy = "check SVNGRAPH_USER and SVNGRAPH_PASSWORD, or the file SVNGRAPH_CREDENTIALS, and the rights there"
            return EndpointError(f"it refuses {who} (HTTP {error.code})", where=self.url, remedy=remedy)
        failure = self.broken(f"HTTP {error.code}: {reason}")
        if error.code in _BUSY:
            return _Transient(failure)
        return _Missing(*failure.args) if error.code == _MISSING else failure

    def _failure(self, error: Exception) -> Exception:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            return self.broken(f"no answer within {self.timeout:g} s")
        if isinstance(reason, ssl.SSLCertVerificationError):
            remedy = "have it renewed, or name the authority's file in SSL_CERT_FILE"
            return EndpointError(f"its certificate is not good: {reason.verify_message}", where=self.url, remedy=remedy)
        failure = self.broken(_line(str(reason) or type(reason).__name__))
        failure.__cause__ = error
        return _Transient(failure)


class _Missing(EndpointError):
    """An address at which there is nothing."""


class _NoRedirect(HTTPRedirectHandler):
    """Leaves a redirect as the failure that it is."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        """No request follows."""
        return


_OPENER = build_opener(_NoRedirect)


def _asked(url: str, until: float) -> list[str]:
    """How an address asks who is there, where nobody says so: one who says it in the wrong way may not be told."""
    try:
        with _OPENER.open(Request(url), timeout=max(until - time.monotonic(), 0.01)):  # noqa: S310 # asked just before
            return []
    except HTTPError as error:
        with error:
            return error.headers.get_all("www-authenticate", [])
    except (HTTPException, OSError):
        return []


def whole_lines(triples: bytes, broken: Callable[[str], EndpointError]) -> bytes:
    """N-Triples whose last line is a whole statement: some servers say in the middle of an answer that they gave up.

    Errors: what ``broken`` makes.
    """
    last = triples.rstrip().rpartition(b"\n")[2].strip()
    if last and not last.startswith(b"#") and not (last.endswith(b".") and last[:1] in (b"<", b"_")):
        raise broken("an answer that was cut off, or ends in something else than a triple")
    return triples


def _line(text: str) -> str:
    """The first line of a reason, bounded."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")[:300]
