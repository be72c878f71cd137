"""The columnar snapshot: a dataset as integers in sorted columns, the one in-process index of svngraph.

Terms are numbered once; each predicate has one pair of id columns per direction; property paths are set algebra over
them. Validation, tracing and coverage run on it at nearly the speed of reading the data.

>>> from svngraph.columns import Snapshot
>>> snapshot = Snapshot.of_bytes(b"<a:plan> <a:has> <a:goal> .", "nt")
>>> len(snapshot)
1
"""

from svngraph.columns.building import Column
from svngraph.columns.paths import (
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
    follow,
    path_text,
    predicates_of,
)
from svngraph.columns.sets import Ids, Pairs, pair_union
from svngraph.columns.snapshot import Snapshot
from svngraph.columns.terms import Kind, Terms

__all__ = [
    "Alternative",
    "Column",
    "Ids",
    "Inverse",
    "Kind",
    "OneOrMore",
    "Pairs",
    "Path",
    "Predicate",
    "Sequence",
    "Snapshot",
    "Terms",
    "ZeroOrMore",
    "ZeroOrOne",
    "follow",
    "pair_union",
    "path_text",
    "predicates_of",
]
