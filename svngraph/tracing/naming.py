"""Finding the item that a person means: by key, prefixed name, IRI, or a unique part of its name."""

from __future__ import annotations

from svngraph.errors import UnknownItem
from svngraph.namespaces import Names
from svngraph.tracing.graph import Item, TraceGraph

_SHOWN = 5


def find(graph: TraceGraph, name: str, names: Names) -> Item:
    """The one item of a name.

    Where several levels share a key (an activity and its report entry), the one nearest the goal is meant; the
    other is named with its kind: ``report-entry/ap2025-13``.

    Errors: UnknownItem, naming what comes near.
    """
    wanted = name.strip()
    exact = [item for item in graph.items.values() if wanted in _names(item, names)]
    if exact:
        return min(exact, key=lambda item: item.order)
    words = wanted.casefold()
    near = [
        item
        for item in sorted(graph.items.values(), key=lambda item: item.order)
        if words and any(words in text.casefold() for text in (item.label.sv, item.label.en) if text)
    ]
    if len(near) == 1:
        return near[0]
    if not near:
        raise UnknownItem(f"no item {name!r}", remedy="name a key (ap2025-07), an IRI or a part of an item's name")
    # One name on several levels (a report entry is named after its activity) means the level nearest the goal.
    top = [item for item in near if item.level == near[0].level]
    if len(top) == 1:
        return top[0]
    shown = ", ".join(_qualified(item, names) for item in near[:_SHOWN]) + (", …" if len(near) > _SHOWN else "")
    raise UnknownItem(f"{len(near)} items have {name!r} in their name", remedy=f"say which: {shown}")


def _names(item: Item, names: Names) -> tuple[str, ...]:
    parts = names.parts(item.iri)
    kind_key = parts or ("", item.key)
    return (item.key, "/".join(kind_key), ":".join(kind_key), f"id:{'/'.join(kind_key)}", str(item.iri))


def _qualified(item: Item, names: Names) -> str:
    return "/".join(names.parts(item.iri) or (str(item.iri),))
