"""An endpoint's answers: rows page by page, and care for blank nodes, whose labels may pass with the answer."""

from __future__ import annotations

import re

from rdflib.term import Node

from svngraph.errors import EndpointError
from svngraph.validation.endpoints import Dialect
from svngraph.validation.prebound import BoundSelect

Terms = tuple[Node | None, ...]
_SELECTED = re.compile(r"SELECT (?:DISTINCT )?((?:\?\w+ )+)WHERE")


class PassingLabels(Exception):
    """An answer has blank nodes whose labels mean nothing in the next one."""


class Answers:
    """The answers of one endpoint, asked in its dialect."""

    def __init__(self, select: BoundSelect, dialect: Dialect) -> None:
        self.select = select
        self.dialect = dialect

    def lasting(self, query: str) -> list[Terms]:
        """The rows of a query, whose terms another query may ask about.

        Errors: PassingLabels where there is a blank node that another query would not know.
        """
        rows = self.rows(query)
        if any(self.dialect.is_passing(term) for row in rows for term in row):
            raise PassingLabels
        return rows

    def rows(self, query: str) -> list[Terms]:
        """The rows of a query, page by page where the endpoint asks for it.

        Errors: EndpointError where one page would have to be joined to the next by blank nodes that pass.
        """
        size = self.dialect.page
        if not size:
            return [tuple(row) for row in self.select(query, {}).rows]
        ordered, found = self._ordered(query), list[Terms]()
        while page := self.select(f"{ordered} LIMIT {size} OFFSET {len(found)}", {}).rows:
            # The endpoint may have a limit of its own below ours: only an empty page is the last.
            if found and any(self.dialect.is_passing(term) for row in (found[0], *page) for term in row):
                remedy = "load the data, or say by its dialect that its labels stay"
                raise EndpointError("its blank nodes cannot be told apart from page to page", remedy=remedy)
            found.extend(tuple(row) for row in page)
        return found

    def _ordered(self, query: str) -> str:
        """The query with its rows in an order: pages of rows in none may have rows in common and leave others out."""
        head = _SELECTED.match(query)
        if head is None:
            return query
        ordered = f"{query} ORDER BY {head[1].strip()}"
        return f"SELECT {head[1]}WHERE {{ {{ {ordered} }} }}" if self.dialect.sorted_inside else ordered
