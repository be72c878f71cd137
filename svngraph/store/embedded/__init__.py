"""Oxigraph in this process: in memory, or read from a folder. The one home of pyoxigraph's store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyoxigraph
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from svngraph.errors import InputError, QueryError, StoreError
from svngraph.sparql import asks_elsewhere, chooses_graphs
from svngraph.store import Solutions
from svngraph.store.embedded.syntax import (
    FORMATS,
    canonical,
    convert,
    count_statements,
    graphs_in,
    refuse,
    relabelled,
    results_in,
    statements,
)

__all__ = ["EmbeddedStore", "canonical", "convert", "count_statements", "graphs_in", "results_in", "statements"]

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_AT = re.compile(r"error at (\d+):(\d+): ")
_Found = pyoxigraph.QuerySolutions | pyoxigraph.QueryTriples | pyoxigraph.QueryBoolean


class EmbeddedStore:
    """An Oxigraph store; without a path it lives in memory, with one it is a folder opened to be read."""

    def __init__(self, path: Path | None = None, *, create: bool = False) -> None:
        """``create`` makes a new folder store to be filled. Errors: StoreError."""
        try:
            if path is None:
                self._store = pyoxigraph.Store()
            elif create:
                self._store = pyoxigraph.Store(str(path))
            else:
                self._store = pyoxigraph.Store.read_only(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(str(error), where=str(path), remedy="build it again: svngraph build --store …") from error
        self._place = str(path) if path else "memory"

    @property
    def place(self) -> str:
        """The folder, or ``memory``."""
        return self._place

    @property
    def is_remote(self) -> bool:
        """Never: the dataset is in this process."""
        return False

    def __len__(self) -> int:
        return len(self._store)

    def load(self, path: Path, graph: URIRef | None = None) -> None:
        """Add the quads of a file, its default graph into ``graph``.

        Errors: InputError with line and column; nothing of a broken file is added.
        """
        form = FORMATS.get(path.suffix.lower())
        if form is None:
            raise InputError(
                "not a known RDF file", where=str(path), remedy=f"expected one of {', '.join(sorted(FORMATS))}"
            )
        try:
            target = pyoxigraph.NamedNode(graph) if graph is not None else None
            self._store.bulk_load(path=path, format=form, to_graph=target, base_iri=path.resolve().as_uri())
        except SyntaxError as error:
            where = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
            raise InputError(str(error.msg), where=where, remedy="mend the file; nothing was loaded") from error
        except ValueError as error:
            raise InputError(str(error), where=str(path), remedy="give the file another name") from error
        except OSError as error:
            # The same error may come from the file or from the place that is written to.
            if not path.is_file():
                raise InputError("no such file", where=str(path), remedy="check the path") from error
            raise StoreError(str(error), where=self.place, remedy="check the rights and the space there") from error

    def add(self, triples: bytes, graph: URIRef) -> None:
        """Add N-Triples to a named graph."""
        with self._failing():
            self._store.bulk_load(
                input=triples, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=pyoxigraph.NamedNode(graph)
            )

    def fill(self, nquads: IO[bytes]) -> None:
        """Add the N-Quads of a stream; their blank nodes get other names."""
        with self._failing():
            self._store.bulk_load(input=nquads, format=pyoxigraph.RdfFormat.N_QUADS)

    def change(self, gone: bytes, come: bytes) -> None:
        """Remove N-Quads and add others; blank nodes are those of the store, by the names that its dump gives them."""
        with self._failing():
            for quad in pyoxigraph.parse(gone, format=pyoxigraph.RdfFormat.N_QUADS):
                self._store.remove(quad)
            self._store.extend(pyoxigraph.parse(come, format=pyoxigraph.RdfFormat.N_QUADS))

    def settle_labels(self) -> None:
        """Give blank nodes their canonical labels, so that the same dataset is the same in every process."""
        blank, labelled = relabelled(self.dump().splitlines(keepends=True))
        self.change(blank, labelled)

    def about(self, subjects: Iterable[str], graph: str) -> bytes:
        """What a named graph says of some subjects, as N-Quads."""
        name = pyoxigraph.NamedNode(graph)
        with self._failing():
            quads = (self._store.quads_for_pattern(pyoxigraph.NamedNode(one), None, None, name) for one in subjects)
            found = (quad for several in quads for quad in several)
            return pyoxigraph.serialize(found, format=pyoxigraph.RdfFormat.N_QUADS) or b""

    def finish(self, *, tidy: bool = True) -> None:
        """Put everything on disk, ``tidy`` in its best order, and let go of it: the store is of no use afterwards."""
        try:
            with self._failing():
                self._store.flush()
                if tidy:
                    self._store.optimize()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the store, which is of no use afterwards; what is closed already stays so."""
        self.__dict__.pop("_store", None)

    def select(self, query: str) -> Solutions:
        """The solutions of a SELECT query over the union of the named graphs. Errors: QueryError."""
        found = self._query(query)
        if not isinstance(found, pyoxigraph.QuerySolutions):
            raise QueryError("not a SELECT query", remedy="begin it with SELECT")
        variables = tuple(variable.value for variable in found.variables)
        memo: dict[object, Node] = {}
        rows = []
        try:
            for solution in found:
                rows.append(tuple(None if term is None else _rdflib(term, memo) for term in solution))
        except (RuntimeError, OSError) as error:
            raise QueryError(str(error), remedy="the query failed while it ran") from error
        return Solutions(variables, tuple(rows))

    def keys(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The solutions of a SELECT query as the engine's own terms, for columns that number them; lazily.

        Errors: QueryError.
        """
        found = self._query(query)
        if not isinstance(found, pyoxigraph.QuerySolutions):
            raise QueryError("not a SELECT query", remedy="begin it with SELECT")
        try:
            yield from map(tuple, found)
        except (RuntimeError, OSError) as error:
            raise QueryError(str(error), remedy="the query failed while it ran") from error

    def respond(self, query: str, media_type: str) -> bytes:
        """The answer to a query of any form, serialised as ``media_type``. Errors: QueryError."""
        found = self._query(query)
        try:
            if isinstance(found, pyoxigraph.QueryTriples):
                octets = found.serialize(format=pyoxigraph.RdfFormat.from_media_type(media_type) or refuse(media_type))
            else:
                form = pyoxigraph.QueryResultsFormat.from_media_type(media_type) or refuse(media_type)
                octets = found.serialize(format=form)
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(str(error), remedy="the query failed while it ran") from error
        return octets or b""

    def dump(self) -> bytes:
        """Every quad as N-Quads."""
        with self._failing():
            return self._store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""

    def dump_graph(self, graph: str) -> bytes:
        """The triples of one named graph, as N-Quads."""
        name = pyoxigraph.NamedNode(graph)
        with self._failing():
            found = self._store.quads_for_pattern(None, None, None, name)
            return pyoxigraph.serialize(found, format=pyoxigraph.RdfFormat.N_QUADS) or b""

    def triples(self, graph: str) -> bytes:
        """The triples of one named graph, as N-Triples."""
        with self._failing():
            form, name = pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.NamedNode(graph)
            return self._store.dump(format=form, from_graph=name) or b""

    def count(self, graph: str) -> int:
        """How many triples a named graph has."""
        with self._failing():
            found = self._store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=pyoxigraph.NamedNode(graph))
            assert isinstance(found, pyoxigraph.QuerySolutions)
            return int(str(next(found)[0].value))

    def graphs(self) -> Iterable[URIRef]:
        """The names of the named graphs."""
        with self._failing():
            return [URIRef(graph.value) for graph in self._store.named_graphs()]

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """What the engine reports in the block, told as a failure of the store."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            what, remedy = str(error), "check the rights and the space there"
            if "orruption" in what or "No such file" in what:
                remedy = "check it with svngraph store verify; build it again, or restore a backup"
            raise StoreError(what, where=self.place, remedy=remedy) from error
        except (SyntaxError, ValueError) as error:
            what = f"not RDF: {getattr(error, 'msg', None) or error}"
            raise StoreError(what, where=self.place, remedy="check what gave it") from error

    def _query(self, query: str) -> _Found:
        if asks_elsewhere(query):
            raise QueryError("SERVICE is refused", remedy="a query asks this dataset and no other place")
        try:
            # A query that says which graphs it is about is asked about these; any other about the union of all.
            return self._store.query(query, use_default_graph_as_union=not chooses_graphs(query))
        except SyntaxError as error:
            place = _AT.match(error.msg)
            position = (int(place[1]), int(place[2])) if place else None
            raise QueryError(error.msg[place.end() :] if place else error.msg, position=position) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise QueryError(str(error), where="query") from error


def _rdflib(term: object, memo: dict[object, Node]) -> Node:
    """The rdflib term for one of pyoxigraph's; ``memo`` spares the work for a term met before."""
    known = memo.get(term)
    if known is None:
        if isinstance(term, pyoxigraph.NamedNode):
            known = URIRef(term.value)
        elif isinstance(term, pyoxigraph.BlankNode):
            known = BNode(term.value)
        elif isinstance(term, pyoxigraph.Literal):
            datatype = None if term.language or term.datatype.value == _XSD_STRING else URIRef(term.datatype.value)
            known = Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
        else:
            raise QueryError(f"a triple term in the answer: {term}", remedy="ask for its parts")
        memo[term] = known
    return known
