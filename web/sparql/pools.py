"""The workers over each dataset that is in force, or was until a moment ago."""

from __future__ import annotations

import threading

from ..dataset import Published
from .limits import Limits
from .pool import Pool


class Pools:
    """The workers by dataset; they are started when they are first needed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._made: dict[str, Pool] = {}
        self._lock = threading.Lock()

    def of(self, data: Published) -> Pool:
        """The workers over a dataset."""
        with self._lock:
            if data.version not in self._made:
                held = b"" if data.in_folder else data.dump
                # The workers over a dataset that is no longer in force end when the last answer has been read.
                self._made[data.version] = Pool(data.store.place, held, self._limits)
                for version in [v for v in self._made if v != data.version][:-1]:
                    self._made.pop(version).close()
            return self._made[data.version]

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            for pool in self._made.values():
                pool.close()
            self._made.clear()
