# ruff: noqa: N999 - a command is named after what it does, and a module after its command
"""``svngraph import FILE``: what an edited sheet of links would change, and the change itself."""

from __future__ import annotations

from pathlib import Path

import click
from rdflib import Literal

from svngraph.cli.curating import by_options, desk, effect
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option
from svngraph.cli.output import Table, show, show_json, show_line
from svngraph.curation.record import Edit
from svngraph.curation.sheet import Meaning, RowChange, changes, read
from svngraph.labels import phrase
from svngraph.namespaces import SVN
from svngraph.tracing.suspects import Joined, digest_of, values


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--apply", "write", is_flag=True, help="Make the changes; without it they are only shown.")
@by_options
@as_of_option
@dataset_options
@format_option("text", "json")
def command(
    file: Path, write: bool, by: str | None, by_name: str | None, as_of: str | None, form: str, **flags: object
) -> None:
    """Show what an edited sheet of links would change in the curation graph; with --apply, change it.

    FILE comes from svngraph links --out. A row that nobody touched changes nothing; a row without a key in the column
    link is a new link; a mark in the column remove takes a link away; a row that is missing is left alone. The shapes
    check the whole before anything is written: all of it is applied or nothing. Judgements are made by --by.
    """
    settings, today = chosen(**flags), day(as_of)
    sheet = read(file)
    with desk(settings) as at:
        author, introduction = at.author(by, by_name)
        meaning = Meaning(at.thing, at.relation, author, today.isoformat())
        found, edit, links = changes(at.record, sheet, meaning)
        edit = introduction.then(edit) if found else Edit()
        tried = at.checked(edit, today) if found else None
        if tried is not None:
            known = values(tried.store, at.counts)
            ends = [Joined(k.source, k.relation, k.target, k.iri(settings.names)) for k in links]
            digests = {(k.iri, SVN.reviewedDigest, Literal(digest_of(k, known))) for k in ends}
            edit = edit.then(Edit(added=frozenset(digests)))
            if write:
                at.save(edit)
    if form == "json":
        listed = [{"row": k.number, "how": k.how, "link": k.link or None, "columns": k.columns} for k in found]
        come, gone = (len(tried.come), len(tried.gone)) if tried else (0, 0)
        show_json({"changes": listed, "written": write and bool(found), "come": come, "gone": gone})
        return
    if tried is None:
        show_line(phrase("import.nothing", settings.lang))
        return
    title = phrase("import.applied" if write else "import.would", settings.lang, file=file.name)
    show(changes_table(found, title, settings.lang))
    show_line(effect(tried, settings.lang))


def changes_table(found: list[RowChange], title: str, lang: str) -> Table:
    """A row for each row of the sheet that changes something."""
    heads = [phrase(key, lang) for key in ("import.row", "diff.how", "suspects.link", "diff.what")]
    rows = [
        (str(one.number), phrase(f"how.{one.how}", lang), one.link or phrase("import.new", lang),
         "" if one.how == "added" else ", ".join(one.columns))
        for one in found
    ]  # fmt: skip
    return Table(title, heads, rows, frozenset({0}))
