"""What has become of the vocabulary since a release: terms that have come, gone or are told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from svngraph.namespaces import ROOT, SVN

_GRAPH = f" <{ROOT}graph/ontology> .".encode()
_START = f"<{SVN}".encode()
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Changes:
    """The terms by their IRIs; ``altered`` says by which of their properties, in order."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    altered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)


def changes(before: bytes, now: bytes) -> Changes:
    """The changes from one state of the dataset to another, both canonical N-Quads.

    What is said of a term in blank nodes is not compared.
    """
    old, new = _terms(before), _terms(now)
    altered = {
        term: tuple(sorted({predicate for predicate, _value in new[term] ^ old[term]}))
        for term in sorted(old.keys() & new.keys())
        if new[term] != old[term]
    }
    return Changes(tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys())), altered)


def _terms(nquads: bytes) -> dict[str, set[tuple[str, str]]]:
    """What is said of each term of the vocabulary that is said to be something."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in nquads.splitlines():
        if line.startswith(_START) and line.endswith(_GRAPH):
            subject, predicate, value = line[: -len(_GRAPH)].decode().split(" ", 2)
            if not value.startswith("_:"):
                found.setdefault(subject[1:-1], set()).add((predicate[1:-1], value))
    return {term: said for term, said in found.items() if term != str(SVN) and any(p == _TYPE for p, _value in said)}
