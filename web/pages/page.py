"""What a page is: a template with its values, and the same as a table and as RDF for programs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, render_template, request

from svngraph.errors import QueryError, SvngraphError, UsageError
from svngraph.publication.twins import MEDIA_TYPES as RDF_TYPES

from ..errors import status_of
from ..languages import LANGUAGES, language
from ..negotiation import preferred
from ..responses import Kept, dataset, tag, tagged, unchanged
from ..sheets import MEDIA_TYPES, Sheet

blueprint = Blueprint("pages", __name__)

# So many values of a choice are told of where another was asked for.
_OFFERED = 60
_FORMS = (*MEDIA_TYPES, *RDF_TYPES, "html")


@dataclass(frozen=True)
class Page:
    """A page: its template and values, its table where it has one, the things that its RDF describes, and its query.

    A table that takes long to make is given as the function that makes it. ``lasting`` is False where the same address
    may answer otherwise in a moment. ``rdf`` makes the RDF where it describes no thing. ``failure`` is why the page has
    no answer: it tells people in its own words, and programs, which would take none for an empty one, are refused.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    sheet: Sheet | Callable[[], Sheet] | None = None
    described: tuple[str, ...] = ()
    query: str | None = None
    lasting: bool = True
    rdf: Callable[[str], bytes | None] | None = None
    failure: SvngraphError | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that the page has besides HTML, as suffixes of its address."""
        rdf = tuple(RDF_TYPES) if self.described or self.rdf else ()
        return (tuple(MEDIA_TYPES) if self.sheet else ()) + rdf


class UnknownChoice(UsageError):
    """The address chooses what is not there to be chosen; ``offered`` are the values that are, with their words."""

    def __init__(self, what: str, where: str, offered: Mapping[str, Mapping[str, str]]) -> None:
        told = "; ".join(f"{name}: {', '.join([*values][:_OFFERED])}" for name, values in offered.items())
        super().__init__(what, where=where, remedy=f"choose among {told}")
        self.offered = {name: dict([*values.items()][:_OFFERED]) for name, values in offered.items()}


def refuse_unknown(known: Mapping[str, Collection[str]]) -> None:
    """Refuse what the address chooses that is not there to be chosen, by the values of each choice.

    The values may come with their words. A name that is none of the choices is somebody else's, such as that of a
    campaign, and is passed over.
    Errors: UnknownChoice.
    """
    wrong = {
        name: value for name, value in request.args.items() if value and name in known and value not in known[name]
    }
    if wrong:
        what = ", ".join(f"{name}={value}" for name, value in wrong.items())
        offered = {name: _worded(known[name]) for name in wrong}
        raise UnknownChoice(what[:200], request.path, offered)


def _worded(values: Collection[str]) -> Mapping[str, str]:
    return values if isinstance(values, Mapping) else {value: value for value in values}


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
    form = _chosen() if form is None else (None if form == "html" else form)
    if (known := unchanged(form or "html")) is not None:
        return known
    kept: Kept = current_app.extensions["svngraph-kept"]
    found = tag(form or "html")
    if (ready := kept.get(found)) is not None:
        return ready
    with kept.making(found):
        return kept.get(found) or _make(view, form, values, kept)


def _chosen() -> str | None:
    """The form that the client prefers, None for HTML."""
    offered = {"text/html": None, **{media: name for name, media in {**RDF_TYPES, **MEDIA_TYPES}.items()}}
    media = preferred(request.headers.get("Accept"), [*offered])
    if media is None:
        abort(406)
    return offered[media]


def _make(view: View, form: str | None, values: Mapping[str, object], kept: Kept) -> Response:
    found = tag(form or "html")
    try:
        made = view(**values)
    except UnknownChoice as refused:
        made = Page("choice.html", {"refused": refused}, failure=refused)
    if form is not None and made.failure is not None:
        raise made.failure
    if form is not None and form not in made.forms:
        abort(406 if not request.path.endswith(f".{form}") else 404)
    response = _render(made, form)
    response.vary.add("Accept")
    # What somebody has typed into the page's own form is answered on the page, which is there.
    if made.failure is not None and not isinstance(made.failure, QueryError):
        response.status_code = status_of(made.failure)
    if made.lasting and made.failure is None:
        kept.put(found, tagged(response, found))
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _render(made: Page, form: str | None) -> Response:
    if form is None:
        body = render_template(made.template, page=made, lang=language(), **made.values)
        response = Response(body, mimetype="text/html")
        response.headers["Content-Language"] = language()
        _link(response, made)
        return response
    if form in MEDIA_TYPES:
        assert made.sheet is not None
        sheet = made.sheet() if callable(made.sheet) else made.sheet
        response = Response(sheet.render(form), mimetype=MEDIA_TYPES[form])
    else:
        octets = made.rdf(form) if made.rdf else dataset().describing.write(made.described, form)
        response = Response(abort(404) if octets is None else octets, mimetype=RDF_TYPES[form])
        for iri in made.described[:1]:
            response.headers.add("Link", f'<{quoted(iri)}>; rel="describes"')
    name = (request.path.strip("/").rsplit("/", 1)[-1] or "svngraph").split(".")[0]
    response.headers["Content-Disposition"] = f'inline; filename="{quote(name)}.{form}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _link(response: Response, made: Page) -> None:
    """Name the page's twins, its other language, where it stands for good, and what it tells of.

    Source: https://www.rfc-editor.org/rfc/rfc8288, https://www.rfc-editor.org/rfc/rfc8574 (cite-as)
    """
    for suffix in made.forms:
        media = {**RDF_TYPES, **MEDIA_TYPES}[suffix]
        response.headers.add("Link", f'<{twin_address(suffix)}>; rel="alternate"; type="{media}"')
    for other in LANGUAGES:
        if other != language():
            response.headers.add("Link", f'<{in_language(other)}>; rel="alternate"; hreflang="{other}"')
    response.headers.add("Link", f'<{canonical_address()}>; rel="canonical"')
    for iri in made.described[:1]:
        response.headers.add("Link", f'<{twin_address("ttl")}>; rel="describedby"; type="text/turtle"')
        response.headers.add("Link", f'<{quoted(iri)}>; rel="cite-as"')


def quoted(iri: str) -> str:
    """An IRI as a header can hold it."""
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%~")


def bare_path() -> str:
    """The path of this page without a suffix, as it stands in an address."""
    path = request.path.rstrip("/") or "/"
    for known in _FORMS:
        path = path.removesuffix(f".{known}")
    return quote(path)


def canonical_address() -> str:
    """The one address, host and all, of this page in its language, with its choices."""
    path = bare_path().removesuffix("/index") or "/"
    return dataset().names.base.rstrip("/") + path + _asked()


def in_language(lang: str) -> str:
    """The address of this page in a language."""
    path = bare_path()
    bare = path[3:] or "/" if language() == "en" else path
    return (f"/en{bare}" if lang == "en" else bare) + _asked()


def twin_address(form: str) -> str:
    """The address of this page in another form, with the same choices."""
    path = bare_path()
    path = path if path not in ("/", "/en") else f"{path.rstrip('/')}/index"
    return f"{path}.{form}" + _asked()


def _asked() -> str:
    """The choices in the address as they came, with the sign before them, as a header can hold them."""
    asked = quote(request.query_string, safe="=&%+-._~!$'()*,;:@/?")
    return f"?{asked}" if asked else ""
