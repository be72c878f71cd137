"""``svngraph publish``: the dataset as a site of files."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svngraph import pipeline
from svngraph.cli.options import as_of_option, chosen, dataset_options, day
from svngraph.cli.output import progress, show_line
from svngraph.cli.wording import word
from svngraph.errors import UsageError
from svngraph.publication.tree import Entry, Outcome, Tree

if TYPE_CHECKING:
    from svngraph.web.site import Site, Thing

_CHUNK = 100
_site: Site | None = None
_tree: Tree | None = None


@click.command("publish")
@dataset_options
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the site; new or published."
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that make pages (the processors there are).")
@as_of_option
def command(out: Path, jobs: int | None, as_of: str | None, **flags: object) -> None:
    """Write the whole site as files: pages in both languages, RDF, dumps, catalogue, search, and rules for web servers.

    Only what has changed since the last time is written. An interrupted run is taken up by the next.
    """
    # Imported here: Flask is needed by no other command but `serve`.
    from svngraph.web.dataset import publish
    from svngraph.web.site import Site, sitemap

    global _site, _tree
    settings, today = chosen(**flags), day(as_of)
    if settings.sources:
        raise UsageError("the documents' words are not published", where="sources", remedy="publish without sources")
