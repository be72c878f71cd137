"""``svngraph continuity OLD NEW``: what became of each item of a plan, and the lineage of an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click
from rdflib import URIRef
from rich.text import Text
from rich.tree import Tree

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, clean, progress, show, show_csv, show_json, show_line, show_tree
from svngraph.cli.wording import basis_name, title
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.model import JUDGEMENT, TraceLink
from svngraph.namespaces import SVN
from svngraph.settings import Settings
from svngraph.tracing.continuity import (
    TOPIC,
    Comparison,
    Continuation,
    Fate,
    Step,
    Way,
    changes,
    compare,
    continuations,
    lineage,
    plan_of,
    refused,
)
from svngraph.tracing.graph import Item, Plan, TraceGraph, read
from svngraph.tracing.naming import find

if TYPE_CHECKING:
    from svngraph.tracing.likeness import Candidate

_WAYS: tuple[Way, ...] = ("older", "newer")


@click.command("continuity")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--lineage", "item", metavar="ITEM", help="Follow one item through all the years instead.")
@click.option("--candidates", "most", type=click.IntRange(0), default=0, help="Likeliest predecessors to show (0).")
@dataset_options
@format_option("text", "json", "csv")
def command(old: str | None, new: str | None, item: str | None, most: int, form: str, **flags: object) -> None:
    """Compare two plans item by item: kept, reworded, extended, narrowed, split, merged, new or dropped.

    OLD and NEW are keys of plans, such as ap2024 ap2025; without them the two latest activity plans are meant. What the
    newer plan itself presents as new stands beside what is new. --candidates N shows for each item without a
    predecessor the N likeliest ones, each with its score and the score's parts; svngraph review decides.
    """
    settings = chosen(**flags)
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    graph, links = read(store, settings.names), continuations(store)
    lang = settings.lang
    if item is not None:
        start = find(graph, item, settings.names)
        _show_lineage(start, {way: lineage(graph, links, start, way) for way in _WAYS}, form, lang)
        return
    older, newer = (plan_of(graph, old), plan_of(graph, new)) if old and new else latest(graph, old)
    found = compare(graph, links, changes(store), older, newer)
    proposed = proposals(graph, found, links, most, tuple(refused(store)))
    if form == "json":
        show_json(_json(found, proposed, lang))
    elif form == "csv":
        table = fates_table(found, lang)
        show_csv(table.columns, table.rows)
    else:
        _show(found, proposed, settings)


def proposals(
    graph: TraceGraph,
    found: Comparison,
    links: Sequence[Continuation],
    most: int,
    settled: Sequence[tuple[URIRef, URIRef]] = (),
) -> list[Candidate]:
    """The likeliest predecessors of the items that have none, without those that are linked or were refused."""
    if not most:
        return []
    # Imported here: the library that measures likeness is wanted by this alone.
    from svngraph.tracing.likeness import candidates

    olds = sorted((i for i in graph.items.values() if i.plan == found.old.iri), key=lambda i: i.order)
    news = [fate.newer for fate in found.fates if fate.kind == "new" and fate.newer]
    known = [(link.newer, link.older) for link in links]
    return candidates(graph, news, olds, known=[*known, *settled], most=most)


def fates_table(found: Comparison, lang: str) -> Table:
    """A row for each item of the newer plan and each that was dropped."""
    heads = [phrase(f"continuity.{key}", lang) for key in ("older", "fate", "newer", "basis")] + [phrase("name", lang)]
    rows = [
        (
            fate.older.key if fate.older else "",
            phrase(f"fate.{fate.kind}", lang),
            fate.newer.key if fate.newer else "",
            basis_name(fate.continuation.basis, lang) if fate.continuation else "",
            _named(fate, lang),
        )
        for fate in found.fates
    ]
    sums = ", ".join(f"{phrase(f'fate.{kind}', lang)} {count}" for kind, count in found.counts().items())
    old, new = (plan.label.text(lang) or plan.key for plan in (found.old, found.new))
    return Table(phrase("continuity.title", lang, old=old, new=new), heads, rows, note=sums)


def _named(fate: Fate, lang: str) -> str:
    # One of the two is there.
    name = ((fate.newer or fate.older).label.text(lang) or "") if fate.newer or fate.older else ""  # type: ignore[union-attr]
    if not fate.related:
        return name
    return f"{name} ({phrase('continuity.related', lang, items=', '.join(item.key for item in fate.related))})"


def announced_table(found: Comparison, lang: str) -> Table:
    """A row for each activity that the newer plan presents as new: whether it is."""
    heads = [
        phrase(key, lang) for key in ("continuity.change", "key", "continuity.is-new", "continuity.carries", "name")
    ]
    rows = [
        (
            one.change.label.get(lang) or one.change.label.get("sv", ""),
            one.activity.key,
            phrase("yes" if one.new else "no", lang),
            ", ".join(item.key for item in one.continues)
            or (phrase("continuity.related", lang, items=_keys(one.related)) if one.related else ""),
            one.activity.label.text(lang),
        )
        for one in found.announced
    ]
    note = phrase("continuity.unannounced", lang, items=_keys(found.unannounced)) if found.unannounced else None
    return Table(phrase("continuity.announced", lang), heads, rows, note=note)


def show_candidates(proposed: Sequence[Candidate], settings: Settings) -> None:
    """For each item the pairs that may belong together: the score, what it is made of, the key to decide it by."""
    lang = settings.lang
    show_line(phrase("continuity.candidates", lang))
    trees: dict[URIRef, Tree] = {}
    for one in proposed:
        tree = trees.setdefault(one.newer.iri, Tree(Text(clean(title(one.newer, lang)), style="bold")))
        branch = tree.add(Text(f"{one.score:.0f}  {clean(title(one.older, lang))}"))
        parts = (f"{phrase(f'likeness.{part}', lang).lower()} {value:.0f}" for part, value in one.parts.items())
        branch.add(Text(" · ".join(parts), style="dim"))
        branch.add(Text(clean(candidate_key(one, settings)), style="dim"))
    for tree in trees.values():
        show_tree(tree)
    show_line(phrase("continuity.judge", lang))


def candidate_key(one: Candidate, settings: Settings) -> str:
    """The key of the link that a candidate would be."""
    link = TraceLink(one.newer.iri, SVN.continues, one.older.iri, JUDGEMENT)
    return (settings.names.parts(link.iri(settings.names)) or ("", ""))[1]


def _show(found: Comparison, proposed: Sequence[Candidate], settings: Settings) -> None:
    lang = settings.lang
    show(fates_table(found, lang))
    if found.announced:
        show_line("")
        show(announced_table(found, lang))
    for doubt, link in found.doubts:
        pair = f"{link.newer.rsplit('/', 1)[-1]} → {link.older.rsplit('/', 1)[-1]}"
        show_line(phrase(f"doubt.{doubt}", lang, link=pair))
    if proposed:
        show_line("")
        show_candidates(proposed, settings)


def _show_lineage(start: Item, ways: Mapping[Way, Sequence[Step]], form: str, lang: str) -> None:
    if form == "json":
        described: dict[str, object] = {
            way: [_step_json(step, lang) for step in steps[1:]] for way, steps in ways.items()
        }
        show_json({"item": _item_json(start, lang), **described})
        return
    if form == "csv":
        rows = [
            (way, step.depth, step.item.key, step.continuation and step.continuation.kind, step.item.label.text(lang))
            for way, steps in ways.items()
            for step in steps[1:]
        ]
        show_csv(("direction", "depth", "key", "kind", "label"), rows)
        return
    show_line(title(start, lang))
    for way, steps in ways.items():
        tree = Tree(Text(phrase(f"lineage.{way}", lang), style="bold"))
        branches = {0: tree}
        for step in steps[1:]:
            line = Text(f"{_kind_name(step, lang)} ({_basis(step, lang)}): ", style="dim")
            line.append(clean(title(step.item, lang)), style="default not dim")
            if step.repeated:
                line.append(f"  ({phrase('seen-above', lang)})", style="italic")
            branches[step.depth] = branches[step.depth - 1].add(line)
        if len(steps) == 1:
            tree.add(Text(phrase(f"lineage.no-{way}", lang), style="italic"))
        show_tree(tree)


def _kind_name(step: Step, lang: str) -> str:
    kind = step.continuation.kind if step.continuation else "unstated"
    try:
        return phrase(f"fate.{kind}", lang)
    except KeyError:  # a kind that is not in the code list: the shapes say so, here it is shown as it stands
        return kind


def _basis(step: Step, lang: str) -> str:
    return basis_name(step.continuation.basis if step.continuation else None, lang)


def latest(graph: TraceGraph, named: str | None) -> tuple[Plan, Plan]:
    """The two latest plans of one year that have items of the level of activities."""
    if named:
        raise UsageError("two plans are compared", remedy="name both: svngraph continuity ap2024 ap2025")
    planned = {item.plan for item in graph.items.values() if item.level.key == "activity"}
    plans = [plan for plan in graph.plans.values() if plan.year is not None and plan.iri in planned]
    if len(plans) < 2:
        raise UsageError("the dataset has no two plans of a year each", remedy="name two plans by their keys")
    *_, older, newer = sorted(plans, key=lambda plan: (plan.year or 0, plan.key))
    return older, newer


def _keys(items: Sequence[Item]) -> str:
    return ", ".join(item.key for item in items)


def _item_json(item: Item, lang: str) -> dict[str, object]:
    return {"iri": str(item.iri), "key": item.key, "label": item.label.text(lang)}


def _step_json(step: Step, lang: str) -> dict[str, object]:
    kind = step.continuation.kind if step.continuation else None
    basis = step.continuation.basis if step.continuation else None
    more = {"depth": step.depth, "kind": kind, "basis": basis and str(basis), "repeated": step.repeated}
    return {**_item_json(step.item, lang), **more}


def _json(found: Comparison, proposed: Sequence[Candidate], lang: str) -> dict[str, object]:
    return {
        "old": str(found.old.iri),
        "new": str(found.new.iri),
        "counts": found.counts(),
        "items": [
            {
                "kind": fate.kind,
                "older": _item_json(fate.older, lang) if fate.older else None,
                "newer": _item_json(fate.newer, lang) if fate.newer else None,
                "basis": str(fate.continuation.basis) if fate.continuation and fate.continuation.basis else None,
                "link": str(fate.continuation.link) if fate.continuation and fate.continuation.link else None,
                TOPIC: [str(item.iri) for item in fate.related],
            }
            for fate in found.fates
        ],
        "announced": [
            {
                "change": str(one.change.iri),
                "activity": str(one.activity.iri),
                "new": one.new,
                "continues": [str(item.iri) for item in one.continues],
                TOPIC: [str(item.iri) for item in one.related],
            }
            for one in found.announced
        ],
        "unannounced": [str(item.iri) for item in found.unannounced],
        "doubts": [
            {"doubt": doubt, "newer": str(link.newer), "older": str(link.older), "kind": link.kind}
            for doubt, link in found.doubts
        ],
        "candidates": [
            {"newer": str(c.newer.iri), "older": str(c.older.iri), "score": c.score, "parts": dict(c.parts)}
            for c in proposed
        ],
    }
