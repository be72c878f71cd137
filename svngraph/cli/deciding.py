"""The questions of an ingestion, gone through in the terminal: each answer is written into the sheet at once."""

from __future__ import annotations

from pathlib import Path

import click

from svngraph.cli.output import Table, show, show_json, show_line
from svngraph.errors import UsageError
from svngraph.labels import phrase

_ANSWERS = {"accept": "ja", "refuse": "nej"}


def go_through(sheet: Path, *, interactive: bool, form: str, lang: str) -> None:
    """List the questions that a sheet still asks, or put them one by one. Errors: UsageError, InputError."""
    from svngraph.files import write_whole
    from svngraph.ingest.decisions import COLUMNS, edited, rows

    if not sheet.is_file():
        raise UsageError("no such sheet", where=str(sheet), remedy="svngraph ingest … --decisions FILE writes it")
    table = rows(sheet)
    left = [row for row in table if not row["decision"]]
    if form == "json":
        show_json({"questions": [{name: row[name] for name in COLUMNS} for row in table], "open": len(left)})
        return
    if not interactive:
        heads = [phrase(f"deciding.{name}", lang) for name in ("score", "about", "proposal", "words")]
        lines = [(row["score"], row["about"], row["proposal"], row["words"]) for row in left]
        show(Table(phrase("deciding.title", lang, count=len(left), of=len(table)), heads, lines))
        return
    for number, row in enumerate(left, 1):
        show_line("")
        show_line(f"{number}/{len(left)}  {row['about']}")
        show_line(f"  {row['proposal']}  ({row['score']})")
        show_line(f"  «{row['words']}»")
        choices = click.Choice([*_ANSWERS, "skip", "quit"])
        answer = click.prompt(phrase("review.ask", lang), type=choices, default="skip", err=True)
        if answer == "quit":
            break
        if answer != "skip":
            write_whole(sheet, edited(sheet, row["question"], _ANSWERS[answer]))
    show_line(phrase("deciding.done", lang, file=sheet))
