"""``svngraph suspects``: links whose ends have changed since they were reviewed, and what hangs below them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click
from rdflib import URIRef
from rich.text import Text
from rich.tree import Tree

from svngraph import pipeline
from svngraph.cli.curating import counts
from svngraph.cli.datasets import GIT, named_dataset, revisions
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, clean, progress, show, show_csv, show_json, show_line, show_tree
from svngraph.labels import phrase
from svngraph.namespaces import SVN
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.tracing.suspects import (
    Difference,
    Joined,
    Suspect,
    Values,
    Word,
    chain_relations,
    differences,
    digest_of,
    joined,
    suspects,
    values,
    words,
)

_SHOWN = 160


@dataclass(frozen=True)
class Suspicion:
    """The suspect links of a dataset, what has changed at the ends of each, and the last word on each."""

    links: Sequence[Joined]
    found: Sequence[Suspect]
    known: Mapping[URIRef, Values]
    changed: Mapping[URIRef, Sequence[Difference]]
    said: Mapping[tuple[URIRef, URIRef, URIRef], Word]

    @property
    def unreviewed(self) -> list[Joined]:
        """The judgements that nobody has reviewed."""
        return [one for one in self.links if one.reviewed is None and str(one.basis).endswith("/judgement")]

    def word(self, link: Joined) -> Word | None:
        """What was said when the link was last reviewed."""
        return self.said.get((link.source, link.relation, link.target))


@click.command("suspects")
@click.option("--baseline", metavar="OLD", help="What to show differences against; git's history without it.")
@click.option("--unreviewed", is_flag=True, help="List the judgements that nobody has reviewed, too.")
@click.option(
    "--fail-on", type=click.Choice(("warning", "info", "never")), default="never", help="Exit 1 from here on (never)."
)
@dataset_options
@format_option("text", "json", "csv")
def command(baseline: str | None, unreviewed: bool, fail_on: str, form: str, **flags: object) -> None:
    """List the links that are suspect: what they join is no longer what was reviewed.

    A suspect link is shown with what has changed, and with the links that hang below it. What counts as a change is
    said by review.toml in the data folder. Suspects are warnings; judgements that nobody has reviewed are info.
    """
    settings = chosen(**flags)
    with progress() as watch:
        suspicion = suspicion_of(pipeline.open_dataset(settings, watch), settings, baseline)
    if form == "json":
        show_json(_json(suspicion, settings))
    elif form == "csv":
        table = suspects_table(suspicion, settings)
        show_csv(table.columns, table.rows)
    else:
        _show(suspicion, unreviewed, settings)
    failing = suspicion.found or (fail_on == "info" and suspicion.unreviewed)
    if fail_on != "never" and failing:
        sys.exit(1)


def suspicion_of(store: Store, settings: Settings, baseline: str | None = None) -> Suspicion:
    """The suspect links of a dataset, with the differences where a state of the reviewed text can be found."""
    links, known = joined(store), values(store, counts(settings))
    found = suspects(links, known, chain_relations(store))
    changed = [one.link for one in found if one.changed]
    return Suspicion(links, found, known, _differences(changed, known, settings, baseline), words(store))


def _differences(
    changed: Sequence[Joined], known: Mapping[URIRef, Values], settings: Settings, baseline: str | None
) -> dict[URIRef, Sequence[Difference]]:
    """What has changed of each link: against a baseline, or against the latest revision that was reviewed."""
    found: dict[URIRef, Sequence[Difference]] = {}
    waiting = list(changed)
    if not waiting:
        return found
    if baseline is None and (settings.store != "memory"):
        return found
    places = [baseline] if baseline is not None else [f"{GIT}{revision}" for revision in revisions(settings)]
    for place in places:
        with named_dataset(place, settings) as store:
            then = values(store, counts(settings))
        # A baseline that was named is compared with as it is; of history, only the state that was reviewed will do.
        fitting = [link for link in waiting if baseline is not None or digest_of(link, then) == link.reviewed]
        found |= {link.iri: differences(link, known, then) for link in fitting}
        waiting = [link for link in waiting if link.iri not in found]
        if not waiting:
            break
    return found


def suspects_table(suspicion: Suspicion, settings: Settings) -> Table:
    """A row for each suspect link: what has changed, or what it hangs below."""
    lang = settings.lang
    heads = [phrase(f"suspects.{key}", lang) for key in ("link", "why", "reviewed")]
    rows = []
    for one in suspicion.found:
        if one.changed:
            why = " · ".join(reasons(suspicion, one.link, settings))
        else:
            why = phrase("suspects.below", lang, link=" → ".join(name(link, settings) for link in one.path[:-1]))
        rows.append((name(one.link, settings), why, last_word(suspicion, one.link, lang)))
    return Table(phrase("suspects.title", lang), heads, rows, note=sums(suspicion, lang))


def sums(suspicion: Suspicion, lang: str) -> str:
    """How many links are suspect, and how many judgements nobody has reviewed, in words."""
    changed = sum(one.changed for one in suspicion.found)
    below, unreviewed = len(suspicion.found) - changed, len(suspicion.unreviewed)
    return phrase("suspects.count", lang, changed=changed, below=below, unreviewed=unreviewed)


def show_suspects(suspicion: Suspicion, settings: Settings) -> None:
    """Each changed link as a tree: what has changed, who reviewed it last, and what hangs below it."""
    lang = settings.lang
    branches: dict[URIRef, Tree] = {}
    for one in suspicion.found:
        line = Text(clean(name(one.link, settings)))
        if not one.changed:
            branches[one.link.iri] = branches[one.path[-2].iri].add(line)
            continue
        tree = branches[one.link.iri] = Tree(line)
        for text in reasons(suspicion, one.link, settings):
            tree.add(Text(clean(text), style="yellow"))
        if word := last_word(suspicion, one.link, lang):
            tree.add(Text(clean(phrase("suspects.last", lang, word=word)), style="dim"))
    show_line(phrase("suspects.title", lang))
    for one in suspicion.found:
        if one.changed:
            show_tree(branches[one.link.iri])
    show_line(sums(suspicion, lang))


def _show(suspicion: Suspicion, unreviewed: bool, settings: Settings) -> None:
    lang = settings.lang
    if suspicion.found:
        show_suspects(suspicion, settings)
    else:
        show_line(phrase("suspects.none", lang, unreviewed=len(suspicion.unreviewed)))
    if unreviewed and suspicion.unreviewed:
        show_line("")
        rows = [(name(link, settings),) for link in suspicion.unreviewed]
        show(Table(phrase("suspects.unreviewed", lang), [phrase("suspects.link", lang)], rows))


def reasons(suspicion: Suspicion, link: Joined, settings: Settings) -> list[str]:
    """Why a changed link is suspect, in lines: what differs, or why that cannot be shown."""
    changes = suspicion.changed.get(link.iri)
    if changes is None:
        return [phrase("suspects.unknown", settings.lang)]
    return told(changes, settings) or [phrase("suspects.no-difference", settings.lang)]


def told(changes: Sequence[Difference], settings: Settings) -> list[str]:
    """Differences in words: the thing, the property, what was there and what is."""
    lines = []
    for one in changes:
        kind, key = settings.names.parts(one.thing) or ("", str(one.thing))
        prop = "/".join(step.strip("<>").rsplit("/", 1)[-1].rsplit("#", 1)[-1] for step in one.path.split(">/<"))
        was, now = (", ".join(shortened(text, settings) for text in texts) for texts in apart(one.removed, one.added))
        lines.append(f"{kind}/{key} {prop}: {was or '–'} ⇒ {now or '–'}")
    return lines


def apart(removed: Sequence[str], added: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Two texts without the words that both begin and end with, so that a reader sees what differs."""
    if len(removed) != 1 or len(added) != 1 or not (removed[0].startswith('"') and added[0].startswith('"')):
        return removed, added
    (was, _, tag), (now, _, new_tag) = (text[1:].rpartition('"') for text in (removed[0], added[0]))
    one, two = was.split(" "), now.split(" ")
    same = range(min(len(one), len(two)))
    front = next((at for at in same if one[at] != two[at]), len(same))
    back = next((at for at in range(len(same) - front) if one[-1 - at] != two[-1 - at]), len(same) - front)
    # Two words on either side say where one is.
    front, back = max(0, front - 2), max(0, back - 2)

    def cut(words: list[str], end: str) -> str:
        middle = " ".join(words[front : len(words) - back])
        parts = ["…"] * (front > 0) + [middle] * bool(middle) + ["…"] * (back > 0)
        return f'"{" ".join(parts)}"{end}'

    return [cut(one, tag)], [cut(two, new_tag)]


def shortened(text: str, settings: Settings) -> str:
    """A value for reading: a text without its datatype, a thing by its key."""
    if text.startswith("<"):
        iri = text.strip("<>")
        return (settings.names.parts(iri) or ("", iri.rsplit("/", 1)[-1] if iri.startswith(SVN) else iri))[1]
    quoted, _, tag = text.rpartition('"')
    words = quoted[1:]
    if words.startswith("sha256:"):
        return f"{words[:15]}…"
    return f"«{words if len(words) <= _SHOWN else words[:_SHOWN] + '…'}»{tag if tag.startswith('@') else ''}"


def last_word(suspicion: Suspicion, link: Joined, lang: str) -> str:
    """Who reviewed a link last, when and why, in a line; empty where nobody said."""
    word = suspicion.word(link)
    if word is None:
        return ""
    why = word.why.get(lang) or next(iter(word.why.values()), "")
    return " ".join(filter(None, (word.on, (word.author or "").rsplit("/", 1)[-1], f"«{why}»" if why else "")))


def name(link: Joined, settings: Settings) -> str:
    """A link's key, by which review and unlink know it."""
    return (settings.names.parts(link.iri) or ("", str(link.iri)))[1]


def _json(suspicion: Suspicion, settings: Settings) -> dict[str, object]:
    return {
        "suspects": [
            {
                "link": str(one.link.iri),
                "from": str(one.link.source),
                "relation": str(one.link.relation),
                "to": str(one.link.target),
                "reason": "changed" if one.changed else "below",
                "path": [str(link.iri) for link in one.path],
                "differences": [
                    {"end": d.end, "thing": str(d.thing), "path": d.path, "removed": d.removed, "added": d.added}
                    for d in suspicion.changed.get(one.link.iri, ())
                ],
                "reviewed": last_word(suspicion, one.link, settings.lang) or None,
            }
            for one in suspicion.found
        ],
        "unreviewed": [str(link.iri) for link in suspicion.unreviewed],
    }
