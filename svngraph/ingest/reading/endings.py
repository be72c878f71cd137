"""Where the elements of a web page end that are not closed: what a start tag ends, and how far an end tag reaches.

Source: https://html.spec.whatwg.org/multipage/parsing.html#tree-construction (stack of open elements, "has an element
in scope", "generate implied end tags")
"""

from __future__ import annotations

from collections.abc import Sequence

_IN_HEAD = {"base", "link", "meta", "noscript", "script", "style", "template", "title"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SCOPE = {"html", "table", "td", "th", "caption", "object", "template"}
_ROWS = {"tr", "tbody", "thead", "tfoot", "caption", "colgroup"}
_OF_TABLES = {"table", "td", "th", *_ROWS}
_SECTIONS = {
    "article",
    "aside",
    "blockquote",
    "details",
    "fieldset",
    "figure",
    "footer",
    "form",
    "header",
    "main",
    "nav",
}
_LISTS = {"ul", "ol", "menu", "dl"}
_AROUND_ITEMS = {"body", "section", "figcaption", "button", *_SCOPE, *_SECTIONS, *_LISTS, *_HEADINGS, *_ROWS}
_ENDS_PARAGRAPHS = {
    *("address", "div", "section", "figcaption", "hgroup", "hr", "p", "pre", "summary", "table", "li", "dt", "dd"),
    *_SECTIONS,
    *_LISTS,
    *_HEADINGS,
}
# What a start tag ends, and what stands around it that it does not reach beyond.
_ENDED: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, _AROUND_ITEMS),
    "dt": ({"dt", "dd"}, _AROUND_ITEMS),
    "dd": ({"dt", "dd"}, _AROUND_ITEMS),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "tr": ({"tr"}, {"table"}),
    **{part: (_ROWS, {"table"}) for part in ("tbody", "thead", "tfoot")},
    "option": ({"option"}, {"select", "datalist", "optgroup"}),
    "optgroup": ({"option", "optgroup"}, {"select"}),
}


def ended_by(tag: str, within: Sequence[str]) -> int:
    """How many of the open elements stay open when a tag opens another; the outermost element goes first."""
    left = len(within)
    if within and within[-1] == "head" and tag not in _IN_HEAD:
        left -= 1
    if tag in _ENDED:
        left = _without(*_ENDED[tag], within[:left])
    if tag in _ENDS_PARAGRAPHS:
        left = _without({"p"}, _SCOPE | {"button"}, within[:left])
    if tag in _HEADINGS and left and within[left - 1] in _HEADINGS:
        left -= 1
    return left


def closed_by(tag: str, within: Sequence[str]) -> int:
    """How many of the open elements stay open when a tag closes one; all where it closes none."""
    around = {"table"} if tag in _OF_TABLES else _SCOPE | (_LISTS if tag == "li" else set())
    for at in range(len(within) - 1, -1, -1):
        if within[at] == tag:
            return at
        if within[at] in around:
            break
    return len(within)


def _without(ended: set[str], around: set[str], within: Sequence[str]) -> int:
    left = len(within)
    for at in range(len(within) - 1, -1, -1):
        if within[at] in ended:
            left = at
        elif within[at] in around:
            break
    return left
