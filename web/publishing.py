"""What a dataset is published as besides its pages, on the server: the edition, and the files that are made of it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef

from svngraph.errors import SvngraphError
from svngraph.publication.catalogue import catalogue
from svngraph.publication.dumps import Dump, dumps
from svngraph.publication.edition import Edition
from svngraph.publication.void import void


class Publishing:
    """The files of an edition; they are made when they are first asked for, by one thread, into a folder that goes
    with this object.

    ``releases`` is the folder of the releases that were made before, None where there is none.
    """

    def __init__(self, edition: Edition, releases: Path | None) -> None:
        self.edition, self.releases = edition, releases
        self._folder = tempfile.TemporaryDirectory(prefix="svngraph-dumps-", ignore_cleanup_errors=True)
        self._made: Sequence[Dump] | None = None
        self._failure: SvngraphError | None = None
        self._ready = threading.Event()
        self._starting = threading.Lock()
        self._started = False

    def dumps(self, seconds: float) -> Sequence[Dump] | None:
        """The dumps, or None while they are still being made after so many seconds. Errors: as making them."""
        with self._starting:
            if not self._started:
                self._started = True
                threading.Thread(target=self._make, daemon=True).start()
        self._ready.wait(seconds)
        if self._failure:
            raise self._failure
        return self._made

    def _make(self) -> None:
        try:
            self._made = dumps(self.edition, Path(self._folder.name))
        except SvngraphError as error:
            self._failure = error
        finally:
            self._ready.set()

    def file(self, path: str) -> Path:
        """Where a dump lies."""
        return Path(self._folder.name) / path

    @cached_property
    def catalogue(self) -> Graph:
        """The catalogue with every dump; they have to be there."""
        return catalogue(self.edition, self._made or ())

    @cached_property
    def parts(self) -> frozenset[URIRef]:
        """The IRIs that the catalogue tells of; the files make no difference to those that name datasets."""
        return frozenset(node for node in self.catalogue.subjects() if isinstance(node, URIRef))

    @cached_property
    def void(self) -> Graph:
        """The description of the dataset; the dumps have to be there."""
        return void(self.edition, self._made or ())
