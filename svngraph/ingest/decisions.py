"""What people have decided about the uncertain parts of a proposal: a sheet to fill in, remembered and replayed.

A question is known again by its words and not by its place or number, so that reading a document again, or a corrected
version of it, asks only what is new.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from svngraph.errors import InputError
from svngraph.ingest.lifting.items import Item, Lifted, Link, Name
from svngraph.ingest.linking.known import plainly, slug
from svngraph.ingest.spool import Text

COLUMNS = ("decision", "question", "score", "about", "proposal", "words")
_YES, _NO = {"ja", "j", "yes", "y", "1"}, {"nej", "n", "no", "0"}
_AROUND = 80  # characters of the document on each side of a name that is asked about
_SURE = 0.9  # a link below this is asked about


@dataclass(frozen=True)
class Question:
    """Something to decide: what is proposed about what, with its score and the words that led to it."""

    id: str
    score: float
    about: str
    proposal: str
    words: str


def questions(lifted: Lifted, text: Text) -> dict[str, tuple[Question, Name | Link]]:
    """The uncertain parts of what was lifted, each with what it concerns, by the question's id."""
    found: dict[str, tuple[Question, Name | Link]] = {}
    for item in lifted.items.values():
        if item.score < 1:
            kind = str(item.values.get("outcomeKind", [item.label])[0])
            _ask(found, text, item, f"{item.kind} = {kind}", item.score, item.name)
    for link in lifted.links.values():
        source = lifted.items.get(link.source)
        # A link from an outcome that is itself in question goes the way of the outcome.
        if link.score < _SURE and source is not None and source.kind != "outcome":
            _ask(found, text, source, f"{link.relation} {'/'.join(link.target)}", link.score, link)
    return found


def _ask(
    found: dict[str, tuple[Question, Name | Link]], text: Text, item: Item, what: str, score: float, of: Name | Link
) -> None:
    evidence = of.evidence if isinstance(of, Link) else item.evidence
    words = " ".join(" ".join(text[place.start : place.end].split()) for place in evidence)
    about = item.label
    key = hashlib.sha256("\n".join((item.kind, plainly(about), what, plainly(words))).encode()).hexdigest()[:16]
    if evidence and plainly(words) == plainly(about):
        words = _around(text, evidence[0].start, evidence[0].end)  # a name alone says nothing to judge it by
    found.setdefault(key, (Question(key, score, about, what, words), of))


def _around(text: Text, start: int, end: int) -> str:
    """The words of a place with those around it in its paragraph, cut between words."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    before = before.rpartition("\n\n")[2] if "\n\n" in before else before.partition(" ")[2]
    after = after.partition("\n\n")[0] if "\n\n" in after else after.rpartition(" ")[0]
    return " ".join(f"{before}{text[start:end]}{after}".split())


def read(path: Path) -> dict[str, bool | None]:
    """The decisions of a sheet by the question's id, None where nothing is decided; empty where there is no file.

    Errors: InputError for a sheet without its columns, or a decision that is neither yes nor no, with its line.
    """
    if not path.exists():
        return {}
    decided: dict[str, bool | None] = {}
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
        if rows.fieldnames is None or not {"decision", "question"} <= set(rows.fieldnames):
            raise InputError(
                "not a sheet of decisions", where=str(path), remedy=f"its columns are {', '.join(COLUMNS)}"
            )
        for row in rows:
            word = (row["decision"] or "").strip().lower()
            if word and word not in _YES | _NO:
                where = f"{path}, line {rows.line_num}"
                raise InputError(f"not a decision: {word!r}", where=where, remedy="write ja or nej, or leave it empty")
            decided[row["question"]] = (word in _YES) if word else None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"not readable: {error}", where=str(path), remedy="save it as CSV in UTF-8") from error
    return decided


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a sheet as they stand, in its own order. Errors: InputError as :func:`read`."""
    read(path)
    table = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    return [{name: row.get(name) or "" for name in COLUMNS} for row in table]


def edited(path: Path, question: str, word: str) -> bytes:
    """A sheet with one question decided, and everything else as it stands. Errors: InputError as :func:`read`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(path):
        writer.writerow(row | ({"decision": word} if row["question"] == question else {}))
    return out.getvalue().encode()


def sheet(asked: Mapping[str, tuple[Question, Name | Link]], decided: Mapping[str, bool | None]) -> bytes:
    """A sheet of all that was asked, with what has been decided; decisions about what is gone are kept."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, (question, _) in asked.items():
        word = {True: "ja", False: "nej", None: ""}[decided.get(key)]
        cells = (question.about, question.proposal, question.words)
        writer.writerow((word, key, f"{question.score:.2f}", *(_harmless(cell) for cell in cells)))
    for key in sorted(set(decided) - set(asked)):
        if decided[key] is not None:
            writer.writerow(("ja" if decided[key] else "nej", key, "", "", "", ""))
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def apply(lifted: Lifted, text: Text, decided: Mapping[str, bool | None]) -> int:
    """Carry out what has been decided; how many questions are left.

    What is accepted is certain. A link or an outcome that is refused is left out; an item that was taken for a known
    one, and is not, becomes one of its own.
    """
    open_questions = 0
    for key, (_, of) in questions(lifted, text).items():
        verdict = decided.get(key)
        if verdict is None:
            open_questions += 1
        elif isinstance(of, Link):
            del lifted.links[of.source, of.relation, of.target]
            if verdict:
                lifted.link(replace(of, score=1.0))
        elif verdict:
            lifted.items[of].score = 1.0
        else:
            _refuse(lifted, of)
    return open_questions


def _refuse(lifted: Lifted, name: Name) -> None:
    item = lifted.items.pop(name)
    touching = [link for link in lifted.links.values() if name in (link.source, link.target)]
    for link in touching:
        del lifted.links[link.source, link.relation, link.target]
    if not item.known:
        return
    label = item.blocks[0].text.removesuffix(".") if item.blocks else item.label
    own = replace(
        item, key=f"{item.plan}-{slug(label)}" if item.plan else slug(label), label=label, known=False, score=1.0
    )
    lifted.items[own.name] = own
    for link in touching:
        source, target = (own.name if end == name else end for end in (link.source, link.target))
        lifted.link(replace(link, source=source, target=target))
