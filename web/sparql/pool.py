"""The workers as the server sees them: a query goes in, an answer or the true reason why there is none comes out.

A query that uses more than a little processor time has to find room among the few that may; while there is none it is
ended and told so. That keeps the other workers free for the many short ones.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from svngraph.errors import QueryError

from .answers import Answers
from .forks import Forks, Worker
from .limits import Busy, Limits, OutOfMemory, OutOfTime, TooComplex, TooLarge
from .nursery import DONE, MEMORY, REPLY, ROWS, WRONG, send

_SMALL = 1 << 20
_PART = 1 << 18
_TICKS = os.sysconf("SC_CLK_TCK")
_GRACE = 1.0


@dataclass(frozen=True)
class Reply:
    """An answer: the serialised body in a file that is read from its start, its size, and its number of rows.

    ``lasting``: the same query has the same answer as long as the dataset does not change.
    """

    body: IO[bytes]
    length: int
    rows: int
    lasting: bool = False

    def read(self) -> bytes:
        """The whole body."""
        with self.body:
            return self.body.read()

    def parts(self) -> Iterator[bytes]:
        """The body in parts of a size that is good to send; the file is closed when the last has been sent."""
        with self.body:
            while part := self.body.read(1 << 16):
                yield part


class Pool:
    """Workers over one dataset: a folder or endpoint, or N-Quads that are held in memory.

    ``forks`` is the process that they come from.
    """

    def __init__(self, place: str, nquads: bytes, limits: Limits) -> None:
        self.limits = limits
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(limits.workers)
        self._queue = threading.BoundedSemaphore(limits.queue)
        self._answers = Answers()
        self._long = threading.BoundedSemaphore(limits.long)
        self.forks = Forks(place, nquads, limits)

    def ask(self, query: str, media: str) -> Reply:
        """The answer to a query, serialised.

        Errors: QueryError where the query is wrong; its kinds in :mod:`.limits` where it was ended.
        """
        if (known := self._answers.get(query, media)) is not None:
            return Reply(io.BytesIO(known[0]), len(known[0]), known[1], lasting=True)
        if not self._enter():
            raise Busy("too many queries are running", remedy="try again in a moment")
        try:
            worker = self._take()
            kept = False
            try:
                reply = self._run(worker, query, media)
                kept = True
            except _Kept as refused:
                kept = True
                raise refused.error from None
            except (OutOfTime, OutOfMemory, TooComplex) as ended:
                self._answers.failed(query, ended)
                raise
            finally:
                if kept and worker.uses < self.limits.uses:
                    with self._lock:
                        self._idle.append(worker)
                else:
                    self._end(worker, kill=True)
        finally:
            self._slots.release()
        if reply.length <= _SMALL:
            body = reply.read()
            lasting = self._answers.put(query, media, body, reply.rows)
            return Reply(io.BytesIO(body), reply.length, reply.rows, lasting)
        return reply

    def _enter(self) -> bool:
        """Whether a place could be had: at once, or after a wait that only a few may have."""
        if self._slots.acquire(blocking=False):
            return True
        if not self._queue.acquire(blocking=False):
            return False
        try:
            return self._slots.acquire(timeout=self.limits.wait)
        finally:
            self._queue.release()

    def _take(self) -> Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self.forks.fork()
            if not _ready(worker.sock, 0):
                return worker
            self._end(worker, kill=True)  # somebody ended it while it had nothing to do

    def _run(self, worker: Worker, query: str, media: str) -> Reply:
        began = time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            send(worker.sock, f"{media}\n{query}".encode(errors="replace"))
        self._await(worker, began)
        try:
            found = _reply(worker.sock)
        except ConnectionError:
            found = None
        if found is None:
            raise self._ended(worker, time.monotonic() - began)
        ended, rows, length, spent, worker.cpu, body = found
        worker.uses = self.limits.uses if spent else worker.uses + 1
        if ended != DONE:
            raise _Kept(_failure(ended, body.read(), self.limits))
        return Reply(body, length, rows)

    def _await(self, worker: Worker, began: float) -> None:
        """Wait until the worker has an answer or is gone; a query that takes long has to find room."""
        limits = self.limits
        pause, held = limits.quick, False
        try:
            while not _ready(worker.sock, pause):
                pause = 0.05
                used = time.monotonic() - began
                if used > limits.seconds + _GRACE:
                    self._end(worker, kill=True)
                    raise OutOfTime(_out_of_time(limits), remedy="ask for less, or add LIMIT")
                if not held and _cpu(worker.pid) - worker.cpu > limits.quick:
                    held = self._long.acquire(blocking=False)
                    if not held:
                        self._end(worker, kill=True)
                        raise Busy("too many long queries are running", remedy="try again in a moment")
                    self.forks.renice(worker)
        finally:
            if held:
                self._long.release()

    def _ended(self, worker: Worker, used: float) -> QueryError:
        """Why a worker ended in the middle of a query."""
        number = self._end(worker, kill=used > self.limits.seconds + _GRACE)
        if number == signal.SIGALRM or used >= self.limits.seconds:
            return OutOfTime(_out_of_time(self.limits), remedy="ask for less, or add LIMIT")
        if number == signal.SIGSEGV:
            return TooComplex("the query is nested too deeply", remedy="make it flatter")
        if number is None:
            return Busy("the process for the query was lost", remedy="try again in a moment")
        mebibytes = self.limits.memory // (1 << 20)
        return OutOfMemory(f"the query needed more than {mebibytes} MiB", remedy="ask for less, or add LIMIT")

    def _end(self, worker: Worker, *, kill: bool) -> int | None:
        """End a worker and say which signal ended it; 0 for none, or where that was said before; None if unknown."""
        return self.forks.end(worker, kill=kill) if worker.pid else 0

    def close(self) -> None:
        """End the workers and the process that forks them."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.sock.close()
        self.forks.close()


class _Kept(Exception):  # carries a failure past the worker, which is as good as before
    """A failure after which the worker goes on."""

    def __init__(self, error: QueryError) -> None:
        self.error = error


def _failure(ended: int, told: bytes, limits: Limits) -> QueryError:
    if ended == WRONG:
        what, where, remedy = json.loads(told)
        return QueryError(what, where=where, remedy=remedy)
    if ended == MEMORY:
        return OutOfMemory(f"the query needed more than {limits.memory >> 20} MiB", remedy="ask for less, or add LIMIT")
    most = f"{limits.rows} rows" if ended == ROWS else f"{limits.size >> 20} MiB"
    return TooLarge(f"the answer is larger than {most}", remedy="add LIMIT, or ask for a part at a time")


def _out_of_time(limits: Limits) -> str:
    return f"the query did not finish in {limits.seconds:g} seconds"


def _ready(sock: socket.socket, seconds: float) -> bool:
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _cpu(pid: int) -> float:
    """The processor time that a process has used, in seconds; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _reply(sock: socket.socket) -> tuple[int, int, int, bool, float, IO[bytes]] | None:
    """The fields of an answer's head, and its body, in memory while it is small; None where the other end is gone."""
    octets = b""
    while len(octets) < REPLY.size:
        part = sock.recv(_PART)
        if not part:
            return None
        octets += part
    ended, rows, length, spent, cpu = REPLY.unpack_from(octets)
    file = io.BytesIO() if length <= _SMALL else tempfile.TemporaryFile()  # noqa: SIM115 # closed by whoever reads it
    file.write(octets[REPLY.size :])
    left = REPLY.size + length - len(octets)
    while left:
        part = sock.recv(min(left, _PART))
        if not part:
            raise OutOfMemory("the process for the query ended", remedy="ask for less, or add LIMIT")
        file.write(part)
        left -= len(part)
    file.seek(0)
    return ended, rows, length, spent, cpu, file
