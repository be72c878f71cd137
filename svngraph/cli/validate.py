"""``svngraph validate``: the dataset, or any RDF, against SHACL shapes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svngraph import pipeline
from svngraph.cli.options import SEVERITY_KEYS, as_of_option, chosen, day, format_option, spreading, store_options
from svngraph.cli.output import progress, show, show_line
from svngraph.errors import UsageError
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.validation import ENGINES, Engine, Inference, export
from svngraph.validation.locations import Locator, locator
from svngraph.validation.waivers import Judgement, Policy, judge, read_policy

if TYPE_CHECKING:
    from svngraph.validation.lint import Oddity

_RANKS = {"never": -1, **{key: rank for rank, key in enumerate(SEVERITY_KEYS)}}
# Each form as pieces of text, so that a report of any length streams; SARIF also says where in the files.
_STREAMS: Mapping[str, Callable[[Judgement, str, Locator, str], Iterator[str]]] = {
    "json": lambda verdict, lang, _locate, _at: export.json_text(
        verdict.report, lang, verdict.waived, verdict.exceeded
    ),
    "csv": lambda verdict, lang, _locate, _at: export.csv_text(verdict.report, lang),
    "turtle": lambda verdict, _lang, _locate, _at: export.turtle(verdict.report),
    "sarif": lambda verdict, lang, locate, _at: export.sarif(verdict.report, lang, locate, verdict.waived),
    "junit": lambda verdict, lang, _locate, at: export.junit(verdict.report, lang, _RANKS[at]),
}


@click.command("validate", cls=spreading("--data", "--shapes"))
@store_options
@click.option(
    "--data", "data", multiple=True, metavar="PATH…", help="A folder of named graphs, or RDF files of any kind."
)
@click.option("--shapes", "shapes", multiple=True, metavar="FILE…", help="SHACL shapes, instead of the shipped ones.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", help="What checks the shapes (auto).")
@click.option("--inference", type=click.Choice(("none", "rdfs")), default="none", help="Entailment over files (none).")
@click.option("--policy", type=click.Path(path_type=Path), help="Waivers and thresholds (TOML).")
@click.option(
    "--fail-on", type=click.Choice((*SEVERITY_KEYS, "never")), default="violation", help="Exit 1 from here on."
)
@click.option("--all", "every", is_flag=True, help="Show every result, not a sum for each shape.")
@click.option("--lint", is_flag=True, help="Look at the shapes: what can never fire, targets nothing, or contradicts.")
@as_of_option
@format_option("text", *_STREAMS)
def command(
    data: tuple[str, ...],
    shapes: tuple[str, ...],
    engine: Engine,
    inference: Inference,
    policy: Path | None,
    fail_on: str,
    every: bool,
    lint: bool,
    as_of: str | None,
    form: str,
    **flags: object,
) -> None:
    """Check the dataset against the SHACL shapes; with --data FILE… --shapes FILE…, any RDF against any shapes.

    What is due depends on the day: a plan whose year is not over is not asked for its report. Exit code 1 says that
    there are results at or above --fail-on, or that a threshold of the policy is passed.
    """
    today = day(as_of)
    files, rules = [Path(name) for name in data], [Path(name) for name in shapes]
    # A folder is a dataset of ours, to be read with our ontology, unless the shapes are somebody's own.
    own = not files or (len(files) == 1 and files[0].is_dir() and not rules)
    if own and inference != "none":
        raise UsageError(
            "a dataset of ours has its own inference", where="--inference", remedy="give files and --shapes"
        )
    settings = chosen(**flags, data=data[0] if own and data else None)
    law = read_policy(policy) if policy else Policy()
    store: Store | None = None
    with progress() as watch:
        if own:
            store = pipeline.open_dataset(settings, watch)
        if lint:
            _show_oddities(pipeline.lint(store, files, rules, today), settings)
            return
        if store is not None:
            report = pipeline.validate_store(store, rules, today, engine, pipeline.files_of(settings))
        else:
            report = pipeline.validate_files(files, rules, engine, inference)
    verdict = judge(report, law, today) if policy else Judgement(report, (), ())
    if not report.engines:
        click.echo(phrase("no-shapes", settings.lang), err=True)
    if form == "text":
        _show_text(verdict, store, every, today, settings)
    else:
        locate = locator(pipeline.files_of(settings) if own else files)
        for piece in _STREAMS[form](verdict, settings.lang, locate, fail_on):
            sys.stdout.write(piece)
    if fail_on != "never" and verdict.fails(law, fail_on):
        sys.exit(1)


def _show_text(verdict: Judgement, store: Store | None, every: bool, today: date, settings: Settings) -> None:
    # Imported here: what puts results into words brings the trace graph, which other forms do without.
    from svngraph.cli.results import results_tables, speech, summary_table, sums

    if not verdict.report.results:
        show_line(phrase("conforms", settings.lang, shapes=len(verdict.report.engines)))
    else:
        title = phrase("validation-title", settings.lang, date=today)
        words = speech(store, settings.names, settings.lang)
        if not every:
            show(summary_table(verdict.report, title, words))
        for table in results_tables(verdict.report, words) if every else ():
            show(table)
            show_line("")
        if every:
            show_line(f"{title}: {sums(verdict.report.results, settings.lang)}")
    for result, waiver in verdict.waived:
        key = speech(None, settings.names, settings.lang).key(result.focus_node)
        values = {"item": key, "reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires}
        show_line(phrase("waived", settings.lang, **values))
    for result in verdict.exceeded:
        show_line(result.message(settings.lang) or "")


def _show_oddities(oddities: tuple[Oddity, ...], settings: Settings) -> None:
    for oddity in oddities:
        words = oddity.swedish if settings.lang == "sv" else oddity.english
        show_line(f"{str(oddity.shape).rsplit('/', 1)[-1]}: {words}")
    show_line(phrase("lint-count", settings.lang, count=len(oddities)))
