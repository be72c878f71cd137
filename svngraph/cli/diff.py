"""``svngraph diff OLD NEW``: what came, went, changed and moved between two datasets, and what that does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from svngraph import pipeline, resources
from svngraph.cli.curating import RELATIONS
from svngraph.cli.datasets import named_dataset
from svngraph.cli.documents import markdown, page
from svngraph.cli.effects import Effects, effects
from svngraph.cli.effects_shown import SEVERITY_OF, effect_tables, effects_json, key_of, last_of
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option, policy_option
from svngraph.cli.output import Table, show, show_json, show_line
from svngraph.cli.suspects import apart, shortened
from svngraph.comparison.quads import QuadDifference, difference, quads
from svngraph.comparison.things import Change, DatasetDifference, State, compare
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.tracing.policy import read_policy


@dataclass(frozen=True)
class _Found:
    """A difference in all its layers: quads, things and links, and what they do."""

    old: str
    new: str
    quads: QuadDifference
    things: DatasetDifference
    effects: Effects | None


@click.command("diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--effects/--no-effects", "wanted", default=True, help="Coverage, gaps, validation and chains too (yes).")
@click.option(
    "--fail-on",
    type=click.Choice(("violation", "warning", "info", "any", "never")),
    default="never",
    help="Exit 1 where NEW brings results or gaps from here on, or any difference (never).",
)
@policy_option
@as_of_option
@dataset_options
@format_option("text", "json", "markdown", "html", "patch")
def command(
    old: str,
    new: str | None,
    wanted: bool,
    fail_on: str,
    policy: Path | None,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """Compare two datasets: items and links that were added, removed, changed or moved, and what that does.

    OLD and NEW are each a folder of named graphs, an RDF file such as an export, a store folder, the address of an
    endpoint, or git:REV (a commit, tag or branch of the repository that the data lies in). Without NEW, the dataset in
    force is meant. The order of a file and the names of blank nodes make no difference. --format patch writes the quads
    that go (D) and come (A).
    """
    settings, today = chosen(**flags), day(as_of)
    with named_dataset(old, settings) as before, named_dataset(new, settings) as after:
        one, two = (state_of(store, settings) for store in (before, after))
        found = difference(one.quads, two.quads)
        if form == "patch":
            click.echo(found.patch(), nl=False)
            sys.exit(1 if fail_on == "any" and found else 0)
        things = compare(one, two)
        rules = read_policy(policy or resources.data_folder() / "policy.toml")
        done = effects((before, after), things, settings.names, rules, today) if wanted and found else None
        report = _Found(old, new or settings.data or "", found, things, done)
        _write(report, form, settings)
    if fail_on != "never" and _failing(report, fail_on):
        sys.exit(1)


def state_of(store: Store, settings: Settings) -> State:
    """The data of a dataset: its ontology, shapes and inferred triples are no part of what people wrote."""
    beside = (str(pipeline.ONTOLOGY_GRAPH), str(pipeline.SHAPES_GRAPH), str(settings.names.graph("inferred")))
    relations = frozenset(f"<{row[0]}>" for row in store.select(RELATIONS).rows)
    return State(quads(store.dump(), beside), relations)


def _failing(report: _Found, fail_on: str) -> bool:
    if fail_on == "any":
        return bool(report.quads)
    ranks = list(SEVERITY_OF.values())
    come = report.effects.come if report.effects else ()
    results = (SEVERITY_OF.get(one.severity, "violation") for one in come)
    gaps = (gap.rule.severity for gap in report.effects.gaps[0]) if report.effects else ()
    return any(ranks.index(severity) <= ranks.index(fail_on) for severity in (*results, *gaps))


def _write(report: _Found, form: str, settings: Settings) -> None:
    lang = settings.lang
    if form == "json":
        show_json(_json(report))
        return
    title = phrase("diff.title", lang, old=report.old, new=report.new or phrase("diff.in-force", lang))
    lead = [phrase("diff.same", lang)] if not report.quads else _sums(report, lang)
    tables = [table for table in _tables(report, settings) if table.rows]
    if form == "markdown":
        click.echo(markdown(title, lead, tables), nl=False)
    elif form == "html":
        click.echo(page(title, lead, tables, lang), nl=False)
    else:
        for text in (title, *lead):
            show_line(text)
        for table in tables:
            show_line("")
            show(table)


def _sums(report: _Found, lang: str) -> list[str]:
    counts = report.things.counts()
    lines = [phrase(f"diff.sum-{name}", lang, **counts[name]) for name in ("things", "links")]
    return [*lines, phrase("diff.sum-quads", lang, added=len(report.quads.added), removed=len(report.quads.removed))]


def _tables(report: _Found, settings: Settings) -> list[Table]:
    lang = settings.lang

    def heads(*keys: str) -> list[str]:
        return [phrase(f"diff.{key}", lang) for key in keys]

    things = [
        (
            phrase(f"how.{one.how}", lang),
            key_of(one.thing, settings),
            ", ".join(last_of(kind) for kind in one.classes),
            _told(one.changes, settings, key_of(one.before, settings) if one.before else None, brief=one.how),
        )
        for one in report.things.things
    ]
    links = [
        (
            phrase(f"how.{link.how}", lang),
            key_of(link.joint[0], settings),
            last_of(link.joint[1]),
            (f"{key_of(link.before[2], settings)} ⇒ " if link.before else "") + key_of(link.joint[2], settings),
            _told(link.changes, settings, None, brief=link.how),
        )
        for link in report.things.links
    ]
    return [
        Table(phrase("diff.things", lang), heads("how", "thing", "class", "what"), things),
        Table(phrase("diff.links", lang), heads("how", "from", "relation", "to", "what"), links),
        *(effect_tables(report.effects, settings) if report.effects else []),
    ]


def _told(changes: Sequence[Change], settings: Settings, before: str | None, brief: str) -> str:
    """Changes in words. Of what came or went only the name is told: the rest would be all that it is."""
    parts = [f"{before} ⇒"] if before else []
    for one in changes:
        steps = [_step(step, settings) for step in one.path]
        if brief in ("added", "removed"):
            if steps in (["prefLabel"], ["basis"], ["continuityKind"]):
                parts.append(", ".join(shortened(value, settings) for value in (*one.removed, *one.added)))
            continue
        was, now = (
            ", ".join(shortened(value, settings) for value in values) for values in apart(one.removed, one.added)
        )
        parts.append(f"{'/'.join(steps)}: {was or '–'} ⇒ {now or '–'}")
    return " · ".join(parts)


def _step(step: str, settings: Settings) -> str:
    """A step of a path: the property, with the part that it leads to where that has a name."""
    prop, _, part = step.removeprefix("<").partition(">")
    name = prop.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return f"{name}[{key_of(part, settings)}]" if part else name


def _json(report: _Found) -> dict[str, object]:
    done = report.effects

    def changes(found: Sequence[Change]) -> list[dict[str, object]]:
        return [{"path": one.path, "removed": one.removed, "added": one.added} for one in found]

    return {
        "old": report.old,
        "new": report.new or None,
        "same": not report.quads,
        "counts": {
            **report.things.counts(),
            "quads": {"added": len(report.quads.added), "removed": len(report.quads.removed)},
        },
        "things": [
            {
                "how": one.how,
                "iri": one.thing.strip("<>"),
                "before": one.before.strip("<>") if one.before else None,
                "classes": [kind.strip("<>") for kind in one.classes],
                "changes": changes(one.changes),
            }
            for one in report.things.things
        ],
        "links": [
            {
                "how": link.how,
                **dict(zip(("from", "relation", "to"), (end.strip("<>") for end in link.joint), strict=True)),
                "before": [end.strip("<>") for end in link.before] if link.before else None,
                "changes": changes(link.changes),
            }
            for link in report.things.links
        ],
        "effects": effects_json(done) if done else None,
    }
