"""Options that several commands share, and the settings that they lead to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from svngraph import settings
from svngraph.errors import QueryTimeout, UsageError
from svngraph.settings import LANGUAGES, Settings

_Command = TypeVar("_Command", bound=Callable[..., object])
_T = TypeVar("_T")
SEVERITY_KEYS = ("violation", "warning", "info")
_STACK = 1 << 29  # octets of address space; memory is used only as far as the stack grows


def dataset_options(command: _Command) -> _Command:
    """Adds the options that say which dataset is meant and in which language to answer."""
    data = click.option("--data", metavar="DIR", help="Folder of named graphs, instead of the shipped plans.")
    return store_options(data(command))


def store_options(command: _Command) -> _Command:
    """Adds the options of :func:`dataset_options` but for ``--data``, which ``validate`` reads in a wider sense."""
    for option in (
        click.option("--base", metavar="IRI", help="Base address of things and graphs; ends with a slash."),
        click.option("--timeout", type=float, metavar="SECONDS", help="Longest time for a query (60)."),
        click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the output (sv)."),
        click.option("--store", metavar="PLACE", help="memory, a folder, or the URL of a SPARQL endpoint (memory)."),
    ):
        command = option(command)
    return command


def format_option(*choices: str) -> Callable[[_Command], _Command]:
    """The option ``--format`` with its choices, the first of them the default."""
    return click.option(
        "--format", "form", type=click.Choice(choices), default=choices[0], help=f"Form of the output ({choices[0]})."
    )


def file_option(default: str, suffixes: Mapping[str, str]) -> Callable[[_Command], _Command]:
    """The options ``--format`` and ``--out``, with the name of the file to say the form: see :func:`form_of`."""

    def add(command: _Command) -> _Command:
        choices = list(dict.fromkeys((default, *suffixes.values())))
        told = f"Form of the output (that of the file's name, else {default})."
        command = click.option("--format", "form", type=click.Choice(choices), help=told)(command)
        kind = click.Path(dir_okay=False, path_type=Path)
        return click.option("--out", type=kind, help="File to write; stdout without it.")(command)

    return add


def form_of(form: str | None, out: Path | None, default: str, suffixes: Mapping[str, str]) -> str:
    """The form that is asked for: by name, else by the suffix of the file. Errors: UsageError for a suffix of none."""
    if form is not None or out is None:
        return form or default
    known = suffixes.get(out.suffix.lower())
    if known is None:
        remedy = f"end its name with one of {', '.join(suffixes)}, or say --format"
        raise UsageError(f"no form has the suffix {out.suffix or 'that is missing'}", where=str(out), remedy=remedy)
    return known


def policy_option(command: _Command) -> _Command:
    """Adds ``--policy``: the file that says what must be traced, how much is enough, and what is waived."""
    return click.option("--policy", type=click.Path(path_type=Path), help="Policy file (the shipped one).")(command)


def as_of_option(command: _Command) -> _Command:
    """Adds ``--as-of``: the day on which what is due is judged."""
    return click.option("--as-of", metavar="DATE", help="Day on which what is due is judged (today).")(command)


def chosen(**flags: object) -> Settings:
    """The settings in force for a command's flags. Errors: UsageError, InputError."""
    return settings.load(flags)


def day(text: str | None) -> date:
    """The day of an ``--as-of``; today where none is given. Errors: UsageError."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"not a date: {text!r}", where="--as-of", remedy="write it as 2026-01-31") from error


def bounded(seconds: float, call: Callable[[], _T]) -> _T:
    """The value of a call that may take only so long; the call cannot be interrupted, so the caller must then end.

    Errors: QueryTimeout, and whatever the call raises.
    """
    outcome: list[_T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # handed to the thread that waits
            failure.append(error)

    # Engines recurse over a query: the stack is as deep as any query that is let through could need.
    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join(seconds)
    if thread.is_alive():
        raise QueryTimeout(f"the query took longer than {seconds:g} s", remedy="narrow it, or give --timeout")
    if failure:
        raise failure[0]
    return outcome[0]


def spreading(*names: str) -> type[click.Command]:
    """A kind of command in which some options take every value that follows: ``--data a.ttl b.ttl``."""

    class Spreading(click.Command):
        """Reads ``--data a b`` as ``--data a --data b``."""

        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            spread: list[str] = []
            option = None
            for number, arg in enumerate(args):
                if arg.startswith("-") and arg != "-":
                    option = arg if arg in names else None
                elif option and args[number - 1] != option:
                    spread.append(option)
                spread.append(arg)
            return super().parse_args(ctx, spread)

    return Spreading
