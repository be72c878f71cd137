"""What a file is, from its bytes first and its name second; and text decoded from whatever encoding it has."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path

from svngraph.errors import InputError

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
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def form_of(path: Path, octets: bytes) -> str:
    """The form of a file: a wrong extension is seen through, since a form has its own first bytes.

    Errors: InputError for a file that is neither text nor a form that can be read.
    """
    if b"%PDF-" in octets[:1024]:
        return "pdf"
    if octets[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _office(path, octets)
    if octets[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(
            "an encrypted or old Office file", where=str(path), remedy="save it as DOCX, PPTX or XLSX with no password"
        )
    text = decoded(str(path), octets[:4096], whole=False)
    if path.suffix.lower() in (".pdf", ".docx", ".pptx", ".xlsx"):
        raise InputError(f"not a {path.suffix[1:].upper()} file", where=str(path), remedy="download or save it again")
    head = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if head.startswith(("<!doctype html", "<html")):
        return "html"
    if head.startswith("{\\rtf"):
        raise InputError("RTF cannot be read", where=str(path), remedy="save it as DOCX")
    return _SUFFIXES.get(path.suffix.lower(), "text")


def decoded(name: str, octets: bytes, *, whole: bool = True) -> str:
    """The text of some bytes, its line ends as they are.

    Errors: InputError where the bytes are no text in any encoding that is tried: UTF-8, UTF-16, UTF-32 by their mark,
            and Windows-1252.
    """
    for mark, encoding in _MARKS:
        if octets.startswith(mark) and encoding != "utf-8":
            return _decode(name, octets if whole else octets[: len(octets) // 4 * 4], encoding)
    if b"\x00" in octets:
        raise InputError("neither text nor a document that can be read", where=name, remedy="see svngraph ingest -h")
    try:
        # A cut may fall inside a character.
        return codecs.getincrementaldecoder("utf-8")().decode(octets, final=whole)
    except UnicodeDecodeError:
        return _decode(name, octets, "cp1252")


def _decode(name: str, octets: bytes, encoding: str) -> str:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"not text: {error.reason}", where=name, remedy="save it as UTF-8") from error


def _office(path: Path, octets: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(octets)).namelist())
    except Exception as error:  # zipfile raises many kinds on a broken archive
        raise InputError(f"a broken archive: {error}", where=str(path), remedy="save or download it again") from error
    for part, form in _OFFICE.items():
        if part in names:
            return form
    raise InputError("an archive, and not a document", where=str(path), remedy="unpack it first")
