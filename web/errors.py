"""Failures as people and as programs read them: a page that says what to do, or ``application/problem+json``.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from flask import Flask, Response, g, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from svngraph.errors import EndpointError, SvngraphError, UnknownItem, UsageError

from .negotiation import preferred
from .sparql.limits import Busy, OutOfMemory, OutOfTime, Refused, TooComplex, TooLarge

log = logging.getLogger("svngraph.errors")
PROBLEM = "application/problem+json"

_WORDS: Mapping[int, tuple[object, object]] = {
    400: (_l("Frågan går inte att förstå"), _l("Kontrollera adressen och de värden som står i den.")),
    404: (_l("Sidan finns inte"), _l("Sök efter det du letar efter, eller börja från översikten.")),
    405: (_l("Det går inte att göra här"), _l("Den här adressen går bara att läsa.")),
    406: (_l("Formatet finns inte"), _l("Be om html, Turtle, JSON-LD, JSON eller CSV.")),
    410: (_l("Sidan är borttagen"), _l("Det som stod här finns inte längre i datamängden.")),
    413: (_l("Frågan är för stor"), _l("Korta den.")),
    414: (_l("Adressen är för lång"), _l("Skicka frågan med POST.")),
    429: (_l("För många frågor på kort tid"), _l("Vänta en stund och försök igen.")),
    500: (_l("Något gick fel hos oss"), _l("Försök igen. Felet är antecknat.")),
    502: (_l("Datalagret svarar inte"), _l("Försök igen om en stund.")),
    504: (_l("Frågan hann inte klart"), _l("Begränsa den till en plan, eller lägg till LIMIT.")),
    503: (_l("Servern är upptagen"), _l("Försök igen om en stund.")),
}


# The first that fits counts.
_STATUS: Mapping[type[SvngraphError], int] = {
    UnknownItem: 404,
    OutOfTime: 504,
    OutOfMemory: 507,
    TooLarge: 422,
    TooComplex: 422,
    Busy: 503,
    Refused: 403,
    UsageError: 400,
    EndpointError: 502,
}


def problem(status: int, title: str, detail: str | None = None, **more: object) -> Response:
    """A failure as ``application/problem+json``."""
    body = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    body |= {key: value for key, value in more.items() if value is not None}
    body["requestId"] = g.get("request_id", "")
    return Response(json.dumps(body, ensure_ascii=False) + "\n", status=status, content_type=PROBLEM)


def status_of(error: SvngraphError) -> int:
    """The status of an answer that tells of a failure."""
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return status
    return 500


def failed(status: int, detail: str | None = None, remedy: str | None = None) -> Response:
    """A failure in the form that the client prefers."""
    known = status if status in _WORDS else 400 if status < 500 else 500
    title, advice = (str(part) for part in _WORDS[known])
    if preferred(request.headers.get("Accept"), ["application/json", "text/html"]) != "text/html":
        return problem(status, title, detail or advice, remedy=remedy)
    page = render_template("error.html", title=title, advice=remedy or advice, detail=detail, status=status)
    return Response(page, status=status, mimetype="text/html")


def install(app: Flask) -> None:
    """Answer failures of an application."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        # A redirection is an exception too, and is no failure.
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # type: ignore[return-value] # Flask's own response class
        response = failed(error.code or 500)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response

    @app.errorhandler(SvngraphError)
    def ours(error: SvngraphError) -> Response:
        return failed(status_of(error), error.what, error.remedy)

    @app.errorhandler(UnicodeDecodeError)
    def unreadable(error: UnicodeDecodeError) -> Response:
        # Werkzeug reads the query part of an address as UTF-8, which a client may not have sent.
        return failed(400)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("request %s failed", g.get("request_id"), exc_info=error)
        return failed(500)
