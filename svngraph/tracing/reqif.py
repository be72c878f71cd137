"""The trace graph as ReqIF, the exchange format of requirements tools: a specification for each level.

The attributes have the names that importers know: ``ReqIF.ForeignID`` is kind and key, ``ReqIF.Name`` the name,
``ReqIF.Text`` the name in the other language. The address, the plan and what a link rests on follow as further ones.

Source: OMG ReqIF 1.2 (formal/2016-07-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from xml.sax.saxutils import escape, quoteattr

from svngraph.tracing.findings import qualified
from svngraph.tracing.items import Item, Level, Link, TraceGraph

_NAMESPACE = "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
_XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
# The kinds of value that are used: a name and a text for people are XHTML, as the implementation guide has them.
_STRING, _XHTML = "STRING", "XHTML"
_FORMATTED = ("ReqIF.Name", "ReqIF.Text")
_LONGEST = 32_000
_ATTRIBUTES = ("ReqIF.ForeignID", "ReqIF.Name", "ReqIF.Text", "IRI", "PLAN")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def reqif(graph: TraceGraph, lang: str, when: datetime, title: str) -> str:
    """The graph as a ReqIF file; the same graph and time always give the same text.

    Every item is a SpecObject of its level's type, every link a SpecRelation of its relation's type, from the lower end
    to the upper.
    """
    stamp = when.astimezone(UTC).isoformat(timespec="seconds")
    writer = _Writer(graph, lang, stamp)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<REQ-IF xmlns="{_NAMESPACE}" xmlns:xhtml="{_XHTML_NAMESPACE}">',
            "<THE-HEADER>",
            f'<REQ-IF-HEADER IDENTIFIER="{_identifier(title + stamp)}">',
            f"<CREATION-TIME>{stamp}</CREATION-TIME>",
            "<REQ-IF-TOOL-ID>svngraph</REQ-IF-TOOL-ID>",
            "<REQ-IF-VERSION>1.0</REQ-IF-VERSION>",
            "<SOURCE-TOOL-ID>svngraph</SOURCE-TOOL-ID>",
            f"<TITLE>{_text(title)}</TITLE>",
            "</REQ-IF-HEADER>",
            "</THE-HEADER>",
            "<CORE-CONTENT>",
            "<REQ-IF-CONTENT>",
            *writer.content(),
            "</REQ-IF-CONTENT>",
            "</CORE-CONTENT>",
            "</REQ-IF>",
            "",
        ]
    )


class _Writer:
    """The content of a ReqIF file, part by part."""

    def __init__(self, graph: TraceGraph, lang: str, stamp: str) -> None:
        self._graph = graph
        self._lang = lang
        self._stamp = f'LAST-CHANGE="{stamp}"'
        self._levels = [level for level in graph.levels if graph.at(level)]

    def content(self) -> Iterator[str]:
        """Types, objects, relations and specifications, in the order that the schema asks for."""
        text = f'IDENTIFIER="datatype-{_STRING}" LONG-NAME="T_String32k" MAX-LENGTH="{_LONGEST}" {self._stamp}'
        xhtml = f'IDENTIFIER="datatype-{_XHTML}" LONG-NAME="T_XHTML" {self._stamp}'
        yield f"<DATATYPES><DATATYPE-DEFINITION-STRING {text}/><DATATYPE-DEFINITION-XHTML {xhtml}/></DATATYPES>"
        yield "<SPEC-TYPES>"
        for level in self._levels:
            yield f'<SPEC-OBJECT-TYPE IDENTIFIER="type-{level.key}" LONG-NAME={self._tag(level)} {self._stamp}>'
            yield self._definitions(f"type-{level.key}", _ATTRIBUTES)
            yield "</SPEC-OBJECT-TYPE>"
        for relation in sorted({link.relation for link in self._graph.links}):
            name = _last(relation)
            yield f'<SPEC-RELATION-TYPE IDENTIFIER="{_identifier(relation)}" LONG-NAME={quoteattr(name)} {self._stamp}>'
            yield self._definitions(_identifier(relation), ("BASIS",))
            yield "</SPEC-RELATION-TYPE>"
        yield f'<SPECIFICATION-TYPE IDENTIFIER="type-level" LONG-NAME="Level" {self._stamp}/>'
        yield "</SPEC-TYPES>"
        yield "<SPEC-OBJECTS>"
        for level in self._levels:
            yield from map(self._object, self._graph.at(level))
        yield "</SPEC-OBJECTS>"
        yield "<SPEC-RELATIONS>"
        yield from map(self._relation, self._graph.links)
        yield "</SPEC-RELATIONS>"
        yield "<SPECIFICATIONS>"
        yield from map(self._specification, self._levels)
        yield "</SPECIFICATIONS>"

    def _tag(self, level: Level) -> str:
        return quoteattr(_last(level.iri))

    def _definitions(self, owner: str, names: tuple[str, ...]) -> str:
        return f"<SPEC-ATTRIBUTES>{''.join(self._definition(owner, name) for name in names)}</SPEC-ATTRIBUTES>"

    def _definition(self, owner: str, name: str) -> str:
        kind = _kind(name)
        reference = f"<DATATYPE-DEFINITION-{kind}-REF>datatype-{kind}</DATATYPE-DEFINITION-{kind}-REF>"
        opening = f'<ATTRIBUTE-DEFINITION-{kind} IDENTIFIER="{owner}--{name}" LONG-NAME="{name}" {self._stamp}>'
        return f"{opening}<TYPE>{reference}</TYPE></ATTRIBUTE-DEFINITION-{kind}>"

    def _values(self, owner: str, values: dict[str, str]) -> str:
        written = "".join(_attribute(owner, name, value) for name, value in values.items() if value)
        return f"<VALUES>{written}</VALUES>"

    def _object(self, item: Item) -> str:
        name = item.label.text(self._lang) or item.key
        other = item.label.en if self._lang == "sv" else item.label.sv
        home = self._graph.plans.get(item.plan) if item.plan else None
        texts = (qualified(item.iri), name, other or name, str(item.iri), home.key if home else "")
        values = self._values(f"type-{item.level.key}", dict(zip(_ATTRIBUTES, texts, strict=True)))
        kind = f"<TYPE><SPEC-OBJECT-TYPE-REF>type-{item.level.key}</SPEC-OBJECT-TYPE-REF></TYPE>"
        opening = f'<SPEC-OBJECT IDENTIFIER="{_identifier(item.iri)}" LONG-NAME={_value(name)} {self._stamp}>'
        return f"{opening}{kind}{values}</SPEC-OBJECT>"

    def _relation(self, link: Link) -> str:
        owner = _identifier(link.relation)
        identifier = _identifier(f"{link.source} {link.relation} {link.target}")
        ends = "".join(
            f"<{side}><SPEC-OBJECT-REF>{_identifier(iri)}</SPEC-OBJECT-REF></{side}>"
            for side, iri in (("SOURCE", link.source), ("TARGET", link.target))
        )
        kind = f"<TYPE><SPEC-RELATION-TYPE-REF>{owner}</SPEC-RELATION-TYPE-REF></TYPE>"
        values = self._values(owner, {"BASIS": _last(link.basis) if link.basis else ""})
        return f'<SPEC-RELATION IDENTIFIER="{identifier}" {self._stamp}>{kind}{ends}{values}</SPEC-RELATION>'

    def _specification(self, level: Level) -> str:
        name = level.label.text(self._lang) or level.key
        children = "".join(
            f'<SPEC-HIERARCHY IDENTIFIER="{_identifier(f"place {item.iri}")}" {self._stamp}>'
            f"<OBJECT><SPEC-OBJECT-REF>{_identifier(item.iri)}</SPEC-OBJECT-REF></OBJECT></SPEC-HIERARCHY>"
            for item in self._graph.at(level)
        )
        kind = "<TYPE><SPECIFICATION-TYPE-REF>type-level</SPECIFICATION-TYPE-REF></TYPE>"
        opening = f'<SPECIFICATION IDENTIFIER="level-{level.key}" LONG-NAME={_value(name)} {self._stamp}>'
        return f"{opening}{kind}<CHILDREN>{children}</CHILDREN></SPECIFICATION>"


def _kind(name: str) -> str:
    return _XHTML if name in _FORMATTED else _STRING


def _attribute(owner: str, name: str, value: str) -> str:
    kind = _kind(name)
    reference = f"<ATTRIBUTE-DEFINITION-{kind}-REF>{owner}--{name}</ATTRIBUTE-DEFINITION-{kind}-REF>"
    definition = f"<DEFINITION>{reference}</DEFINITION>"
    if kind == _STRING:
        return f"<ATTRIBUTE-VALUE-STRING THE-VALUE={_value(value)}>{definition}</ATTRIBUTE-VALUE-STRING>"
    text = f"<THE-VALUE><xhtml:div>{_text(value)}</xhtml:div></THE-VALUE>"
    return f"<ATTRIBUTE-VALUE-XHTML>{definition}{text}</ATTRIBUTE-VALUE-XHTML>"


def _identifier(text: str) -> str:
    """An identifier that follows from a text and is an xsd:ID whatever it holds."""
    return f"_{sha256(text.encode()).hexdigest()[:32]}"


def _value(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:_LONGEST])


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
