"""``svngraph impact ITEM``: what depends on an item."""

from __future__ import annotations

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line, some
from svngraph.cli.wording import ARROW, basis_name, level_name, link_name, title
from svngraph.labels import phrase
from svngraph.model import BASES
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.impact import Dependent, Impact, impact
from svngraph.tracing.naming import find


@click.command("impact")
@click.argument("item")
@click.option("--top", default="goal", show_default=True, help="The level to which everything should have a way.")
@click.option("--orphaned", is_flag=True, help="Only what would be orphaned if ITEM went.")
@dataset_options
@format_option("text", "json", "csv")
def command(item: str, top: str, orphaned: bool, form: str, **flags: object) -> None:
    """Show what depends on ITEM, how strongly and through which links, and what would be orphaned if it went.

    How strongly: what the weakest link rests on in the firmest chain. Orphaned is what would lose every way to the
    goal. ITEM is named as in svngraph trace.
    """
    settings = chosen(**flags)
    lang = settings.lang
    with progress() as watch:
        graph = pipeline.open_around(settings, item, ["down"], back=True, progress=watch)
    found = impact(graph, find(graph, item, settings.names), top)
    listed = found.orphaned if orphaned else found.dependents
    if form == "json":
        show_json(_json(graph, found, listed, lang))
        return
    table = dependents_table(graph, found, listed, lang)
    if form == "csv":
        show_csv(table.columns, table.rows)
        return
    show_line(f"{level_name(found.item.level, lang)}: {title(found.item, lang)}")
    if not listed:
        show_line(phrase("nothing-down", lang))
    else:
        show(table)
    if found.parties:
        names = [party.label.text(lang) or party.key for party in found.parties]
        show_line(phrase("concerned", lang, names=some(names, 12)))


def dependents_table(graph: TraceGraph, found: Impact, listed: tuple[Dependent, ...], lang: str) -> Table:
    """A row for each dependent: its level, how strongly it depends, through which links, and whether it is orphaned."""
    heads = [phrase(key, lang) for key in ("level", "key", "name", "strength", "through", "orphaned")]
    rows = [
        (
            level_name(dependent.item.level, lang),
            dependent.item.key,
            dependent.item.label.text(lang) or "",
            _strength(dependent.weakness, lang),
            _through(graph, dependent),
            phrase("yes" if dependent.orphaned else "no", lang),
        )
        for dependent in listed
    ]
    count = len(found.dependents)
    note = phrase("impact-sum", lang, count=count, orphaned=len(found.orphaned))
    return Table(phrase("depends", lang), heads, rows, note=note)


def _through(graph: TraceGraph, dependent: Dependent) -> str:
    """The keys along the chain, from the item that is asked about down to the dependent."""
    first = graph.items[dependent.chain[0].target].key
    return ARROW.join([first, *(graph.items[link.source].key for link in dependent.chain)])


def _strength(weakness: int, lang: str) -> str:
    return basis_name(BASES[weakness] if weakness < len(BASES) else None, lang)


def _json(graph: TraceGraph, found: Impact, listed: tuple[Dependent, ...], lang: str) -> dict[str, object]:
    return {
        "item": {"iri": str(found.item.iri), "key": found.item.key, "level": found.item.level.key},
        "top": found.top.key,
        "dependents": [
            {
                "iri": str(dependent.item.iri),
                "key": dependent.item.key,
                "level": dependent.item.level.key,
                "label": dependent.item.label.text(lang),
                "weakest": BASES[dependent.weakness].rsplit("/", 1)[-1] if dependent.weakness < len(BASES) else None,
                "weakestLink": link_name(graph, dependent.through),
                "chain": [
                    {"from": str(k.source), "relation": str(k.relation), "to": str(k.target), "basis": k.basis}
                    for k in dependent.chain
                ],
                "orphaned": dependent.orphaned,
            }
            for dependent in listed
        ],
        "count": len(found.dependents),
        "orphaned": len(found.orphaned),
        "organisations": [
            {"iri": str(party.iri), "kind": party.kind, "label": party.label.text(lang)} for party in found.parties
        ],
    }
