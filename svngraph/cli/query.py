"""``svngraph query``: SPARQL."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import bounded, chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show
from svngraph.errors import InputError, QueryError, UsageError
from svngraph.labels import counted
from svngraph.namespaces import Names
from svngraph.settings import Settings
from svngraph.sparql import check_size, form_of, refuse_update, with_prefixes
from svngraph.store import Solutions, Store

_TABLES = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}
_GRAPHS = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "xml": "application/rdf+xml",
}


@click.command("query")
@click.argument("sparql", required=False)
@click.option("--file", "path", type=click.Path(path_type=Path), help="Read the query from a file.")
@dataset_options
@format_option("text", "json", "csv", "tsv", "xml", "turtle", "ntriples", "jsonld")
def command(sparql: str | None, path: Path | None, form: str, **flags: object) -> None:
    """Run SPARQL over the union of the named graphs; the project's prefixes need no declaration.

    The query is an argument, a file, or comes on stdin. SELECT and ASK answer as text, json, csv, tsv or xml (the
    SPARQL results formats); CONSTRUCT and DESCRIBE as turtle, ntriples, jsonld or xml.
    """
    settings = chosen(**flags)
    text = _text(sparql, path)
    check_size(text)
    refuse_update(text)
    query = with_prefixes(text, settings.names.prefixes())
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    try:
        _answer(store, query, form, settings)
    except QueryError as error:
        raise error.shifted(len(query) - len(text)) from error


def _answer(store: Store, query: str, form: str, settings: Settings) -> None:
    kind = form_of(query)
    if kind == "SELECT" and form == "text":
        found = bounded(settings.timeout, lambda: store.select(query))
        show(solutions_table(found, settings.names, settings.lang))
        return
    media_types = _TABLES if kind in ("SELECT", "ASK") else _GRAPHS
    wanted = form if form != "text" else ("csv" if kind == "ASK" else "turtle")
    if wanted not in media_types:
        raise UsageError(f"no {form} of this query", where="--format", remedy=f"one of: {', '.join(media_types)}")
    sys.stdout.buffer.write(bounded(settings.timeout, lambda: store.respond(query, media_types[wanted])))


def solutions_table(found: Solutions, names: Names, lang: str) -> Table:
    """Solutions as a table, with IRIs shortened to prefixed names."""
    rows = [[_short(term, names) for term in row] for row in found.rows]
    return Table("", found.variables, rows, note=counted("row", "rows", len(rows), lang))


def _short(term: object, names: Names) -> str:
    text = "" if term is None else str(term)
    fits = [(iri, prefix) for prefix, iri in names.prefixes().items() if text.startswith(iri)]
    if not fits or not text.startswith(("http://", "https://")):
        return text
    iri, prefix = max(fits, key=lambda pair: len(pair[0]))
    return f"{prefix}:{text.removeprefix(iri)}"


def _text(sparql: str | None, path: Path | None) -> str:
    if sparql is not None and path is not None:
        raise UsageError("both a query and a file", remedy="give one of them")
    if sparql is not None:
        return sparql
    try:
        return path.read_text("utf-8") if path else sys.stdin.buffer.read().decode("utf-8")
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", where=str(path or "stdin"), remedy="save it as UTF-8") from error
