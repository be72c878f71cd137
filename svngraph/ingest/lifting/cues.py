"""Dates, numbers and cues in running text, by the words of a language."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from svngraph.resources import data_folder

DEFAULT = "sv"
_FOLDER = data_folder() / "profiles" / "words"
_END = re.compile(r"[.!?][\"”)\]]?\s+(?=[\"”(]?[A-ZÅÄÖ0-9])")
_HALVES = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


@dataclass(frozen=True)
class Date:
    """A date in a text: EDTF, its earliest and latest day, and where it stands."""

    edtf: str
    earliest: str
    latest: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    """A number in a text: its value or range, unit as a word, comparator, and where it stands."""

    low: str
    high: str | None
    unit: str
    comparator: str
    start: int
    end: int


_SPOKEN: ContextVar[str] = ContextVar("language of the document that is read", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """A while in which what is read is in a language, one of :func:`languages`."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def languages() -> list[str]:
    """The languages whose words the data have."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def spoken() -> str:
    """The language of what is read."""
    return _SPOKEN.get()


def words() -> dict[str, Any]:
    """The words of the language of what is read, from the data."""
    return _words(spoken())


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of the sentences of a text.

    >>> list(sentences("Ett möte hölls. Det var bra."))
    [(0, 15), (16, 28)]
    """
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.start() + 1]
        if before.rsplit(" ", 1)[-1].lower() not in words()["writing"]["abbreviations"]:
            yield start, match.start() + len(match[0].rstrip())
            start = match.end()
    if text[start:].strip():
        yield start, len(text)


def interval(edtf: str) -> tuple[str, str]:
    """The earliest and latest day of an EDTF date.

    >>> interval("2024-02"), interval("2023-12-XX")[1], interval("2025-41")[0]
    (('2024-02-01', '2024-02-29'), '2023-12-31', '2025-07-01')
    """
    if "/" in edtf:
        first, last = edtf.split("/")
        return interval(first)[0], interval(last)[1]
    parts = edtf.replace("-XX", "").split("-")
    year = int(parts[0])
    if len(parts) == 3:
        return edtf, edtf
    opens, closes = (1, 12) if len(parts) == 1 else _months(int(parts[1]))
    return f"{year:04d}-{opens:02d}-01", f"{year:04d}-{closes:02d}-{monthrange(year, closes)[1]:02d}"


def _months(part: int) -> tuple[int, int]:
    return _HALVES.get(part) or _SEASONS.get(part) or (part, part)


@cache
def _date_patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    names, lead = _words(language)["months"], _words(language)["writing"]["before_month"]
    short = "|".join(sorted({name for month in names for name in (month, month[:3])}, key=len, reverse=True))
    month = rf"(?P<month>{short})\.?"
    patterns = [
        (r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d|xx)\b", "iso"),
        (rf"\b(?:(?P<d>\d{{1,2}})\.? )?{month} (?P<y>(?:19|20)\d\d)\b", "named"),
        (rf"\b(?:{lead})\s+{month}(?!\w)", "month"),
        (r"\b(?P<y>(?:19|20)\d\d) ?[–-] ?(?P<y2>(?:19|20)\d\d)\b", "range"),
        (r"(?<![\d-])(?P<y>(?:19|20)\d\d)(?![\d-])", "year"),
    ]
    return [(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in patterns]


def dates(text: str, year: str | None = None) -> list[Date]:
    """The dates of a text in order, none inside another; ``year`` is the document's own, for dates that lack it."""
    found = _in_named_parts(text)
    for pattern, kind in _date_patterns(spoken()):
        for match in pattern.finditer(text):
            if edtf := _edtf(match, kind, year):
                _keep(found, Date(edtf, *interval(edtf), *match.span()))
    if year:
        for source, part in words()["parts"].items():
            for match in re.finditer(source, text, re.IGNORECASE):
                _keep(found, Date(f"{year}-{part}", *interval(f"{year}-{part}"), *match.span()))
        for source, after in words()["years"].items():
            for match in re.finditer(source, text, re.IGNORECASE):
                _keep(found, Date(str(int(year) + after), *interval(str(int(year) + after)), *match.span()))
    return sorted(found, key=lambda date: date.start)


@cache
def _named_parts(language: str) -> list[tuple[re.Pattern[str], int]]:
    """The parts of a year that are named with it: the spring of 2026, its third quarter."""
    named = _words(language)["named_parts"].items()
    return [(re.compile(rf"\b(?:{source}) (?P<y>(?:19|20)\d\d)\b", re.IGNORECASE), part) for source, part in named]


def _in_named_parts(text: str) -> list[Date]:
    found: list[Date] = []
    for pattern, part in _named_parts(spoken()):
        for match in pattern.finditer(text):
            edtf = f"{match['y']}-{part}"
            _keep(found, Date(edtf, *interval(edtf), *match.span()))
    return found


def _keep(found: list[Date], date: Date) -> None:
    if not any(other.start < date.end and date.start < other.end for other in found):
        found.append(date)


def _edtf(match: re.Match[str], kind: str, year: str | None) -> str | None:
    groups = match.groupdict()
    stated = groups.get("y") or year
    if not stated:
        return None
    if kind == "iso":
        day = groups["d"].upper()
        return _valid(stated, int(groups["m"]), day)
    if kind == "range":
        return f"{stated}/{groups['y2']}" if groups["y2"] > stated else None
    if kind == "year":
        return stated
    month = next(n for name, n in words()["months"].items() if name.startswith(groups["month"].lower()[:3]))
    return _valid(stated, month, f"{int(groups['d']):02d}" if groups.get("d") else "")


def _valid(year: str, month: int, day: str) -> str | None:
    if not 1 <= month <= 12 or (day.isdigit() and not 1 <= int(day) <= monthrange(int(year), month)[1]):
        return None
    return f"{year}-{month:02d}-{day}" if day else f"{year}-{month:02d}"


@cache
def _number_pattern(language: str) -> re.Pattern[str]:
    names = "|".join(sorted(_words(language)["numbers"], key=len, reverse=True))
    percent = _words(language)["writing"]["percent"]
    one = rf"(?:{_words(language)['writing']['digits']})"
    return re.compile(
        rf"(?<![\w.:–-])(?:(?P<low>{one})(?: ?[–-] ?(?P<high>{one}))?|(?P<name>{names}))"
        rf"(?P<unit>\s?%|{percent}|\s+{percent})?(?![\d:])(?=\W|\Z)",
        re.IGNORECASE,
    )


def numbers(text: str) -> list[Number]:
    """The numbers of a text in order, without those of dates, paragraphs and names."""
    taken = [(date.start, date.end) for date in dates(text)] + list(_spelt_out(text))
    found: list[Number] = []
    unit = ""
    for match in _number_pattern(spoken()).finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken) or _is_name(text, match):
            continue
        unit = _unit(text, match) or unit
        low = str(words()["numbers"][match["name"].lower()]) if match["name"] else _plain(match["low"])
        high = _plain(match["high"]) if match["high"] else None
        found.append(Number(low, high, unit, _comparator(text), *match.span()))
    return found


def _spelt_out(text: str) -> Iterator[tuple[int, int]]:
    """The names whose words an acronym in brackets stands for: no number in them counts anything."""
    for acronym in re.finditer(r"\(([A-ZÅÄÖ]{2,8})\)", text):
        words_before = list(re.finditer(r"\w+", text[max(0, acronym.start() - 200) : acronym.start()]))
        at = len(words_before)
        for letter in reversed(acronym[1].lower()):
            at = next((n for n in range(at - 1, -1, -1) if words_before[n][0].lower().startswith(letter)), -1)
            if at < 0:
                break
        if at >= 0 and len(words_before) - at <= 2 * len(acronym[1]):
            yield max(0, acronym.start() - 200) + words_before[at].start(), acronym.start()


def _plain(digits: str) -> str:
    decimal = words()["writing"]["decimal"]
    return re.sub(rf"[^\d{decimal}]", "", digits).replace(decimal, ".")


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Whether a number is the name of something: chapter 13, group 2, the service 1177."""
    before = re.search(r"([^\W\d_]+)\s+\Z", text[: match.start()])
    if match["low"] and not match["unit"] and before:
        word = before[1]
        inside = before.start(1) > 0 and text[: before.start(1)].rstrip()[-1:] not in ".!?"
        return word.lower() in words()["writing"]["numbered"] or (word[0].isupper() and inside)
    return False


def _unit(text: str, match: re.Match[str]) -> str:
    writing = words()["writing"]
    if match["unit"]:
        return str(writing["share"])
    after = re.match(r"\s+([^\W\d_][\w-]*)(?:\s+([^\W\d_][\w-]*))?", text[match.end() :])
    if not after or after[1].lower() in writing["no_unit"]:
        return ""
    adjective = after[1].endswith(tuple(writing["adjective"])) and after[2]
    return f"{after[1]} {after[2]}" if adjective else after[1]


def _comparator(text: str) -> str:
    for pattern, comparator in words()["comparators"].items():
        if re.search(pattern, text, re.IGNORECASE):
            return str(comparator)
    return "equal"
