"""Laws, plans and agreements outside the sources that a text names: by number, by acronym, or by how they are put."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from svngraph.ingest.lifting.cues import spoken, words
from svngraph.ingest.linking.mentions import Mention

_NUMBERED = 0.95  # how sure it is where a number or an acronym stands beside the name


@dataclass(frozen=True)
class Named:
    """A document that is named in a text: its name, where that stands, its class, and how sure it is."""

    label: str
    start: int
    end: int
    type: str
    score: float
    acronym: str = ""
    number: str = ""


@cache
def _patterns(_language: str) -> list[tuple[re.Pattern[str], str, float]]:
    return [
        (re.compile(source, re.IGNORECASE), type_, float(score))
        for source, (type_, score) in words()["documents"].items()
    ]


def documents(text: str, known: Sequence[Mention]) -> list[Named]:
    """The documents that a text names and nobody knows, none inside another and none where a known one is named."""
    taken = [(mention.start, mention.end) for mention in known if mention.kind == "external-document"]
    found: list[Named] = []
    for pattern, type_, score in _patterns(spoken()):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if any(left < end and start < right for left, right in taken):
                continue
            taken.append((start, end))
            groups = match.groupdict()
            acronym, number = groups.get("acronym") or "", groups.get("number") or ""
            label = match["name"].strip()
            sure = _NUMBERED if acronym.isupper() or number else score
            found.append(Named(label[:1].upper() + label[1:], start, end, type_, sure, acronym, number))
    return sorted(found, key=lambda named: named.start)
