"""What was lifted, as the triples of one named graph."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from svngraph.ingest.blocks import Reading, Span
from svngraph.ingest.lifting.items import Item, Lifted, Link, Name, Place
from svngraph.model import STATED, STRUCTURAL, Passage, TraceLink, Triple, quote_digest
from svngraph.namespaces import EDTF, SVN, Names

_BASES = {"stated": STATED, "structural": STRUCTURAL}
_CODES = {"existence": "existence", "status": "status", "outcomeKind": "outcome", "comparator": "comparator"}
_PLAIN = {"value": XSD.decimal, "minValue": XSD.decimal, "maxValue": XSD.decimal}
_YEARS = ("planYear", "validFrom", "validUntil")
_CERTAIN = 0.9  # a link below this says how it was found
_DAYS = ("earliest", "latest")
_OWN_PLAN = ("heading", "activity", "action-item", "assignment", "report-entry", "outcome")


def triples(reading: Reading, key: str, lifted: Lifted, names: Names) -> Iterator[Triple]:
    """The triples of a document's named graph: the document, its passages, items and links."""
    yield from _document(reading, key, lifted.language, names)
    used: dict[Place, URIRef] = {}
    for place in _places(lifted):
        passage = _passage(reading, key, place)
        used[place] = passage.iri(names)
        yield from passage.triples(names)
    for item in lifted.items.values():
        yield from _item(key, item, lifted.language, used, names)
    for link in lifted.links.values():
        yield from _link(link, used, names)


def _places(lifted: Lifted) -> list[Place]:
    """Every place that is evidence, each once; of two that differ only in the page, the first."""
    found: dict[tuple[int, int], Place] = {}
    items = (place for item in lifted.items.values() for place in item.evidence)
    for places in (items, (place for link in lifted.links.values() for place in link.evidence)):
        for place in places:
            found.setdefault((place.start, place.end), place)
    return sorted(found.values(), key=lambda place: (place.start, place.end))


def _document(reading: Reading, key: str, lang: str, names: Names) -> Iterator[Triple]:
    iri = names.thing("document", key)
    yield iri, RDF.type, SVN.SourceDocument
    yield iri, SKOS.prefLabel, Literal(reading.name, lang="sv")
    yield iri, DCTERMS.identifier, Literal(key)
    yield iri, SVN.digest, Literal(reading.digest)
    yield iri, SVN.fileName, Literal(reading.name)
    yield iri, SVN.languageOfText, Literal(lang)


def _passage(reading: Reading, key: str, place: Place) -> Passage:
    return Passage(key, place.start, place.end, quote_digest(reading.text[place.start : place.end]), place.page)


def _item(key: str, item: Item, lang: str, used: dict[Place, URIRef], names: Names) -> Iterator[Triple]:
    iri = names.thing(*item.name)
    for place in item.evidence:
        if place in used:
            yield iri, SVN.evidence, used[place]
    if item.known:
        yield from _wordings(key, item, lang, used, names)
        return
    if item.type:
        yield iri, RDF.type, SVN[item.type]
    yield iri, SKOS.prefLabel, Literal(item.label, lang=lang)
    yield iri, DCTERMS.identifier, Literal(item.key)
    yield from _standing(iri, key, item, names)
    for name, values in item.values.items():
        for value in values:
            if (term := _value(name, value, lang)) is not None:
                yield iri, SKOS.notation if name == "code" else SVN[name], term


def _standing(iri: URIRef, key: str, item: Item, names: Names) -> Iterator[Triple]:
    """Where an item stands: its number, its plan, its document, the heading of a goal text."""
    if item.sequence is not None:
        yield iri, SVN.sequence, Literal(item.sequence)
    if item.plan and item.kind in _OWN_PLAN:
        kind = "report" if item.kind in ("report-entry", "outcome") else "plan"
        yield iri, SVN.inPlan, names.thing(kind, item.plan)
    if item.kind == "goal-text":
        yield names.thing("heading", item.key), SVN.goalText, iri
    if item.kind in ("plan", "report"):
        yield iri, DCTERMS.source, names.thing("document", key)
        there = "whole" if item.key == key else "evidenced-elsewhere"
        yield iri, SVN.sourceStatus, SVN[f"source-status/{there}"]


def _value(name: str, value: str, lang: str) -> URIRef | Literal | None:
    if name in _CODES:
        return SVN[f"{_CODES[name]}/{value}"]
    if name in _PLAIN:
        return Literal(value, datatype=_PLAIN[name])
    if name in _YEARS:
        return Literal(value, datatype=XSD.gYear)
    if name in _DAYS:
        return Literal(value, datatype=XSD.date)
    if name in ("code", "acronym"):
        return Literal(value)
    if name == "date":
        return Literal(value, datatype=EDTF.EDTF)
    return Literal(value, lang=lang) if name == "unit" else None


def _wordings(key: str, item: Item, lang: str, used: dict[Place, URIRef], names: Names) -> Iterator[Triple]:
    """The other wordings of a thing that was known, each with its own passages, where they differ from its label."""
    if item.kind in ("report-entry", "outcome", "plan"):
        return
    found: dict[str, list[URIRef]] = {}
    for block in item.blocks:
        evidence = [used[at] for at in item.evidence if at in used and _covers(block.spans, at)]
        if evidence and block.text.removesuffix(".") != item.label:
            found.setdefault(block.text, evidence)
    for number, text in enumerate(sorted(found), 1):
        iri = names.thing("wording", f"{item.kind}-{item.key}--{key}" + (f"-{number}" if number > 1 else ""))
        yield names.thing(*item.name), SVN.wording, iri
        yield iri, RDF.type, SVN.Wording
        yield iri, SVN.text, Literal(text, lang=lang)
        for passage in found[text]:
            yield iri, SVN.evidence, passage


def _covers(spans: tuple[Span, ...], place: Place) -> bool:
    return any(start <= place.start < end for start, end in spans)


def _link(link: Link, used: dict[Place, URIRef], names: Names) -> Iterator[Triple]:
    evidence = tuple(dict.fromkeys(used[place] for place in link.evidence if place in used))
    # How sure the reading is, and by what: for the person who reviews it.
    why = (Literal(f"ingest {link.score:.2f}: {link.cue}", lang="en"),) if link.score < _CERTAIN else ()
    ends = _iri(link.source, names), SVN[link.relation], _iri(link.target, names)
    yield from TraceLink(*ends, _BASES[link.basis], evidence, why).triples(names)


def _iri(name: Name, names: Names) -> URIRef:
    return names.thing(*name)
