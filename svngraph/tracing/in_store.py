"""Coverage and closure asked as SPARQL, inside the store that holds the data: for datasets that outgrow one machine.

The same meanings as :mod:`svngraph.tracing.coverage`, over the links that the vocabulary allows between levels: an
unwanted link is a finding there and is not followed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.namespaces import Names
from svngraph.store import Store
from svngraph.tracing import asking
from svngraph.tracing.coverage import Meaning
from svngraph.tracing.items import Level, below
from svngraph.tracing.vocabulary import Vocabulary


@dataclass(frozen=True)
class Chain:
    """The levels of a store's vocabulary and which of them each trace property joins, lower before upper."""

    levels: tuple[Level, ...]
    steps: Mapping[Level, frozenset[Level]]
    allowed: Mapping[URIRef, frozenset[tuple[Level, Level]]]


@dataclass(frozen=True)
class StoreCoverage:
    """The items of a level by how they are covered down to a bottom; each set is within the one before it."""

    items: frozenset[URIRef]
    direct: frozenset[URIRef]
    any: frozenset[URIRef]
    all: frozenset[URIRef]

    def holding(self, meaning: Meaning) -> frozenset[URIRef]:
        """The items that are covered in a meaning."""
        return {"direct": self.direct, "any": self.any, "all": self.all}[meaning]


def chain_of(store: Store, names: Names) -> Chain:
    """The chain that a store's ontology declares."""
    words = Vocabulary(asking.ontology(store), names)
    levels = words.levels()
    allowed = words.allowed(words.relations(), levels)
    steps = {
        level: frozenset(upper for pairs in allowed.values() for lower, upper in pairs if lower == level)
        for level in levels
    }
    return Chain(levels, steps, allowed)


def cover_in_store(store: Store, chain: Chain, level: Level, bottom: Level) -> StoreCoverage:
    """The coverage of a level down to a bottom, by four queries; only the verdicts leave the store.

    Errors: UnknownLevel where the bottom does not lie below the level; QueryError, StoreError.
    """
    if not below(chain.steps, level, bottom):
        raise UnknownLevel(f"no way leads from {level.key} down to {bottom.key}", remedy="name a level further down")
    useful = [bottom, *(known for known in chain.levels if below(chain.steps, known, bottom))]
    words = sorted(
        relation
        for relation, pairs in chain.allowed.items()
        if any(lower in useful and upper != bottom for lower, upper in pairs)
    )
    down = "|".join(f"^<{word}>" for word in words)
    item = f"?item a <{level.iri}> ."
    kinds = " ".join(f"<{known.iri}>" for known in useful)
    inner = " ".join(f"<{known.iri}>" for known in useful if known != bottom)
    child = "VALUES ?kind { %s } ?%s %s ?%s . ?%s a ?kind"
    direct = child % (kinds, "item", f"({down})", "child", "child")
    reaching = f"?item ({down})+ ?end . ?end a <{bottom.iri}>"
    onward = child.replace("?kind", "?kind2") % (kinds, "stop", f"({down})", "next", "next")
    failing = f"VALUES ?kind {{ {inner} }} ?item ({down})* ?stop . ?stop a ?kind . "
    failing += f"FILTER NOT EXISTS {{ {onward} }}"
    return StoreCoverage(
        _asked(store, item),
        _asked(store, f"{item} FILTER EXISTS {{ {direct} }}"),
        _asked(store, f"{item} FILTER EXISTS {{ {reaching} }}"),
        _asked(store, f"{item} FILTER EXISTS {{ {reaching} }} FILTER NOT EXISTS {{ {failing} }}"),
    )


def reach_in_store(store: Store, chain: Chain, lower: Level, upper: Level) -> frozenset[tuple[URIRef, URIRef]]:
    """Every pair of a lower and an upper item that some chain joins."""
    up = "|".join(f"<{word}>" for word in sorted(chain.allowed))
    query = f"SELECT DISTINCT ?low ?up WHERE {{ ?low a <{lower.iri}> . ?low ({up})+ ?up . ?up a <{upper.iri}> }}"
    return frozenset((URIRef(str(low)), URIRef(str(high))) for low, high in store.select(query).rows)


def _asked(store: Store, pattern: str) -> frozenset[URIRef]:
    return frozenset(URIRef(str(row[0])) for row in store.select(f"SELECT DISTINCT ?item WHERE {{ {pattern} }}").rows)
