"""Names that Swedish folds into other words: «kommunsamverkan», «sjukhusen i Umeå och Luleå»."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from svngraph.ingest.lifting.cues import words
from svngraph.ingest.linking.known import KnownName

# What a name is found to be part of: whose it is, and where it stands.
Found = tuple[KnownName, int, int]
_PLURAL = re.compile(r"\b(\w{4,60}?)(?:en|na|erna|arna) i ((?:[A-ZÅÄÖ]\w+, )*[A-ZÅÄÖ]\w+ och [A-ZÅÄÖ]\w+)")
_SINGLE = re.compile(r"(\w{4,60}?)(?:et|en) i ([A-ZÅÄÖ]\w+)")


class Folded:
    """Knows names again that stand inside other words, or share a word with other names."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self._stems: dict[str, KnownName] = {}
        self._places: dict[str, dict[str, KnownName]] = defaultdict(dict)
        for name in names:
            for label in name.labels if name.kind == "organisation" else ():
                if label.endswith("erna") and " " not in label:
                    self._stems[label[:-4].lower()] = name
                if single := _SINGLE.fullmatch(label):
                    self._places[single[1].lower()][single[2]] = name
        stems = "|".join(sorted(map(re.escape, self._stems), key=len, reverse=True)) or r"(?!)"
        self._compound = re.compile(rf"\b({stems})(?:{words()['names']['joint']})", re.IGNORECASE)

    def within(self, text: str) -> Iterator[Found]:
        """The names in a text that stand inside other words or share one."""
        for match in self._compound.finditer(text):
            yield self._stems[match[1].lower()], *match.span(1)
        for match in _PLURAL.finditer(text):
            for place in re.finditer(r"[A-ZÅÄÖ]\w+", match[2]):
                name = self._places.get(match[1].lower(), {}).get(place[0])
                if name:
                    yield name, match.start(2) + place.start(), match.start(2) + place.end()
