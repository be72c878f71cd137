"""The trace graph of a dataset, read from a store: its items, the levels they stand on, and the links between them."""

from __future__ import annotations

from svngraph.namespaces import Names
from svngraph.store import Store
from svngraph.tracing import asking, snapshots
from svngraph.tracing.items import Item, Level, Link, Party, Plan, TraceGraph

__all__ = ["Item", "Level", "Link", "Party", "Plan", "TraceGraph", "read"]


def read(store: Store, names: Names) -> TraceGraph:
    """The trace graph of a dataset; a link to or from something that is no item of the chain is a loose one.

    Errors: QueryError, StoreError.
    """
    return snapshots.graph_of(asking.everything(store), names)
