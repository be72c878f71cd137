"""The vocabulary and the shapes, as one reads them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from flask import Response, request
from rdflib import Literal
from rdflib.namespace import DCTERMS, OWL, SKOS

from svngraph.namespaces import ROOT, SVN, SVNSH
from svngraph.publication.jsonld import context_text
from svngraph.publication.terms import Changes, changes
from svngraph.publication.twins import MEDIA_TYPES
from svngraph.publication.versions import quads_of

from .. import page_queries as q
from ..chain_map import chain_map
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from ..vocabulary_terms import vocabulary as read_vocabulary
from .graphs import whole
from .page import Page, blueprint, page, refuse_unknown
from .words import key, plain, severity_words

_CODES = "codes"


@page("/vocabulary")
def vocabulary() -> Page:
    """The vocabulary: a map of the chain, and every term with its meaning, how it hangs together and an example.

    Chosen by kind of term it is that kind alone.
    """
    data, lang = dataset(), language()
    found = data.once(f"vocabulary {lang}", lambda: read_vocabulary(data, lang))
    words = {"Class": _("Klasser"), "ObjectProperty": _("Länkar"), "DatatypeProperty": _("Egenskaper")}
    words["AnnotationProperty"] = _("Ord om vokabulären själv")
    codes = data.once(f"codes {lang}", lambda: codes_in(data, lang))
    kinds = [(kind, word, len(found.parts.get(kind, ()))) for kind, word in words.items()]
    kinds += [(_CODES, _("Kodlistor"), len(codes))]
    refuse_unknown({"kind": {kind: word for kind, word, _n in kinds}})
    chosen = request.args.get("kind", "")
    parts = [(kind, words[kind], found.parts.get(kind, ())) for kind in words if chosen in ("", kind)]
    columns = [("term", _("Begrepp")), ("label", _("Namn")), ("definition", _("Betydelse"))]
    rows = [(key(t.iri), plain(t.iri), t.definition) for _kind, _head, terms in parts for t in terms]
    if chosen == _CODES:
        rows = [(key(code), plain(code), said) for _scheme, several in codes for code, said in several]
    values: dict[str, object] = {
        "vocabulary": found,
        "title": found.fact(DCTERMS.title, lang) or _("Begrepp"),
        "about": found.fact(DCTERMS.description, lang),
        "changes": [str(n) for n in found.facts.get(str(SKOS.changeNote), ()) if getattr(n, "language", None) == lang],
        "version": found.fact(OWL.versionInfo, lang),
        "issued": found.fact(DCTERMS.issued, lang),
        "prior": next(iter(found.facts.get(str(OWL.priorVersion), ())), None),
        "licence": next(iter(found.facts.get(str(DCTERMS.license), ())), None),
        "since": data.once("changes of terms", lambda: since_last(data)),
        "parts": parts,
        "codes": codes if chosen in ("", _CODES) else [],
        "kinds": [(kind, word, n) for kind, word, n in kinds if n],
        "chosen": chosen,
        "vocabulary_iri": str(SVN),
        "map": None if chosen else chain_map(data.graph, found.parts.get("ObjectProperty", ())),
    }
    return Page("vocabulary.html", values, Sheet("vocabulary", columns, rows), rdf=_rdf("ontology"))


def since_last(data: Published) -> tuple[str, Changes] | None:
    """The version of the release before this state of the dataset, and what has become of the terms; None without."""
    if data.releases is None:
        return None
    edition = data.publishing.edition
    earlier = [release for release in edition.releases if release != edition.release]
    if not earlier:
        return None
    return earlier[-1].version, changes(quads_of(data.releases, earlier[-1]), edition.canonical)


def _rdf(graph: str) -> Callable[[str], bytes]:
    return lambda form: whole(f"{ROOT}graph/{graph}", form)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context that the things' JSON-LD names."""
    response = Response(context_text(), mimetype=MEDIA_TYPES["jsonld"])
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


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
    """Every rule that the data is held to, with the number of its findings; chosen by severity and by having any."""
    data, lang = dataset(), language()
    found = data.once(f"shapes {lang}", lambda: shapes_in(data, lang))
    rest = data.once("other shapes", lambda: [iri for iri in data.describing.things(str(SVNSH)) if iri not in found])
    counts: dict[str, int] = defaultdict(int)
    for cause in data.reported.causes if data.reported else ():
        counts[cause.shape] += len(cause.places)
    words, held = severity_words(), {"broken": _("Bryts"), "kept": _("Hålls")}
    refuse_unknown({"severity": words, "held": held})
    severity, held_or_not = request.args.get("severity", ""), request.args.get("held", "")
    rules = {iri: s for iri, s in found.items() if s["message"]}
    state = {iri: "broken" if counts[iri] else "kept" for iri in rules}
    shown = {
        iri: s
        for iri, s in (rules if severity or held_or_not else found).items()
        if severity in ("", s["severity"]) and (not held_or_not or state[iri] == held_or_not)
    }
    columns = [("shape", _("Regel")), ("severity", _("Allvar")), ("message", _("Vad den säger"))]
    columns += [("results", _("Antal"))]
    rows = [(key(iri), str(s["severity"]), str(s["message"] or ""), counts[iri]) for iri, s in shown.items()]
    by_severity, by_state = Counter(s["severity"] for s in rules.values()), Counter(state.values())
    values = {
        "shapes": shown,
        "counts": counts,
        "rest": [] if severity or held_or_not else rest,
        "rules": len(rules),
        "severity": severity,
        "severities": [(name, word, by_severity[name]) for name, word in words.items()],
        "held": held_or_not,
        "states": [(name, word, by_state[name]) for name, word in held.items()] if data.reported else [],
    }
    return Page(
        "shapes.html", values, Sheet("shapes", columns, rows), rdf=_rdf("shapes"), lasting=data.reported is not None
    )


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
