"""The terms of the vocabulary as its page tells of them: meaning, connections, and use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from svngraph.namespaces import SVN

from . import page_queries as q
from .dataset import Published

KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
_SDO = "https://schema.org/"
_FROM = (str(RDFS.domain), f"{_SDO}domainIncludes")
_TO = (str(RDFS.range), f"{_SDO}rangeIncludes")
_ABOVE = (str(RDFS.subClassOf), str(RDFS.subPropertyOf))
_MATCHES = tuple(str(SKOS[name]) for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))
_EQUIVALENT = (str(OWL.equivalentClass), str(OWL.equivalentProperty))


@dataclass
class Term:
    """A term: its words are in the language of the page; others are told by their IRIs.

    ``example`` is a statement of the dataset that uses it: subject, property and value, or a thing of the class.
    """

    iri: str
    kind: str
    definition: str = ""
    notes: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    inverse: str = ""
    properties: tuple[str, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()
    codes: str | None = None
    deprecated: bool = False
    uses: int = 0
    example: tuple[Node, ...] = ()

    @property
    def local(self) -> str:
        """The name below the vocabulary's address, which is its place in the page."""
        return self.iri.removeprefix(SVN)


@dataclass
class Vocabulary:
    """The vocabulary: its own facts by property, its terms by kind, and addresses below its own that are no terms."""

    facts: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    parts: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    rest: tuple[str, ...] = ()

    def fact(self, property: URIRef, lang: str) -> str | None:
        """A fact of the vocabulary in a language, else in any."""
        return _text(self.facts.get(str(property), ()), lang)


def vocabulary(data: Published, lang: str) -> Vocabulary:
    """The vocabulary as the dataset holds it."""
    said: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for about, predicate, value in data.rows(q.VOCABULARY):
        if value is not None:
            said[str(about)][str(predicate)].append(value)
    terms = {iri: made for iri, words in said.items() if (made := _term(iri, words, lang))}
    for term in terms.values():
        term.below = tuple(sorted(other.iri for other in terms.values() if term.iri in other.above))
        term.properties = tuple(sorted(other.iri for other in terms.values() if term.iri in other.domain))
    _use(data, terms)
    own = said.get(str(SVN), {})
    ordered = sorted(terms.values(), key=lambda term: (_alphabetical(data.label(term.iri, lang)), term.local))
    parts = {kind: [term for term in ordered if term.kind == kind] for kind in KINDS}
    known = {str(code) for code, _scheme, _definition in data.rows(q.CODES)}
    known |= {str(scheme) for _code, scheme, _definition in data.rows(q.CODES)}
    rest = (iri for iri in data.describing.things(str(SVN)) if iri not in terms and iri not in known)
    return Vocabulary({name: tuple(values) for name, values in own.items()}, parts, tuple(rest))


def _term(iri: str, said: Mapping[str, list[Node]], lang: str) -> Term | None:
    kinds = {str(kind).rsplit("#", 1)[-1] for kind in said.get(str(RDF.type), ())}
    kind = next((kind for kind in KINDS if kind in kinds), None)
    if kind is None or iri == str(SVN):
        return None
    alike = [(p, str(v)) for p in (*_MATCHES, *_EQUIVALENT) for v in said.get(p, ()) if isinstance(v, URIRef)]
    notes = [
        text for p in (SKOS.scopeNote, SKOS.changeNote, SKOS.historyNote) if (text := _text(said.get(str(p), ()), lang))
    ]
    return Term(
        iri,
        kind,
        _text(said.get(str(SKOS.definition), ()), lang) or "",
        tuple(notes),
        _iris(said, _FROM),
        _iris(said, _TO),
        _iris(said, _ABOVE),
        inverse=_text(said.get(str(SVN.inverseLabel), ()), lang) or "",
        alike=tuple(sorted(alike)),
        codes=next((str(v) for v in said.get(str(SVN.codeList), ())), None),
        deprecated=any(str(v) == "true" for v in said.get(str(OWL.deprecated), ())),
    )


def _iris(said: Mapping[str, list[Node]], properties: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({str(v) for p in properties for v in said.get(p, ()) if isinstance(v, URIRef)}))


def _text(values: Iterable[Node], lang: str) -> str | None:
    texts = {value.language or "": str(value) for value in values if isinstance(value, Literal)}
    return texts.get(lang) or texts.get("") or next(iter(texts.values()), None)


def _alphabetical(name: str) -> str:
    """What puts names into the order of the Swedish alphabet, which holds the English one."""
    return name.casefold().translate({ord("å"): "{", ord("ä"): "|", ord("ö"): "}"})


def _use(data: Published, terms: Mapping[str, Term]) -> None:
    """Count the uses of the terms, and find an example of each."""
    for iri, count, first in data.rows(q.CLASS_USES):
        if (term := terms.get(str(iri))) and first is not None:
            term.uses, term.example = int(str(count)), (first,)
    for iri, count, first in data.rows(q.PROPERTY_USES):
        term = terms.get(str(iri))
        if term is None or first is None:
            continue
        term.uses = int(str(count))
        value = next((v for p, v in data.near.outgoing(str(first)) if str(p) == term.iri), None)
        term.example = (first, URIRef(term.iri), value) if value is not None else ()
