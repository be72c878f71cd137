"""How findings, waivers and the trace score are shown, and when they make a command fail; the same in every command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from svngraph.cli.wording import level_name
from svngraph.labels import phrase
from svngraph.tracing.findings import Finding
from svngraph.tracing.items import Level
from svngraph.tracing.policy import SEVERITIES, Severity, Waiver
from svngraph.tracing.score import Score


def fails(fail_on: str, *found: Iterable[Severity]) -> bool:
    """Whether some severity is at or above ``fail_on``, which may be ``never``."""
    ranks = {name: rank for rank, name in enumerate(SEVERITIES)}
    return fail_on in ranks and any(ranks[severity] <= ranks[fail_on] for part in found for severity in part)


def finding_json(finding: Finding, lang: str) -> dict[str, object]:
    """A finding as JSON."""
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "iri": str(finding.iri),
        "key": finding.key,
        "label": finding.label.text(lang),
        "others": list(finding.others),
        "levels": [level.key for level in finding.levels],
        "count": finding.count,
        "message": finding.message(lang),
        "messages": finding.messages(),
    }


def waiver_json(waiver: Waiver) -> dict[str, object]:
    """A waiver as JSON."""
    return {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat(), "of": waiver.of}


def score_json(score: Score) -> dict[str, object]:
    """A trace score as JSON, with its arithmetic."""
    return {
        "value": score.value,
        "present": score.present,
        "expected": score.expected,
        "terms": [
            {
                "level": term.rule.level,
                "direction": term.rule.direction,
                "to": list(term.rule.targets),
                "present": term.present,
                "expected": term.expected,
                "waived": term.waived,
            }
            for term in score.terms
        ],
    }


def score_line(score: Score, levels: Sequence[Level], lang: str) -> str:
    """A trace score in a line, with its arithmetic."""
    names = {level.key: level_name(level, lang).lower() for level in levels}
    if score.value is None:
        return phrase("no-trace-score", lang)
    signs = {"up": "\N{RIGHTWARDS ARROW}", "down": "\N{LEFTWARDS ARROW}"}
    terms = [
        f"{names[term.rule.level]} {signs[term.rule.direction]} "
        f"{'/'.join(names[key] for key in term.rule.targets)} {term.present}/{term.expected}"
        for term in score.terms
        if term.expected
    ]
    sums = phrase("trace-score", lang, score=f"{score.value:.0f}", present=score.present, expected=score.expected)
    return f"{sums} = {' + '.join(terms)}"
