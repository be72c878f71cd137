"""Waivers and thresholds: which results a body has decided to live with, for how long, and how many are too many.

A policy file is TOML::

    [[waiver]]
    shape = "https://w3id.org/svngraph/shape/Activity-report"   # whose results
    focus = "https://w3id.org/svngraph/id/activity/ap2024-05"   # about what; left out: about anything
    reason = "The report was given orally."
    owner = "sekretariatet"
    expires = 2027-01-31

    [[threshold]]
    severity = "warning"                                        # and, if wanted, shape = "…"
    most = 20

A waiver that has expired is itself a finding; so is one that nothing needs any longer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import SH

from svngraph.errors import InputError
from svngraph.validation.report import SEVERITIES, Report, Result, Results, severity_rank, shown

_TERMS = "https://w3id.org/svngraph/def/"
EXPIRED = URIRef(f"{_TERMS}ExpiredWaiver")
UNUSED = URIRef(f"{_TERMS}UnusedWaiver")
EXCEEDED = URIRef(f"{_TERMS}ExceededThreshold")
# By the names that people give them, gravest first; a severity of the shapes' own counts as a violation.
_SEVERITIES = dict(zip(("violation", "warning", "info"), SEVERITIES, strict=True))


@dataclass(frozen=True)
class Waiver:
    """A decision to live with some results until a day, that day included."""

    shape: str
    reason: str
    owner: str
    expires: date
    focus: str | None = None

    def covers(self, result: Result) -> bool:
        """True where the result is one of those that the waiver is about."""
        return shown(result.source_shape) == self.shape and self.focus in (None, shown(result.focus_node))


@dataclass(frozen=True)
class Threshold:
    """How many results of a severity, of one shape or of all, are not yet too many."""

    severity: str
    most: int
    shape: str | None = None

    def counts(self, result: Result) -> bool:
        """True where the result counts towards the threshold."""
        alike = severity_rank(result.severity) == severity_rank(_SEVERITIES[self.severity])
        return alike and self.shape in (None, shown(result.source_shape))


@dataclass(frozen=True)
class Policy:
    """The waivers and thresholds of a body."""

    waivers: tuple[Waiver, ...] = ()
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A report in the light of a policy.

    ``report`` has the results that stand and, as results of their own, the policy's findings (a waiver that expired or
    that nothing needs); ``waived`` has the others with their waivers; ``exceeded`` one result for each threshold that
    was passed.
    """

    report: Report
    waived: tuple[tuple[Result, Waiver], ...]
    exceeded: tuple[Result, ...]

    def fails(self, policy: Policy, at: str = "violation") -> bool:
        """True where a threshold is passed, or there is a result at or above ``at`` that no threshold speaks of."""
        least = severity_rank(_SEVERITIES[at])
        return bool(self.exceeded) or any(
            severity_rank(result.severity) <= least
            and not any(threshold.counts(result) for threshold in policy.thresholds)
            for result in self.report.results
        )


def read_policy(path: Path) -> Policy:
    """The policy in a TOML file.

    Errors: InputError, naming the entry and the key that is wrong.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    if odd := sorted(set(table) - {"rule", "severity", "waiver", "threshold"}):
        remedy = "a policy has [[rule]], [[threshold]] and [[waiver]] tables and [severity]"
        raise InputError(f"unknown: {odd[0]}", where=str(path), remedy=remedy)
    # One file serves tracing too: what names an item, or a share that must be reached, is for `gaps` and `findings`.
    waivers = [(n, entry) for n, entry in enumerate(table.get("waiver", []), 1) if "item" not in entry]
    thresholds = [(n, entry) for n, entry in enumerate(table.get("threshold", []), 1) if "at-least" not in entry]
    return Policy(
        tuple(_waiver(entry, f"{path}, waiver {number}") for number, entry in waivers),
        tuple(_threshold(entry, f"{path}, threshold {number}") for number, entry in thresholds),
    )


def _checked(entry: Mapping[str, object], where: str, types: Mapping[str, type], optional: Iterable[str]) -> None:
    missing = set(types) - set(optional) - set(entry)
    unknown = set(entry) - set(types)
    if missing or unknown:
        odd = ", ".join(sorted(missing | unknown))
        raise InputError(f"missing or unknown: {odd}", where=where, remedy=f"the keys are {', '.join(types)}")
    for key, value in entry.items():
        if type(value) is not types[key] or value == "":
            raise InputError(f"{key} is {value!r}", where=where, remedy=f"write a {types[key].__name__}")


def _waiver(entry: Mapping[str, object], where: str) -> Waiver:
    types = {"shape": str, "focus": str, "reason": str, "owner": str, "expires": date}
    _checked(entry, where, types, ["focus"])
    expires, focus = entry["expires"], entry.get("focus")
    return Waiver(
        str(entry["shape"]),
        str(entry["reason"]),
        str(entry["owner"]),
        expires if isinstance(expires, date) else date.min,
        None if focus is None else str(focus),
    )


def _threshold(entry: Mapping[str, object], where: str) -> Threshold:
    _checked(entry, where, {"severity": str, "most": int, "shape": str}, ["shape"])
    if entry["severity"] not in _SEVERITIES:
        raise InputError(f"severity is {entry['severity']!r}", where=where, remedy=f"one of: {', '.join(_SEVERITIES)}")
    shape = entry.get("shape")
    return Threshold(str(entry["severity"]), int(str(entry["most"])), None if shape is None else str(shape))


def judge(report: Report, policy: Policy, today: date) -> Judgement:
    """The report in the light of the policy on a day."""
    valid = [waiver for waiver in policy.waivers if waiver.expires >= today]
    standing: list[Result] = []
    waived: list[tuple[Result, Waiver]] = []
    for result in report.results:
        waiver = next((waiver for waiver in valid if waiver.covers(result)), None)
        if waiver is None:
            standing.append(result)
        else:
            waived.append((result, waiver))
    needed = {waiver for _, waiver in waived}
    findings = [_expired(waiver) for waiver in policy.waivers if waiver.expires < today]
    findings += [_unused(waiver) for waiver in valid if waiver not in needed]
    exceeded = []
    for threshold in policy.thresholds:
        count = sum(map(threshold.counts, standing))
        if count > threshold.most:
            exceeded.append(_exceeded(threshold, count))
    results = Results([standing, findings])
    return Judgement(Report(len(results) == 0, results, report.engines), tuple(waived), tuple(exceeded))


def _finding(about: str, shape: str, component: URIRef, severity: URIRef, swedish: str, english: str) -> Result:
    messages = (Literal(swedish, lang="sv"), Literal(english, lang="en"))
    return Result(URIRef(about), None, None, URIRef(shape), component, severity, messages)


def _expired(waiver: Waiver) -> Result:
    return _finding(
        waiver.focus or waiver.shape,
        waiver.shape,
        EXPIRED,
        SH.Violation,
        f"Undantaget gick ut {waiver.expires} ({waiver.owner}: {waiver.reason}). Åtgärda eller besluta på nytt.",
        f"The waiver expired on {waiver.expires} ({waiver.owner}: {waiver.reason}). Mend the defect or decide anew.",
    )


def _unused(waiver: Waiver) -> Result:
    return _finding(
        waiver.focus or waiver.shape,
        waiver.shape,
        UNUSED,
        SH.Info,
        f"Undantaget behövs inte längre ({waiver.owner}: {waiver.reason}). Ta bort det.",
        f"The waiver is not needed any longer ({waiver.owner}: {waiver.reason}). Remove it.",
    )


def _exceeded(threshold: Threshold, count: int) -> Result:
    shape = threshold.shape or str(SH[threshold.severity.title()])
    return _finding(
        shape,
        shape,
        EXCEEDED,
        SH.Violation,
        f"{count} resultat av slaget {threshold.severity}, fler än {threshold.most} som är gränsen.",
        f"{count} results of severity {threshold.severity}, more than the limit of {threshold.most}.",
    )
