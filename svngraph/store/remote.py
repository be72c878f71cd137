"""A dataset behind any SPARQL 1.1 endpoint. The one home of SPARQLWrapper.

Requests go by POST (servers refuse long addresses), with nothing but the protocol's own parameters, with a time
limit, and the answer's media type is checked: some servers report a failure in the body of a success.
"""

from __future__ import annotations

import json
import os
from urllib.error import URLError
from urllib.parse import urlsplit

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node
from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from svngraph.errors import EndpointError, QueryError, UsageError
from svngraph.sparql import asks_elsewhere
from svngraph.store import Solutions

_JSON = "application/sparql-results+json"
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
        request = SPARQLWrapper(self._url)
        request.setMethod(POST)
        request.setOnlyConneg(True)
        request.addCustomHttpHeader("Accept", media_type)
        request.setTimeout(max(1, round(self._timeout)))
        user, password = os.environ.get("SVNGRAPH_USER"), os.environ.get("SVNGRAPH_PASSWORD")
        if user and password:
            request.setCredentials(user, password)
        request.setQuery(query)
        try:
            reply = request.query()
            kind = reply.info().get("content-type", "")
            body = bytes(reply.response.read())
        except QueryBadFormed as error:
            raise QueryError(_reason(error), where=self._url, remedy="mend the query") from error
        except TimeoutError as error:
            raise self._broken(f"no answer within {self._timeout:g} s") from error
        except (URLError, OSError, SPARQLWrapperException) as error:
            raise self._broken(_reason(error)) from error
        if not kind.startswith(media_type):
            raise self._broken(f"asked for {media_type}, got {kind or 'something unnamed'}")
        return body

    def dump(self) -> bytes:
        """Every triple of the union as N-Triples. Errors: EndpointError."""
        # Some servers give a constructed triple once for every way in which it was found.
        lines = self.respond(_EVERYTHING, "application/n-triples").splitlines(keepends=True)
        return b"".join(dict.fromkeys(lines))

    def _broken(self, what: str) -> EndpointError:
        return EndpointError(what, where=self._url, remedy="check the address and the server")


def _reason(error: Exception) -> str:
    text = str(getattr(error, "reason", "") or error).strip()
    return text.splitlines()[-1][:300] if text else type(error).__name__


def _term(value: dict[str, str]) -> Node:
    if value["type"] == "uri":
        return URIRef(value["value"])
    if value["type"] == "bnode":
        return BNode(value["value"])
    datatype = value.get("datatype")
    return Literal(
        value["value"], lang=value.get("xml:lang"), datatype=URIRef(datatype) if datatype else None, normalize=False
    )
