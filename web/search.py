"""Search over names, wordings, summaries and keys, tolerant of Swedish inflection and of small slips."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

# Endings of Swedish nouns, adjectives and verbs, the longest first; what stays must keep four letters.
# Source: the suffix classes of the Snowball stemmer for Swedish, step 1.
ENDINGS = (
    *("heterna", "hetens", "heten", "heter", "anden", "andet", "arnas", "ernas", "ornas", "andes", "arens"),
    *("arna", "erna", "orna", "ande", "arne", "aste", "aren", "ades", "erns", "ande", "het"),
    *(
        "are",
        "ade",
        "ens",
        "ets",
        "ern",
        "ast",
        "en",
        "ar",
        "er",
        "or",
        "as",
        "es",
        "et",
        "at",
        "na",
        "a",
        "e",
        "n",
        "s",
        "t",
    ),
)
# What a question is put with, rather than asks for; left aside where nothing holds it too.
ASIDE = frozenset(
    (
        *("vem", "vilka", "vilken", "vilket", "vad", "var", "när", "hur", "varför", "är", "som", "har", "den", "det"),
        *("gör", "görs", "gjort", "gjorts", "ska", "blev", "blir", "blivit", "hänt", "händer", "om", "och", "med"),
        *("ansvarar", "ansvarig", "ansvariga", "ansvaret", "ansvar", "bär", "för", "i", "på", "av", "till", "inom"),
        *("who", "what", "which", "where", "when", "how", "why", "is", "are", "was", "does", "did", "done", "has"),
        *("happened", "happens", "responsible", "carries", "for", "in", "on", "of", "about", "and", "to", "the", "a"),
    )
)
# More than what is written in another way can count for.
_AS_ASKED = 16
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The part of a word that its inflected forms share.

    >>> stem("gruppen") == stem("grupper") == stem("grupp")
    True
    """
    word = word.casefold()
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word without dots, rings and accents, as those write it who have no keys for them.

    >>> folded("välfärdsbrott")
    'valfardsbrott'
    """
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def stems(text: str) -> set[str]:
    """The stems of the words of a text."""
    return {stem(word) for word in _WORD.findall(text)}


def _words(text: str) -> list[str]:
    """The words of what was asked for; some keyboards write a letter and its dots apart."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def _told(words: Sequence[str]) -> Sequence[str]:
    """The words without those that a question is put with; all of them where there are no others."""
    return [word for word in words if word.casefold() not in ASIDE] or words


class Index:
    """What can be found: the things that each stem occurs in, and how much the stem counts there."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._things: dict[str, dict[str, int]] = defaultdict(dict)
        words: set[str] = set()
        for thing, text in texts:
            short = len(text) < 120
            for word in _WORD.findall(text):
                root = stem(word)
                self._things[root][thing] = max(self._things[root].get(thing, 0), 3 if short else 1)
                words.add(word.casefold())
        self._stems: Sequence[str] = sorted(self._things)
        self._folded: Sequence[str] = [folded(root) for root in self._stems]
        self._words: Sequence[str] = sorted(word for word in words if len(word) > 3)

    def find(self, asked: str) -> list[str]:
        """The things that hold every word asked for, or a compound with it, the best first.

        Where nothing holds them all, the words that a question is put with are left aside.
        """
        words = _words(asked)[:12]
        return self._all(words) or (self._all(told) if (told := _told(words)) != words else [])

    def _all(self, words: Sequence[str]) -> list[str]:
        scores: dict[str, int] = {}
        for place, word in enumerate(words):
            found = self._word(word)
            scores = {t: scores[t] + found[t] for t in scores.keys() & found.keys()} if place else dict(found)
        return sorted(scores, key=lambda thing: (-scores[thing], thing))

    def near(self, asked: str) -> list[str]:
        """Words that can be found and look like one that was asked for."""
        words = _told(_words(asked))[:4]
        return list(dict.fromkeys(near for w in words for near in get_close_matches(w.casefold(), self._words, 3, 0.7)))

    def _word(self, word: str) -> Mapping[str, int]:
        """The things that a word stands in, with how much it counts there.

        A word without dots and rings is found with them too, and one that is not found as it is, without: after all
        that are written as they were asked for.
        """
        root = stem(word)
        bare = folded(root)
        found = self._like(root, self._stems, _AS_ASKED)
        if bare == root or not found:
            for thing, value in self._like(bare, self._folded, 1).items():
                found.setdefault(thing, value)
        return found

    def _like(self, root: str, among: Sequence[str], times: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for known, own in zip(among, self._stems, strict=True):
            if known == root:
                weight = 4 * times
            elif known.startswith(root):
                weight = 2 * times
            elif len(root) > 3 and root in known:
                weight = times
            else:
                continue
            for thing, value in self._things[own].items():
                found[thing] = max(found.get(thing, 0), weight * value)
        return found
