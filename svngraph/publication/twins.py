"""A description in each of the RDF formats, written from strings; JSON-LD has a module of its own.

The same description always gives the same octets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rdflib.namespace import RDF, SKOS

from svngraph.namespaces import SVN, Names
from svngraph.publication.description import DEEPEST, Description, Statement
from svngraph.publication.jsonld import JsonLd
from svngraph.publication.texts import Texts
from svngraph.store.embedded import convert

MEDIA_TYPES: Mapping[str, str] = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
    "trig": "application/trig",
}
_FIRST = (RDF.type, SKOS.prefLabel, SKOS.altLabel, SVN.summary, SVN["from"], SVN.relation, SVN.to, SVN.basis)


class Twins:
    """The RDF forms of descriptions of one dataset."""

    def __init__(self, texts: Texts, names: Names, context: str) -> None:
        """``context`` is the address of the JSON-LD context."""
        self._texts = texts
        self._ends = texts.ends
        self._names = names
        self._type = texts.ends.id(RDF.type)
        order = (texts.ends.id(term) for term in _FIRST)
        self._rank = {index: rank for rank, index in enumerate(order) if index is not None}
        self._local: dict[int, str] = {}
        self._json = JsonLd(texts.ends, context)
        self._writers: Mapping[str, Callable[[Description], str]] = {
            "ttl": self.turtle,
            "jsonld": self._json.write,
            "nt": self.ntriples,
            "trig": self.trig,
            "rdf": self._rdfxml,
        }

    def write(self, description: Description, form: str) -> bytes:
        """A description in one of :data:`MEDIA_TYPES`. Errors: KeyError for a form of no such name."""
        return self._writers[form](description).encode()

    def ntriples(self, description: Description) -> str:
        """A line for each triple, in order."""
        term, labels = self._ends.written, self._labels(description)
        lines = {
            f"{labels.get(s) or term(s)} {term(p)} {labels.get(o) or term(o)} .\n"
            for s, p, o, _g in description.statements()
        }
        return "".join(sorted(lines))

    def _labels(self, description: Description) -> dict[int, str]:
        """Labels for the blank nodes that do not depend on what else the dataset holds."""
        blank, term = self._ends.is_blank, self._ends.written
        said: dict[int, list[str]] = {}
        for s, p, o, _g in description.statements():
            if blank(s) and not blank(o):
                said.setdefault(s, []).append(f"{term(p)} {term(o)}")
            if blank(o):
                said.setdefault(o, []).append("" if blank(s) else f"{term(s)} {term(p)}")
        order = sorted(said, key=lambda node: (sorted(said[node]), node))
        return {node: f"_:b{number}" for number, node in enumerate(order)}

    def _rdfxml(self, description: Description) -> str:
        octets = convert(self.ntriples(description).encode(), MEDIA_TYPES["rdf"], self._texts.prefixes)
        return octets.decode()

    def turtle(self, description: Description) -> str:
        """A block for each subject, the thing itself first, blank nodes inside what they belong to."""
        used: set[str] = set()
        body = self._blocks(description.about, description.pointing, description.thing, used)
        return f"{self._head(used)}\n{body}"

    def trig(self, description: Description) -> str:
        """The same in the named graphs that the statements stand in."""
        used: set[str] = set()
        graphs: dict[int, tuple[dict[int, list[Statement]], list[Statement]]] = {}
        for subject, said in description.about.items():
            for statement in said:
                graphs.setdefault(statement[2], ({}, []))[0].setdefault(subject, []).append(statement)
        for statement in description.pointing:
            graphs.setdefault(statement[2], ({}, []))[1].append(statement)
        blocks = []
        for graph, (about, pointing) in sorted(graphs.items(), key=lambda pair: self._ends.written(pair[0])):
            body = self._blocks(about, pointing, description.thing, used)
            if graph == self._ends.terms.default_graph:
                blocks.append(f"{{\n{body}}}\n")
            else:
                blocks.append(f"{self._texts.turtle(graph, used)} {{\n{body}}}\n")
        return self._head(used) + "\n" + "\n".join(blocks)

    def _head(self, used: set[str]) -> str:
        return "".join(f"@prefix {prefix}: <{self._texts.prefixes[prefix]}> .\n" for prefix in sorted(used))

    def _blocks(
        self, about: Mapping[int, list[Statement]], pointing: Iterable[Statement], thing: int, used: set[str]
    ) -> str:
        every: dict[int, dict[int, dict[int, None]]] = {}
        parents: dict[int, int] = {}
        for subject, said in about.items():
            for predicate, value, _graph in said:
                values = every.setdefault(subject, {}).setdefault(predicate, {})
                if value not in values and self._ends.is_blank(value):
                    parents[value] = parents.get(value, 0) + 1
                values[value] = None
        for predicate, subject, _graph in pointing:
            every.setdefault(subject, {}).setdefault(predicate, {})[thing] = None
        # A blank node with one parent is written inside it; one with several, or in a circle, has a label.
        inside = _nested(every, parents)
        self._local = {node: f"_:b{n}" for n, node in enumerate(n for n in parents if n not in inside)}
        blocks = [
            f"{self._label(subject, used)}\n    {self._said(subject, every, inside, used)} .\n"
            for subject in every
            if subject not in inside
        ]
        return "\n".join(blocks)

    def _label(self, index: int, used: set[str]) -> str:
        return self._local.get(index) or self._texts.turtle(index, used)

    def _said(
        self,
        subject: int,
        every: Mapping[int, Mapping[int, Mapping[int, None]]],
        inside: set[int],
        used: set[str],
        between: str = " ;\n    ",
    ) -> str:
        term, rank = self._label, self._rank
        parts = []
        for predicate, values in sorted(every[subject].items(), key=lambda pair: (rank.get(pair[0], 99), pair[0])):
            texts = [
                f"[ {self._said(value, every, inside, used, ' ; ')} ]" if value in inside else term(value, used)
                for value in values
            ]
            verb = "a" if predicate == self._type else term(predicate, used)
            parts.append(f"{verb} {', '.join(sorted(texts))}")
        return between.join(parts)


def _nested(every: Mapping[int, Mapping[int, Mapping[int, None]]], parents: Mapping[int, int]) -> set[int]:
    """The blank nodes to be written inside what they belong to: those with one parent that are in no circle.

    A subject with a name or a label of its own leads to them. Where that is a long way, as in a list, one of many is
    not among them.
    """
    ahead = [(subject, 0) for subject in every if parents.get(subject, 0) != 1]
    found: set[int] = set()
    while ahead:
        subject, depth = ahead.pop()
        for values in every[subject].values():
            for value in values:
                if parents.get(value) == 1 and value in every:
                    if depth < DEEPEST:
                        found.add(value)
                    ahead.append((value, depth + 1 if depth < DEEPEST else 0))
    return found
