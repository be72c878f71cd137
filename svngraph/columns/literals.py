"""What literals say, decoded once and when asked: lexical form, language, datatype, value, well-formedness."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from svngraph.columns import reading
from svngraph.columns.datatypes import Value, is_well_formed, value_of
from svngraph.columns.ordering import orders
from svngraph.columns.sets import Ids, union, unique
from svngraph.columns.terms import Terms

Codes = npt.NDArray[np.int32]
_UNKNOWN = -1
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Literals:
    """The decoded literals of a numbering.

    A literal's *type* is its language tag or else its datatype. Types, languages and datatypes are given as codes,
    which are local to this object; the code 0 stands for none.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._codes: defaultdict[str, int] = defaultdict()
        self._codes.default_factory = self._codes.__len__
        self._code: Callable[[str], int] = self._codes.__getitem__
        self._code("")
        self._texts: list[str] = []
        self._types = _Lazy(terms, lambda keys: map(self._code, reading.types_of(keys)))
        self._lengths = _Lazy(terms, lambda keys: map(len, reading.lexicals_of(keys)))
        self._well_formed = _Lazy(terms, _well_formed)
        self._values: dict[int, Value | None] = {}

    def code(self, text: str) -> int:
        """The code of a language tag (lower case) or datatype address, for comparison with the columns below."""
        return self._code(text)

    def text(self, code: int) -> str:
        """The language tag or datatype address of a code."""
        if code >= len(self._texts):
            self._texts = list(self._codes)
        return self._texts[code]

    def languages(self, ids: Ids) -> Codes:
        """The codes of the language tags of these terms."""
        return self._translated(ids, lambda text: text[1:].lower() if text.startswith("@") else "")

    def datatypes(self, ids: Ids) -> Codes:
        """The codes of the datatypes of these terms."""
        return self._translated(ids, lambda text: _LANG_STRING if text.startswith("@") else text)

    def _translated(self, ids: Ids, meaning: Callable[[str], str]) -> Codes:
        types = self._types.of(ids)
        table = np.array([self._code(meaning(text)) for text in list(self._codes)], np.int32)
        translated: Codes = table[types]
        return translated

    def lengths(self, ids: Ids) -> Codes:
        """The lengths, in code points, of what SPARQL's STR gives for these terms."""
        return self._lengths.of(ids)

    def well_formed(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Which of these literals have a lexical form that their datatype allows; true for unknown datatypes."""
        return np.equal(self._well_formed.of(ids), 1)

    def lexicals(self, ids: Ids) -> Iterator[str]:
        """What SPARQL's STR gives for each of these terms."""
        return reading.lexicals_of(self._terms.keys(ids.tolist()))

    def values(self, ids: Ids) -> list[Value | None]:
        """The comparable value of each literal, None where SPARQL cannot order it; each is worked out once."""
        known, wanted = self._values, ids.tolist()
        missing = [index for index in set(wanted) if index not in known]
        keys = list(self._terms.keys(missing))
        described = zip(missing, reading.lexicals_of(keys), reading.types_of(keys), strict=True)
        known.update((index, value_of(lexical, datatype)) for index, lexical, datatype in described)
        return [known[index] for index in wanted]

    def orders(self, left: Ids, right: Ids) -> npt.NDArray[np.int8]:
        """How each of these literals stands to the other one of its row, as :func:`svngraph.columns.ordering.orders`.

        Shape:  the literals that are compared are decoded once, however many rows have them.
        """
        ids = union(unique(left), unique(right))
        return orders(self.values(ids), np.searchsorted(ids, left), np.searchsorted(ids, right))


def _well_formed(keys: Iterator[reading.Key]) -> Iterator[int]:
    listed = list(keys)
    return map(is_well_formed, reading.lexicals_of(listed), reading.types_of(listed))


class _Lazy:
    """A column over all terms whose cells are computed at the first look, whichever thread has it."""

    def __init__(self, terms: Terms, compute: Callable[[Iterator[reading.Key]], Iterator[int]]) -> None:
        self._terms = terms
        self._compute = compute
        self._cells: Codes = np.empty(0, np.int32)
        self._lock = threading.Lock()

    def of(self, ids: Ids) -> Codes:
        with self._lock:
            return self._filled(ids)

    def _filled(self, ids: Ids) -> Codes:
        if len(self._cells) < len(self._terms):
            # Room to grow, so that an edit that brings a few new terms does not copy the column.
            room = np.full(len(self._terms) * 5 // 4 - len(self._cells), _UNKNOWN, np.int32)
            self._cells = np.concatenate([self._cells, room])
        found = self._cells[ids]
        missing = unique(ids[found == _UNKNOWN])
        if missing.size:
            keys = self._terms.keys(missing.tolist())
            self._cells[missing] = np.fromiter(self._compute(keys), np.int32, missing.size)
            found = self._cells[ids]
        return found
