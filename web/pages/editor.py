"""The page where one writes a query of one's own; it works as a plain form."""

from __future__ import annotations

import json
import re

from flask import Response, request

from svngraph.errors import QueryError, QueryTimeout
from svngraph.sparql import form_of, with_prefixes

from ..explaining import explain
from ..languages import language
from ..netting import net
from ..responses import dataset, tag, tagged, unchanged
from ..sheets import Sheet
from ..sparql import asking
from .page import Page, blueprint, page
from .questions import questions_of_library
from .words import key, plain

EXAMPLES = (
    "cq12-groups-created",
    "carried-by-organisation",
    "links-by-basis",
    "cq20-carried-over",
    "cq11-not-held-or-delayed",
    "cq05-announced-as-new",
)
FIRST = """SELECT ?activity ?status WHERE {
  ?entry svn:reportsOn ?activity ;
         svn:status ?status .
}
ORDER BY ?activity
LIMIT 100
"""
ANYTHING = "SELECT * WHERE { ?s ?p ?o } LIMIT 100\n"
DRAWN = 2000
_PARTS = re.compile(r'"((?:[^"\\]|\\.)+)"|([^\s",][^",]*[^\s",])')
_RANGES = re.compile(r"\[[^\]]*\]")
_PLACE = re.compile(r"line (\d+), column (\d+)")


@page("/sparql-editor")
def editor() -> Page:
    """The editor, with the answer to the query in the address."""
    data = dataset()
    asked = request.args.get("query", "")
    example = questions_of_library().get(request.args.get("example", ""))
    if not asked and example:
        asked = _bare(example.bind({}, data.names, language()))
    written = asked or (FIRST if data.graph.items else ANYTHING)
    values: dict[str, object] = {
        "text": written,
        "asked": bool(asked),
        "examples": [questions_of_library()[x] for x in EXAMPLES if x in questions_of_library()],
        "example": example.id if example else None,
        "view": request.args.get("view", "table"),
        "error": None,
        "answer": None,
    }
    sheet = None
    if asked:
        found = run(asked)
        values |= found
        answer = found.get("answer")
        if isinstance(answer, asking.Answer) and answer.variables:
            columns = [(name, name) for name in answer.variables]
            rows = [tuple("" if t is None else str(t) for t in row) for row in answer.rows]
            sheet = Sheet("answer", columns, rows)
    failure = values["error"]
    return Page("editor.html", values, sheet, failure=failure if isinstance(failure, QueryError) else None)


@blueprint.get("/terms.json")
def terms() -> Response:
    """What the editor completes: prefixes, terms and items, each with its name."""
    data, lang = dataset(), language()
    if (known := unchanged("terms")) is not None:
        return known
    names = [(key(iri), data.label(iri, lang)) for iri in sorted(data.labels) if not iri.startswith("_:")][:20_000]
    body = {"prefixes": data.names.prefixes(), "terms": [name for name in names if ":" in name[0] or "/" in name[0]]}
    return tagged(Response(json.dumps(body, ensure_ascii=False), mimetype="application/json"), tag("terms"))


def run(asked: str) -> dict[str, object]:
    """The answer to a query, or what is wrong with it and where."""
    names = dataset().names
    query = with_prefixes(asked, names.prefixes())
    shift = len(query) - len(asked)
    try:
        answer = asking.answer(query, form_of(query))
    except QueryError as error:
        place = _PLACE.search(error.where or "")
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        if line == 1 and column is not None:
            column = max(1, column - shift)
        lines = asked.splitlines()
        what, signs = understood(error.what)
        if line and not 1 <= line <= len(lines):
            line = column = None
        return {
            "error": error,
            "line": line,
            "column": column,
            "lines": lines,
            "what": what,
            "expected": signs,
            "timeout": isinstance(error, QueryTimeout),
            "prefixed": query,
        }
    empty = explain(asked, names) if not answer.rows and answer.variables else None
    drawn = net(answer.rows[:DRAWN], plain) if answer.triples else None
    return {"answer": answer, "prefixed": query, "explanation": empty, "chart": chart(answer), "net": drawn}


def understood(said: str) -> tuple[str, list[str]]:
    """What the engine says is wrong, or else the signs and words that could stand at the place.

    The ranges of letters that names are made of, which the engine lists too, tell a person nothing.

    >>> understood('''expected one of "(", "a", WHERE, ['0' ..= '9' | '_'], [_]''')
    ('', ['(', 'a', 'WHERE'])
    >>> understood("expected one of Prefix not found, ['%'], [_]")
    ('Prefix not found', [])
    """
    if not said.startswith("expected "):
        return said, []
    parts = _PARTS.findall(_RANGES.sub("", said.removeprefix("expected ").removeprefix("one of ")))
    signs = [sign or word for sign, word in parts if sign or word.isupper()]
    sentences = [word for _sign, word in parts if " " in word]
    return ("; ".join(sentences), []) if sentences or not signs else ("", signs)


def chart(answer: asking.Answer) -> list[tuple[str, float, float]]:
    """The bars of an answer with one column of numbers and one of names: name, value and share of the largest."""
    if len(answer.variables) < 2 or not 1 < len(answer.rows) <= 40:
        return []
    numbers = [n for n in range(len(answer.variables)) if all(_number(row[n]) is not None for row in answer.rows)]
    if not numbers:
        return []
    at = numbers[-1]
    names = [n for n in range(len(answer.variables)) if n not in numbers]
    values = [(answer.named(row, names), _number(row[at]) or 0.0) for row in answer.rows]
    most = max((abs(value) for _name, value in values), default=0) or 1
    return [(name, value, round(100 * abs(value) / most, 1)) for name, value in values]


def _number(term: object) -> float | None:
    try:
        return float(str(term)) if getattr(term, "datatype", None) is not None else None
    except ValueError:
        return None


def _bare(query: str) -> str:
    """A question's query without the comment lines of its header."""
    lines = query.split("\n")
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines)
