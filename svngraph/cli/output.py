"""Tables, trees and progress on a terminal, and the same as plain text, CSV or JSON in a pipe."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import click

from svngraph.cells import harmless

# rich is imported where it draws: what only writes JSON, CSV or RDF does without it.
if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

    from svngraph.pipeline import Progress as Watcher
from svngraph.pipeline import shares

_WIDE = 10_000
# Labels come from documents: a control character in one must not reach the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Table:
    """A table to show: ``numeric`` holds the numbers of the columns that are set to the right, from 0."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    numeric: frozenset[int] = field(default_factory=frozenset)
    note: str | None = None


def console(*, err: bool = False) -> Console:
    """A terminal with its own width, or a pipe in which no line is broken."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(
        file=stream, width=None if stream.isatty() else _WIDE, highlight=False, soft_wrap=not stream.isatty()
    )


def show(table: Table) -> None:
    """Print a table as text: in the width of a terminal, and in plain aligned columns in a pipe."""
    from svngraph.cli.tabulation import lines

    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows = [[" ".join(clean(cell).splitlines()) for cell in row] for row in table.rows]
    out = [click.style(clean(table.title), bold=True)] if table.title else []
    heads = [clean(head) for head in table.columns]
    out += [click.style(line, bold=True) if head else line for line, head in lines(heads, rows, table.numeric, room)]
    click.echo("\n".join([*out, *([clean(table.note)] if table.note else [])]))


def show_tree(tree: Tree) -> None:
    """Print a tree as text."""
    _print(console(), tree)


def show_line(text: str) -> None:
    """Print a line of text."""
    click.echo(clean(text))


def show_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as CSV with a head (RFC 4180), safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    click.echo(out.getvalue(), nl=False)


def show_json(value: object) -> None:
    """Print a value as JSON; where several endpoints were asked as one, with what each answered."""
    if isinstance(value, dict) and (found := shares()):
        value = {**value, "endpoints": [asdict(share) for share in found]}
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def some(names: Sequence[str], shown: int = 4) -> str:
    """The first few of some names, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:shown]) + (f" … +{len(once) - shown}" if len(once) > shown else "")


def clean(value: object) -> str:
    """A value as text with control characters made visible."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "" if value is None else str(value))


@contextmanager
def progress() -> Iterator[Watcher]:
    """A watcher of a pipeline that draws bars on stderr where a person looks at it, and is silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _step, _done, _of: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(err=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def watch(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=of)
            bars.update(tasks[step], completed=done, total=of)  # type: ignore[arg-type] # rich's TaskID is an int

        yield watch


def _print(out: Console, what: object) -> None:
    """Print without the spaces that fill a line in a pipe."""
    if out.is_terminal:
        out.print(what)
        return
    with out.capture() as captured:
        out.print(what)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
