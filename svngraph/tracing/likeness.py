"""How alike two items are, in parts that can be looked at: candidates for a person to judge, never a verdict.

Measured on two years of plans, no threshold separates true predecessors from chance: Swedish compounds hide what words
share (*vårdproduktion*, *produktionssamarbete*), and unrelated items share the words of all plans. So candidates are
ranked, each with the parts of its score, and the decision is somebody's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rdflib import URIRef
from snowballstemmer import stemmer

from svngraph.tracing.chains import trace
from svngraph.tracing.graph import Item, TraceGraph

# What each part weighs; a part that neither item has anything of is left out of the mean.
WEIGHTS: Mapping[str, float] = {"stems": 0.4, "trigrams": 0.2, "compounds": 0.2, "place": 0.1, "groups": 0.1}
_LANGUAGES = {"sv": "swedish", "en": "english"}
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "och för att med som den det de av på till från inom genom mellan samt eller om i en ett ska vid "
        "and for that with as the of on to from within through between or a an in by at is are",
    )
)
_COMPOUND = 6
_NEAREST = 40


@dataclass(frozen=True)
class Candidate:
    """An older item that a newer one may carry on.

    Units: ``score`` and ``parts`` are 0..100; the score is the mean of the parts under :data:`WEIGHTS`.
    """

    newer: Item
    older: Item
    score: float
    parts: Mapping[str, float]


@dataclass(frozen=True)
class _Words:
    """What an item's name is made of: stems of its words, runs of three signs, and what compounds may share."""

    stems: tuple[str, ...]
    trigrams: Counter[str]
    inner: tuple[frozenset[str], ...]


def candidates(
    graph: TraceGraph,
    newer: Iterable[Item],
    older: Sequence[Item],
    *,
    known: Iterable[tuple[URIRef, URIRef]] = (),
    most: int = 3,
) -> list[Candidate]:
    """The likeliest predecessors of some items among others of their level, best first for each item.

    Shape: at most ``most`` for each newer item, in the order of the newer items; pairs of ``known`` are left out.
    """
    settled = set(known)
    grams: dict[str, list[Item]] = defaultdict(list)
    for item in older:
        for gram in _grams(item):
            grams[gram].append(item)
    found: list[Candidate] = []
    for item in newer:
        ranked = [
            _candidate(graph, item, other)
            for other in _near(item, grams, older)
            if other.level == item.level and (item.iri, other.iri) not in settled
        ]
        ranked.sort(key=lambda one: (-one.score, one.older.order))
        found += ranked[:most]
    return found


def _near(item: Item, grams: Mapping[str, list[Item]], older: Sequence[Item]) -> Sequence[Item]:
    """The items that share most with one, so that only they are compared in full; all of them where they are few."""
    if len(older) <= _NEAREST:
        return older
    shared: Counter[URIRef] = Counter()
    for gram in _grams(item):
        # A run that half of all names have tells nothing, and would make the work grow with the square.
        if len(grams.get(gram, ())) <= max(_NEAREST, len(older) // 10):
            shared.update(other.iri for other in grams.get(gram, ()))
    nearest = {iri for iri, _ in shared.most_common(_NEAREST)}
    return [other for other in older if other.iri in nearest]


def _candidate(graph: TraceGraph, newer: Item, older: Item) -> Candidate:
    lang = "sv" if newer.label.sv and older.label.sv else "en"
    one, two = (_words(item.label.text(lang) or "", lang) for item in (newer, older))
    parts: dict[str, float | None] = {
        "stems": fuzz.token_set_ratio(" ".join(one.stems), " ".join(two.stems)),
        "trigrams": _dice(one.trigrams, two.trigrams),
        "compounds": _compounds(one.inner, two.inner),
        "place": _shared(_areas(graph, newer), _areas(graph, older)),
        "groups": _shared(_groups(graph, newer), _groups(graph, older)),
    }
    present = {name: value for name, value in parts.items() if value is not None}
    score = sum(WEIGHTS[name] * value for name, value in present.items()) / sum(WEIGHTS[name] for name in present)
    return Candidate(newer, older, round(score, 1), {name: round(value, 1) for name, value in present.items()})


def _grams(item: Item) -> frozenset[str]:
    words = _words(item.label.text("sv") or "", "sv" if item.label.sv else "en")
    return frozenset().union(*words.inner, words.stems)


@lru_cache(maxsize=20_000)
def _words(text: str, lang: str) -> _Words:
    plain = [word for word in re.findall(r"\w+", text.casefold()) if word not in _SMALL and len(word) > 1]
    stems = tuple(sorted(set(stemmer(_LANGUAGES[lang]).stemWords(plain))))
    joined = f" {' '.join(plain)} "
    return _Words(
        stems,
        Counter(joined[at : at + 3] for at in range(len(joined) - 2)),
        tuple(
            frozenset(word[at : at + _COMPOUND] for at in range(len(word) - _COMPOUND + 1))
            for word in stems
            if len(word) >= _COMPOUND
        ),
    )


def _dice(one: Counter[str], two: Counter[str]) -> float:
    """The share of runs of three signs that two names have in common. Source: Dice 1945."""
    size = one.total() + two.total()
    return 200 * (one & two).total() / size if size else 0.0


def _compounds(one: tuple[frozenset[str], ...], two: tuple[frozenset[str], ...]) -> float:
    """The share of long words of the shorter name that have a stretch in common with one of the other."""
    short, long = sorted((one, two), key=len)
    return 100 * sum(any(word & other for other in long) for word in short) / len(short) if short else 0.0


def _shared(one: frozenset[URIRef], two: frozenset[URIRef]) -> float | None:
    """The share of two sets that is common to them; None where either is empty and so nothing can be said."""
    return 100 * len(one & two) / len(one | two) if one and two else None


def _areas(graph: TraceGraph, item: Item) -> frozenset[URIRef]:
    """What the item stands under that plans of every year have: everything above the headings."""
    above = (step.item for _, step in trace(graph, item, "up").flat())
    return frozenset(one.iri for one in above if one.level.key == "focus-area")


def _groups(graph: TraceGraph, item: Item) -> frozenset[URIRef]:
    return frozenset(party.iri for party in graph.parties.get(item.iri, ()))
