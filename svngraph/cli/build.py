"""``svngraph build``: files to a dataset."""

from __future__ import annotations

from dataclasses import asdict

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import progress, show_json, show_line
from svngraph.labels import phrase


@click.command("build")
@dataset_options
@format_option("text", "json")
def command(form: str, **flags: object) -> None:
    """Build the dataset from its files: load, infer, keep.

    With --store FOLDER the dataset is kept there and takes the place of the one before as a whole: until it is
    complete, the old one stays and answers.
    """
    settings = chosen(**flags)
    with progress() as watch:
        built = pipeline.build(settings, watch)
    if form == "json":
        show_json(asdict(built))
        return
    show_line(phrase("built", settings.lang, **asdict(built)))
    if settings.store == "memory":
        show_line(phrase("not-kept", settings.lang))
