"""Several datasets as one: what each answered, what is missing, and chains that lead from one to another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import servers
from broken import Exchange, proxy

from svngraph import pipeline
from svngraph.settings import Settings, load

ACTIVITY = """@prefix svn: <https://w3id.org/svngraph/def/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/svngraph/id/> . @prefix basis: <https://w3id.org/svngraph/def/basis/> .
"""
# The national goal is at one place, the regions' activities at others.
NATION = """<https://w3id.org/svngraph/id/goal/n-01> a svn:AgreementGoal ; skos:prefLabel "Trygg vård"@sv .
<https://w3id.org/svngraph/id/focus-area/vagar> a svn:FocusArea ; skos:prefLabel "Vägar"@sv ;
  svn:serves <https://w3id.org/svngraph/id/goal/n-01> .
"""
REGION = """<https://w3id.org/svngraph/id/activity/{key}-01> a svn:Activity ; skos:prefLabel "Aktivitet i {key}"@sv ;
  svn:inFocusArea <https://w3id.org/svngraph/id/focus-area/vagar> .
"""


def built(folder: Path, name: str, text: str, store: str) -> None:
    """A dataset built at a place."""
    data = folder / name
    data.mkdir()
    (data / f"{name}.ttl").write_text(ACTIVITY + text, "utf-8")
    pipeline.build(Settings(store=store, data=str(data)))


@pytest.fixture
def three(
    tmp_path: Path, oxigraph: servers.Server, virtuoso: servers.Server, environ: Callable[[dict[str, str]], None]
) -> dict[str, str]:
    """A nation on an Oxigraph server, a region on Virtuoso, another in a folder."""
    environ(virtuoso.environ)
    places = {"nation": oxigraph.place, "norr": virtuoso.place, "syd": str(tmp_path / "kept")}
    for name, place in places.items():
        built(tmp_path, name, NATION if name == "nation" else REGION.format(key=name), place)
    # The pair was for building there; together they are asked with the file.
    user, password = (virtuoso.environ.get(f"SVNGRAPH_{word}", "") for word in ("USER", "PASSWORD"))
    file = tmp_path / "netrc"
    file.touch(0o600)
    file.write_text(f"machine 127.0.0.1 login {user} password {password}\n")
    environ({"SVNGRAPH_USER": "", "SVNGRAPH_PASSWORD": "", "SVNGRAPH_CREDENTIALS": str(file)})
    return places


def listed(folder: Path, places: dict[str, str]) -> None:
    tables = (f'[[endpoints]]\nname = "{name}"\nstore = "{place}"\n' for name, place in places.items())
    (folder / "svngraph.toml").write_text('store = "endpoints"\ntimeout = 20\n' + "".join(tables), "utf-8")


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "svngraph", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, env=os.environ)


def test_a_chain_leads_from_one_endpoint_to_another(tmp_path: Path, three: dict[str, str]) -> None:
    listed(tmp_path, three)
    done = run(tmp_path, "trace", "norr-01", "--up", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (area,) = found["up"]
    assert [area["key"], area["following"][0]["key"]] == ["vagar", "n-01"]
    assert [share["name"] for share in found["endpoints"]] == ["nation", "norr", "syd"]
    assert sum(share["share"] for share in found["endpoints"]) == pytest.approx(1)
    for name, place in three.items():
        assert f"{name} ({place}): " in done.stderr
    counts = []
    for store in ("endpoints", three["nation"]):
        query = "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?s sh:property ?b FILTER(isBlank(?b)) }"
        counts.append(run(tmp_path, "query", query, "--format", "csv", "--store", store).stdout.split())
    assert counts[0] == counts[1]  # the shapes that each has are one


def test_what_is_missing_is_said_and_the_others_answer(tmp_path: Path, three: dict[str, str]) -> None:
    def hang_up(exchange: Exchange) -> None:
        exchange.hang_up = True

    with proxy(three["norr"], hang_up) as gone:
        listed(tmp_path, {**three, "norr": gone.place})
        done = run(tmp_path, "trace", "syd-01", "--up", "--format", "json")
        assert done.returncode == 4, done.stderr
        found = json.loads(done.stdout)
        assert found["up"][0]["following"][0]["key"] == "n-01"
        shares = {share["name"]: share for share in found["endpoints"]}
        assert (shares["norr"]["quads"], shares["norr"]["share"]) == (0, None)
        assert "closed" in shares["norr"]["missing"]
        assert shares["syd"]["missing"] is None
        assert f"norr ({gone.place}): missing: " in done.stderr
        # Findings keep their own exit code, and what is missing is said all the same.
        checked = run(tmp_path, "validate", "--as-of", "2026-11-22")
        assert checked.returncode in (1, 4)
        assert "norr" in checked.stderr
    listed(tmp_path, {"norr": gone.place})
    done = run(tmp_path, "coverage")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no endpoint answers: norr: " in done.stderr


def test_each_is_validated_where_it_lies_and_the_results_are_merged(
    three: dict[str, str], environ: Callable[[dict[str, str]], None]
) -> None:
    from datetime import date

    members = load({"store": "endpoints"}, {}, Path("/")).endpoints
    assert members == ()
    settings = Settings(store="endpoints", endpoints=_members(three))
    day = date(2026, 11, 22)
    report = pipeline.validate_store(pipeline.open_dataset(settings), [], day)
    alone = [pipeline.validate_store(pipeline.open_dataset(Settings(store=place)), [], day) for place in three.values()]
    found = {(str(r.focus_node), str(r.source_shape), str(r.path)) for r in report.results}
    assert found == {(str(r.focus_node), str(r.source_shape), str(r.path)) for one in alone for r in one.results}
    assert {"norr-01", "syd-01"} <= {node.rsplit("/", 1)[-1] for node, _, _ in found}


def _members(places: dict[str, str]) -> tuple[object, ...]:
    from svngraph.settings import Member

    return tuple(Member(name, place) for name, place in places.items())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('store = "endpoints"\n', "no endpoints"),
        ('[[endpoints]]\nname = "a"\n', "without name or store"),
        ('[[endpoints]]\nname = "a"\nstore = "x"\npassword = "hemligt"\n', "unknown word 'password'"),
        (
            '[[endpoints]]\nname = "a"\nstore = "x"\n[[endpoints]]\nname = "a"\nstore = "y"\n',
            "two endpoints of one name",
        ),
        ('[[endpoints]]\nname = "a"\nstore = "http://eva:hemligt@127.0.0.1/"\n', "credentials in the address"),
    ],
)
def test_a_mistake_in_the_list_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "svngraph.toml").write_text(text)
    done = run(tmp_path, "coverage", "--store", "endpoints")
    assert done.returncode in (2, 3)
    assert message in done.stderr
    assert "hemligt" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
