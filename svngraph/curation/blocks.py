"""One named graph in canonical TriG as the blocks of text that it is: a thing each, in order, so found by bisection.

An edit of a few things in a long file then takes no reading, ordering and writing of all the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rdflib import URIRef

from svngraph.model import Triple
from svngraph.namespaces import Names
from svngraph.trig import Terms, blocks

_GAP = b"\n\n"
_DECLARED = re.compile(rb"^@prefix ([^:\s]*): <[^>]*> \.\n", re.MULTILINE)
_PREFIX = re.compile(rb"(?<![^\s^])([A-Za-z][\w-]*):")
_QUOTE = re.compile(rb'\\.|(")')


class Blocks:
    """The blocks of one graph in a text: they stand from ``start`` to ``end``, an empty line between two of them."""

    def __init__(self, text: bytes, start: int, end: int, terms: Terms) -> None:
        self.text, self.start, self.end, self.terms = text, start, end, terms
        self._known: dict[URIRef, tuple[int, int]] = {}

    @classmethod
    def of(cls, text: bytes, graph: URIRef, names: Names) -> Blocks | None:
        """The blocks of a graph in a canonical text; None where it has none."""
        terms = Terms(names)
        head = f"\n{terms.text(graph)} {{\n".encode()
        start = text.find(head)
        if start < 0 or not _DECLARED.search(text, 0, start):
            return None
        start += len(head)
        end = text.index(b"}", start)
        while text[end - 1 : end + 2] != b"\n}\n":  # one sign, which is rare, is found many times faster than three
            end = text.index(b"}", end + 1)
        return cls(text, start, end - 1, terms)

    def alone(self, subject: URIRef) -> bytes | None:
        """The text as if it said nothing but what it says of one thing; None where it says nothing of it."""
        start, end = self._find(subject)
        if start == end:
            return None
        declared = b"".join(found[0] for found in _DECLARED.finditer(self.text, 0, self.start))
        head = self.text[self.text.rindex(_GAP, 0, self.start) : self.start]
        return declared + head + self.text[start:end] + b"\n}"

    def changed(self, things: Mapping[URIRef, frozenset[Triple]]) -> Blocks | None:
        """The blocks after some things have got other triples, or none; None where nothing would be left.

        The triples have no blank nodes.
        """
        terms, pieces, at, gone = Terms(self.terms.names), [], self.start, b""
        for subject in sorted(things, key=terms.order):
            start, end = self._find(subject)
            pieces += [self.text[at:start].removesuffix(_GAP), *(b.encode() for b in blocks(things[subject], terms))]
            at, gone = end, gone + self.text[start:end]
            at += len(_GAP) if self.text.startswith(_GAP, at) else 0
        body = _GAP.join(piece for piece in [*pieces, self.text[at : self.end]] if piece)
        if not body:
            return None
        left = {name.decode() for name in _PREFIX.findall(gone)} - terms.used
        last = max(found.end() for found in _DECLARED.finditer(self.text, 0, self.start))
        others = (self.text[last : self.start], body, self.text[self.end :])
        unused = {prefix for prefix in left if not any(_is_used(prefix, text) for text in others)}
        before = self._declaring(terms.used, unused)
        return Blocks(b"".join((before, body, self.text[self.end :])), len(before), len(before) + len(body), self.terms)

    def _declaring(self, used: set[str], unused: set[str]) -> bytes:
        """What precedes the graph's things, declaring the prefixes in use."""
        before = self.text[: self.start]
        there = {found[1].decode() for found in _DECLARED.finditer(before)}
        if used <= there and not unused & there:
            return before
        at = before.index(b"@prefix ") if before.startswith(b"@prefix ") else before.index(b"\n@prefix ") + 1
        lines = (self.terms.declaration(prefix) for prefix in sorted((there | used) - unused))
        return before[:at] + "".join(f"{line}\n" for line in lines).encode() + _DECLARED.sub(b"", before[at:])

    def _find(self, subject: URIRef) -> tuple[int, int]:
        """Where the block of a thing begins and ends; both are the same, where it would begin, if there is none."""
        if subject not in self._known:
            self._known[subject] = self._bisect(self.terms.order(subject))
        return self._known[subject]

    def _bisect(self, wanted: tuple[object, ...]) -> tuple[int, int]:
        low, high = self.start, self.end
        while low < high:
            gap = self.text.rfind(_GAP, low, (low + high) // 2)
            start = low if gap < 0 else gap + len(_GAP)
            gap = self.text.find(_GAP, start, self.end)
            end = self.end if gap < 0 else gap
            found: tuple[object, ...] = self.terms.order(self._subject(start))
            if found == wanted:
                return start, end
            low, high = (min(end + len(_GAP), self.end), high) if found < wanted else (low, start)
        return low, low

    def _subject(self, start: int) -> URIRef:
        """The thing that a block is about."""
        name = self.text[start : self.text.index(b"\n", start)].decode().strip()
        if name.startswith("<"):
            return URIRef(name[1:-1])
        prefix, _, local = name.partition(":")
        return URIRef(self.terms.prefixes[prefix] + local)


def _is_used(prefix: str, text: bytes) -> bool:
    """Whether a prefix stands anywhere in a text outside of what is quoted, which never spans lines."""
    for found in re.finditer(rb"(?<![^\s^])" + re.escape(prefix.encode()) + rb":", text):
        line = text[text.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        if sum(1 for quote in _QUOTE.finditer(line) if quote[1]) % 2 == 0:
            return True
    return False
