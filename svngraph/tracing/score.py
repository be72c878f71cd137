"""The trace score: of the links that the policy expects, how many are present, from 0 to 100, with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from rdflib import URIRef

from svngraph.model import BASES
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.gaps import held
from svngraph.tracing.policy import Rule


@dataclass(frozen=True)
class Term:
    """A line of the arithmetic: of how many items a rule expects a link, and how many have it; waived ones left out."""

    rule: Rule
    expected: int
    present: int
    waived: int = 0


@dataclass(frozen=True)
class Score:
    """The present over the expected links of all the terms.

    >>> Score(()).value is None
    True
    """

    terms: tuple[Term, ...]

    @property
    def expected(self) -> int:
        """How many links are expected."""
        return sum(term.expected for term in self.terms)

    @property
    def present(self) -> int:
        """How many of them are present."""
        return sum(term.present for term in self.terms)

    @property
    def value(self) -> float | None:
        """The score in 0..100; None where nothing is expected."""
        return 100 * self.present / self.expected if self.expected else None


def score(
    columns: TraceColumns,
    rules: Iterable[Rule],
    as_of: date,
    plan: URIRef | None = None,
    waived: frozenset[tuple[str, URIRef]] = frozenset(),
) -> Score:
    """The trace score of a dataset on a day.

    Each item counts once for each thing that is asked of it. A rule that only informs expects nothing, and of two rules
    that ask for the same levels the one that is content with less counts: the score says what is there, and the gaps
    say how firmly. ``waived`` holds pairs of a rule's ``to`` and an item: those are not expected.

    Units:  links, and 0..100.
    Source: the trace score of requirements tools: present over expected relationships.
    """
    demands: dict[tuple[str, str, str], Rule] = {}
    for rule in rules:
        key = (rule.level, rule.direction, rule.to)
        known = demands.get(key)
        if rule.severity != "info" and (known is None or BASES.index(rule.basis) > BASES.index(known.basis)):
            demands[key] = rule
    terms = []
    for rule in demands.values():
        asked, kept = held(columns, rule, as_of, plan)
        excused = np.zeros(asked.size, np.bool_)
        if waived:
            excused = np.array([(rule.to, iri) in waived for iri in columns.iris(asked.tolist())], np.bool_)
        counted = ~excused | kept
        terms.append(Term(rule, int(counted.sum()), int(kept.sum()), int((~counted).sum())))
    return Score(tuple(terms))
