"""What a result says where its shape has no message of its own: one sentence a component, in Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph.validation import constraints as c

_SPACES = re.compile(r"\{[?$](\w+)\}")


def default_messages(constraint: c.Constraint) -> tuple[Literal, ...]:
    """The messages of a constraint, first Swedish, then English."""
    swedish, english = _words(constraint)
    return (Literal(swedish, lang="sv"), Literal(english, lang="en"))


def filled(messages: tuple[Literal, ...], bindings: Mapping[str, Node]) -> tuple[Literal, ...]:
    """The messages with ``{$name}`` and ``{?name}`` replaced by the values of those names."""

    def fill(message: Literal) -> Literal:
        text = _SPACES.sub(lambda match: _shown(bindings[match[1]]) if match[1] in bindings else match[0], message)
        return Literal(text, lang=message.language, datatype=message.datatype)

    return tuple(map(fill, messages))


def _shown(term: Node) -> str:
    return str(term) if isinstance(term, (Literal, URIRef)) else term.n3()


def _words(constraint: c.Constraint) -> tuple[str, str]:
    match constraint:
        case c.ClassOf(cls):
            return f"värdet ska vara av klassen {cls.n3()}", f"the value must be of class {cls.n3()}"
        case c.Datatype(datatype):
            return (
                f"värdet ska vara en välformad literal av datatypen {datatype.n3()}",
                f"the value must be a well-formed literal of datatype {datatype.n3()}",
            )
        case c.NodeKind(kinds):
            names = sorted(kinds)
            return (
                f"värdet ska vara av slaget {' eller '.join(names)}",
                f"the value must be of kind {' or '.join(names)}",
            )
        case c.MinCount(count):
            return f"minst {count} värde(n) ska finnas", f"there must be at least {count} value(s)"
        case c.MaxCount(count):
            return f"högst {count} värde(n) får finnas", f"there may be at most {count} value(s)"
        case c.Bound(operator, limit):
            return f"värdet ska vara {operator} {limit}", f"the value must be {operator} {limit}"
        case _:
            return _text_words(constraint)


def _text_words(constraint: c.Constraint) -> tuple[str, str]:
    match constraint:
        case c.MinLength(length):
            return f"värdet ska ha minst {length} tecken", f"the value must have at least {length} characters"
        case c.MaxLength(length):
            return f"värdet får ha högst {length} tecken", f"the value may have at most {length} characters"
        case c.Pattern(pattern):
            return f"värdet ska stämma med mönstret {pattern}", f"the value must match the pattern {pattern}"
        case c.LanguageIn(ranges):
            return f"språket ska vara något av {', '.join(ranges)}", f"the language must be one of {', '.join(ranges)}"
        case c.UniqueLang():
            return "högst ett värde per språk får finnas", "there may be only one value per language"
        case _:
            return _relation_words(constraint)


def _relation_words(constraint: c.Constraint) -> tuple[str, str]:
    match constraint:
        case c.Equals(predicate):
            return (
                f"värdena ska vara desamma som för {predicate.n3()}",
                f"the values must equal those of {predicate.n3()}",
            )
        case c.Disjoint(predicate):
            return (
                f"värdet får inte också finnas i {predicate.n3()}",
                f"the value may not also be one of {predicate.n3()}",
            )
        case c.LessThan(predicate, or_equal):
            sign = "<=" if or_equal else "<"
            return (
                f"värdet ska vara {sign} det i {predicate.n3()}",
                f"the value must be {sign} that of {predicate.n3()}",
            )
        case c.HasValue(term):
            return f"värdet {term.n3()} saknas", f"the value {term.n3()} is missing"
        case c.In(terms):
            listed = ", ".join(term.n3() for term in terms[:12]) + (", …" if len(terms) > 12 else "")
            return f"värdet ska vara något av {listed}", f"the value must be one of {listed}"
        case c.Closed():
            return "egenskapen är inte tillåten här", "the property is not allowed here"
        case c.Qualified(_, count, most):
            return (
                f"{'högst' if most else 'minst'} {count} värde(n) ska uppfylla den inre formen",
                f"{'at most' if most else 'at least'} {count} value(s) must conform to the qualified shape",
            )
        case _:
            return _logical_words(constraint)


def _logical_words(constraint: c.Constraint) -> tuple[str, str]:
    match constraint:
        case c.Not():
            return "värdet får inte uppfylla formen", "the value may not conform to the shape"
        case c.Several("and"):
            return "värdet ska uppfylla alla formerna", "the value must conform to all of the shapes"
        case c.Several("or"):
            return "värdet ska uppfylla minst en av formerna", "the value must conform to at least one of the shapes"
        case c.Several():
            return "värdet ska uppfylla exakt en av formerna", "the value must conform to exactly one of the shapes"
        case c.NodeOf(shape):
            name = shape.n3() if isinstance(shape, URIRef) else ""
            return f"värdet uppfyller inte formen {name}".strip(), f"the value does not conform to shape {name}".strip()
        case _:
            return "villkoret är inte uppfyllt", "the constraint is not met"
