"""The round trip of the sheet: what an analyst edits is what changes, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from rdflib import Literal, URIRef

from svngraph import resources
from svngraph.curation.content import Content
from svngraph.curation.edits import accepting, joining, parting
from svngraph.curation.record import Edit, Record
from svngraph.curation.sheet import COLUMNS, EDITABLE, Meaning, changes, read, rows
from svngraph.errors import InputError, UsageError
from svngraph.model import JUDGEMENT, TraceLink, Triple
from svngraph.namespaces import SVN, Names
from svngraph.spreadsheet import Sheet, workbook

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMES = Names()
BY = ("--by", "svngraph-editors")
ONE = "activity-ap2025-01--continues--ap2024-01"


def thing(key: str) -> URIRef:
    kind, _, name = key.partition("/")
    if not name:
        raise InputError(f"no item {key!r}")
    return NAMES.thing(kind, name)


MEANING = Meaning(thing, lambda name: SVN[name], NAMES.thing("agent", "x"), "2042-01-01")


def link(number: int, why: str = "Därför.", target: int = 100) -> TraceLink:
    ends = [NAMES.thing("activity", f"a-{n}") for n in (number, target)]
    words = (Literal(why, lang="sv"), Literal("Because.", lang="en"))
    return TraceLink(ends[0], SVN.continues, ends[1], JUDGEMENT, (), words, NAMES.thing("agent", "x"), "2042-01-01")


def record(*links: TraceLink) -> Record:
    made = Record(Content(Path("nowhere"), NAMES, b""))
    for one in links:
        made = made.edited(joining(made, one))
    return made


def edited(sheet: list[dict[str, str]], at: int, **cells: str) -> list[dict[str, str]]:
    return [{**row, **cells} if number == at else row for number, row in enumerate(sheet)]


def test_a_sheet_that_nobody_touched_changes_nothing() -> None:
    made = record(link(1), link(2))
    found, edit, links = changes(made, rows(made), MEANING)
    assert (found, edit.added, edit.removed, links) == ([], frozenset(), frozenset(), [])


def test_every_kind_of_change() -> None:
    made = record(link(1), link(2), link(3), link(4))
    sheet = rows(made)
    sheet = edited(sheet, 0, rationale_sv="Nu vet vi.")
    sheet = edited(sheet, 1, to="activity/a-101")
    sheet = edited(sheet, 2, remove="x")
    new = dict.fromkeys(COLUMNS, "") | {
        "from": "activity/a-5", "relation": "continues", "to": "activity/a-100", "basis": "judgement",
        "rationale_sv": "Därför.", "rationale_en": "Because.",
    }  # fmt: skip
    found, edit, links = changes(made, [*sheet, new, dict.fromkeys(COLUMNS, "")], MEANING)
    assert [(one.number, one.how, one.columns) for one in found] == [
        (2, "changed", ("rationale_sv",)),
        (3, "moved", ("to",)),
        (4, "removed", ()),
        (6, "added", EDITABLE),
    ]
    wanted = record(link(1, "Nu vet vi."), link(2, target=101), link(4), link(5))
    assert made.edited(edit).triples == wanted.triples
    assert len(links) == 3


def test_a_row_that_is_missing_is_left_alone() -> None:
    made = record(link(1), link(2))
    assert changes(made, rows(made)[1:], MEANING)[0] == []


def test_a_row_nobody_touched_does_not_undo_what_others_did_since() -> None:
    before = record(link(1), link(2))
    sheet = edited(rows(before), 0, rationale_sv="Min.")
    now = before.edited(parting(before, link(2).iri(NAMES)))
    now = now.edited(joining(now, link(2, "Deras.")))
    found, edit, _ = changes(now, sheet, MEANING)
    assert [one.link for one in found] == ["activity-a-1--continues--a-100"]
    assert made_text(now.edited(edit)) == made_text(record(link(1, "Min."), link(2, "Deras.")))


def made_text(one: Record) -> str:
    return one.text()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"rationale_sv": "Min."}, "changed since the sheet was made"),
        ({"remove": "x"}, "changed since the sheet was made"),
        ({"link": "finns-inte", "to": "activity/a-9"}, "no such link in the curation"),
    ],
)
def test_a_conflict_is_refused_with_its_row(cells: Mapping[str, str], reason: str) -> None:
    before = record(link(1))
    now = record(link(1, "Deras."))
    with pytest.raises(InputError, match=f"row 2: .*{reason}"):
        changes(now, edited(rows(before), 0, **cells), MEANING)


@pytest.mark.parametrize(
    ("cells", "reason"), [({"basis": "gissning"}, "no basis 'gissning'"), ({"to": "tok"}, "no item 'tok'")]
)
def test_a_row_that_cannot_be_understood_is_named(cells: Mapping[str, str], reason: str) -> None:
    made = record(link(1), link(2))
    with pytest.raises(InputError, match=f"row 3: .*{reason}"):
        changes(made, edited(rows(made), 1, **cells), MEANING)


def test_a_judgement_needs_somebody() -> None:
    made = record(link(1))
    nobody = Meaning(thing, MEANING.relation, None, "2042-01-01")
    with pytest.raises(UsageError, match="a judgement says who made it"):
        changes(made, edited(rows(made), 0, rationale_sv="Ny."), nobody)


_WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Sm"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.integers(0, 5), _WORDS, min_size=1, max_size=5),
    st.dictionaries(st.integers(0, 9), _WORDS, min_size=1, max_size=5),
)
def test_any_sheet_makes_the_record_that_it_shows(before: dict[int, str], after: dict[int, str]) -> None:
    """From any links to any others by way of the workbook: changed, removed and added rows in one sheet."""
    import tempfile

    made, wanted = (record(*(link(n, why) for n, why in one.items())) for one in (before, after))
    goal = {row["link"]: row for row in rows(wanted)}
    sheet = [
        {**row, **({c: goal[row["link"]][c] for c in EDITABLE} if row["link"] in goal else {"remove": "x"})}
        for row in rows(made)
    ]
    known = {row["link"] for row in sheet}
    sheet += [{**row, "link": "", "state": ""} for key, row in goal.items() if key not in known]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(workbook([Sheet("x", COLUMNS, [[row[c] for c in COLUMNS] for row in sheet])]))
        _, edit, _ = changes(made, read(Path(file.name)), MEANING)
    assert made.edited(edit).triples == wanted.triples


def test_a_changed_link_is_no_longer_reviewed_by_the_old_review() -> None:
    one = link(1)
    made = record(one)
    iri = one.iri(NAMES)
    from svngraph.curation.edits import Review

    said = Review(NAMES.thing("agent", "x"), "2042-02-02", (Literal("Läst.", lang="sv"),))
    made = made.edited(accepting(made, iri, (one.source, one.relation, one.target), f"sha256:{'0' * 64}", said))
    _, edit, _ = changes(made, edited(rows(made), 0, rationale_sv="Ny."), MEANING)
    assert not [t for t in made.edited(edit).triples if t[1] == SVN.reviewedDigest or t[2] == SVN.Review]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"link,from\n1,2\n"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.xlsx"):
        read(path)


def test_rows_beyond_what_a_sheet_may_have_are_refused_and_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("svngraph.curation.sheet._MOST_ROWS", 3)
    path = tmp_path / "links.xlsx"
    for count, blank in ((3, 2), (4, 0)):
        lines = [[f"l-{n}", *[""] * (len(COLUMNS) - 1)] for n in range(count)] + [[""] * len(COLUMNS)] * blank
        path.write_bytes(workbook([Sheet("links", COLUMNS, lines)]))
        if count == 3:
            assert len(read(path)) == 3
        else:
            with pytest.raises(InputError, match="more than 3 rows"):
                read(path)


def test_many_rows_take_a_time_that_grows_as_they_do() -> None:
    def taken(count: int) -> float:
        made = Record(Content(Path("nowhere"), NAMES, b""), Edit(added=frozenset(_triples(count))))
        made = Record(Content(made.path, NAMES, made.text().encode()))
        sheet = [{**row, "rationale_sv": "Nu vet vi."} for row in rows(made)]
        began = time.process_time()
        found, edit, _ = changes(made, sheet, MEANING)
        assert len(found) == count
        assert len(edit.removed) >= count
        return time.process_time() - began

    def _triples(count: int) -> Iterator[Triple]:
        for number in range(count):
            yield from link(number, target=1000 + number).triples(NAMES)

    # Eight times as many links took sixty times as long.
    assert min(taken(400) for _ in range(2)) < 24 * min(taken(50) for _ in range(3))


def test_a_sheet_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook([Sheet("x", ("link", "from"), [("a", "b")])]))
    with pytest.raises(InputError, match="no column relation, to"):
        read(path)


def test_the_commands_from_sheet_to_file_and_back(tmp_path: Path, svngraph: Run) -> None:
    plans, path = tmp_path / "plans", tmp_path / "links.xlsx"
    plans.mkdir()
    for file in resources.data_folder().glob("*.t*"):
        shutil.copy(file, plans)
    here = ("--data", str(plans))
    assert svngraph("links", "--out", str(path), *here).returncode == 0
    assert svngraph("import", str(path), *here).stdout == "Arket ändrar ingenting.\n"
    book = load_workbook(path)
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    assert tuple(heads) == COLUMNS
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == ONE)
    row[heads.index("rationale_sv")].value = "=1+1"
    book.save(path)
    assert "holds a formula" in svngraph("import", str(path), *BY, *here).stderr
    row[heads.index("rationale_sv")].value = "1+1 är två."
    book.save(path)
    before = (plans / "curation.trig").read_text("utf-8")
    shown = json.loads(svngraph("import", str(path), *BY, *here, "--format", "json").stdout)
    assert [(one["how"], one["link"], one["columns"]) for one in shown["changes"]] == [
        ("changed", ONE, ["rationale_sv"])
    ]
    assert (shown["written"], (plans / "curation.trig").read_text("utf-8")) == (False, before)
    assert svngraph("import", str(path), *BY, *here, "--apply").returncode == 0
    assert 'svn:rationale "1+1 är två."@sv' in (plans / "curation.trig").read_text("utf-8")
    assert svngraph("import", str(path), *BY, *here).stdout == "Arket ändrar ingenting.\n"
    # A sheet that breaks a rule is refused as a whole.
    row[heads.index("rationale_sv")].value = None
    book.save(path)
    assert svngraph("links", "--out", str(path), *here).returncode == 0
    book = load_workbook(path)
    page = book.worksheets[0]
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == ONE)
    row[heads.index("kind")].value = "nonsens"
    book.save(path)
    before = (plans / "curation.trig").read_text("utf-8")
    done = svngraph("import", str(path), *BY, *here, "--apply")
    assert done.returncode == 2
    assert "Slaget ska vara ett enda ur kodlistan" in done.stderr
    assert (plans / "curation.trig").read_text("utf-8") == before
