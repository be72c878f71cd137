"""gunicorn's worker with threads, each of which stays with a connection as long as that goes on asking.

After every answer gunicorn hands a connection back to its main thread, and from there to a thread again, which costs
more than many an answer of the endpoint. A program that asks one thing after another sends the next at once.
"""

from __future__ import annotations

import select

from gunicorn.workers.gthread import TConn, ThreadWorker

_LINGERED = 5  # milliseconds


class LingeringWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """The worker for one process and many threads. Source: gunicorn's ``gthread``."""

    def handle(self, conn: TConn) -> object:
        """Answer the requests of a connection until it falls silent or is needed elsewhere; as gunicorn's own."""
        kept = super().handle(conn)
        while kept is True and self._asks_on(conn):
            kept = super().handle(conn)
        return kept

    def _asks_on(self, conn: TConn) -> bool:
        """Whether the next request is there, while no other connection waits for the thread."""
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        if not self.alive or busy > self.cfg.threads or conn.is_http2:
            return False
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(_LINGERED))
