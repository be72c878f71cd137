"""``/sparql``: the SPARQL 1.1 Protocol, read only.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for

from svngraph.errors import QueryError, SvngraphError
from svngraph.publication.endpoint import describe
from svngraph.sparql import asks_elsewhere, form_of

from ..dataset import Published
from ..errors import problem, status_of
from ..negotiation import preferred
from ..page_queries import UNION_SIZE
from ..responses import dataset, tag, tagged, unchanged
from . import asking
from .datasets import with_base, with_dataset
from .forms import GRAPHS, RESULTS, TRIPLES, named, negotiated, offered
from .limits import Refused
from .plain import SHARED
from .shortcut import FAILURE, KEEP, state_of

blueprint = Blueprint("sparql", __name__)

_LONGEST = 1_000_000
# The methods whose answer is known by its address.
_READ = ("GET", "HEAD")


class _Asked(Exception):  # a request that is answered at once
    """A request that cannot become a query: the status and the words to answer with."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status, self.title, self.detail = status, title, detail


@blueprint.after_request
def share(response: Response) -> Response:
    """Let pages of other sites read answers; there are no cookies that could be misused."""
    for name, value in SHARED.items():
        response.headers[name] = value
    return response


@blueprint.route("/sparql", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/sparql/", methods=["OPTIONS"], provide_automatic_options=False)
def preflight() -> Response:
    """What another site's page may send."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/sparql/", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, describe the service, or refuse."""
    try:
        if (failure := request.environ.get(FAILURE)) is not None:
            raise failure
        query, default, graphs = _request()
        if query is None:
            return _description()
        return _answer(with_base(with_dataset(query, default, graphs), request.base_url))
    except _Asked as refused:
        return problem(refused.status, refused.title, refused.detail)
    except QueryError as error:
        status = status_of(error)
        titles = {400: "The query cannot be answered", 403: "Refused", 503: "The server is busy"}
        response = problem(
            status, titles.get(status, "The query was ended"), error.what, where=error.where, remedy=error.remedy
        )
        if status == 503:
            response.headers["Retry-After"] = "2"
        return response


def _request() -> tuple[str | None, list[str], list[str]]:
    """The query of a request with its default and named graphs. Errors: _Asked."""
    values = [request.args]
    direct: str | None = None
    if request.method == "POST":
        kind = request.mimetype
        if kind == "application/x-www-form-urlencoded":
            values.append(request.form)
        elif kind == "application/sparql-query":
            direct = _text(request.get_data())
        elif kind == "application/sparql-update":
            raise _Asked(403, "Updates are refused", "This endpoint is read only.")
        else:
            raise _Asked(415, "Not a way to send a query", "Use application/sparql-query or a form.")
    if any("update" in v for v in values):
        raise _Asked(403 if request.method == "POST" else 400, "Updates are refused", "This endpoint is read only.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise _Asked(400, "Not UTF-8", "Send the query in UTF-8.")
    queries = [q for v in values for q in v.getlist("query")] + ([direct] if direct is not None else [])
    if len(queries) > 1:
        raise _Asked(400, "More than one query", "Send one query at a time.")
    if not queries and request.method == "POST":
        raise _Asked(400, "No query", "Send the query as the parameter query.")
    if queries and len(queries[0]) > _LONGEST:
        raise _Asked(413, "The query is too long", f"A query may have {_LONGEST} characters.")
    graphs = [[g for v in values for g in v.getlist(f"{name}-graph-uri")] for name in ("default", "named")]
    return queries[0] if queries else None, graphs[0], graphs[1]


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Asked(400, "Not UTF-8", "Send the query in UTF-8.") from error


def _answer(query: str) -> Response:
    if (
        "\ufffd" in query
        and "%EF%BF%BD" not in request.query_string.decode("ascii", "replace").upper()
        and request.method in _READ
    ):
        raise _Asked(400, "Not UTF-8", "Send the query in UTF-8.")
    if asks_elsewhere(query):
        raise Refused("SERVICE is refused", remedy="a query asks this dataset and no other place")
    media, content = _form(form_of(query) in TRIPLES)
    if request.method in _READ and (known := unchanged(media)) is not None:
        return known
    reply = asking.ask(query, media)
    response = Response(reply.parts(), content_type=content)
    response.content_length = reply.length
    response.vary.add("Accept")
    response.headers["X-Rows"] = str(reply.rows)
    if reply.lasting:
        request.environ[KEEP] = state_of(dataset())
    if request.args.get("format"):
        ending = next(k for k, v in {**RESULTS, **GRAPHS}.items() if v == media)
        response.headers["Content-Disposition"] = f'attachment; filename="answer.{ending}"'
    return tagged(response, tag(media)) if request.method in _READ else response


def _form(triples: bool) -> tuple[str, str]:
    """The media type to ask the engine for, and the one to answer with. Errors: _Asked."""
    own = named(triples)
    wanted = request.args.get("format") or request.form.get("format")
    if wanted:
        if wanted not in own:
            raise _Asked(406, "No such form", f"format is one of: {', '.join(own)}.")
        return own[wanted], own[wanted]
    found = negotiated(request.headers.get("Accept"), triples)
    if found is None:
        raise _Asked(406, "No such form", f"This query can be answered as: {', '.join(offered(triples))}.")
    return found


def _description() -> Response:
    media = preferred(
        request.headers.get("Accept"),
        ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", "text/html"],
    )
    if media == "text/html":
        response = redirect(url_for("sv.editor"), 303)
        response.headers["Vary"] = "Accept"
        return response  # type: ignore[return-value] # Flask's response is werkzeug's
    data = dataset()
    forms = {"application/rdf+xml": "xml", "application/ld+json": "json-ld", "application/n-triples": "nt"}
    try:
        graphs, triples = data.graph_sizes, data.once("union", lambda: _counted(data))
    except SvngraphError:
        graphs, triples = {}, 0
    known = {name: count for name, count in graphs.items() if "://" in name}
    about = describe(request.base_url, known, triples, url_for("publication.described", _external=True))
    text = about.serialize(format=forms.get(media or "", "turtle"), encoding="utf-8")
    response = Response(text, content_type=media or "text/turtle")
    response.vary.add("Accept")
    return response


def _counted(data: Published) -> int:
    """How many triples the union of the graphs has."""
    return int(str(data.rows(UNION_SIZE)[0][0]))
