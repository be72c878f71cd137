"""How items, links and chains are put into words, the same in every command."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import URIRef

from svngraph.labels import phrase
from svngraph.tracing.graph import Item, Level, Link, TraceGraph

ARROW = " → "
CROSS = "✗"


def title(item: Item, lang: str) -> str:
    """An item's name with its key."""
    return f"{item.label.text(lang) or item.key} [{item.key}]"


def level_name(level: Level, lang: str) -> str:
    """A level's name."""
    return level.label.text(lang) or level.key


def basis_name(basis: URIRef | None, lang: str) -> str:
    """What a link rests on, in a word."""
    return phrase(f"basis.{basis.rsplit('/', 1)[-1] if basis else 'unknown'}", lang)


def relation_name(graph: TraceGraph, link: Link, lang: str, *, backwards: bool) -> str:
    """A trace property's name, read in one of its directions."""
    names = graph.relations.get(link.relation)
    label = names[1 if backwards else 0] if names else None
    return (label.text(lang) if label else None) or link.relation.rsplit("/", 1)[-1]


def link_name(graph: TraceGraph, link: Link) -> str:
    """A link as the keys it joins, from the one nearer the outcome to the one nearer the goal."""
    return f"{graph.items[link.source].key}{ARROW}{graph.items[link.target].key}"


def chain(graph: TraceGraph, item: Item, path: Sequence[Link], lacking: Sequence[Level], lang: str) -> str:
    """The keys along a path, from an item up or down, and what is lacking at its end."""
    keys, at = [item.key], item.iri
    for link in path:
        at = link.target if link.source == at else link.source
        keys.append(graph.items[at].key)
    if lacking:
        keys.append(f"{CROSS} {'/'.join(level_name(level, lang).lower() for level in lacking)}")
    return ARROW.join(keys)
