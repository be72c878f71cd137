"""The effects of a difference as tables and as JSON."""

from __future__ import annotations

from rdflib import URIRef
from rdflib.namespace import SH

from svngraph.cli.effects import Effects
from svngraph.cli.gaps import cause_of, rule_of
from svngraph.cli.judging import finding_json
from svngraph.cli.output import Table, some
from svngraph.cli.wording import ARROW, level_name
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.tracing.findings import Finding
from svngraph.tracing.gaps import Gap
from svngraph.tracing.items import TraceGraph

SEVERITY_OF = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


def key_of(term: str, settings: Settings) -> str:
    """The kind and key of a thing, or the term itself."""
    parts = settings.names.parts(term.strip("<>"))
    return "/".join(parts) if parts else term.strip("<>")


def last_of(iri: str) -> str:
    """The last part of an IRI."""
    return iri.strip("<>").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def effect_tables(done: Effects, settings: Settings) -> list[Table]:
    """A table for each kind of effect; what has none has no rows."""
    lang = settings.lang

    def heads(*keys: str) -> list[str]:
        return [phrase(f"diff.{key}", lang) for key in keys]

    cover = [
        (
            f"{level_name(one.level, lang)}{ARROW}{level_name(one.bottom, lang).lower()}",
            phrase(one.meaning, lang),
            "{}/{}".format(*one.before),
            "{}/{}".format(*one.after),
            some(one.won, 8),
            some(one.lost, 8),
        )
        for one in done.coverage
    ]
    goals = [
        (phrase(f"diff.{name}", lang), some([item.key for item in items], 12))
        for name, items in (("orphaned", done.orphaned), ("connected", done.connected))
        if items
    ]
    results = [
        (
            phrase(f"diff.{name}", lang),
            phrase(f"severity.{SEVERITY_OF.get(URIRef(str(one.severity)), 'violation')}", lang),
            key_of(f"<{one.focus_node}>", settings),
            one.message(lang) or last_of(str(one.source_shape)),
        )
        for name, found in (("come", done.come), ("gone", done.gone))
        for one in found
    ]
    names = {item.level.key: level_name(item.level, lang).lower() for one in done.impacts for item in one.items}
    chains = [
        (
            f"{one.item.level.key}/{one.item.key}",
            ARROW.join(item.key for item in one.up) or "–",
            ", ".join(f"{count} {names[level]}" for level, count in one.below.items()) or "–",
        )
        for one in done.impacts
    ]
    return [
        Table(phrase("diff.coverage", lang), heads("level", "meaning", "before", "after", "won", "lost"), cover,
              frozenset({2, 3})),
        *_judged_tables(done, settings),
        Table(phrase("diff.goals", lang), heads("how", "which"), goals),
        Table(phrase("diff.validation", lang), [*heads("how"), phrase("severity", lang), *heads("thing", "message")],
              results),
        Table(phrase("diff.impact", lang), heads("thing", "up", "below"), chains),
    ]  # fmt: skip


def _judged_tables(done: Effects, settings: Settings) -> list[Table]:
    """The score, where it moved, and the gaps and findings that came and went, those of one cause together."""
    lang = settings.lang
    before, after = (
        ("–" if one.value is None else f"{one.value:.1f} ({one.present}/{one.expected})") for one in done.scores
    )
    heads = [phrase(key, lang) for key in ("diff.how", "severity", "diff.what", "diff.which")]
    old, new = done.graphs
    gaps: dict[tuple[str, ...], list[str]] = {}
    finds: dict[tuple[str, ...], list[str]] = {}
    for how, graph, gap_part, part in (
        ("come", new, done.gaps[0], done.findings[0]),
        ("gone", old, done.gaps[1], done.findings[1]),
    ):
        for gap in gap_part:
            gaps.setdefault(_gap_row(how, graph, gap, lang), []).append(gap.item.key)
        for one in part:
            finds.setdefault(_finding_row(how, one, lang), []).append(one.key)
    return [
        Table(phrase("diff.score", lang), [phrase(f"diff.{key}", lang) for key in ("before", "after")],
              [(before, after)] if before != after else []),
        Table(phrase("diff.gaps", lang), heads, [(*row, some(keys, 8)) for row, keys in gaps.items()]),
        Table(phrase("diff.findings", lang), heads, [(*row, some(keys, 8)) for row, keys in finds.items()]),
    ]  # fmt: skip


def _gap_row(how: str, graph: TraceGraph, gap: Gap, lang: str) -> tuple[str, ...]:
    what = f"{rule_of(graph, gap, lang)}: {cause_of(graph, gap, lang)}"
    return (phrase(f"diff.{how}", lang), phrase(f"severity.{gap.rule.severity}", lang), what)


def _finding_row(how: str, finding: Finding, lang: str) -> tuple[str, ...]:
    severity = phrase(f"severity.{finding.severity}", lang)
    return (phrase(f"diff.{how}", lang), severity, phrase(f"kind.{finding.kind}", lang))


def _gap_json(gap: Gap) -> dict[str, object]:
    return {
        "iri": str(gap.item.iri),
        "level": gap.rule.level,
        "direction": gap.rule.direction,
        "to": gap.rule.to,
        "severity": gap.rule.severity,
        "reason": gap.reason,
        "stopsAt": str(gap.stops_at.iri),
        "lacking": [level.key for level in gap.lacking],
    }


def effects_json(done: Effects) -> dict[str, object]:
    """The effects as JSON."""
    gaps_come, gaps_gone = done.gaps
    come, gone = done.findings
    return {
        "coverage": [
            {"level": c.level.key, "bottom": c.bottom.key, "meaning": c.meaning, "before": c.before, "after": c.after,
             "won": c.won, "lost": c.lost}
            for c in done.coverage
        ],
        "score": {"before": done.scores[0].value, "after": done.scores[1].value},
        "gaps": {"added": [*map(_gap_json, gaps_come)], "removed": [*map(_gap_json, gaps_gone)]},
        "findings": {
            "added": [finding_json(one, "sv") for one in come],
            "removed": [finding_json(one, "sv") for one in gone],
        },
        "orphaned": [str(item.iri) for item in done.orphaned],
        "connected": [str(item.iri) for item in done.connected],
        "validation": {
            "added": [result.to_json() for result in done.come],
            "removed": [result.to_json() for result in done.gone],
        },
        "impact": [
            {"iri": str(one.item.iri), "up": [str(item.iri) for item in one.up], "below": one.below,
             "items": [str(item.iri) for item in one.items]}
            for one in done.impacts
        ],
    }  # fmt: skip
