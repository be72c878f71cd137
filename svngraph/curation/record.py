"""The file that holds the curation graph: read under a lock, rewritten whole and in canonical form, header kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout
from rdflib import BNode, URIRef

from svngraph.columns.reading import DEFAULT_GRAPH, key_of, read_bytes, term_of
from svngraph.errors import InputError, StoreLocked
from svngraph.files import write_whole
from svngraph.model import Triple
from svngraph.namespaces import Names
from svngraph.store.embedded import canonical
from svngraph.trig import write

FILE = "curation.trig"
LOCK = ".curation.lock"
_HEADER = "svngraph data: named graph curation. CC0-1.0: https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True)
class Edit:
    """A change to the curation graph: what goes, and then what comes."""

    removed: frozenset[Triple] = frozenset()
    added: frozenset[Triple] = frozenset()

    def then(self, other: Edit) -> Edit:
        """One change followed by another, as one."""
        return Edit(self.removed - other.added | other.removed, self.added - other.removed | other.added)


@dataclass(frozen=True)
class Record:
    """The content of a curation file: its header comment, and the triples of each of its named graphs."""

    path: Path
    names: Names
    header: str
    graphs: Mapping[URIRef, frozenset[Triple]]
    octets: bytes = field(default=b"", repr=False)

    @property
    def triples(self) -> frozenset[Triple]:
        """The triples of the curation graph."""
        return self.graphs.get(self.names.graph("curation"), frozenset())

    def edited(self, edit: Edit) -> Record:
        """The record after an edit."""
        graph = self.names.graph("curation")
        return replace(self, graphs={**self.graphs, graph: (self.triples - edit.removed) | edit.added})

    def text(self) -> str:
        """The record as canonical TriG."""
        kept = {graph: triples for graph, triples in self.graphs.items() if triples}
        return write(kept, self.names, self.header)

    def save(self) -> None:
        """Put the record in place of the file.

        Errors: InputError where the file has been changed by another hand since it was read, or cannot be written.
        """
        if _octets(self.path) != self.octets:
            raise InputError("changed while it was being edited", where=str(self.path), remedy="run the command again")
        text = self.text().encode()
        _check_nothing_is_lost(self, text)
        write_whole(self.path, text)


@contextmanager
def opened(folder: Path, names: Names) -> Iterator[Record]:
    """The curation file of a data folder, locked for as long as the block lasts; an empty record where there is none.

    Errors: StoreLocked while another process edits it; InputError where the file cannot be read, or could not be
    written back as it is meant.
    """
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), remedy="name the folder of your data: --data DIR")
    try:
        with FileLock(folder / LOCK, timeout=10):
            yield read(folder / FILE, names)
    except Timeout as error:
        raise StoreLocked("another process is editing the curation", where=str(folder), remedy="wait for it") from error


def read(path: Path, names: Names) -> Record:
    """The record of a curation file; empty, with the usual header, where there is no file. Errors: InputError."""
    octets = _octets(path)
    if not octets:
        return Record(path, names, _HEADER, {}, octets)
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", where=str(path), remedy="mend the file") from error
    lines = text.splitlines()
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if any(line.lstrip().startswith("#") for line in lines[head:]):
        raise InputError(
            "comments inside the file would be lost", where=str(path), remedy="move them to the top of the file"
        )
    header = "\n".join(line[1:].removeprefix(" ") for line in lines[:head])
    return Record(path, names, header, _graphs(octets, path, names), octets)


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check the path") from error


def _graphs(octets: bytes, path: Path, names: Names) -> dict[URIRef, frozenset[Triple]]:
    found: dict[URIRef, set[Triple]] = defaultdict(set)
    try:
        for subject, predicate, value, graph in read_bytes(octets, "trig", base_iri=path.resolve().as_uri()).tuples:
            name = names.graph("curation") if graph == DEFAULT_GRAPH else term_of(graph)
            # A TriG file holds no other terms.
            found[URIRef(str(name))].add((term_of(subject), term_of(predicate), term_of(value)))  # type: ignore[arg-type]
    except SyntaxError as error:
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise InputError(str(error.msg), where=place, remedy="mend the file; nothing was written") from error
    triples = {graph: frozenset(those) for graph, those in found.items()}
    for those in triples.values():
        _check_blank_nodes(those, path)
    return triples


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


def _check_nothing_is_lost(record: Record, text: bytes) -> None:
    """Read back what is to be written: it must say what the record says."""
    meant = b"".join(
        b" ".join(str(key_of(term)).encode() for term in (*triple, graph)) + b" .\n"
        for graph, triples in record.graphs.items()
        for triple in triples
    )
    rows = read_bytes(text, "trig").tuples
    read_back = b"".join(b" ".join(str(term).encode() for term in row) + b" .\n" for row in rows)
    if canonical(meant) != canonical(read_back):
        raise InputError("the text would not say what is meant", where=str(record.path), remedy="report this")
