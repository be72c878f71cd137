"""``svngraph release VERSION``: the dataset as it is now, made public under a version and kept."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.datasets import named_dataset
from svngraph.cli.diff import state_of
from svngraph.cli.options import chosen, dataset_options, day, format_option
from svngraph.cli.output import progress, show_json, show_line
from svngraph.comparison.quads import difference
from svngraph.comparison.things import compare
from svngraph.errors import UsageError
from svngraph.labels import Label, phrase
from svngraph.publication import versions
from svngraph.publication.edition import Edition, Release
from svngraph.publisher import publisher_of
from svngraph.settings import Settings
from svngraph.store import Store


@click.command("release")
@click.argument("version")
@click.option("--releases", metavar="DIR", help="Folder in which the releases are kept.")
@click.option("--issued", metavar="DATE", help="Day of the release (today).")
@click.option("--notes-sv", metavar="TEXT", help="What is new, in Swedish (what diff counts).")
@click.option("--notes-en", metavar="TEXT", help="What is new, in English (what diff counts).")
@dataset_options
@format_option("text", "json")
def command(
    version: str, issued: str | None, notes_sv: str | None, notes_en: str | None, form: str, **flags: object
) -> None:
    """Keep the dataset as it is now under a VERSION, with its dumps and what has changed since the last release.

    A release never changes: publish and serve show all of them and keep them reachable. The same dataset cannot be
    released twice.
    """
    settings, today = chosen(**flags), day(issued)
    if not settings.releases:
        raise UsageError("no folder for the releases", where="--releases", remedy="name one: --releases releases")
    folder = Path(settings.releases)
    known = versions.releases_in(folder)
    store = pipeline.open_dataset(settings)
    edition = Edition(store.dump(), settings.names, publisher_of(settings), known)
    versions.checked(known, version, today, edition)
    counted, patch = _changes(folder, known[-1], store, settings) if known else (_first(), "")
    notes = Label(notes_sv or counted.sv, notes_en or counted.en)
    if edition.publisher.has_placeholder:
        click.echo(phrase("release.placeholder", settings.lang, email=edition.publisher.email), err=True)
    with progress() as watch:
        made = versions.release(edition, folder, version, today, notes, patch, watch)
    _tell(made, form, settings, today)


def _first() -> Label:
    return Label(*(phrase("release.first", lang) for lang in ("sv", "en")))


def _changes(folder: Path, last: Release, store: Store, settings: Settings) -> tuple[Label, str]:
    """What has changed since the last release, in words and as a patch of quads."""
    with tempfile.TemporaryDirectory(prefix="svngraph-") as place:
        path = Path(place) / "last.nq"
        path.write_bytes(versions.quads_of(folder, last))
        with named_dataset(str(path), settings) as before:
            old, new = state_of(before, settings), state_of(store, settings)
    counts = compare(old, new).counts()
    found = difference(old.quads, new.quads)
    told = []
    for lang in ("sv", "en"):
        lines = [
            phrase(f"diff.sum-{name}", lang, **counts[name])
            for name in ("things", "links")
            if any(counts[name].values())
        ]
        lines.append(phrase("diff.sum-quads", lang, added=len(found.added), removed=len(found.removed)))
        told.append(". ".join(lines) + ".")
    return Label(*told), found.patch()


def _tell(made: Release, form: str, settings: Settings, today: date) -> None:
    if form == "json":
        said = {"version": made.version, "issued": today.isoformat(), "previous": made.previous, "quads": made.quads}
        show_json({**said, "digest": made.digest, "notes": {"sv": made.notes.sv, "en": made.notes.en}})
        return
    show_line(phrase("release.made", settings.lang, version=made.version, quads=made.quads, digest=made.digest))
    show_line(made.notes.text(settings.lang) or "")
