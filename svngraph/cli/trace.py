"""``svngraph trace ITEM``: the chains of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
from rdflib import URIRef
from rich.text import Text
from rich.tree import Tree

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import clean, progress, show_csv, show_json, show_line, show_tree, some
from svngraph.cli.wording import basis_name, level_name, link_name, relation_name, title
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.model import BASES
from svngraph.quoting import Quote, joined, quotes
from svngraph.settings import Settings
from svngraph.tracing.chains import Direction, Step, firmest_chain, trace
from svngraph.tracing.graph import Item, Link, Party, TraceGraph
from svngraph.tracing.naming import find

_BASES = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
# So many of the things that an organisation carries are named beside it.
_KEYS = 6
_COLUMNS = (
    "direction",
    "depth",
    "key",
    "level",
    "label",
    "relation",
    "basis",
    "weakest",
    "evidence",
    "quote",
    "iri",
    "assigned",
)


@click.command("trace")
@click.argument("item")
@click.option("--up", "directions", flag_value="up", multiple=True, help="Only upwards, towards the goal.")
@click.option("--down", "directions", flag_value="down", multiple=True, help="Only downwards, towards the outcome.")
@click.option("--depth", type=click.IntRange(min=1), help="How many links to follow (all).")
@click.option("--basis", type=click.Choice(tuple(_BASES)), help="Follow only links that rest on this or firmer.")
@click.option("--quote", is_flag=True, help="Show the words of each link's evidence; needs --sources.")
@click.option("--sources", metavar="DIR", help="Folder with your copies of the source documents.")
@dataset_options
@format_option("text", "json", "csv")
def command(
    item: str,
    directions: tuple[Direction, ...],
    depth: int | None,
    basis: str | None,
    quote: bool,
    form: str,
    **flags: object,
) -> None:
    """Show the chains of ITEM, up to the goal and down to the outcome, with what each link rests on.

    ITEM is a key (ap2025-07), a kind and key (report-entry/ap2025-13), an IRI, or a part of a name: of the items
    that have it in their name the one nearest the goal is meant, where there is one alone on that level. Dots and
    accents may be left out where no name has the part as it is written.
    """
    settings = chosen(**flags)
    asked = [way for way in get_args(Direction) if way in directions or not directions]
    with progress() as watch:
        # The way up is walked to its end, however few links of it are shown: how firm it is is told of all of it.
        graph = pipeline.open_around(settings, item, asked, depth=None if "up" in asked else depth, progress=watch)
    weakest = _BASES.get(basis or "")
    view = _View(graph, settings.lang, _words(settings) if quote else {}, weakest)
    start = find(graph, item, settings.names)
    traces = {way: trace(graph, start, way, depth=depth, weakest=weakest) for way in asked}
    if form == "json":
        show_json({"item": view.described(start), **{way: view.nested(step) for way, step in traces.items()}})
    elif form == "csv":
        show_csv(_COLUMNS, [row for way, step in traces.items() for row in view.rows(way, step)])
    else:
        view.show(start, traces)


def _words(settings: Settings) -> Mapping[URIRef, Quote]:
    if settings.sources is None:
        raise UsageError("--quote needs the documents", remedy="name their folder: --sources DIR")
    found = quotes(pipeline.open_dataset(settings), Path(settings.sources))
    if not any(quote.text is not None for quote in found.values()):
        click.echo(phrase("no-source-found", settings.lang, folder=clean(settings.sources)), err=True)
    return found


@dataclass(frozen=True)
class _View:
    """A trace graph as it is shown: in a language, and with the words of its passages where they are given."""

    graph: TraceGraph
    lang: str
    words: Mapping[URIRef, Quote]
    weakest: URIRef | None = None

    def show(self, start: Item, traces: Mapping[Direction, Step]) -> None:
        """The chains as trees, who carries the item, and how firm the way to the goal is."""
        show_line(f"{level_name(start.level, self.lang)}: {title(start, self.lang)}")
        for name, keys in self._carriers(traces.get("down") or Step(start, None, 0)):
            show_line(phrase("carried-through", self.lang, name=name, keys=some(keys, _KEYS)))
        for way, step in traces.items():
            tree = Tree(Text(phrase(way, self.lang), style="bold"))
            self._grow(tree, step, way)
            if not step.following:
                tree.add(Text(phrase(f"nothing-{way}", self.lang), style="italic"))
            show_tree(tree)
        if "up" in traces and (strength := self._strength(start)):
            show_line(strength)

    def _grow(self, tree: Tree, step: Step, way: Direction) -> None:
        for following in step.following:
            if following.link is None:  # only the item asked for is reached by no link
                continue
            relation = relation_name(self.graph, following.link, self.lang, backwards=way == "down")
            line = Text(f"{clean(relation)} ({basis_name(following.link.basis, self.lang)}): ", style="dim")
            line.append(clean(title(following.item, self.lang)), style="default not dim")
            if (named := self._assigned(following.item)) and not following.repeated:
                names = ", ".join(clean(party.label.text(self.lang) or party.key) for party in named)
                line.append(f"  – {phrase('carried-by', self.lang, names=names)}", style="default")
            if following.repeated:
                line.append(f"  ({phrase('seen-above', self.lang)})", style="italic")
            if quote := self._quote(following.link):
                line.append(f"\n«{clean(quote)}»", style="italic")
            self._grow(tree.add(line), following, way)

    def _assigned(self, item: Item) -> tuple[Party, ...]:
        return self.graph.assigned.get(item.iri, ())

    def _carriers(self, step: Step) -> list[tuple[str, list[str]]]:
        """Whom an item and all below it are assigned to, each by name with the keys of what is assigned."""
        found: dict[Party, dict[str, None]] = {}
        for _depth, at in step.flat():
            for party in self._assigned(at.item):
                found.setdefault(party, {})[at.item.key] = None
        return [(party.label.text(self.lang) or party.key, [*keys]) for party, keys in found.items()]

    def _strength(self, start: Item) -> str:
        best = firmest_chain(self.graph, start, self.graph.level("goal"))
        if not best:
            return phrase("no-goal", self.lang) if best is None else ""
        weakest = max(best, key=lambda link: link.weakness)
        words = basis_name(weakest.basis, self.lang)
        if self.weakest is not None and weakest.weakness > BASES.index(self.weakest):
            asked = basis_name(self.weakest, self.lang)
            return phrase("not-so-firm", self.lang, asked=asked, basis=words, link=link_name(self.graph, weakest))
        return phrase("weakest", self.lang, basis=words, link=link_name(self.graph, weakest))

    def described(self, item: Item) -> dict[str, object]:
        """An item as JSON."""
        assigned = [
            {"iri": str(party.iri), "kind": party.kind, "label": party.label.text(self.lang)}
            for party in self._assigned(item)
        ]
        own = {"iri": str(item.iri), "key": item.key, "level": item.level.key, "label": item.label.text(self.lang)}
        return {**own, "assigned": assigned}

    def nested(self, step: Step) -> list[dict[str, object]]:
        """What follows from a step as JSON, each with what follows from it in turn."""
        return [
            {
                **self.described(following.item),
                "relation": str(following.link.relation),
                "basis": _short(following.link.basis),
                "weakest": _name(following.weakness),
                "evidence": [str(passage) for passage in following.link.evidence],
                "quote": self._quote(following.link),
                "repeated": following.repeated,
                "following": self.nested(following),
            }
            for following in step.following
            if following.link is not None
        ]

    def rows(self, way: Direction, step: Step) -> list[tuple[object, ...]]:
        """The steps as rows, in the order in which the tree shows them."""
        return [
            (
                way,
                depth,
                at.item.key,
                at.item.level.key,
                at.item.label.text(self.lang),
                at.link.relation,
                _short(at.link.basis),
                _name(at.weakness),
                " ".join(at.link.evidence),
                self._quote(at.link),
                at.item.iri,
                " ".join(party.key for party in self._assigned(at.item)),
            )
            for depth, at in step.flat()
            if at.link is not None
        ]

    def _quote(self, link: Link) -> str | None:
        return joined(link.evidence, self.words) or None


def _short(basis: object) -> str | None:
    return str(basis).rsplit("/", 1)[-1] if basis else None


def _name(weakness: int) -> str | None:
    return _short(BASES[weakness]) if weakness < len(BASES) else None
