"""The dataset that the protocol's parameters describe, written into the query as FROM and FROM NAMED.

Source: https://www.w3.org/TR/sparql11-protocol/#dataset: what the protocol says goes before what the query says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from svngraph.errors import QueryError
from svngraph.sparql import OPAQUE

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
_FROM = re.compile(r"(?<![\w:?$.-])FROM\s+(?:NAMED\s+)?(<\x00*>|[\w.-]*:[\w.:%-]*)", re.IGNORECASE)
_BASE = re.compile(r"(?<![\w:?$.-])BASE\s*<", re.IGNORECASE)
# What tells where the clauses may stand, and what it may be inside of.
_SIGN = re.compile(r"[(\[{)\]]|(?<![\w:?$.-])WHERE(?![\w:-])", re.IGNORECASE)
_TAIL = re.compile(r"(?<![\w:?$.-])(?:ORDER|LIMIT|OFFSET|GROUP|HAVING|VALUES)(?![\w:-])", re.IGNORECASE)
_FORM = re.compile(r"(?<![\w:?$.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])", re.IGNORECASE)


def with_dataset(query: str, default: Sequence[str], named: Sequence[str]) -> str:
    """A query over the default graphs and named graphs of the protocol; itself where the protocol names none.

    Errors: QueryError for what is no absolute IRI.

    >>> with_dataset("SELECT * { ?s ?p ?o }", ["http://example.org/g"], [])
    'SELECT * FROM <http://example.org/g> { ?s ?p ?o }'
    """
    if not default and not named:
        return query
    if bad := [iri for iri in (*default, *named) if not _IRI.fullmatch(iri)]:
        raise QueryError(f"not an absolute IRI: {bad[0]!r}", where="default-graph-uri, named-graph-uri")
    masked = _masked(query)
    own = [found.span() for found in _FROM.finditer(masked)]
    query, masked = _without(query, own), _without(masked, own)
    at = _place(masked)
    clauses = [f"FROM <{iri}>" for iri in default] + [f"FROM NAMED <{iri}>" for iri in named]
    return f"{query[:at].rstrip()} {' '.join(clauses)} {query[at:].lstrip()}"


def with_base(query: str, base: str) -> str:
    """A query that has relative IRIs and no base of its own, with the base on its first line.

    >>> with_base("ASK { <s> ?p ?o }", "http://example.org/sparql")
    'BASE <http://example.org/sparql> ASK { <s> ?p ?o }'
    """
    return f"BASE <{base}> {query}" if is_relative(query) and not _BASE.search(_masked(query)) else query


def is_relative(query: str) -> bool:
    """Whether a query has a relative IRI."""
    return any(t[0].startswith("<") and ":" not in t[0] for t in OPAQUE.finditer(query))


def _masked(query: str) -> str:
    """The query with what may hold any words blanked, of the same length; an IRI keeps its brackets."""

    def blank(found: re.Match[str]) -> str:
        text = found[0]
        return f"<{chr(0) * (len(text) - 2)}>" if text.startswith("<") else " " * len(text)

    return OPAQUE.sub(blank, query)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without some parts of it, which stand in their order."""
    starts, ends = [0, *(end for _start, end in spans)], [*(start for start, _end in spans), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _place(masked: str) -> int:
    """Where dataset clauses may stand: before WHERE, or before the group where that word is left out."""
    form = _FORM.search(masked)
    if form is None:
        return len(masked)
    depth, at, templates = 0, form.end(), form[1].upper() == "CONSTRUCT"
    while found := _SIGN.search(masked, at):
        sign, at = found[0], found.end()
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif depth == 0 and not (sign == "{" and templates):
            return found.start()
        elif depth == 0:
            templates = False
            at = masked.find("}", at) + 1
            if at == 0:
                break
    # DESCRIBE <x> has no group: the clauses stand at the end, but before the words that order or limit.
    tail = _TAIL.search(masked, form.end())
    return tail.start() if tail else len(masked)
