"""The snapshot: the union of a dataset's graphs as sorted id columns, one pair per predicate and direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from pathlib import Path as FilePath

import numpy as np
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from svngraph.columns import reading
from svngraph.columns.building import Column, Columns, Rows, columns_of, edited_column
from svngraph.columns.engine import is_kept_as_value, rewritten
from svngraph.columns.literals import Literals
from svngraph.columns.sets import EMPTY, NONE, Ids, Pairs, contains, gather, ids_of, ranges, union, unique
from svngraph.columns.terms import Terms

Triple = tuple[Node, Node, Node]
# Above this share of a column's rows, one pass over the column beats a search per start.
_DENSE = 16
_NO_ROWS: Rows = (NONE, NONE)


class Snapshot:
    """A dataset read into columns: the union of its graphs, each triple once, lexical forms exactly as written.

    A snapshot does not change; :meth:`edited` gives the next one, which shares the numbering and every column that
    the edit does not touch.
    """

    def __init__(self, terms: Terms, columns: Columns) -> None:
        self.terms = terms
        self.literals = Literals(terms)
        self._forward = columns
        self._backward: Columns = {}

    @classmethod
    def of_files(cls, paths: Iterable[FilePath | str], *, graphs: Iterable[URIRef] | None = None) -> Snapshot:
        """The snapshot of RDF files, whose formats follow from their extensions.

        Shape:  every graph merged, or only the named graphs listed in ``graphs``.
        Errors: InputError, with file and line.
        """
        files = [FilePath(path) for path in paths]
        # Blank nodes of different files are different, whatever their labels.
        sources = (reading.read_file(path, place=place) for place, path in enumerate(files))
        return cls._of_sources(sources, graphs)

    @classmethod
    def of_bytes(cls, data: bytes, extension: str = "nq", *, graphs: Iterable[URIRef] | None = None) -> Snapshot:
        """The snapshot of RDF held in memory, such as a store's dump in N-Quads.

        Errors: InputError, with the line.
        """
        return cls._of_sources([reading.read_bytes(data, extension)], graphs)

    @classmethod
    def of_rows(cls, terms: Terms, rows: Ids) -> Snapshot:
        """The snapshot of rows of ids, three or four to a row, whose blank nodes keep their labels."""
        return cls(terms, columns_of([rows], terms.default_graph))

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> Snapshot:
        """The snapshot of rdflib triples (or of a whole rdflib graph)."""
        keys = (tuple(map(reading.key_of, triple[:3])) for triple in triples)
        return cls._of_sources([reading.Source("(in memory)", 3, keys)], None)

    @classmethod
    def of_keys(cls, triples: Iterable[tuple[reading.Key, reading.Key, reading.Key]]) -> Snapshot:
        """The snapshot of triples as an engine in this process gives its own terms."""
        return cls._of_sources([reading.Source("(in memory)", 3, iter(triples))], None)

    @classmethod
    def _of_sources(cls, sources: Iterable[reading.Source], graphs: Iterable[URIRef] | None) -> Snapshot:
        terms = Terms()
        chosen = None if graphs is None else np.array([terms.intern(name) for name in graphs], np.int32)
        blocks: list[Ids] = []
        for source in sources:
            if source.width == 3 and chosen is not None:
                continue  # such a file holds the default graph only
            start = len(terms)
            rows = source.numbers(terms.number)
            terms.name_blank_nodes(start, source)
            blocks.append(rows if chosen is None else rows[np.isin(rows[:, 3], chosen)])
        return cls(terms, columns_of(blocks, terms.default_graph))

    def __len__(self) -> int:
        return sum(len(column) for column in self._forward.values())

    def id(self, term: Node) -> int | None:
        """The id of a term, or None where the dataset does not have it."""
        return self.terms.find(term)

    def term(self, index: int) -> Node:
        """The rdflib term with this id."""
        return self.terms.term(index)

    def predicates(self) -> Mapping[int, Column]:
        """Every predicate's column, by the predicate's id."""
        return self._forward

    def column(self, predicate: Node, *, backward: bool = False) -> Column:
        """The column of a predicate, sorted by subject, or by object where ``backward``; empty where unknown."""
        index = self.terms.find(predicate)
        return Column(EMPTY) if index is None else self.column_of(index, backward=backward)

    def column_of(self, predicate: int, *, backward: bool = False) -> Column:
        """The column of a predicate given by its id."""
        forward = self._forward.get(predicate)
        if forward is None:
            return Column(EMPTY)
        if not backward:
            return forward
        found = self._backward.get(predicate)
        if found is None:
            found = self._backward[predicate] = forward.reversed()
        return found

    def edges(self, predicate: Node, starts: Ids, *, backward: bool = False) -> Pairs:
        """The relation of a predicate restricted to these starts (subjects, or objects where ``backward``)."""
        index = self.terms.find(predicate)
        return EMPTY if index is None else self.edges_of(index, starts, backward=backward)

    def edges_of(self, predicate: int, starts: Ids, *, backward: bool = False) -> Pairs:
        """The same of a predicate given by its id."""
        pairs = self.column_of(predicate, backward=backward).pairs
        if not len(pairs) or not starts.size:
            return EMPTY
        if starts.size * _DENSE > len(pairs):
            mask = contains(starts, pairs.left, len(self.terms))
            return Pairs(pairs.left[mask], pairs.right[mask])
        start, counts = ranges(pairs.left, starts, len(self.terms) if starts.size * 2 > len(pairs) else 0)
        return Pairs(np.repeat(starts, counts), gather(pairs.right, start, counts))

    def objects(self, subjects: Ids, predicate: Node) -> Ids:
        """The set of objects that these subjects have for a predicate."""
        return unique(self.edges(predicate, subjects).right)

    def subjects(self, predicate: Node, objects: Ids | None = None) -> Ids:
        """The set of subjects of a predicate, or of those with one of these objects."""
        if objects is None:
            return _distinct(self.column(predicate).pairs.left)
        return unique(self.edges(predicate, objects, backward=True).right)

    def subclasses(self, classes: Ids) -> Ids:
        """These classes and every class below them by ``rdfs:subClassOf``."""
        known = frontier = classes
        while frontier.size:
            below = self.subjects(RDFS.subClassOf, frontier)
            frontier = below[~contains(known, below, len(self.terms))]
            known = unique(np.concatenate([known, frontier]))
        return known

    def instances(self, classes: Ids) -> Ids:
        """The nodes that are SHACL instances of one of these classes, subclasses included.

        Source: https://www.w3.org/TR/shacl/#dfn-shacl-instance
        """
        return self.subjects(RDF.type, self.subclasses(classes)) if classes.size else NONE

    def edited(self, added: Iterable[Triple] = (), removed: Iterable[Triple] = ()) -> Snapshot:
        """The snapshot after an edit.

        Shape:  quads that were not in the dataset before are ``added``, ones that were are ``removed``; of a triple
                that stands in several graphs, one copy goes and the triple stays.
        """
        fresh = self.with_columns(dict(self._forward))
        plus, minus = self._by_predicate(added), self._by_predicate(removed)
        touched = plus.keys() | minus.keys()
        fresh._backward = {name: column for name, column in self._backward.items() if name not in touched}
        for name in touched:
            came, went = plus.get(name, _NO_ROWS), minus.get(name, _NO_ROWS)
            fresh._forward[name] = edited_column(self.column_of(name), came, went)
            if name in self._backward:
                fresh._backward[name] = edited_column(self._backward[name], came[::-1], went[::-1])
        return fresh

    def with_columns(self, columns: Columns) -> Snapshot:
        """A snapshot of other triples over the same terms."""
        fresh = Snapshot(self.terms, columns)
        fresh.literals = self.literals
        return fresh

    def _by_predicate(self, triples: Iterable[Triple]) -> dict[int, Rows]:
        rows: dict[int, list[tuple[int, int]]] = {}
        for subject, predicate, obj, *_ in triples:
            row = (self.terms.intern(subject), self.terms.intern(obj))
            rows.setdefault(self.terms.intern(predicate), []).append(row)
        columns = {name: np.array(pairs, np.int32) for name, pairs in rows.items()}
        return {name: (column[:, 0], column[:, 1]) for name, column in columns.items()}

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Every triple as ids, predicate by predicate."""
        for name, column in self._forward.items():
            for subject, obj in zip(column.pairs.left.tolist(), column.pairs.right.tolist(), strict=True):
                yield subject, name, obj

    def key_rows(
        self, predicates: Iterable[Node] | None = None
    ) -> Iterator[tuple[reading.Key, reading.Key, reading.Key]]:
        """The triples, all or those of some predicates, as the parser's own terms, for an engine that takes them so."""
        names = self._forward if predicates is None else [self.terms.find(term) for term in predicates]
        for name in names:
            if name in self._forward:
                pairs, keys = self._forward[name].pairs, self.terms.keys
                yield from zip(keys(pairs.left.tolist()), repeat(self.terms.key(name)), keys(pairs.right.tolist()))

    def rewritten(self, predicates: Iterable[Node] | None = None) -> list[tuple[Node, Node]]:
        """The literals, all or those of some predicates, of which a SPARQL engine may keep only the value.

        Shape:  each as such an engine gives it and as it is written.
        """
        names = self._forward if predicates is None else [self.terms.find(term) for term in predicates]
        objects = union(*(unique(self._forward[name].pairs.right) for name in names if name in self._forward))
        codes = self.literals.datatypes(objects)
        kept = [code for code in unique(codes).tolist() if is_kept_as_value(self.literals.text(code))]
        chosen = contains(ids_of(kept), codes, int(codes.max(initial=0)) + 1)
        return rewritten(self.terms.keys(objects[chosen].tolist()))

    def graph(self) -> Graph:
        """The snapshot as an rdflib graph."""
        graph, term = Graph(), self.terms.term
        for subject, name, obj in self.rows():
            graph.add((term(subject), term(name), term(obj)))
        return graph


def _distinct(ordered: Ids) -> Ids:
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if ordered.size > 1 else ordered
