"""``svngraph export``: the dataset as RDF, or the trace graph for other tools."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, file_option, form_of
from svngraph.errors import UsageError
from svngraph.files import write_whole
from svngraph.serialisation import serialise
from svngraph.settings import Settings

_TRACE = ("graphml", "gexf", "dot", "mermaid", "json", "csv", "xlsx", "reqif")
_BINARY = ("xlsx",)
_SUFFIXES = {
    ".nq": "nquads",
    ".trig": "trig",
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
    **{f".{form}": form for form in _TRACE},
    ".mmd": "mermaid",
}


@click.command("export")
@dataset_options
@click.option("--plan", metavar="KEY", help="Of the trace graph, only what is above or below this plan's items.")
@click.option("--item", "items", multiple=True, metavar="ITEM", help="Of the trace graph, only what is above or below.")
@file_option("nquads", _SUFFIXES)
def command(form: str | None, plan: str | None, items: tuple[str, ...], out: Path | None, **flags: object) -> None:
    """Write the whole dataset as RDF (ontology, shapes and inferred triples included), or the trace graph.

    N-Quads, TriG and JSON-LD keep the named graphs; the other RDF formats hold their union. GraphML, GEXF, DOT,
    Mermaid, JSON, CSV, XLSX and ReqIF are of the trace graph: its items and links.
    """
    settings, form = chosen(**flags), form_of(form, out, "nquads", _SUFFIXES)
    if form in _BINARY and out is None and sys.stdout.isatty():
        raise UsageError(f"{form} is no text", where="--out", remedy=f"name a file: --out trace.{form}")
    if form in _TRACE:
        octets = _trace(settings, form, plan, items)
    elif plan or items:
        raise UsageError("RDF is written whole", where=f"--format {form}", remedy=f"choose one of: {', '.join(_TRACE)}")
    else:
        octets = serialise(pipeline.open_dataset(settings).dump(), form, settings.names)
    if out is None:
        sys.stdout.buffer.write(octets)
        return
    write_whole(out, octets)


def _trace(settings: Settings, form: str, plan: str | None, items: tuple[str, ...]) -> bytes:
    from datetime import UTC, datetime

    from svngraph.cli.coverage import chosen_plan
    from svngraph.tracing.exports import around, export, of_plan
    from svngraph.tracing.naming import find

    graph = pipeline.open_graph(settings)
    home = chosen_plan(graph, plan)
    if home is not None:
        graph = of_plan(graph, home)
    if items:
        graph = around(graph, [find(graph, item, settings.names) for item in items])
    return export(graph, form, settings.lang, datetime.now(UTC))
