"""A description as JSON-LD in the words of the shipped context: the thing with what belongs to it inside.

Source: https://www.w3.org/TR/json-ld11/ (compacted form, written from strings)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring

from rdflib.namespace import RDF, XSD

from svngraph import resources
from svngraph.columns.ends import Ends
from svngraph.publication.description import DEEPEST, Description, Statement

_FILE = "context.jsonld"


def context_text() -> str:
    """The shipped context as it is published."""
    return (resources.ontology_folder() / _FILE).read_text("utf-8")


@dataclass(frozen=True)
class Word:
    """A name of the context: what its values are coerced to, and the short forms of its codes by IRI."""

    name: str
    coercion: str | None = None
    by_language: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)


@cache
def _words() -> tuple[Mapping[str, Word], Mapping[str, str]]:
    """The words of the shipped context by the IRI of their property, and its prefixes."""
    terms = json.loads(context_text())["@context"]
    prefixes = {name: iri for name, iri in terms.items() if isinstance(iri, str) and iri.endswith(("/", "#"))}

    def whole(short: str) -> str:
        prefix, _, local = short.partition(":")
        return prefixes[prefix] + local if prefix in prefixes and not local.startswith("//") else short

    found = {}
    for name, meaning in terms.items():
        if name.startswith("@") or name in prefixes or name in ("id", "type"):
            continue
        iri = meaning if isinstance(meaning, str) else meaning["@id"]
        rest = {} if isinstance(meaning, str) else meaning
        coercion = rest.get("@type")
        found[whole(iri)] = Word(
            name,
            whole(coercion) if coercion and not coercion.startswith("@") else coercion,
            rest.get("@container") == "@language",
            {whole(code): short for short, code in rest.get("@context", {}).items()},
        )
    return found, prefixes


class JsonLd:
    """The writer for one dataset; ``context`` is the address at which the context is published."""

    def __init__(self, ends: Ends, context: str) -> None:
        self._ends = ends
        self._context = context
        self._words, prefixes = _words()
        self._by_space = {space: prefix for prefix, space in prefixes.items()}
        self._type = ends.id(RDF.type)
        self._of: dict[int, Word] = {}

    def write(self, description: Description) -> str:
        """The document, a line for each property."""
        document = _Document(self, description)
        return _json({"@context": self._context, **document.root()}, "\n") + "\n"

    def word(self, predicate: int) -> Word:
        """The word for a property; where the context has none, a prefixed name or the IRI."""
        known = self._of.get(predicate)
        if known is None:
            iri = self._ends.parts(predicate)[1]
            known = self._of[predicate] = self._words.get(iri) or Word(self.compact(iri))
        return known

    def compact(self, iri: str) -> str:
        """An IRI as a prefixed name of the context, else whole."""
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._by_space.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and cut < len(iri) else iri

    def type_name(self, index: int) -> str:
        """The name of a class."""
        iri = self._ends.parts(index)[1]
        known = self._words.get(iri)
        return known.name if known else self.compact(iri)

    def identity(self, index: int) -> str:
        """The IRI of a node."""
        return self._ends.parts(index)[1]

    def literal(self, index: int, word: Word) -> object:
        """A literal under a word, in the shortest form that means the same."""
        _kind, text, more = self._ends.parts(index)
        if more[:1] == "@":
            return {"@language": more[1:], "@value": text}
        if more == word.coercion or (more == str(XSD.string) and word.coercion is None):
            return text
        return {"@value": text, "@type": more} if more != str(XSD.string) else {"@value": text}


class _Document:
    """One document in the making: each node is written once, and named by its identifier from then on."""

    def __init__(self, writer: JsonLd, description: Description) -> None:
        self._w = writer
        self._d = description
        self._ends = writer._ends
        self._written: dict[int, dict[str, object]] = {}
        self._depth = 0
        self._labels = self._shared()

    def _shared(self) -> dict[int, str]:
        """Labels for the blank nodes that are named more than once; the others need none."""
        counts: dict[int, int] = {}
        for _s, _p, value in dict.fromkeys((s, p, o) for s, p, o, _g in self._d.statements()):
            if self._ends.is_blank(value):
                counts[value] = counts.get(value, 0) + 1
        shared = [node for node, count in counts.items() if count > 1]
        return {node: f"_:b{number}" for number, node in enumerate(shared)}

    def _identity(self, index: int) -> dict[str, object]:
        if self._ends.is_blank(index):
            return {"id": self._labels[index]} if index in self._labels else {}
        return {"id": self._w.identity(index)}

    def _named(self, index: int) -> dict[str, object]:
        """The identity of a node that is written elsewhere, which gets a label for it where it had none."""
        if self._ends.is_blank(index) and index not in self._labels:
            self._labels[index] = f"_:b{len(self._labels)}"
            if index in self._written:
                self._written[index] |= self._identity(index)
        return self._identity(index)

    def root(self) -> dict[str, object]:
        thing = self._d.thing
        node = self._node(thing, None)
        reverse: dict[str, list[object]] = {}
        joins = self._joins()
        for predicate, subject in dict.fromkeys((p, s) for p, s, _ in (*joins, *self._d.pointing)):
            reverse.setdefault(self._w.word(predicate).name, []).append(self._turned(subject, predicate))
        if reverse:
            node["@reverse"] = reverse
        rest = [self._node(index, None) for index in self._d.about if index not in self._written]
        if rest:
            node["@included"] = rest
        return node

    def _joins(self) -> list[Statement]:
        """The statements of what is told with the thing, and has not been told yet, that lead to the thing."""
        return [
            (predicate, subject, graph)
            for subject, said in self._d.about.items()
            if subject not in self._written and subject != self._d.thing
            for predicate, value, graph in said
            if value == self._d.thing
        ]

    def _turned(self, subject: int, predicate: int) -> object:
        """A node that points to the thing, without the statement by which it does."""
        if subject in self._d.about and subject not in self._written:
            return self._node(subject, predicate)
        return self._named(subject)

    def _node(self, index: int, turned: int | None) -> dict[str, object]:
        node = self._written[index] = self._identity(index)
        by_predicate: dict[int, dict[int, None]] = {}
        for predicate, value, _graph in self._d.about.get(index, ()):
            if not (predicate == turned and value == self._d.thing):
                by_predicate.setdefault(predicate, {})[value] = None
        self._depth += 1
        for predicate, values in by_predicate.items():
            if predicate == self._w._type:
                node["type"] = _one(sorted(self._w.type_name(value) for value in values))
            else:
                node |= self._values(predicate, [*values])
        self._depth -= 1
        return node

    def _values(self, predicate: int, values: list[int]) -> dict[str, object]:
        """The values of a property under its word; what is no text cannot stand among texts by language."""
        word = self._w.word(predicate)
        if not word.by_language:
            return {word.name: _one([self._value(value, word) for value in values])}
        texts: dict[str, list[object]] = {}
        others: list[object] = []
        for index in values:
            value = self._value(index, word)
            if isinstance(value, dict) and "@language" in value:
                texts.setdefault(value["@language"], []).append(value["@value"])
            else:
                others.append({"@value": value} if isinstance(value, str) else value)
        found: dict[str, object] = {}
        if texts:
            found[word.name] = {language: _one(them) for language, them in sorted(texts.items(), reverse=True)}
        if others:
            found[self._w.compact(self._ends.parts(predicate)[1])] = _one(others)
        return found

    def _value(self, index: int, word: Word) -> object:
        return self._w.literal(index, word) if self._ends.is_literal(index) else self._other(index, word)

    def _other(self, index: int, word: Word) -> object:
        if word.codes or word.coercion == "@vocab":
            iri = self._ends.parts(index)[1]
            return word.codes.get(iri) or {"id": iri}
        if index in self._d.about and index not in self._written and self._depth <= DEEPEST:
            return self._node(index, None)
        node = self._named(index) if index in self._d.about else self._identity(index)
        return node["id"] if word.coercion == "@id" and "id" in node else node


def _json(value: object, start: str) -> str:
    """A value as JSON with a line for each part, indented by a space more than ``start``, which begins a line.

    As ``json.dumps(value, ensure_ascii=False, indent=1)``, which Python writes slowly since it is asked for lines.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    within = f"{start} "
    if isinstance(value, dict):
        parts = [f"{encode_basestring(key)}: {_json(inner, within)}" for key, inner in value.items()]
        return f"{{{within}{f',{within}'.join(parts)}{start}}}" if parts else "{}"
    if isinstance(value, list):
        parts = [_json(inner, within) for inner in value]
        return f"[{within}{f',{within}'.join(parts)}{start}]" if parts else "[]"
    return json.dumps(value)


def _one(values: list[object] | list[str]) -> object:
    return values[0] if len(values) == 1 else values
