"""What an address chooses that is not there to be chosen is refused, and what is there is told."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}


def test_a_name_that_is_no_choice_is_passed_over(client: FlaskClient) -> None:
    assert client.get("/coverage?utm_source=letter", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "known"),
    [
        ("/coverage", "level=zzz", "level=goal&to=activity&plan=ap2025"),
        ("/coverage", "to=zzz", "to=outcome"),
        ("/coverage", "plan=zzz", "plan="),
        ("/gaps", "plan=zzz", "plan=-"),
        ("/gaps", "severity=zzz", "severity=info"),
        ("/gaps", "lacks=zzz", "lacks=assignment"),
        ("/gaps", "lacks=zzz&plan=ap2025", "lacks=firm"),
        ("/gaps", "area=zzz", "area=kunskapsstyrning"),
        ("/gaps", "rule=zzz", "rule=activity-report-entry-missing-violation"),
        ("/matrix", "rows=zzz", "rows=goal"),
        ("/matrix", "rows=goal&cols=zzz", "rows=goal&cols=goal"),
        ("/continuity", "older=zzz", "older=ap2024"),
        ("/continuity", "newer=zzz", "newer=ap2025"),
        ("/organisations", "kind=zzz", "kind=Group"),
        ("/timeline", "year=1517", "year=2025"),
        ("/validation", "severity=zzz", "severity=info"),
        ("/validation", "rule=zzz", "rule=svnsh:Agreement-goal"),
        ("/trace/plan/ap2025", "area=zzz", "area=kunskapsstyrning"),
        ("/search", "q=upphandling&kind=zzz", "q=upphandling&kind=Board"),
        ("/shapes", "severity=zzz", "severity=info"),
        ("/shapes", "held=zzz", "held=broken"),
        ("/vocabulary", "kind=zzz", "kind=codes"),
        ("/impact/heading/vp2025-05", "level=zzz", "level=goal"),
    ],
)
def test_a_choice_that_is_not_there_is_told(client: FlaskClient, path: str, asked: str, known: str) -> None:
    page = client.get(f"{path}?{asked}&utm_source=letter", headers=HTML)
    assert page.status_code == 400
    told = page.get_data(as_text=True)
    assert "Det går inte att välja" in told
    wrong = next(part for part in asked.split("&") if "zzz" in part or "1517" in part)
    assert f'<span class="key">{wrong}</span>' in told
    offered = re.findall(r'<li><a href="([^"]*)"', told[told.index("<main") : told.index("</main>")])
    assert len(offered) > 1
    for address in (offered[0], offered[-1]):
        assert client.get(address.replace("&amp;", "&"), headers=HTML).status_code == 200
    for form in ("json", "csv"):
        refused = client.get(f"{path}.{form}?{asked}")
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
        said = json.loads(refused.data)
        assert wrong in said["detail"]
        assert wrong.split("=")[0] in said["remedy"]
    assert client.get(f"{path}?{known}", headers=HTML).status_code == 200


@pytest.mark.parametrize("path", ["/shapes", "/vocabulary", "/impact/heading/vp2025-05", "/organisations", "/timeline"])
def test_each_choice_leaves_as_many_as_it_says(client: FlaskClient, path: str) -> None:
    told = client.get(path, headers=HTML).get_data(as_text=True)
    choices = re.findall(r'<li><a href="[^"]*?\?([^"]+)">[^<]*\(([0-9]+)\)</a>', told[told.index('class="filters"') :])
    assert len(choices) > 1
    for choice, number in choices:
        rows = json.loads(client.get(f"{path}.json?{choice}").data)["rows"]
        # Of code lists the codes are told, of which each has several.
        assert len(rows) > 2 * int(number) if choice == "kind=codes" else len(rows) == int(number), choice
        assert client.get(f"{path}?{choice}", headers=HTML).status_code == 200


def test_a_choice_in_any_letters_is_told(client: FlaskClient) -> None:
    page = client.get("/gaps?plan=%C3%A5&x=%E2%82%AC", headers=HTML)
    assert page.status_code == 400
    assert '<span class="key">plan=å</span>' in page.get_data(as_text=True)
