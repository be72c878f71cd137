"""``svngraph build``: files to a dataset."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import progress, show_json, show_line
from svngraph.cli.supervision import supervise
from svngraph.errors import SvngraphError, UsageError
from svngraph.labels import phrase
from svngraph.pipeline import Built
from svngraph.settings import Settings


@click.command("build")
@click.option("--incremental", is_flag=True, help="Read only the files that have changed since the last build.")
@click.option("--watch", is_flag=True, help="Stay, and build incrementally whenever files change.")
@dataset_options
@format_option("text", "json")
def command(form: str, incremental: bool, watch: bool, **flags: object) -> None:
    """Build the dataset from its files: load, infer, keep.

    With --store FOLDER the dataset is kept there and takes the place of the one before as a whole: until it is
    complete, the old one stays and answers.
    """
    settings = chosen(**flags)
    supervise(settings.store)
    if watch:
        _stay(settings, form)
    built = _built(settings, incremental=incremental)
    if form == "json":
        show_json(asdict(built))
        return
    show_line(phrase("built", settings.lang, **asdict(built)))
    if settings.store == "memory":
        show_line(phrase("not-kept", settings.lang))


def _built(settings: Settings, *, incremental: bool) -> Built:
    from svngraph.upkeep.incremental import rebuild

    with progress() as watcher:
        return rebuild(settings, watcher) if incremental else pipeline.build(settings, watcher)


def _stay(settings: Settings, form: str) -> None:
    """Build now and after every change, one line for each, until somebody interrupts."""
    from svngraph.upkeep.watching import changes

    if settings.store == "memory":
        raise UsageError("nothing is kept in memory", where="--watch", remedy="say where to keep it: --store FOLDER")
    if settings.data and Path(settings.store).resolve().is_relative_to(Path(settings.data).resolve()):
        raise UsageError("the store lies in the data folder", where="--watch", remedy="keep it elsewhere")
    for names in changes(settings, threading.Event()):
        started = time.perf_counter()
        try:
            built = _built(settings, incremental=True)
        except SvngraphError as error:  # a file half written, or a mistake: the dataset stays, and so do we
            click.echo(f"svngraph: {error}", err=True)
            continue
        told = {"seconds": round(time.perf_counter() - started, 2), "changed": names, **asdict(built)}
        if form == "json":
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            now = datetime.now().strftime("%H:%M:%S")
            show_line(phrase("rebuilt", settings.lang, now=now, **{**told, "changed": ", ".join(names) or "–"}))
