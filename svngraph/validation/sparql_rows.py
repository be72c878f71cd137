"""What the rows of the SPARQL back end's queries mean: pairs, violations, results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.columns.values import value_of
from svngraph.errors import EndpointError
from svngraph.validation import constraints as c
from svngraph.validation import plan as p
from svngraph.validation.answers import Terms
from svngraph.validation.messages import default_messages, filled
from svngraph.validation.prebound import Row
from svngraph.validation.report import Result, reported_path

Pair = tuple[Node, Node]
Details = Mapping[Node, list[Result]]


def rows_of(pairs: Iterable[Pair]) -> Iterator[Row]:
    """The violations that each consist of a focus node and a value node."""
    return (Row(focus, value, None, {}) for focus, value in pairs)


def value_key(literal: Literal) -> object:
    """What is the same for two literals that a store may take for one: the datatype and the value."""
    value = None if literal.language else value_of(str(literal), str(literal.datatype))
    return literal if value is None else (literal.datatype, value)


def pair_of(row: Terms) -> Pair:
    """The focus node and the value node of a row.

    Errors: EndpointError where one is unbound, which the query does not allow.
    """
    focus, value = row[0], row[-1]
    if focus is None or value is None:
        raise EndpointError("it gave a solution with an unbound variable", remedy="check the server")
    return focus, value


def row_of(constraint: c.Constraint, terms: Terms) -> Row:
    """The violation that a row of a constraint's query tells.

    Errors: EndpointError as above.
    """
    focus = terms[0]
    if focus is None:
        raise EndpointError("it gave a solution with an unbound variable", remedy="check the server")
    if isinstance(constraint, c.MinCount | c.MaxCount | c.HasValue | c.UniqueLang | c.Qualified):
        return Row(focus, None, None, {})
    path = terms[-1] if isinstance(constraint, c.Closed) else None
    value = terms[-2] if path is not None else terms[1] if len(terms) > 1 else focus
    return Row(focus, value, path if isinstance(path, URIRef) else None, {})


def result_of(shape: p.Shape, constraint: c.Constraint, row: Row, details: Details) -> Result:
    """The result of a violation; ``details`` has, by value node, the results of the shapes inside."""
    queried = isinstance(constraint, (c.Sparql, c.Custom))
    said = row.bindings.get("message") if queried else None
    own = constraint.messages if isinstance(constraint, (c.Sparql, c.Custom)) else ()
    messages = own or shape.messages or default_messages(constraint)
    if queried:
        messages = filled((said,) if isinstance(said, Literal) else messages, row.bindings)
    return Result(
        focus_node=row.focus,
        path=row.path or reported_path(shape.path),
        value=row.value,
        source_shape=shape.node,
        component=constraint.component,
        severity=shape.severity,
        messages=messages,
        details=() if row.value is None else tuple(details.get(row.value, ())),
        source_constraint=constraint.node if isinstance(constraint, c.Sparql) else None,
    )


def order_of(result: Result) -> tuple[str, str, str]:
    """The key by which the results of one constraint are sorted."""
    value = "" if result.value is None else _name(result.value)
    return (_name(result.focus_node), str(result.path), value)


def _name(term: Node) -> str:
    # An endpoint may give what is no IRI, which rdflib would refuse to write.
    return f"<{term}>" if isinstance(term, URIRef) else term.n3()
