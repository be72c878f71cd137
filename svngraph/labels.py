"""Words for things: labels by language, and the interface's own phrases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Label:
    """A text in the product's languages; either may be missing."""

    sv: str | None = None
    en: str | None = None

    def text(self, lang: str) -> str | None:
        """The text in a language, else in the other one, else None.

        >>> Label(sv="mål").text("en")
        'mål'
        """
        return (self.en or self.sv) if lang == "en" else (self.sv or self.en)

    def with_text(self, lang: str, text: str) -> Label:
        """The label with a text added; a language keeps its first text in order, so that the result is stable."""
        if lang == "sv":
            return Label(text if self.sv is None else min(self.sv, text), self.en)
        if lang == "en":
            return Label(self.sv, text if self.en is None else min(self.en, text))
        return self


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """The interface's phrases in a language, by their key; a value may have ``{fields}`` to fill."""
    table = tomllib.loads((files("svngraph") / "phrases.toml").read_text("utf-8"))
    return {key: words[lang] for key, words in table.items()}


def counted(one: str, many: str, count: int, lang: str) -> str:
    """A number of things in words, by the phrase for one of them or for several."""
    return phrase(one if count == 1 else many, lang, count=count)


def phrase(key: str, lang: str, **values: object) -> str:
    """A phrase of the interface, filled in. Errors: KeyError for a key that has no phrase."""
    return phrases(lang)[key].format(**values)
