"""The trace graph as text that drawing programs read: DOT and Mermaid, the goal at the top."""

from __future__ import annotations

import re
from textwrap import wrap

from rdflib import URIRef

from svngraph.tracing.items import Item, TraceGraph

# How firm a link is shows in its line: stated, structural, judgement, and one that does not say.
_DOT = ("solid", "dashed", "dotted", "dotted")
_MERMAID = ("==>", "-->", "-.->", "-.->")
_WIDE = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def dot(graph: TraceGraph, lang: str) -> str:
    """The graph in the DOT language of Graphviz, each level on a row of its own.

    Source: https://graphviz.org/doc/info/lang.html
    """
    names = _names(graph)
    lines = ["digraph trace {", "  rankdir=BT;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    for level in graph.levels:
        items = [item for item in graph.at(level) if item.iri in names]
        if items:
            lines.append("  { rank=same;")
            lines += [f"    {names[item.iri]} [label={_dot_text(item, lang)}];" for item in items]
            lines.append("  }")
    for link in graph.links:
        label = f'label="{_plain(_relation(graph, link.relation, lang))}"'
        lines.append(f"  {names[link.source]} -> {names[link.target]} [style={_DOT[link.weakness]}, {label}];")
    return "\n".join([*lines, "}", ""])


def mermaid(graph: TraceGraph, lang: str) -> str:
    """The graph as a Mermaid flow chart.

    Source: https://mermaid.js.org/syntax/flowchart.html, with every sign that it might read in a name as an entity.
    """
    names = _names(graph)
    lines = ["flowchart BT"]
    for level in graph.levels:
        for item in graph.at(level):
            text = _entities(f"{item.label.text(lang) or item.key} [{item.key}]")
            lines.append(f'  {names[item.iri]}["{text}"]')
    for link in graph.links:
        arrow = _MERMAID[link.weakness]
        lines.append(
            f"  {names[link.source]} {arrow}|{_entities(_relation(graph, link.relation, lang))}| {names[link.target]}"
        )
    return "\n".join([*lines, ""])


def _names(graph: TraceGraph) -> dict[object, str]:
    """A name for each item that no reader can take for anything else: a letter and a number."""
    ordered = sorted(graph.items.values(), key=lambda item: item.order)
    return {item.iri: f"n{number}" for number, item in enumerate(ordered)}


def _dot_text(item: Item, lang: str) -> str:
    lines = [*wrap(item.label.text(lang) or item.key, _WIDE, break_long_words=False), f"[{item.key}]"]
    return '"' + "\\n".join(map(_plain, lines)) + '"'


def _plain(text: str) -> str:
    r"""A text within the quotes of DOT, where a backslash begins an escape.

    >>> _plain('a "b" \\N')
    'a \\"b\\" \\\\N'
    """
    return _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')


def _entities(text: str) -> str:
    """A text in which everything but letters, digits, spaces and a few signs is written as a number.

    >>> _entities('a "b" <i>')
    'a #34;b#34; #60;i#62;'
    """
    plain = _CONTROL.sub(" ", text)
    return "".join(c if c.isalnum() or c in " .,-–:()/" else f"#{ord(c)};" for c in plain)


def _relation(graph: TraceGraph, iri: URIRef, lang: str) -> str:
    """A trace property's name, read upwards as the arrow goes."""
    names = graph.relations.get(iri)
    return (names[0].text(lang) if names else None) or iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
