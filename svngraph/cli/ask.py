"""``svngraph ask``: the question library."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rdflib import Literal

from svngraph import pipeline, resources
from svngraph.cli.options import bounded, chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show, show_csv, show_json, show_line
from svngraph.errors import UnknownItem, UsageError
from svngraph.labels import counted, phrase
from svngraph.literals import literal_words
from svngraph.queries import Question, library
from svngraph.settings import Settings
from svngraph.sparql import with_prefixes
from svngraph.store import Solutions, Store
from svngraph.topics import topics
from svngraph.tracing.graph import read
from svngraph.tracing.naming import find


@click.command("ask")
@click.argument("question", required=False)
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--sparql", is_flag=True, help="Show the query instead of asking it.")
@dataset_options
@format_option("text", "json", "csv")
def command(question: str | None, parameters: tuple[str, ...], sparql: bool, form: str, **flags: object) -> None:
    """Ask QUESTION of the library; without it, list the questions.

    QUESTION is a question's name, or the beginning of it that no other shares: cq18.
    """
    settings = chosen(**flags)
    questions = library(resources.questions_folder())
    if question is None:
        _list(list(questions.values()), form, settings.lang)
        return
    asked = _named(list(questions.values()), question)
    values = _values(parameters)
    if sparql:
        click.echo(bound(asked, values, settings))
        return
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    query = bound(asked, _resolved(asked, values, store, settings), settings)
    found = answer(store, query, settings)
    if form == "json":
        variables = found.variables
        rows = [
            {name: None if t is None else str(t) for name, t in zip(variables, row, strict=True)} for row in found.rows
        ]
        show_json({"question": asked.id, "title": asked.title[settings.lang], "rows": rows})
    elif form == "csv":
        show_csv([column.label[settings.lang] for column in asked.columns], found.rows)
    else:
        show(answer_table(asked, found, settings))
        show_line(asked.description[settings.lang])


def bound(question: Question, values: Mapping[str, str], settings: Settings) -> str:
    """The query of a question with its values, ready to run. Errors: QueryError."""
    return with_prefixes(question.bind(values, settings.names, settings.lang), settings.names.prefixes())


def _resolved(question: Question, values: Mapping[str, str], store: Store, settings: Settings) -> Mapping[str, str]:
    """The values with items named as :mod:`svngraph.tracing.naming` lets people name them, instead of only by key.

    Errors: UnknownItem for a thing or code that the dataset does not have: its answer would be empty without a word.
    """
    resolved = dict(values)
    for parameter in question.parameters:
        if parameter.type not in ("item", "code") or parameter.name not in values:
            continue
        value = values[parameter.name]
        iri = parameter.term(value, settings.names)
        if not _known(store, iri) and parameter.type == "item":
            iri = f"<{find(read(store, settings.names), value, settings.names).iri}>"
        elif not _known(store, iri):
            raise UnknownItem(
                f"no code {value!r}", where=f"parameter {parameter.name}", remedy="see ontology/codes.ttl"
            )
        resolved[parameter.name] = iri[1:-1]
    return resolved


def _known(store: Store, iri: str) -> bool:
    return bool(store.select(f"SELECT ?p {{ {iri} ?p ?o }} LIMIT 1").rows)


def answer(store: Store, query: str, settings: Settings) -> Solutions:
    """The answer to a bound question, within the time of the settings. Errors: QueryError."""
    return bounded(settings.timeout, lambda: store.select(query))


def answer_table(question: Question, found: Solutions, settings: Settings) -> Table:
    """An answer as people read it: a thing that has a label beside it is shown by the label and its key."""
    lang = settings.lang
    labels = {column.name for column in question.columns}
    shown = [
        number
        for number, column in enumerate(question.columns)
        if not column.name.endswith("Label") or column.name.removesuffix("Label") not in labels
    ]
    heads = [question.columns[number].label[lang] for number in shown]
    at = {column.name: number for number, column in enumerate(question.columns)}

    def cell(row: tuple[object, ...], number: int) -> str:
        term = row[number]
        if term is None:
            return ""
        if isinstance(term, Literal):
            return literal_words(term, lang)
        parts = settings.names.parts(str(term))
        beside = at.get(f"{question.columns[number].name}Label")
        key = parts[1] if parts else str(term)
        if beside is None or row[beside] is None:
            return key
        return f"{row[beside]} [{key}]" if parts else str(row[beside])

    rows = [[cell(row, number) for number in shown] for row in found.rows]
    note = counted("row", "rows", len(rows), lang) if rows else phrase("empty", lang)
    return Table(question.title[lang], heads, rows, note=note)


def _list(questions: list[Question], form: str, lang: str) -> None:
    if form == "json":
        described = [
            {
                "id": question.id,
                "title": dict(question.title),
                "description": dict(question.description),
                "topic": question.topic or None,
                "parameters": [
                    {"name": p.name, "type": p.type, "default": p.default, "label": dict(p.label)}
                    for p in question.parameters
                ],
                "columns": [{"name": column.name, "label": dict(column.label)} for column in question.columns],
            }
            for question in questions
        ]
        show_json({"questions": described})
        return
    heads = [phrase(key, lang) for key in ("topic", "question", "asks", "parameters")]
    names = {code: words[lang] for code, words in topics(resources.questions_folder()).items()}
    rows = [
        (names.get(q.topic, ""), q.id, q.title[lang], ", ".join(_parameter(p.name, p.default) for p in q.parameters))
        for q in questions
    ]
    if form == "csv":
        show_csv(heads, rows)
    else:
        # A topic stands where its questions begin.
        before = ["", *(row[0] for row in rows)]
        once = [("" if row[0] == last else row[0], *row[1:]) for row, last in zip(rows, before, strict=False)]
        show(Table(phrase("questions-title", lang), heads, once))


def _parameter(name: str, default: str | None) -> str:
    return name if default is None else f"{name}={default}"


def _named(questions: list[Question], name: str) -> Question:
    exact = [question for question in questions if question.id == name]
    found = exact or [question for question in questions if question.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    near = ", ".join(question.id for question in found[:5]) or "svngraph ask lists them"
    raise UsageError(f"{'no' if not found else 'more than one'} question {name!r}", remedy=near)


def _values(parameters: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals or name in values:
            raise UsageError(f"cannot read {parameter!r}", where="--param", remedy="write NAME=VALUE, each name once")
        values[name] = value
    return values
