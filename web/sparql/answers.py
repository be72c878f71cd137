"""Answers that were given lately: over a dataset that does not change, the same query has the same answer."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict

from svngraph.errors import QueryError

# Functions whose value is another each time. Source: https://www.w3.org/TR/sparql11-query/#SparqlOps
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_MOST = 32 << 20
_LARGEST = 256 << 10
_FAILURES = 500
_REMEMBERED = 30.0


class Answers:
    """Small answers by query and media type, with their number of rows, and queries that were ended a moment ago.

    Units: 32 MiB of answers of up to 256 KiB; failures for 30 seconds.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[bytes, int]] = OrderedDict()
        self._size = 0
        self._failed: OrderedDict[str, tuple[float, QueryError]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, query: str, media: str) -> tuple[bytes, int] | None:
        """An answer that was kept. Errors: the failure of the same query a moment ago, which would come again."""
        with self._lock:
            known = self._failed.get(query)
            if known is not None and time.monotonic() - known[0] < _REMEMBERED:
                raise type(known[1])(known[1].what, remedy=known[1].remedy)
            found = self._kept.get((query, media))
            if found is not None:
                self._kept.move_to_end((query, media))
            return found

    def put(self, query: str, media: str, body: bytes, rows: int) -> bool:
        """Keep an answer, if it is small and would be the same again; whether that is so."""
        if len(body) > _LARGEST or _CHANGING.search(query):
            return False
        with self._lock:
            if (query, media) not in self._kept:
                self._kept[query, media] = (body, rows)
                self._size += len(body) + len(query)
            while self._size > _MOST:
                (old, _media), (gone, _rows) = self._kept.popitem(last=False)
                self._size -= len(gone) + len(old)
        return True

    def failed(self, query: str, failure: QueryError) -> None:
        """Remember that a query was ended at a limit."""
        with self._lock:
            self._failed[query] = (time.monotonic(), failure)
            while len(self._failed) > _FAILURES:
                self._failed.popitem(last=False)
