"""What is written down of a generation: what it was built from, what it holds, and a digest of each of its files.

It stands in the generation's folder as ``built.json``. A generation never changes once it is in force, so the digests
of its files tell whether the disk still holds what was built, bit for bit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from svngraph.errors import StoreError
from svngraph.files import write_whole

FILE = "built.json"
IN_USE = "in-use"
TABLE, KEPT_AS_THEY_WERE = ".sst", ".original"
# What is never written to again once it is there, so that the next generation may have the same file.
SHARED = (TABLE, KEPT_AS_THEY_WERE)
_AT_ONCE = 64 << 20  # octets that are read and digested in a twentieth of a second
# The engine writes into these, or creates them anew, when a store is merely opened.
_NOT_KEPT = ("LOG", "LOCK", "IDENTITY", FILE, IN_USE)


@dataclass(frozen=True)
class Source:
    """A file that a dataset was built from.

    ``name`` is its path inside its folder, after ``ontology:`` or ``shapes:`` where it is no data file; ``graph`` is
    the named graph for what stands in none; ``graphs`` are all that it has a part in.
    """

    name: str
    digest: str
    graph: str
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """What a dataset was built from: the publisher's base, the data folder as it was named, and each file."""

    base: str
    data: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Manifest:
    """What is known of a generation.

    Shape:  ``how`` is build, update, restore or compact; ``graphs`` counts the quads of each named graph; ``files`` are
            size and digest of each file of the generation; ``built`` is an ISO 8601 time.
    """

    how: str
    built: str
    graphs: Mapping[str, int]
    files: Mapping[str, tuple[int, str]]
    origin: Origin | None = None

    @property
    def quads(self) -> int:
        """How many quads there are in all named graphs."""
        return sum(self.graphs.values())


@dataclass
class Making:
    """What is learnt of a generation while it is made, for its manifest."""

    how: str = "build"
    origin: Origin | None = None
    graphs: dict[str, int] = field(default_factory=dict)


def digest(path: Path) -> str:
    """The SHA-256 of a file. Errors: OSError."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def kept(folder: Path) -> Iterable[Path]:
    """The files of a generation that do not change any more, by name."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if not path.name.startswith(_NOT_KEPT))


def write(folder: Path, making: Making, known: Mapping[str, tuple[int, str]]) -> None:
    """Write the manifest of a generation that is whole; ``known`` are the digests of files that it shares.

    Errors: InputError, OSError.
    """
    files = {}
    for path in kept(folder):
        before = known.get(path.name)
        size = path.stat().st_size
        shared = before is not None and path.suffix in SHARED and before[0] == size
        files[path.name] = before if before and shared else (size, digest(path))
    built = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(making.how, built, dict(sorted(making.graphs.items())), files, making.origin)
    write_whole(folder / FILE, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())


def read(folder: Path) -> Manifest | None:
    """The manifest of a generation; None where an older version made it. Errors: StoreError where it is damaged."""
    try:
        value = json.loads((folder / FILE).read_text("utf-8"))
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in value["files"].items()}
        graphs = {str(name): int(count) for name, count in value["graphs"].items()}
        return Manifest(str(value["how"]), str(value["built"]), graphs, files, origin_of(value["origin"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(error.strerror or str(error), where=str(folder / FILE), remedy="check its rights") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            "what is written down of this generation is damaged",
            where=str(folder / FILE),
            remedy="build it again, or restore a backup",
        ) from error


def origin_of(value: Mapping[str, object] | None) -> Origin | None:
    """The origin in a JSON value. Errors: KeyError, TypeError, ValueError where the value is none."""
    if value is None:
        return None
    sources = []
    for entry in value["sources"]:  # type: ignore[attr-defined] # what JSON holds is found out by reading it
        name, mark, graph = str(entry["name"]), str(entry["digest"]), str(entry["graph"])
        sources.append(Source(name, mark, graph, tuple(str(one) for one in entry["graphs"])))
    return Origin(str(value["base"]), str(value["data"]), tuple(sources))


def check(folder: Path) -> None:
    """Look whether a generation is as it was built, as far as that takes no time that anybody would notice.

    The engine can loop for ever over a table with a flipped bit, so that it is better not to begin. Errors: StoreError.
    """
    manifest = read(folder)
    if manifest is None:
        return
    small = sum(size for size, _ in manifest.files.values()) <= _AT_ONCE
    if wrong := damage(folder, manifest, sizes_only=not small):
        names = ", ".join(f"{name} ({what})" for name, what in wrong[:3])
        remedy = "restore a backup with svngraph store restore, or build it again"
        raise StoreError(f"files are damaged: {names}", where=str(folder), remedy=remedy)


def damage(folder: Path, manifest: Manifest, *, sizes_only: bool = False) -> list[tuple[str, str]]:
    """The files of a generation that are not as they were built: each with ``missing``, ``size`` or ``digest``."""
    found = []
    for name, (size, mark) in manifest.files.items():
        path = folder / name
        try:
            if path.stat().st_size != size:
                found.append((name, "size"))
            elif not sizes_only and digest(path) != mark:
                found.append((name, "digest"))
        except OSError:
            found.append((name, "missing"))
    return found
