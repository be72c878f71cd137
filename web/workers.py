"""gunicorn's worker with threads, made for programs that ask one thing after another on the same connection.

After every answer gunicorn hands a connection back to its main thread, and from there to a thread again, which costs
more than many an answer of the endpoint. Here a thread stays with a connection as long as that goes on asking. What
comes again octet by octet needs no thread at all: the main thread, which sees it first, gives the answer at once.
"""

from __future__ import annotations

import select
import socket

from gunicorn.workers.gthread import TConn, ThreadWorker

from .sparql.again import Again

_LINGERED = 5  # milliseconds
_PART = 16 << 10


class LingeringWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """The worker for one process and many threads. Source: gunicorn's ``gthread``."""

    @property
    def _again(self) -> Again:
        again: Again = self.wsgi.extensions["svngraph-again"]
        return again

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Answer what is known, in the main thread; have all else answered by another. The socket does not block."""
        answer = None
        if self.alive and not conn.is_http2 and not self.cfg.is_ssl:
            try:
                octets = client.recv(_PART)
            except OSError:  # the thread that reads it learns why
                octets = b""
            answer = self._again.answer(octets, _peer(conn))
            if answer is None:
                conn.parser.unreader.unread(octets)
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        try:
            rest = answer[client.send(answer) :]
        except BlockingIOError:
            rest = answer
        except OSError:  # the other end is gone, which whoever reads it will see
            rest = b""
        self.keepalived_conns.remove(conn)
        if rest:
            self.poller.unregister(client)
            sending = self.tpool.submit(_send, conn, rest)
            sending.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # in the order of their timeouts

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
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        if not self.alive or busy > self.cfg.threads or conn.is_http2:
            return False
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(_LINGERED))


def _peer(conn: TConn) -> str:
    """The address of the other end; a socket of the file system has none."""
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""


def _send(conn: TConn, octets: bytes) -> bool:
    """Send what could not be sent at once; true, for the connection is kept."""
    conn.sock.setblocking(True)
    conn.sock.sendall(octets)
    return True
