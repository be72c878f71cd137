"""The limits that a query runs under, and the ways in which it can be ended by them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from svngraph.errors import QueryError, QueryTimeout

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a query may use, and how many may run.

    Units: ``seconds`` of wall time; ``memory`` in bytes beyond what the dataset takes; ``size`` in bytes of the answer;
           ``rows`` of solutions or triples; ``workers`` queries at once, of which ``long`` may use more than ``quick``
           seconds of processor time; ``queue`` of those that may wait ``wait`` seconds for a free worker, so that the
           threads of the server stay free for pages; ``uses`` of a worker before a new one.
    """

    seconds: float = 10.0
    memory: int = 512 * MEBIBYTE
    size: int = 64 * MEBIBYTE
    rows: int = 500_000
    workers: int = field(default_factory=lambda: max(8, 4 * (os.cpu_count() or 2)))
    long: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    quick: float = 0.1
    queue: int = 12
    wait: float = 2.0
    uses: int = 2000


class OutOfTime(QueryTimeout):
    """A query that was ended at its time limit."""


class OutOfMemory(QueryError):
    """A query that was ended because it asked for more memory than it may use."""


class TooLarge(QueryError):
    """A query whose answer is larger than an answer may be."""


class TooComplex(QueryError):
    """A query that is nested more deeply than the engine can follow."""


class Busy(QueryError):
    """A query that was not run, or not run to its end, since too many others were running."""


class Refused(QueryError):
    """A request to change the dataset or to ask another place."""
