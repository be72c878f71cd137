"""Mentions: where a text names an organisation that is known, in whatever form Swedish gives the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from svngraph.ingest.lifting.cues import sentences, words
from svngraph.ingest.linking.compounds import Folded
from svngraph.ingest.linking.known import KnownName

_TOKEN = re.compile(r"[^\W_]+(?:[-/&][^\W_]+)*-?")
_GAP = re.compile(r"[\s,()“”\"-]*")
_SURE = {"label": 1.0, "acronym": 0.95, "inflected": 0.9, "folded": 0.9, "resolved": 0.7, "generic": 0.6}
# Endings of the definite plural and singular, with what the indefinite has in their place.
_DEFINITE = (("erna", "er"), ("arna", "ar"), ("orna", "or"), ("männen", "män"), ("ena", "en"), ("en", ""), ("et", ""))
_INDEFINITE = (("er", "erna"), ("ar", "arna"), ("or", "orna"), ("män", "männen"), ("en", "ena"))
_ADJECTIVE = (("ella", "ell"), ("ala", "al"), ("iga", "ig"), ("ska", "sk"), ("ell", "ella"), ("al", "ala"))


@dataclass(frozen=True)
class Mention:
    """A name in a text: whose it is, where it stands, how sure that is, and how it was known."""

    kind: str
    key: str
    start: int
    end: int
    score: float
    how: str


@cache
def forms(token: str) -> frozenset[str]:
    """The forms in which a word may stand: definite and indefinite in its own number, each with its genitive.

    >>> sorted(forms("regionerna"))
    ['regioner', 'regionerna', 'regionernas', 'regioners']
    """
    word = token.lower()
    found = {word}
    if len(word) > 5:
        for ending, other in _DEFINITE:
            if word.endswith(ending):
                found.add(word.removesuffix(ending) + other)
                break
        for ending, other in _INDEFINITE:
            if word.endswith(ending):
                found.add(word.removesuffix(ending) + other)
                break
        for ending, other in _ADJECTIVE:
            if word.endswith(ending):
                stem = word.removesuffix(ending) + other.removesuffix("a")
                found |= {stem, f"{stem}t", f"{stem}a"}
                break
    return frozenset(found | {f"{form}s" for form in found if not form.endswith("s")})


@dataclass(frozen=True)
class _Pattern:
    """A name as tokens, each with the forms that it may have."""

    name: KnownName
    tokens: tuple[str, ...]
    forms: tuple[frozenset[str], ...]
    acronym: bool = False


class Recogniser:
    """Knows names again in a text; the longest name at a place is the one that is meant."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self._by_first: dict[str, list[_Pattern]] = defaultdict(list)
        self._names = list(names)
        self._folded = Folded(self._names)
        for name in self._names:
            for label in name.labels:
                self._add(name, tuple(match[0] for match in _TOKEN.finditer(label)))
            for acronym in name.acronyms:
                self._by_first[acronym.lower()].append(_Pattern(name, (acronym,), (frozenset({acronym}),), True))
        for patterns in self._by_first.values():
            patterns.sort(key=lambda pattern: -len(pattern.tokens))

    def _add(self, name: KnownName, tokens: tuple[str, ...]) -> None:
        if not tokens:
            return
        acronym = len(tokens) == 1 and tokens[0].isupper() and len(tokens[0]) < 6
        pattern = _Pattern(name, tokens, tuple(frozenset({t}) if acronym else forms(t) for t in tokens), acronym)
        for first in {form.lower() for form in pattern.forms[0]}:
            self._by_first[first].append(pattern)

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order; a shorter name inside a longer one is no mention of its own."""
        found = [*self._mentions(text, of_roles=False), *self._mentions(text, of_roles=True)]
        for name, start, end in self._folded.within(text):
            if not any(mention.start < end and start < mention.end for mention in found):
                found.append(Mention(name.kind, name.key, start, end, _SURE["folded"], "folded"))
        return sorted(found, key=lambda mention: mention.start)

    def _mentions(self, text: str, *, of_roles: bool) -> list[Mention]:
        tokens = list(_TOKEN.finditer(text))
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            matches = self._at(text, tokens, at, of_roles)
            if not matches:
                found += [] if of_roles else self._within_compound(tokens[at])
                at += 1
                continue
            length, patterns = matches
            chosen = self._chosen(text, tokens[at].start(), patterns, found)
            span = (tokens[at].start(), tokens[at + length - 1].end())
            if length > 1 and not of_roles:
                found += self._owner(tokens[at])
            found += [Mention(*each, *span, score, how) for each, score, how in chosen]
            at += length
        return found

    def _owner(self, token: re.Match[str]) -> list[Mention]:
        """The body whose genitive opens a longer name: the board in «nämndens kansli»."""
        word = token[0].lower()
        own = [p for p in self._by_first.get(word, ()) if len(p.tokens) == 1 and word not in (p.tokens[0].lower(),)]
        if word.endswith("s") and len({(p.name.kind, p.name.key) for p in own}) == 1:
            return [Mention(own[0].name.kind, own[0].name.key, *token.span(), _SURE["inflected"], "genitive")]
        return []

    def _within_compound(self, token: re.Match[str]) -> list[Mention]:
        """The body whose name is the first part of a compound with a hyphen, written with its capital."""
        first, hyphen, _ = token[0].partition("-")
        own = [p for p in self._by_first.get(first.lower(), ()) if p.tokens == (first,) and first[:1].isupper()]
        if hyphen and len({(p.name.kind, p.name.key) for p in own}) == 1 and not own[0].acronym:
            name = own[0].name
            return [Mention(name.kind, name.key, token.start(), token.start() + len(first), 0.8, "compound")]
        return []

    def _at(
        self, text: str, tokens: Sequence[re.Match[str]], at: int, of_roles: bool
    ) -> tuple[int, list[_Pattern]] | None:
        """The longest patterns that fit from a token on, and how many tokens they take."""
        best, fitting = 0, list[_Pattern]()
        word = tokens[at][0].lower()
        for pattern in self._by_first.get(word) or self._by_first.get(word.replace("-", "")) or []:
            if (pattern.name.kind == "role") != of_roles:
                continue
            length = _fits(text, tokens, at, pattern)
            if length > best:
                best, fitting = length, [pattern]
            elif length and length == best:
                fitting.append(pattern)
        return (best, fitting) if best else None

    def _chosen(
        self, text: str, at: int, patterns: list[_Pattern], before: list[Mention]
    ) -> list[tuple[tuple[str, str], float, str]]:
        """Whose name it is: of several, the one whose kind the sentence names."""
        owners = {(pattern.name.kind, pattern.name.key): pattern for pattern in patterns}
        if len(owners) > 1:
            start, end = next((s for s in sentences(text) if s[0] <= at < s[1]), (0, len(text)))
            near = [self._name(mention) for mention in before if start <= mention.start < end]
            acronyms = {acronym for name in near for acronym in name.acronyms}
            acronyms |= set(re.findall(r"\b[A-ZÅÄÖ]{2,}\b", text[start:end]))
            fit = {
                owner for owner, p in owners.items() if any(label.split(" ")[0] in acronyms for label in p.name.labels)
            }
            return [(owner, _SURE["resolved"], "resolved") for owner in fit] if len(fit) == 1 else []
        owner, pattern = next(iter(owners.items()))
        if len(pattern.tokens) == 1 and not pattern.acronym and (other := self._antecedent(pattern, before)):
            return [(other, _SURE["resolved"], "resolved")]
        word = text[at : at + len(pattern.tokens[0])]
        how = "acronym" if pattern.acronym else "label" if word == pattern.tokens[0] else "inflected"
        generic = re.fullmatch(words()["names"]["anaphora"], pattern.tokens[0], re.I) and len(pattern.tokens) == 1
        return [(owner, _SURE["generic" if generic else how], "generic" if generic else how)]

    def _antecedent(self, pattern: _Pattern, before: list[Mention]) -> tuple[str, str] | None:
        """The body that a word like «nämnden» goes back to: the last named whose own name begins with that word."""
        word = pattern.tokens[0].lower()
        if not re.fullmatch(words()["names"]["anaphora"], word, re.IGNORECASE):
            return None
        for mention in reversed(before):
            if any(label.lower().split()[0] == word for label in self._name(mention).labels if label.split()):
                return mention.kind, mention.key
        return None

    def _name(self, mention: Mention) -> KnownName:
        return next(name for name in self._names if (name.kind, name.key) == (mention.kind, mention.key))

    def candidates(self, text: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
        """Where a text has what looks like the name of a body that nobody knows; anaphora are left open."""
        open_words = re.compile(words()["names"]["anaphora"], re.IGNORECASE)
        taken = [(mention.start, mention.end) for mention in mentions]
        found = []
        for pattern in ("proper", "body"):
            for match in re.finditer(words()["names"][pattern], text):
                inside = any(start < match.end() and match.start() < end for start, end in taken)
                if not inside and not open_words.fullmatch(match[0]):
                    found.append(match.span())
                    taken.append(match.span())
        return sorted(found)


def _fits(text: str, tokens: Sequence[re.Match[str]], at: int, pattern: _Pattern) -> int:
    """How many tokens a pattern takes from a token on, 0 where it does not fit; bracketed acronyms do not count."""
    here = at
    for number, allowed in enumerate(pattern.forms):
        if number:
            here += 1
            if here < len(tokens) and _bracketed(text, tokens[here]) and tokens[here][0] not in allowed:
                here += 1
        if here >= len(tokens):
            return 0
        if number and not _GAP.fullmatch(text[tokens[here - 1].end() : tokens[here].start()]):
            return 0
        if not _same(tokens[here][0].rstrip("-"), allowed, pattern.acronym):
            return 0
    return here - at + 1


def _same(token: str, allowed: frozenset[str], acronym: bool) -> bool:
    """Whether a word is one of some forms; in lower case, and a hyphen inside it may come from a line break."""
    if acronym:
        return token in allowed
    word = token.lower()
    return word in allowed or word.replace("-", "") in allowed or word in {form.rstrip("-") for form in allowed}


def _bracketed(text: str, token: re.Match[str]) -> bool:
    return (
        text[token.start() - 1 : token.start()] == "("
        and token[0].isupper()
        and text[token.end() : token.end() + 1] == ")"
    )


def plural_of_each(names: Iterable[KnownName]) -> list[KnownName]:
    """The names with the forms that «each» gives a group: «varje region» names all of «regionerna»."""
    each = str(words()["names"]["each"])
    choices = each.strip("(?:)").split("|")
    wider = []
    for name in names:
        single = [label[:-4] for label in name.labels if label.endswith("erna") and " " not in label]
        more = tuple(f"{word} {stem}" for stem in single for word in choices if word in ("varje", "respektive"))
        wider.append(replace(name, labels=(*name.labels, *more)))
    return wider
