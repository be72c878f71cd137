"""Terms as Turtle and JSON-LD write them, worked out once for the terms that come again."""

from __future__ import annotations

import re

from rdflib.namespace import RDF, XSD

from svngraph.columns.ends import Ends
from svngraph.namespaces import Names

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?\Z")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
# What is no part of an IRI in Turtle is written by its number, as is what a reader cannot see.
_UNSAFE = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f-\x9f\u2028\u2029]')
_ESCAPES = str.maketrans(
    {code: f"\\u{code:04X}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
    | {ord(sign): escape for sign, escape in zip('\\"\n\r\t', ("\\\\", '\\"', "\\n", "\\r", "\\t"), strict=True)}
)
_MOST = 100_000


def escaped_iri(iri: str) -> str:
    """An IRI between angle brackets."""
    return f"<{_UNSAFE.sub(lambda m: f'{chr(92)}u{ord(m[0]):04X}', iri)}>"


class Texts:
    """The texts of one dataset's terms in Turtle, under a publisher's prefixes.

    Memory does not grow: what was worked out is forgotten when there is much of it.
    """

    def __init__(self, ends: Ends, names: Names) -> None:
        self.ends = ends
        self.prefixes = names.prefixes()
        self._by_space = {space: prefix for prefix, space in self.prefixes.items()}
        self._known: dict[int, tuple[str, str]] = {}
        self._plain = str(XSD.string)
        self._integer = str(XSD.integer)
        self._lang_string = str(RDF.langString)

    def turtle(self, index: int, used: set[str]) -> str:
        """A term that is no blank node; the prefix that it needs is added to ``used``."""
        known = self._known.get(index)
        if known is None:
            if len(self._known) > _MOST:
                self._known.clear()
            known = self._known[index] = self._made(index)
        if known[1]:
            used.add(known[1])
        return known[0]

    def _made(self, index: int) -> tuple[str, str]:
        kind, text, more = self.ends.parts(index)
        if kind == "iri":
            return self.short(text)
        if kind == "blank":
            return f"_:{text}", ""
        quoted = f'"{text.translate(_ESCAPES)}"'
        if more[:1] == "@":
            return quoted + more, ""
        if more == self._plain:
            return quoted, ""
        if more == self._integer and _INTEGER.match(text):
            return text, ""
        datatype, prefix = self.short(more)
        return f"{quoted}^^{datatype}", prefix

    def short(self, iri: str) -> tuple[str, str]:
        """An IRI as a prefixed name with its prefix where it has one, else whole and an empty prefix."""
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._by_space.get(iri[:cut])
        if prefix is not None and _LOCAL.match(iri, cut):
            return f"{prefix}:{iri[cut:]}", prefix
        return escaped_iri(iri), ""
