"""SPARQL results in JSON as terms.

Source: https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from svngraph.store import Solutions

_IRI = re.compile(r"[^<>\"{}|^`\\\x00-\x20]+")
_TRUTH = {"1": "true", "0": "false"}


def solutions(answer: Mapping[str, Any]) -> Solutions:
    """The solutions in an answer; that of an ASK has neither variables nor rows.

    Errors: ValueError, KeyError, TypeError where it is none.
    """
    if isinstance(answer.get("boolean"), bool):
        return Solutions((), ())
    variables = tuple(answer["head"]["vars"])
    rows = tuple(
        tuple(_term(row[name]) if name in row else None for name in variables) for row in answer["results"]["bindings"]
    )
    return Solutions(variables, rows)


def _term(value: dict[str, str]) -> Node:
    if value["type"] == "uri":
        if not _IRI.fullmatch(value["value"]):
            raise ValueError(f"no IRI: {value['value']!r}")
        return URIRef(value["value"])
    if value["type"] == "bnode":
        return BNode(value["value"])
    # Virtuoso says it as the first draft of the format did.
    if value["type"] not in ("literal", "typed-literal"):
        raise ValueError(f"a term of type {value['type']!r}")
    text, datatype = value["value"], value.get("datatype")
    if datatype == str(XSD.boolean):
        text = _TRUTH.get(text, text)
    return Literal(text, lang=value.get("xml:lang"), datatype=URIRef(datatype) if datatype else None, normalize=False)
