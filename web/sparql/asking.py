"""Queries of the pages: the same workers and limits as the endpoint has, and answers as terms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ..responses import dataset
from .pool import Reply
from .pools import Pools

JSON = "application/sparql-results+json"

Row = tuple[Node | None, ...]


@dataclass(frozen=True)
class Answer:
    """An answer as people read it: solutions, triples under the names subject, predicate and object, or yes or no."""

    variables: tuple[str, ...]
    rows: list[Row]
    truth: bool | None = None
    triples: bool = False

    def named(self, row: Row, columns: Sequence[int]) -> str:
        """Some cells of a row in words."""
        from ..pages.words import plain

        shown = [plain(str(row[n])) if isinstance(row[n], URIRef) else str(row[n] or "") for n in columns]
        labels = [n for n in columns if self.variables[n].endswith("Label")]
        return str(row[labels[0]] or "") if labels else ", ".join(shown)


def ask(query: str, media: str) -> Reply:
    """The answer to a query, serialised. Errors: QueryError and its kinds."""
    pools: Pools = current_app.extensions["svngraph-pools"]
    return pools.of(dataset()).ask(query, media)


def select(query: str) -> list[Row]:
    """The rows of a SELECT query. Errors: QueryError and its kinds."""
    return answer(query, "SELECT").rows


def answer(query: str, form: str | None) -> Answer:
    """The answer to a query of any form. Errors: QueryError and its kinds."""
    if form in ("CONSTRUCT", "DESCRIBE"):
        graph = Graph().parse(data=ask(query, "application/n-triples").read(), format="nt")
        return Answer(("subject", "predicate", "object"), sorted(graph), triples=True)
    found = json.loads(ask(query, JSON).read())
    if "boolean" in found:
        return Answer((), [], truth=found["boolean"])
    variables = tuple(found["head"]["vars"])
    memo: dict[tuple[str, ...], Node] = {}
    rows = [
        tuple(_term(row[name], memo) if name in row else None for name in variables)
        for row in found["results"]["bindings"]
    ]
    return Answer(variables, rows)


def _term(value: dict[str, str], memo: dict[tuple[str, ...], Node]) -> Node:
    key = tuple(value.values())
    if key not in memo:
        if value["type"] == "uri":
            memo[key] = URIRef(value["value"])
        elif value["type"] == "bnode":
            memo[key] = BNode(value["value"])
        else:
            datatype = value.get("datatype")
            memo[key] = Literal(
                value["value"],
                lang=value.get("xml:lang"),
                datatype=URIRef(datatype) if datatype else None,
                normalize=False,
            )
    return memo[key]


def cell(term: Node | None, label: str | None = None) -> dict[str, object]:
    """A term as a cell of a table: its text, its address where it is a thing, and its short form."""
    from ..pages.words import href, key, plain

    if term is None:
        return {"text": "", "href": None, "key": None}
    if isinstance(term, URIRef):
        short = key(str(term))
        return {"text": label or plain(str(term)), "href": href(str(term)), "key": short, "iri": str(term)}
    lang = getattr(term, "language", None)
    return {"text": str(term), "href": None, "key": None, "lang": lang}
