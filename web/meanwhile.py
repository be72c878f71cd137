"""What is worked out of a dataset while its pages are already served, and why some of it could not be."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from svngraph.errors import SvngraphError

log = logging.getLogger("svngraph.dataset")


class Meanwhile:
    """The parts of one dataset, each a lazy attribute of it: which are awaited, and which failed.

    ``failures`` holds why, by the name of the part.
    """

    def __init__(self) -> None:
        self.failures: dict[str, SvngraphError] = {}
        self._waiting = False

    def may_be_asked(self, part: str) -> bool:
        """Whether a part that is not there can be worked out when it is asked for: nobody does, and nobody failed."""
        return not self._waiting and part not in self.failures

    def work_out(self, data: object, parts: Iterable[str]) -> None:
        """Work out some parts now. Any RDF may be served: a part that fails leaves pages that say so without it."""
        for part in parts:
            try:
                getattr(data, part)
            except SvngraphError as error:
                log.warning("%s could not be worked out: %s", part, error)
                self.failures[part] = error
            except Exception as error:
                log.exception("%s could not be worked out", part)
                self.failures[part] = SvngraphError("it could not be worked out", where=part, remedy="see the log")
                self.failures[part].__cause__ = error

    def work_out_later(self, data: object, parts: Iterable[str]) -> None:
        """Let another thread work out some parts; until it is done, they are awaited."""
        self._waiting = True
        threading.Thread(target=self._work, args=(data, parts), daemon=True).start()

    def _work(self, data: object, parts: Iterable[str]) -> None:
        try:
            self.work_out(data, parts)
        finally:
            self._waiting = False
