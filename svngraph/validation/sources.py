"""Shapes graphs and other small graphs read from files for rdflib, lexical forms as written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph

from svngraph.columns import Terms
from svngraph.columns.reading import read_file
from svngraph.errors import InputError, ShapesError


def read_graph(paths: Iterable[Path | str]) -> Graph:
    """The rdflib graph of some RDF files, merged. rdflib's own parsers normalise literals; this one does not.

    Errors: InputError, with file and line.
    """
    graph = Graph()
    for place, path in enumerate(map(Path, paths)):
        source, terms = read_file(path, place=place), Terms()
        rows = source.numbers(terms.number)[:, :3].tolist()
        terms.name_blank_nodes(0, source)
        for subject, predicate, obj in rows:
            graph.add((terms.term(subject), terms.term(predicate), terms.term(obj)))
    return graph


def read_shapes(paths: Iterable[Path | str]) -> Graph:
    """The shapes graph of some RDF files.

    Errors: ShapesError, with file and line.
    """
    try:
        return read_graph(paths)
    except InputError as error:
        raise ShapesError(error.what, where=error.where, remedy=error.remedy) from error
