"""SHACL-SPARQL: constraints and constraint components read from a shapes graph, with the rules on pre-bound variables.

Source: https://www.w3.org/TR/shacl/#sparql-constraints, https://www.w3.org/TR/shacl/#pre-binding
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from svngraph.columns import Path, path_text
from svngraph.columns.engine import check_query
from svngraph.errors import QueryError
from svngraph.sparql import OPAQUE, asks_elsewhere
from svngraph.validation import constraints as c
from svngraph.validation.hierarchy import with_subclasses
from svngraph.validation.parameters import Reader

_PREBOUND = ("this", "value", "currentShape", "shapesGraph", "PATH")
_FORBIDDEN = re.compile(r"(?<![\w:?$-])(MINUS|VALUES)(?![\w:-])", re.IGNORECASE)
_REBOUND = re.compile(r"\bAS\s+[?$](\w+)", re.IGNORECASE)
_SELECT = re.compile(r"(?<![\w:?$-])SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?([^{]*?)(?:WHERE\s*)?\{", re.IGNORECASE)


@dataclass(frozen=True)
class Component:
    """A constraint component that a shapes graph declares: its parameters and its validators."""

    node: URIRef
    required: tuple[tuple[str, URIRef], ...]
    optional: tuple[tuple[str, URIRef], ...]
    validators: Mapping[Node, Node]
    messages: tuple[Literal, ...]


@lru_cache(maxsize=256)
def bare(query: str) -> str:
    """The query with the insides of strings, IRIs and comments blanked out, at the same length."""
    return OPAQUE.sub(lambda match: " " * len(match[0]) if match[0][0] == "#" else "_" * len(match[0]), query)


def components_of(graph: Graph) -> dict[Node, Component]:
    """Every constraint component that the shapes graph declares, by its IRI."""
    found: dict[Node, Component] = {}
    kinds = (SH.validator, SH.nodeValidator, SH.propertyValidator)
    classes = with_subclasses(graph, SH.ConstraintComponent)
    for node in sorted({node for cls in classes for node in graph.subjects(RDF.type, cls)}, key=str):
        required: list[tuple[str, URIRef]] = []
        optional: list[tuple[str, URIRef]] = []
        for parameter in graph.objects(node, SH.parameter):
            path = graph.value(parameter, SH.path)
            if isinstance(path, URIRef):
                name = re.split(r"[/#:]", str(path))[-1]
                is_optional = str(graph.value(parameter, SH.optional)).lower() in ("true", "1")
                (optional if is_optional else required).append((name, path))
        validators: dict[Node, Node] = {kind: validator for kind in kinds for validator in graph.objects(node, kind)}
        if required and validators and isinstance(node, URIRef):
            said = tuple(value for value in graph.objects(node, SH.message) if isinstance(value, Literal))
            found[node] = Component(node, tuple(sorted(required)), tuple(sorted(optional)), validators, said)
    return found


def sparql_constraints(reader: Reader, node: Node, path: Path | None) -> Iterator[c.Constraint]:
    """The ``sh:sparql`` constraints of a shape."""
    for constraint in sorted(reader.graph.objects(node, SH.sparql), key=reader.text):
        selects = list(reader.graph.objects(constraint, SH.select))
        if len(selects) != 1 or not isinstance(selects[0], Literal):
            raise reader.error(
                node, "a SPARQL-based constraint has exactly one sh:select, a string", "sparql-constraints"
            )
        query = _prepared(reader, node, constraint, str(selects[0]), path, ())
        if not reader.flag(constraint, SH.deactivated):
            yield c.Sparql(constraint, query, reader.messages(constraint))


def custom_constraints(
    reader: Reader, components: Mapping[Node, Component], node: Node, path: Path | None
) -> Iterator[c.Constraint]:
    """The constraints of declared components whose required parameters the shape has."""
    graph = reader.graph
    for component in components.values():
        values = [[(name, value) for value in graph.objects(node, word)] for name, word in component.required]
        if not all(values):
            continue
        extras = [
            (name, value) for name, word in component.optional for value in sorted(graph.objects(node, word), key=str)
        ]
        validator = component.validators.get(SH.nodeValidator if path is None else SH.propertyValidator)
        validator = validator or component.validators.get(SH.validator)
        if validator is None:
            continue
        for chosen in product(*(sorted(options, key=lambda pair: reader.text(pair[1])) for options in values)):
            yield _custom(reader, node, path, component, validator, (*chosen, *extras))


def _custom(
    reader: Reader,
    node: Node,
    path: Path | None,
    component: Component,
    validator: Node,
    parameters: tuple[tuple[str, Node], ...],
) -> c.Custom:
    ask = reader.graph.value(validator, SH.ask)
    text = ask if ask is not None else reader.graph.value(validator, SH.select)
    if not isinstance(text, Literal):
        raise reader.error(
            node, f"the validator {validator.n3()} has no sh:ask or sh:select", "sparql-constraint-components"
        )
    names = tuple(name for name, _ in (*component.required, *component.optional))
    query = _prepared(reader, validator, validator, str(text), path, names)
    if ask is not None and re.search(r"\bBIND\s*\([^)]*\bAS\s+[?$]value\b", bare(query), re.IGNORECASE):
        raise reader.error(validator, "a pre-bound variable may not be bound again: value", "pre-binding")
    said = reader.messages(validator) or tuple(sorted(component.messages, key=lambda text: text.n3()))
    return c.Custom(component.node, parameters, query, ask is not None, said)


def _prepared(
    reader: Reader, node: Node, holder: Node, text: str, path: Path | None, parameters: tuple[str, ...]
) -> str:
    if path is not None:
        text = re.sub(r"[?$]PATH\b", lambda _: path_text(path), text)
    elif re.search(r"[?$]PATH\b", bare(text)):
        raise reader.error(node, "only a property shape gives $PATH a meaning", "sparql-constraints-prebound")
    query = f"{_prefixes(reader, node, holder)}{text}"
    _check_prebinding(reader, node, query, parameters)
    try:
        check_query(query)
    except QueryError as error:
        raise reader.error(node, f"the query cannot be parsed: {error.what}", "sparql-constraints") from error
    return query


def _prefixes(reader: Reader, node: Node, holder: Node) -> str:
    graph = reader.graph
    # What a query without declarations may rely on, as other validators have it.
    known = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL), "sh": str(SH)}
    for ontology in graph.objects(holder, SH.prefixes):
        places = [ontology, *graph.transitive_objects(ontology, OWL.imports)]
        for declaration in (item for place in places for item in graph.objects(place, SH.declare)):
            prefix, namespace = graph.value(declaration, SH.prefix), graph.value(declaration, SH.namespace)
            if prefix is None or namespace is None:
                raise reader.error(node, "sh:declare has a sh:prefix and a sh:namespace", "sparql-prefixes")
            known[str(prefix)] = str(namespace)
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(known.items()))


def _check_prebinding(reader: Reader, node: Node, query: str, parameters: tuple[str, ...]) -> None:
    text = bare(query)
    forbidden = _FORBIDDEN.search(text)
    if forbidden or asks_elsewhere(query):
        word = forbidden[1].upper() if forbidden else "SERVICE"
        raise reader.error(node, f"a query with pre-bound variables has no {word}", "pre-binding")
    rebound = [name for name in _REBOUND.findall(text) if name in (*_PREBOUND[:1], *_PREBOUND[2:], *parameters)]
    if rebound:
        raise reader.error(node, f"a pre-bound variable may not be bound again: {rebound[0]}", "pre-binding")
    for nested in list(_SELECT.finditer(text))[1:] if not text.lstrip().upper().startswith("ASK") else []:
        if not re.search(r"[?$]this\b", nested[1]):
            raise reader.error(node, "a nested SELECT must return the pre-bound variable $this", "pre-binding")
