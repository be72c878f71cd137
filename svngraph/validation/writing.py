"""Terms as SPARQL has them, whatever they hold: rdflib's own N-Triples form is not always SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.errors import QueryError
from svngraph.sparql import literal

_IRI = re.compile(r"[^<>\"{}|^`\\\x00-\x20]*")


class Untranslatable(QueryError):
    """Something cannot be said in SPARQL, such as which blank node is meant."""


def is_nameable(term: Node) -> bool:
    """True for an IRI that a query can name; an endpoint may give what is none."""
    return isinstance(term, URIRef) and _IRI.fullmatch(term) is not None


def written(term: Node) -> str:
    """The term in SPARQL. A blank node cannot be named in a query, nor can what is no IRI.

    Errors: Untranslatable.
    """
    if isinstance(term, Literal):
        return literal(
            str(term), None if term.datatype is None else written(term.datatype)[1:-1], term.language or None
        )
    if not is_nameable(term):
        raise Untranslatable(f"{term!r} cannot be written in a query")
    return f"<{term}>"


def listed(terms: Iterable[Node]) -> str:
    """The terms in SPARQL, for VALUES."""
    return " ".join(map(written, terms))
