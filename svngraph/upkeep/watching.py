"""Waiting for the files of a dataset to change. The one home of watchfiles."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from svngraph import resources
from svngraph.settings import Settings

# Editors write a file in several steps, and a checkout writes many files: what comes within this time is one change.
_GATHERED_MS = 300
_POLLED_MS = 100
# The library tells every change to whoever has set up a log.
logging.getLogger("watchfiles").setLevel(logging.WARNING)


def folders(settings: Settings) -> list[Path]:
    """The folders that a dataset of the settings is built from."""
    data = Path(settings.data) if settings.data else resources.data_folder()
    return [data, resources.ontology_folder(), resources.shapes_folder()]


def changes(settings: Settings, stop: threading.Event) -> Iterator[list[str]]:
    """The names of RDF files that have come, gone or changed, each time that some have, until ``stop`` is set.

    The first item comes at once and is empty: from then on, no change is missed.
    """
    rounds = watch(
        *folders(settings),
        watch_filter=_is_rdf,
        debounce=_GATHERED_MS,
        step=_POLLED_MS,
        stop_event=stop,
        rust_timeout=250,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    first = True
    for found in rounds:
        if found or first:
            yield sorted({Path(path).name for _, path in found})
        first = False


def _is_rdf(_change: Change, path: str) -> bool:
    name = Path(path).name
    # A file that is written aside begins with a dot until it is put in place.
    return not name.startswith(".") and Path(name).suffix.lower() in resources.SUFFIXES
