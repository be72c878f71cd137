"""The whole dataset and each plan as files to take home, with their checksums; the same octets for the same edition."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from svngraph.files import write_whole
from svngraph.publication.csvw import csvw, packed
from svngraph.publication.edition import Edition
from svngraph.publication.formats import FORMATS, Format
from svngraph.publication.oslc import oslc
from svngraph.publication.parts import parts
from svngraph.publication.stratml import stratml
from svngraph.publication.tables import tables
from svngraph.publication.tree import check_paths
from svngraph.publication.writing import written
from svngraph.serialisation import serialise
from svngraph.spreadsheet import Sheet, timeless, workbook

FOLDER = "dumps"
CHECKSUMS = "SHA256SUMS"
_RDF = ("nquads", "trig", "turtle", "jsonld", "rdfxml")
_OF_PLAN = ("turtle", "jsonld", "rdfxml")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Dump:
    """A file of the dataset: ``path`` is below the publisher's address, ``plan`` the segment of what it holds, None for
    the whole; ``packed`` says that it is compressed by gzip; ``lang`` is set where it is in one language.

    Units: ``size`` in bytes of the file as it is.
    """

    path: str
    form: Format
    plan: str | None
    size: int
    sha256: str
    packed: bool = False
    lang: str | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rsplit("/", 1)[-1]


def dumps(edition: Edition, folder: Path, progress: Progress | None = None) -> list[Dump]:
    """Write every dump below ``folder`` (as ``dumps/…``) and tell what they are; one is made at a time.

    Shape:  dataset.{nq,trig,ttl,jsonld,rdf}.gz, dataset.csv.zip, the same files one by one in csv/, dataset.xlsx,
            dataset.oslc.ttl.gz; plan/SEGMENT.{ttl,jsonld,rdf}.gz, plan/SEGMENT.{sv,en}.xml (StratML); SHA256SUMS.
    Errors: InputError where a file cannot be written; UsageError where one would lie outside the folder.
    """
    made = []
    count = len(_RDF) + 3 + len(edition.plans) * (len(_OF_PLAN) + 2)
    for number, (dump, octets) in enumerate(_made(edition), 1):
        check_paths([dump.path])
        target = folder / dump.path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, octets)
        made.append(dump)
        if progress:
            progress("dumps", min(number, count), count)
    write_whole(folder / FOLDER / CHECKSUMS, checksums(made))
    return made


def checksums(made: Iterable[Dump]) -> bytes:
    """The digests of the dumps, as ``sha256sum --check`` reads them in the folder of the file."""
    start = f"{FOLDER}/"
    return "".join(f"{dump.sha256}  {dump.path.removeprefix(start)}\n" for dump in made).encode()


def _made(edition: Edition) -> Iterator[tuple[Dump, bytes]]:
    for name in _RDF:
        yield _dump(name, serialise(edition.canonical, name, edition.names, ordered=True), packed=True)
    every = csvw(edition, tables(edition))
    yield _dump("csvw", packed(every))
    for name, octets in every.items():
        # One by one too: a processor of CSV on the web reads them where they lie.
        form = FORMATS["csv" if name.endswith(".csv") else "json"]
        yield Dump(f"{FOLDER}/csv/{name}", form, None, len(octets), _sha256(octets)), octets
    yield _dump("xlsx", xlsx(edition))
    yield _dump("oslc", written(oslc(edition), "turtle"), packed=True)
    for segment, quads in parts(edition).items():
        for name in _OF_PLAN:
            yield _dump(name, serialise(quads, name, edition.names), segment, packed=True)
    for plan in edition.plans:
        for lang in ("sv", "en"):
            octets = stratml(edition, plan, lang)
            path = f"{FOLDER}/plan/{plan.segment}.{lang}.xml"
            yield Dump(path, FORMATS["stratml"], plan.segment, len(octets), _sha256(octets), lang=lang), octets


def _dump(name: str, octets: bytes, plan: str | None = None, *, packed: bool = False) -> tuple[Dump, bytes]:
    form = FORMATS[name]
    if packed:
        octets = gzip.compress(octets, 9, mtime=0)
    stem = f"plan/{plan}" if plan else "dataset"
    path = f"{FOLDER}/{stem}.{form.suffix}{'.gz' if packed else ''}"
    return Dump(path, form, plan, len(octets), _sha256(octets), packed), octets


def xlsx(edition: Edition, lang: str = "sv") -> bytes:
    """The tables as a workbook, a sheet for each, with headings in a language."""
    sheets = []
    for table in tables(edition):
        heads = [
            f"{column.title.text(lang)} ({column.language})" if column.language else column.title.text(lang) or ""
            for column in table.columns
        ]
        sheets.append(Sheet(table.title.text(lang) or table.name, heads, table.rows))
    return timeless(workbook(sheets))


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
