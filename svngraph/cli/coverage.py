"""``svngraph coverage``: how much of a level is traced downwards."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rdflib import URIRef

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json
from svngraph.cli.wording import chain, level_name
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.tracing.coverage import MEANINGS, Coverage, Verdict, coverage, group
from svngraph.tracing.graph import TraceGraph, read


@click.command("coverage")
@click.option("--level", default="activity", show_default=True, help="The level that is asked about.")
@click.option("--to", "bottom", default="outcome", show_default=True, help="The bottom level that chains must reach.")
@click.option(
    "--by", "by", metavar="LEVEL", default="focus-area", show_default=True, help="Rows: plan, item, or a level above."
)
@click.option("--plan", "plan", metavar="KEY", help="Only this plan, such as ap2025.")
@dataset_options
@format_option("text", "json", "csv")
def command(level: str, bottom: str, by: str, plan: str | None, form: str, **flags: object) -> None:
    """Show how much of a level is traced downwards, in three meanings.

    Direct: an item has at least one link down. Any chain: some chain reaches the bottom level. All branches: every
    branch does. With --by item each verdict shows its path, or the first link that is missing.
    """
    settings = chosen(**flags)
    with progress() as watch:
        graph = read(pipeline.open_dataset(settings, watch), settings.names)
    found = coverage(graph, graph.level(level), graph.level(bottom), chosen_plan(graph, plan))
    if form == "json":
        show_json(_json(graph, found, settings.lang))
    elif form == "csv":
        table = items_table(graph, found, settings.lang)
        show_csv(table.columns, table.rows)
    elif by == "item":
        show(items_table(graph, found, settings.lang))
    else:
        show(groups_table(graph, found, by, settings))


def groups_table(graph: TraceGraph, found: Coverage, by: str, settings: Settings) -> Table:
    """A row for each plan and, within it, for each item of the level ``by`` that the plan's items trace to."""
    lang = settings.lang
    rows: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in found.verdicts:
        place = graph.plans.get(verdict.item.plan) if verdict.item.plan else None
        plan = (place.label.text(lang) or place.key) if place else phrase("none", lang)
        above = None if by == "plan" else group(graph, verdict.item, graph.level(by))
        name = "" if by == "plan" else (above.label.text(lang) or above.key) if above else phrase("none", lang)
        rows.setdefault((plan, name), []).append(verdict)
    cells = [(plan, *((name,) if by != "plan" else ()), *_counts(verdicts)) for (plan, name), verdicts in rows.items()]
    cells.append((phrase("total", lang), *(("",) if by != "plan" else ()), *_counts(found.verdicts)))
    heads = [
        phrase("plan", lang),
        *([level_name(graph.level(by), lang)] if by != "plan" else []),
        phrase("items", lang),
    ]
    heads += [phrase(meaning, lang) for meaning in MEANINGS]
    numeric = frozenset(range(len(heads) - 1 - len(MEANINGS), len(heads)))
    return Table(_title(found, lang), heads, cells, numeric)


def items_table(graph: TraceGraph, found: Coverage, lang: str) -> Table:
    """A row for each item, with its verdicts and its path or the first missing link."""
    heads = [phrase(key, lang) for key in ("key", "name", *MEANINGS, "way")]
    rows = [
        (
            verdict.item.key,
            verdict.item.label.text(lang),
            *(phrase("yes" if verdict.holds(meaning) else "no", lang) for meaning in MEANINGS),
            chain(graph, verdict.item, verdict.path, verdict.missing, lang),
        )
        for verdict in found.verdicts
    ]
    return Table(_title(found, lang), heads, rows)


def _title(found: Coverage, lang: str) -> str:
    return phrase(
        "coverage-title",
        lang,
        level=level_name(found.level, lang).lower(),
        bottom=level_name(found.bottom, lang).lower(),
    )


def _counts(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    total = len(verdicts)
    held = [sum(verdict.holds(meaning) for verdict in verdicts) for meaning in MEANINGS]
    return (str(total), *(f"{count} ({round(100 * count / total)} %)" if total else "–" for count in held))


def chosen_plan(graph: TraceGraph, key: str | None) -> URIRef | None:
    """The plan of a key, None where none is asked for. Errors: UsageError."""
    if key is None:
        return None
    for plan in graph.plans.values():
        if key in (plan.key, str(plan.iri)):
            return plan.iri
    known = ", ".join(sorted(plan.key for plan in graph.plans.values()))
    raise UsageError(f"no plan {key!r}", where="--plan", remedy=f"one of: {known}")


def _json(graph: TraceGraph, found: Coverage, lang: str) -> dict[str, object]:
    return {
        "level": found.level.key,
        "bottom": found.bottom.key,
        "items": len(found.verdicts),
        **{m: {"count": found.count(m), "share": found.share(m)} for m in MEANINGS},
        "verdicts": [
            {
                "iri": str(verdict.item.iri),
                "key": verdict.item.key,
                "label": verdict.item.label.text(lang),
                **{meaning: verdict.holds(meaning) for meaning in MEANINGS},
                "path": [str(link.source) for link in verdict.path],
                "stopsAt": str(verdict.stops_at.iri) if verdict.stops_at else None,
                "missing": [level.key for level in verdict.missing],
            }
            for verdict in found.verdicts
        ],
    }
