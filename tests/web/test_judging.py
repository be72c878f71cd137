"""Waivers, thresholds, suspect links and history on the pages, and a dataset that is judged anew each day."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from svngraph.web.application import create_app
from svngraph.web.current import Current
from svngraph.web.dataset import Published, publish

from svngraph import pipeline, resources
from svngraph.errors import StoreError, SvngraphError
from svngraph.settings import Settings

HTML = {"Accept": "text/html"}
DAY = date(2032, 6, 1)
REVIEWED = """
<https://w3id.org/svngraph/id/link/c> <https://w3id.org/svngraph/def/reviewedDigest> "sha256:00" .
<https://w3id.org/svngraph/id/review/r> a <https://w3id.org/svngraph/def/Review> ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <https://w3id.org/svngraph/id/activity/fp2031-01> ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> <https://w3id.org/svngraph/def/underHeading> ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> <https://w3id.org/svngraph/id/heading/fv-01> ;
  <http://purl.org/dc/terms/created> "2031-05-04"^^<http://www.w3.org/2001/XMLSchema#date> ;
  <http://www.w3.org/2004/02/skos/core#note> "Samma sak, läst en gång till."@sv .
"""
POLICY = """
[[waiver]]
item = "fp2031-03"
of = "report-entry"
reason = "Rapporten gavs muntligt."
owner = "sekretariatet"
expires = 2032-12-31

[[waiver]]
item = "fp2031-02"
of = "outcome"
reason = "Det räckte så."
owner = "nämnden"
expires = 2031-12-31

[[threshold]]
level = "activity"
to = "report-entry"
meaning = "any"
at-least = 1.0
severity = "violation"
plan = "fp2031"
"""


def published(folder: Path, day: date = DAY) -> Published:
    """The invented dataset with a link that was reviewed, under a policy with waivers and a threshold."""
    policy = folder.parent / "policy.toml"
    policy.write_text((resources.data_folder() / "policy.toml").read_text("utf-8") + POLICY, "utf-8")
    (folder / "reviewed.ttl").write_text(REVIEWED, "utf-8")
    settings = Settings(data=str(folder))
    return publish(pipeline.open_dataset(settings), settings, day, policy)


@pytest.fixture
def site(fjall: Path) -> FlaskClient:
    return create_app(published(fjall)).test_client()


def test_waivers_and_thresholds_stand_on_the_page_of_gaps(site: FlaskClient) -> None:
    page = site.get("/gaps", headers=HTML).get_data(as_text=True)
    waived = page.partition('id="waived"')[2]
    assert "Rapporten gavs muntligt." in waived
    assert "2032-12-31" in waived
    assert "Undantaget för" in waived, "a waiver that has expired is told of"
    assert "2 av 3" in page.partition('id="thresholds"')[2]
    rows = site.get("/gaps.json").get_json()["rows"]
    assert not [row for row in rows if row["key"] == "fp2031-03" and row["lacks"] == "rapportavsnitt"]
    english = site.get("/en/gaps", headers=HTML).get_data(as_text=True)
    assert "The waiver for" in english


def test_a_suspect_link_and_its_review_stand_on_the_page_of_its_ends(site: FlaskClient) -> None:
    page = site.get("/item/activity/fp2031-01", headers=HTML).get_data(as_text=True)
    control, history = page.partition('id="control"')[2], page.partition('id="history"')[2]
    assert "Misstänkt länk" in control
    assert "inte längre det som granskades" in control
    assert "svngraph review" in control
    assert "2031-05-04" in history
    assert "Samma sak, läst en gång till." in history
    below = site.get("/item/report-entry/fp2031-01", headers=HTML).get_data(as_text=True)
    assert "Länken hänger under en länk" in below, "what hangs below a suspect link is suspect too"
    other = site.get("/item/focus-area/vagar", headers=HTML).get_data(as_text=True)
    assert "Misstänkt länk" not in other


def test_a_new_day_judges_the_same_dataset_anew(fjall: Path) -> None:
    days = [date(2031, 12, 31)]
    current = Current(lambda: published(fjall, days[0]), lambda: days[-1])
    site = create_app(current).test_client()
    before = current.value
    assert before.as_of == days[0]
    lacking = "/gaps.json?lacks=report-entry"
    assert site.get(lacking).get_json()["rows"] == [], "the year is not over"
    days.append(date(2033, 1, 1))
    until = time.monotonic() + 300
    while current.value.as_of != days[-1]:
        assert time.monotonic() < until
        time.sleep(0.02)
    after = current.value
    assert after.graph is before.graph, "what does not hang on the day is not worked out again"
    assert site.get(lacking).get_json()["rows"]


@pytest.mark.parametrize("error", [StoreError("the disk is gone"), RuntimeError("a mistake of ours")])
def test_what_cannot_be_worked_out_is_told_and_logged(
    fjall: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*_given: object) -> None:
        raise error

    monkeypatch.setattr("svngraph.web.dataset.pipeline.validate_store", fail)
    monkeypatch.setattr("svngraph.web.dataset.judged_gaps", fail)
    data = published(fjall).warm()
    until = time.monotonic() + 300
    while not data.ready("publishing") and time.monotonic() < until:
        time.sleep(0.05)
    assert data.ready("publishing")
    assert data.failure("index") is None
    client = create_app(Current.of(data)).test_client()
    for path, words in (("/validation", "gick inte att göra"), ("/gaps", "gick inte att räkna")):
        page = client.get(path, headers=HTML)
        assert page.status_code == 500
        assert words in page.get_data(as_text=True)
        assert "Ladda om sidan" not in page.get_data(as_text=True)
        assert client.get(f"{path}.csv").status_code == 500
    start = client.get("/", headers=HTML)
    assert start.status_code == 200
    assert "Luckorna gick inte att räkna" in start.get_data(as_text=True)
    assert [r for r in caplog.records if r.name == "svngraph.dataset" and "report" in r.getMessage()]


def test_files_that_cannot_be_made_are_told(
    fjall: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("svngraph.web.publishing.dumps", fail)
    with pytest.raises(SvngraphError, match="could not be made"):
        published(fjall).publishing.dumps(300)
    assert "a mistake of ours" in caplog.text
