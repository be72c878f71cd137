"""The process that forks the workers, as the server sees it. When it dies, another is started in its place."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from svngraph.errors import StoreError

from .limits import Busy, Limits
from .nursery import HEAD, receive, send

log = logging.getLogger("svngraph.sparql")


@dataclass
class Worker:
    """A process that answers one query at a time; ``cpu`` is what it had used when it last answered, in seconds.

    ``parent`` is the process that forked it, which alone can tell what ended it.
    """

    pid: int
    sock: socket.socket
    parent: int
    cpu: float = 0.0
    uses: int = 0


class Forks:
    """The process that forks workers over a dataset: a folder or endpoint, or N-Quads that are held in memory."""

    def __init__(self, place: str, nquads: bytes, limits: Limits) -> None:
        self._place, self._nquads, self._limits = place, nquads, limits
        self._lock = threading.Lock()
        self._process, self._sock = self._start()

    @property
    def pid(self) -> int:
        """The process that forks now."""
        return self._process.pid

    def _start(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", f"{__package__}.nursery", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 # our own module
        theirs.close()
        with tempfile.TemporaryDirectory(prefix="svngraph-") as folder:
            file = Path(folder, "dataset.nq")
            if self._nquads:
                file.write_bytes(self._nquads)
            told = {"place": self._place, "nquads": str(file) if self._nquads else "", **asdict(self._limits)}
            try:
                send(ours, json.dumps(told).encode())
                ready = receive(ours) == b"ready"
            except ConnectionError:
                ready = False
            if not ready:
                ours.close()
                process.kill()
                process.wait()
                raise StoreError("the process for queries could not open the dataset", where=self._place)
        return process, ours

    def fork(self) -> Worker:
        """A new worker. Errors: Busy where the process that forks has died and no other can be started now."""
        with self._lock:
            worker = self._fork()
            if worker is None:
                self._start_again()
                worker = self._fork()
        if worker is None:
            raise Busy("the process for queries has ended", remedy="try again in a moment")
        return worker

    def _fork(self) -> Worker | None:
        try:
            send(self._sock, b"fork")
            octets, handles, _flags, _address = socket.recv_fds(self._sock, HEAD.size, 1)
        except OSError:  # it has died
            return None
        if not handles:
            return None
        return Worker(HEAD.unpack(octets)[0], socket.socket(fileno=handles[0]), self.pid)

    def _start_again(self) -> None:
        number = self._process.pid
        self._sock.close()
        self._process.kill()
        log.error("the process for queries (%d) ended with %d; another is started", number, self._process.wait())
        try:
            self._process, self._sock = self._start()
        except (StoreError, OSError) as error:
            log.exception("the process for queries could not be started")
            raise Busy("the process for queries has ended", remedy="try again in a moment") from error

    def end(self, worker: Worker, *, kill: bool) -> int | None:
        """End a worker and say which signal ended it; 0 for none, None where nobody can tell any more.

        A worker whose parent has died ends by itself: at its limit of time, or when it finds nobody to answer.
        """
        pid, worker.pid = worker.pid, 0
        worker.sock.close()
        with self._lock:
            if worker.parent != self.pid:
                return None
            try:
                send(self._sock, b"%s %d" % (b"kill" if kill else b"wait", pid))
                told = receive(self._sock)
            except OSError:
                return None
        return int(json.loads(told)["signal"]) if told else None

    def renice(self, worker: Worker) -> None:
        """Let a worker that takes long stand back."""
        with self._lock, contextlib.suppress(OSError):
            if worker.parent == self.pid:
                send(self._sock, b"renice %d" % worker.pid)

    def close(self) -> None:
        """End the process."""
        self._sock.close()
        self._process.terminate()
        self._process.wait(5)
