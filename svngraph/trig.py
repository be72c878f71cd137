"""Named graphs as TriG that a person can read and compare: stable order, one block per thing.

The same quads always give the same text, so a change in the data is a small difference in version control. Blank
nodes that stand under one subject are written inside it, in brackets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from svngraph.model import Triple
from svngraph.namespaces import KINDS, SVN, Names

_FIRST = [
    RDF.type,
    SKOS.prefLabel,
    SKOS.altLabel,
    DCTERMS.identifier,
    SVN.inPlan,
    SVN.sequence,
    SVN["from"],
    SVN.relation,
    SVN.to,
    SVN.basis,
]
_RANK = {predicate: rank for rank, predicate in enumerate(_FIRST)}
_ONE_LINE = 2
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?\Z")
_ESCAPES = str.maketrans(
    # What a reader cannot see, and what some tools take for the end of a line, is written by its number.
    {code: f"\\u{code:04X}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
    | {ord(sign): escape for sign, escape in zip('\\"\n\r\t', ("\\\\", '\\"', "\\n", "\\r", "\\t"), strict=True)}
)


def write(graphs: Mapping[URIRef, Iterable[Triple]], names: Names, comment: str = "") -> str:
    """The TriG text of some named graphs.

    Shape: ``comment`` goes first, a ``#`` before each line; then the prefixes in use; then a block a graph.
    Source: https://www.w3.org/TR/trig/
    """
    terms = Terms(names)
    bodies = [_graph(iri, triples, terms) for iri, triples in sorted(graphs.items())]
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    prefixes = [terms.declaration(prefix) for prefix in sorted(terms.used)]
    return "\n".join([*head, *([""] if head else []), *prefixes, "", "\n\n".join(bodies), ""])


def blocks(triples: Iterable[Triple], terms: Terms) -> list[str]:
    """The text of each thing that some triples of a named graph are about, as :func:`write` has it, in order.

    There is an empty line between two of them, and none inside.
    """
    about: dict[URIRef | BNode, dict[URIRef, set[URIRef | BNode | Literal]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in triples:
        about[subject][predicate].add(value)
    subjects = sorted((s for s in about if isinstance(s, URIRef)), key=terms.order)
    return ["\n".join(f"  {line}".rstrip() for line in _block(s, about, terms).split("\n")) for s in subjects]


def _graph(iri: URIRef, triples: Iterable[Triple], terms: Terms) -> str:
    body = "\n\n".join(blocks(triples, terms))
    return f"{terms.text(iri)} {{\n{body}\n}}"


def _block(
    subject: URIRef, about: Mapping[URIRef | BNode, Mapping[URIRef, set[URIRef | BNode | Literal]]], terms: Terms
) -> str:
    def value(term: URIRef | BNode | Literal) -> str:
        if not isinstance(term, BNode):
            return terms.text(term)
        inside = " ; ".join(line(predicate, about[term]) for predicate in terms.predicates(about.get(term, {})))
        return f"[ {inside} ]"

    def line(predicate: URIRef, of: Mapping[URIRef, set[URIRef | BNode | Literal]]) -> str:
        verb = "a" if predicate == RDF.type else terms.text(predicate)
        values = [value(term) for term in sorted(of[predicate], key=terms.order)]
        # A longer list has a line for each of its values, so that a change to one is a change to one line.
        return f"{verb} {', '.join(values)}" if len(values) <= _ONE_LINE else f"{verb}\n    " + ",\n    ".join(values)

    lines = [line(predicate, about[subject]) for predicate in terms.predicates(about[subject])]
    return f"{terms.text(subject)}\n  " + " ;\n  ".join(lines) + " ."


class Terms:
    """The text and the order of terms under a set of prefixes; ``used`` are those that the text has needed so far."""

    def __init__(self, names: Names) -> None:
        self.prefixes = names.prefixes()
        self.used: set[str] = set()
        self.names = names
        # The longest namespace first: a code list's namespace begins with the vocabulary's.
        self._spaces = sorted(((iri, prefix) for prefix, iri in self.prefixes.items()), key=lambda p: -len(p[0]))

    def declaration(self, prefix: str) -> str:
        """The line that declares a prefix."""
        return f"@prefix {prefix}: <{self.prefixes[prefix]}> ."

    def text(self, term: URIRef | BNode | Literal) -> str:
        """A term as it stands in the text."""
        if isinstance(term, Literal):
            return self._literal(term)
        for space, prefix in self._spaces:
            local = term.removeprefix(space)
            if len(local) < len(term) and _LOCAL.match(local):
                self.used.add(prefix)
                return f"{prefix}:{local}"
        return URIRef(term).n3()

    def _literal(self, literal: Literal) -> str:
        if literal.datatype == XSD.integer and re.fullmatch(r"[+-]?[0-9]+", str(literal)):
            return str(literal)
        quoted = f'"{str(literal).translate(_ESCAPES)}"'
        if literal.language:
            return f"{quoted}@{literal.language}"
        if literal.datatype and literal.datatype != XSD.string:
            return f"{quoted}^^{self.text(literal.datatype)}"
        return quoted

    def predicates(self, of: Iterable[URIRef]) -> list[URIRef]:
        """Predicates in the order of the text: what a thing is and is called goes first."""
        return sorted(of, key=lambda predicate: (_RANK.get(predicate, len(_RANK)), str(predicate)))

    def order(self, term: URIRef | BNode | Literal) -> tuple[int, str, tuple[tuple[int, str], ...], str, str]:
        """Things by kind and natural number; then other IRIs; literals with Swedish first. No two terms are level."""
        if isinstance(term, Literal):
            language = {"sv": "0", "en": "1"}.get(term.language or "", f"2{term.language or ''}")
            return (3, language, _natural(str(term)), str(term.datatype or ""), str(term))
        if parts := self.names.parts(term):
            kind, key = parts
            return (0, f"{KINDS.index(kind):02d}" if kind in KINDS else f"99{kind}", _natural(key), "", str(term))
        return (1, "", _natural(str(term)), "", str(term))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key under which ``item-10`` follows ``item-9``."""
    parts = (part for part in re.split(r"([0-9]+)", text) if part)
    # Of two numbers the longer one is greater, however long: there is no need to calculate them.
    return tuple((len(n := part.lstrip("0")), n) if part[0] in "0123456789" else (-1, part) for part in parts)
