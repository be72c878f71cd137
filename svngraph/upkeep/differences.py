"""What the named graphs of changed files gain and lose, as lines of N-Quads in the way that the engine writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from rdflib import URIRef

from svngraph.errors import InputError
from svngraph.store.embedded import EmbeddedStore, statements
from svngraph.store.manifest import Origin, Source
from svngraph.store.originals import original

Lines = set[bytes]


def of_graphs(before: EmbeddedStore, after: EmbeddedStore, graphs: Iterable[str]) -> tuple[Lines, Lines]:
    """What goes and what comes between two stores; blank nodes are always other ones."""
    gone: Lines = set()
    come: Lines = set()
    for graph in graphs:
        old, new = (set(which.dump_graph(graph).splitlines(keepends=True)) for which in (before, after))
        gone |= old - new
        come |= new - old
    return gone, come


def of_files(
    folder: Path, before: Origin, now: Origin, paths: Mapping[str, tuple[Path, URIRef]], names: Iterable[str]
) -> tuple[Lines, Lines] | None:
    """What goes and what comes, told from the files themselves, as they were and as they are.

    ``folder`` is the generation that was built from what was ``before``. None where only the engine knows: a file that
    is not kept, that shares a graph with another, or that has blank nodes.
    """
    if before.data != now.data:
        return None
    gone: Lines = set()
    come: Lines = set()
    for name in names:
        found = _of_file(folder, before, now, paths, name)
        if found is None:
            return None
        gone |= found[0]
        come |= found[1]
    return gone, come


def _of_file(
    folder: Path, before: Origin, now: Origin, paths: Mapping[str, tuple[Path, URIRef]], name: str
) -> tuple[Lines, Lines] | None:
    old, new = _alone(before, name), _alone(now, name)
    octets = original(folder, old) if old and new else None
    if octets is None or old is None or new is None:
        return None
    path = paths[name][0]
    try:
        lines = statements(octets, path, old.graph), statements(path.read_bytes(), path, new.graph)
    except (InputError, OSError):  # whoever reads it in earnest says what is wrong
        return None
    if any(unusual for _, unusual in lines):
        return None
    (was, _), (is_now, _) = lines
    gone, come = was - is_now, is_now - was
    # A value may be written in several ways that are one to the engine: what stays counts in its way of writing.
    subjects = {line[: line.index(b" ")] for line in gone | come}
    stay = _as_kept(line for line in was & is_now if line[: line.index(b" ")] in subjects)
    left, right = _as_kept(gone) - stay, _as_kept(come) - stay
    return left - right, right - left


def _alone(origin: Origin, name: str) -> Source | None:
    """The source of a name where no other file has a part in its graphs."""
    times = Counter(graph for source in origin.sources for graph in source.graphs)
    found = next((source for source in origin.sources if source.name == name), None)
    return found if found and all(times[graph] == 1 for graph in found.graphs) else None


def _as_kept(lines: Iterable[bytes]) -> Lines:
    """Quads as the engine writes them."""
    store = EmbeddedStore()
    store.fill(BytesIO(b"".join(lines)))
    return set(store.dump().splitlines(keepends=True))
