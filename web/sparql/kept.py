"""Answers that are kept to be given again, by what was asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

Asked = tuple[bytes | str, ...]
Key = tuple[str, Asked]
"""The state of the dataset, and what its answer depends on of a request: its body first, its method next."""
_LARGEST = 256 << 10
_MOST = 32 << 20
# What a key and the objects around an answer take besides their texts.
_OVERHEAD = 2048


@dataclass(frozen=True)
class Sent:
    """An answer as it was sent: the status line, the headers without those of one request, and the body."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Kept:
    """Answers by what was asked.

    Units: 32 MiB with all that belongs to them, of bodies of up to 256 KiB; the oldest give way.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, Sent] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Sent | None:
        """The answer to what was asked before, None where there is none."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Key, sent: Sent) -> None:
        """Keep an answer, unless it is large."""
        if len(sent.body) > _LARGEST:
            return
        with self._lock:
            if key not in self._answers:
                self._answers[key] = sent
                self._size += _weight(key, sent)
            while self._size > _MOST:
                self._size -= _weight(*self._answers.popitem(last=False))


def _weight(key: Key, sent: Sent) -> int:
    return len(sent.body) + sum(map(len, key[1])) + _OVERHEAD
