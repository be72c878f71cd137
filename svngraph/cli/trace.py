"""``svngraph trace ITEM``: the chains of an item."""

from __future__ import annotations

from typing import get_args

import click
from rich.text import Text
from rich.tree import Tree

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import clean, progress, show_csv, show_json, show_line, show_tree
from svngraph.cli.wording import basis_name, level_name, link_name, relation_name, title
from svngraph.labels import phrase
from svngraph.model import BASES
from svngraph.tracing.chains import Direction, Step, firmest_chain, trace
from svngraph.tracing.graph import Item, TraceGraph, read
from svngraph.tracing.naming import find

_BASES = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
_COLUMNS = ("direction", "depth", "key", "level", "label", "relation", "basis", "weakest", "evidence", "iri")


@click.command("trace")
@click.argument("item")
@click.option("--up", "directions", flag_value="up", multiple=True, help="Only upwards, towards the goal.")
@click.option("--down", "directions", flag_value="down", multiple=True, help="Only downwards, towards the outcome.")
@click.option("--depth", type=click.IntRange(min=1), help="How many links to follow (all).")
@click.option("--basis", type=click.Choice(tuple(_BASES)), help="Follow only links that rest on this or firmer.")
@dataset_options
@format_option("text", "json", "csv")
def command(
    item: str, directions: tuple[Direction, ...], depth: int | None, basis: str | None, form: str, **flags: object
) -> None:
    """Show the chains of ITEM, up to the goal and down to the outcome, with what each link rests on.

    ITEM is a key (ap2025-07), a kind and key (report-entry/ap2025-13), an IRI, or a part of a name that only one
    item has.
    """
    settings = chosen(**flags)
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    graph = read(store, settings.names)
    start = find(graph, item, settings.names)
    asked = [way for way in get_args(Direction) if way in directions or not directions]
    traces = {way: trace(graph, start, way, depth=depth, weakest=_BASES.get(basis or "")) for way in asked}
    if form == "json":
        show_json(
            {
                "item": _described(start, settings.lang),
                **{way: _nested(graph, t, settings.lang) for way, t in traces.items()},
            }
        )
    elif form == "csv":
        show_csv(_COLUMNS, [row for way, t in traces.items() for row in _rows(graph, way, t, settings.lang)])
    else:
        _show(graph, start, traces, settings.lang)


def _show(graph: TraceGraph, start: Item, traces: dict[Direction, Step], lang: str) -> None:
    show_line(f"{level_name(start.level, lang)}: {title(start, lang)}")
    for way, step in traces.items():
        tree = Tree(Text(phrase(way, lang), style="bold"))
        _grow(graph, tree, step, way, lang)
        if not step.following:
            tree.add(Text(phrase(f"nothing-{way}", lang), style="italic"))
        show_tree(tree)
    if "up" in traces:
        show_line(_strength(graph, start, lang))


def _grow(graph: TraceGraph, tree: Tree, step: Step, way: Direction, lang: str) -> None:
    for following in step.following:
        link = following.link
        if link is None:  # only the item asked for is reached by no link, and it follows from nothing
            continue
        words = relation_name(graph, link, lang, backwards=way == "down")
        line = Text(f"{clean(words)} ({basis_name(link.basis, lang)}): ", style="dim")
        line.append(clean(title(following.item, lang)), style="default not dim")
        if following.repeated:
            line.append(f"  ({phrase('seen-above', lang)})", style="italic")
        _grow(graph, tree.add(line), following, way, lang)


def _strength(graph: TraceGraph, start: Item, lang: str) -> str:
    """A line on the firmest chain from an item to a goal."""
    goals = graph.level("goal")
    best = firmest_chain(graph, start, goals)
    if not best:
        return phrase("no-goal", lang) if best is None else ""
    weakest = max(best, key=lambda link: link.weakness)
    return phrase("weakest", lang, basis=basis_name(weakest.basis, lang), link=link_name(graph, weakest))


def _described(item: Item, lang: str) -> dict[str, object]:
    return {"iri": str(item.iri), "key": item.key, "level": item.level.key, "label": item.label.text(lang)}


def _nested(graph: TraceGraph, step: Step, lang: str) -> list[dict[str, object]]:
    return [
        {
            **_described(following.item, lang),
            "relation": str(following.link.relation),
            "basis": _short(following.link.basis),
            "weakest": _name(following.weakness),
            "evidence": [str(passage) for passage in following.link.evidence],
            "repeated": following.repeated,
            "following": _nested(graph, following, lang),
        }
        for following in step.following
        if following.link is not None
    ]


def _rows(graph: TraceGraph, way: Direction, step: Step, lang: str) -> list[tuple[object, ...]]:
    return [
        (
            way,
            depth,
            at.item.key,
            at.item.level.key,
            at.item.label.text(lang),
            at.link.relation,
            _short(at.link.basis),
            _name(at.weakness),
            " ".join(at.link.evidence),
            at.item.iri,
        )
        for depth, at in step.flat()
        if at.link is not None
    ]


def _short(basis: object) -> str | None:
    return str(basis).rsplit("/", 1)[-1] if basis else None


def _name(weakness: int) -> str | None:
    return _short(BASES[weakness]) if weakness < len(BASES) else None
