"""A dataset as the pages read it: the store, and what is worked out from it once, when it is opened."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from rdflib import Literal, URIRef
from rdflib.term import Node

from svngraph import pipeline, resources
from svngraph.errors import SvngraphError
from svngraph.labels import Label
from svngraph.namespaces import Names
from svngraph.publication.edition import Edition
from svngraph.publication.versions import releases_in
from svngraph.publisher import Publisher, publisher_of
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore
from svngraph.store.opening import is_endpoint
from svngraph.tracing.gaps import Gap, gaps
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.graph import read as read_graph
from svngraph.tracing.policy import read as read_policy
from svngraph.validation import Report

from . import page_queries as q
from .describing import Describing
from .publishing import Publishing
from .search import Index

T = TypeVar("T")


@dataclass(frozen=True)
class Published:
    """An open dataset that does not change: everything here is worked out once and then only read.

    ``version`` is a digest of the quads, ``loaded`` the time of opening, ``as_of`` the day on which what is due is
    judged, ``dump`` the quads as N-Quads, empty where another server holds them.
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

    @property
    def in_folder(self) -> bool:
        """Whether the dataset is kept somewhere from which other processes can open it."""
        return self.store.place != "memory"

    @cached_property
    def publishing(self) -> Publishing:
        """The dataset as it is published: its edition, catalogue and files."""
        publisher = self.publisher or publisher_of(Settings())
        # Where another server holds the quads, they are fetched for this.
        quads = self.dump or self.store.dump()
        return Publishing(Edition(quads, self.names, publisher, releases_in(self.releases)), self.releases)

    @property
    def shown_version(self) -> str:
        """The version that the pages show: that of the release, else the digest of the quads."""
        return self.publishing.edition.version if self.releases else self.version

    @cached_property
    def graph(self) -> TraceGraph:
        """The items of the chain and the trace links between them."""
        return read_graph(self.store, self.names)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """The name of everything that has one, by IRI."""
        found: dict[str, Label] = {}
        for thing, text in self.rows(q.LABELS):
            if isinstance(text, Literal):
                known = found.get(str(thing), Label())
                found[str(thing)] = known.with_text(text.language or "sv", str(text))
        return found

    @cached_property
    def types(self) -> Mapping[str, tuple[URIRef, ...]]:
        """The classes of each thing without those that follow from another of them."""
        above: dict[str, set[str]] = defaultdict(set)
        for one, other in self.rows(q.CLASS_TREE):
            above[str(one)].add(str(other))
        closed = {one: _closure(one, above) for one in above}
        found: dict[str, set[str]] = defaultdict(set)
        for thing, kind in self.rows(q.TYPES):
            found[str(thing)].add(str(kind))
        return {
            thing: tuple(URIRef(k) for k in sorted(kinds - set().union(*(closed.get(k, set()) for k in kinds))))
            for thing, kinds in found.items()
        }

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap, the gravest first."""
        rules = read_policy(resources.data_folder() / "policy.toml")
        known = {level.key for level in self.graph.levels}
        asked = [rule for rule in rules if rule.level in known and rule.to in known]
        order = ("violation", "warning", "info")
        return tuple(sorted(gaps(self.graph, asked, self.as_of), key=lambda gap: order.index(gap.rule.severity)))

    @cached_property
    def severities(self) -> Mapping[str, int]:
        """How many gaps there are of each severity."""
        return Counter(gap.rule.severity for gap in self.gaps)

    @cached_property
    def gaps_by_item(self) -> Mapping[str, tuple[Gap, ...]]:
        """The gaps of each item that has any."""
        found: dict[str, list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            found[str(gap.item.iri)].append(gap)
        return {iri: tuple(several) for iri, several in found.items()}

    @cached_property
    def describing(self) -> Describing:
        """The things as RDF."""
        return Describing(self.store, self.names, self.dump)

    @cached_property
    def graph_sizes(self) -> Mapping[str, int]:
        """How many statements each named graph holds."""
        return {str(graph): int(str(n)) for graph, n in self.rows(q.GRAPH_SIZES)}

    @property
    def reported(self) -> Report | None:
        """The validation report, or None while it is still being worked out."""
        return self.__dict__.get("report")

    @cached_property
    def report(self) -> Report:
        """The validation report against the shipped shapes."""
        return pipeline.validate_store(self.store, [], self.as_of)

    @cached_property
    def quads(self) -> int:
        """How many quads there are; 0 where another server holds them."""
        return self.dump.count(b"\n")

    @cached_property
    def index(self) -> Index:
        """What can be searched for."""
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
        """The dataset with everything worked out, so that no visitor waits for it."""
        self._work_out("graph", "labels", "types", "gaps", "severities", "gaps_by_item", "describing")
        # These two take long where the dataset is large; pages say so while they are not there.
        threading.Thread(target=self._work_out, args=("index", "report"), daemon=True).start()
        return self

    def _work_out(self, *parts: str) -> None:
        for part in parts:
            try:
                getattr(self, part)
            except SvngraphError:  # any RDF may be served: what has no chain has pages without one
                continue


def publish(store: Store, settings: Settings, as_of: date) -> Published:
    """An open store as the pages need it."""
    dump = b"" if is_endpoint(store.place) else store.dump()
    digest = hashlib.sha256()
    for line in sorted(dump.splitlines()):
        digest.update(line)
    version = digest.hexdigest()[:16] if dump else datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    sources = Path(settings.sources) if settings.sources else None
    releases = Path(settings.releases) if settings.releases else None
    publisher = publisher_of(settings)
    return Published(store, settings.names, version, datetime.now(UTC), as_of, dump, sources, publisher, releases)


def open_files(files: list[Path], settings: Settings, as_of: date) -> Published:
    """The dataset of some RDF files of any kind, each default graph left as it is. Errors: InputError."""
    store = EmbeddedStore()
    for path in files:
        store.load(path)
    return publish(store, settings, as_of)


class Current:
    """The dataset in force: it is opened by ``opened`` and replaced as a whole, while old requests keep the old one."""

    def __init__(self, opened: Callable[[], Published]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._value: Published | None = None

    @property
    def value(self) -> Published:
        """The dataset in force."""
        with self._lock:
            if self._value is None:
                self._value = self._opened().warm()
            return self._value

    def reload(self) -> Published:
        """Open the dataset anew and put it in force once it is whole; what was there stays if that fails."""
        new = self._opened().warm()
        with self._lock:
            self._value = new
        return new


def _closure(start: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = above.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found - {start}


def _last(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
