"""``svngraph demo``: what svngraph does, on the shipped plans, in one go."""

from __future__ import annotations

import click

from svngraph import pipeline, resources
from svngraph.cli.ask import answer, answer_table, bound
from svngraph.cli.coverage import groups_table
from svngraph.cli.options import as_of_option, chosen, dataset_options, day
from svngraph.cli.output import progress, show, show_line
from svngraph.cli.results import speech, summary_table
from svngraph.labels import phrase
from svngraph.queries import library
from svngraph.tracing.coverage import coverage
from svngraph.tracing.graph import read

_QUESTION = "cq11-not-held-or-delayed"
_NEXT = {
    "try.trace": "svngraph trace välfärdsbrott",
    "try.gaps": "svngraph gaps --plan ap2025",
    "try.ask": "svngraph ask",
    "try.validate": "svngraph validate --all",
    "try.english": "svngraph demo --lang {other}",
}


@click.command("demo")
@as_of_option
@dataset_options
def command(as_of: str | None, **flags: object) -> None:
    """Build the shipped plans, show their coverage, validate them, and answer a question."""
    settings, today = chosen(**flags), day(as_of)
    lang = settings.lang
    with progress() as watch:
        built = pipeline.build(settings, watch) if settings.store != "memory" else None
        store = pipeline.open_dataset(settings, watch)
    if built:
        show_line(
            phrase("built", lang, files=built.files, quads=built.quads, inferred=built.inferred, place=built.place)
        )
    graph = read(store, settings.names)
    show(groups_table(graph, coverage(graph, graph.level("activity"), graph.level("outcome")), "focus-area", settings))
    show_line("")
    report = pipeline.validate_store(store, [], today, files=pipeline.files_of(settings))
    title = phrase("validation-title", lang, date=today)
    show(summary_table(report, title, speech(store, settings.names, lang)))
    show_line("")
    question = library(resources.questions_folder())[_QUESTION]
    show(answer_table(question, answer(store, bound(question, {}, settings), settings), settings))
    show_line("")
    show_line(phrase("try-next", lang))
    width = max(map(len, _NEXT.values()))
    for key, words in _NEXT.items():
        show_line(f"  {words.format(other='en' if lang == 'sv' else 'sv').ljust(width)}  {phrase(key, lang)}")
