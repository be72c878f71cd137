"""Files that are whole or not there: written aside, synchronised, then put in place by renaming."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from svngraph.errors import InputError


def write_whole(path: Path, octets: bytes, *, settled: bool = True) -> os.stat_result | None:
    """Write a file so that at every moment it is either the old one or the new one; its state before anybody saw it.

    A link is followed, so that it stays one; what is no file (a device, a pipe) is written to as it is, and has no
    state. Where it need not be ``settled``, whoever calls makes the renaming durable later.

    Errors: InputError where it cannot be written; the old file is then untouched.
    """
    target, state = path.resolve(), None
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(octets)  # says itself where the target is a folder
        else:
            state = _replace(target, octets)
    except OSError as error:
        raise InputError(
            error.strerror or str(error), where=str(path), remedy="check the folder, its rights and its space"
        ) from error
    if settled:
        settle(path)
    return state


def settle(path: Path) -> None:
    """Make durable that a file is in place; a folder that cannot be synchronised is no reason to say otherwise."""
    with suppress(OSError):
        synchronise(path.resolve().parent)


def move_whole(aside: Path, target: Path) -> None:
    """Put a file that is complete and on disk in the place of another. Errors: OSError."""
    aside.replace(target)
    with suppress(OSError):
        synchronise(target.parent)


def _replace(target: Path, octets: bytes) -> os.stat_result:
    aside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
            state = os.fstat(file.fileno())
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    return state


def synchronise(folder: Path) -> None:
    """Make a renaming durable. Source: POSIX, fsync of the directory."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
