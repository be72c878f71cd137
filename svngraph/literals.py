"""Literals in words: yes and no, and dates that are not known to the day."""

from __future__ import annotations

import re

from rdflib import Literal
from rdflib.namespace import XSD

from svngraph.labels import phrase, phrases
from svngraph.namespaces import EDTF

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}|XX))?)?(\?)?")


def literal_words(literal: Literal, lang: str) -> str:
    """A literal as people say it; one that needs no saying as it stands.

    Source: https://www.loc.gov/standards/datetime/ (seasons 21 to 24, halves of a year 40 and 41)

    >>> literal_words(Literal("2025-21", datatype=EDTF.EDTF), "sv")
    'våren 2025'
    >>> literal_words(Literal("2023-12-XX", datatype=EDTF.EDTF), "en")
    'December 2023'
    """
    if literal.datatype == XSD.boolean:
        return phrase("yes" if str(literal) in ("true", "1") else "no", lang)
    if literal.datatype == EDTF.EDTF:
        return date_words(str(literal), lang)
    return str(literal)


def date_words(edtf: str, lang: str) -> str:
    """A date that may be known to the month, season or year alone, or an interval of two, in words.

    >>> date_words("2025-23/2026-03", "en")
    'autumn 2025–March 2026'
    """
    return "–".join(_end_words(end, lang) for end in edtf.split("/"))


def _end_words(text: str, lang: str) -> str:
    """A date, or one end of an interval, in words; an open end, and what has no words, as it stands."""
    if date := _DATE.fullmatch(text):
        year, part, day, doubt = date.groups()
        known = part is not None and f"part.{part}" in phrases(lang)
        if part is not None and not known:
            return text
        words = phrase(f"part.{part}", lang, year=year) if known else year
        if day not in (None, "XX"):
            words = f"{int(day)} {words}"
        return words + (" (?)" if doubt else "")
    return text
