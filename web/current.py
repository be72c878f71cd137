"""The dataset in force, which is replaced as a whole: by a new one, or by the same on a new day."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from datetime import date

from .dataset import Published


class Current:
    """The dataset in force: it is opened by ``opened`` and replaced as a whole, while old requests keep the old one.

    ``today`` gives the day on which what is due is judged; without it, the day of opening stays.
    """

    def __init__(self, opened: Callable[[], Published], today: Callable[[], date] | None = None) -> None:
        self._opened = opened
        self._today = today
        self._lock = threading.Lock()
        self._turning = threading.Lock()
        self._value: Published | None = None

    @classmethod
    def of(cls, value: Published) -> Current:
        """A dataset that is worked out already, and stays in force."""
        found = cls(lambda: value)
        found._value = value
        return found

    @property
    def value(self) -> Published:
        """The dataset in force."""
        with self._lock:
            if self._value is None:
                self._value = self._opened().warm()
                gc.freeze()
            value = self._value
        if self._today is not None and self._today() != value.as_of and self._turning.acquire(blocking=False):
            threading.Thread(target=self._turn, args=(value, self._today()), daemon=True).start()
        return value

    def _turn(self, old: Published, day: date) -> None:
        """Judge the dataset on a new day; until that is done, pages tell of the day before."""
        try:
            new = old.on(day)
            with self._lock:
                if self._value is old:
                    self._value = new
            _settle()
        finally:
            self._turning.release()

    def reload(self) -> Published:
        """Open the dataset anew and put it in force once it is whole; what was there stays if that fails."""
        new = self._opened().warm()
        with self._lock:
            self._value = new
        _settle()
        return new


def _settle() -> None:
    """Let go of what was there before, and leave what stays alone: a collector that looks through a dataset for what
    nobody needs any more lets everybody wait.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
