"""One suite for every home of a dataset: the whole product on each, with the same answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import servers
from conftest import PLACES, answer, run

from svngraph import pipeline, queries, resources
from svngraph.serialisation import serialise
from svngraph.settings import Settings
from svngraph.store import Store

DAY = "2026-11-22"
# Every question is asked, of these where it has no default.
GIVEN = {"item": "ap2025-07", "organisation": "region-uppsala", "year": "2025", "text": "vård"}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place") / "store"


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, home: Path) -> Callable[[str], tuple[str, dict[str, str]]]:
    """The shipped plans in each home, built there the first time that it is asked for."""
    known: dict[str, tuple[str, dict[str, str]]] = {}

    def place(name: str) -> tuple[str, dict[str, str]]:
        if name not in known:
            at, variables = "memory", dict[str, str]()
            if name == "folder":
                at = str(home)
            elif name != "memory":
                server: servers.Server = request.getfixturevalue(name)
                at, variables = server.place, server.environ
            with pytest.MonkeyPatch.context() as patch:
                for key, value in variables.items():
                    patch.setenv(key, value)
                pipeline.build(Settings(store=at))
            known[name] = (at, variables)
        return known[name]

    return place


@pytest.fixture(params=PLACES)
def place(
    request: pytest.FixtureRequest,
    built: Callable[[str], tuple[str, dict[str, str]]],
    environ: Callable[[dict[str, str]], None],
) -> str:
    at, variables = built(request.param)
    environ(variables)
    return at


@pytest.fixture(scope="module")
def expected() -> Iterator[dict[str, object]]:
    """What the dataset in memory answers, worked out once."""
    return iter([{}]).__next__()  # type: ignore[return-value] # filled as it is asked for


COMMANDS = {
    "trace": ("trace", "välfärdsbrott"),
    "coverage": ("coverage", "--level", "activity"),
    "coverage in the store": ("coverage", "--in-store", "--level", "goal"),
    "matrix": ("matrix", "activity", "outcome"),
    "gaps": ("gaps", "--as-of", DAY),
    "findings": ("findings", "--as-of", DAY),
    "impact": ("impact", "vp2025-03"),
    "continuity": ("continuity", "ap2024", "ap2025"),
    "links": ("links",),
    "suspects": ("suspects",),
    "query": ("query", "SELECT DISTINCT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?g ORDER BY ?g"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_home_gives_the_same_answer(command: str, place: str, expected: dict[str, object]) -> None:
    if command not in expected:
        expected[command] = answer(*COMMANDS[command], store="memory")
    found = answer(*COMMANDS[command], store=place)
    assert found == expected[command]
    assert len(json.dumps(found)) > 100


def results_of(store: Store) -> list[tuple[str, ...]]:
    """The results of a validation as rows, without the labels of blank nodes."""
    report = pipeline.validate_store(store, [], date.fromisoformat(DAY))
    rows = (
        (r.focus_node, r.path, r.value, r.source_shape, r.component, r.severity, r.message("sv"), r.message("en"))
        for r in report.results
    )
    return sorted(tuple(str(part) for part in row) for row in rows)


def test_every_home_is_validated_alike(place: str, expected: dict[str, object]) -> None:
    if "results" not in expected:
        expected["results"] = results_of(pipeline.open_dataset(Settings()))
    found = results_of(pipeline.open_dataset(Settings(store=place)))
    assert found == expected["results"]
    assert len(found) > 100


def answers_of(store: Store) -> dict[str, object]:
    """The rows of every question of the library, in the order that it asks for."""
    names, found = Settings().names, dict[str, object]()
    for name, question in queries.library(resources.questions_folder()).items():
        values = {
            p.name: GIVEN.get(p.argument or p.type, "ap2025-07") for p in question.parameters if p.default is None
        }
        found[name] = store.select(question.bind(values, names, "sv")).rows
    return found


def test_every_home_answers_every_question_alike(place: str, expected: dict[str, object]) -> None:
    if "questions" not in expected:
        expected["questions"] = answers_of(pipeline.open_dataset(Settings()))
    wanted = expected["questions"]
    assert isinstance(wanted, dict)
    for name, rows in answers_of(pipeline.open_dataset(Settings(store=place))).items():
        assert rows == wanted[name], name
    assert sum(map(len, wanted.values())) > 500


def test_every_home_exports_the_same_octets(place: str, expected: dict[str, object]) -> None:
    names = Settings().names
    if "export" not in expected:
        expected["export"] = serialise(pipeline.open_dataset(Settings()).dump(), "trig", names)
    assert serialise(pipeline.open_dataset(Settings(store=place)).dump(), "trig", names) == expected["export"]


def test_no_home_differs_from_the_files(place: str) -> None:
    named = str(resources.data_folder()) if place == "memory" else place
    found = json.loads(run("diff", named, "--format", "json", store="memory"))
    assert found["same"] is True


FORMS = {
    "SELECT ?s ?o { ?s <https://w3id.org/svngraph/def/planYear> ?o } ORDER BY ?s": (
        "text/csv",
        "text/tab-separated-values",
        "application/sparql-results+xml",
        "application/sparql-results+json",
    ),
    "ASK { ?s a <https://w3id.org/svngraph/def/Goal> }": ("application/sparql-results+xml",),
    "CONSTRUCT WHERE { ?s <https://w3id.org/svngraph/def/planYear> ?o }": ("application/n-triples", "text/turtle"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_home_serialises_alike(form: str, place: str) -> None:
    here, there = pipeline.open_dataset(Settings()), pipeline.open_dataset(Settings(store=place))
    for media_type in FORMS[form]:
        wanted, found = (store.respond(form, media_type) for store in (here, there))
        if media_type.endswith("json"):
            assert rows_in(found) == rows_in(wanted)
        elif "CONSTRUCT" in form:
            assert sorted(found.split(b"\n")) == sorted(wanted.split(b"\n"))
        else:
            assert found == wanted


def rows_in(octets: bytes) -> list[dict[str, str]]:
    """The values of the rows of an answer in JSON."""
    return [{k: v["value"] for k, v in row.items()} for row in json.loads(octets)["results"]["bindings"]]


# The links of a page and its words, without those on the version and the time of opening.
SAID = re.compile(r'href="[^"]+"|>(?!Version |Läst |Read |Datamängden läst, )[^<>]+<')
PAGES = (
    *("/", "/en/", "/gaps", "/coverage", "/matrix", "/validation", "/search?q=upphandling"),
    *("/item/activity/ap2025-09", "/item/activity/ap2025-09.ttl", "/item/organisation/upphandlingsgruppen"),
)


def test_every_home_is_served_alike(place: str) -> None:
    from svngraph.web.application import create_app
    from svngraph.web.dataset import publish

    both = []
    for settings in (Settings(), Settings(store=place)):
        data = publish(pipeline.open_dataset(settings), settings, date.fromisoformat(DAY))
        assert data.report is not None  # or a page would say that it is not ready yet
        both.append(create_app(data).test_client())
    here, there = both
    for page in PAGES:
        wanted, found = here.get(page), there.get(page)
        assert found.status_code == wanted.status_code == 200, page
        # What has no order of its own comes in that of the store.
        assert sorted(SAID.findall(found.text)) == sorted(SAID.findall(wanted.text)), page
