"""A dataset behind any SPARQL 1.1 server. The one home of SPARQLWrapper.

Where svngraph built the dataset (:mod:`svngraph.store.remote.writing`), the server's ledger names the graphs of the
generation in force; a store is bound to one generation when it is first asked, and whatever it is asked is about that
one alone. Where something else put it there, the dataset is the union of the server's named graphs.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from rdflib import URIRef

from svngraph.errors import EndpointError, QueryError, StoreError
from svngraph.sparql import asks_elsewhere, chooses_graphs, form_of
from svngraph.store import Solutions
from svngraph.store.dialects import (
    PROBE,
    STANDARD,
    UNTRUSTED,
    Dialect,
    dialect_named,
    dialect_of_server,
    is_right,
)
from svngraph.store.embedded import EmbeddedStore, convert, results_in
from svngraph.store.remote.conversation import Conversation, whole_lines
from svngraph.store.remote.ledger import GENERATIONS, Generation, Kept, generations
from svngraph.store.remote.paging import GRAPH, Paging
from svngraph.store.remote.terms import solutions

_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT %d"
# A few of the named graphs' triples, of which the default graph has none where it is not their union.
_APART = """SELECT ?s WHERE { { SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 20 }
  FILTER NOT EXISTS { ?s ?p ?o } } LIMIT 1"""
_ANY = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
_MOST_GRAPHS = 1000
_PLACE = re.compile(rb"urn:x-svngraph:graph:[0-9a-f]{64}:[0-9a-f]{32}")
_NAMED = re.compile(r"(?<![\w:?$.-])GRAPH(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True)
class _View:
    """Which graphs of a server are meant: ``places`` make up the default graph, None for the server's own."""

    generation: Generation | None
    places: tuple[str, ...] | None


class RemoteStore:
    """The dataset of a SPARQL 1.1 server, as it was when it was first asked.

    Credentials come from the environment or a file (:mod:`svngraph.store.remote.credentials`), never from the address.
    """

    def __init__(self, url: str, timeout: float, own: str | None = None) -> None:
        """``timeout`` is the longest a request may take, in seconds; ``own`` is the place that the settings name, where
        it may be another. Errors: UsageError, InputError.
        """
        self.conversation = Conversation(url, timeout, own)
        named = os.environ.get("SVNGRAPH_DIALECT")
        self._named = dialect_named(named) if named else None
        self._server = ""

    @property
    def place(self) -> str:
        """The address of the endpoint."""
        return self.conversation.url

    @property
    def is_remote(self) -> bool:
        """Whether the server is better asked than the dataset fetched: always, but where it answers wrongly."""
        return self.dialect.trusted

    @cached_property
    def dialect(self) -> Dialect:
        """What the server wants, as it calls itself or ``SVNGRAPH_DIALECT`` says."""
        if self._named is None and not self._server:
            self._rows("ASK {}")
        known = self._named or dialect_of_server(self._server)
        return self._tried() if known is STANDARD and self._named is None else known

    def _tried(self) -> Dialect:
        """The dialect of a server that is known by no name, such as one behind a proxy."""
        try:
            rows = self._rows(PROBE).rows
        except QueryError:
            return STANDARD
        return STANDARD if len(rows) == 1 and is_right(*rows[0]) else UNTRUSTED

    @property
    def generation(self) -> Generation | None:
        """The generation that this store is bound to; None where the dataset was put there by something else."""
        return self._view.generation

    def generations(self) -> list[Generation]:
        """The generations that the server holds now, the newest first."""
        found = generations(self._rows(GENERATIONS).rows)
        if found and not found[0].is_whole:
            what = f"it tells of {len(found[0].held)} graphs of its dataset, which has {found[0].size}"
            raise self.conversation.broken(what)
        # One that is being removed may be told of in part.
        return [generation for generation in found if generation.is_whole]

    @cached_property
    def _view(self) -> _View:
        held = self.generations()
        if held:
            return _View(held[0], held[0].asked)
        if self.dialect.defects or not self._rows(_APART).rows:
            return _View(None, None)
        named = _View(None, self._named_graphs())
        if named.places and not self._rows(_ANY, named).rows:
            # Some servers pass over what a request says about graphs: an empty answer would look like empty data.
            remedy = "let the server's default graph be the union of its named graphs"
            raise EndpointError("it does not heed default-graph-uri", where=self.place, remedy=remedy)
        return named

    def _named_graphs(self) -> tuple[str, ...]:
        names = [str(row[0]) for row in self._rows(_GRAPHS % (_MOST_GRAPHS + 1)).rows]
        if len(names) > _MOST_GRAPHS:
            remedy = "let the server's default graph be the union of its named graphs"
            raise EndpointError(
                f"more than {_MOST_GRAPHS} named graphs, and none of all", where=self.place, remedy=remedy
            )
        return tuple(names)

    def select(self, query: str) -> Solutions:
        """The solutions of a SELECT query. Errors: QueryError, EndpointError."""
        self._check(query)
        if self._is_better_here(query):
            return self._here.select(query)
        found = self._rows(query, self._view)
        if self._may_be_cut(len(found.rows)):
            return self._here.select(query)
        if self._view.generation is None:
            return found
        names = self._view.generation.names
        rows = tuple(tuple(names.get(str(t), t) if isinstance(t, URIRef) else t for t in row) for row in found.rows)
        return Solutions(found.variables, rows)

    def select_raw(self, query: str) -> Solutions:
        """The solutions of a query about the server's own graphs, the ledger among them. Errors: EndpointError."""
        return self._rows(query)

    def respond(self, query: str, media_type: str) -> bytes:
        """The answer to a query of any form, serialised as ``media_type``. Errors: QueryError, EndpointError.

        The server is asked for one form of each kind of answer, in which a failure in its middle shows.
        """
        self._check(query)
        if self._is_better_here(query):
            return self._here.respond(query, media_type)
        is_graph = form_of(query) in ("CONSTRUCT", "DESCRIBE")
        body = self._body(query, _NTRIPLES if is_graph else _JSON, self._view)
        rows = (
            body.count(b"\n") if is_graph else len(self._solutions(body).rows)
        )  # or what is made of it is cut off too
        if self._may_be_cut(rows):
            return self._here.respond(query, media_type)
        if self._view.generation is not None:
            names = {place.encode(): str(name).encode() for place, name in self._view.generation.names.items()}
            body = _PLACE.sub(lambda place: names.get(place[0], place[0]), body)
        if is_graph:
            same = media_type == _NTRIPLES and self.dialect.trusted
            return body if same else self._written(body, media_type)
        return results_in(body, media_type)

    def dump(self) -> bytes:
        """Every quad as N-Quads, or where the server does not say which graphs they are of, as N-Triples.

        Errors: EndpointError.
        """
        generation = self._view.generation
        if generation is not None:
            return b"".join(in_graph(self.whole(graph), graph.name) for graph in generation.graphs)
        places = self._view.places
        if places is None and self.dialect.page:
            places = self._named_graphs()
        if places is not None:
            return b"".join(in_graph(self.fetch(place), URIRef(place)) for place in places)
        # Some servers give a constructed triple once for every way in which it was found.
        lines = self._body(_EVERYTHING, _NTRIPLES).splitlines(keepends=True)
        return b"".join(dict.fromkeys(lines))

    def whole(self, graph: Kept) -> bytes:
        """The triples of a graph of a generation. Errors: EndpointError where the server gives more or fewer."""
        triples = self.fetch(graph.place, graph.triples)
        if (count := triples.count(b"\n")) != graph.triples:
            raise self.conversation.broken(f"it gives {count} triples of {graph.name}, which has {graph.triples}")
        return triples

    def fetch(self, place: str, expected: int = 0) -> bytes:
        """The triples of a graph as the server keeps it, as N-Triples; ``expected`` is how many, where it is known.

        Errors: EndpointError.
        """
        if self.dialect.page:
            # Written anew, a value is as in every other store.
            return self._written(b"".join(self._paging.graph(place, expected)), _NTRIPLES)
        address = self.graph_address(place)
        return self.conversation.fetch(address) if address is not None else self._body(GRAPH % place, _NTRIPLES)

    @cached_property
    def _paging(self) -> Paging:
        return Paging(
            lambda query: self._body(query, _NTRIPLES),
            lambda query: self.select_raw(query).rows,
            self.conversation.broken,
            self.dialect.page,
        )

    def addresses(self) -> tuple[str, str] | None:
        """Where updates and whole graphs go: as the environment says, or as the dialect has it."""
        update, graphs = os.environ.get("SVNGRAPH_UPDATE_URL"), os.environ.get("SVNGRAPH_GRAPHS_URL")
        if update and graphs:
            return update, graphs
        return self.dialect.addresses(self.place)

    def graph_address(self, place: str, *, fresh: bool = False) -> str | None:
        """The address of a graph in the Graph Store Protocol; None where the server's is not known.

        ``fresh``: nobody asks for the graph yet, so that it need not be written in one transaction.
        """
        known = self.addresses()
        more = self.dialect.piecemeal if fresh else ""
        return f"{known[1]}?graph={quote(place, safe='')}{more}" if known else None

    @cached_property
    def _here(self) -> EmbeddedStore:
        """The dataset itself, fetched once, for what the server would answer wrongly."""
        store = EmbeddedStore()
        try:
            store.fill(io.BytesIO(self.dump()))
        except EndpointError:
            raise
        except StoreError as error:
            raise self.conversation.broken(error.what) from error
        return store

    def _written(self, triples: bytes, media_type: str) -> bytes:
        """Triples that the server gave, in a format. Errors: EndpointError where they are none; QueryError."""
        try:
            return convert(triples, media_type, {})
        except StoreError as error:
            raise self.conversation.broken(error.what) from error

    def _is_better_here(self, query: str) -> bool:
        if "_here" in self.__dict__ or self.dialect.defect_in(query) is not None:
            return True
        # A generation's graphs have other names at the server: only there can a query not tell.
        return self._view.generation is not None and (chooses_graphs(query) or _NAMED.search(query) is not None)

    def _may_be_cut(self, rows: int) -> bool:
        """Whether an answer is as long as answers get where the server cuts them without a word."""
        return 0 < self.dialect.page <= rows

    def _check(self, query: str) -> None:
        if asks_elsewhere(query):
            raise QueryError("SERVICE is refused", remedy="a query asks this dataset and no other place")

    def _rows(self, query: str, view: _View | None = None) -> Solutions:
        return self._solutions(self._body(query, _JSON, view))

    def _solutions(self, body: bytes) -> Solutions:
        try:
            return solutions(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.conversation.broken("an answer that is no SPARQL result, or was cut off") from error

    def _body(self, query: str, media_type: str, view: _View | None = None) -> bytes:
        places: Sequence[str] = (view.places if view else None) or ()
        answer = self.conversation.ask(query, media_type, places)
        self._server = answer.server
        if not answer.kind.startswith(media_type):
            said = answer.kind or "something unnamed"
            raise self.conversation.broken(f"asked for {media_type}, got {said}")
        return whole_lines(answer.body, self.conversation.broken) if media_type == _NTRIPLES else answer.body


def in_graph(triples: bytes, name: URIRef) -> bytes:
    """N-Triples as N-Quads of a named graph."""
    end = f" <{name}> .\n".encode()
    return b"".join(
        line.rstrip()[:-1].rstrip() + end for line in triples.splitlines() if line.strip() and line[:1] != b"#"
    )


__all__ = ["RemoteStore"]
