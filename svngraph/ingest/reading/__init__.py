"""Reading: any document to blocks with their places. Each format has a module, and each library its home in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from io import BufferedReader
from pathlib import Path

from svngraph.errors import InputError
from svngraph.ingest.blocks import Reading
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import form_of
from svngraph.ingest.words import Lexicon
from svngraph.model import file_digest

# The module that reads each form, and the package it needs from the extra [ingest].
_READERS = {
    "text": "plain",
    "markdown": "markdown",
    "html": "web",
    "csv": "delimited",
    "pdf": "pdf",
    "docx": "word",
    "pptx": "slides",
    "xlsx": "workbook",
}

_PIECE = 1 << 16  # bytes that are looked at together

Watcher = Callable[[int, int], None]
"""Told how many pages are read and how many there are."""


def read(
    path: Path,
    options: Options | None = None,
    limits: Limits | None = None,
    known: Iterable[str] = (),
    watch: Watcher = lambda _done, _of: None,
) -> Reading:
    """What a document says, as blocks in order.

    ``known`` are names whose words help to join those that a line break has cut.

    Errors: InputError where the file is missing, too large, broken, encrypted, empty, or not what it says it is.
    """
    limits = limits or Limits()
    with _opened(path, limits) as file:
        form = form_of(path, file)
        try:
            module = import_module(f"svngraph.ingest.reading.{_READERS[form]}")
        except ModuleNotFoundError as error:
            raise InputError(
                f"reading {form} needs the package {error.name}",
                where=str(path),
                remedy="install svngraph[ingest]",
            ) from error
        digest = file_digest(file)
        file.seek(0)
        of = (path.name, file, digest, options or Options(), limits, Lexicon(known), watch)
        reading: Reading = module.read(*of)
    if not reading.blocks:
        raise InputError("no text in the document", where=str(path), remedy="scanned pages must go through OCR first")
    return reading


def _opened(path: Path, limits: Limits) -> BufferedReader:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError("not a file", where=str(path), remedy="name a document")
        if size > limits.octets:
            raise InputError(
                f"the file is {size:,} bytes, more than the {limits.octets:,} that are allowed",
                where=str(path),
                remedy="give a larger --max-size, in megabytes",
            )
        file = path.open("rb")
        empty = not any(octets.strip() for octets in iter(partial(file.read, _PIECE), b""))
    except OSError as error:
        raise InputError(
            error.strerror or str(error), where=str(path), remedy="check the name and its rights"
        ) from error
    if empty:
        file.close()
        raise InputError("the file is empty", where=str(path), remedy="name a document with text")
    return file
