"""gunicorn's worker with threads, made for programs that ask one thing after another on the same connection.

After every answer gunicorn hands a connection back to its main thread, and from there to a thread again, which costs
more than many an answer of the endpoint. Here a thread stays with a connection as long as that goes on asking. What
comes again octet by octet needs no thread at all: the main thread, which sees it first, gives the answer at once. So
that it can, it waits for nobody, neither for one who reads slowly nor for one who does not close what has ended.
"""

from __future__ import annotations

import logging
import select
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from .sparql.again import Again

log = logging.getLogger("svngraph.serving")
_LINGERED = 5  # milliseconds
_CLOSING = 2.0  # seconds in which the other end can read what it was sent last
_PART = 16 << 10


class LingeringWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """The worker for one process and many threads. Source: gunicorn's ``gthread``."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._closing: deque[TConn] = deque()

    # In the main thread, where no socket may block.

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Answer what is known; have all else answered by a thread."""
        answer = self._known(conn) if self.alive and not conn.is_http2 and not self.cfg.is_ssl else None
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        try:
            rest = answer[client.send(answer) :]
        except BlockingIOError:
            rest = answer
        except OSError:
            self.keepalived_conns.remove(conn)
            self._end(conn)
            return
        self.keepalived_conns.remove(conn)
        if rest:
            self.poller.unregister(client)
            sending = self.tpool.submit(_send, conn, rest)
            sending.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # in the order of their timeouts

    def _known(self, conn: TConn) -> bytes | None:
        """The answer to the request that can be read, None where it has to be read; its octets stay to be read."""
        octets, answer = b"", None
        try:
            octets = conn.sock.recv(_PART)
            answer = self._again.answer(octets, _peer(conn))
        except OSError:  # the thread that reads it learns why
            answer = None
        except Exception:  # whatever it is, the others are served
            log.exception("a known request could not be answered")
        if answer is None:
            conn.parser.unreader.unread(octets)
        return answer

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """Take a connection back from a thread; one that has ended is let go of without waiting for its other end."""
        if fs.cancelled() or fs.exception() is not None or fs.result() or conn.is_http2 or self.cfg.is_ssl:
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drained, conn))
        except (OSError, ValueError, KeyError):
            self._end(conn)
            return
        conn.timeout = time.monotonic() + _CLOSING
        self._closing.append(conn)

    def _drained(self, conn: TConn, client: socket.socket) -> None:
        """Pass over what an ended connection still sends; once it has ended at its other end too, it is closed."""
        try:
            if client.recv(_PART):
                return
        except BlockingIOError:
            return
        except OSError:  # it is gone, which is the same
            pass
        self._closing.remove(conn)
        self._end(conn)

    def murder_pending(self) -> None:
        """Close the connections that have had their time, as gunicorn calls it."""
        super().murder_pending()
        while self._closing and self._closing[0].timeout <= time.monotonic():
            self._end(self._closing.popleft())

    def _end(self, conn: TConn) -> None:
        with suppress(OSError, ValueError, KeyError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    # In the threads.

    def handle(self, conn: TConn) -> object:
        """Answer the requests of a connection until it falls silent or is needed elsewhere; as gunicorn's own."""
        kept, known = self._one(conn)
        while kept is True and not known and self._asks_on(conn):
            kept, known = self._one(conn)
        return kept

    def _one(self, conn: TConn) -> tuple[object, bool]:
        """Whether a connection is kept after its next request, and whether that is known from now on."""
        if not conn.initialized or conn.is_http2 or self.cfg.is_ssl:
            return super().handle(conn), False
        unreader = conn.parser.unreader
        try:
            if conn.sock.gettimeout() is not None:
                conn.sock.setblocking(True)
            octets = unreader.take_buffered() or conn.sock.recv(_PART)
        except OSError:  # the other end is gone
            return False, False
        unreader.unread(octets)
        kept = super().handle(conn)
        return kept, kept is True and self._again.learn(octets, _peer(conn))

    def _asks_on(self, conn: TConn) -> bool:
        """Whether the next request is there, while no other connection waits for the thread."""
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns) - len(self._closing)
        if not self.alive or busy > self.cfg.threads or conn.is_http2:
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(_LINGERED))

    @property
    def _again(self) -> Again:
        again: Again = self.wsgi.extensions["svngraph-again"]
        return again


def _peer(conn: TConn) -> str:
    """The address of the other end; a socket of the file system has none."""
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""


def _send(conn: TConn, octets: bytes) -> bool:
    """Send what could not be sent at once; true, for the connection is kept."""
    conn.sock.setblocking(True)
    conn.sock.sendall(octets)
    return True
