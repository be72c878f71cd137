"""A dataset as the pages read it: the store, and what is worked out from it once, when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from rdflib import URIRef
from rdflib.term import Node

from svngraph import pipeline, resources
from svngraph.columns import Snapshot, naming
from svngraph.columns.ends import Ends
from svngraph.columns.sets import Ids
from svngraph.columns.terms import Terms
from svngraph.errors import SvngraphError
from svngraph.labels import Label
from svngraph.namespaces import Names
from svngraph.publication.edition import Edition
from svngraph.publication.versions import releases_in
from svngraph.publisher import Publisher, publisher_of
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore
from svngraph.tracing import snapshots
from svngraph.tracing.columns import TraceColumns, columns_of
from svngraph.tracing.gaps import Gap
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.graph import read as read_graph
from svngraph.tracing.suspects import Suspect

from . import gathering
from . import page_queries as q
from .describing import Describing
from .judging import Gaps, Results, judged_gaps, judged_results, suspect_links
from .meanwhile import Meanwhile
from .near import Asked, Near, Reading
from .publishing import Publishing
from .search import Index
from .versions import version_of

T = TypeVar("T")
# So many named things are judged before the first request is answered; more are judged meanwhile.
_AT_ONCE = 10_000
# So many quads of a folder are read for the digest that names their state, in about two seconds.
_READ = 250_000
# What stays the same from one day to the next.
_LASTING = ("snapshot", "graph", "labels", "types", "describing", "columns", "suspects", "index", "quads", "publishing")


@dataclass(frozen=True)
class Published:
    """An open dataset that does not change: everything here is worked out once and then only read.

    ``version`` is another for another content, ``loaded`` the time of opening, ``as_of`` the day on which what is due
    is judged, ``dump`` the quads as N-Quads where the dataset is held in this process, else empty. ``policy`` is the
    policy file where it is not the shipped one, ``folder`` the data that the dataset was built from, where known.
    """

    store: Store
    names: Names
    version: str
    loaded: datetime
    as_of: date
    dump: bytes
    sources: Path | None = None
    publisher: Publisher | None = None
    releases: Path | None = None
    policy: Path | None = None
    folder: Path | None = None

    @property
    def in_folder(self) -> bool:
        """Whether the dataset is kept somewhere from which other processes can open it."""
        return self.store.place != "memory"

    @cached_property
    def publishing(self) -> Publishing:
        """The dataset as it is published: its edition, catalogue and files."""
        publisher = self.publisher or publisher_of(Settings())
        quads = self.dump or self.store.dump  # fetched when they are needed, wherever they are
        # In memory this is the digest of the canonical quads; in a folder or elsewhere they are too many to be read for
        # the name of a state that is in no release.
        cheap = self.in_folder and isinstance(self.store, EmbeddedStore) and self.quads <= _READ
        state = None if cheap else self.version[:12]
        edition = Edition(quads, self.names, publisher, releases_in(self.releases), self.snapshot, state)
        return Publishing(edition, self.releases)

    @property
    def shown_version(self) -> str:
        """The version that every page, the catalogue and the feed show: that of the edition."""
        return self.publishing.edition.version

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The dataset in columns; None where another server holds it."""
        return None if self._numbered is None else Snapshot.of_rows(*self._numbered)

    @cached_property
    def _numbered(self) -> tuple[Terms, Ids] | None:
        """The statements as ids, read once for all that is made of them; None where another server holds them."""
        if self.dump:
            return Terms.of_bytes(self.dump)
        return Terms.of_bytes(self.store.dump()) if isinstance(self.store, EmbeddedStore) else None

    @cached_property
    def graph(self) -> TraceGraph:
        """The items of the chain and the trace links between them."""
        if self.snapshot is not None:
            return snapshots.graph_of(self.snapshot, self.names)
        return read_graph(self.store, self.names)

    @cached_property
    def columns(self) -> TraceColumns:
        """The same in columns, for what is asked of all items at once."""
        return snapshots.read(self.snapshot, self.names) if self.snapshot is not None else columns_of(self.graph)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """The name of everything that has one, by IRI."""
        if self.snapshot is not None:
            return naming.labels(self.snapshot)
        return gathering.labels(self.rows(q.LABELS))

    @cached_property
    def types(self) -> Mapping[str, tuple[URIRef, ...]]:
        """The classes of each thing without those that follow from another of them."""
        if self.snapshot is not None:
            return naming.types(self.snapshot)
        return gathering.types(self.rows(q.TYPES), self.rows(q.CLASS_TREE))

    @cached_property
    def gap_list(self) -> Gaps:
        """The gaps that count, those that are waived, and what the policy itself is found to be."""
        return judged_gaps(self.graph, self.columns, self.policy_file, self.as_of)

    def ready(self, part: str) -> bool:
        """Whether something that takes long can be had at once; where the dataset is large, that is after a while."""
        return part in self.__dict__ or self._meanwhile.may_be_asked(part)

    def failure(self, part: str) -> SvngraphError | None:
        """Why something that takes long could not be worked out; None where it could, or still is."""
        return self._meanwhile.failures.get(part)

    @property
    def judged(self) -> bool:
        """Whether the gaps are known, or can be at once."""
        return self.ready("gap_list")

    @property
    def found(self) -> Gaps:
        """The gaps; none while they are still being worked out, or could not be."""
        return self.gap_list if self.judged else Gaps()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap that counts, the gravest first."""
        return self.found.counting

    @property
    def severities(self) -> Mapping[str, int]:
        """How many gaps there are of each severity."""
        return self.found.severities

    @cached_property
    def _meanwhile(self) -> Meanwhile:
        return Meanwhile()

    @property
    def policy_file(self) -> Path:
        """The file that says what must be traced, how much is enough, and what is waived."""
        return self.policy or resources.data_folder() / "policy.toml"

    @property
    def stage(self) -> int:
        """How much of what takes long is there; pages change when it does."""
        there = self.judged + 2 * ("suspects" in self.__dict__) + 4 * (self.reported is not None)
        return there + 8 * len(self._meanwhile.failures)

    @cached_property
    def describing(self) -> Describing:
        """The things as RDF."""
        held = self._numbered if self.dump else None
        return Describing(self.store, self.names, None if held is None else Ends.of_rows(*held))

    @cached_property
    def near(self) -> Reading:
        """What the pages of things read."""
        ends = self.describing.ends
        return Asked(self.rows) if ends is None else Near(ends)

    @cached_property
    def graph_sizes(self) -> Mapping[str, int]:
        """How many statements each named graph holds."""
        return {str(graph): int(str(n)) for graph, n in self.rows(q.GRAPH_SIZES)}

    @property
    def reported(self) -> Results | None:
        """The validation report, or None while it is still being worked out."""
        return self.__dict__.get("report")

    @cached_property
    def report(self) -> Results:
        """The validation report against the shipped shapes, in the light of the policy."""
        found = pipeline.validate_store(self.store, [], self.as_of)
        return judged_results(found, self.policy_file, self.as_of)

    @property
    def suspected(self) -> Mapping[URIRef, Suspect]:
        """The suspect links; none while they are still being looked for."""
        return self.suspects if self.ready("suspects") else {}

    @cached_property
    def suspects(self) -> Mapping[URIRef, Suspect]:
        """The links that are suspect, since what they join is no longer what was reviewed."""
        folders = [self.folder] if self.folder else []
        return suspect_links(self.store, self.names, (*folders, resources.data_folder()))

    @cached_property
    def quads(self) -> int:
        """How many quads there are; 0 where another server holds them."""
        return len(self.store) if isinstance(self.store, EmbeddedStore) else 0

    @cached_property
    def index(self) -> Index:
        """What can be searched for."""
        if self.snapshot is not None:
            return Index(naming.searched(self.snapshot))
        return Index((str(thing), str(text)) for thing, text in self.rows(q.SEARCHED))

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def once(self, key: str, make: Callable[[], T]) -> T:
        """A value that a page works out of this dataset, made the first time it is asked for."""
        if key not in self._kept:
            self._kept[key] = make()
        value: T = self._kept[key]
        return value

    def rows(self, query: str, **iris: str | tuple[str, ...]) -> tuple[tuple[Node | None, ...], ...]:
        """The rows of one of the pages' queries."""
        return self.store.select(q.bind(query, **iris)).rows

    def joined(self, predicate: URIRef) -> Iterable[tuple[str, str]]:
        """The pairs of things that a predicate joins."""
        if self.snapshot is not None:
            return naming.joined(self.snapshot, predicate)
        return ((str(one), str(other)) for one, other in self.rows(q.JOINED, property=str(predicate)))

    def label(self, iri: str, lang: str) -> str:
        """The name of a thing, else the last part of its IRI."""
        # An IRI of rdflib is not equal to a plain string.
        known = self.labels.get(str(iri))
        return (known.text(lang) if known else None) or (self.names.parts(iri) or ("", _last(iri)))[1]

    def foreign(self, iri: str, lang: str) -> bool:
        """Whether the name of a thing has to be shown in Swedish on an English page."""
        known = self.labels.get(str(iri))
        return lang == "en" and known is not None and known.en is None and known.sv is not None

    def warm(self) -> Published:
        """The dataset with what every page needs worked out, and the rest on its way; pages say so till it is there."""
        self._meanwhile.work_out(self, ("graph", "labels", "types", "describing", "columns"))
        self.__dict__.pop("_numbered", None)  # what was made of it is there now
        if len(self.__dict__.get("labels", ())) <= _AT_ONCE:
            self._meanwhile.work_out(self, ("gap_list", "suspects"))
        self._meanwhile.work_out_later(self, ("gap_list", "suspects", "quads", "index", "report", "publishing"))
        return self

    def on(self, day: date) -> Published:
        """The same dataset judged on another day, with everything worked out."""
        fresh = replace(self, as_of=day)
        fresh.__dict__.update({part: self.__dict__[part] for part in _LASTING if part in self.__dict__})
        fresh._meanwhile.work_out(fresh, (*_LASTING, "gap_list", "report"))
        return fresh


def publish(store: Store, settings: Settings, as_of: date, policy: Path | None = None) -> Published:
    """An open store as the pages need it."""
    if isinstance(store, EmbeddedStore) and store.place == "memory":
        store.settle_labels()
    dump = store.dump() if store.place == "memory" else b""
    sources, releases, folder = (
        Path(place) if place else None for place in (settings.sources, settings.releases, settings.data)
    )
    version, publisher = version_of(store.place, dump), publisher_of(settings)
    return Published(
        store, settings.names, version, datetime.now(UTC), as_of, dump, sources, publisher, releases, policy, folder
    )


def open_files(files: list[Path], settings: Settings, as_of: date, policy: Path | None = None) -> Published:
    """The dataset of some RDF files of any kind, each default graph left as it is. Errors: InputError."""
    store = EmbeddedStore()
    for path in files:
        store.load(path)
    return publish(store, settings, as_of, policy)


def _last(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
