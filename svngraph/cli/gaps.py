"""``svngraph gaps``: what is missing, and where each chain breaks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from svngraph import pipeline, resources
from svngraph.cli.coverage import chosen_plan
from svngraph.cli.judging import fails, finding_json, score_json, score_line, waiver_json
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option, policy_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line, some
from svngraph.cli.wording import ARROW, CROSS, basis_name, chain, level_name, link_name
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.tracing.columns import columns_of
from svngraph.tracing.findings import Finding, findings
from svngraph.tracing.gaps import Gap, gaps
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.network import circles
from svngraph.tracing.policy import SEVERITIES, read_policy
from svngraph.tracing.score import Score, score
from svngraph.tracing.waivers import Judged, judge, missed


@click.command("gaps")
@click.option("--plan", "plan", metavar="KEY", help="Only items of this plan, such as ap2025.")
@policy_option
@click.option("--severity", type=click.Choice(SEVERITIES), default="info", help="Show these and worse (info).")
@click.option(
    "--fail-on", type=click.Choice((*SEVERITIES, "never")), default="never", help="Exit 1 from here on (never)."
)
@click.option("--all", "every", is_flag=True, help="A row for each gap, with its chain, not one for each cause.")
@as_of_option
@dataset_options
@format_option("text", "json", "csv")
def command(
    plan: str | None,
    policy: Path | None,
    severity: str,
    fail_on: str,
    every: bool,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """List the items that break a rule of the policy: what is missing, and the chain up to the missing link.

    What is due depends on the day: a plan whose year is not over is not asked for its report.
    """
    settings, today = chosen(**flags), day(as_of)
    asked = read_policy(policy or resources.data_folder() / "policy.toml")
    if not asked.rules and not asked.thresholds:
        remedy = "give it a [[rule]] or a [[threshold]]; waivers of shapes are for validate"
        raise UsageError("the policy asks for nothing", where=str(policy), remedy=remedy)
    with progress() as watch:
        graph = pipeline.open_graph(settings, watch)
    scope, columns = chosen_plan(graph, plan), columns_of(graph)
    # A waiver may be of a finding, so those are looked for too: else it would seem to waive nothing.
    structural = findings(columns, asked) if asked.waivers else []
    judged = judge(asked, gaps(graph, asked.rules, today, scope), structural, today)
    found = [gap for gap in judged.gaps if _at_least(gap, severity)]
    found.sort(key=lambda gap: SEVERITIES.index(gap.rule.severity))
    own = [*missed(columns, asked, scope), *(judged.own if scope is None else ())]
    if form == "json":
        numbers = score(columns, asked.rules, today, scope, judged.excused)
        show_json({"asOf": today.isoformat(), **_report(graph, found, judged, own, numbers, settings.lang)})
    elif form == "csv":
        table = gaps_table(graph, found, "", settings.lang)
        show_csv(table.columns, table.rows)
    elif found:
        title = phrase("gaps-title", settings.lang, date=today)
        show((gaps_table if every else causes_table)(graph, found, title, settings.lang))
    else:
        show_line(phrase("no-gaps", settings.lang))
    if form == "text":
        for group in circles(graph):
            show_line(phrase("circle", settings.lang, items=ARROW.join(item.key for item in (*group, group[0]))))
        for finding in own:
            show_line(f"{phrase(f'severity.{finding.severity}', settings.lang)}: {finding.message(settings.lang)}")
        if judged.waived:
            show_line(phrase("waived-count", settings.lang, count=len(judged.waived)))
        show_line(score_line(score(columns, asked.rules, today, scope, judged.excused), graph.levels, settings.lang))
    if fails(fail_on, (gap.rule.severity for gap in judged.gaps), (finding.severity for finding in own)):
        sys.exit(1)


def _report(
    graph: TraceGraph, found: Sequence[Gap], judged: Judged, own: Sequence[Finding], numbers: Score, lang: str
) -> dict[str, object]:
    waived = ((gap, waiver) for gap, waiver in judged.waived if isinstance(gap, Gap))
    return {
        "score": score_json(numbers),
        "gaps": [_json(graph, gap, lang) for gap in found],
        "waived": [{**_json(graph, gap, lang), "waiver": waiver_json(waiver)} for gap, waiver in waived],
        "policy": [finding_json(finding, lang) for finding in own],
        "circles": [[str(item.iri) for item in group] for group in circles(graph)],
    }


def causes_table(graph: TraceGraph, found: Sequence[Gap], title: str, lang: str) -> Table:
    """A row for each cause: the gaps of one rule that break at the same link, or lack the same level."""
    causes: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in found:
        causes.setdefault((rule_of(graph, gap, lang), cause_of(graph, gap, lang), gap.rule.severity), []).append(gap)
    heads = [phrase(key, lang) for key in ("severity", "count", "rule", "cause", "items-in-question")]
    rows = [
        (phrase(f"severity.{severity}", lang), str(len(gaps)), rule, cause, some([gap.item.key for gap in gaps]))
        for (rule, cause, severity), gaps in causes.items()
    ]
    return Table(title, heads, rows, frozenset({1}), note=phrase("gap-count", lang, count=len(found)))


def gaps_table(graph: TraceGraph, found: Sequence[Gap], title: str, lang: str) -> Table:
    """A row for each gap: how much it matters, the rule, the item, and the chain up to what is missing."""
    heads = [phrase(key, lang) for key in ("severity", "rule", "key", "name", "way")]
    rows = [
        (
            phrase(f"severity.{gap.rule.severity}", lang),
            rule_of(graph, gap, lang),
            gap.item.key,
            gap.item.label.text(lang),
            _way(graph, gap, lang),
        )
        for gap in found
    ]
    return Table(title, heads, rows, note=phrase("gap-count", lang, count=len(found)))


def rule_of(graph: TraceGraph, gap: Gap, lang: str) -> str:
    """The rule that a gap breaks, in words."""
    level = level_name(graph.level(gap.rule.level), lang).lower()
    to = "/".join(level_name(graph.level(key), lang).lower() for key in gap.rule.targets)
    return phrase(f"rule-{gap.rule.direction}", lang, level=level, to=to)


def _way(graph: TraceGraph, gap: Gap, lang: str) -> str:
    way = chain(graph, gap.item, gap.path, gap.lacking, lang)
    if gap.weakest is None:
        return way
    note = phrase("only-by", lang, basis=basis_name(gap.weakest.basis, lang), link=link_name(graph, gap.weakest))
    return f"{way} ({note})"


def cause_of(graph: TraceGraph, gap: Gap, lang: str) -> str:
    """Where the chain of a gap breaks, or what it rests on, in words."""
    if gap.weakest is not None:
        return phrase("only-by", lang, basis=basis_name(gap.weakest.basis, lang), link=link_name(graph, gap.weakest))
    stop = level_name(gap.stops_at.level, lang).lower()
    return f"{stop}{ARROW}{CROSS} {'/'.join(level_name(level, lang).lower() for level in gap.lacking)}"


def _at_least(gap: Gap, severity: str) -> bool:
    return SEVERITIES.index(gap.rule.severity) <= [*SEVERITIES].index(severity)  # type: ignore[arg-type] # a choice of click


def _json(graph: TraceGraph, gap: Gap, lang: str) -> dict[str, object]:
    return {
        "iri": str(gap.item.iri),
        "key": gap.item.key,
        "label": gap.item.label.text(lang),
        "level": gap.rule.level,
        "direction": gap.rule.direction,
        "to": gap.rule.to,
        "severity": gap.rule.severity,
        "reason": gap.reason,
        "path": [
            {"from": str(k.source), "relation": str(k.relation), "to": str(k.target), "basis": k.basis and str(k.basis)}
            for k in gap.path
        ],
        "stopsAt": str(gap.stops_at.iri),
        "lacking": [level.key for level in gap.lacking],
        "weakest": link_name(graph, gap.weakest) if gap.weakest else None,
    }
