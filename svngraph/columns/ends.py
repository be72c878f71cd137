"""Every statement of a dataset with its named graph, found at once from its subject or from its object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rdflib import URIRef
from rdflib.term import Node

from svngraph.columns import reading
from svngraph.columns.sets import Ids
from svngraph.columns.terms import Kind, Terms
from svngraph.errors import InputError

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Sorted:
    """Statements sorted by one of their ends: where each end's begin, the predicate, the other end, and the graph."""

    starts: Offsets
    predicates: Ids
    others: Ids
    graphs: Ids

    @classmethod
    def of(cls, rows: Ids, end: int, size: int) -> _Sorted:
        order = np.lexsort((rows[:, 3], rows[:, 2 - end], rows[:, 1], rows[:, end]))
        starts = np.searchsorted(rows[order, end], np.arange(size + 1)).astype(np.int64)
        return cls(starts, rows[order, 1], rows[order, 2 - end], rows[order, 3])

    def at(self, index: int) -> list[tuple[int, int, int]]:
        if index + 1 >= len(self.starts):
            return []
        a, z = self.starts[index], self.starts[index + 1]
        return list(
            zip(self.predicates[a:z].tolist(), self.others[a:z].tolist(), self.graphs[a:z].tolist(), strict=True)
        )


class Ends:
    """The statements of a dataset by either end; a statement that stands in several graphs is met once for each.

    Units: terms are ids; :attr:`terms` has their keys.
    """

    def __init__(self, terms: Terms, rows: Ids) -> None:
        self.terms = terms
        self._kinds = bytes(terms.kinds())  # of bytes a single one is had faster than of an array
        self._subjects = _Sorted.of(rows, 0, len(terms))
        self._objects = _Sorted.of(rows, 2, len(terms))

    @classmethod
    def of_nquads(cls, dump: bytes) -> Ends:
        """The statements of a dump. Errors: InputError, with the line."""
        return cls.of_rows(*Terms.of_bytes(dump))

    @classmethod
    def of_rows(cls, met: Terms, rows: Ids) -> Ends:
        """The statements of rows of ids of another numbering, each with its graph."""
        # Numbered in the order of their texts, so that the order of telling does not depend on what else there is.
        keys = [*met.keys(range(len(met)))]
        order = sorted(range(1, len(keys)), key=[str(key) for key in keys].__getitem__)
        terms, places = Terms(), np.zeros(len(keys), np.int32)
        for index in order:
            places[index] = terms.number(keys[index])
        return cls(terms, places[rows])

    def __len__(self) -> int:
        return len(self._subjects.others)

    def id(self, term: Node | str) -> int | None:
        """The id of an IRI (or of any rdflib term), or None where the dataset does not have it."""
        try:
            return self.terms.find(term if isinstance(term, Node) else URIRef(term))
        except InputError:  # what is no IRI is not there
            return None

    def parts(self, index: int) -> tuple[str, str, str]:
        """What a term is, as text, in the shape of :func:`svngraph.columns.reading.parts_of`."""
        return reading.parts_of(self.terms.key(index))

    def written(self, index: int) -> str:
        """A term in N-Triples."""
        return str(self.terms.key(index))

    def about(self, subject: int) -> list[tuple[int, int, int]]:
        """What is said of a thing: predicate, object and graph, in that order."""
        return self._subjects.at(subject)

    def pointing(self, value: int) -> list[tuple[int, int, int]]:
        """What points to a thing: predicate, subject and graph, in that order."""
        return self._objects.at(value)

    def is_blank(self, index: int) -> bool:
        """Whether a term is a blank node."""
        return self._kinds[index] == Kind.BLANK

    def is_literal(self, index: int) -> bool:
        """Whether a term is a literal."""
        return self._kinds[index] == Kind.LITERAL

    def with_predicate(self, predicate: int) -> list[int]:
        """The subjects of a predicate, each once."""
        places = np.flatnonzero(self._subjects.predicates == predicate)
        found = np.unique(np.searchsorted(self._subjects.starts, places, side="right") - 1)
        listed: list[int] = found.tolist()
        return listed

    def iris(self, start: str) -> list[str]:
        """The IRIs that begin so and are the subject or the object of something, in the order of the numbering."""
        subjects, objects = np.diff(self._subjects.starts), np.diff(self._objects.starts)
        found = np.flatnonzero((subjects + objects) > 0).tolist()
        texts = (self.parts(index) for index in found if self._kinds[index] == Kind.IRI)
        return [text for _kind, text, _more in texts if text.startswith(start)]

    def subjects(self) -> list[int]:
        """Every id that is a subject, in the order of the numbering."""
        found: Ids = np.flatnonzero(np.diff(self._subjects.starts)).astype(np.int32)
        listed: list[int] = found.tolist()
        return listed
