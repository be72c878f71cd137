"""Answers that were given lately: over a dataset that does not change, the same query has the same answer."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from svngraph.errors import QueryError

# Functions whose value is another each time, and what may hide one. Source: https://www.w3.org/TR/sparql11-query/#SparqlOps
# and #codepointEscape. Comments may stand before a bracket, so none is looked for: a word too many is only not kept.
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\u", re.IGNORECASE)
_MOST = 32 << 20
# What a key and the objects around an answer take.
_OVERHEAD = 512
_LARGEST = 256 << 10
_FAILURES = 500
_REMEMBERED = 30.0


class Answers:
    """Small answers by query and media type, with their number of rows, and queries that were ended a moment ago.

    Units: 32 MiB of answers of up to 256 KiB; failures for 30 seconds. Queries are known by their digests.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, str], tuple[bytes, int]] = OrderedDict()
        self._size = 0
        self._failed: OrderedDict[bytes, tuple[float, Callable[[], QueryError]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, query: str, media: str) -> tuple[bytes, int] | None:
        """An answer that was kept. Errors: the failure of the same query a moment ago, which would come again."""
        digest = _digest(query)
        with self._lock:
            self._forget()
            known = self._failed.get(digest)
            if known is not None:
                raise known[1]()
            found = self._kept.get((digest, media))
            if found is not None:
                self._kept.move_to_end((digest, media))
            return found

    def put(self, query: str, media: str, body: bytes, rows: int) -> bool:
        """Keep an answer, if it is small and would be the same again; whether that is so."""
        if len(body) > _LARGEST or _CHANGING.search(query):
            return False
        key = (_digest(query), media)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (body, rows)
                self._size += len(body) + _OVERHEAD
            while self._size > _MOST:
                _key, (gone, _rows) = self._kept.popitem(last=False)
                self._size -= len(gone) + _OVERHEAD
        return True

    def failed(self, query: str, failure: QueryError) -> None:
        """Remember that a query was ended at a limit."""
        # The failure itself would hold on to all that was in hand when it was raised, the query among it.
        again = partial(type(failure), failure.what, remedy=failure.remedy)
        digest = _digest(query)
        with self._lock:
            self._failed[digest] = (time.monotonic(), again)
            self._failed.move_to_end(digest)
            while len(self._failed) > _FAILURES:
                self._failed.popitem(last=False)

    def _forget(self) -> None:
        """Let go of the failures that were remembered long enough; the oldest come first."""
        while self._failed and time.monotonic() - next(iter(self._failed.values()))[0] >= _REMEMBERED:
            self._failed.popitem(last=False)


def _digest(query: str) -> bytes:
    # As the workers are sent it.
    return hashlib.sha256(query.encode(errors="replace")).digest()
