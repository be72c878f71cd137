"""The numbering of terms: every distinct IRI, blank node and literal has one id, in order of first appearance."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from itertools import count, islice

import numpy as np
import numpy.typing as npt
from rdflib.term import Node

from svngraph.columns.reading import DEFAULT_GRAPH, KEY_KINDS, Key, Source, blank, key_of, label_of, read_bytes, term_of
from svngraph.columns.sets import Ids


class Kind(IntEnum):
    """What a term is."""

    IRI = 0
    BLANK = 1
    LITERAL = 2
    OTHER = 3


class Terms:
    """A growing two-way table between terms and ids. Ids never change, so snapshots of one dataset share it.

    Threads may share it too, once it is loaded: what it works out at the first look is worked out under a lock.
    """

    def __init__(self) -> None:
        self._ids: defaultdict[Key, int] = defaultdict()
        self._ids.default_factory = self._ids.__len__
        self._keys: list[Key] = []
        self._kinds: npt.NDArray[np.int8] = np.empty(0, np.int8)
        self._kinds_known = 0
        self._lock = threading.RLock()
        self.default_graph = self._ids[DEFAULT_GRAPH]

    @classmethod
    def of_bytes(cls, data: bytes, extension: str = "nq") -> tuple[Terms, Ids]:
        """The numbering of RDF held in memory, and its statements as rows of ids, with their graphs where it has any.

        Errors: InputError, with the line.
        """
        terms = cls()
        return terms, read_bytes(data, extension).numbers(terms.number)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def number(self) -> Callable[[Key], int]:
        """The function from a key to its id, which numbers a key it has not seen; for one thread, that loads."""
        return self._ids.__getitem__

    def _synced(self) -> list[Key]:
        # Insertion order of the dictionary is id order, so the list only ever needs its tail.
        if len(self._keys) < len(self._ids):
            with self._lock:
                self._keys.extend(islice(self._ids, len(self._keys), None))
        return self._keys

    def key(self, index: int) -> Key:
        """The key with this id."""
        return self._synced()[index]

    def keys(self, ids: Iterable[int]) -> Iterator[Key]:
        """The keys with these ids, in their order."""
        return map(self._synced().__getitem__, ids)

    def find(self, term: Node) -> int | None:
        """The id of an rdflib term, or None where the dataset does not have it."""
        return self._ids.get(key_of(term))

    def intern(self, term: Node) -> int:
        """The id of an rdflib term, which is numbered now if it was not."""
        key = key_of(term)
        with self._lock:
            index = self._ids[key]
            if index == len(self._keys):
                # Kept in step here: catching up later would walk the whole dictionary for one term.
                self._keys.append(key)
        return index

    def term(self, index: int) -> Node:
        """The rdflib term with this id."""
        return term_of(self.key(index))

    def kinds(self) -> npt.NDArray[np.int8]:
        """The kind of every term, by id."""
        with self._lock:
            return self._kinds_synced()

    def _kinds_synced(self) -> npt.NDArray[np.int8]:
        keys = self._synced()
        known, total = self._kinds_known, len(keys)
        if known < total:
            if total > len(self._kinds):
                self._kinds = np.concatenate([self._kinds, np.zeros(total * 5 // 4 - len(self._kinds), np.int8)])
            kinds = map(KEY_KINDS.__getitem__, map(type, keys[known:]))
            self._kinds[known:total] = np.fromiter(kinds, np.int8, total - known)
            self._kinds_known = total
        return self._kinds[:total]

    def name_blank_nodes(self, start: int, source: Source) -> None:
        """Give the blank nodes that a source brought, those with ids from ``start`` on, labels that stay the same.

        The parser gives every node that has no label of its own, or whose label another file may have, one by chance.
        """
        if start == len(self) or source.chance is None:
            return
        keys, numbers = self._synced(), count()
        for index in (np.flatnonzero(self.kinds()[start:] == Kind.BLANK) + start).tolist():
            old = keys[index]
            if source.chance.fullmatch(label_of(old)):
                fresh = (blank(f"f{source.place}-{number}") for number in numbers)
                new = next(key for key in fresh if key not in self._ids)
                # Later terms still come last in the dictionary, which is all that keeping in step needs.
                del self._ids[old]
                self._ids[new] = index
                keys[index] = new

    def of_kind(self, ids: Ids, *kinds: Kind) -> npt.NDArray[np.bool_]:
        """Which of these ids are of one of these kinds."""
        table = np.zeros(len(Kind), np.bool_)
        table[[int(kind) for kind in kinds]] = True
        return table[self.kinds()[ids]]
