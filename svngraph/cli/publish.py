"""``svngraph publish``: the dataset as a site of files."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svngraph import pipeline
from svngraph.cli.options import as_of_option, chosen, dataset_options, day
from svngraph.cli.output import progress, show_line
from svngraph.errors import StoreError, UsageError
from svngraph.labels import phrase
from svngraph.settings import Settings

if TYPE_CHECKING:
    from svngraph.publication.tree import Entry, Outcome, Tree
    from svngraph.store import Store
    from svngraph.web.publishing import Publishing
    from svngraph.web.site import Site, Thing

_CHUNK = 100
_LONGEST = 86_400.0
_Watch = Callable[[str, int, int], None]
# What a forked process makes pages with.
_shared: tuple[Site, Tree] | None = None


@click.command("publish")
@dataset_options
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the site.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that make pages (as many as processors).")
@as_of_option
def command(out: Path, jobs: int | None, as_of: str | None, **flags: object) -> None:
    """Write the whole site as files: pages in both languages, RDF, dumps, catalogue, search, rules for web servers.

    Only what has changed since the last time is written; what is no more goes. An interrupted run is taken up by the
    next.
    """
    settings, today = chosen(**flags), day(as_of)
    if settings.sources:
        remedy = "publish without sources: the site holds names, facts and places"
        raise UsageError("the documents' words are not published", where="sources", remedy=remedy)
    with progress() as watch:
        outcome, lacking = _publish(settings, today, out, jobs or os.cpu_count() or 1, watch)
    counts = {"written": outcome.written, "kept": outcome.kept, "removed": outcome.removed}
    show_line(phrase("published", settings.lang, folder=out, **counts))
    for said in lacking[:20]:
        click.echo(f"svngraph: {said}", err=True)


def _publish(settings: Settings, today: date, out: Path, jobs: int, watch: _Watch) -> tuple[Outcome, list[str]]:
    # Imported here: Flask and the columns are needed by few commands.
    from svngraph.publication.hosting import configurations
    from svngraph.publication.tree import Tree
    from svngraph.web.dataset import publish
    from svngraph.web.site import Site, sitemap

    data = publish(_in_memory(settings, watch), settings, today)
    edition = data.publishing.edition
    tree = Tree(out, edition.version)
    site = Site(data, edition.address)
    watch("prepare", 0, 1)
    site.prepare()
    watch("prepare", 1, 1)
    things = site.things()
    _make_things(site, tree, things, jobs, watch)
    _take_home(data.publishing, tree, watch)  # before the pages, one of which lists the files
    for number, (file, octets) in enumerate(site.pages(), 1):
        tree.put(file, octets)
        watch("pages", number, number)
    for file, octets in site.rest():
        tree.put(file, octets)
    for file, octets in configurations(edition.address, data.describing.retired.values(), data.names):
        tree.put(file, octets)
    for file, octets in sitemap([*tree.entries], edition.address):
        tree.put(file, octets)
    lacking = [f"{address}: no page" for address in site.broken]
    lacking += [f"{iri}: no page, since no file can be called so" for iri in site.left_out()]
    lacking += [
        f"{iri}: its page has the suffix .html only; without it, its address is another's" for iri in site.hidden()
    ]
    lacking += [f"{file}: left out, since this disk takes it for another file" for file in tree.left_out]
    return tree.finish(), lacking


def _in_memory(settings: Settings, watch: _Watch) -> Store:
    """The dataset in this process's memory: processes are forked later, and no folder store may be open then."""
    store = pipeline.open_dataset(settings, watch)
    if store.place == "memory":
        return store
    from svngraph.store.embedded import EmbeddedStore

    held = EmbeddedStore()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.nq")
        whole.write_bytes(store.dump())
        held.load(whole)
    return held


def _take_home(publishing: Publishing, tree: Tree, watch: _Watch) -> None:
    """Put the dumps, the catalogue and what else describes the dataset into the folder, and the older releases."""
    from svngraph.publication.dumps import CHECKSUMS, FOLDER
    from svngraph.publication.versions import copy
    from svngraph.publication.whole import described

    watch("dumps", 0, 1)
    made = publishing.dumps(_LONGEST)
    if made is None:
        raise StoreError("the dumps take too long", where="dumps", remedy="publish when the machine has less to do")
    for path in (*(dump.path for dump in made), f"{FOLDER}/{CHECKSUMS}"):
        tree.put(path, publishing.file(path).read_bytes())
    for path, octets in described(publishing.edition, made, endpoint=False):
        tree.put(path, octets)
    if publishing.releases is not None:
        making = tree.aside()
        try:
            copy(publishing.releases, making)
            for file in sorted(making.rglob("*")):
                if file.is_file():
                    tree.put(file.relative_to(making).as_posix(), file.read_bytes())
        finally:
            shutil.rmtree(making, ignore_errors=True)
    watch("dumps", 1, 1)


def _make_things(site: Site, tree: Tree, things: Sequence[Thing], jobs: int, watch: _Watch) -> None:
    """Make the pages of things, in several processes where there are many."""
    global _shared
    chunks = [things[start : start + _CHUNK] for start in range(0, len(things), _CHUNK)]
    _shared = (site, tree)
    done = 0
    if jobs == 1 or tree.folds or len(chunks) < 2:  # where case is not told apart, one process knows what was put
        for chunk in chunks:
            tree.take(*_chunk(chunk))
            watch("things", done := done + len(chunk), len(things))
        return
    with warnings.catch_warnings():
        # Newer Pythons warn of threads beside; those of the libraries here have nothing to do with a page.
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = multiprocessing.get_context("fork").Pool(jobs)
    with pool:
        for entries, outcome in pool.imap_unordered(_chunk, chunks):
            tree.take(entries, outcome)
            watch("things", done := done + _CHUNK if done + _CHUNK < len(things) else len(things), len(things))


def _chunk(things: Sequence[Thing]) -> tuple[dict[str, Entry], Outcome]:
    """The files of some things, made and put in place by this process."""
    assert _shared is not None
    site, tree = _shared
    part = tree.part()
    for file, octets in site.of_things(things):
        part.put(file, octets)
    return part.entries, part.outcome
