"""Which predicates a query looks at, so that an engine is loaded with those alone and not with the whole dataset.

A reader of the part of SPARQL that shapes use. What it does not know (a variable as predicate, GRAPH, property lists in
brackets) makes it give up, and the whole dataset is loaded. No library serves: Oxigraph does not show what it parsed,
and rdflib's parser takes longer to import than most validations take from beginning to end.
Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from itertools import pairwise

from rdflib import URIRef
from rdflib.namespace import RDF

_TOKEN = re.compile(
    r"""\#[^\n]*
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<name>[\w.-]*:(?:(?:[\w.%:-]|\\.)*(?:[\w%:-]|\\.))?)
    |(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>@?[A-Za-z][\w-]*)
    |(?P<mark>\^\^|&&|\|\||!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
Token = tuple[str, str]


class _Unknown(Exception):
    pass


def predicates_in(query: str) -> frozenset[URIRef] | None:
    """The predicates that the patterns of a query name, or None where that cannot be said."""
    try:
        return frozenset(_Reader(query).read())
    except _Unknown:
        return None


def may_take_no_step(query: str) -> bool:
    """True where a path of the query can be of no steps: it then leads to nodes that no pattern names.

    What only looks like such a path, a product with a bracket before it, counts as one.
    """
    tokens = _tokens(query)
    return any(
        kind == "mark" and text in "*?" and (before[0] in ("iri", "name") or before[1] in ("a", ")"))
        for before, (kind, text) in pairwise(tokens)
    )


def _tokens(query: str) -> list[Token]:
    return [
        (match.lastgroup, match[0]) for match in _TOKEN.finditer(query) if match.lastgroup and not match[0].isspace()
    ]


class _Reader:
    def __init__(self, query: str) -> None:
        if may_take_no_step(query):
            raise _Unknown
        self.prefixes: dict[str, str] = {}
        self.tokens = _tokens(query)
        self.place = 0
        self.found: set[URIRef] = set()

    def read(self) -> set[URIRef]:
        unknown = ("GRAPH", "SERVICE", "FROM", "MINUS", "BASE")
        if any(kind == "word" and text.upper() in unknown for kind, text in self.tokens):
            raise _Unknown
        # What has no scheme is relative to a base, or no IRI at all but a comparison.
        if any(kind == "iri" and not _ABSOLUTE.match(text) for kind, text in self.tokens):
            raise _Unknown
        while self.peek().upper() == "PREFIX":
            self.take()
            name, iri = self.take()[1], self.take()[1]
            self.prefixes[name.removesuffix(":")] = iri[1:-1]
        while self.peek() != "{":
            self.take()
        self.group()
        return self.found

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self) -> Token:
        if self.place >= len(self.tokens):
            raise _Unknown
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, text: str) -> None:
        if self.take()[1] != text:
            raise _Unknown

    def group(self) -> None:
        self.expect("{")
        while self.peek() != "}":
            word = self.peek().upper()
            if word == "{":
                self.group()
            elif word in (".", "UNION", "OPTIONAL"):
                self.take()
            elif word in ("FILTER", "BIND"):
                self.take()
                self.expression()
            elif word in ("SELECT", "VALUES"):
                raise _Unknown
            else:
                self.triples()
        self.expect("}")

    def expression(self) -> None:
        """Skip one expression, reading the groups of EXISTS in it."""
        while self.peek().upper() in ("NOT", "EXISTS") or self.tokens[self.place][0] in ("word", "name", "iri"):
            self.take()
        if self.peek() == "{":
            self.group()
            return
        self.expect("(")
        depth = 1
        while depth:
            if self.peek() == "{":
                self.group()
                continue
            text = self.take()[1]
            depth += (text == "(") - (text == ")")

    def triples(self) -> None:
        self.term()
        while True:
            self.path()
            self.term()
            while self.peek() == ",":
                self.take()
                self.term()
            if self.peek() != ";":
                return
            while self.peek() == ";":
                self.take()
            if self.peek() in (".", "}"):
                return

    def term(self) -> None:
        kind, text = self.take()
        if kind == "mark" or (kind == "word" and text not in ("true", "false")):
            raise _Unknown
        if kind == "text" and self.peek() == "^^":
            self.take()
            self.take()
        elif kind == "text" and self.peek().startswith("@"):
            self.take()

    def path(self) -> None:
        """One path; of its repetitions only ``+`` is left."""
        while True:
            while self.peek() == "^":
                self.take()
            if self.peek() == "(":
                self.take()
                self.path()
                self.expect(")")
            else:
                self.found.add(self.predicate())
            while self.peek() == "+":
                self.take()
            if self.peek() not in ("/", "|"):
                return
            self.take()

    def predicate(self) -> URIRef:
        kind, text = self.take()
        if kind == "iri":
            return URIRef(text[1:-1])
        if kind == "word" and text == "a":
            return RDF.type
        prefix, _, local = text.partition(":")
        if kind != "name" or prefix not in self.prefixes or "%" in local or "\\" in local:
            raise _Unknown
        return URIRef(self.prefixes[prefix] + local)
