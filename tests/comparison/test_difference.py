"""Differences: exact on quads, in people's words on things and links, and silent about order and blank nodes."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svngraph import resources
from svngraph.columns.reading import read_bytes
from svngraph.comparison.quads import QuadDifference, difference, line, quads
from svngraph.comparison.things import State, compare
from svngraph.errors import InputError
from svngraph.namespaces import SVN, Names
from svngraph.store.embedded import canonical

Run = Callable[..., "subprocess.CompletedProcess[str]"]
RELATIONS = frozenset({f"<{SVN.underHeading}>", f"<{SVN.reportsOn}>"})
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in Names().prefixes().items())


def nquads(turtle: str, graph: str = "http://e/g") -> bytes:
    rows = read_bytes((PREFIXES + turtle).encode(), "ttl").tuples
    return "".join(f"{' '.join(str(term) for term in row)} <{graph}> .\n" for row in rows).encode()


def state(turtle: str, graph: str = "http://e/g") -> State:
    return State(quads(nquads(turtle, graph)), RELATIONS)


# ---- quads

_NODES = st.sampled_from([f"<http://e/{n}>" for n in range(3)] + [f"_:n{n}" for n in range(4)])
_VALUES = st.one_of(_NODES, st.sampled_from(['"a"', '"b"@sv', '"1"^^<http://e/t>', '"q\\"_:x\\n\\\\"']))
_QUADS = st.lists(
    st.tuples(
        _NODES, st.sampled_from(["<http://e/p>", "<http://e/q>"]), _VALUES, st.sampled_from(["<http://e/g>", ""])
    ),
    max_size=12,
)


def text(rows: list[tuple[str, ...]]) -> bytes:
    return "".join(f"{' '.join(filter(None, row))} .\n" for row in rows).encode()


def shaken(rows: list[tuple[str, ...]], seed: int) -> bytes:
    """The same dataset in another order, with other names for its blank nodes, and a line said twice."""
    chance = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    names = {f"_:n{n}": f"_:{chance.choice('xyz')}{chance.randrange(10**6)}q{n}" for n in range(4)}
    others = [tuple(names.get(term, term) for term in row) for row in rows]
    chance.shuffle(others)
    return text([*others, *others[:1]])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_QUADS, st.integers(0, 99))
def test_a_dataset_does_not_differ_from_itself(rows: list[tuple[str, ...]], seed: int) -> None:
    one, two = quads(text(rows)), quads(shaken(rows, seed))
    assert not difference(one, two)
    found = compare(State(one, RELATIONS), State(two, RELATIONS))
    assert (found.things, found.links) == ((), ())


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_QUADS, _QUADS, st.integers(0, 99))
def test_applying_a_difference_gives_the_other_side(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]], seed: int
) -> None:
    one, two = quads(text(old)), quads(shaken(new, seed))
    found = difference(one, two)
    made = "".join(f"{line(quad)}\n" for quad in found.applied(one)).encode()
    # Isomorphic with the other side by the standard's own measure, not by ours.
    assert canonical(made) == canonical(text(new))
    assert difference(two, one).applied(found.applied(one)) == one


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_QUADS, _QUADS)
def test_the_difference_is_empty_only_for_the_same_dataset(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]]
) -> None:
    same = canonical(text(old)) == canonical(text(new))
    assert bool(difference(quads(text(old)), quads(text(new)))) is not same


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_QUADS, _QUADS)
def test_a_patch_says_all_of_the_difference(old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> None:
    one = quads(text(old))
    found = difference(one, quads(text(new)))
    lines = [entry for entry in found.patch().split("\n") if entry]
    kept = {line(quad) for quad in one} - {entry[2:] for entry in lines if entry[0] == "D"}
    assert kept | {entry[2:] for entry in lines if entry[0] == "A"} == {line(quad) for quad in quads(text(new))}


def test_one_more_blank_node_does_not_rename_the_others() -> None:
    many = [f'<http://e/{n}> <http://e/p> _:b{n} .\n_:b{n} <http://e/q> "{n}" .\n' for n in range(20)]
    found = difference(quads("".join(many[1:]).encode()), quads("".join(many).encode()))
    assert (len(found.removed), len(found.added)) == (0, 2)


def test_blank_nodes_that_hang_together_and_circles() -> None:
    circle = b"_:a <http://e/p> _:b .\n_:b <http://e/p> _:a .\n"
    turned = b"_:z <http://e/p> _:y .\n_:y <http://e/p> _:z .\n"
    assert not difference(quads(circle), quads(turned))
    assert difference(quads(circle), quads(circle + b'_:a <http://e/q> "x" .\n'))
    # Two twins are two, not one.
    twins = b"<http://e/s> <http://e/p> _:a .\n<http://e/s> <http://e/p> _:b .\n"
    assert len(quads(twins)) == 2
    assert len(difference(quads(twins[: len(twins) // 2]), quads(twins)).added) == 1


def test_graphs_beside_the_data_and_odd_terms() -> None:
    both = b"".join(b"<http://e/s> <http://e/p> <http://e/o> <http://e/%b> .\n" % graph for graph in (b"g", b"h"))
    assert len(quads(both, ["http://e/h"])) == 1
    assert len(quads(b"<http://e/s> <http://e/p> <http://e/h> .\n", ["http://e/h"])) == 1
    assert len(quads(b'<http://e/s> <http://e/p> "a b <http://e/h> ." .\n', ["http://e/h"])) == 1
    assert not quads(b'<http://e/s> <http://e/p> "a b" <http://e/h> .\n', ["http://e/h"])
    assert quads('<http://e/s> <http://e/p> "a\u2028b _:c" .\n'.encode())
    with pytest.raises(InputError, match="triple terms"):
        quads(b"<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> <http://e/o> )>> .\n")
    assert QuadDifference(frozenset(), frozenset()).patch() == ""


# ---- things and links

ONE = """
activity:a a svn:Activity ; skos:prefLabel "Bygga"@sv ; svn:inPlan plan:p ; svn:sequence 1 ;
  svn:underHeading heading:h ; svn:evidence passage:x ; svn:wording wording:w .
wording:w a svn:Wording ; svn:text "Bygga nytt"@sv ; svn:evidence passage:x .
passage:x a svn:Passage ; oa:hasSelector [ a oa:TextPositionSelector ; oa:start 1 ; oa:end 9 ] ;
  svn:quoteDigest "sha256:1" .
activity:b a svn:Activity ; skos:prefLabel "Riva"@sv ; svn:inPlan plan:p ; svn:sequence 2 .
heading:h a svn:PlanHeading ; skos:prefLabel "Hus"@sv .
heading:i a svn:PlanHeading ; skos:prefLabel "Väg"@sv .
link:l a svn:TraceLink ; svn:from activity:a ; svn:relation svn:underHeading ; svn:to heading:h ;
  svn:basis basis:structural ; svn:evidence passage:x .
"""
_THING = "https://w3id.org/svngraph/id/"


def things(old: str, new: str) -> list[tuple[str, str, list[str]]]:
    found = compare(state(old), state(new))
    return [
        (one.how, one.thing.strip("<>").removeprefix(_THING), ["/".join(map(_last, c.path)) for c in one.changes])
        for one in found.things
    ]


def links(old: str, new: str) -> list[tuple[str, str, str, list[str]]]:
    found = compare(state(old), state(new))
    return [
        (
            one.how,
            _last(one.joint[0]),
            _last(one.joint[2]) if one.before is None else f"{_last(one.before[2])}>{_last(one.joint[2])}",
            ["/".join(map(_last, c.path)) for c in one.changes],
        )
        for one in found.links
    ]


def _last(term: str) -> str:
    return re.split(r"[/#]", term.split(">")[0])[-1]


def test_nothing_differs() -> None:
    assert things(ONE, ONE) == []
    assert links(ONE, ONE) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Bygga"@sv', '"Laga"@sv', [("changed", "activity/a", ["prefLabel"])]),
        # Told of the thing that the wording belongs to.
        ('"Bygga nytt"', '"Bygga om"', [("changed", "activity/a", ["wording/text"])]),
        # A blank node inside a passage, which a thing and a wording of it cite.
        ("oa:start 1", "oa:start 2",
         [("changed", "activity/a", ["evidence/hasSelector/start", "wording/evidence/hasSelector/start"])]),
        ("svn:inPlan plan:p ; svn:sequence 1", "svn:inPlan plan:q ; svn:sequence 1",
         [("moved", "activity/a", ["inPlan"])]),
        ("svn:sequence 2", "svn:sequence 9", [("moved", "activity/b", ["sequence"])]),
        # Another name for the same thing.
        ("activity:b", "activity:c", [("moved", "activity/c", [])]),
        ('activity:b a svn:Activity ; skos:prefLabel "Riva"@sv ; svn:inPlan plan:p ; svn:sequence 2 .', "",
         [("removed", "activity/b", ["graph", "sequence", "type", "inPlan", "prefLabel"])]),
    ],
)  # fmt: skip
def test_things_in_peoples_words(old: str, new: str, expected: list[tuple[str, str, list[str]]]) -> None:
    assert old in ONE
    found = things(ONE, ONE.replace(old, new))
    assert [(how, thing, sorted(paths)) for how, thing, paths in found] == [
        (how, thing, sorted(paths)) for how, thing, paths in expected
    ]
    back = things(ONE.replace(old, new), ONE)
    turned = {"added": "removed", "removed": "added"}
    assert [turned.get(how, how) for how, _, _ in back] == [how for how, _, _ in expected]


def test_a_thing_that_another_graph_says_has_moved() -> None:
    found = compare(state(ONE), state(ONE, "http://e/other"))
    assert {one.how for one in found.things} == {"moved"}
    assert all([change.path for change in one.changes] == [("graph",)] for one in found.things)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("basis:structural", "basis:judgement", [("changed", "a", "h", ["basis"])]),
        ('"sha256:1"', '"sha256:2"', [("changed", "a", "h", ["evidence/quoteDigest"])]),
        ("heading:h ;", "heading:i ;", [("moved", "a", "h>i", [])]),
        ("svn:basis basis:structural ;", "", [("changed", "a", "h", ["basis"])]),
        # The name of the record is not what a link is known by.
        ("link:l", "link:m", []),
        # A link that nobody explains is a link.
        ("activity:b a svn:Activity ;", "activity:b a svn:Activity ; svn:underHeading heading:h ;",
         [("added", "b", "h", [])]),
    ],
)  # fmt: skip
def test_links_in_peoples_words(old: str, new: str, expected: list[tuple[str, str, str, list[str]]]) -> None:
    assert old in ONE
    assert links(ONE, ONE.replace(old, new)) == expected


def test_links_go_along_with_a_thing_that_is_renamed() -> None:
    found = compare(state(ONE), state(ONE.replace("heading:h", "heading:z")))
    assert [(one.how, one.thing[-2:-1], one.before and one.before[-2:-1]) for one in found.things] == [
        ("moved", "z", "h")
    ]
    assert found.links == ()


# ---- the command


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A copy of the shipped plans that may be edited."""
    folder = tmp_path / "plans"
    folder.mkdir()
    for path in resources.data_folder().glob("*.t*"):
        shutil.copy(path, folder)
    return folder


def test_the_effect_of_a_lost_goal_is_worked_out(plans: Path, svngraph: Run) -> None:
    path = plans / "curation.trig"
    body = path.read_text("utf-8")
    lost = "  focus-area:kunskapsstyrning\n    svn:serves goal:agreement2021-02 .\n"
    assert lost in body
    body = body.replace(lost, "")
    body = re.sub(r"  link:focus-area-kunskapsstyrning--serves--agreement2021-02\n(?:    .*\n)+", "", body)
    path.write_text(body, "utf-8")
    shipped = str(resources.data_folder())
    done = svngraph("diff", shipped, str(plans), "--format", "json", "--fail-on", "violation")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["things"], found["counts"]["links"]) == ([], {"added": 0, "removed": 1, "changed": 0, "moved": 0})
    assert [one["from"].rsplit("/", 1)[-1] for one in found["links"]] == ["kunskapsstyrning"]
    orphaned = [iri.removeprefix(_THING) for iri in found["effects"]["orphaned"]]
    # The focus area, its heading and its seven activities, with what was reported of the four of 2025.
    assert orphaned[:9] == [
        "focus-area/kunskapsstyrning", "heading/vp2025-09", *(f"activity/ap2024-0{n}" for n in (7, 8, 9)),
        *(f"activity/ap2025-{n}" for n in (13, 14, 15, 16)),
    ]  # fmt: skip
    broken = {result["focusNode"].removeprefix(_THING) for result in found["effects"]["validation"]["added"]}
    assert broken == {*orphaned[:9]}
    assert found["effects"]["validation"]["removed"] == []
    [impact] = found["effects"]["impact"]
    assert (impact["up"], impact["below"]["activity"]) == ([], 7)
    # Seven activities lose their way to the goal: a violation each, where a judgement was a warning before. The score
    # loses those links, and the focus area, which still leads to the agreement, is no single point any more.
    effects = found["effects"]
    come = {gap["iri"].removeprefix(_THING) for gap in effects["gaps"]["added"] if gap["severity"] == "violation"}
    assert come == {one for one in orphaned if one.startswith("activity/")}
    assert effects["score"]["after"] == pytest.approx(effects["score"]["before"] - 700 / 110)
    kinds = {(one["kind"], one["key"]) for one in effects["findings"]["added"]}
    assert ("unreachable", "kunskapsstyrning") in kinds
    # What is missing is the focus area's link to a goal, whatever else it links to.
    assert {gap["stopsAt"].removeprefix(_THING) for gap in effects["gaps"]["added"]} == {"focus-area/kunskapsstyrning"}
    assert {tuple(gap["lacking"]) for gap in effects["gaps"]["added"]} == {("goal",)}
    assert ("single-point", "kunskapsstyrning") in {(f["kind"], f["key"]) for f in effects["findings"]["removed"]}
    back = json.loads(svngraph("diff", str(plans), shipped, "--format", "json").stdout)
    assert back["effects"]["connected"] == found["effects"]["orphaned"]
    assert back["effects"]["gaps"]["removed"] == effects["gaps"]["added"]
    assert back["effects"]["findings"]["removed"] == effects["findings"]["added"]
    text = svngraph("diff", shipped, str(plans), "--lang", "en").stdout
    for words in ("Trace score", "Gaps against the policy", "Findings in the trace links"):
        assert words in text


def test_a_dataset_is_the_same_as_folder_file_and_store(plans: Path, tmp_path: Path, svngraph: Run) -> None:
    dump, store = str(tmp_path / "dump.nq"), str(tmp_path / "store")
    assert svngraph("export", "--data", str(plans), "--out", dump).returncode == 0
    assert svngraph("build", "--data", str(plans), "--store", store).returncode == 0
    for old, new in ((str(plans), dump), (dump, store), (store, str(plans))):
        done = svngraph("diff", old, new, "--fail-on", "any", "--no-effects", "--lang", "en")
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "No difference."), done.stdout[:500] + done.stderr


def test_git_revisions(plans: Path, svngraph: Run) -> None:
    def git(*args: str) -> None:
        subprocess.run(["git", "-C", str(plans), "-c", "user.name=x", "-c", "user.email=x@example.org", *args],
                       check=True, capture_output=True)  # fmt: skip

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("tag", "v1")
    (plans / "extra.ttl").write_text(f"<{_THING}activity/x> a <{SVN.Activity}> .", "utf-8")
    git("add", "-A")
    git("commit", "-qm", "two")
    here = ("--data", str(plans), "--no-effects", "--format", "json")
    found = json.loads(svngraph("diff", "git:v1", *here).stdout)
    assert [(one["how"], one["iri"]) for one in found["things"]] == [("added", f"{_THING}activity/x")]
    assert json.loads(svngraph("diff", "git:HEAD", *here).stdout)["same"] is True
    for wrong in ("git:nix", "git:--help", "git:HEAD:nowhere", "git:"):
        done = svngraph("diff", wrong, *here)
        assert done.returncode == 2, wrong
        assert "Traceback" not in done.stderr


def test_an_archive_that_points_outside_is_refused(tmp_path: Path, svngraph: Run) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "x.ttl").symlink_to("/etc/hostname")
    for args in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True)
    done = svngraph("diff", "git:HEAD", "--data", str(folder))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_hostile_labels_stay_text(plans: Path, tmp_path: Path, svngraph: Run) -> None:
    old = tmp_path / "old.ttl"
    old.write_text(f"<{_THING}activity/x> a <{SVN.Activity}> .", "utf-8")
    new = tmp_path / "new.ttl"
    label = "<script>alert(1)</script>|`x`\\u001b[31m"
    new.write_text(
        f'<{_THING}activity/x> a <{SVN.Activity}> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "{label}"@sv .',
        "utf-8",
    )
    page = svngraph("diff", str(old), str(new), "--format", "html").stdout
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    marks = svngraph("diff", str(old), str(new), "--format", "markdown").stdout
    row = next(entry for entry in marks.splitlines() if "script" in entry)
    assert len(re.findall(r"(?<!\\)\|", row)) == 5
    assert "\x1b" not in svngraph("diff", str(old), str(new)).stdout


def test_what_cannot_be_compared_is_said(svngraph: Run, tmp_path: Path) -> None:
    broken = tmp_path / "x.ttl"
    broken.write_text("<http://e/s> <http://e/p> ", "utf-8")
    for old, code in ((str(tmp_path / "none"), 3), (str(broken), 3), (str(tmp_path), 3)):
        done = svngraph("diff", old)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
