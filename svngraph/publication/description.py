"""What is published of a thing: its statements, its links both ways with their grounds, and names for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from svngraph.columns.ends import Ends
from svngraph.namespaces import OA, SVN

Statement = tuple[int, int, int]
"""Predicate, value and named graph, as ids."""

# What follows from other statements, for queries and shapes to read; a description gives what it follows from.
_DERIVED = (SVN.tracesTo, SVN.tracesFirmlyTo, SVN.linksTo)
_NAMES = (SKOS.prefLabel, RDFS.label)
DEEPEST = 50
"""So many things are written inside each other; what is deeper stands by itself, or readers could not follow."""
_GROUNDS = (SVN.evidence, SVN.wording, OA.hasSelector)


@dataclass
class Description:
    """A thing's description: what is said of it and of each thing told with it, by subject, in the order of telling.

    Shape: ``thing`` comes first; ``pointing`` holds who points to it as (predicate, subject, graph); each statement is
           there once for each named graph it stands in.
    """

    thing: int
    about: dict[int, list[Statement]] = field(default_factory=dict)
    pointing: list[Statement] = field(default_factory=list)

    def statements(self) -> Iterator[tuple[int, int, int, int]]:
        """Every statement as subject, predicate, value and graph."""
        for subject, said in self.about.items():
            for predicate, value, graph in said:
                yield subject, predicate, value, graph
        for predicate, subject, graph in self.pointing:
            yield subject, predicate, self.thing, graph


class Describer:
    """Descriptions of the things of one dataset."""

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self._derived = self._ids(_DERIVED)
        self._names = self._ids(_NAMES)
        self._grounds = self._ids(_GROUNDS)
        self._joins = self._ids((SVN["from"], SVN.to))
        self._type = next(iter(self._ids([RDF.type])), -1)

    def _ids(self, terms: Iterable[URIRef]) -> frozenset[int]:
        found = (self.ends.id(term) for term in terms)
        return frozenset(index for index in found if index is not None)

    def describe(self, iri: str) -> Description | None:
        """The description of a thing, None where the dataset says nothing of it and nothing points to it."""
        index = self.ends.id(iri)
        return None if index is None else self.of(index)

    def of(self, thing: int) -> Description | None:
        """The same of a thing given by its id."""
        own, hither = self._said(thing), self.ends.pointing(thing)
        if not own and not hither:
            return None
        found = Description(thing, {thing: own})
        for predicate, subject, graph in hither:
            if predicate in self._joins:
                found.about.setdefault(subject, self._said(subject))
            elif predicate not in self._derived and predicate != self._type:
                found.pointing.append((predicate, subject, graph))
        self._ground(found)
        self._name(found)
        return found

    def several(self, iris: Iterable[str]) -> Description | None:
        """The description of a thing and of those told with it; who points to the others is left out."""
        found: Description | None = None
        for iri in iris:
            told = self.describe(iri)
            if told and found:
                for subject, said in told.about.items():
                    if len(said) > len(found.about.get(subject, ())):
                        found.about[subject] = said
            found = found or told
        return found

    def _said(self, subject: int) -> list[Statement]:
        return [statement for statement in self.ends.about(subject) if statement[0] not in self._derived]

    def _ground(self, found: Description) -> None:
        """Add the passages and wordings that what is told rests on, and what stands in blank nodes."""
        ahead = [*found.about]
        while ahead:
            for predicate, value, _graph in found.about[ahead.pop()]:
                told = predicate in self._grounds or self.ends.is_blank(value)
                if told and value not in found.about and (said := self._said(value)):
                    found.about[value] = said
                    ahead.append(value)

    def _name(self, found: Description) -> None:
        """Add the names of what is mentioned and not described."""
        mentioned = {value: None for said in found.about.values() for _predicate, value, _graph in said}
        mentioned |= {subject: None for _predicate, subject, _graph in found.pointing}
        for index in mentioned:
            if index not in found.about and not self.ends.is_literal(index):
                names = [statement for statement in self.ends.about(index) if statement[0] in self._names]
                if names:
                    found.about[index] = names


@dataclass(frozen=True)
class Retired:
    """A thing that is there no more; ``successors`` are the things that have taken its place."""

    iri: str
    successors: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The status of HTTP that its address answers with: 410 gone, 308 renamed or merged, 300 split."""
        return {0: 410, 1: 308}.get(len(self.successors), 300)


def retired(ends: Ends) -> dict[str, Retired]:
    """What the dataset says is there no more, by IRI: ``owl:deprecated true`` of what has no class.

    Source: DIGG's profile for persistent identifiers, UM-10 to UM-12; ``dcterms:isReplacedBy`` leads to the successors.
    """
    deprecated = ends.id(OWL.deprecated)
    replaced = ends.id(URIRef("http://purl.org/dc/terms/isReplacedBy"))
    kind = ends.id(RDF.type)
    if deprecated is None:
        return {}
    found = {}
    for subject in ends.with_predicate(deprecated):
        said = ends.about(subject)
        gone = any(p == deprecated and ends.parts(o)[1] in ("true", "1") for p, o, _ in said)
        if gone and all(p != kind for p, _o, _g in said):
            successors = dict.fromkeys(ends.parts(o)[1] for p, o, _ in said if p == replaced)
            iri = ends.parts(subject)[1]
            found[iri] = Retired(iri, tuple(successors))
    return found
