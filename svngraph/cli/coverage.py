"""``svngraph coverage``: how much of a level is traced downwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rdflib import URIRef

from svngraph import pipeline, resources
from svngraph.cli.judging import score_json, score_line
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option, policy_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line
from svngraph.cli.wording import chain, level_name
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.tracing.columns import columns_of
from svngraph.tracing.coverage import MEANINGS, Coverage, Verdict, coverage, groups, parties
from svngraph.tracing.graph import Item, TraceGraph
from svngraph.tracing.policy import read_policy
from svngraph.tracing.score import score

_PARTIES = ("region", "group")
# Groups that need no plan beside them.
_ALONE = ("plan", "year", *_PARTIES)


@click.command("coverage")
@click.option("--level", default="activity", show_default=True, help="The level that is asked about.")
@click.option("--to", "bottom", default="outcome", show_default=True, help="The bottom level that chains must reach.")
@click.option(
    "--by",
    "by",
    metavar="LEVEL",
    default="focus-area",
    show_default=True,
    help="Rows: plan, year, region, group, item, or a level above.",
)
@click.option("--plan", "plan", metavar="KEY", help="Only this plan, such as ap2025.")
@click.option("--in-store", is_flag=True, help="Worked out by the store itself: verdicts alone, no groups or paths.")
@policy_option
@as_of_option
@dataset_options
@format_option("text", "json", "csv")
def command(
    level: str,
    bottom: str,
    by: str,
    plan: str | None,
    in_store: bool,
    policy: Path | None,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """Show how much of a level is traced downwards, in three meanings.

    Direct: an item has at least one link down. Any chain: some chain reaches the bottom level. All branches: every
    branch does. With --by item each verdict shows its path, or the first link that is missing. With --by region and
    --by group an item counts for each organisation that it, or what traces to it, is assigned to or involves, and with
    --by LEVEL for each item of that level that it traces up to.

    The trace score is the present over the expected links, 0 to 100: the policy says what is expected.

    With --in-store the store that holds the data works the verdicts out, over the links that the vocabulary allows, and
    nothing else leaves it: for data that outgrow one machine.
    """
    settings = chosen(**flags)
    if in_store:
        from svngraph.cli.pushed import verdicts

        if plan:
            raise UsageError(
                "--plan is not worked out in the store", where="--in-store", remedy="leave one of them out"
            )
        verdicts(settings, level, bottom, form)
        return
    with progress() as watch:
        graph = pipeline.open_graph(settings, watch)
    found = coverage(graph, graph.level(level), graph.level(bottom), chosen_plan(graph, plan))
    rules = read_policy(policy or resources.data_folder() / "policy.toml").rules
    points = score(columns_of(graph), rules, day(as_of), chosen_plan(graph, plan))
    if form == "json":
        groups = _groups_json(graph, found, by, settings.lang)
        show_json({**_json(graph, found, settings.lang), "groups": groups, "score": score_json(points)})
    elif form == "csv":
        table = items_table(graph, found, settings.lang)
        show_csv(table.columns, table.rows)
    elif by == "item":
        show(items_table(graph, found, settings.lang))
    else:
        show(groups_table(graph, found, by, settings))
    if form == "text":
        show_line(score_line(points, graph.levels, settings.lang))


def groups_table(graph: TraceGraph, found: Coverage, by: str, settings: Settings) -> Table:
    """A row for each group of items; what the groups are is said at the command. A last row holds every item once."""
    lang = settings.lang
    alone = by in _ALONE
    rows: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in found.verdicts:
        for name in _groups(graph, verdict.item, by, lang):
            row = (name,) if alone else (_plan_name(graph, verdict.item, lang), name)
            rows.setdefault(row, []).append(verdict)
    ordered = sorted(rows) if by in ("year", *_PARTIES) else list(rows)
    cells = [(*row, *_counts(rows[row])) for row in ordered]
    cells.append((phrase("total", lang), *(() if alone else ("",)), *_counts(found.verdicts)))
    heads = [] if alone else [phrase("plan", lang)]
    heads.append(phrase(by, lang) if alone else level_name(graph.level(by), lang))
    heads.append(phrase("items", lang))
    heads += [phrase(meaning, lang) for meaning in MEANINGS]
    numeric = frozenset(range(len(heads) - 1 - len(MEANINGS), len(heads)))
    several = sum(map(len, rows.values())) > len(found.verdicts)
    note = phrase("counts-in-each", lang) if several or by in _PARTIES else None
    return Table(_title(found, lang), heads, cells, numeric, note=note)


def _groups(graph: TraceGraph, item: Item, by: str, lang: str) -> list[str]:
    """The names of the groups that an item counts in: one plan and year, and each organisation or item above."""
    nothing = phrase("none", lang)
    if by == "plan":
        return [_plan_name(graph, item, lang)]
    if by == "year":
        home = graph.plans.get(item.plan) if item.plan else None
        return [str(home.year) if home and home.year is not None else nothing]
    if by in _PARTIES:
        return [party.label.text(lang) or party.key for party in parties(graph, item, (by,))] or [nothing]
    return [above.label.text(lang) or above.key for above in groups(graph, item, graph.level(by))] or [nothing]


def _plan_name(graph: TraceGraph, item: Item, lang: str) -> str:
    home = graph.plans.get(item.plan) if item.plan else None
    return (home.label.text(lang) or home.key) if home else phrase("none", lang)


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


def _groups_json(graph: TraceGraph, found: Coverage, by: str, lang: str) -> list[dict[str, object]]:
    rows: dict[str, list[Verdict]] = {}
    for verdict in found.verdicts if by != "item" else ():
        for name in _groups(graph, verdict.item, by, lang):
            rows.setdefault(name, []).append(verdict)
    return [
        {"group": name, "items": len(verdicts), **{m: sum(v.holds(m) for v in verdicts) for m in MEANINGS}}
        for name, verdicts in rows.items()
    ]


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
