"""The bounds of a reading: size, pages, depth and time, and the check that an archive stays within them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BufferedReader

from svngraph.errors import InputError


@dataclass(frozen=True)
class Limits:
    """The most that a reading may take.

    Units: ``octets`` of the file, ``unpacked`` octets of an archive, ``seconds`` of time, ``memory`` in octets,
           ``characters`` of text; ``pages`` are pages, slides or sheets, ``parts`` the files of an archive.
    """

    octets: int = 200_000_000
    unpacked: int = 500_000_000
    ratio: int = 200
    parts: int = 20_000
    pages: int = 5_000
    characters: int = 20_000_000
    seconds: float = 600
    memory: int = 2_000_000_000


def check_archive(name: str, file: BufferedReader, limits: Limits) -> zipfile.ZipFile:
    """An archive that unpacks within bounds, with no entity declared in any of its XML.

    Errors: InputError for a broken or encrypted archive, a bomb, macros and entities.
    """
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
        _check_entries(name, entries, limits)
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as part:
                    # A document type can only stand before the root element.
                    if b"<!DOCTYPE" in part.read(4096).replace(b"\x00", b""):
                        raise InputError(
                            "the document declares XML entities", where=name, remedy="save it again from its program"
                        )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise InputError(f"a broken archive: {error}", where=name, remedy="save or download it again") from error
    except Exception as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"a broken archive: {error}", where=name, remedy="save or download it again") from error
    return archive


def _check_entries(name: str, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.parts:
        raise InputError(f"the archive has {len(entries):,} parts", where=name, remedy=f"at most {limits.parts:,}")
    if unpacked > limits.unpacked or (unpacked > 10_000_000 and unpacked > limits.ratio * max(packed, 1)):
        raise InputError(
            f"the file unpacks to {unpacked:,} bytes from {packed:,}: a bomb, or too large",
            where=name,
            remedy="give a smaller document",
        )
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise InputError("the document holds macros", where=name, remedy="save it without macros")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("the archive is encrypted", where=name, remedy="save it without a password")
