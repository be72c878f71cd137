"""Several datasets, each kept by somebody else, as one view: what each answered, and what is missing.

Every member is asked for its whole dataset, at the same time, and what comes is put together here, so that a question
is answered over all of it also where a chain leads from one member to another. A member that does not answer is left
out, and that is said. What can be done at each member alone, such as validation, is done there
(:attr:`FederatedStore.members`).
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote

from rdflib import URIRef

from svngraph.errors import EndpointError, SvngraphError
from svngraph.settings import Member
from svngraph.store import Solutions, Store
from svngraph.store.embedded import EmbeddedStore

NAME = "endpoints"
_AT_ONCE = 16


@dataclass(frozen=True)
class Share:
    """What one member answered: ``quads`` of the whole, or why it is ``missing``."""

    name: str
    place: str
    quads: int
    share: float | None
    missing: str | None


@dataclass(frozen=True)
class _Part:
    """One graph of a member; its digest, where it is known without counting."""

    name: str
    digest: str | None
    triples: bytes


class FederatedStore:
    """The union of several datasets, as they were when it was opened."""

    def __init__(self, members: Sequence[Member], opened: Callable[[str], Store]) -> None:
        """``opened`` opens a place. Errors: EndpointError where no member answers."""
        self._local = EmbeddedStore()
        self.members: list[tuple[Member, Store]] = []
        # Imported here: it brings the library of the protocol.
        from svngraph.store.remote import in_graph
        from svngraph.store.remote.writing import digest_of

        with ThreadPoolExecutor(min(len(members), _AT_ONCE) or 1) as pool:
            answers = list(pool.map(lambda member: _asked(member, opened), members))
        counts: list[tuple[Member, int, str | None]] = []
        asked = [parts for _, parts in (answer for answer in answers if not isinstance(answer, SvngraphError))]
        times = Counter(part.name for parts in asked for part in parts)
        known: set[tuple[str, str]] = set()
        for member, answer in zip(members, answers, strict=True):
            if isinstance(answer, SvngraphError):
                counts.append((member, 0, answer.what))
                continue
            store, parts = answer
            self.members.append((member, store))
            counts.append((member, sum(part.triples.count(b"\n") for part in parts), None))
            for part in parts:
                # An ontology that all have is one; its blank nodes would otherwise be there once for each.
                key = (part.name, (part.digest or digest_of(part.triples)) if times[part.name] > 1 else "")
                if key not in known:
                    self._local.fill(io.BytesIO(in_graph(part.triples, URIRef(part.name))))
                known.add(key)
        total = sum(quads for _, quads, _ in counts)
        self.shares = tuple(
            Share(member.name, member.store, quads, quads / total if total and not missing else None, missing)
            for member, quads, missing in counts
        )
        if not self.members:
            reasons = "; ".join(f"{share.name}: {share.missing}" for share in self.shares)
            raise EndpointError(f"no endpoint answers: {reasons}", where="svngraph.toml", remedy="check [[endpoints]]")

    @property
    def place(self) -> str:
        """The word for all of them."""
        return NAME

    @property
    def is_remote(self) -> bool:
        """No longer: what the members answered is in this process."""
        return False

    def select(self, query: str) -> Solutions:
        """The solutions of a SELECT query over all that was answered. Errors: QueryError."""
        return self._local.select(query)

    def respond(self, query: str, media_type: str) -> bytes:
        """The answer to a query of any form. Errors: QueryError."""
        return self._local.respond(query, media_type)

    def dump(self) -> bytes:
        """Every quad as N-Quads."""
        return self._local.dump()


def _asked(member: Member, opened: Callable[[str], Store]) -> tuple[Store, list[_Part]] | SvngraphError:
    """A member's dataset in parts, or why it cannot be had."""
    from svngraph.store.remote import RemoteStore
    from svngraph.store.remote.writing import by_graph

    try:
        store = opened(member.store)
        generation = store.generation if isinstance(store, RemoteStore) else None
        if generation is None or not isinstance(store, RemoteStore):
            named = by_graph(store.dump(), URIRef(f"urn:x-svngraph:endpoint:{quote(member.name, safe='')}"))
            return store, [_Part(str(name), None, triples) for name, triples in named.items()]
        return store, [_Part(str(graph.name), graph.digest, store.whole(graph)) for graph in generation.graphs]
    except SvngraphError as error:
        return error
