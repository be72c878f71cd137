"""Reading and lifting in a process of their own, bounded in time and memory.

Whatever a document does, or a pattern of a profile with it, can be stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from time import monotonic

from svngraph.errors import InputError
from svngraph.ingest.blocks import Reading
from svngraph.ingest.lines import Options
from svngraph.ingest.linking.known import Known
from svngraph.ingest.profiles import Profile
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.spool import SpooledText

Watcher = Callable[[int, int], None]
_EVERY = 0.2  # seconds between two words on how far it has come


@dataclass
class Apart:
    """A document that is read, and then lifted, in another process; closing it ends the process.

    ``known`` are names whose words help to join those that a line break has cut.
    """

    path: Path
    options: Options
    limits: Limits
    known: Sequence[str] = ()
    _ours: Connection | None = field(default=None, init=False)
    _process: SpawnProcess | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def begin(self) -> None:
        """Start the other process, which gets ready and waits: nothing is read before :meth:`read`."""
        if self._closed:
            raise self._stopped("reading it was called off")
        # A fresh process and not a copy of this one, which may hold a store open.
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, self.path, self.options, self.limits), daemon=True)
        self._process.start()
        theirs.close()

    def read(self, watch: Watcher = lambda _done, _of: None) -> Apart:
        """Have the document read there.

        Errors: InputError as :func:`svngraph.ingest.reading.read`; also where time or memory is used up, or the process
                dies.
        """
        if self._process is None:
            self.begin()
        self._ask(list(self.known), "reading it", watch)
        return self

    def reading(self) -> Reading:
        """What was read."""
        found = self._ask(None, "reading it")
        assert isinstance(found, Reading)
        return found

    def propose(
        self, profile: Profile, known: Known, given: Mapping[str, str] | None = None, key: str | None = None
    ) -> Proposal:
        """The proposal for the document that was read.

        Errors: InputError as :func:`svngraph.ingest.proposal.propose`; also where a pattern of the profile, or anything
                else, uses up the time or the memory.
        """
        answer = self._ask((profile, known, dict(given or {}), key), f"the profile {profile.name}")
        assert isinstance(answer, tuple)
        made, in_file = answer
        assert isinstance(made, Proposal)
        if in_file is not None:
            # The file has no name: the other process gives it away before it ends.
            assert self._ours is not None
            made.reading = replace(made.reading, text=SpooledText.of(recv_handle(self._ours), in_file))
        return made

    def _ask(self, request: object, what: str, watch: Watcher = lambda _done, _of: None) -> object:
        assert self._ours is not None
        try:
            self._ours.send(request)
        except OSError as error:
            raise self._stopped(f"{what} broke off") from error
        return self._answer(what, watch)

    def _answer(self, what: str, watch: Watcher) -> object:
        assert self._ours is not None
        until = monotonic() + self.limits.seconds
        while self._ours.poll(max(0.0, until - monotonic())):
            try:
                word, value = self._ours.recv()
            except (EOFError, OSError) as error:
                raise self._stopped(f"{what} broke off") from error
            if word == "progress":
                watch(*value)
            elif word == "error":
                told, where, remedy = value
                raise InputError(told, where=where, remedy=remedy)
            else:
                return value
        raise self._stopped(f"{what} took longer than {self.limits.seconds:g} s")

    def _stopped(self, what: str) -> InputError:
        remedy = "give a smaller document, a larger --max-seconds or --max-memory, or mend the profile's patterns"
        return InputError(what, where=str(self.path), remedy=remedy)


def _run(theirs: Connection, path: Path, options: Options, limits: Limits) -> None:
    """The other process: read, and then answer with the reading or with a proposal."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # What a library prints about a broken file is not for the user.
    sys.stderr = sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 - as long as the process
    try:
        reading = read(path, options, limits, theirs.recv(), _told(theirs))
        theirs.send(("read", None))
        request = theirs.recv()
        if request is None:
            theirs.send(("answer", reading))
        else:
            _give(theirs, propose(reading, *request))
    except InputError as error:
        theirs.send(("error", (error.what, error.where, error.remedy)))
    except (EOFError, BrokenPipeError):  # nobody waits any more
        pass
    except MemoryError:
        theirs.send(("error", ("reading it took too much memory", str(path), "give a smaller document")))
    except Exception as error:  # a library's own error on a broken file is the user's news, not a crash
        what = f"a broken document: {type(error).__name__}: {error}"[:300]
        theirs.send(("error", (what, str(path), "save or download it again")))


def _give(theirs: Connection, made: Proposal) -> None:
    """Give away a proposal, with its text and without the blocks that it was lifted from."""
    text = made.reading.text
    descriptor = text.descriptor if isinstance(text, SpooledText) else None
    if descriptor is None:
        made.reading = replace(made.reading, text=text[:], blocks=())
        theirs.send(("answer", (made, None)))
    else:
        made.reading = replace(made.reading, text="", blocks=())
        theirs.send(("answer", (made, len(text))))
        send_handle(theirs, descriptor, os.getppid())


def _told(theirs: Connection) -> Watcher:
    """What tells the waiting process how far the reading has come, now and then."""
    last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        if done == of or monotonic() - last > _EVERY:
            last = monotonic()
            theirs.send(("progress", (done, of)))

    return tell
