"""A place that holds a dataset and answers SPARQL over the union of its named graphs: the protocol.

Two kinds keep it: :mod:`svngraph.store.embedded` (Oxigraph, in memory or in a folder) and
:mod:`svngraph.store.remote` (any SPARQL 1.1 endpoint). :func:`svngraph.store.opening.open_store` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rdflib.term import Node


@dataclass(frozen=True)
class Solutions:
    """The solutions of a SELECT query.

    Shape: ``rows`` hold one term, or None where unbound, for each of ``variables``, in that order.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]


class Store(Protocol):
    """A dataset that can be asked. Every method raises StoreError where the store fails."""

    @property
    def place(self) -> str:
        """Where the dataset is, as a person would say it; never with credentials."""

    @property
    def is_remote(self) -> bool:
        """Whether the dataset lies elsewhere, so that it is better asked than fetched."""

    def select(self, query: str) -> Solutions:
        """The solutions of a SELECT query over the union of the named graphs. Errors: QueryError."""

    def respond(self, query: str, media_type: str) -> bytes:
        """The answer to a query of any form, serialised as ``media_type``.

        Errors: QueryError, also where the form of the query has no such serialisation.
        """

    def dump(self) -> bytes:
        """Every quad as N-Quads."""
