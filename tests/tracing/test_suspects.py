"""Suspect links on an invented chain: what counts, what hangs below, and what a review clears."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from svngraph import resources
from svngraph.cli.curating import counts
from svngraph.errors import InputError
from svngraph.namespaces import SVN, Names
from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.tracing.suspects import (
    Joined,
    Suspect,
    chain_relations,
    differences,
    digest_of,
    joined,
    read_counts,
    suspects,
    values,
)

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMES = Names()

HEADING = """
heading:h svn:goalText <https://w3id.org/svngraph/id/goal-text/h> ; a svn:PlanHeading ; skos:prefLabel "Bad"@sv .
<https://w3id.org/svngraph/id/goal-text/h> svn:summary "Fler badar."@sv .
activity:a a svn:Activity ; skos:prefLabel "Bygga badhus"@sv ; svn:underHeading heading:h ;
  svn:wording <https://w3id.org/svngraph/id/wording/a> ; svn:assignedTo organisation:g ; svn:sequence 1 .
<https://w3id.org/svngraph/id/wording/a> svn:text "Uppföra badhus"@sv .
activity:b a svn:Activity ; skos:prefLabel "Måla badhus"@sv ; svn:continues activity:a .
report-entry:a a svn:ReportEntry ; skos:prefLabel "Om badhuset"@sv ; svn:reportsOn activity:a .
outcome:a a svn:Outcome ; skos:prefLabel "Ett badhus"@sv ; svn:outcomeOf report-entry:a .
organisation:g a svn:Group ; skos:prefLabel "Badgruppen"@sv .
"""
ENDS = {
    "l1": ("activity/a", "underHeading", "heading/h"),
    "l2": ("report-entry/a", "reportsOn", "activity/a"),
    "l3": ("outcome/a", "outcomeOf", "report-entry/a"),
    "l4": ("activity/b", "continues", "activity/a"),
    "l5": ("activity/a", "assignedTo", "organisation/g"),
}


def thing(path: str) -> URIRef:
    return NAMES.thing(*path.split("/"))


def text(reviewed: dict[str, str], body: str = HEADING) -> str:
    lines = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in NAMES.prefixes().items()]
    for key, (source, relation, target) in ENDS.items():
        mark = f' ; svn:reviewedDigest "{reviewed[key]}"' if key in reviewed else ""
        lines.append(
            f"link:{key} a svn:TraceLink ; svn:from {thing(source).n3()} ; svn:relation svn:{relation} ;"
            f" svn:to {thing(target).n3()} ; svn:basis basis:judgement{mark} ."
        )
    return "\n".join([*lines, body])


def state(folder: Path, reviewed: dict[str, str], body: str = HEADING) -> tuple[list[Joined], dict[URIRef, object]]:
    folder.mkdir(exist_ok=True)
    (folder / "x.ttl").write_text(text(reviewed, body), "utf-8")
    own = Settings(data=str(folder))
    store = open_dataset(own)
    return joined(store), values(store, counts(own)), chain_relations(store)


@pytest.fixture
def reviewed(tmp_path: Path) -> dict[str, str]:
    """The digests of every link, as if all were reviewed today."""
    links, known, _ = state(tmp_path / "before", {})
    return {link.iri.rsplit("/", 1)[-1]: digest_of(link, known) for link in links}


def keys(found: list[Suspect]) -> list[tuple[str, str]]:
    return [
        (one.link.iri[-2:], "changed" if one.changed else ">".join(link.iri[-2:] for link in one.path)) for one in found
    ]


def test_nothing_is_suspect_that_is_as_it_was(tmp_path: Path, reviewed: dict[str, str]) -> None:
    links, known, chain = state(tmp_path / "now", reviewed)
    assert len(links) == 5
    assert suspects(links, known, chain) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # The heading's name: the link to it, and everything that rests on the activity below.
        ('"Bad"@sv', '"Bada"@sv', [("l1", "changed"), ("l4", "l1>l4"), ("l2", "l1>l2"), ("l3", "l1>l2>l3")]),
        # Its goal text, the same.
        ("Fler badar", "Alla badar", [("l1", "changed"), ("l4", "l1>l4"), ("l2", "l1>l2"), ("l3", "l1>l2>l3")]),
        # The activity's wording: every link at which it is an end; below them only the outcome is left.
        ("Uppföra", "Riva",
         [("l4", "changed"), ("l5", "changed"), ("l1", "changed"), ("l2", "changed"), ("l3", "l2>l3")]),
        # Its group.
        ("svn:assignedTo organisation:g ;", "svn:assignedTo organisation:h ;",
         [("l4", "changed"), ("l5", "changed"), ("l1", "changed"), ("l2", "changed"), ("l3", "l2>l3")]),
        # What does not count: the order in the plan.
        ("svn:sequence 1", "svn:sequence 2", []),
        # The last of the chain: nothing hangs below.
        ("Ett badhus", "Två badhus", [("l3", "changed")]),
        # The name of the group: a link off the chain has nothing below.
        ("Badgruppen", "Simgruppen", [("l5", "changed")]),
        # What is gone has changed, too.
        ('"Ett badhus"@sv', '""@sv', [("l3", "changed")]),
    ],
)  # fmt: skip
def test_every_path_of_suspicion(
    tmp_path: Path, reviewed: dict[str, str], old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert old in HEADING
    links, known, chain = state(tmp_path / "now", reviewed, HEADING.replace(old, new))
    assert sorted(keys(suspects(links, known, chain))) == sorted(expected)


def test_a_link_that_nobody_reviewed_is_no_suspect_itself(tmp_path: Path, reviewed: dict[str, str]) -> None:
    some = {key: value for key, value in reviewed.items() if key != "l3"}
    links, known, chain = state(tmp_path / "now", some, HEADING.replace("Ett badhus", "Två badhus"))
    assert suspects(links, known, chain) == []


def test_changing_back_clears(tmp_path: Path, reviewed: dict[str, str]) -> None:
    state(tmp_path / "now", reviewed, HEADING.replace("Bad", "Simhall"))
    links, known, chain = state(tmp_path / "now", reviewed)
    assert suspects(links, known, chain) == []


def test_the_difference_is_shown_path_by_path(tmp_path: Path, reviewed: dict[str, str]) -> None:
    links, then, _ = state(tmp_path / "then", reviewed)
    _, now, _ = state(tmp_path / "now", reviewed, HEADING.replace("Fler badar", "Alla badar"))
    link = next(one for one in links if one.iri.endswith("l1"))
    [found] = differences(link, now, then)
    assert (found.end, found.thing) == ("to", thing("heading/h"))
    assert (found.removed, found.added) == (('"Fler badar."@sv',), ('"Alla badar."@sv',))
    assert found.path == f"<{SVN.goalText}>/<{SVN.summary}>"


def test_which_properties_count_is_a_setting(tmp_path: Path, reviewed: dict[str, str]) -> None:
    folder = tmp_path / "now"
    folder.mkdir()
    (folder / "review.toml").write_text('counts = ["svn:sequence"]', "utf-8")
    links, known, chain = state(folder, {})
    own = {link.iri[-2:]: digest_of(link, known) for link in links}
    links, known, chain = state(folder, own, HEADING.replace("Bad", "Sol"))
    assert suspects(links, known, chain) == []
    links, known, chain = state(folder, own, HEADING.replace("svn:sequence 1", "svn:sequence 2"))
    found = keys(suspects(links, known, chain))
    assert sorted(key for key, why in found if why == "changed") == ["l1", "l2", "l4", "l5"]


@pytest.mark.parametrize(
    "content",
    ["counts = 3", "counts = []", 'counts = ["skos:prefLabel"]\nmore = 1', 'counts = ["nix:x"]', "x =",
     'counts = ["skos:prefLabel } DELETE"]', 'counts = ["<http://e/p>"]'],
)  # fmt: skip
def test_a_broken_setting_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "review.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"review\.toml"):
        read_counts(path, NAMES)


def _links(pairs: list[tuple[int, int]]) -> list[Joined]:
    iris = [URIRef(f"http://e/{n}") for n in range(6)]
    return [
        Joined(iris[a], SVN.underHeading, iris[b], URIRef(f"http://l/{a}-{b}"), None, "sha256:old") for a, b in pairs
    ]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), unique=True, min_size=1, max_size=12), st.data())
def test_a_review_clears_exactly_what_it_names(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    chain = frozenset({SVN.underHeading})
    known = {URIRef(f"http://e/{n}"): {"p": frozenset({str(n)})} for n in range(6)}
    links = _links(pairs)
    # Some were reviewed as they are; the others are suspect.
    fine = data.draw(st.sets(st.sampled_from(links)))
    links = [
        Joined(k.source, k.relation, k.target, k.iri, None, digest_of(k, known) if k in fine else k.reviewed)
        for k in links
    ]
    before = suspects(links, known, chain)
    changed = {one.link.iri for one in before if one.changed}
    assert changed == {link.iri for link in links} - {link.iri for link in fine}
    named = data.draw(st.sets(st.sampled_from(sorted(changed)))) if changed else set()
    after = suspects(
        [
            Joined(k.source, k.relation, k.target, k.iri, None, digest_of(k, known)) if k.iri in named else k
            for k in links
        ],
        known,
        chain,
    )
    assert {one.link.iri for one in after if one.changed} == changed - named
    # What hangs below is what can be reached downwards from a changed link, and it is named once.
    reach = {link.iri: set() for link in links}
    below = {a.iri: {b.iri for b in links if b.target == a.source} for a in links}
    for iri, found in reach.items():
        ahead = [*below[iri]]
        while ahead:
            if (one := ahead.pop()) not in found:
                found.add(one)
                ahead += below[one]
    left = changed - named
    hanging = set().union(*(reach[iri] for iri in left)) - left if left else set()
    assert sorted(one.link.iri for one in after if not one.changed) == sorted(hanging)
    for one in after:
        if not one.changed:
            assert one.path[0].iri in left
            assert one.path[-1] == one.link
            assert all(b.target == a.source for a, b in zip(one.path, one.path[1:], strict=False))


def test_the_commands_from_change_to_review(tmp_path: Path, svngraph: Run) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for path in resources.data_folder().glob("*.t*"):
        shutil.copy(path, folder)
    here = ("--data", str(folder))
    by = ("--by", "svngraph-editors", "--why", "Läst.")
    one, two = "activity-ap2025-01--continues--ap2024-01", "activity-ap2025-03--continues--ap2024-02"
    assert svngraph("review", "--accept", one, "--accept", two, *by, *here).returncode == 0
    baseline = tmp_path / "baseline"
    shutil.copytree(folder, baseline)
    source = folder / "ap2024.trig"
    source.write_text(source.read_text("utf-8").replace("Utveckla och stärka", "Stärka"), "utf-8")
    done = svngraph("suspects", "--format", "json", "--baseline", str(baseline), "--fail-on", "warning", *here)
    assert done.returncode == 1
    found = json.loads(done.stdout)["suspects"]
    changed = [entry for entry in found if entry["reason"] == "changed"]
    assert [entry["link"].rsplit("/", 1)[-1] for entry in changed] == [one]
    assert changed[0]["differences"][0]["removed"][0].startswith('"Utveckla och stärka produktionssamarbetet')
    assert "svngraph-editors «Läst.»" in changed[0]["reviewed"]
    shown = svngraph("suspects", "--baseline", str(baseline), *here).stdout
    assert "«Utveckla och stärka produktionssamarbetet i …»@sv ⇒ «Stärka produktionssamarbetet i …»@sv" in shown
    below = next(entry["link"].rsplit("/", 1)[-1] for entry in found if entry["reason"] == "below")
    done = svngraph("review", "--accept", below, *by, *here)
    assert done.returncode == 2
    assert f"review what it hangs below: {one}" in done.stderr
    assert svngraph("review", "--accept", one, "--why", "x", *here).returncode == 2  # nobody's word
    assert svngraph("review", "--accept", one, *by, *here).returncode == 0
    assert json.loads(svngraph("suspects", "--format", "json", *here).stdout)["suspects"] == []


def test_a_refused_candidate_is_not_proposed_again_and_an_accepted_one_is_a_link(tmp_path: Path, svngraph: Run) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for path in resources.data_folder().glob("*.t*"):
        shutil.copy(path, folder)
    here = ("--data", str(folder))
    by = ("--by", "svngraph-editors", "--why", "Läst.", "--why-en", "Read.")

    def proposed() -> list[str]:
        found = json.loads(svngraph("review", "--format", "json", *here).stdout)["candidates"]
        return [f"{c['newer'].rsplit('/', 1)[-1]} {c['older'].rsplit('/', 1)[-1]}" for c in found]

    first = next(pair for pair in proposed() if pair.startswith("ap2025-05"))
    key = f"activity-{first.replace(' ', '--continues--')}"
    assert svngraph("review", "--refuse", key, *by, *here).returncode == 0
    second = next(pair for pair in proposed() if pair.startswith("ap2025-05"))
    assert second != first
    key = f"activity-{second.replace(' ', '--continues--')}"
    done = svngraph("review", "--accept", key, *by, *here)
    assert (done.returncode, "--kind" in done.stderr) == (2, True)
    assert svngraph("review", "--accept", key, "--kind", "narrowed", *by, *here).returncode == 0
    assert not [pair for pair in proposed() if pair.startswith("ap2025-05")]
    done = svngraph("review", "--refuse", key, *by, *here)
    assert f"svngraph unlink {key}" in done.stderr
    assert svngraph("validate", *here, "--format", "json").stdout.count(key) == 0


def test_going_through_what_waits(tmp_path: Path, svngraph: Run) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for path in resources.data_folder().glob("*.t*"):
        shutil.copy(path, folder)
    here = ("--data", str(folder))
    one = "activity-ap2025-01--continues--ap2024-01"
    assert svngraph("review", "--accept", one, "--by", "svngraph-editors", "--why", "Läst.", *here).returncode == 0
    source = folder / "ap2024.trig"
    source.write_text(source.read_text("utf-8").replace("Utveckla och stärka", "Stärka"), "utf-8")
    before = (folder / "curation.trig").read_text("utf-8")
    # The suspect is accepted; the first candidate is refused by nobody known, and so not at all; then it is left.
    stdin = "accept\nBara kortare.\n\nsvngraph-editors\nrefuse\nNej.\n\nnobody\nskip\nquit\n"
    done = svngraph("review", "--interactive", *here, stdin=stdin)
    assert done.returncode == 0
    assert f"Godtaget: {one}" in done.stdout
    assert "nobody is known as 'nobody'" in done.stderr
    after = (folder / "curation.trig").read_text("utf-8")
    assert "Bara kortare." in after
    assert "svn:Refusal" not in after
    assert after.count("svn:reviewedDigest") == before.count("svn:reviewedDigest") == 1
    assert json.loads(svngraph("suspects", "--format", "json", *here).stdout)["suspects"] == []
