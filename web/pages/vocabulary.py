"""The vocabulary and the shapes, as one reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from flask import Response
from flask_babel import gettext as _
from rdflib import Literal

from svngraph.namespaces import ROOT, SVN, SVNSH
from svngraph.publication.jsonld import context_text
from svngraph.publication.twins import MEDIA_TYPES

from .. import page_queries as q
from ..dataset import Published
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .graphs import whole
from .page import Page, blueprint, page
from .words import key, plain


@page("/vocabulary")
def vocabulary() -> Page:
    """Every class, property and code with what it means."""
    data, lang = dataset(), language()
    terms = data.once(f"terms {lang}", lambda: terms_in(data, lang))
    kinds = (("Class", _("Klasser")), ("ObjectProperty", _("Länkar")), ("DatatypeProperty", _("Egenskaper")))
    parts = [(head, [t for t in terms if t["type"] == kind]) for kind, head in kinds]
    codes = data.once(f"codes {lang}", lambda: codes_in(data, lang))
    columns = [("term", _("Begrepp")), ("label", _("Namn")), ("definition", _("Betydelse"))]
    rows = [(key(str(t["iri"])), plain(str(t["iri"])), str(t["definition"] or "")) for t in terms]
    return Page(
        "vocabulary.html", {"parts": parts, "codes": codes}, Sheet("vocabulary", columns, rows), rdf=_rdf("ontology")
    )


def _rdf(graph: str) -> Callable[[str], bytes]:
    return lambda form: whole(f"{ROOT}graph/{graph}", form)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context that the things' JSON-LD names."""
    response = Response(context_text(), mimetype=MEDIA_TYPES["jsonld"])
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def terms_in(data: Published, lang: str) -> list[dict[str, object]]:
    """The terms of the vocabulary with definition, domain, range and what stands above."""
    found: dict[str, dict[str, object]] = {}
    for term, kind, definition, domain, range_, above in data.rows(q.TERMS):
        entry = found.setdefault(
            str(term),
            {
                "iri": str(term),
                "type": str(kind).rsplit("#", 1)[-1],
                "definition": None,
                "domain": set(),
                "range": set(),
                "above": set(),
            },
        )
        if isinstance(definition, Literal) and (definition.language == lang or entry["definition"] is None):
            entry["definition"] = str(definition)
        for name, value in (("domain", domain), ("range", range_), ("above", above)):
            if value is not None:
                entry[name].add(str(value))  # type: ignore[attr-defined] # these three are sets
    return sorted(found.values(), key=lambda entry: str(entry["iri"]).casefold())


def codes_in(data: Published, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The code lists, each with its codes and what they mean."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for code, scheme, definition in data.rows(q.CODES):
        if str(scheme).startswith(SVN):
            said = found[str(scheme)]
            if isinstance(definition, Literal) and (definition.language == lang or str(code) not in said):
                said[str(code)] = str(definition)
    return [(scheme, sorted(codes.items())) for scheme, codes in sorted(found.items())]


@page("/shapes")
def shapes() -> Page:
    """Every rule that the data is held to, with the number of its findings."""
    data, lang = dataset(), language()
    found = data.once(f"shapes {lang}", lambda: shapes_in(data, lang))
    counts: dict[str, int] = defaultdict(int)
    for cause in data.reported.causes if data.reported else ():
        counts[cause.shape] += len(cause.places)
    columns = [
        ("shape", _("Regel")),
        ("severity", _("Allvar")),
        ("message", _("Vad den säger")),
        ("results", _("Antal")),
    ]
    rows = [(key(iri), str(s["severity"]), str(s["message"] or ""), counts[iri]) for iri, s in found.items()]
    return Page("shapes.html", {"shapes": found, "counts": counts}, Sheet("shapes", columns, rows), rdf=_rdf("shapes"))


def shapes_in(data: Published, lang: str) -> Mapping[str, dict[str, object]]:
    """The shapes with target, severity and message."""
    found: dict[str, dict[str, object]] = {}
    for shape, target, severity, message, _property in data.rows(q.SHAPES):
        if not str(shape).startswith(SVNSH):
            continue
        entry = found.setdefault(str(shape), {"targets": set(), "severity": "violation", "message": None})
        if target is not None:
            entry["targets"].add(str(target))  # type: ignore[attr-defined] # a set
        if severity is not None:
            entry["severity"] = str(severity).rsplit("#", 1)[-1].lower()
        if isinstance(message, Literal) and (message.language == lang or entry["message"] is None):
            entry["message"] = str(message)
    return dict(sorted(found.items()))
