"""Requests that are a query and nothing else, as most of those of programs are: read without the application.

What is in the least unusual (other parameters, a relative IRI, octets that are no UTF-8, a form that cannot be given)
is none of them; the application knows what to say to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from svngraph.sparql import asks_elsewhere, form_of

from ..dataset import Published
from ..responses import STRICT, tag_of
from .datasets import is_relative
from .forms import TRIPLES, negotiated
from .pool import Reply

Environ = dict[str, Any]
Headers = list[tuple[str, str]]

SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, X-Request-Id, Retry-After",
}
"""Every answer may be read by pages of other sites."""
_QUERY = b"query="


@dataclass(frozen=True)
class Plain:
    """A query, the media type to ask the engine for, and the content type to answer with.

    ``address`` is what a tag of the answer is made for; None where the answer has no tag.
    """

    query: str
    media: str
    content: str
    address: str | None

    def headers(self, reply: Reply, data: Published) -> Headers:
        """The headers of the answer, as the application gives them."""
        found = [
            ("Content-Type", self.content),
            ("Content-Length", str(reply.length)),
            ("Vary", "Accept"),
            ("X-Rows", str(reply.rows)),
        ]
        if self.address is not None:
            tag = tag_of(data, self.address, self.media)
            found += [("ETag", f'W/"{tag}"'), ("Cache-Control", "no-cache")]
        return [*found, *SHARED.items(), *STRICT.items()]


def plain(environ: Environ, body: bytes) -> Plain | None:
    """The query of a request that is nothing but that, else None.

    >>> asked = plain({"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": "query=ASK+%7B%7D"}, b"")
    >>> asked.query, asked.media, asked.address
    ('ASK {}', 'application/sparql-results+json', '/sparql?query=ASK+%7B%7D')
    """
    query = _text(environ, body)
    if query is None or "\ufffd" in query or is_relative(query) or asks_elsewhere(query):
        return None
    form = form_of(query)
    found = negotiated(environ.get("HTTP_ACCEPT"), form in TRIPLES)
    if form is None or found is None:
        return None
    get = environ["REQUEST_METHOD"] == "GET"
    return Plain(query, *found, f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}" if get else None)


def _text(environ: Environ, body: bytes) -> str | None:
    """The text of the query of a request that has no other part."""
    told, kind = environ.get("QUERY_STRING", ""), environ.get("CONTENT_TYPE", "")
    try:
        if environ["REQUEST_METHOD"] == "GET":
            return _single(told.encode("ascii"))
        if not told and kind == "application/x-www-form-urlencoded":
            return _single(body)
        return body.decode() if not told and kind == "application/sparql-query" else None
    except UnicodeError:
        return None


def _single(form: bytes) -> str | None:
    if not form.startswith(_QUERY) or b"&" in form:
        return None
    return unquote_to_bytes(form[len(_QUERY) :].replace(b"+", b" ")).decode()
