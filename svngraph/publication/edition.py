"""An edition: a dataset as one publisher publishes it at one time, and what the publication needs to know of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from svngraph.columns import Snapshot
from svngraph.labels import Label, phrase
from svngraph.namespaces import SVN, Names
from svngraph.publication.facts import Facts
from svngraph.publication.segments import segments
from svngraph.publisher import Publisher
from svngraph.store.embedded import canonical


@dataclass(frozen=True)
class Release:
    """A state of the dataset that was made public under a version and stays reachable.

    Shape:  ``digest`` is that of the canonical N-Quads; ``notes`` tell what has changed since ``previous``, which is
            None for the first; ``sources`` are the IRIs of the documents it was made from.
    """

    version: str
    issued: date
    digest: str
    quads: int
    notes: Label = field(default_factory=Label)
    previous: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A plan or report that has a dataset of its own: ``start`` and ``end`` are its time in years or days.

    ``key`` is what people call it by; ``segment`` what it is called in addresses and files, which no other plan is.
    """

    iri: URIRef
    key: str
    segment: str
    name: Label
    note: Label
    start: str | None
    end: str | None
    is_report: bool
    created: date | None


@dataclass(frozen=True)
class File:
    """A file of a publication: its path below the address of the publisher, and its octets."""

    path: str
    octets: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The digest of the octets in hexadecimal digits."""
        return hashlib.sha256(self.octets).hexdigest()


@dataclass(frozen=True)
class Edition:
    """A dataset's quads, who publishes them under which names, and the releases that were made before.

    Shape: ``nquads`` is what a store dumps, entailments included, or what gives it when it is needed; ``releases`` are
           in the order of time; ``snapshot`` is the same dataset in columns, where somebody has it already; ``state``
           tells this content from any other where the quads are too far away to be read for that.
    """

    nquads: bytes | Callable[[], bytes]
    names: Names
    publisher: Publisher
    releases: tuple[Release, ...] = ()
    snapshot: Snapshot | None = None
    state: str | None = None

    @property
    def address(self) -> str:
        """Where pages, files and endpoint are; it ends with a slash."""
        return self.publisher.address or self.names.base

    @cached_property
    def canonical(self) -> bytes:
        """The quads in order, with canonical labels for blank nodes."""
        return canonical(self.nquads() if callable(self.nquads) else self.nquads)

    @cached_property
    def digest(self) -> str:
        """The digest of the quads, whatever order and labels they came in."""
        return f"sha256:{hashlib.sha256(self.canonical).hexdigest()}"

    @cached_property
    def facts(self) -> Facts:
        """The dataset asked thing by thing."""
        return Facts(self.snapshot or Snapshot.of_bytes(self.canonical))

    @property
    def release(self) -> Release | None:
        """The release that these quads are, None where they have changed since the last one, or there is none."""
        return next((release for release in reversed(self.releases) if release.digest == self.digest), None)

    @property
    def version(self) -> str:
        """The version of the release, else what was last released with the state, or digest, of what it has become."""
        if self.release:
            return self.release.version
        # Where there are releases, the quads have been read already.
        state = None if self.releases else self.state
        last = self.releases[-1].version if self.releases else "0"
        return f"{last}+{state or self.digest.removeprefix('sha256:')[:12]}"

    @cached_property
    def modified(self) -> date | None:
        """The last day on which anything in the dataset says that it was made or changed."""
        if self.release:
            return self.release.issued
        columns = [self.facts.snapshot.column(term).pairs.right for term in (DCTERMS.created, DCTERMS.modified)]
        numbers = {number for ids in columns for number in ids.tolist()}
        days = [day for number in numbers if (day := _day(self.facts.snapshot.term(number)))]
        return max(days, default=None)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans and reports, the newest last."""
        reports = set(self.facts.instances(SVN.Report))
        keys = {iri: self._key(iri) for iri in {*self.facts.instances(SVN.Plan), *reports}}
        named = segments([(iri, "report" if iri in reports else "plan", key) for iri, key in keys.items()])
        found = [self._plan(iri, key, named[iri], iri in reports) for iri, key in keys.items()]
        return tuple(sorted(found, key=lambda plan: (plan.start or "", plan.is_report, plan.key, plan.segment)))

    @cached_property
    def plan_of(self) -> Mapping[URIRef, Plan]:
        """The same by IRI."""
        return {plan.iri: plan for plan in self.plans}

    def _key(self, iri: URIRef) -> str:
        parts = self.names.parts(iri)
        if parts:
            return parts[1]
        return str(self.facts.value(iri, DCTERMS.identifier) or iri.rstrip("/").rsplit("/", 1)[-1])

    def _plan(self, iri: URIRef, key: str, segment: str, is_report: bool) -> Plan:
        facts = self.facts
        year = facts.value(iri, SVN.planYear)
        start, end = (
            (year, year) if year is not None else (facts.value(iri, SVN.validFrom), facts.value(iri, SVN.validUntil))
        )
        return Plan(
            iri,
            key,
            segment,
            facts.name(iri),
            facts.text(iri, SKOS.note),
            str(start) if start is not None else None,
            str(end) if end is not None else None,
            is_report,
            self._dated(iri),
        )

    def _dated(self, plan: URIRef) -> date | None:
        """The day of a plan; else that of its document, where it is one document."""
        documents = self.facts.iris(plan, DCTERMS.source)
        dated = (plan, *documents) if len(documents) == 1 else (plan,)
        return next((day for thing in dated if (day := _day(self.facts.value(thing, SVN.earliest)))), None)

    @cached_property
    def sources(self) -> tuple[URIRef, ...]:
        """The source documents."""
        return tuple(self.facts.instances(SVN.SourceDocument))

    def phrase(self, key: str, **values: object) -> Label:
        """A phrase of the publication in both languages, filled in; a :class:`Label` among the values is too."""
        sv, en = (
            phrase(
                f"publication.{key}",
                lang,
                **{name: value.text(lang) if isinstance(value, Label) else value for name, value in values.items()},
            )
            for lang in ("sv", "en")
        )
        return Label(sv, en)


def texts(label: Label) -> Sequence[Literal]:
    """A label as RDF: a literal for each language that it has, Swedish first."""
    return [Literal(text, lang=lang) for lang, text in (("sv", label.sv), ("en", label.en)) if text]


def _day(term: object) -> date | None:
    try:
        return date.fromisoformat(str(term)[:10]) if isinstance(term, Literal) else None
    except ValueError:
        return None
