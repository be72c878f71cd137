"""The links of the curation graph as rows of a sheet, and a sheet that a person has edited as an edit.

Each row remembers the state in which it was written (``state``). So a row that nobody touched changes nothing, even
where the link has changed since; and a row and a link that have both changed are a conflict, which is refused.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException
from rdflib import RDF, URIRef
from rdflib import Literal as Text
from rdflib.namespace import DCTERMS, PROV

from svngraph.curation.edits import joining, parting
from svngraph.curation.record import Edit, Record
from svngraph.errors import InputError, SvngraphError, UsageError
from svngraph.model import BASES, JUDGEMENT, TraceLink
from svngraph.namespaces import SVN, Names

EDITABLE = ("from", "relation", "to", "basis", "kind", "rationale_sv", "rationale_en", "evidence")
COLUMNS = ("link", *EDITABLE, "remove", "author", "created", "state")
WIDTHS = (44, 26, 16, 26, 12, 12, 60, 60, 30, 10, 18, 12, 14)
How = Literal["added", "removed", "changed", "moved"]
Resolve = Callable[[str], URIRef]
_MOST_ROWS = 100_000
_MOST_OCTETS = 64_000_000
_SHOWN = 5


class _Nobody(UsageError):
    """A judgement that nobody answers for."""


@dataclass(frozen=True)
class RowChange:
    """What a row of a sheet would do: to which link (by its key), and the columns that differ."""

    number: int
    how: How
    link: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """How the words of a sheet are understood: things by key, link properties by name, and who answers for a change."""

    thing: Resolve
    relation: Resolve
    author: URIRef | None
    on: str


def rows(record: Record) -> list[dict[str, str]]:
    """The links of a record as rows, in order of their keys."""
    links = {s for s, p, o in record.triples if p == RDF.type and o == SVN.TraceLink and isinstance(s, URIRef)}
    about: dict[URIRef, list[tuple[URIRef, object]]] = {link: [] for link in links}
    for subject, predicate, value in record.triples:
        if subject in links and isinstance(subject, URIRef):
            about[subject].append((predicate, value))
    found = [_row(link, about[link], record.names) for link in sorted(links)]
    return [{**row, "state": state(row)} for row in found]


def _row(link: URIRef, facts: Sequence[tuple[URIRef, object]], names: Names) -> dict[str, str]:
    def values(predicate: URIRef, lang: str | None = None) -> str:
        found = (v for p, v in facts if p == predicate and (lang is None or getattr(v, "language", None) == lang))
        return " ".join(sorted(_shown(value, names) for value in found))

    return {
        "link": (names.parts(link) or ("", str(link)))[1],
        "from": values(SVN["from"]),
        "relation": values(SVN.relation).rsplit("/", 1)[-1],
        "to": values(SVN.to),
        "basis": values(SVN.basis).rsplit("/", 1)[-1],
        "kind": values(SVN.continuityKind).rsplit("/", 1)[-1],
        "rationale_sv": values(SVN.rationale, "sv"),
        "rationale_en": values(SVN.rationale, "en"),
        "evidence": values(SVN.evidence),
        "remove": "",
        "author": values(PROV.wasAttributedTo),
        "created": values(DCTERMS.created),
    }


def _shown(value: object, names: Names) -> str:
    parts = names.parts(str(value)) if isinstance(value, URIRef) else None
    return "/".join(parts) if parts else str(value)


def state(row: Mapping[str, str]) -> str:
    """A short digest of what may be edited in a row."""
    text = "\x1f".join(" ".join(row.get(column, "").split()) for column in EDITABLE)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read(path: Path) -> list[dict[str, str]]:
    """The rows of the first sheet of a workbook, by the names in its head. Errors: InputError."""
    try:
        if path.stat().st_size > _MOST_OCTETS:
            raise InputError("too large for a sheet of links", where=str(path), remedy="at most 64 MB")
        book = load_workbook(path, read_only=True)
        page = book.worksheets[0].iter_rows(max_col=len(COLUMNS) + 20)
        cells = [[_text(cell, str(path)) for cell in row] for row in islice(page, _MOST_ROWS + 1)]
        if any(_text(cell, str(path)) for row in page for cell in row):
            remedy = "give them in several sheets"
            raise InputError(f"more than {_MOST_ROWS} rows", where=str(path), remedy=remedy)
        book.close()
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise InputError(f"not a workbook: {error}", where=str(path), remedy="give a file of svngraph links") from error
    heads = cells[0] if cells else []
    if lacking := [
        column for column in COLUMNS if column not in heads and column not in ("remove", "author", "created")
    ]:
        raise InputError(
            f"the sheet has no column {', '.join(lacking)}",
            where=str(path),
            remedy="make one with svngraph links --out",
        )
    found = [dict(zip(heads, row, strict=False)) for row in cells[1:]]
    return [{column: row.get(column, "") for column in COLUMNS} for row in found]


def _text(cell: ReadOnlyCell | EmptyCell | Cell | MergedCell, where: str) -> str:
    """The text of a cell; a formula is refused, since what it would give is not in the file for certain."""
    if cell.value is None:
        return ""
    if isinstance(cell, ReadOnlyCell) and cell.data_type == "f":
        raise InputError(f"cell {cell.coordinate} holds a formula", where=where, remedy="write the value itself")
    return str(cell.value).strip()


def changes(
    record: Record, sheet: Sequence[Mapping[str, str]], meaning: Meaning
) -> tuple[list[RowChange], Edit, list[TraceLink]]:
    """What a sheet would change: row by row, as one edit, and the links that it writes.

    Errors: InputError naming the rows that cannot be understood, or that have changed on both sides.
    """
    known = {row["link"]: row for row in rows(record)}
    found: list[RowChange] = []
    edit, written, wrong = Edit(), [], []
    for number, row in enumerate(sheet, 2):
        try:
            one = _change(number, row, known)
            if one is None:
                continue
            step, link = _edit(record, row, one, meaning)
        except _Nobody:
            raise  # it would be said of every row
        except SvngraphError as error:
            wrong.append(f"row {number}: {error}")
            continue
        found.append(one)
        edit = edit.then(step)
        written += [link] if link else []
    if wrong:
        more = f" (and {len(wrong) - _SHOWN} more)" if len(wrong) > _SHOWN else ""
        raise InputError("; ".join(wrong[:_SHOWN]) + more, where="sheet", remedy="mend the rows; nothing was written")
    return found, edit, written


def _change(number: int, row: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> RowChange | None:
    """What a row would do; None where it would do nothing. Errors: InputError."""
    key = row["link"]
    if not any(row[column] for column in ("link", *EDITABLE)):
        return None
    now = known.get(key)
    if not key:
        return None if row["remove"] else RowChange(number, "added", "", EDITABLE)
    if row["remove"]:
        if now is None:
            return None  # somebody was quicker
        if state(now) != row["state"]:
            raise InputError("the link has changed since the sheet was made", where=key, remedy="make the sheet anew")
        return RowChange(number, "removed", key, ())
    if state(row) == row["state"]:
        return None  # nobody touched it
    if now is None:
        raise InputError("no such link in the curation graph", where=key, remedy="empty the cell to make a new one")
    if state(row) == state(now):
        return None  # it is there already
    if state(now) != row["state"]:
        raise InputError("the link has changed since the sheet was made", where=key, remedy="make the sheet anew")
    columns = tuple(column for column in EDITABLE if row[column].split() != now[column].split())
    return RowChange(number, "moved" if {*columns} & {"from", "relation", "to"} else "changed", key, columns)


def _edit(record: Record, row: Mapping[str, str], one: RowChange, meaning: Meaning) -> tuple[Edit, TraceLink | None]:
    gone = parting(record, record.names.thing("link", one.link)) if one.link else Edit()
    if one.how == "removed":
        return gone, None
    bases = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
    if row["basis"] not in bases:
        raise InputError(f"no basis {row['basis']!r}", remedy=f"one of: {', '.join(bases)}")
    basis = bases[row["basis"]]
    if basis == JUDGEMENT and meaning.author is None:
        raise _Nobody("a judgement says who made it", remedy="--by KEY (and --by-name NAME where the key is new)")
    words = ((row["rationale_sv"], "sv"), (row["rationale_en"], "en"))
    link = TraceLink(
        meaning.thing(row["from"]),
        meaning.relation(row["relation"]),
        meaning.thing(row["to"]),
        basis,
        tuple(meaning.thing(key) for key in row["evidence"].split()),
        tuple(Text(text, lang=lang) for text, lang in words if text),
        meaning.author if basis == JUDGEMENT else None,
        meaning.on if basis == JUDGEMENT else None,
        SVN[f"continuity/{row['kind']}"] if row["kind"] else None,
    )
    return gone.then(joining(record.edited(gone), link)), link
