"""``svngraph links``: the links of a dataset, and the curation's as a sheet to edit."""

from __future__ import annotations

from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.curating import data_folder
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, show, show_csv, show_json, show_line
from svngraph.cli.suspects import name
from svngraph.cli.wording import basis_name
from svngraph.files import write_whole
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.tracing.suspects import Joined, joined

_BASES = ("stated", "structural", "judgement")


@click.command("links")
@click.option("--basis", type=click.Choice(_BASES), help="Only links that rest on this.")
@click.option("--relation", metavar="NAME", help="Only links of this relation, such as continues.")
@click.option("--item", metavar="KEY", help="Only links from or to things whose key begins with this.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the curation's links as XLSX.")
@dataset_options
@format_option("text", "json", "csv")
def command(
    basis: str | None, relation: str | None, item: str | None, out: Path | None, form: str, **flags: object
) -> None:
    """List the links of the dataset with their keys, by which unlink and review know them.

    --out FILE.xlsx writes the links of the curation graph as a sheet instead: edit its rows, add some without a key in
    the column link, put a mark in the column remove, and hand the file to svngraph import.
    """
    settings = chosen(**flags)
    if out is not None:
        _write(out, settings)
        return
    found = [link for link in joined(pipeline.open_dataset(settings)) if _fits(link, basis, relation, item, settings)]
    if form == "json":
        show_json({"links": [_json(link) for link in found]})
        return
    heads = [phrase(key, settings.lang) for key in ("suspects.link", "continuity.basis", "diff.relation")]
    rows = [(name(k, settings), basis_name(k.basis, settings.lang), k.relation.rsplit("/", 1)[-1]) for k in found]
    if form == "csv":
        show_csv(heads, rows)
    else:
        note = phrase("rows", settings.lang, count=len(rows))
        show(Table(phrase("links.title", settings.lang), heads, rows, note=note))


def _write(out: Path, settings: Settings) -> None:
    # Imported here: workbooks are wanted by this alone.
    from svngraph.curation.record import FILE, read
    from svngraph.curation.sheet import COLUMNS, WIDTHS, rows
    from svngraph.spreadsheet import Sheet, workbook

    found = rows(read(data_folder(settings) / FILE, settings.names))
    cells = [[row[column] for column in COLUMNS] for row in found]
    guide = [(phrase(f"sheet.{key}", settings.lang),) for key in ("edit", "add", "remove", "leave", "import")]
    title = phrase("links.title", settings.lang)
    octets = workbook(
        [Sheet(title, COLUMNS, cells, WIDTHS), Sheet(phrase("sheet.guide", settings.lang), ("",), guide, (100,))]
    )
    write_whole(out, octets)
    show_line(phrase("links.written", settings.lang, count=len(cells), path=out))


def _fits(link: Joined, basis: str | None, relation: str | None, item: str | None, settings: Settings) -> bool:
    keys = [(settings.names.parts(end) or ("", str(end)))[1] for end in (link.source, link.target)]
    return (
        (basis is None or str(link.basis).endswith(f"/{basis}"))
        and (relation is None or link.relation.rsplit("/", 1)[-1] == relation)
        and (item is None or any(key.startswith(item) for key in keys))
    )


def _json(link: Joined) -> dict[str, object]:
    return {
        "iri": str(link.iri),
        "from": str(link.source),
        "relation": str(link.relation),
        "to": str(link.target),
        "basis": link.basis and str(link.basis),
        "reviewed": link.reviewed,
    }
