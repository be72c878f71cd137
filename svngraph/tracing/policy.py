"""The policy: which level of the chain must be traced to which, from what basis, and how much it matters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from rdflib import URIRef

from svngraph.errors import InputError
from svngraph.model import BASES
from svngraph.tracing.chains import Direction

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")

_BASES = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "direction": ("up", "down"),
    "basis": tuple(_BASES),
    "when": ("always", "due"),
    "severity": SEVERITIES,
}
_KEYS = ("level", "direction", "to", "basis", "when", "severity")


@dataclass(frozen=True)
class Rule:
    """A demand on every item of a level: some chain, resting on ``basis`` or firmer, reaches the level ``to``.

    ``due_only``: asked only of items in a plan whose year is over on the day of the check.
    """

    level: str
    direction: Direction
    to: str
    basis: URIRef
    due_only: bool
    severity: Severity


def read(path: Path) -> tuple[Rule, ...]:
    """The rules of a policy file. Errors: InputError naming the rule and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    rules = table.get("rule")
    if set(table) != {"rule"} or not isinstance(rules, list):
        raise InputError("a policy is a list of [[rule]] tables and nothing else", where=str(path))
    return tuple(_rule(rule, f"{path}, rule {number}") for number, rule in enumerate(rules, 1))


def _rule(table: Mapping[str, object], where: str) -> Rule:
    if set(table) != set(_KEYS):
        odd = sorted(set(table) ^ set(_KEYS))
        raise InputError(f"missing or unknown: {', '.join(odd)}", where=where, remedy=f"keys: {', '.join(_KEYS)}")
    for key, choices in _CHOICES.items():
        if table[key] not in choices:
            raise InputError(f"{key} is {table[key]!r}", where=where, remedy=f"one of: {', '.join(choices)}")
    return Rule(
        str(table["level"]),
        cast("Direction", table["direction"]),
        str(table["to"]),
        _BASES[str(table["basis"])],
        table["when"] == "due",
        cast("Severity", table["severity"]),
    )
