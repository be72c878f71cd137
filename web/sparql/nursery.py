"""The process that holds the dataset and forks the workers in which queries run. Run as ``python -m``, not imported.

It has no threads and opens no store that has any, so forking it is safe: a dataset in memory is shared with the
workers by the system, page by page, and a worker that is killed costs nothing but itself. A dataset in a folder is
opened by each worker after the fork.

A worker ends itself at its limits, also in the middle of native code, which no signal handler could interrupt: the
default action of ``SIGALRM`` is to end the process, and ``RLIMIT_AS`` fails its allocations.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svngraph.errors import SvngraphError
from svngraph.store import Store
from svngraph.store.embedded import count_statements

HEAD = struct.Struct("!I")
REPLY = struct.Struct("!BIQ?d")
"""What comes before an answer: how it ended, rows, octets, whether the worker is spent, and its processor time."""
DONE, WRONG, MEMORY, SIZE, ROWS = range(5)
"""How a query ended that left its worker whole: answered, not a query, or beyond one of three limits."""
_JOINED = 1 << 16
# The beginning of solutions in JSON without white space, as all engines but a few write it.
_COMPACT = re.compile(rb'\{"head":\{[^{}]*\},"results":\{"bindings":\[\{"')
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def receive(sock: socket.socket) -> bytes | None:
    """One message: its length and then itself. None where the other end has closed."""
    head = _exactly(sock, HEAD.size)
    return None if head is None else _exactly(sock, HEAD.unpack(head)[0])


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    parts = []
    while count:
        part = sock.recv(min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def send(sock: socket.socket, message: bytes) -> None:
    """Send one message with its length."""
    sock.sendall(HEAD.pack(len(message)) + message)


def open_place(place: str, nquads: str) -> Store:
    """The store that a worker asks."""
    if nquads:
        from svngraph.store.embedded import EmbeddedStore

        store = EmbeddedStore()
        store.load(Path(nquads))
        return store
    from svngraph.store.opening import open_store

    return open_store(place, 3600.0)


def work(sock: socket.socket, store: Store, told: Mapping[str, Any]) -> None:
    """Answer queries, each sent as a media type, a line break and its text, until the other end closes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # pages come before queries
    size = os.open("/proc/self/statm", os.O_RDONLY)
    most = _address_space(size) + int(told["memory"])
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # A worker that has grown gives back nothing to the system: it is thrown away and a new one is forked.
    enough = most - int(told["memory"]) // 2
    while (message := receive(sock)) is not None:
        media, _, query = message.decode().partition("\n")
        signal.setitimer(signal.ITIMER_REAL, told["seconds"])
        ended, rows, body = _answer(store, query, media, told)
        signal.setitimer(signal.ITIMER_REAL, 0)
        head = REPLY.pack(ended, rows, len(body), _address_space(size) > enough, sum(os.times()[:2]))
        if len(body) < _JOINED:
            sock.sendall(head + body)
        else:
            sock.sendall(head)
            sock.sendall(body)


def _answer(store: Store, query: str, media: str, told: Mapping[str, Any]) -> tuple[int, int, bytes]:
    try:
        body = store.respond(query, media)
    except MemoryError:
        return MEMORY, 0, b""
    except SvngraphError as error:
        return WRONG, 0, json.dumps([error.what, error.where, error.remedy]).encode()
    if len(body) > told["size"]:
        return SIZE, 0, b""
    rows = count_rows(body, media)
    return (ROWS, 0, b"") if rows > told["rows"] else (DONE, rows, body)


def count_rows(body: bytes, media: str) -> int:
    r"""The number of solutions or triples in an answer as the engine serialises it.

    >>> count_rows(b'a\r\n"x\r\ny"\r\nz\r\n', "text/csv")
    2
    """
    if media == "text/csv":
        # A line break inside quotes is a part of a value.
        return max(0, sum(part.count(b"\n") for part in body.split(b'"')[::2]) - 1)
    if media == "text/tab-separated-values":
        return max(0, body.count(b"\n") - 1)
    if media == "application/sparql-results+json":
        return _bindings(body)
    if media == "application/sparql-results+xml":
        return body.count(b"<result>")
    if media == "application/n-triples":
        return body.count(b"\n")
    return count_statements(body, media)


def _bindings(body: bytes) -> int:
    """The number of solutions in JSON."""
    if b"{}" in body or not _COMPACT.match(body):
        # A solution without values, or a text that looks like one: what is left without texts cannot deceive.
        bare = _TEXT.sub(b"", body).translate(None, b" \t\r\n")
        return bare.count(b"},{") + (b"[{" in bare)
    # Inside a text a quotation mark has a backslash before it, so a text can hold all of this but the last sign, which
    # is then the end of the text: a comma or a bracket comes after it, where a name comes after that of a solution.
    between = body.count(b'}},{"') - body.count(b'}},{"}') - body.count(b'}},{",')
    return between + 1


def _address_space(statm: int) -> int:
    return int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()


def main(handle: int) -> None:
    """Fork workers, end them and tell what ended them, as the other end of the control socket asks."""
    control = socket.socket(fileno=handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.loads(receive(control) or b"{}")
    store = None if told["nquads"] == "" else open_place(told["place"], told["nquads"])
    send(control, b"ready")
    gc.freeze()
    while (message := receive(control)) is not None:
        if message == b"fork":
            _fork(control, store, told)
        else:
            word, pid = message.split()
            if word == b"renice":
                _renice(int(pid))
            else:
                send(control, json.dumps(_end(int(pid), kill=word == b"kill")).encode())


def _fork(control: socket.socket, store: Store | None, told: Mapping[str, Any]) -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            control.close()
            theirs.close()
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            work(ours, store or open_place(told["place"], ""), told)
            code = 0
        except (OSError, MemoryError):  # the server has gone, or memory ran out between two queries
            code = 1
        finally:
            os._exit(code)
    ours.close()
    socket.send_fds(control, [HEAD.pack(pid)], [theirs.fileno()])
    theirs.close()


def _renice(pid: int) -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, pid, 15)
    except OSError:  # it ended a moment ago
        return


def _end(pid: int, *, kill: bool) -> dict[str, int]:
    """What ended a worker: the number of a signal, or 0. Only its parent, which this process is, may wait for it."""
    try:
        if kill:
            os.kill(pid, signal.SIGKILL)
        _pid, status = os.waitpid(pid, 0)
    except (ChildProcessError, ProcessLookupError):
        return {"signal": 0}
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}


if __name__ == "__main__":
    main(int(sys.argv[1]))
