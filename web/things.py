"""A thing as its page tells of it: its links with their grounds, its facts, its passages and its wordings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from svngraph.namespaces import OA, SVN
from svngraph.quoting import Quote, quotes

from .dataset import Published

# A place in a document is counted from its beginning, and no document has so many signs as to need more digits.
_DIGITS = re.compile(r"[0-9]{1,12}")
# Said elsewhere on the page, or bookkeeping of the graph.
_TOLD = {
    *(str(p) for p in (RDF.type, SKOS.prefLabel, SVN.summary, SVN.wording, SVN.evidence, OA.hasSelector)),
    *(str(p) for p in (SVN.tracesTo, SVN.tracesFirmlyTo, SVN.linksTo)),
    "https://schema.org/isPartOf",
    "http://purl.org/dc/terms/identifier",
    "http://purl.org/dc/terms/isPartOf",
    "http://www.w3.org/2000/01/rdf-schema#label",
}


@dataclass(frozen=True)
class Place:
    """A passage: where in which document, and its words where the user's copy of the document is at hand."""

    iri: str
    document: str
    start: int
    end: int
    page: int | None
    digest: str
    text: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Ground:
    """A reified link: what it joins, what it rests on, and who decided it."""

    link: str
    source: str
    relation: str
    target: str
    basis: str | None
    evidence: tuple[Place, ...] = ()
    kind: str | None = None
    author: str | None = None
    created: str | None = None
    rationale: Mapping[str, str] = ()  # type: ignore[assignment] # replaced by grounds()

    def reason(self, lang: str) -> str | None:
        """Why a person decided so, in a language, else in the other."""
        return self.rationale.get(lang) or next(iter(self.rationale.values()), None)


@dataclass(frozen=True)
class Fact:
    """A property of a thing with its values: IRIs and literals."""

    property: str
    values: tuple[Node, ...]


def places(data: Published, passages: Iterable[str]) -> Mapping[str, Place]:
    """The passages of some IRIs."""
    wanted = tuple(sorted(set(passages)))
    if not wanted:
        return {}
    words = _quotes(data)
    found = {}
    for iri, document, start, end, page, digest in data.near.passages(wanted):
        first, last = _integer(start), _integer(end)
        # A passage that is in no document, or nowhere in it, cannot be shown.
        if not isinstance(document, URIRef) or first is None or last is None:
            continue
        quote = words.get(URIRef(str(iri)))
        found[str(iri)] = Place(
            str(iri),
            str(document),
            first,
            last,
            _integer(page),
            str(digest or "").removeprefix("sha256:"),
            *((quote.text, quote.before, quote.after) if quote else (None,)),
        )
    return found


def _integer(term: Node | None) -> int | None:
    """The number that a term writes; None where it writes none."""
    return int(str(term)) if term is not None and _DIGITS.fullmatch(str(term)) else None


def in_order(place: Place) -> tuple[str, int, str]:
    """What puts places into the order of reading."""
    return place.document, place.start, place.iri


def _quotes(data: Published) -> Mapping[URIRef, Quote]:
    folder = data.sources
    return data.once("quotes", lambda: quotes(data.store, folder)) if folder else {}


def grounds(data: Published, iri: str) -> list[Ground]:
    """Every reified link from or to a thing, with what it rests on."""
    found: dict[str, dict[str, str | None]] = {}
    evidence: dict[str, set[str]] = defaultdict(set)
    for link, source, relation, target, basis, passage, kind, author, created, _ in data.near.links(iri):
        terms = {"source": source, "relation": relation, "target": target, "basis": basis}
        terms |= {"kind": kind, "author": author, "created": created}
        found[str(link)] = {name: None if term is None else str(term) for name, term in terms.items()}
        if passage is not None:
            evidence[str(link)].add(str(passage))
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for link, words in data.near.rationales(iri):
        reasons[str(link)][getattr(words, "language", None) or "sv"] = str(words)
    at = places(data, (p for several in evidence.values() for p in several))
    return [
        Ground(
            link=link,
            source=str(t["source"]),
            relation=str(t["relation"]),
            target=str(t["target"]),
            basis=t["basis"],
            kind=t["kind"],
            author=t["author"],
            created=t["created"],
            evidence=tuple(sorted((at[p] for p in evidence[link] if p in at), key=in_order)),
            rationale=reasons[link],
        )
        for link, t in sorted(found.items())
    ]


def facts(data: Published, iri: str) -> tuple[list[Fact], Mapping[str, list[Node]]]:
    """What is said of a thing: what its page shows as a table, and everything by property."""
    every: dict[str, list[Node]] = defaultdict(list)
    for predicate, value in data.near.outgoing(iri):
        if value is not None:
            every[str(predicate)].append(value)
    narrower = _narrower(data)

    def follows(name: str) -> bool:
        return name in narrower and set(every[name]) <= {
            value for one in narrower[name] for value in every.get(one, ())
        }

    shown = [Fact(p, tuple(values)) for p, values in sorted(every.items()) if p not in _TOLD and not follows(p)]
    return shown, every


def incoming(data: Published, iri: str) -> list[tuple[str, list[str]]]:
    """The things that point to a thing, by property."""
    found: dict[str, list[str]] = defaultdict(list)
    for thing, predicate in data.near.incoming(iri):
        if str(predicate) not in _TOLD:
            found[str(predicate)].append(str(thing))
    narrower = _narrower(data)

    def follows(name: str) -> bool:
        return name in narrower and set(found[name]) <= {
            thing for one in narrower[name] for thing in found.get(one, ())
        }

    return sorted((name, them) for name, them in found.items() if not follows(name))


def _narrower(data: Published) -> Mapping[str, Sequence[str]]:
    """The properties that another follows from: it says the same once more, in the words of another vocabulary."""

    def read() -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for one, other in data.joined(RDFS.subPropertyOf):
            if one != other:
                found[other].append(one)
        return dict(found)

    return data.once("narrower properties", read)


def for_reader(fact: Fact, lang: str) -> Fact:
    """A fact without its texts in languages other than the reader's, where there is one in that."""
    spoken = [value.language if isinstance(value, Literal) else None for value in fact.values]
    if lang not in spoken:
        return fact
    kept = (value for value, said in zip(fact.values, spoken, strict=True) if said in (lang, None))
    return Fact(fact.property, tuple(kept))


def in_language(values: Iterable[Node], lang: str) -> str | None:
    """The text of some literals in a language, else in any."""
    texts = {v.language or "": str(v) for v in values if isinstance(v, Literal)}
    return texts.get(lang) or texts.get("sv") or next(iter(texts.values()), None)
