"""The question library: each question as a form with typed fields, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import groupby

from flask import abort, request
from rdflib import Literal
from rdflib.term import Node

from svngraph import resources
from svngraph.errors import QueryError
from svngraph.literals import literal_words
from svngraph.queries import Parameter, Question, library
from svngraph.sparql import with_prefixes
from svngraph.topics import topics

from .. import page_queries as q
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from ..sparql import asking
from .page import Page, page
from .words import plain

LONGEST = 1000


@cache
def questions_of_library() -> Mapping[str, Question]:
    """The questions, read once."""
    return library(resources.questions_folder())


@cache
def topics_of_library() -> Mapping[str, Mapping[str, str]]:
    """The names of the topics, read once."""
    return topics(resources.questions_folder())


@page("/questions")
def questions() -> Page:
    """The list of questions, by topic."""
    found = list(questions_of_library().values())
    lang = language()
    names = {code: words[lang] for code, words in topics_of_library().items()} | {"": _("Övrigt")}
    groups = [(code or "other", names[code], [*them]) for code, them in groupby(found, lambda x: x.topic)]
    columns = [("topic", _("Ämne")), ("id", _("Fråga")), ("title", _("Vad den svarar på")), ("parameters", _("Anges"))]
    rows = [(names[x.topic], x.id, x.title[lang], ", ".join(p.name for p in x.parameters)) for x in found]
    return Page("questions.html", {"groups": groups}, Sheet("questions", columns, rows))


@page("/questions/<identifier>")
def question(identifier: str) -> Page:
    """A question's form, and its answer for the values in the address or for its defaults."""
    found = questions_of_library().get(identifier)
    if found is None:
        abort(404)
    data, lang = dataset(), language()
    given = {p.name: value for p in found.parameters if (value := request.args.get(p.name)) is not None}
    error: QueryError | None = None
    rows: list[tuple[Node | None, ...]] = []
    text = None
    try:
        query = found.bind(given, data.names, lang)
        text = with_prefixes(query, data.names.prefixes())
        rows = asking.select(text)
    except QueryError as refused:
        error = refused
    columns = [(c.name, c.label[lang]) for c in found.columns]
    sheet = Sheet(found.id, columns, [tuple("" if t is None else str(t) for t in row) for row in rows])
    fields = [(p, given.get(p.name, p.default or ""), options(p)) for p in found.parameters]
    values = {
        "question": found,
        "fields": fields,
        "error": error,
        "answer": shown(found, rows[:LONGEST]),
        "count": len(rows),
        "query_text": text,
    }
    return Page("question.html", values, sheet, query=text, failure=error)


def about(iri: str) -> list[tuple[Question, dict[str, str]]]:
    """The questions that are asked of a thing of this kind, each with what to fill in for this one."""
    parts = dataset().names.parts(iri)
    if parts is None:
        return []
    return [(question, {name: parts[1]}) for question, name in _asked_of(parts[0])]


@cache
def _asked_of(kind: str) -> list[tuple[Question, str]]:
    """The questions that are asked of things of a kind, each with the name of the parameter for it."""
    asked = ((question, parameter) for question in questions_of_library().values() for parameter in question.parameters)
    return [(question, p.name) for question, p in asked if (p.argument if p.type == "item" else p.type) == kind]


def options(parameter: Parameter) -> list[tuple[str, str]]:
    """The values that a parameter can have, where they can be told: codes, and things of a kind that has few."""
    data = dataset()
    if parameter.type == "code":
        codes = {
            str(c) for c, scheme, _d in data.rows(q.CODES) if str(scheme).endswith(f"/{parameter.argument}/scheme")
        }
        return sorted((c.rsplit("/", 1)[-1], plain(c)) for c in codes)
    if parameter.type == "item" and parameter.argument:
        start = f"{data.names.base}id/{parameter.argument}/"
        found = sorted((iri.removeprefix(start), plain(iri)) for iri in data.labels if iri.startswith(start))
        return found if len(found) <= 300 else []
    return []


def shown(question: Question, rows: list[tuple[Node | None, ...]]) -> tuple[list[str], list[list[dict[str, object]]]]:
    """The headings and cells of an answer: a thing with a label column beside it becomes one cell with both."""
    lang = language()
    names = [column.name for column in question.columns]
    hidden = {f"{name}Label" for name in names}
    kept = [n for n, name in enumerate(names) if name not in hidden]
    heads = [question.columns[n].label[lang] for n in kept]
    cells = []
    for row in rows:
        line = []
        for n in kept:
            beside = names.index(f"{names[n]}Label") if f"{names[n]}Label" in names else None
            label = row[beside] if beside is not None else None
            cell = asking.cell(row[n], str(label) if label is not None else None)
            term = row[n]
            line.append(cell | {"text": literal_words(term, lang)} if isinstance(term, Literal) else cell)
        cells.append(line)
    return heads, cells
