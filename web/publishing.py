"""What a dataset is published as besides its pages, on the server: the edition, and the files that are made of it."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef

from svngraph.errors import InputError, SvngraphError
from svngraph.publication.catalogue import catalogue
from svngraph.publication.dumps import Dump, dumps
from svngraph.publication.edition import Edition
from svngraph.publication.void import void

log = logging.getLogger("svngraph.dataset")


class Publishing:
    """The files of an edition; they are made when they are first asked for, by one thread, into a folder that goes
    with this object.

    ``releases`` is the folder of the releases that were made before, None where there is none.
    """

    def __init__(self, edition: Edition, releases: Path | None) -> None:
        self.edition, self.releases = edition, releases
        self._folder: Path | None = None
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
            self._folder = Path(tempfile.mkdtemp(prefix="svngraph-dumps-"))
            weakref.finalize(self, _remove, self._folder, os.getpid())
            self._made = dumps(self.edition, self._folder)
        except SvngraphError as error:
            log.warning("the files could not be made: %s", error)
            self._failure = error
        except OSError as error:
            log.warning("the files could not be made: %s", error)
            self._failure = InputError(error.strerror or str(error), where="dumps", remedy="check the temporary folder")
        except Exception:
            log.exception("the files could not be made")
            self._failure = SvngraphError("the files could not be made", where="dumps", remedy="see the log")
        finally:
            self._ready.set()

    def take(self, folder: Path, made: Sequence[Dump]) -> None:
        """Use the dumps of this edition that somebody has made already, and keeps, in another folder."""
        with self._starting:
            self._started = True
        self._folder, self._made = folder, made
        self._ready.set()

    def file(self, path: str) -> Path:
        """Where a dump lies; they have to be there."""
        assert self._folder is not None
        return self._folder / path

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


def _remove(folder: Path, owner: int) -> None:
    """Remove the folder at the end of the process that made it, and not at that of one it has started."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
