"""A dataset as flattened JSON-LD in the words of the shipped context, and the lines of N-Quads that it is made of.

Every quad is there, and every blank node by its label.

Source: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD

from svngraph import resources

_TYPE = str(RDF.type)
_STRING = str(XSD.string)
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(["\\nrtbf\']))')
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def statement(line: str) -> tuple[str, str, str, str | None]:
    """The terms of a line of canonical N-Quads: subject, predicate, object and graph, None for the default graph.

    >>> statement('<a:b> <a:c> "d <e:f>"@sv <a:g> .')
    ('<a:b>', '<a:c>', '"d <e:f>"@sv', '<a:g>')
    >>> statement('_:b <a:c> "d" .')
    ('_:b', '<a:c>', '"d"', None)
    """
    subject, predicate, rest = line.removesuffix(" .").split(" ", 2)
    # What follows the last quotation mark of a literal is its language or datatype, and then the graph.
    end = rest.rindex('"') + 1 if rest.startswith('"') else 0
    tail, _space, graph = rest[end:].partition(" ")
    return subject, predicate, rest[:end] + tail, graph or None


def node(term: str) -> URIRef | BNode | Literal:
    """The rdflib term that N-Quads writes so."""
    if not term.startswith('"'):
        return URIRef(_name(term)) if term.startswith("<") else BNode(term.removeprefix("_:"))
    text, more = _literal(term)
    if more.startswith("@"):
        return Literal(text, lang=more[1:])
    return Literal(text, datatype=URIRef(more) if more else None, normalize=False)


def jsonld(nquads: bytes) -> bytes:
    """Canonical N-Quads as JSON-LD, in the same order: an object for each named graph, and in it one for each thing.

    Nothing is put inside anything else: a blank node may be told of in several graphs, and is one only by its label.
    """
    context = json.loads((resources.ontology_folder() / "context.jsonld").read_text("utf-8"))["@context"]
    words = _Words(context)
    graphs: dict[str | None, dict[str, dict[str, object]]] = {}
    for line in nquads.decode().split("\n"):
        if line:
            subject, predicate, value, graph = statement(line)
            nodes = graphs.setdefault(graph, {})
            node = nodes.setdefault(subject, {"id": _name(subject)})
            words.add(node, predicate[1:-1], value)
    told = [*graphs.pop(None, {}).values()]
    named = [
        {"id": _name(graph or ""), "@graph": [*nodes.values()]} for graph, nodes in sorted(graphs.items(), key=str)
    ]
    return (json.dumps({"@context": context, "@graph": [*told, *named]}, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class _Word:
    """A name of the context: the type that it gives its values, and whether they are texts by language."""

    name: str
    coercion: str | None
    by_language: bool


class _Words:
    """How the terms of a dataset are written under a context."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._prefixes = {
            iri: name for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("/", "#"))
        }
        self._spaces = {name: iri for iri, name in self._prefixes.items()}
        self._words = dict(self._defined(context))

    def _defined(self, context: Mapping[str, object]) -> Iterator[tuple[str, _Word]]:
        for name, meaning in context.items():
            if name.startswith("@") or name in self._spaces or name in ("id", "type"):
                continue
            said: Mapping[str, object] = meaning if isinstance(meaning, dict) else {"@id": meaning}
            kind = said.get("@type")
            coercion = self._whole(str(kind)) if kind else None
            yield self._whole(str(said["@id"])), _Word(name, coercion, said.get("@container") == "@language")

    def _whole(self, short: str) -> str:
        prefix, _colon, local = short.partition(":")
        return self._spaces[prefix] + local if prefix in self._spaces else short

    def short(self, iri: str) -> str:
        """An IRI as a prefixed name of the context, else whole."""
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._prefixes.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and cut < len(iri) else iri

    def add(self, node: dict[str, object], predicate: str, value: str) -> None:
        """Say one more thing of a node."""
        if predicate == _TYPE and not value.startswith('"'):
            word = self._words.get(_name(value))
            _append(node, "type", word.name if word else self.short(_name(value)))
            return
        known = self._words.get(predicate)
        if known is not None and known.by_language:
            text, more = _literal(value) if value.startswith('"') else ("", "")
            if more.startswith("@"):
                by_language = node.setdefault(known.name, {})
                assert isinstance(by_language, dict)
                _append(by_language, more[1:], text)
                return
            # What is no text in a language cannot stand among those that are.
            known = None
        key = known.name if known else self.short(predicate)
        _append(node, key, _value(value, known.coercion if known else None))


def _append(node: dict[str, object], key: str, value: object) -> None:
    """Add a value: one by itself, several as a list."""
    if key not in node:
        node[key] = value
        return
    there = node[key]
    if isinstance(there, list):
        there.append(value)
    else:
        node[key] = [there, value]


def _value(value: str, coercion: str | None) -> object:
    if not value.startswith('"'):
        return _name(value) if coercion == "@id" else {"id": _name(value)}
    text, more = _literal(value)
    if more.startswith("@"):
        return {"@language": more[1:], "@value": text}
    datatype = more or _STRING
    if datatype == (coercion or _STRING):
        return text
    return {"@value": text} if datatype == _STRING else {"@type": datatype, "@value": text}


def _name(term: str) -> str:
    """An IRI without its brackets, a blank node as it is."""
    return _plain(term[1:-1]) if term.startswith("<") else term


def _literal(value: str) -> tuple[str, str]:
    """The text of a literal, and its language with ``@``, its datatype, or nothing."""
    end = value.rindex('"')
    more = value[end + 1 :]
    return _plain(value[1:end]), _plain(more[3:-1]) if more.startswith("^^<") else more


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda sign: _MEANT.get(sign[3], sign[3]) if sign[3] else chr(int(sign[1] or sign[2], 16)), text)
