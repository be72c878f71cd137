"""``svngraph export``: the dataset as RDF."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options
from svngraph.files import write_whole
from svngraph.serialisation import FORMS, serialise


@click.command("export")
@dataset_options
@click.option("--format", "form", type=click.Choice(FORMS), default="nquads", help="Form of the output (nquads).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; stdout without it.")
def command(form: str, out: Path | None, **flags: object) -> None:
    """Write the whole dataset as RDF: ontology, shapes and inferred triples included.

    N-Quads, TriG and JSON-LD keep the named graphs; the others hold their union.
    """
    settings = chosen(**flags)
    octets = serialise(pipeline.open_dataset(settings).dump(), form, settings.names)
    if out is None:
        sys.stdout.buffer.write(octets)
        return
    write_whole(out, octets)
