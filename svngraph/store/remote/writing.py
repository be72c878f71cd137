"""Building into a server: new graphs beside the old, verified there, and then one triple that puts them in force.

Whatever happens on the way, readers are told the old generation, whole, or the new one, whole: nothing of the old is
touched, and a graph that has not changed since is not sent again. What a killed builder left is removed by the next.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import uuid4

from rdflib import URIRef

from svngraph.errors import EndpointError, StoreError
from svngraph.store.embedded import canonical
from svngraph.store.remote import RemoteStore
from svngraph.store.remote.lease import Lease
from svngraph.store.remote.ledger import LEDGER, SPACE, UNION, Generation, Kept, inserted, removed

Watcher = Callable[[int, int], None]
_LEFT = f"""SELECT DISTINCT ?kind ?of WHERE {{ GRAPH <{LEDGER}> {{
  {{ ?of <{SPACE}builder> ?kind }} UNION {{ ?of <{SPACE}number> ?kind }} }} }}"""
_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH <%s> { ?s ?p ?o } }"
_SENT_AT_ONCE = 100_000
# Readers may still be bound to a generation that was in force this long ago, in seconds.
GRACE = 600.0
DEFAULT = URIRef(f"{SPACE}default")
# Source: https://www.w3.org/TR/n-quads/#n-quads-grammar
_QUAD = re.compile(
    rb'^[ \t]*((?:<[^>]*>|_:\S+)[ \t]*<[^>]*>[ \t]*(?:<[^>]*>|_:[^\s.<]+(?:\.+[^\s.<]+)*|"(?:[^"\\]|\\.)*"'
    rb"(?:@[\w-]+|\^\^<[^>]*>)?))[ \t]*(<[^>]*>|_:[^\s.]+)?[ \t]*\.[ \t\r]*(?:#.*)?$",
    re.MULTILINE,
)
_LINE = re.compile(rb"^[ \t]*[^\s#]", re.MULTILINE)
_BLANK = re.compile(rb"_:[^\s<>]+")


def write_generation(
    place: str, timeout: float, nquads: bytes, watch: Watcher, seconds: float | None = None
) -> Generation:
    """The generation that some N-Quads become at a server, in force there; see :func:`write_graphs`."""
    return write_graphs(place, timeout, by_graph(nquads), watch, seconds)


def write_graphs(
    place: str, timeout: float, triples: Mapping[URIRef, bytes], watch: Watcher, seconds: float | None = None
) -> Generation:
    """The generation that some named graphs become at a server, in force there; they are N-Triples, each triple once.

    Units:  ``timeout`` for each request, and ``seconds`` for which a builder that is not heard of keeps others out.
    Errors: StoreLocked while another process builds there; EndpointError; StoreError where the server does not take
            writing, or does not give back what it was sent. The generation before is then still in force.
    """
    store = RemoteStore(place, timeout)
    addresses = store.addresses()
    if addresses is None:
        remedy = "name them: SVNGRAPH_UPDATE_URL and SVNGRAPH_GRAPHS_URL"
        raise StoreError("where it takes updates and graphs is not known", where=place, remedy=remedy)
    update, graphs = addresses
    store.conversation.greet(store.graph_address(LEDGER) or graphs)
    lease = Lease(store, update, seconds or max(120.0, 4 * timeout))
    try:
        lease.take()
        return _Building(store, lease, update).run(triples, watch)
    finally:
        with suppress(EndpointError):  # a server that is gone: the claim becomes void by itself
            lease.release()


class _Building:
    """One build, from what is there to what is in force."""

    def __init__(self, store: RemoteStore, lease: Lease, update: str) -> None:
        self.store = store
        self.lease = lease
        self.update = update
        self.held = store.generations()

    def run(self, graphs: Mapping[URIRef, bytes], watch: Watcher) -> Generation:
        """Remove leftovers, write what is new, verify it, switch, and remove what nobody reads any more."""
        self._clear(self.held)
        tangled, several = _sharing(graphs), self.store.dialect.merged and len(graphs) > 1
        steps = len(graphs) + several + 1
        known = {(kept.name, kept.digest): kept for generation in self.held for kept in generation.held}
        kept: list[Kept] = []
        for done, (name, triples) in enumerate(graphs.items(), 1):
            digest = digest_of(triples)
            before = None if name in tangled else known.get((name, digest))
            kept.append(before or self._write(name, triples, digest, name in tangled))
            watch(done, steps)
        self._join([one for one in kept if one.name in tangled], graphs)
        for one in kept:
            if one not in known.values():
                self._verify(one, graphs[one.name])
        if several:
            kept.append(self._union(kept, graphs, known))
            watch(steps - 1, steps)
        self._switch(kept)
        watch(steps, steps)
        self.held = self.store.generations()
        self._clear(retained(self.held))
        return self.held[0]

    def _union(
        self, kept: list[Kept], graphs: Mapping[URIRef, bytes], known: Mapping[tuple[URIRef, str], Kept]
    ) -> Kept:
        """The union of the graphs as a graph; its digest is that of theirs."""
        digest = f"sha256:{hashlib.sha256(' '.join(sorted(one.digest for one in kept)).encode()).hexdigest()}"
        if before := known.get((UNION, digest)):
            return before
        lines: set[bytes] = set()
        for triples in graphs.values():
            lines.update(triples.splitlines(keepends=True))
        one = self._write(UNION, b"".join(sorted(lines)), digest, False)
        # What this server does to terms has shown in the graphs themselves: here it is enough to count.
        count = str(self.store.select_raw(_COUNT % one.place).rows[0][0])
        if count != str(one.triples):
            remedy = "the dataset is as it was; build again"
            what = f"it has {count} triples of the union of all graphs, which has {one.triples}"
            raise StoreError(what, where=self.store.place, remedy=remedy)
        self._note(one)
        return one

    def _write(self, name: URIRef, triples: bytes, digest: str, tangled: bool) -> Kept:
        self.lease.renew()
        place = f"{SPACE}graph:{digest.removeprefix('sha256:')}:{uuid4().hex}"
        # First who writes it, so that somebody can remove it if the writing never ends.
        self._run(inserted(f"<{place}> <{SPACE}builder> <{self.lease.claim}> ."))
        lines = triples.splitlines(keepends=True)
        if tangled:
            lines = [line for line in lines if not _BLANK.search(line)]
        else:
            # Blank nodes mean something within one request only: they go first, and all together.
            lines.sort(key=lambda line: b"_:" not in line)
        blank = sum(b"_:" in line for line in lines)
        start, address = 0, self.store.graph_address(place, fresh=True) or ""
        while start < len(lines) or start == 0:
            end = max(start + _SENT_AT_ONCE, blank)
            self.lease.renew()
            self.store.conversation.put(b"".join(lines[start:end]), address, more=start > 0)
            start = end
        return Kept(place, name, triples.count(b"\n"), digest)

    def _join(self, tangled: list[Kept], graphs: Mapping[URIRef, bytes]) -> None:
        """Write what has blank nodes that several graphs share, in one update, or they would be taken for others."""
        parts = []
        for kept in tangled:
            lines = b"".join(line for line in graphs[kept.name].splitlines(keepends=True) if _BLANK.search(line))
            parts.append(f"GRAPH <{kept.place}> {{\n{lines.decode()}}}")
        if parts:
            # Not INSERT DATA, in which Virtuoso allows no blank nodes; labels mean the same in the whole of a template.
            self._run(f"INSERT {{ {' '.join(parts)} }} WHERE {{ BIND(1 AS ?once) }}")

    def _verify(self, kept: Kept, sent: bytes) -> None:
        """Hold what the server gives back against what it was sent, and put it down as good."""
        self.lease.renew()
        there = self.store.fetch(kept.place, kept.triples)
        count = there.count(b"\n")
        if count == kept.triples and (_is_same(there, sent) or digest_of(there) == kept.digest):
            self._note(kept)
            return
        what = f"it gives back {count} triples of {kept.name} where it was sent {kept.triples}"
        if count == kept.triples:
            what = f"it gives back other triples of {kept.name} than it was sent"
        remedy = "the dataset is as it was; this server changes some of its terms, or lost them"
        raise StoreError(what, where=self.store.place, remedy=remedy)

    def _note(self, kept: Kept) -> None:
        said = f'<{SPACE}names> <{kept.name}> ; <{SPACE}triples> {kept.triples} ; <{SPACE}digest> "{kept.digest}"'
        self._run(inserted(f"<{kept.place}> {said} ."))

    def _switch(self, kept: list[Kept]) -> None:
        number = max((generation.number for generation in self.held), default=0) + 1
        iri = f"{SPACE}generation:{uuid4().hex}"
        holds = ", ".join(f"<{one.place}>" for one in kept)
        self._run(
            inserted(f"<{iri}> <{SPACE}number> {number} ; <{SPACE}graphs> {len(kept)} ; <{SPACE}holds> {holds} .")
        )
        self.lease.check()
        # One triple, and only if the claim is still there.
        condition = f"<{self.lease.claim}> <{SPACE}owner> ?owner"
        self._run(inserted(f"<{iri}> <{SPACE}switched> ?now .", condition))
        if iri not in (generation.iri for generation in self.store.generations()):
            remedy = "the dataset is as it was; build again"
            raise StoreError("the new dataset did not come into force", where=self.store.place, remedy=remedy)

    def _clear(self, wanted: list[Generation]) -> None:
        """Remove every graph that no wanted generation holds, and what the ledger says of the others."""
        places = {kept.place for generation in wanted for kept in generation.held}
        keep = places | {generation.iri for generation in wanted}
        left = sorted({str(of) for _, of in self.store.select_raw(_LEFT).rows} - keep)
        graphs = [of for of in left if of.startswith(f"{SPACE}graph:")]
        for graph in graphs:
            self.lease.renew()
            self._run(f"DROP SILENT GRAPH <{graph}>")
        if left:
            # Generations first: one whose graphs are gone must not be found.
            self._run(removed(left))

    def _run(self, update: str) -> None:
        self.store.conversation.update(update, self.update)


def retained(held: list[Generation]) -> list[Generation]:
    """The generations that somebody may read: the one in force, the one before, and what was in force lately."""
    return [one for place, one in enumerate(held) if place <= 1 or held[place - 1].age < GRACE]


def _is_same(there: bytes, sent: bytes) -> bool:
    """Whether two graphs are the same line for line; where not, they may be so after all."""
    return set(there.splitlines()) == set(sent.splitlines())


def digest_of(triples: bytes) -> str:
    """The digest of a graph's triples, whatever their order and the labels of their blank nodes."""
    return f"sha256:{hashlib.sha256(canonical(triples)).hexdigest()}"


def by_graph(nquads: bytes, default: URIRef = DEFAULT) -> dict[URIRef, bytes]:
    """The triples of each named graph, as sorted N-Triples; ``default`` is the name for what is in none.

    Errors: StoreError for quads that RDF 1.1 does not have.
    """
    found: dict[bytes, set[bytes]] = {}
    quads = _QUAD.findall(nquads)
    if len(quads) != (lines := sum(1 for _ in _LINE.finditer(nquads))):
        remedy = "write them as plain triples"
        raise StoreError(
            f"{lines - len(quads)} of {lines} quads are none of RDF 1.1, such as triple terms", remedy=remedy
        )
    for triple, graph in quads:
        found.setdefault(graph[1:-1] if graph[:1] == b"<" else default.encode(), set()).add(triple.rstrip() + b" .\n")
    return {URIRef(name.decode()): b"".join(sorted(lines)) for name, lines in sorted(found.items())}


def _sharing(graphs: Mapping[URIRef, bytes]) -> set[URIRef]:
    """The graphs that have blank nodes in common with others."""
    labels = {name: set(_BLANK.findall(triples)) for name, triples in graphs.items()}
    times = Counter(label for several in labels.values() for label in several)
    return {name for name, several in labels.items() if any(times[label] > 1 for label in several)}
