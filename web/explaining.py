"""Why an answer is empty: the patterns of a query tried one after the other, and which of them ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from svngraph.errors import QueryError
from svngraph.namespaces import Names
from svngraph.sparql import OPAQUE, with_prefixes

from .responses import dataset
from .sparql import asking

_MOST = 12
_TERM = (
    r"(?:<[^<>\s]*>|[?$]\w+|[\w-]*:[\w.%-]*\w|[\w-]*:|a|_:\w+"
    r"|\"[^\"]*\"(?:@[\w-]+|\^\^\S+)?|[+-]?\d[\d.]*|true|false)"
)
_PATTERN = re.compile(rf"\s*({_TERM})\s+(\S+)\s+({_TERM})\s*$")
_PREFIX = re.compile(r"PREFIX\s+[\w.-]*:\s*<[^>]*>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w<:])([A-Za-z][\w-]*):([A-Za-z][\w-]*)")


@dataclass(frozen=True)
class Tried:
    """A pattern, the line that it stands on, and how many solutions are left when it is added to those before it."""

    line: int
    text: str
    left: int


@dataclass(frozen=True)
class Explanation:
    """What ended an answer: the patterns tried, and for unknown names the nearest that the dataset knows."""

    tried: tuple[Tried, ...]
    unknown: tuple[tuple[str, str | None], ...]
    backwards: str | None = None


def explain(query: str, names: Names) -> Explanation | None:
    """Why a query has no solutions; None where its patterns cannot be told apart."""
    patterns = _patterns(query)
    head = " ".join(_PREFIX.findall(query))
    tried: list[Tried] = []
    turned = None
    for number in range(1, min(len(patterns), _MOST) + 1):
        line, text = patterns[number - 1]
        body = " . ".join(pattern for _line, pattern in patterns[:number])
        left = _count(head, body, names)
        if left is None:
            break
        tried.append(Tried(line, text, left))
        if not left:
            before = [pattern for _line, pattern in patterns[: number - 1]]
            turned = _turned(head, text, before, names)
            break
    unknown = _unknown(query, names)
    return Explanation(tuple(tried), unknown, turned) if tried or unknown else None


def _turned(head: str, text: str, before: list[str], names: Names) -> str | None:
    """The pattern with its ends exchanged, where that has solutions."""
    parts = _PATTERN.fullmatch(text)
    if not parts or parts[3][0] in '"+-0123456789':
        return None
    other = f"{parts[3]} {parts[2]} {parts[1]}"
    return other if _count(head, " . ".join([*before, other]), names) else None


def _count(head: str, body: str, names: Names) -> int | None:
    query = f"{head} SELECT (COUNT(*) AS ?n) WHERE {{ SELECT * WHERE {{ {body} }} LIMIT 10000 }}"
    try:
        rows = asking.select(with_prefixes(query, names.prefixes()))
    except QueryError:
        return None
    return int(str(rows[0][0])) if rows else 0


def _patterns(query: str) -> list[tuple[int, str]]:
    """The triple patterns of the outermost group, each with its line and its subject written out."""
    start = query.find("{")
    if start < 0:
        return []
    hidden = OPAQUE.sub(lambda found: re.sub(r"[.;,{}]", "\x01", found[0]), query)
    found: list[tuple[int, str]] = []
    subject, begin = "", start + 1
    for at in range(start + 1, len(hidden)):
        sign = hidden[at]
        ends = sign in ".;{}" and not (sign == "." and hidden[at + 1 : at + 2].isalnum() and hidden[at - 1].isalnum())
        if not ends:
            continue
        text = query[begin:at].strip()
        line = query.count("\n", 0, begin + len(query[begin:at]) - len(query[begin:at].lstrip())) + 1
        parts = _PATTERN.fullmatch(text) or _PATTERN.fullmatch(f"{subject} {text}")
        if parts and "FILTER" not in text.upper():
            subject = parts[1]
            found.append((line, f"{parts[1]} {parts[2]} {parts[3]}"))
        if sign in "{}":
            break
        begin = at + 1
    return found


def _unknown(query: str, names: Names) -> tuple[tuple[str, str | None], ...]:
    """The prefixed names of the query that the dataset says nothing of, each with the nearest that it knows."""
    prefixes: Mapping[str, str] = names.prefixes()
    known = dataset().labels
    found = []
    for prefix, local in dict.fromkeys(_NAME.findall(OPAQUE.sub(" ", query))):
        space = prefixes.get(prefix)
        if space is None or not known or space + local in known or prefix in ("rdf", "rdfs", "xsd", "owl", "skos"):
            continue
        near = get_close_matches(local, [iri.removeprefix(space) for iri in known if iri.startswith(space)], 1, 0.6)
        if near or prefix in ("svn", "svnsh"):
            found.append((f"{prefix}:{local}", f"{prefix}:{near[0]}" if near else None))
    return tuple(found)
