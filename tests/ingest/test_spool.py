"""What is too long to be held is kept in a file: the same comes out, and another process can be given it."""

from __future__ import annotations

import gc
import json
import pickle
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents

from svngraph.errors import InputError
from svngraph.ingest import content, profiles, spool
from svngraph.ingest.apart import Apart
from svngraph.ingest.lines import Options
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read
from svngraph.ingest.reading.limits import Limits
from svngraph.namespaces import Names


@pytest.fixture
def small(monkeypatch):
    """Everything that is longer than a line goes to a file."""

    def make() -> None:
        monkeypatch.setattr(spool, "_HELD", 7)
        monkeypatch.setattr(spool, "_BATCH", 2)
        monkeypatch.setattr(spool, "_PIECE", 5)
        monkeypatch.setattr(content, "_LIKELY", 8)

    return make


WRITERS = {
    **{name: (write, "activity-plan") for name, write in documents.WRITERS.items()},
    **{name: (write, "activity-plan") for name, write in documents.LAYOUTS.items()},
    **{name: (write, "action-plan") for name, write in documents.ACTION_WRITERS.items()},
    "pages.pdf": (lambda path: documents.pdf(path, pages=4), "activity-plan"),
    "report.pdf": (documents.report_pdf, "report"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_comes_out_of_files(tmp_path, small, name):
    write, profile_name = WRITERS[name]
    path, profile = write(tmp_path / name), profiles.load(profile_name)

    def taken() -> str:
        made = propose(read(path, profile.options), profile, Known(), {"year": "2031", "action": "2031"})
        return made.trig(Names()) + json.dumps(made.summary())

    held, blocks = taken(), list(read(path, profile.options).blocks)
    small()
    reading = read(path, profile.options)
    assert reading.text.descriptor is not None
    assert list(reading.blocks) == blocks
    assert taken() == held


def test_texts_and_sequences_can_be_read_while_they_are_written(small):
    small()
    text, numbers = spool.SpooledText(), spool.Spool[int]()
    for number in range(50):
        text.write(f"å{number}😀\n")
        numbers.append(number)
        assert numbers[-1] == number
        assert text[-2:] == "😀\n"
    whole = "".join(f"å{number}😀\n" for number in range(50))
    assert (text[:], text[3:9], text[2], text[9:3]) == (whole, whole[3:9], "😀", "")
    assert [line for _, line in spool.lines(text)] == whole.splitlines(keepends=True)
    assert [at for at, _ in spool.lines(text, 4, 12)] == [4, 8]
    assert list(numbers) == numbers[:] == list(range(50))
    assert pickle.loads(pickle.dumps(numbers)) == numbers  # noqa: S301 # its own
    assert pickle.loads(pickle.dumps(text))[:] == whole  # noqa: S301 # its own
    with pytest.raises(IndexError):
        numbers[50]


def test_another_process_gives_its_file_away(tmp_path):
    path, profile = tmp_path / "plan.txt", profiles.load("activity-plan")
    wanted = [f"Pröva skoterambulans nummer {number} i fjällkommunerna 😀" for number in range(8000)]
    path.write_text("Aktivitetsplan 2031\n\nVägar\n\n" + "\n\n".join(f"• {line}" for line in wanted), encoding="utf-8")
    with Apart(path, profile.options, Limits()) as apart:
        proposal = apart.read().propose(profile, Known())
    text = proposal.reading.text
    assert isinstance(text, spool.SpooledText)
    assert text.descriptor is not None
    assert text[:] == path.read_text("utf-8")
    assert [i.label for i in proposal.lifted.items.values() if i.kind == "activity"] == wanted
    assert proposal.account().left_over == len(wanted)  # the sign of each item


def test_no_room_for_what_is_read(tmp_path, small, monkeypatch):
    path = documents.pdf(tmp_path / "plan.pdf")
    small()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="no room for what is read") as caught:
        read(path, Options())
    assert "TMPDIR" in str(caught.value)


def test_what_comes_often_is_not_forgotten():
    chance = random.Random(3)  # noqa: S311 - the same words every time
    words = [f"rad {number}" for number in range(5000)] + ["sidhuvud"] * 400
    chance.shuffle(words)
    assert "sidhuvud" in content._frequent(words)


def test_no_more_than_a_page_is_held(tmp_path, small):
    """Of the library's pages and of our lines, as few are alive at the end of a document as at its beginning."""
    from pdfplumber.page import Page

    from svngraph.ingest.lines import Line

    path, alive = documents.pdf(tmp_path / "long.pdf", pages=25), list[tuple[int, int]]()
    small()

    def watch(_done: int, _of: int) -> None:
        gc.collect()
        kinds = Counter(type(each) for each in gc.get_objects())
        alive.append((kinds[Page], kinds[Line]))

    assert read(path, watch=watch).pages == 25
    assert max(pages for pages, _ in alive) == 1
    assert max(lines for _, lines in alive) <= 2
