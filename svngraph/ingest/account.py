"""The account of a document's characters: what items took, what is furniture, what is blank, and what was left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from svngraph.ingest.blocks import Span, merged
from svngraph.ingest.spool import Text, lines, pieces

_MARK = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[a-zåäö]\))\W*")


@dataclass(frozen=True)
class Account:
    """Every character of a document: in an item, in furniture, blank, or left over; the four make up the whole."""

    item: int
    furniture: int
    blank: int
    left_over: int


def account(text: Text, used: Iterable[Span], furniture: Iterable[Span]) -> Account:
    """How every character of a text is accounted for; what an item took is no furniture."""
    taken = merged(used)
    item, page = _visible(text, taken), _visible(text, _without(merged(furniture), taken))
    whole = len(text) - _visible(text, [(0, len(text))])
    return Account(item, page, whole, len(text) - whole - item - page)


def left_over(text: Text, taken: Iterable[Span]) -> Iterator[tuple[Span, str]]:
    """The stretches of a text that nothing takes, line by line, with their words."""
    for start, end in _without([(0, len(text))], merged(taken)):
        for begins, line in lines(text, start, end):
            words = line.strip()
            # The sign or number of a list item stands right before it, and is nothing that somebody has to look at.
            is_mark = begins + len(line) == end < len(text) and not line.endswith("\n") and _MARK.fullmatch(words)
            if any(sign.isalnum() for sign in words) and not is_mark:
                yield (begins, begins + len(line.removesuffix("\n"))), words


def _visible(text: Text, spans: Iterable[Span]) -> int:
    return sum(
        len(piece) - sum(map(len, re.findall(r"\s+", piece))) for span in spans for _, piece in pieces(text, *span)
    )


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> Iterator[Span]:
    """The parts of some ranges that others do not cover; both in order, and none of either in another of its own."""
    others = iter(taken)
    other = next(others, None)
    for start, end in spans:
        while other and other[1] <= start:
            other = next(others, None)
        while other and other[0] < end:
            if other[0] > start:
                yield start, other[0]
            start = max(start, other[1])
            if other[1] > end:
                break
            other = next(others, None)
        if start < end:
            yield start, end
