"""The file that holds the curation graph: read under a lock, edited where it changes, kept in canonical form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout
from rdflib import BNode, URIRef

from svngraph.columns.reading import key_of, read_bytes
from svngraph.curation import content
from svngraph.curation.content import Content
from svngraph.errors import InputError, StoreLocked
from svngraph.files import settle, write_whole
from svngraph.model import Triple
from svngraph.namespaces import SVN, Names
from svngraph.store.embedded import canonical
from svngraph.trig import write

FILE = "curation.trig"
LOCK = ".curation.lock"
# How often a writer that waits looks whether it is its turn: an edit takes about a hundredth of a second.
_LOOK = 0.02


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
    """A curation file as it was read, and the edit that has been made to what it says."""

    content: Content
    edit: Edit = Edit()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.content.path

    @property
    def names(self) -> Names:
        """The names under which things are known."""
        return self.content.names

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """The triples of the curation graph."""
        before = self.content.graphs.get(self.names.graph("curation"), frozenset())
        return (before - self.edit.removed) | self.edit.added

    def about(self, subject: URIRef | BNode) -> frozenset[Triple]:
        """The triples of the curation graph about one thing."""
        added = {triple for triple in self.edit.added if triple[0] == subject}
        return (self.content.about(subject) - self.edit.removed) | added

    def leading_from(self, source: URIRef) -> Sequence[URIRef]:
        """The links that say of themselves that they lead from a thing."""
        return self._links.get(source, ())

    @cached_property
    def _links(self) -> Mapping[object, Sequence[URIRef]]:
        found: dict[object, list[URIRef]] = defaultdict(list)
        for subject, predicate, value in self.triples:
            if predicate == SVN["from"] and isinstance(subject, URIRef):
                found[value].append(subject)
        return found

    def edited(self, edit: Edit) -> Record:
        """The record after an edit."""
        return replace(self, edit=self.edit.then(edit))

    def text(self) -> str:
        """The record as canonical TriG."""
        graphs = {**self.content.graphs, self.names.graph("curation"): self.triples}
        kept = {graph: triples for graph, triples in graphs.items() if triples}
        return write(kept, self.names, self.content.header)

    def save(self) -> None:
        """Put the record in place of the file; durable once the block of :func:`opened` has ended.

        Errors: InputError where the file has been changed by another hand since it was read, or cannot be written.
        """
        if content.octets_of(self.path) != self.content.octets:
            raise InputError("changed while it was being edited", where=str(self.path), remedy="run the command again")
        text = self.amended()
        if text is None:
            text = self.text().encode()
            _check_nothing_is_lost(self, text)
        content.mark(self.path, write_whole(self.path, text, settled=False), self.names)

    def amended(self) -> bytes | None:
        """The text of the file with only the things of the edit written anew; None where all of it has to be.

        Errors: InputError where it would not say what is meant.
        """
        terms = [term for triple in self.edit.removed | self.edit.added for term in triple]
        if self.content.blocks is None or any(isinstance(term, BNode) for term in terms):
            return None
        subjects = {s for s, _, _ in self.edit.removed | self.edit.added if isinstance(s, URIRef)}
        things = {subject: self.about(subject) for subject in subjects}
        if any(isinstance(term, BNode) for triples in things.values() for triple in triples for term in triple):
            return None
        blocks = self.content.blocks.changed(things)
        if blocks is None:
            return None
        for subject, triples in things.items():
            if _keys(self.content.said(blocks, subject)) != _keys(triples):
                raise _lost(self.path)
        return blocks.text


@contextmanager
def opened(folder: Path, names: Names) -> Iterator[Record]:
    """The curation file of a data folder, locked for as long as the block lasts; an empty record where there is none.

    Errors: StoreLocked while another process edits it; InputError where the file cannot be read, or could not be
    written back as it is meant.
    """
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), remedy="name the folder of your data: --data DIR")
    lock = FileLock(folder / LOCK, timeout=10, poll_interval=_LOOK)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreLocked("another process is editing the curation", where=str(folder), remedy="wait for it") from error
    except OSError as error:
        remedy = "check the folder's rights and space"
        raise InputError(error.strerror or str(error), where=str(folder), remedy=remedy) from error
    try:
        yield read(folder / FILE, names)
    finally:
        lock.release()
    settle(folder / FILE)  # waiting for the disk keeps nobody else from writing


def read(path: Path, names: Names) -> Record:
    """The record of a curation file; empty, with the usual header, where there is no file. Errors: InputError."""
    found = content.read(path, names)
    if not found.canonical:
        _ = found.header, found.graphs  # what another hand wrote may be wrong: then it is said before anything is done
    return Record(found)


def _keys(triples: Iterable[Triple]) -> set[tuple[str, ...]]:
    """Triples as text, lexical forms and all."""
    return {tuple(str(key_of(term)) for term in triple) for triple in triples}


def _lost(path: Path) -> InputError:
    return InputError("the text would not say what is meant", where=str(path), remedy="report this")


def _check_nothing_is_lost(record: Record, text: bytes) -> None:
    """Read back what is to be written: it must say what the record says."""
    graphs: Mapping[URIRef, frozenset[Triple]] = {
        **record.content.graphs,
        record.names.graph("curation"): record.triples,
    }
    meant = b"".join(
        b" ".join(str(key_of(term)).encode() for term in (*triple, graph)) + b" .\n"
        for graph, triples in graphs.items()
        for triple in triples
    )
    rows = read_bytes(text, "trig").tuples
    read_back = b"".join(b" ".join(str(term).encode() for term in row) + b" .\n" for row in rows)
    if canonical(meant) != canonical(read_back):
        raise _lost(record.path)
