"""Where each statement about a thing comes from: document, page and characters, who decided it and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import abort, request

from svngraph.flattened import node
from svngraph.publication import provenance as step
from svngraph.publication.provenance import Origin, Place

from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Cell, Sheet
from .page import Page, page
from .words import basis_word, key, plain

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]+")


@page("/provenance")
def provenance() -> Page:
    """The origins of every statement of a thing, or of those with one property (and one value, as N-Triples has it)."""
    subject, predicate, value = (request.args.get(name) for name in ("subject", "predicate", "object"))
    asked = [iri for iri in (subject, predicate) if iri is not None]
    if subject is None or not all(_IRI.fullmatch(iri) for iri in asked) or (value and not predicate):
        abort(404)
    edition = dataset().publishing.edition
    found = step.provenance(edition, f"<{subject}>", f"<{predicate}>" if predicate else None, value or None)
    if not found:
        abort(404)
    columns = [
        ("property", _("Egenskap")),
        ("value", _("Värde")),
        ("graph", _("Namngiven graf")),
        ("document", _("Dokument")),
        ("page", _("Sida")),
        ("start", _("Från tecken")),
        ("end", _("Till tecken")),
        ("digest", _("Kontrollsumma")),
        ("basis", _("Vilar på")),
        ("author", _("Avgjort av")),
        ("created", _("Datum")),
        ("rationale", _("Skäl")),
        ("followsFrom", _("Följer av")),
    ]
    rows = [_row(origin, place) for origin in found for place in origin.places or (None,)]
    parts = [
        (_("Uppgifter"), [origin for origin in found if origin.premise is None]),
        (_("Det som följer av dem"), [origin for origin in found if origin.premise is not None]),
    ]
    values = {"subject": subject, "parts": parts, "term": node, "edition": edition}
    return Page("provenance.html", values, Sheet(f"provenance-{key(subject).replace('/', '-')}", columns, rows))


def _row(origin: Origin, place: Place | None) -> list[Cell]:
    at: Iterator[Cell] = iter((None,) * 5)
    if place is not None:
        at = iter((key(place.document), place.page, place.start, place.end, place.digest))
    return [
        key(origin.triple[1][1:-1]),
        origin.triple[2],
        key(origin.graph or ""),
        next(at) or (key(origin.document) if origin.document else None),
        *at,
        basis_word(origin.basis) if origin.basis else None,
        plain(origin.author) if origin.author else None,
        origin.created,
        origin.rationale.text(language()),
        key(origin.premise[1][1:-1]) if origin.premise else None,
    ]
