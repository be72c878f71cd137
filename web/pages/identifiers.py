"""The addresses that name things, terms, rules and named graphs: each answers 303 to what tells of it.

Source: DIGG's profile for persistent identifiers; https://www.w3.org/TR/swbp-vocab-pub/ (recipes)
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort, redirect, render_template, request

from svngraph.namespaces import KINDS, ROOT
from svngraph.publication.addresses import plan_section
from svngraph.publication.description import Retired
from svngraph.publication.twins import MEDIA_TYPES

from ..languages import LANGUAGES, language
from ..negotiation import preferred, preferred_language
from ..responses import dataset
from .page import blueprint, quoted

_MEDIA = {"text/html": "html", **{media: form for form, media in MEDIA_TYPES.items()}}
_PAGED = ("plan", "report")


@blueprint.get("/id/<kind>/<path:key>")
def identifier(kind: str, key: str) -> Response:
    """From the address that names a thing to the page or the RDF that tells of it, as the client prefers."""
    if kind not in KINDS:
        abort(404)
    data = dataset()
    iri = str(data.names.thing(kind, key))
    if iri in data.describing.retired:
        return _gone(data.describing.retired[iri])
    if not data.describing.knows(iri):
        if key.endswith("/"):
            return _moved(f"/id/{kind}/{quote(key.rstrip('/'))}")
        abort(404)
    section = plan_section(data.names, data.graph.plans, kind, key) if kind in _PAGED else None
    html = f"/{section or f'item/{kind}'}/{quote(key)}"
    return _see_other(html, f"/item/{kind}/{quote(key)}", iri)


@blueprint.get("/def/", defaults={"term": ""})
@blueprint.get("/def/<path:term>")
def definition(term: str) -> Response:
    """From a term's address to the vocabulary: its page, at the term, or the whole of it as RDF."""
    return _part("def", term, "/vocabulary")


@blueprint.get("/shape/", defaults={"term": ""})
@blueprint.get("/shape/<path:term>")
def shape(term: str) -> Response:
    """From a shape's address to the shapes."""
    return _part("shape", term, "/shapes")


@blueprint.get("/graph/<path:key>")
def graph(key: str) -> Response:
    """From a named graph's address to the page about it, or its statements."""
    iri = str(dataset().names.graph(key))
    if key.endswith("/"):
        return _moved(f"/graph/{quote(key.rstrip('/'))}")
    if iri not in dataset().graph_sizes:
        abort(404)
    return _see_other(f"/named-graph/{quote(key)}", f"/named-graph/{quote(key)}", iri)


@blueprint.get("/<any(item, trace, impact):page>/<kind>/<path:key>/")
def slashed(page: str, kind: str, key: str) -> Response:
    """A page's address with a slash too many: the page stands without it."""
    return _moved(f"/{page}/{kind}/{quote(key)}")


def _part(space: str, term: str, page: str) -> Response:
    iri = f"{ROOT}{space}/{term}"
    if term and not dataset().describing.knows(iri):
        if term.endswith("/") and dataset().describing.knows(iri.rstrip("/")):
            return _moved(f"/{space}/{quote(term.rstrip('/'))}")
        abort(404)
    fragment = f"#{quote(term, safe='')}" if term else ""
    return _see_other(page, page, iri, fragment)


def _see_other(html: str, data: str, iri: str, fragment: str = "") -> Response:
    """303 to a page in the language, or to RDF in the form, that the client prefers."""
    media = preferred(request.headers.get("Accept"), [*_MEDIA])
    english = "en" if language() == "en" else preferred_language(request.headers.get("Accept-Language"), LANGUAGES)
    start = "/en" if english == "en" else ""
    if media is None:
        abort(406)
    form = _MEDIA[media]
    target = f"{start}{html}{fragment}" if form == "html" else f"{data}.{form}"
    response: Response = redirect(target, 303)  # type: ignore[assignment] # Flask's response is werkzeug's
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    for other, name in MEDIA_TYPES.items():
        response.headers.add("Link", f'<{data}.{other}>; rel="alternate"; type="{name}"')
    for lang, where in (("sv", ""), ("en", "/en")):
        response.headers.add("Link", f'<{where}{html}>; rel="alternate"; type="text/html"; hreflang="{lang}"')
    response.headers.add("Link", f'<{data}.ttl>; rel="describedby"; type="text/turtle"')
    response.headers.add("Link", f'<{quoted(iri)}>; rel="canonical"')
    return response


def _moved(path: str) -> Response:
    return redirect(path, 308)  # type: ignore[return-value] # as above


def _local(iri: str) -> str:
    """The address on this server of a thing of ours."""
    base = dataset().names.base
    return quoted("/" + iri.removeprefix(base) if iri.startswith(base) else iri)


def _gone(thing: Retired) -> Response:
    """410, 308 or 300, as a thing that is there no more was removed, renamed or split.

    Source: DIGG's profile for persistent identifiers, UM-10 to UM-12
    """
    if thing.status == 410:
        abort(410)
    if thing.status == 308:
        return _moved(_local(thing.successors[0]))
    successors = [(iri, _local(iri)) for iri in thing.successors]
    page = render_template("split.html", iri=thing.iri, successors=successors)
    response = Response(page, status=300, mimetype="text/html")
    for _iri, address in successors:
        response.headers.add("Link", f'<{address}>; rel="successor-version"')
    return response
