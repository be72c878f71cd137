"""The files that a generation was built from, kept beside it as they were, so that a change is told from text alone.

Reading a named graph out of the engine takes ten times as long as reading the file again. Only large files are kept,
compressed to a fraction of what they are in the engine; what is not kept is read from the engine.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path

from svngraph.store.manifest import KEPT_AS_THEY_WERE, Source

# Below this many octets, the engine gives a graph back in a tenth of a second.
_WORTH = 1 << 20


def keep(folder: Path, sources: Iterable[tuple[Source, Path]]) -> None:
    """Keep the large ones among the files that a generation was built from, and nothing else.

    A file that has changed since it was digested is not kept. Errors: OSError.
    """
    wanted = {_place(folder, source): path for source, path in sources if path.stat().st_size >= _WORTH}
    for place in folder.glob(f"*{KEPT_AS_THEY_WERE}"):
        if place not in wanted:
            place.unlink()
    for place, path in wanted.items():
        if not place.exists():
            octets = path.read_bytes()
            if _place(folder, octets) == place:
                place.write_bytes(zlib.compress(octets, 1))


def original(folder: Path, source: Source) -> bytes | None:
    """A file as it was when a generation was built from it; None where it is not kept, or damaged."""
    place = _place(folder, source)
    try:
        octets = zlib.decompress(place.read_bytes())
    except (OSError, zlib.error):
        return None
    return octets if _place(folder, octets) == place else None


def _place(folder: Path, what: Source | bytes) -> Path:
    mark = what.digest.removeprefix("sha256:") if isinstance(what, Source) else hashlib.sha256(what).hexdigest()
    return folder / f"{mark}{KEPT_AS_THEY_WERE}"
