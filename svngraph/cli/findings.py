"""``svngraph findings``: what is wrong or weak in the trace links."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from svngraph import pipeline, resources
from svngraph.cli.judging import fails, finding_json, waiver_json
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option, policy_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line, some
from svngraph.labels import phrase
from svngraph.tracing.columns import columns_of
from svngraph.tracing.findings import Finding, findings, qualified
from svngraph.tracing.gaps import gaps
from svngraph.tracing.policy import KINDS, SEVERITIES, read_policy
from svngraph.tracing.waivers import judge, missed


@click.command("findings")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help="Only this kind; may be repeated."
)
@click.option("--severity", type=click.Choice(SEVERITIES), default="info", help="Show these and worse (info).")
@click.option(
    "--fail-on", type=click.Choice((*SEVERITIES, "never")), default="never", help="Exit 1 from here on (never)."
)
@click.option("--all", "every", is_flag=True, help="A row for each finding, not a sum for each kind.")
@policy_option
@as_of_option
@dataset_options
@format_option("text", "json", "csv")
def command(
    kinds: tuple[str, ...],
    severity: str,
    fail_on: str,
    every: bool,
    policy: Path | None,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """List everything that is wrong or weak in the trace links, the gravest first.

    Circles, loose ends, unwanted links, orphans, items that do not reach the goal, duplicates, skipped levels, and
    links by whose loss others lose their way to the goal; and of the policy: thresholds that are missed, waivers that
    have expired or waive nothing.
    """
    settings, today = chosen(**flags), day(as_of)
    asked = read_policy(policy or resources.data_folder() / "policy.toml")
    with progress() as watch:
        # A waiver may be of a gap, which only the records tell.
        graph = pipeline.open_graph(settings, watch) if asked.waivers else None
        columns = pipeline.open_columns(settings, watch) if graph is None else columns_of(graph)
    broken = gaps(graph, asked.rules, today) if graph else []
    judged = judge(asked, broken, findings(columns, asked), today)
    worst = SEVERITIES.index(severity)
    counting = [f for f in (*missed(columns, asked), *judged.own, *judged.findings) if not kinds or f.kind in kinds]
    counting.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    found = [finding for finding in counting if SEVERITIES.index(finding.severity) <= worst]
    waived = [(finding, waiver) for finding, waiver in judged.waived if isinstance(finding, Finding)]
    if form == "json":
        excused = [{**finding_json(f, settings.lang), "waiver": waiver_json(w)} for f, w in waived]
        show_json(
            {"asOf": today.isoformat(), "findings": [finding_json(f, settings.lang) for f in found], "waived": excused}
        )
    elif form == "csv":
        table = findings_table(found, "", settings.lang)
        show_csv(table.columns, table.rows)
    elif not found:
        show_line(phrase("no-findings", settings.lang))
    else:
        title = phrase("findings-title", settings.lang)
        show((findings_table if every or kinds else kinds_table)(found, title, settings.lang))
    if form == "text" and waived:
        show_line(phrase("waived-count", settings.lang, count=len(waived)))
    if fails(fail_on, (finding.severity for finding in counting)):
        sys.exit(1)


def kinds_table(found: Sequence[Finding], title: str, lang: str) -> Table:
    """A row for each kind and severity: how many, the first of them in words, and which."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.severity, finding.kind), []).append(finding)
    heads = [phrase(key, lang) for key in ("severity", "count", "kind", "for-instance", "items-in-question")]
    rows = [
        (
            phrase(f"severity.{severity}", lang),
            str(len(group)),
            phrase(f"kind.{kind}", lang),
            group[0].message(lang),
            some([finding.key for finding in group]),
        )
        for (severity, kind), group in groups.items()
    ]
    return Table(title, heads, rows, frozenset({1}), note=_sums(found, lang))


def findings_table(found: Sequence[Finding], title: str, lang: str) -> Table:
    """A row for each finding: how much it matters, what kind it is, where it is, and what is wrong."""
    heads = [phrase(key, lang) for key in ("severity", "kind", "item", "name", "message")]
    rows = [
        (
            phrase(f"severity.{finding.severity}", lang),
            phrase(f"kind.{finding.kind}", lang),
            qualified(finding.iri),
            finding.label.text(lang) or "",
            finding.message(lang),
        )
        for finding in found
    ]
    return Table(title, heads, rows, note=_sums(found, lang))


def _sums(found: Sequence[Finding], lang: str) -> str:
    counts = [sum(finding.severity == severity for finding in found) for severity in SEVERITIES]
    return phrase("finding-sum", lang, count=len(found), violations=counts[0], warnings=counts[1], infos=counts[2])
