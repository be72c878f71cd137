"""Profiles: what a kind of document looks like, read from a TOML file that a person can write.

A profile has ``[reading]`` (signs of list items, page furniture), ``[variables]`` (patterns whose first group is a
value to use in keys), ``[[plan]]`` (the plans and reports the document is, or speaks of), ``[[rule]]`` (what a
heading, bullet or paragraph makes; the first rule that fits is taken), ``[[column]]`` (the columns of its tables) and
``[statuses]`` (patterns of the words in which it tells a status).

The groups of a pattern: ``name`` is the label; ``code`` the number that the document gives an item, by which other
documents know it again; ``responsible``, ``status``, ``due``, ``serves`` and ``date`` say something of the item. Any
other group is a value for keys.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from svngraph.errors import InputError, UsageError
from svngraph.ingest import forms
from svngraph.ingest.lifting.cues import DEFAULT, languages
from svngraph.ingest.lines import Options
from svngraph.resources import data_folder

MAKES = (
    "title",
    "plan",
    "agreement",
    "goal",
    "focus-area",
    "heading",
    "goal-text",
    "activity",
    "action-item",
    "assignment",
    "report-entry",
    "input",
    "discussion",
    "change",
    "milestone",
    "principle",
    "note",
)
STATUSES = ("completed", "progressed", "started", "planned", "not-held")
# What may be said of an item: in a group of its pattern, in a column of its row, or in a block below it.
DETAILS = ("code", "responsible", "status", "due", "serves", "date")
_ON = ("heading", "bullet", "paragraph", "cell", "any")


@dataclass(frozen=True)
class Rule:
    """What a block makes: the rule fits where every condition that it states holds.

    ``pattern`` is searched for in the text; a group ``name`` is the label, other groups are values for keys.
    ``within`` names the section that must be open, ``section`` the one that the block opens, ``level`` the level of
    a list item, ``known`` that the plan named by ``plan`` must be known (true) or not (false). ``numbered`` says that
    the number of a list item is its code, ``of`` of which kind of item a detail tells.
    """

    on: str = "any"
    makes: str = "note"
    pattern: re.Pattern[str] | None = None
    within: tuple[str, ...] = ()
    section: str | None = None
    level: int = 0
    plan: str | None = None
    known: bool | None = None
    numbered: bool = False
    of: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, what its cells make, how a cell opens, and whether a row has only one.

    ``assigns`` are the words after which the bodies that are named have the assignment, ``pattern`` finds the name and
    the code in a cell.
    """

    head: re.Pattern[str]
    makes: str
    plan: str | None = None
    opens: re.Pattern[str] | None = None
    assigns: re.Pattern[str] | None = None
    one: bool = False
    pattern: re.Pattern[str] | None = None
    line: int = 0


@dataclass(frozen=True)
class PlanRule:
    """A plan or report: its key, class, kind of thing, Swedish label, year or years, and links to other plans."""

    key: str
    type: str
    kind: str = "plan"
    label: str = ""
    year: str | None = None
    start: str | None = None
    until: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Profile:
    """What a kind of document looks like, and its language. ``date`` says where its date stands: in the furniture, or
    nowhere.
    """

    name: str
    title: str
    options: Options
    variables: tuple[tuple[str, re.Pattern[str]], ...]
    plans: tuple[PlanRule, ...]
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...] = ()
    date: str | None = None
    document: str = ""
    language: str = DEFAULT
    statuses: tuple[tuple[str, re.Pattern[str]], ...] = ()


@dataclass
class _Source:
    """The text of a profile, to say on which line a mistake stands."""

    path: str
    text: str
    seen: dict[str, int] = field(default_factory=dict)

    def line(self, table: str, number: int) -> int:
        """The line on which the n:th table of a name opens, from 1."""
        opening = f"[[{table}]]" if number >= 0 else f"[{table}]"
        lines = [at for at, line in enumerate(self.text.splitlines(), 1) if line.strip().startswith(opening)]
        return lines[max(number, 0)] if len(lines) > max(number, 0) else 1

    def fail(self, what: str, line: int, remedy: str) -> InputError:
        return InputError(what, where=f"{self.path}, line {line}", remedy=remedy)

    def pattern(self, value: object, line: int) -> re.Pattern[str]:
        try:
            return re.compile(str(value), re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            raise self.fail(
                f"not a pattern: {str(value)[:100]!r}: {error}", line, "mend the regular expression"
            ) from error


def names() -> list[str]:
    """The names of the shipped profiles."""
    return sorted(path.stem for path in (data_folder() / "profiles").glob("*.toml"))


def load(name: str) -> Profile:
    """A shipped profile by its name, or one of the user's by its path.

    Errors: UsageError for a name that is neither; InputError for a mistake in the file, with its line.
    """
    path = Path(name) if name.endswith(".toml") else data_folder() / "profiles" / f"{name}.toml"
    if not path.is_file():
        raise UsageError(f"no profile {name!r}", remedy=f"one of: {', '.join(names())}, or a .toml file")
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    return _profile(path.stem, table, _Source(str(path), text))


def _profile(name: str, table: Mapping[str, Any], source: _Source) -> Profile:
    allowed = {"profile", "reading", "variables", "plan", "rule", "column", "statuses"}
    if unknown := sorted(set(table) - allowed):
        raise source.fail(f"unknown table {unknown[0]!r}", source.line(unknown[0], -1), f"one of: {sorted(allowed)}")
    if mistake := forms.wrong(table, forms.PROFILE, forms.TABLES):
        raise source.fail(mistake, 1, "see the shipped profiles")
    for part, allowed_forms in (("profile", {}), ("reading", forms.READING)):
        if mistake := forms.wrong(table.get(part, {}), allowed_forms):
            raise source.fail(mistake, source.line(part, -1), "see the shipped profiles")
    head, reading = table.get("profile", {}), dict(table.get("reading", {}))
    date = reading.pop("date", None)
    language = str(head.get("language", DEFAULT))
    if language not in languages():
        line, known = source.line("profile", -1), ", ".join(languages())
        raise source.fail(f"no words of the language {language!r}", line, f"one of: {known}")
    return Profile(
        name,
        str(head.get("title", name)),
        _options(reading, source),
        _variables(table.get("variables", {}), source),
        tuple(_plan(row, source.line("plan", number), source) for number, row in enumerate(table.get("plan", []))),
        tuple(_rule(row, source.line("rule", number), source) for number, row in enumerate(table.get("rule", []))),
        tuple(_column(row, source.line("column", n), source) for n, row in enumerate(table.get("column", []))),
        date,
        str(head.get("document", "")),
        language,
        _statuses(table.get("statuses", {}), source),
    )


def _variables(table: Mapping[str, str], source: _Source) -> tuple[tuple[str, re.Pattern[str]], ...]:
    line = source.line("variables", -1)
    found = tuple((key, source.pattern(value, line)) for key, value in table.items())
    for key, pattern in found:
        if not pattern.groups:
            raise source.fail(f"no group in {key}", line, "put what is to be taken in brackets: (\\d{4})")
    return found


def _statuses(table: Mapping[str, Any], source: _Source) -> tuple[tuple[str, re.Pattern[str]], ...]:
    line = source.line("statuses", -1)
    _check(table, set(STATUSES), line, source)
    return tuple((code, source.pattern(pattern, line)) for code, pattern in table.items())


def _options(reading: dict[str, Any], source: _Source) -> Options:
    line = source.line("reading", -1)
    _check(reading, {"bullets", "furniture", "ragged", "blank_page"}, line, source, forms.READING)
    if "furniture" in reading:
        those = reading["furniture"]
        those = [those] if isinstance(those, str) else those
        reading["furniture"] = tuple(source.pattern(pattern, line) for pattern in those)
    return Options(**reading)


def _rule(row: Mapping[str, Any], line: int, source: _Source) -> Rule:
    _check(row, {f.name for f in fields(Rule)} - {"line"}, line, source, forms.RULE)
    if row.get("makes", "note") not in (*MAKES, *DETAILS):
        allowed = ", ".join((*MAKES, *DETAILS))
        raise source.fail(f"nothing is made by {row['makes']!r}", line, f"one of: {allowed}")
    if row.get("on", "any") not in _ON:
        raise source.fail(f"nothing stands on {row['on']!r}", line, f"one of: {', '.join(_ON)}")
    values = dict(row)
    if "pattern" in values:
        values["pattern"] = source.pattern(values["pattern"], line)
    within = values.get("within", ())
    values["within"] = (within,) if isinstance(within, str) else tuple(within)
    return Rule(**values, line=line)


def _column(row: Mapping[str, Any], line: int, source: _Source) -> Column:
    _check(row, {f.name for f in fields(Column)} - {"line"}, line, source, forms.COLUMN)
    if row.get("makes") not in (*MAKES, *DETAILS) or "head" not in row:
        allowed = ", ".join((*MAKES, *DETAILS))
        raise source.fail("a column needs a head and what it makes", line, f"makes is one of: {allowed}")
    values = dict(row) | {"head": source.pattern(row["head"], line)}
    for name in {"opens", "assigns", "pattern"} & set(values):
        values[name] = source.pattern(values[name], line)
    return Column(**values, line=line)


def _plan(row: Mapping[str, Any], line: int, source: _Source) -> PlanRule:
    _check(row, {f.name for f in fields(PlanRule)} - {"line"}, line, source, forms.PLAN)
    if not {"key", "type"} <= set(row):
        raise source.fail("a plan needs a key and a type", line, 'for example key = "ap{year}"')
    return PlanRule(**dict(row) | {"links": tuple(row.get("links", {}).items())}, line=line)


def _check(
    row: Mapping[str, Any], allowed: set[str], line: int, source: _Source, kinds: Mapping[str, str] | None = None
) -> None:
    if mistake := forms.wrong(row, kinds or {}):
        raise source.fail(mistake, line, "see the shipped profiles")
    if unknown := sorted(set(row) - allowed):
        raise source.fail(f"unknown word {unknown[0]!r}", line, f"one of: {', '.join(sorted(allowed))}")
