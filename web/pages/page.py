"""What a page is: a template with its values, and the same as a table and as RDF for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from svngraph.serialisation import serialise

from .. import page_queries as q
from ..languages import language
from ..negotiation import preferred
from ..responses import Kept, dataset, tag, tagged, unchanged
from ..sheets import MEDIA_TYPES, Sheet

blueprint = Blueprint("pages", __name__)

RDF_TYPES = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
_WRITTEN = {"ttl": "turtle", "jsonld": "jsonld", "nt": "ntriples"}
_FORMS = (*MEDIA_TYPES, *RDF_TYPES)


@dataclass(frozen=True)
class Page:
    """A page: its template and values, its table where it has one, the things that its RDF describes, and its query.

    A table that takes long to make is given as the function that makes it. ``lasting`` is False where the same address
    may answer otherwise in a moment, as when a query was ended.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    sheet: Sheet | Callable[[], Sheet] | None = None
    described: tuple[str, ...] = ()
    query: str | None = None
    lasting: bool = True

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that the page has besides HTML, as suffixes of its address."""
        rdf = tuple(RDF_TYPES) if self.described else ()
        return (tuple(MEDIA_TYPES) if self.sheet else ()) + rdf


View = Callable[..., Page]


def page(rule: str) -> Callable[[View], View]:
    """Make a function that returns a :class:`Page` a route, with a twin ``rule.csv``, ``rule.ttl`` and so on."""

    def register(view: View) -> View:
        @wraps(view)
        def answer(form: str | None = None, **values: Any) -> Response:  # noqa: ANN401 # whatever the rule holds
            return _answer(view, form, values)

        forms = ",".join(_FORMS)
        twin = f"{rule.rstrip('/') or '/index'}.<any({forms}):form>"
        blueprint.add_url_rule(twin, view.__name__, answer)
        blueprint.add_url_rule(rule, view.__name__, answer)
        return view

    return register


def _answer(view: View, form: str | None, values: Mapping[str, object]) -> Response:
    offered = {"text/html": None, **{media: name for name, media in {**RDF_TYPES, **MEDIA_TYPES}.items()}}
    if form is None:
        media = preferred(request.headers.get("Accept"), [*offered])
        if media is None:
            abort(406)
        form = offered[media]
    if (known := unchanged(form or "html")) is not None:
        return known
    kept: Kept = current_app.extensions["svngraph-kept"]
    found = tag(form or "html")
    if (ready := kept.get(found)) is not None:
        return ready
    with kept.making(found):
        return kept.get(found) or _make(view, form, values, kept)


def _make(view: View, form: str | None, values: Mapping[str, object], kept: Kept) -> Response:
    found = tag(form or "html")
    made = view(**values)
    if form is not None and form not in made.forms:
        abort(406 if not request.path.endswith(f".{form}") else 404)
    response = _render(made, form)
    response.vary.add("Accept")
    if made.lasting:
        kept.put(found, tagged(response, found))
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _render(made: Page, form: str | None) -> Response:
    if form is None:
        body = render_template(made.template, page=made, lang=language(), **made.values)
        response = Response(body, mimetype="text/html")
        for suffix in made.forms:
            media = {**RDF_TYPES, **MEDIA_TYPES}[suffix]
            response.headers.add("Link", f'<{twin_address(suffix)}>; rel="alternate"; type="{media}"')
        return response
    if form in MEDIA_TYPES:
        assert made.sheet is not None
        sheet = made.sheet() if callable(made.sheet) else made.sheet
        response = Response(sheet.render(form), mimetype=MEDIA_TYPES[form])
    else:
        store, names = dataset().store, dataset().names
        triples = store.respond(q.bind(q.DESCRIBE, iris=made.described), "application/n-triples")
        response = Response(serialise(triples, _WRITTEN[form], names), mimetype=RDF_TYPES[form])
    name = (request.path.strip("/").rsplit("/", 1)[-1] or "svngraph").split(".")[0]
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def twin_address(form: str) -> str:
    """The address of this page in another form, with the same choices."""
    path = request.path.rstrip("/")
    path = path if path and path != "/en" else f"{path}/index"
    for known in _FORMS:
        path = path.removesuffix(f".{known}")
    from urllib.parse import quote

    asked = request.query_string.decode("ascii", "replace")
    return f"{quote(path)}.{form}" + (f"?{asked}" if asked else "")
