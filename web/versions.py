"""What tells one content of a dataset from any other, for entity tags and for what is kept."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from svngraph.store.opening import is_endpoint


def version_of(place: str, dump: bytes) -> str:
    """What tells this content from any other: a digest of the quads, or of the files that hold them."""
    digest = hashlib.sha256()
    if is_endpoint(place):
        return datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    for line in sorted(dump.splitlines()):
        digest.update(line)
    if not dump:  # nobody writes to a generation any more, so that what it consists of stays
        digest.update(place.encode())
        for file in sorted(Path(place).glob("*.sst")):
            digest.update(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
