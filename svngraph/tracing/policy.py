"""The policy: what must be traced to what, how much of it is enough, how much it matters, and what is excused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

from rdflib import URIRef

from svngraph.errors import InputError
from svngraph.model import BASES
from svngraph.tracing.chains import Direction
from svngraph.tracing.coverage import MEANINGS, Meaning

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
When = Literal["always", "due", "planned"]
FindingKind = Literal[
    "circle",
    "dangling",
    "unwanted",
    "orphan",
    "unreachable",
    "duplicate",
    "skipped",
    "single-point",
    "threshold",
    "waiver-expired",
    "waiver-unused",
]
# What each kind of finding matters where the policy does not say; a single point that rests on judgement is a warning.
KINDS: Mapping[FindingKind, Severity] = {
    "circle": "violation",
    "dangling": "violation",
    "unwanted": "violation",
    "threshold": "violation",
    "waiver-expired": "violation",
    "orphan": "warning",
    "unreachable": "warning",
    "duplicate": "warning",
    "skipped": "info",
    "single-point": "info",
    "waiver-unused": "info",
}

WHEN: tuple[When, ...] = ("always", "due", "planned")
_BASES = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
_RULE = {
    "level": None,
    "direction": ("up", "down"),
    "to": None,
    "basis": tuple(_BASES),
    "when": WHEN,
    "severity": SEVERITIES,
}
_THRESHOLD = {"level": None, "to": None, "meaning": MEANINGS, "at-least": None, "severity": SEVERITIES}
_WAIVER = {"item": None, "reason": None, "owner": None, "expires": None}


@dataclass(frozen=True)
class Rule:
    """A demand on every item of a level: some chain, resting on ``basis`` or firmer, reaches one of the ``targets``.

    ``when`` it is asked: ``always``; ``due``, of items in a plan whose year is over on the day of the check;
    ``planned``, of items in a plan where some item keeps it, since a plan may have no such level beside it at all.
    """

    level: str
    direction: Direction
    targets: tuple[str, ...]
    basis: URIRef
    when: When
    severity: Severity

    @property
    def to(self) -> str:
        """The level that must be reached, or several with a slash between them."""
        return "/".join(self.targets)


@dataclass(frozen=True)
class Threshold:
    """The share of a level, in 0..1, that must be covered down to a bottom; of one plan where ``plan`` is its key."""

    level: str
    bottom: str
    meaning: Meaning
    at_least: float
    severity: Severity
    plan: str | None = None


@dataclass(frozen=True)
class Waiver:
    """An excuse: what is found of an item does not count up to and including the day ``expires``.

    ``of`` narrows it to the rule that asks for that level, or to that kind of finding; None waives all of the item.
    ``where`` is its place in the policy file.
    """

    item: str
    reason: str
    owner: str
    expires: date
    of: str | None = None
    where: str = ""


@dataclass(frozen=True)
class Policy:
    """All of a policy file; ``severities`` holds the kinds of finding that it weighs otherwise than :data:`KINDS`."""

    rules: tuple[Rule, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    severities: Mapping[FindingKind, Severity] = field(default_factory=dict)

    def severity(self, kind: FindingKind) -> Severity:
        """How much a kind of finding matters."""
        return self.severities.get(kind, KINDS[kind])


def read(path: Path) -> tuple[Rule, ...]:
    """The rules of a policy file. Errors: InputError naming the rule and the key that is wrong."""
    return read_policy(path).rules


def read_policy(path: Path) -> Policy:
    """The policy of a file. Errors: InputError naming the table and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    lists = ("rule", "threshold", "waiver")
    odd = sorted(set(table) - {*lists, "severity"})
    if odd or not all(isinstance(table.get(name, []), list) for name in lists):
        remedy = "a policy has [[rule]], [[threshold]] and [[waiver]] tables and [severity]"
        raise InputError(f"unknown or no list: {', '.join(odd) or 'a table'}", where=str(path), remedy=remedy)
    rules, thresholds, waivers = (
        tuple(
            made(entry, f"{path}, {name} {number}")
            for number, entry in enumerate(table.get(name, []), 1)
            if not _of_validation(entry)
        )
        for name, made in zip(lists, (_rule, _threshold, _waiver), strict=True)
    )
    return Policy(
        cast("tuple[Rule, ...]", rules),
        cast("tuple[Threshold, ...]", thresholds),
        cast("tuple[Waiver, ...]", waivers),
        _severities(table.get("severity", {}), f"{path}, severity"),
    )


def _of_validation(entry: object) -> bool:
    """Whether a waiver or threshold is about results of shapes: one file serves both, and each reads its own."""
    return isinstance(entry, dict) and bool({"shape", "most"} & set(entry))


def _rule(table: object, where: str) -> Rule:
    entry = _checked(table, _RULE, (), where)
    return Rule(
        _text(entry["level"], "level", where),
        cast("Direction", entry["direction"]),
        _texts(entry["to"], "to", where),
        _BASES[str(entry["basis"])],
        cast("When", entry["when"]),
        cast("Severity", entry["severity"]),
    )


def _threshold(table: object, where: str) -> Threshold:
    entry = _checked(table, _THRESHOLD, ("plan",), where)
    share = entry["at-least"]
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise InputError(f"at-least is {share!r}", where=where, remedy="a share from 0 to 1, such as 0.9")
    return Threshold(
        _text(entry["level"], "level", where),
        _text(entry["to"], "to", where),
        cast("Meaning", entry["meaning"]),
        float(share),
        cast("Severity", entry["severity"]),
        None if "plan" not in entry else _text(entry["plan"], "plan", where),
    )


def _waiver(table: object, where: str) -> Waiver:
    entry = _checked(table, _WAIVER, ("of",), where)
    expires = entry["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise InputError(f"expires is {expires!r}", where=where, remedy="a date without quotes, such as 2026-12-31")
    item, reason, owner = (_text(entry[key], key, where) for key in ("item", "reason", "owner"))
    return Waiver(item, reason, owner, expires, None if "of" not in entry else _text(entry["of"], "of", where), where)


def _severities(table: object, where: str) -> Mapping[FindingKind, Severity]:
    entry = table if isinstance(table, dict) else {}
    for kind, severity in entry.items():
        if kind not in KINDS:
            raise InputError(f"no kind of finding {kind!r}", where=where, remedy=f"one of: {', '.join(KINDS)}")
        if severity not in SEVERITIES:
            raise InputError(f"{kind} is {severity!r}", where=where, remedy=f"one of: {', '.join(SEVERITIES)}")
    return cast("Mapping[FindingKind, Severity]", entry)


def _checked(
    table: object, keys: Mapping[str, tuple[str, ...] | None], optional: tuple[str, ...], where: str
) -> Mapping[str, object]:
    if not isinstance(table, dict):
        raise InputError("not a table", where=where, remedy=f"keys: {', '.join(keys)}")
    if odd := sorted((set(keys) - set(table)) | (set(table) - set(keys) - set(optional))):
        known = ", ".join((*keys, *(f"{key} (optional)" for key in optional)))
        raise InputError(f"missing or unknown: {', '.join(odd)}", where=where, remedy=f"keys: {known}")
    for key, choices in keys.items():
        if choices is not None and table[key] not in choices:
            raise InputError(f"{key} is {table[key]!r}", where=where, remedy=f"one of: {', '.join(choices)}")
    return table


def _text(value: object, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{key} is {value!r}", where=where, remedy="write a text")
    return value


def _texts(value: object, key: str, where: str) -> tuple[str, ...]:
    """One text, or a list of alternatives of which any one will do."""
    if not isinstance(value, list):
        return (_text(value, key, where),)
    if not value:
        raise InputError(f"{key} is empty", where=where, remedy="name at least one level")
    return tuple(_text(part, key, where) for part in value)
