"""``svngraph store``: what is kept, whether it is sound, backups and their restoring, and tidying up."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show, show_json, show_line
from svngraph.cli.supervision import supervise
from svngraph.errors import UsageError
from svngraph.labels import counted, phrase
from svngraph.settings import Settings
from svngraph.store.opening import is_endpoint

_MIB = 1 << 20


@click.group("store")
def command() -> None:
    """Look after a dataset that is kept: what is there, is it sound, back it up, restore it, tidy up.

    The place is --store, SVNGRAPH_STORE or the setting.
    """


@command.command("info", short_help="Show what is kept, by graph and generation.")
@dataset_options
@format_option("text", "json")
def info(form: str, **flags: object) -> None:
    """Show what is kept: quads by graph, what it was built from and when, generations and their space."""
    from svngraph.upkeep.inventory import Inventory, inventory

    settings = chosen(**flags)
    found: Inventory = inventory(settings)
    if form == "json":
        show_json(asdict(found))
        return
    lang = settings.lang
    rows = [(graph, count) for graph, count in found.graphs.items()]
    title = phrase("store.graphs", lang, place=found.place, quads=found.quads)
    show(Table(title, (phrase("store.graph", lang), phrase("store.quads", lang)), rows, frozenset({1})))
    if found.files is not None:
        show_line(phrase("store.origin", lang, files=found.files, data=found.data or "–", base=found.base))
    if found.generations:
        words = ("generation", "how", "built", "quads", "space", "in-use")
        rows_of = [
            (
                f"{'*' if one.current else ' '} {one.name}",
                phrase(f"store.how.{one.how}", lang) if one.how else "–",
                one.built,
                one.quads,
                "–" if one.octets is None else f"{one.octets / _MIB:.1f}",
                phrase("store.yes", lang) if one.read else "",
            )
            for one in found.generations
        ]
        heads = tuple(phrase(f"store.{word}", lang) for word in words)
        show(Table(phrase("store.generations", lang), heads, rows_of, frozenset({3, 4})))


@command.command("verify", short_help="Compare with the build's digests and the source files.")
@click.option("--quick", is_flag=True, help="Compare digests of files only, and no quads.")
@dataset_options
@format_option("text", "json")
def verify(quick: bool, form: str, **flags: object) -> None:
    """Compare what is kept with the digests of its build and with its source files; exit code 1 where they differ."""
    from svngraph.upkeep import verification

    settings = _kept(chosen(**flags))
    with progress() as watch:
        found = verification.verify(settings, watch, quick=quick)
    if form == "json":
        show_json({**asdict(found), "sound": found.sound})
    else:
        lang = settings.lang
        for kind, states in (("damaged", found.damaged), ("source", found.sources), ("graph", found.graphs)):
            for name, state in states.items():
                if state != "same" and not (kind == "graph" and found.damaged):
                    show_line(f"{phrase(f'store.is.{kind}', lang)} {name}: {_state(state, lang)}")
        same = Counter(state == "same" for state in (*found.sources.values(), *found.graphs.values()))[True]
        key = "store.sound" if found.sound else "store.unsound"
        show_line(phrase(key, lang, place=found.place, generation=found.generation, same=same))
    sys.exit(0 if found.sound else 1)


@command.command("backup", short_help="Write the dataset into one file, reproducibly.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@dataset_options
@format_option("text", "json")
def backup(file: Path, form: str, **flags: object) -> None:
    """Write the dataset into FILE (.nq.gz): compressed N-Quads with digests, the same bytes for the same dataset."""
    from svngraph.upkeep import backup as backups

    settings = chosen(**flags)
    with progress() as watch:
        made = backups.back_up(settings, file, watch)
    _tell(made, form, "store.backed-up", settings)


@command.command("restore", short_help="Make a backup the dataset.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@dataset_options
@format_option("text", "json")
def restore(file: Path, form: str, **flags: object) -> None:
    """Make a backup the dataset, once its digest is found right; until it is whole, the old dataset answers."""
    from svngraph.upkeep import backup as backups

    settings = _kept(chosen(**flags))
    supervise(settings.store)
    with progress() as watch:
        made = backups.restore(settings, file, watch)
    _tell(made, form, "store.restored", settings)


@command.command("compact", short_help="Put it in its best order; drop what nobody reads.")
@dataset_options
@format_option("text", "json")
def compact(form: str, **flags: object) -> None:
    """Put the dataset on disk in its best order, and remove the generations that nobody reads."""
    from svngraph.upkeep.inventory import compact as tidy

    settings = _folder(chosen(**flags))
    supervise(settings.store)
    done = tidy(settings)
    if form == "json":
        show_json(asdict(done))
        return
    space = {name: f"{octets / _MIB:.1f}" for name, octets in (("before", done.before), ("after", done.after))}
    gone = counted("store.gone-one", "store.gone-many", len(done.removed), settings.lang)
    show_line(phrase("store.compacted", settings.lang, place=done.place, gone=gone, **space))


def _kept(settings: Settings) -> Settings:
    """Settings whose store is kept anywhere. Errors: UsageError."""
    if settings.store == "memory":
        raise UsageError("nothing is kept in memory", where="--store", remedy="name a folder or a server")
    return settings


def _folder(settings: Settings) -> Settings:
    """Settings whose store is a folder. Errors: UsageError."""
    if settings.store == "memory" or is_endpoint(settings.store):
        raise UsageError(f"{settings.store} is no folder", where="--store", remedy="name the folder of a dataset")
    return settings


def _tell(made: object, form: str, key: str, settings: Settings) -> None:
    told = {name: value for name, value in vars(made).items() if name != "origin"}
    if form == "json":
        show_json({**told, "place": settings.store})
    else:
        show_line(phrase(key, settings.lang, place=settings.store, **told))


def _state(state: str, lang: str) -> str:
    """A state in words; what the engine says of a file that it cannot read is left as it is."""
    return state if ":" in state else phrase(f"store.state.{state}", lang)
