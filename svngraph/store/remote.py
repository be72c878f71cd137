"""A dataset behind any SPARQL 1.1 endpoint. The one home of SPARQLWrapper.

Requests go by POST (servers refuse long addresses), with nothing but the protocol's own parameters, with a time
limit, and the answer's media type is checked: some servers report a failure in the body of a success.
"""

from __future__ import annotations

import json
import os
import re
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node
from SPARQLWrapper import POST, SPARQLWrapper

from svngraph.errors import EndpointError, QueryError, UsageError
from svngraph.sparql import asks_elsewhere
from svngraph.store import Solutions

_JSON = "application/sparql-results+json"
_BAD_REQUEST, _MOVED = 400, range(300, 400)
_IRI = re.compile(r"[^<>\"{}|^`\\\x00-\x20]+")
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class RemoteStore:
    """The dataset of a SPARQL 1.1 endpoint, whose default graph is the union of its named graphs.

    A user and password come from ``SVNGRAPH_USER`` and ``SVNGRAPH_PASSWORD`` and never from the address.
    """

    def __init__(self, url: str, timeout: float) -> None:
        """``timeout`` is the longest a request may take, in seconds. Errors: UsageError."""
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise UsageError(
                "credentials in the address",
                where=parts.hostname,
                remedy="give them as SVNGRAPH_USER and SVNGRAPH_PASSWORD",
            )
        self._url = url
        self._timeout = timeout

    @property
    def place(self) -> str:
        """The address of the endpoint."""
        return self._url

    @property
    def is_remote(self) -> bool:
        """Always: the dataset is behind an address."""
        return True

    def select(self, query: str) -> Solutions:
        """The solutions of a SELECT query. Errors: QueryError, EndpointError."""
        body = self.respond(query, _JSON)
        try:
            answer = json.loads(body)
            variables = tuple(answer["head"]["vars"])
            rows = tuple(
                tuple(_term(row[name]) if name in row else None for name in variables)
                for row in answer["results"]["bindings"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise self._broken("an answer that is no SPARQL result, or was cut off") from error
        return Solutions(variables, rows)

    def respond(self, query: str, media_type: str) -> bytes:
        """The answer to a query of any form, as the endpoint serialises it. Errors: QueryError, EndpointError."""
        if asks_elsewhere(query):
            raise QueryError("SERVICE is refused", remedy="a query asks this dataset and no other place")
        body, kind = self._ask(query, media_type)
        if not kind.startswith(media_type):
            raise self._broken(f"asked for {media_type}, got {kind or 'something unnamed'}")
        return body

    def _ask(self, query: str, media_type: str) -> tuple[bytes, str]:
        """The body of the endpoint's answer and its media type."""
        try:
            with _OPENER.open(self._request(query, media_type), timeout=self._timeout) as reply:
                return reply.read(), reply.headers.get("content-type", "")
        except HTTPError as error:
            reason = error.read(2000).decode("utf-8", "replace").strip() or str(error.reason)
            if error.code == _BAD_REQUEST:
                raise QueryError(_line(reason), where=self._url, remedy="mend the query") from error
            if error.code in _MOVED:
                moved = f"it answers {error.code}, the endpoint has moved to {error.headers.get('location')}"
                raise self._broken(moved) from error
            raise self._broken(f"HTTP {error.code}: {_line(reason)}") from error
        except TimeoutError as error:
            raise self._broken(f"no answer within {self._timeout:g} s") from error
        except (HTTPException, OSError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._broken(f"no answer within {self._timeout:g} s") from error
            raise self._broken(_line(str(getattr(error, "reason", "") or error) or type(error).__name__)) from error

    def _request(self, query: str, media_type: str) -> Request:
        wrapper = SPARQLWrapper(self._url)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", media_type)
        user, password = os.environ.get("SVNGRAPH_USER"), os.environ.get("SVNGRAPH_PASSWORD")
        if user and password:
            wrapper.setCredentials(user, password)
        wrapper.setQuery(query)
        # The wrapper would send the request by an opener that follows a redirect anywhere, credentials and all.
        request: Request = wrapper._createRequest()
        return request

    def dump(self) -> bytes:
        """Every triple of the union as N-Triples. Errors: EndpointError."""
        # Some servers give a constructed triple once for every way in which it was found.
        lines = self.respond(_EVERYTHING, "application/n-triples").splitlines(keepends=True)
        return b"".join(dict.fromkeys(lines))

    def _broken(self, what: str) -> EndpointError:
        return EndpointError(what, where=self._url, remedy="check the address and the server")


class _NoRedirect(HTTPRedirectHandler):
    """Leaves a redirect as the failure that it is: the answer of another place is no answer to our query."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        """No request follows."""
        return


_OPENER = build_opener(_NoRedirect)


def _line(text: str) -> str:
    """The first line of a reason, bounded."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")[:300]


def _term(value: dict[str, str]) -> Node:
    if value["type"] == "uri":
        if not _IRI.fullmatch(value["value"]):
            raise ValueError(f"no IRI: {value['value']!r}")
        return URIRef(value["value"])
    if value["type"] == "bnode":
        return BNode(value["value"])
    if value["type"] not in ("literal", "typed-literal"):
        raise ValueError(f"a term of type {value['type']!r}")
    datatype = value.get("datatype")
    return Literal(
        value["value"], lang=value.get("xml:lang"), datatype=URIRef(datatype) if datatype else None, normalize=False
    )
