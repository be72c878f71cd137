"""Curation: edits that are checked, small, whole, and that lose nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import FOAF, PROV, RDF, XSD

from svngraph import resources
from svngraph.curation.content import Content
from svngraph.curation.edits import Review, accepting, introducing, joining, parting, refusing, review_iri
from svngraph.curation.record import LOCK, Edit, Record, opened, read
from svngraph.errors import InputError, UsageError
from svngraph.model import JUDGEMENT, TraceLink, Triple
from svngraph.namespaces import SVN, Names

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMES = Names()
DIGEST = f"sha256:{'0' * 64}"
WHY = ("--rationale-sv", "Samma sak.", "--rationale-en", "The same thing.", "--by", "svngraph-editors")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A copy of the shipped plans that may be edited."""
    folder = tmp_path / "plans"
    folder.mkdir()
    for path in resources.data_folder().glob("*.t*"):
        shutil.copy(path, folder)
    return folder


def link(number: int, relation: str = "continues", other: int = 100) -> TraceLink:
    ends = [NAMES.thing("activity", f"a-{n}") for n in (number, other)]
    why = (Literal("Därför.", lang="sv"), Literal("Because.", lang="en"))
    return TraceLink(ends[0], SVN[relation], ends[1], JUDGEMENT, (), why, NAMES.thing("agent", "x"), "2042-01-01")


def pair(one: TraceLink) -> tuple[URIRef, URIRef, URIRef]:
    return one.source, one.relation, one.target


REVIEW = Review(NAMES.thing("agent", "x"), "2042-02-02", (Literal("Läst om.", lang="sv"),))


def test_the_shipped_curation_is_canonical() -> None:
    path = resources.data_folder() / "curation.trig"
    assert read(path, NAMES).text() == path.read_text("utf-8")


def test_a_link_is_a_small_difference_and_unlink_takes_all_of_it_back(plans: Path, svngraph: Run) -> None:
    path = plans / "curation.trig"
    before = path.read_text("utf-8")
    ends = ("ap2025-13", "ap2024-07")
    done = svngraph("link", *ends, "--relation", "continues", "--kind", "topic", *WHY, "--data", str(plans))
    assert (done.returncode, done.stderr) == (0, "")
    after = path.read_text("utf-8")
    shown = [*unified_diff(before.splitlines(), after.splitlines(), n=0)][2:]
    changed = [line for line in shown if not line.startswith("@@")]
    # The line of the activity that says what it continues, anew, and the block of the link.
    assert [line for line in changed if line[0] == "-"] == ["-    svn:continues heading:vp2021-05 ."]
    assert len(changed) == 14
    done = svngraph("unlink", *ends, "--data", str(plans), "--format", "json")
    assert json.loads(done.stdout)["written"] is True
    assert path.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("ap2025-13", "ap2024-07", "--relation", "continues", *WHY), "hur det nyare fortsätter det äldre"),
        (("ap2025-13", "ap2024-07", "--relation", "continues", "--kind", "topic"), "saknar motivering på svenska"),
        (("ap2024-07", "ap2025-13", "--relation", "continues", "--kind", "topic", *WHY), "nyare plan"),
        (("ap2025-13", "ap2025-14", "--relation", "serves", *WHY), "svn:serves ska leda till ett avtalsmål"),
        (("ap2025-13", "vp2025-01", "--relation", "underHeading", "--basis", "stated"), "ska ha belägg"),
        (("ap2025-13", "vp2025-09", "--relation", "underHeading", *WHY), "already"),
        (("ap2025-01", "ap2024-01", "--relation", "continues", "--kind", "topic", *WHY), "already"),
        (("ap2025-01", "ap2024-01", "--relation", "likes", *WHY), "no link property 'likes'"),
        (("ap2025-01", "inget", "--relation", "serves", *WHY), "no item 'inget'"),
        (("ap2025-13", "ap2024-07", "--relation", "continues", "--by", "ingen"), "nobody is known as 'ingen'"),
        (("ap2025-13", "ap2024-07", "--relation", "continues", "--by", "Å> a", "--by-name", "x"), "not a key"),
        (("ap2025-13", "ap2024-07", "--relation", "continues", "--evidence", "p 1"), "no passage"),
    ],
)
def test_a_mistake_is_refused_with_its_reason_and_nothing_is_written(
    plans: Path, svngraph: Run, args: tuple[str, ...], reason: str
) -> None:
    before = {path: path.read_bytes() for path in plans.iterdir()}
    done = svngraph("link", *args, "--data", str(plans))
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in plans.iterdir() if path.name != LOCK} == before


def test_plans_are_named_by_key(plans: Path, svngraph: Run) -> None:
    path = plans / "curation.trig"
    ends = ("ap2025", "vp2021")
    done = svngraph("link", *ends, "--relation", "realises", *WHY, "--data", str(plans), "--format", "json")
    assert done.returncode == 0, done.stderr
    plan, other = (NAMES.thing("plan", key) for key in ends)
    assert (plan, SVN.realises, other) in read(path, NAMES).triples


def test_what_a_document_says_is_not_unlinked(plans: Path, svngraph: Run) -> None:
    done = svngraph("unlink", "activity-ap2025-09--under-heading--vp2025-05", "--data", str(plans))
    assert done.returncode == 2
    assert "does not stand in the curation graph" in done.stderr


def test_a_dry_run_writes_nothing(plans: Path, svngraph: Run) -> None:
    before = (plans / "curation.trig").read_bytes()
    done = svngraph("unlink", "ap2025-01", "ap2024-01", "--dry-run", "--data", str(plans))
    assert done.stdout.startswith("Skulle tas bort")
    assert (plans / "curation.trig").read_bytes() == before


def test_a_new_file_gets_a_header_and_a_new_person_a_name(tmp_path: Path) -> None:
    with opened(tmp_path, NAMES) as record:
        record.edited(introducing(record, "anna-ek", "Anna Ek").then(joining(record, link(1)))).save()
    text = (tmp_path / "curation.trig").read_text("utf-8")
    assert text.startswith("# svngraph data: named graph curation. CC0-1.0")
    assert 'foaf:name "Anna Ek"' in text
    assert "activity:a-1\n    svn:continues activity:a-100 ." in text


def test_comments_and_blank_nodes_that_would_be_lost_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "curation.trig"
    for text, reason in (
        ("# head\n<http://e/g> {\n  # inside\n <http://e/s> <http://e/p> 1 . }", "comments inside"),
        ("<http://e/g> { [] <http://e/p> 1 . }", "blank node"),
        ("<http://e/g> { <http://e/s> <http://e/p> ", "curation.trig"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(InputError, match=reason):
            read(path, NAMES)


def test_a_file_that_another_hand_changes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path, NAMES) as record:
        (tmp_path / "curation.trig").write_text("# mine\n", "utf-8")
        with pytest.raises(InputError, match="changed while it was being edited"):
            record.edited(joining(record, link(1))).save()
    assert (tmp_path / "curation.trig").read_text("utf-8") == "# mine\n"


def test_writers_wait_for_one_another(tmp_path: Path) -> None:
    """Eight processes each write a link of their own: none is lost."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom rdflib import URIRef\nfrom svngraph.namespaces import *\n"
        "from svngraph.curation.record import *\nfrom svngraph.curation.edits import *\nfrom svngraph.model import *\n"
        "with opened(Path(sys.argv[1]), Names()) as record:\n"
        "    one = TraceLink(URIRef('http://e/' + sys.argv[2]), SVN.continues, URIRef('http://e/o'), JUDGEMENT)\n"
        "    record.edited(joining(record, one)).save()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)]) for n in range(8)]
    assert [process.wait(600) for process in running] == [0] * 8
    assert (tmp_path / "curation.trig").read_text("utf-8").count("a svn:TraceLink") == 8


def test_the_lock_is_the_folders(tmp_path: Path) -> None:
    with opened(tmp_path, NAMES):
        assert (tmp_path / LOCK).exists()
        assert FileLock(tmp_path / LOCK).acquire is not None


def _record(links: list[TraceLink]) -> Record:
    record = read(Path("nowhere"), NAMES)
    for one in links:
        record = record.edited(joining(record, one))
    return record


_NUMBERS = st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_NUMBERS, st.integers(10, 19))
def test_joining_and_parting_are_inverse(numbers: list[int], other: int) -> None:
    record = _record([link(n) for n in numbers])
    more = record.edited(joining(record, link(other), DIGEST))
    assert more.triples > record.triples
    assert more.edited(parting(more, link(other).iri(NAMES))).triples == record.triples


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_NUMBERS, st.data())
def test_a_review_touches_exactly_the_link_that_it_names(numbers: list[int], data: st.DataObject) -> None:
    record = _record([link(n) for n in numbers])
    one = link(data.draw(st.sampled_from(numbers)))
    iri = one.iri(NAMES)
    reviewed = record.edited(accepting(record, iri, pair(one), DIGEST, REVIEW))
    about = {iri, review_iri(pair(one), NAMES)}
    assert {t for t in reviewed.triples ^ record.triples if t[0] not in about} == set()
    assert (iri, SVN.reviewedDigest, Literal(DIGEST)) in reviewed.triples
    again = reviewed.edited(accepting(reviewed, iri, pair(one), DIGEST, REVIEW))
    assert again.triples == reviewed.triples  # saying it twice is saying it once
    later = accepting(reviewed, iri, pair(one), f"sha256:{'1' * 64}", REVIEW)
    assert len([t for t in reviewed.edited(later).triples if t[1] == SVN.reviewedDigest]) == 1


def test_a_refusal_is_lifted_by_linking_after_all() -> None:
    record = _record([])
    refused = record.edited(refusing(record, pair(link(1)), REVIEW))
    assert any(t[2] == SVN.Refusal for t in refused.triples)
    linked = refused.edited(joining(refused, link(1)))
    assert not any(t[2] == SVN.Refusal for t in linked.triples)


def test_two_links_of_one_pair_share_the_direct_triple() -> None:
    record = _record([link(1)])
    twin = NAMES.thing("link", "twin")
    extra = {(twin, p, o) for s, p, o in record.triples if s == link(1).iri(NAMES)}
    both = record.edited(Edit(added=frozenset(extra)))
    left = both.edited(parting(both, link(1).iri(NAMES)))
    assert pair(link(1)) in left.triples
    assert pair(link(1)) not in left.edited(parting(left, twin)).triples


def test_a_link_is_there_once() -> None:
    with pytest.raises(UsageError, match="already"):
        joining(_record([link(1)]), link(1))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_TEXT)
def test_any_words_survive_the_file(words: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as place, opened(Path(place), NAMES) as record:
        said = Review(NAMES.thing("agent", "x"), "2042-02-02", (Literal(words, lang="sv"),))
        record.edited(refusing(record, pair(link(1)), said)).save()
        found = {str(t[2]) for t in read(Path(place) / "curation.trig", NAMES).triples if t[1].endswith("#note")}
    assert found == {words}


_SUBJECTS = st.sampled_from(
    [
        *(NAMES.thing("activity", key) for key in ("a-1", "a-01", "a-2", "a-10", "b")),
        NAMES.thing("goal", "g"),
        NAMES.thing("review", "r"),
        URIRef("http://e/x"),
        URIRef("http://e/\u00e5"),
        NAMES.graph("curation"),
    ]
)
_WORDS = st.sampled_from(['a "prov:x" b', "foaf:y", "\n\n  activity:a-1\n", "}\n", "\\", "1", "01"])
_VALUES = st.one_of(
    _SUBJECTS,
    st.builds(lambda words: Literal(words, lang="sv"), _WORDS),
    st.builds(Literal, _WORDS),
    st.builds(lambda n: Literal(f"0{n}", datatype=XSD.integer), st.integers(0, 3)),
    st.just(Literal("2042-01-01", datatype=XSD.date)),
    st.just(NAMES.thing("agent", "x")),
)
_TRIPLES = st.sets(
    st.tuples(_SUBJECTS, st.sampled_from([RDF.type, FOAF.name, PROV.wasAttributedTo, SVN.serves]), _VALUES), max_size=12
).map(frozenset)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(_TRIPLES, st.lists(st.tuples(_TRIPLES, _TRIPLES), min_size=1, max_size=4))
def test_an_edit_in_place_gives_the_text_that_writing_it_all_would_give(
    start: frozenset[Triple], edits: list[tuple[frozenset[Triple], frozenset[Triple]]]
) -> None:
    record = Record(Content(Path("nowhere"), NAMES, b"")).edited(Edit(added=start))
    for removed, added in edits:
        graph = record.triples
        of_all = (graph - removed) | added
        content = Content(Path("nowhere"), NAMES, record.text().encode(), canonical=True)
        record = Record(content).edited(Edit(removed, added))
        whole = record.text()
        assert record.triples == of_all
        in_place = record.amended()
        assert in_place is None or in_place.decode() == whole
        assert (in_place is None) == (not of_all or not graph)
        for subject in {s for s, _, _ in graph}:
            assert content.about(subject) == {t for t in graph if t[0] == subject}


def test_only_what_this_program_wrote_is_edited_in_place(tmp_path: Path) -> None:
    path = tmp_path / "curation.trig"
    for number in (1, 2):
        with opened(tmp_path, NAMES) as record:
            assert (record.amended() is not None) == (number > 1)
            record.edited(joining(record, link(number))).save()
    # Another hand puts the things in another order: the file is read as a whole, and is in order again afterwards.
    first, second = (f"  activity:a-{n}\n    svn:continues activity:a-100 .\n\n" for n in (1, 2))
    before = path.read_text("utf-8")
    assert first + second in before
    path.write_text(before.replace(first + second, second + first), "utf-8")
    with opened(tmp_path, NAMES) as record:
        assert record.amended() is None
        record.edited(joining(record, link(3))).save()
    with opened(tmp_path, NAMES) as record:
        assert record.amended() is not None
        assert record.text() == path.read_text("utf-8")
    # A copy of the folder is another file.
    shutil.copytree(tmp_path, tmp_path / "copy")
    with opened(tmp_path / "copy", NAMES) as record:
        assert record.amended() is None
        assert record.text() == path.read_text("utf-8")


_AS_NOBODY = """
import os, sys
from pathlib import Path
from svngraph.curation.edits import introducing
from svngraph.curation.record import opened
from svngraph.errors import InputError
from svngraph.namespaces import Names
folder, names = Path(sys.argv[1]), Names()
with opened(folder, names) as record:
    record.edited(introducing(record, "a", "A")).save()
for path in (*folder.iterdir(), folder):
    path.chmod(0o555 if path.is_dir() else 0o444)
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with opened(folder, names) as record:
        record.edited(introducing(record, "b", "B")).save()
except InputError as error:
    print(error)
"""


def test_a_folder_that_is_read_only_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for above in (tmp_path, *tmp_path.parents):  # the folders of pytest's own, which only its user can enter
        if above == Path(tempfile.gettempdir()):
            break
        above.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", _AS_NOBODY, str(folder)], capture_output=True, text=True, timeout=600)
    folder.chmod(0o755)
    assert "Permission denied" in done.stdout, done.stderr
    assert read(folder / "curation.trig", NAMES).text() == (folder / "curation.trig").read_text("utf-8")


def test_a_full_disk_leaves_the_curation_as_it_was(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        with opened(disk, NAMES) as record:
            record.edited(joining(record, link(0))).save()
        before = (disk / "curation.trig").read_bytes()
        with opened(disk, NAMES) as record, pytest.raises(InputError, match="No space left"):
            record.edited(introducing(record, "b", "b" * 60_000)).save()
        assert (disk / "curation.trig").read_bytes() == before
        assert not list(disk.glob("*.new"))
        with opened(disk, NAMES) as record:  # what is small enough still goes
            record.edited(joining(record, link(1))).save()
            assert record.amended() is not None
    finally:
        subprocess.run(["umount", disk], check=True)


def test_blank_nodes_survive_an_edit_in_place(tmp_path: Path) -> None:
    path = tmp_path / "curation.trig"
    path.write_text("<https://w3id.org/svngraph/graph/curation> { <http://e/s> <http://e/p> [ <http://e/q> 1 ] . }")
    for number in (1, 2):
        with opened(tmp_path, NAMES) as record:
            record.edited(joining(record, link(number))).save()
    assert "<http://e/p> [ <http://e/q> 1 ] ." in path.read_text("utf-8")
    with opened(tmp_path, NAMES) as record:
        about = record.about(URIRef("http://e/s"))
        more = record.edited(Edit(added=frozenset([(URIRef("http://e/s"), FOAF.name, Literal("x"))])))
        assert more.amended() is None  # its own thing has a blank node: that is written with the whole
        more.save()
    assert len(about) == 1
    assert '<http://e/p> [ <http://e/q> 1 ] ;\n    foaf:name "x" .' in path.read_text("utf-8")
