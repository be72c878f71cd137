"""The media types in which queries are answered, and which of them a client is given."""

from __future__ import annotations

from functools import lru_cache

from ..negotiation import preferred

RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
# Names under which clients ask for the same forms.
_ALSO = {"application/json": RESULTS["json"], "application/xml": RESULTS["xml"], "text/xml": RESULTS["xml"]}
_ALSO_GRAPHS = {"application/xml": GRAPHS["rdf"], "text/plain": GRAPHS["nt"], "application/json": GRAPHS["jsonld"]}
TRIPLES = frozenset({"CONSTRUCT", "DESCRIBE"})
"""The forms of query that are answered with a graph."""


def named(triples: bool) -> dict[str, str]:
    """The media types by the names that the parameter ``format`` takes."""
    return GRAPHS if triples else RESULTS


def offered(triples: bool) -> list[str]:
    """Every media type that an answer can have, the one for who asks for none in particular first."""
    return [*named(triples).values(), *(_ALSO_GRAPHS if triples else _ALSO)]


@lru_cache(maxsize=256)
def negotiated(accept: str | None, triples: bool) -> tuple[str, str] | None:
    """The media type to ask the engine for, and the content type to answer with; None where none is acceptable.

    >>> negotiated("text/csv, application/json;q=0.5", False)
    ('text/csv', 'text/csv; charset=utf-8')
    """
    media = preferred(accept, offered(triples))
    if media is None:
        return None
    engine = (_ALSO_GRAPHS if triples else _ALSO).get(media, media)
    return engine, f"{media}; charset=utf-8" if media.startswith("text/") else media
