"""Building only what has changed gives what a full build gives, whatever has changed."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svngraph import pipeline
from svngraph.errors import InputError
from svngraph.settings import Settings
from svngraph.store import manifest, originals
from svngraph.store.embedded import canonical
from svngraph.store.folder import current
from svngraph.upkeep import differences
from svngraph.upkeep.incremental import rebuild

SVN = "https://w3id.org/svngraph/def/"
ID = "https://w3id.org/svngraph/id/"
G = "https://w3id.org/svngraph/graph/"


def silent(_step: str, _done: int, _of: int) -> None:
    pass


def content(place: Path) -> bytes:
    return canonical(pipeline.open_dataset(Settings(store=str(place))).dump())


def agree(place: Path, data: Path) -> bool:
    """Whether a folder holds what a full build of the data gives, and its counts are right."""
    with tempfile.TemporaryDirectory() as other:
        pipeline.build(Settings(store=other, data=str(data)))
        whole, counts = content(Path(other)), manifest.read(current(Path(other)))
    here = manifest.read(current(place))
    assert here and counts and dict(here.graphs) == dict(counts.graphs)
    assert here.origin and counts.origin and here.origin.sources == counts.origin.sources
    return content(place) == whole


@pytest.fixture
def kept(fjall: Path, tmp_path: Path) -> Settings:
    """The invented dataset built into a folder."""
    chosen = Settings(store=str(tmp_path / "place"), data=str(fjall))
    pipeline.build(chosen)
    return chosen


def test_only_the_changed_file_is_read_again(kept: Settings, fjall: Path) -> None:
    before = current(Path(kept.store))
    file = fjall / "fjall.ttl"
    file.write_text(file.read_text("utf-8").replace("Pröva skoterambulans", "Köpa skoterambulans"), "utf-8")
    built = rebuild(kept, silent)
    assert built.loaded == 1
    assert built.files > 10
    assert agree(Path(kept.store), fjall)
    known = manifest.read(current(Path(kept.store)))
    assert known and known.how == "update"
    assert known.quads == built.quads
    # Its table files are those of the generation before, and one more for what changed.
    old = {path.stat().st_ino for path in before.glob("*.sst")}
    new = {path.stat().st_ino for path in current(Path(kept.store)).glob("*.sst")}
    assert old & new


def test_nothing_changed_makes_no_generation(kept: Settings) -> None:
    before = current(Path(kept.store))
    assert rebuild(kept, silent).loaded == 0
    assert current(Path(kept.store)) == before


def test_what_follows_follows_a_link_that_gets_another_basis(kept: Settings, fjall: Path) -> None:
    def firm() -> int:
        store = pipeline.open_dataset(kept)
        return len(store.select(f"SELECT DISTINCT ?a ?b {{ ?a <{SVN}tracesFirmlyTo> ?b }}").rows)

    file = fjall / "fjall.ttl"
    text = file.read_text("utf-8")
    assert firm() == 3
    file.write_text(text.replace("basis:structural", "basis:judgement"), "utf-8")
    assert rebuild(kept, silent).loaded == 1
    assert firm() == 2
    # The basis in a file of its own: what follows joins two graphs.
    (fjall / "more.nt").write_text(f"<{ID}link/a> <{SVN}basis> <{SVN}basis/stated> .\n")
    assert rebuild(kept, silent).loaded == 1
    assert firm() == 3
    (fjall / "more.nt").unlink()
    rebuild(kept, silent)
    assert firm() == 2
    assert agree(Path(kept.store), fjall)


def test_a_new_hierarchy_means_a_full_build(kept: Settings, fjall: Path) -> None:
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    (fjall / "own.nt").write_text(f"<{SVN}Outcome> <{rdfs}subClassOf> <http://example.org/Result> .\n")
    built = rebuild(kept, silent)
    assert built.loaded == built.files
    known = manifest.read(current(Path(kept.store)))
    assert known and known.how == "build"
    assert agree(Path(kept.store), fjall)


def test_a_broken_file_leaves_what_was_there(kept: Settings, fjall: Path) -> None:
    before = content(Path(kept.store))
    (fjall / "more.ttl").write_text("<a> <b> ")
    with pytest.raises(InputError, match=r"more\.ttl:1"):
        rebuild(kept, silent)
    assert content(Path(kept.store)) == before


def test_another_base_means_a_full_build(kept: Settings, fjall: Path) -> None:
    other = Settings(store=kept.store, data=kept.data, base="https://data.example.se/plan/")
    assert rebuild(other, silent).loaded > 1


_THINGS = [f"<{ID}x/{n}>" for n in range(4)]
_PARTS = {
    "class": [f"<{SVN}{name}>" for name in ("TraceLink", "Activity", "Region", "ActivityPlan", "Unheard")],
    "relation": [f"<{SVN}{name}>" for name in ("serves", "implements", "relatesTo")],
    "basis": [f"<{SVN}basis/{name}>" for name in ("stated", "judgement")],
}
_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def _quad(rng: random.Random) -> str:
    """A quad of the kind that something follows from, in one of three graphs or none; some have a blank node."""
    thing, other = rng.choice([*_THINGS, "_:b"]), rng.choice([*_THINGS, "_:c"])
    predicate, value = rng.choice(
        [
            (_RDF_TYPE, rng.choice(_PARTS["class"])),
            (f"<{SVN}from>", other),
            (f"<{SVN}to>", other),
            (f"<{SVN}relation>", rng.choice(_PARTS["relation"])),
            (f"<{SVN}basis>", rng.choice(_PARTS["basis"])),
            (rng.choice(_PARTS["relation"]), other),
            (
                f"<{SVN}summary>",
                rng.choice(['"a"@sv', '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x > _:b"']),
            ),
        ]
    )
    graph = rng.choice(["", f"<{G}one> ", f"<{G}two> ", f"<{G}x> "])
    return f"{thing} {predicate} {value} {graph}.\n"


@pytest.mark.parametrize("kept_as_they_were", [False, True])
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_random_edits_of_files_give_what_a_full_build_gives(kept_as_they_were: bool, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if kept_as_they_were:
            patch.setattr(originals, "_WORTH", 0)
        data, place = Path(folder) / "data", Path(folder) / "place"
        data.mkdir()
        (data / "first.nq").write_text("".join(_quad(rng) for _ in range(30)))
        chosen = Settings(store=str(place), data=str(data))
        pipeline.build(chosen)
        for _ in range(3):
            file = data / rng.choice(["first.nq", "second.nq", "x.nq"])
            lines = file.read_text().splitlines(keepends=True) if file.exists() else []
            lines = [line for line in lines if rng.random() < 0.8] + [_quad(rng) for _ in range(rng.randrange(8))]
            file.write_text("".join(lines))
            if rng.random() < 0.2 and len(list(data.iterdir())) > 1:
                file.unlink()
            assert rebuild(chosen, silent).loaded < 10
        assert agree(place, data)


def test_a_change_of_a_large_file_is_told_from_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is not asked for the old graph; the result is that of a full build, whatever way values are put."""
    monkeypatch.setattr(originals, "_WORTH", 0)
    data, integer = tmp_path / "data", "^^<http://www.w3.org/2001/XMLSchema#integer>"
    data.mkdir()
    told: list[bool] = []
    of_files = differences.of_files

    def watched(*args: object) -> object:
        found = of_files(*args)  # type: ignore[arg-type] # handed on as they are
        told.append(found is not None)
        return found

    monkeypatch.setattr(differences, "of_files", watched)
    chosen = Settings(store=str(tmp_path / "place"), data=str(data))
    line = '<http://e/s> <http://e/p> "{}"' + integer + " .\n"
    named = '<http://e/s> <http://e/p> "x <http://e/no> ." <http://e/g> .\n'
    steps = [
        line.format("1") + line.format("2"),
        line.format("01") + line.format("2"),  # another way of writing the same
        line.format("01") + line.format("1"),  # both ways, and another value gone
        line.format("1"),
        line.format("1")
        + '<http://e/s> <http://e/p> "x <http://e/no> ." .\n<http://e/t> a <http://e/C>  .\n'.replace(
            " a ", f" {_RDF_TYPE} "
        ),
        named,
    ]
    for number, text in enumerate(steps):
        (data / "x.nq").write_text(text)
        rebuild(chosen, silent) if number else pipeline.build(chosen)
        assert agree(tmp_path / "place", data)
    assert told == [True] * (len(steps) - 1)
    (data / "x.nq").write_text(named + "<http://e/s> <http://e/p> _:b .\n")  # blank nodes, a shared graph: the engine
    rebuild(chosen, silent)
    (data / "y.nq").write_text(named)
    rebuild(chosen, silent)
    assert told[-2:] == [False, False]
    assert agree(tmp_path / "place", data)


def test_a_damaged_copy_of_a_file_is_not_relied_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "_WORTH", 0)
    source = tmp_path / "x.nt"
    source.write_text('<http://e/s> <http://e/p> "1" .\n')
    known = manifest.Source("x.nt", manifest.digest(source), "http://e/g", ("http://e/g",))
    originals.keep(tmp_path, [(known, source)])
    assert originals.original(tmp_path, known) == source.read_bytes()
    (kept,) = tmp_path.glob("*.original")
    kept.write_bytes(kept.read_bytes()[:-3])
    assert originals.original(tmp_path, known) is None
    kept.unlink()
    source.write_text("changed since it was digested")
    originals.keep(tmp_path, [(known, source)])
    assert originals.original(tmp_path, known) is None
