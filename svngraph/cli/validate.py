"""``svngraph validate``: the dataset, or any RDF, against SHACL shapes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import as_of_option, chosen, day, format_option, store_options
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line, some
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.validation import ENGINES, Engine, Inference, Report, Result

_SEVERITIES = ("violation", "warning", "info")


class _Spreading(click.Command):
    """A command whose ``--data`` and ``--shapes`` take every file that follows: ``--data a.ttl b.ttl``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        option = None
        for number, arg in enumerate(args):
            if arg.startswith("-") and arg != "-":
                option = arg if arg in ("--data", "--shapes") else None
            elif option and args[number - 1] != option:
                spread.append(option)
            spread.append(arg)
        return super().parse_args(ctx, spread)


@click.command("validate", cls=_Spreading)
@store_options
@click.option(
    "--data", "data", multiple=True, metavar="PATH…", help="A folder of named graphs, or RDF files of any kind."
)
@click.option("--shapes", "shapes", multiple=True, metavar="FILE…", help="SHACL shapes, instead of the shipped ones.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", help="What checks the shapes (auto).")
@click.option("--inference", type=click.Choice(("none", "rdfs")), default="none", help="Entailment over files (none).")
@click.option("--fail-on", type=click.Choice((*_SEVERITIES, "never")), default="violation", help="Exit 1 from here on.")
@click.option("--all", "every", is_flag=True, help="Show every result, not a sum for each shape.")
@as_of_option
@format_option("text", "json", "csv", "turtle")
def command(
    data: tuple[str, ...],
    shapes: tuple[str, ...],
    engine: Engine,
    inference: Inference,
    fail_on: str,
    every: bool,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """Check the dataset against the SHACL shapes; with --data FILE… --shapes FILE…, any RDF against any shapes.

    What is due depends on the day: a plan whose year is not over is not asked for its report. Exit code 1 says that
    there are results at or above --fail-on.
    """
    today = day(as_of)
    files = [Path(name) for name in data]
    own = len(files) <= 1 and all(path.is_dir() for path in files)
    settings = chosen(**flags, data=data[0] if own and data else None)
    with progress() as watch:
        if own:
            report = pipeline.validate(settings, [Path(name) for name in shapes], today, engine, watch)
        else:
            report = pipeline.validate_files(files, [Path(name) for name in shapes], engine, inference)
    _show(report, form, every, today, settings)
    if fail_on != "never" and any(_rank(result) <= _SEVERITIES.index(fail_on) for result in report.results):
        sys.exit(1)


def _show(report: Report, form: str, every: bool, today: date, settings: Settings) -> None:
    if form == "json":
        show_json(report.to_json(settings.lang))
    elif form == "turtle":
        sys.stdout.buffer.write(report.to_graph().serialize(format="turtle", encoding="utf-8"))
    elif form == "csv":
        table = results_table(report.results, "", settings)
        show_csv(table.columns, table.rows)
    elif not report.results:
        show_line(phrase("conforms", settings.lang))
    else:
        title = phrase("validation-title", settings.lang, date=today)
        show((results_table if every else summary_table)(report.results, title, settings))


def summary_table(results: Sequence[Result], title: str, settings: Settings) -> Table:
    """A row for each shape that has results: how many, what is wrong, and the first items that it concerns."""
    lang = settings.lang
    groups: dict[tuple[int, str], list[Result]] = {}
    for result in results:
        groups.setdefault((_rank(result), str(result.source_shape)), []).append(result)
    rows = [
        (
            phrase(f"severity.{_SEVERITIES[rank]}", lang),
            str(len(found)),
            _gist(found[0].message(lang) or shape),
            some([_key(result.focus_node, settings) for result in found]),
        )
        for (rank, shape), found in sorted(groups.items(), key=lambda pair: pair[0])
    ]
    heads = [phrase(key, lang) for key in ("severity", "count", "message", "focus-node")]
    return Table(title, heads, rows, frozenset({1}), note=sums(results, lang))


def results_table(results: Sequence[Result], title: str, settings: Settings) -> Table:
    """A row for each result."""
    lang = settings.lang
    rows = [
        (
            phrase(f"severity.{_SEVERITIES[_rank(result)]}", lang),
            _key(result.focus_node, settings),
            result.message(lang) or "",
            _key(result.value, settings) if result.value is not None else "",
            str(result.source_shape).rsplit("/", 1)[-1],
        )
        for result in results
    ]
    heads = [phrase(key, lang) for key in ("severity", "focus-node", "message", "value", "shape")]
    return Table(title, heads, rows, note=sums(results, lang))


def sums(results: Sequence[Result], lang: str) -> str:
    """The number of results, in all and by severity, in words."""
    counts = [sum(_rank(result) == rank for result in results) for rank in range(len(_SEVERITIES))]
    return phrase("results", lang, count=len(results), violations=counts[0], warnings=counts[1], infos=counts[2])


def _gist(message: str) -> str:
    """The first sentence of a message: what is wrong, without what would mend it."""
    return re.split(r"(?<=[.:;])\s+(?=[A-ZÅÄÖ])", message, maxsplit=1)[0].rstrip(".:;")


def _rank(result: Result) -> int:
    """0 for a violation, 1 for a warning, 2 for information; a severity that SHACL does not know is a violation."""
    name = str(result.severity).rsplit("#", 1)[-1].lower()
    return _SEVERITIES.index(name) if name in _SEVERITIES else 0


def _key(term: object, settings: Settings) -> str:
    parts = settings.names.parts(str(term))
    return parts[1] if parts else str(term)
