"""What a file is, from its bytes first and its name second; and text decoded from whatever encoding it has."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from svngraph.errors import InputError
from svngraph.ingest.spool import SpooledText

_OFFICE = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
_SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-8", "cp1252")
_PIECE = 1 << 16  # bytes that are decoded together


def form_of(path: Path, file: BufferedReader) -> str:
    """The form of a file: a wrong extension is seen through, since a form has its own first bytes.

    Errors: InputError for a file that is neither text nor a form that can be read.
    """
    file.seek(0)
    octets = file.read(4096)
    if b"%PDF-" in octets[:1024]:
        return "pdf"
    if octets[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _office(path, file)
    if octets[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(
            "an encrypted or old Office file", where=str(path), remedy="save it as DOCX, PPTX or XLSX with no password"
        )
    text = _opening(str(path), octets)
    if path.suffix.lower() in (".pdf", ".docx", ".pptx", ".xlsx"):
        raise InputError(f"not a {path.suffix[1:].upper()} file", where=str(path), remedy="download or save it again")
    head = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if head.startswith(("<!doctype html", "<html")):
        return "html"
    if head.startswith("{\\rtf"):
        raise InputError("RTF cannot be read", where=str(path), remedy="save it as DOCX")
    return _SUFFIXES.get(path.suffix.lower(), "text")


def _opening(name: str, octets: bytes) -> str:
    """The first words of a text."""
    encodings = _encodings(octets)
    if encodings == _UNMARKED and b"\x00" in octets:
        raise _no_text(name)
    for encoding in encodings:
        try:
            # The cut may fall inside a character.
            return codecs.getincrementaldecoder(encoding)().decode(octets)
        except UnicodeDecodeError as error:
            wrong = error
    raise _not_decoded(name, wrong)


def decoded(name: str, file: BufferedReader, most: int) -> SpooledText:
    """The text of a file, its line ends as they are.

    Errors: InputError where there are more than ``most`` characters, and where the bytes are no text in any encoding
            that is tried: UTF-8, UTF-16, UTF-32 by their mark, and Windows-1252.
    """
    file.seek(0)
    encodings = _encodings(file.read(4))
    if encodings == _UNMARKED and any(b"\x00" in octets for octets in _octets(file)):
        raise _no_text(name)
    for encoding in encodings:
        text = SpooledText()
        try:
            for words in codecs.iterdecode(_octets(file), encoding):
                text.write(words)
                if len(text) > most:
                    raise InputError("too much text", where=name, remedy="give a smaller document")
        except UnicodeDecodeError as error:
            wrong = error
        else:
            return text
    raise _not_decoded(name, wrong)


def _encodings(octets: bytes) -> tuple[str, ...]:
    """The encodings that a text may have, by its first bytes: that of its mark, or those of texts without one."""
    return next(((encoding,) for mark, encoding in _MARKS if octets.startswith(mark)), _UNMARKED)


def _octets(file: BufferedReader) -> Iterator[bytes]:
    file.seek(0)
    while octets := file.read(_PIECE):
        yield octets


def _no_text(name: str) -> InputError:
    return InputError("neither text nor a document that can be read", where=name, remedy="see svngraph ingest -h")


def _not_decoded(name: str, error: UnicodeDecodeError) -> InputError:
    return InputError(f"not text: {error.reason}", where=name, remedy="save it as UTF-8")


def _office(path: Path, file: BufferedReader) -> str:
    try:
        names = set(zipfile.ZipFile(file).namelist())
    except Exception as error:  # zipfile raises many kinds on a broken archive
        raise InputError(f"a broken archive: {error}", where=str(path), remedy="save or download it again") from error
    for part, form in _OFFICE.items():
        if part in names:
            return form
    raise InputError("an archive, and not a document", where=str(path), remedy="unpack it first")
