"""Finding the item that a person means: by key, prefixed name, IRI, or a unique part of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import shorten
from unicodedata import combining, normalize

from rdflib import URIRef

from svngraph.errors import UnknownItem
from svngraph.namespaces import Names
from svngraph.tracing.items import Item, TraceGraph

_SHOWN, _LONG = 12, 60


def find(graph: TraceGraph, name: str, names: Names) -> Item:
    """The one item of a name.

    Where several levels share a key (an activity and its report entry), the one nearest the goal is meant; the
    other is named with its kind: ``report-entry/ap2025-13``.

    Errors: UnknownItem, naming what comes near.
    """
    wanted = name.strip()
    kind, key = kind_and_key(wanted)
    meant = {wanted, f"{names.base}id/{kind}/{key}"}
    exact = [item for item in graph.items.values() if wanted == item.key or str(item.iri) in meant]
    if exact:
        return min(exact, key=lambda item: item.order)
    written: Callable[[str], str] = str.casefold
    # A name that is typed without its dots is tried only where none is so as it stands.
    near = _having_in_name(graph, wanted, written) or _having_in_name(graph, wanted, written := _undotted)
    if len(near) == 1:
        return near[0]
    if not near:
        raise _unknown(graph, name, names)
    # One name on several levels (a report entry is named after its activity) means the level nearest the goal.
    top = [item for item in near if item.level == near[0].level]
    if len(top) == 1:
        return top[0]
    shown = ", ".join(f"{_qualified(item, names)} «{_having(item, wanted, written)}»" for item in near[:_SHOWN])
    more = f", and {len(near) - _SHOWN} more" if len(near) > _SHOWN else ""
    raise UnknownItem(f"{len(near)} items have {name!r} in their name", remedy=f"say which: {shown}{more}")


def kind_and_key(name: str) -> tuple[str, str]:
    """The kind and key of a name such as ``report-entry/ap2025-13`` or ``id:goal/x``; no kind where it has none.

    >>> kind_and_key("activity:ap2025-07"), kind_and_key("ap2025-07")
    (('activity', 'ap2025-07'), ('', 'ap2025-07'))
    """
    plain = name.removeprefix("id:")
    kind, sign, key = plain.partition("/" if "/" in plain else ":")
    return (kind, key) if sign else ("", plain)


def _having_in_name(graph: TraceGraph, wanted: str, written: Callable[[str], str]) -> list[Item]:
    """The items that have some words in a name, in order; ``written`` is how the two are compared."""
    words = written(wanted)
    return [
        item
        for item in sorted(graph.items.values(), key=lambda item: item.order)
        if words and any(words in written(text) for text in (item.label.sv, item.label.en) if text)
    ]


def _undotted(text: str) -> str:
    """A text without capitals and without dots, rings and accents."""
    return "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))


def elsewhere(items: Iterable[URIRef], names: Names) -> str | None:
    """The base under which a dataset's items stand, or the first of them where that cannot be told; None where some
    stand under the base of the names, and where there are none.
    """
    first = None
    for iri in items:
        if names.parts(iri):
            return None
        first = first or iri
    if first is None:
        return None
    base, found, _ = first.partition("/id/")
    return f"{base}/" if found else str(first)


def _unknown(graph: TraceGraph, name: str, names: Names) -> UnknownItem:
    """What to say where nothing has a name; the base may be why, if nothing here stands under it."""
    kind, key = kind_and_key(name.strip())
    for plan in graph.plans.values():
        if name.strip() == str(plan.iri) or (key == plan.key and kind in ("", "plan", "report")):
            asked = f"svngraph coverage --plan {plan.key}, or matrix or gaps with it"
            return UnknownItem(f"{name!r} is a plan, and no item of the chain", remedy=f"ask {asked}; or name an item")
    some = next(iter(graph.items), None)
    if some is None or any(names.parts(iri) for iri in graph.items):
        return UnknownItem(f"no item {name!r}", remedy="name a key (ap2025-07), an IRI or a part of an item's name")
    base, found, _ = some.partition("/id/")
    return UnknownItem(
        f"no item {name!r}: no item of this dataset stands under the base {names.base}; one of them is {some}",
        remedy=f"give --base {base}/" if found else "name items by their IRI, or give --base",
    )


def _having(item: Item, wanted: str, written: Callable[[str], str]) -> str:
    """The item's name that has some words in it, in few words."""
    texts = [text for text in (item.label.sv, item.label.en) if text]
    text = next((text for text in texts if written(wanted) in written(text)), item.key)
    return shorten(text, _LONG, placeholder=" …")


def _qualified(item: Item, names: Names) -> str:
    return "/".join(names.parts(item.iri) or (str(item.iri),))
