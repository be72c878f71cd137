"""Reading in a process of its own, bounded in time and memory: whatever a document does, it can be stopped."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic

from svngraph.errors import InputError
from svngraph.ingest.blocks import Reading
from svngraph.ingest.layout import Options
from svngraph.ingest.reading import read
from svngraph.ingest.reading.limits import Limits

_SMALLER = "give a smaller document, or a larger --max-seconds"


def read_apart(
    path: Path,
    options: Options,
    limits: Limits,
    known: Sequence[str],
    watch: Callable[[int, int], None] = lambda _done, _of: None,
) -> Reading:
    """What a document says, read in another process.

    Errors: InputError as :func:`read`; also where the time or the memory is used up, or the process dies.
    """
    # A fresh process and not a copy of this one, which may hold a store open.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, path, options, limits, list(known)), daemon=True)
    process.start()
    theirs.close()
    try:
        return _awaited(ours, path, limits, watch)
    finally:
        process.kill()
        process.join()
        ours.close()


def _awaited(ours: Connection, path: Path, limits: Limits, watch: Callable[[int, int], None]) -> Reading:
    until = monotonic() + limits.seconds
    while ours.poll(max(0.0, until - monotonic())):
        try:
            word, value = ours.recv()
        except EOFError as error:
            raise InputError("reading it broke off", where=str(path), remedy="save or download it again") from error
        if word == "progress":
            watch(*value)
        elif word == "error":
            what, where, remedy = value
            raise InputError(what, where=where, remedy=remedy)
        else:
            reading: Reading = value
            return reading
    raise InputError(f"reading it took longer than {limits.seconds:g} s", where=str(path), remedy=_SMALLER)


def _run(theirs: Connection, path: Path, options: Options, limits: Limits, known: list[str]) -> None:
    """The other process: read, and hand over the reading or the error."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # What a library prints about a broken file is not for the user.
    sys.stderr = sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 - as long as the process
    try:
        reading = read(path, options, limits, known, lambda done, of: theirs.send(("progress", (done, of))))
        theirs.send(("reading", reading))
    except InputError as error:
        theirs.send(("error", (error.what, error.where, error.remedy)))
    except MemoryError:
        theirs.send(("error", ("reading it took too much memory", str(path), "give a smaller document")))
    except Exception as error:  # a library's own error on a broken file is the user's news, not a crash
        what = f"a broken document: {type(error).__name__}: {error}"[:300]
        theirs.send(("error", (what, str(path), "save or download it again")))
