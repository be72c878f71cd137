"""What stands in a curation file: all of it, or what it says of one thing, which takes no reading of the rest.

A file that this program wrote is canonical, and stays so until another hand writes it. A mark beside it tells which
file that was; without it, or after any change, the file is read as a whole and checked.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import BNode, URIRef

from svngraph import __version__
from svngraph.columns.reading import DEFAULT_GRAPH, read_bytes, term_of
from svngraph.curation.blocks import Blocks
from svngraph.errors import InputError
from svngraph.model import Triple
from svngraph.namespaces import Names

MARK = ".curation.mark"
_HEADER = "svngraph data: named graph curation. CC0-1.0: https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True)
class Content:
    """The octets of a curation file; ``canonical`` where nobody but this program has written them."""

    path: Path
    names: Names
    octets: bytes
    canonical: bool = False

    @cached_property
    def header(self) -> str:
        """The comment at the top of the file. Errors: InputError for comments further down, which would be lost."""
        if not self.octets:
            return _HEADER
        try:
            lines = self.octets.decode("utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise InputError("not UTF-8", where=str(self.path), remedy="mend the file") from error
        head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
        if any(line.lstrip().startswith("#") for line in lines[head:]):
            remedy = "move them to the top of the file"
            raise InputError("comments inside the file would be lost", where=str(self.path), remedy=remedy)
        return "\n".join(line[1:].removeprefix(" ") for line in lines[:head])

    @cached_property
    def graphs(self) -> Mapping[URIRef, frozenset[Triple]]:
        """The triples of each named graph. Errors: InputError."""
        try:
            graphs = self._read(self.octets)
        except SyntaxError as error:
            place = f"{self.path}:{error.lineno}" if error.lineno else str(self.path)
            raise InputError(str(error.msg), where=place, remedy="mend the file; nothing was written") from error
        for those in graphs.values():
            _check_blank_nodes(those, self.path)
        return graphs

    @cached_property
    def blocks(self) -> Blocks | None:
        """The text of the curation graph, thing by thing; None where it has to be read as a whole."""
        return Blocks.of(self.octets, self.names.graph("curation"), self.names) if self.canonical else None

    def about(self, subject: URIRef | BNode) -> frozenset[Triple]:
        """What the curation graph says of a thing. Errors: InputError."""
        if self.blocks is not None and isinstance(subject, URIRef):
            found = self.said(self.blocks, subject)
            # The label of a blank node means something within one reading only.
            if not any(isinstance(term, BNode) for triple in found for term in triple):
                return found
        return self._by_subject.get(subject, frozenset())

    @cached_property
    def _by_subject(self) -> Mapping[URIRef | BNode, frozenset[Triple]]:
        found: dict[URIRef | BNode, set[Triple]] = defaultdict(set)
        for triple in self.graphs.get(self.names.graph("curation"), ()):
            found[triple[0]].add(triple)
        return {subject: frozenset(triples) for subject, triples in found.items()}

    def said(self, blocks: Blocks, subject: URIRef) -> frozenset[Triple]:
        """What the text of one block says, read by itself."""
        text = blocks.alone(subject)
        return self._read(text).get(self.names.graph("curation"), frozenset()) if text else frozenset()

    def _read(self, octets: bytes) -> dict[URIRef, frozenset[Triple]]:
        found: dict[URIRef, set[Triple]] = defaultdict(set)
        rows = read_bytes(octets, "trig", base_iri=self.path.resolve().as_uri()).tuples
        for subject, predicate, value, graph in rows:
            name = self.names.graph("curation") if graph == DEFAULT_GRAPH else term_of(graph)
            # A TriG file holds no other terms.
            found[URIRef(str(name))].add((term_of(subject), term_of(predicate), term_of(value)))  # type: ignore[arg-type] # as said
        return {graph: frozenset(triples) for graph, triples in found.items()}


def read(path: Path, names: Names) -> Content:
    """What stands in a file; nothing, under the usual header, where there is none. Errors: InputError."""
    octets, state = _opened(path)
    try:
        known = path.with_name(MARK).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return Content(path, names, octets)
    return Content(path, names, octets, canonical=state is not None and known == _mark(state, names))


def octets_of(path: Path) -> bytes:
    """The octets of a file; none where there is no file. Errors: InputError."""
    return _opened(path)[0]


def _opened(path: Path) -> tuple[bytes, os.stat_result | None]:
    """What a file holds, and its state once that had been read."""
    try:
        with path.open("rb") as file:
            return file.read(), os.fstat(file.fileno())
    except FileNotFoundError:
        return b"", None
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error


def mark(path: Path, state: os.stat_result | None, names: Names) -> None:
    """Remember that a file is canonical as it is in a state; one that cannot be remembered is read as a whole."""
    if state is not None:
        with suppress(OSError):
            path.with_name(MARK).write_text(_mark(state, names), "utf-8")


def _mark(state: os.stat_result, names: Names) -> str:
    return f"{__version__} {names.base} {state.st_ino} {state.st_size} {state.st_mtime_ns}\n"


def _check_blank_nodes(triples: Iterable[Triple], path: Path) -> None:
    """Canonical TriG writes a blank node inside the one thing that names it; another kind would be lost."""
    named: dict[BNode, int] = defaultdict(int)
    for subject, _, value in triples:
        if isinstance(subject, BNode):
            named[subject] += 0
        if isinstance(value, BNode):
            named[value] += 1
    if any(count != 1 for count in named.values()):
        raise InputError(
            "a blank node that is not named exactly once", where=str(path), remedy="give it an IRI; nothing was written"
        )
