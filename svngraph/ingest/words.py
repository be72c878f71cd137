"""Words that a line break has cut, joined again; hyphens that stand for a shared part, kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# After these a hyphen at the end of a word stands for what two words share: hälso- och sjukvård.
_SHARING = ("och", "eller", "samt", "respektive", "till", "and", "or", "und", "oder", "og", "eller/och")
_HYPHENS = "-\u2010\u00ad"


class Lexicon:
    """The words that are known to be whole: those of the document itself and of the names that are known."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count: Counter[str] = Counter()
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Count the words of a text."""
        self._count.update(word.lower() for word in _WORD.findall(text))

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._count

    def times(self, word: str) -> int:
        """How many times a word has been seen."""
        return self._count[word.lower()]


def joint(before: str, after: str, lexicon: Lexicon) -> tuple[int, str]:
    """How two lines meet: how many characters to drop at the end of the first, and what to put between them.

    >>> joint("kompetens-", "försörjning", Lexicon([]))
    (1, '')
    >>> joint("hälso-", "och sjukvård", Lexicon([]))
    (0, ' ')
    >>> joint("NHV-", "processen", Lexicon([]))
    (0, '')
    """
    following = after.split(None, 1)[0] if after.split() else ""
    if before and before[-1] in _HYPHENS:
        return _at_hyphen(before, following, lexicon)
    if following[:1] in _HYPHENS and len(following) > 1 and following[1].isalpha() and before[-1:].isalpha():
        return 0, ""
    last, first = _edge(before, last=True), _edge(after, last=False)
    whole = bool(last and first and first[0].islower()) and last + first in lexicon
    # Both halves may be words as well: it is a cut where one of them is seen nowhere else.
    if whole and len(last) > 2 and len(first) > 1 and min(lexicon.times(last), lexicon.times(first)) <= 1:
        return 0, ""
    return 0, " "


def _at_hyphen(before: str, following: str, lexicon: Lexicon) -> tuple[int, str]:
    word = following.lower().strip(",.;:")
    if before[-2:-1].isspace() or len(before) < 2 or not following:
        return 0, " "
    if word in _SHARING or (before[-1:] != "\u00ad" and following[:1].isdigit()):
        return 0, " " if word in _SHARING else ""
    last = _edge(before[:-1], last=True)
    whole = last.rpartition("-")[2]
    if not following[:1].islower() or (len(whole) > 1 and whole.isupper()):
        return 0, ""  # a proper compound: HR-direktör, NHV-process
    if f"{last}-{_edge(following, last=False)}" in lexicon and last + _edge(following, last=False) not in lexicon:
        return 0, ""
    return 1, ""


def _edge(text: str, *, last: bool) -> str:
    """The last or first word of a text where it goes to the very edge, else nothing."""
    match = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z" if last else r"\A[^\W\d_]+", text)
    return match[0] if match else ""
