"""Files that are whole or not there: written aside, synchronised, then put in place by renaming."""

from __future__ import annotations

import os
from pathlib import Path

from svngraph.errors import InputError


def write_whole(path: Path, octets: bytes) -> None:
    """Write a file so that at every moment it is either the old one or the new one.

    Errors: InputError where it cannot be written; the old file is then untouched.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _synchronise(path.parent)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(
            error.strerror or str(error), where=str(path), remedy="check the folder, its rights and its space"
        ) from error


def _synchronise(folder: Path) -> None:
    """Make a renaming durable. Source: POSIX, fsync of the directory."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
