"""Suspect links: links whose ends are no longer what they were when somebody last reviewed the link.

A reviewed link carries ``svn:reviewedDigest``: the digest of what counts of both its ends, which a list of property
paths in ``review.toml`` says. Where the digest of today is another, the link is suspect, and so is every link that
hangs below it: what rests on its source. A link that nobody has reviewed is no suspect: there is nothing to compare.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from svngraph.errors import InputError
from svngraph.model import digest
from svngraph.namespaces import SVN, Names
from svngraph.store import Store

End = OneOf["from", "to"]
ENDS: tuple[End, ...] = ("from", "to")
FILE = "review.toml"

_PREFIXES = f"PREFIX svn: <{SVN}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n" + (
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX prov: <http://www.w3.org/ns/prov#>\n"
    "PREFIX dcterms: <http://purl.org/dc/terms/>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
)
_LINKS = """SELECT DISTINCT ?link ?from ?relation ?to ?basis ?reviewed WHERE {
  ?link a svn:TraceLink ; svn:from ?from ; svn:relation ?relation ; svn:to ?to .
  FILTER(isIRI(?link) && isIRI(?from) && isIRI(?relation) && isIRI(?to))
  OPTIONAL { ?link svn:basis ?basis } OPTIONAL { ?link svn:reviewedDigest ?reviewed } }"""
_REVIEWS = """SELECT DISTINCT ?from ?relation ?to ?author ?on ?why WHERE {
  ?review a svn:Review ; rdf:subject ?from ; rdf:predicate ?relation ; rdf:object ?to .
  OPTIONAL { ?review prov:wasAttributedTo ?author } OPTIONAL { ?review dcterms:created ?on }
  OPTIONAL { ?review skos:note ?why } } ORDER BY ?from ?relation ?to ?author ?on ?why"""
_CHAIN = "SELECT DISTINCT ?relation WHERE { ?relation rdfs:subPropertyOf* svn:tracesTo }"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_PROPERTY = re.compile(r"([A-Za-z][\w-]*):([A-Za-z][\w-]*)\Z")

Values = Mapping[str, frozenset[str]]
"""What counts of a thing: the values, as N-Triples, at the end of each path."""


@dataclass(frozen=True, order=True)
class Joined:
    """A link with the digest of its last review; ``reviewed`` is None where nobody has reviewed it."""

    source: URIRef
    relation: URIRef
    target: URIRef
    iri: URIRef
    basis: URIRef | None = None
    reviewed: str | None = None

    def end(self, end: End) -> URIRef:
        """The thing at an end."""
        return self.source if end == "from" else self.target


@dataclass(frozen=True)
class Word:
    """What somebody said of a link when reviewing it; ``why`` by language."""

    author: URIRef | None
    on: str | None
    why: Mapping[str, str]


@dataclass(frozen=True)
class Suspect:
    """A link under suspicion.

    ``path`` is empty where the link's own ends have changed; else it holds the links from the changed one down to this
    one, this one last.
    """

    link: Joined
    path: tuple[Joined, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is the link's own ends that have changed."""
        return not self.path


@dataclass(frozen=True)
class Difference:
    """What has changed at an end of a link: the values, as N-Triples, that a path led to and now leads to."""

    end: End
    thing: URIRef
    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def read_counts(path: Path, names: Names) -> tuple[str, ...]:
    """The property paths that count, each as SPARQL writes it. Errors: InputError."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    counts = table.get("counts")
    if set(table) != {"counts"} or not isinstance(counts, list) or not counts:
        raise InputError("expected one list of property paths", where=str(path), remedy='counts = ["skos:prefLabel"]')
    return tuple(_path(str(text), names.prefixes(), str(path)) for text in counts)


def _path(text: str, prefixes: Mapping[str, str], where: str) -> str:
    steps = []
    for step in text.split("/"):
        found = _PROPERTY.match(step.strip())
        if found is None or found[1] not in prefixes:
            raise InputError(f"not a path of properties: {text!r}", where=where, remedy="such as svn:wording/svn:text")
        steps.append(f"<{prefixes[found[1]]}{found[2]}>")
    return "/".join(steps)


def joined(store: Store) -> list[Joined]:
    """Every trace link of a dataset, in order; where one has several bases or digests, the first in order."""
    found: dict[URIRef, Joined] = {}
    for row in store.select(_PREFIXES + _LINKS).rows:
        iri, source, relation, target, basis = (None if term is None else URIRef(str(term)) for term in row[:5])
        if iri is None or source is None or relation is None or target is None:
            continue
        one = Joined(source, relation, target, iri, basis, None if row[5] is None else str(row[5]))
        known = found.get(iri)
        found[iri] = one if known is None else min(known, one, key=_order)
    return sorted(found.values(), key=_order)


def _order(link: Joined) -> tuple[str, ...]:
    return (link.source, link.relation, link.target, link.iri, link.basis or "", link.reviewed or "")


def words(store: Store) -> dict[tuple[URIRef, URIRef, URIRef], Word]:
    """The last review of each link that has one, by what the link joins."""
    found: dict[tuple[URIRef, URIRef, URIRef], Word] = {}
    for source, relation, target, author, on, why in store.select(_PREFIXES + _REVIEWS).rows:
        ends = (URIRef(str(source)), URIRef(str(relation)), URIRef(str(target)))
        known = found.get(ends)
        said = {**(known.why if known else {})}
        if isinstance(why, Literal):
            said[why.language or ""] = str(why)
        found[ends] = Word(None if author is None else URIRef(str(author)), None if on is None else str(on), said)
    return found


def chain_relations(store: Store) -> frozenset[URIRef]:
    """The relations by which one thing hangs below another: those of the chain, and continuity."""
    rows = store.select(_PREFIXES + _CHAIN).rows
    return frozenset({SVN.continues, *(URIRef(str(row[0])) for row in rows)})


def values(store: Store, counts: Iterable[str]) -> dict[URIRef, dict[str, frozenset[str]]]:
    """What counts of each thing of a dataset. Blank nodes do not count: they have no name to compare."""
    found: dict[URIRef, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in counts:
        for thing, value in store.select(f"SELECT DISTINCT ?thing ?value WHERE {{ ?thing {path} ?value }}").rows:
            if isinstance(thing, URIRef) and value is not None and not isinstance(value, BNode):
                found[thing][path].add(_text(value))
    return {thing: {path: frozenset(texts) for path, texts in sorted(paths.items())} for thing, paths in found.items()}


def _text(term: Node) -> str:
    """A term as N-Triples writes it: what is digested must not hang on the version of a library."""
    if not isinstance(term, Literal):
        return f"<{term}>"
    tag = f"@{term.language}" if term.language else f"^^<{term.datatype}>" if term.datatype else ""
    return f'"{str(term).translate(_ESCAPES)}"{tag}'


def digest_of(link: Joined, known: Mapping[URIRef, Values]) -> str:
    """The digest of what counts of a link's ends today."""
    lines = sorted(
        f"{end}\t{path}\t{value}"
        for end in ENDS
        for path, texts in known.get(link.end(end), {}).items()
        for value in texts
    )
    return digest("\n".join(lines).encode())


def suspects(
    links: Iterable[Joined], known: Mapping[URIRef, Values], chain: frozenset[URIRef] = frozenset()
) -> list[Suspect]:
    """The suspect links of a dataset: those whose ends have changed, then those that hang below one of them.

    Shape: each link once; what hangs below several is shown below the nearest.
    """
    everything = list(links)
    changed = [link for link in everything if link.reviewed is not None and link.reviewed != digest_of(link, known)]
    below: dict[URIRef, list[Joined]] = defaultdict(list)
    for link in everything:
        if link.relation in chain:
            below[link.target].append(link)
    seen = {link.iri for link in changed}
    queue: deque[tuple[Joined, tuple[Joined, ...]]] = deque(
        (link, (link,)) for link in changed if link.relation in chain
    )
    hanging = []
    while queue:
        link, path = queue.popleft()
        for other in below.get(link.source, ()):
            if other.iri not in seen:
                seen.add(other.iri)
                way = (*path, other)
                hanging.append(Suspect(other, way))
                queue.append((other, way))
    return [Suspect(link) for link in changed] + hanging


def differences(link: Joined, now: Mapping[URIRef, Values], then: Mapping[URIRef, Values]) -> list[Difference]:
    """What has changed at the ends of a link between two states of a dataset, path by path."""
    found = []
    for end in ENDS:
        thing = link.end(end)
        today, before = now.get(thing, {}), then.get(thing, {})
        for path in sorted({*today, *before}):
            gone = before.get(path, frozenset()) - today.get(path, frozenset())
            come = today.get(path, frozenset()) - before.get(path, frozenset())
            if gone or come:
                found.append(Difference(end, thing, path, tuple(sorted(gone)), tuple(sorted(come))))
    return found
