"""Requests that come again octet by octet on a connection: they are known before they are read.

Reading a request and making a WSGI call of it takes a server several times as long as handing out an answer that is
kept. A program that asks the same thing over and over sends the same octets, and what follows from the same octets of
the same peer is the same: address, headers, query, and while the dataset is in force, the answer.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from email.utils import formatdate

from .kept import Kept, Key

_LONGEST = 16 << 10
_MOST = 512
_END = b"\r\n\r\n"
_PROTOCOL = "HTTP/1.1"


class Again:
    """The answers of the last 512 requests of up to 16 KiB that were given out of what is kept.

    ``state`` gives that of the dataset in force, ``admit`` says whether an address may ask once more now, and
    ``note`` takes note of an answer, by its method and when it was begun, and gives what the request is called.
    """

    def __init__(
        self, kept: Kept, state: Callable[[], str], admit: Callable[[str], bool], note: Callable[[str, float], str]
    ) -> None:
        self._kept = kept
        self._state = state
        self._admit = admit
        self._note = note
        self._known: OrderedDict[tuple[str, bytes], tuple[Key, str]] = OrderedDict()
        self._lock = threading.Lock()
        self._last = threading.local()

    def forget(self) -> None:
        """Begin with another request in this thread."""
        self._last.given = None

    def given(self, key: Key, address: str, protocol: str) -> None:
        """Note what this thread has just answered out of what is kept, and to which address."""
        self._last.given = (key, address) if protocol == _PROTOCOL else None

    def learn(self, octets: bytes, peer: str) -> bool:
        """Whether a request is known by its octets from now on: it is what this thread answered last, and whole."""
        given = getattr(self._last, "given", None)
        self._last.given = None
        if given is None or len(octets) > _LONGEST:
            return False
        _head, end, rest = octets.partition(_END)
        if not end or rest != given[0][1][0]:  # a part of a request, or more than one
            return False
        with self._lock:
            self._known[peer, octets] = given
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return True

    def answer(self, octets: bytes, peer: str) -> bytes | None:
        """The whole answer to a request that is known, None where it has to be read."""
        began = time.perf_counter()
        known = self._known.get((peer, octets))
        if known is None:
            return None
        key, address = known
        sent = self._kept.get(key) if key[0] == self._state() else None
        if sent is None:
            with self._lock:
                self._known.pop((peer, octets), None)
            return None
        if not self._admit(address):
            return None
        request_id = self._note(str(key[1][1]), began)
        own = f"Date: {formatdate(usegmt=True)}\r\nConnection: keep-alive\r\nX-Request-Id: {request_id}\r\n"
        headers = "".join([f"{name}: {value}\r\n" for name, value in sent.headers])
        return f"{_PROTOCOL} {sent.status}\r\n{own}{headers}\r\n".encode("latin-1") + sent.body
