"""What an analyst asks first: who carries a thing, what the numbers say, and where to ask more."""

from __future__ import annotations

import re
import time

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef
from svngraph.web.drawing import draw
from svngraph.web.search import Index
from svngraph.web.strips import connected

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["activity/ap2025-09", "action-item/hp2025-02-1", "report-entry/ap2025-09"])
def test_an_item_says_who_carries_it(client: FlaskClient, path: str) -> None:
    page = client.get(f"/item/{path}", headers=HTML).get_data(as_text=True)
    head = page[page.index('<dl class="facts">') : page.index('class="chains"')]
    assert "<dt>Ansvarig</dt>" in head
    assert '<a href="/item/organisation/upphandlingsgruppen">Upphandlingsgruppen</a>' in head
    none = client.get("/item/activity/ap2025-01", headers=HTML).get_data(as_text=True)
    assert '<dt>Ansvarig</dt><dd class="quiet">ingen grupp namngiven</dd>' in none
    assert "<dt>Ansvarig</dt>" not in client.get("/item/goal/agreement2021-01", headers=HTML).get_data(as_text=True)


def test_an_organisation_says_what_it_carries(client: FlaskClient) -> None:
    listed = client.get("/organisations", headers=HTML).get_data(as_text=True)
    assert 'href="/item/organisation/upphandlingsgruppen"' in listed
    page = client.get("/item/organisation/upphandlingsgruppen", headers=HTML).get_data(as_text=True)
    carried = page[page.index('id="carried"') : page.index('id="summary"')]
    assert re.findall(r'<th scope="row"><a href="([^"]*)"', carried) == [
        "/item/assignment/hp2025-02-1",
        "/item/assignment/hp2025-02-2",
    ]
    assert carried.count('href="/item/activity/ap2025-09"') == 2
    assert 'id="carried"' not in client.get("/item/organisation/vinnova", headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("vem ansvarar för välfärdsbrott?", ""),
        ("Vilka är ansvariga för valfardsbrott", ""),
        ("who is responsible for welfare crime", "/en"),
    ],
)
def test_who_carries_a_thing_is_found_by_asking(client: FlaskClient, asked: str, lang: str) -> None:
    page = client.get(f"{lang}/search", query_string={"q": asked}, headers=HTML).get_data(as_text=True)
    hits = re.findall(r'<li><a class="what" href="([^"]*)">.*?</li>', page)
    assert f"{lang}/item/activity/ap2025-09" in hits
    own = next(hit for hit in page.split("<li>") if f'class="what" href="{lang}/item/activity/ap2025-09"' in hit)
    assert f'href="{lang}/item/organisation/upphandlingsgruppen"' in own


def test_the_words_of_a_question_count_where_something_holds_them() -> None:
    index = Index([("x:who", "Vem ansvarar för jouren"), ("x:on-call", "Jouren"), ("x:dots", "Hjälp")])
    assert index.find("vem ansvarar för jouren") == ["x:who"]
    assert index.find("vem bär jouren") == ["x:on-call", "x:who"]
    assert index.find("vem") == ["x:who"]
    assert index.find("hja\u0308lp") == ["x:dots"]
    assert index.near("vem ansvarar för journ") == ["jouren"]


def test_a_number_is_told_with_what_it_is_compared_with(client: FlaskClient) -> None:
    shown = {
        key: client.get(f"/item/report-entry/{key}", headers=HTML).get_data(as_text=True)
        for key in ("ap2025-01", "ap2025-05", "ap2025-18", "ap2025-09")
    }
    assert "<td>46–100 procent</td>" in shown["ap2025-01"]
    assert "<td>ökning 20 procent</td>" in shown["ap2025-05"]
    assert "<td>mindre än 2 procent</td>" in shown["ap2025-18"]
    assert '<th scope="col">Tal</th>' not in shown["ap2025-09"]  # no outcome there is a number


def test_the_passages_of_a_document_stand_as_places_in_order(client: FlaskClient) -> None:
    page = client.get("/item/document/report2025", headers=HTML).get_data(as_text=True)
    told = page[page.index("Pekar hit") :]
    starts = [int(n.replace("\u202f", "")) for n in re.findall(r"tecken ([\d\u202f]+)–", told)]
    assert len(starts) == 12
    assert starts == sorted(starts)


def test_what_the_numbers_at_the_top_count_is_said(client: FlaskClient) -> None:
    until = time.monotonic() + 120
    while "pågår" in (page := client.get("/validation", headers=HTML).get_data(as_text=True)):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert "Luckor i kedjan:" in page[: page.index("<main")]
    assert "luckorna i kedjan räknas för sig" in page


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("goal/agreement2021-02", "/questions/done-for-goal?goal=agreement2021-02"),
        ("organisation/upphandlingsgruppen", "/questions/carried-by-organisation?organisation=upphandlingsgruppen"),
        ("focus-area/kunskapsstyrning", "/questions/done-in-focus-area?focusArea=kunskapsstyrning"),
    ],
)
def test_a_thing_leads_to_the_questions_that_are_asked_of_it(client: FlaskClient, path: str, address: str) -> None:
    page = client.get(f"/item/{path}", headers=HTML).get_data(as_text=True)
    assert f'href="{address}"' in page
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    assert "<tbody>" in answer.get_data(as_text=True)


def test_no_curve_of_a_drawing_runs_over_a_label(client: FlaskClient) -> None:
    data = client.application.extensions["svngraph"].value
    plan = URIRef("https://w3id.org/svngraph/id/plan/ap2025")
    items = connected(data.graph, [item for item in data.graph.items.values() if item.plan == plan])
    drawing = draw(data.graph, items, {iri: data.label(iri, "sv") for iri in items})
    # The letters of a label stand some 12 units above the lowest line of it, and its rule 4 below.
    boxes = [(n.x, n.x + n.width, n.y - 17 * (len(n.lines) - 1) - 12, n.y + 4) for n in drawing.nodes]
    passing = 0
    for edge in drawing.edges:
        *rest, last = (float(n) for n in re.findall(r"-?[\d.]+", edge.path))
        at = rest[0]
        for curve, across in re.findall(r"C([-\d. ]+)(?:H([-\d.]+))?", edge.path):
            *_bends, x, y = (float(n) for n in curve.split())
            # Between the columns there are no labels, and no curve leaves the room between two of them.
            assert not [box for box in boxes if box[0] < x and at < box[1]]
            if across:
                passing += 1
                assert not [box for box in boxes if box[0] < float(across) and x < box[1] and box[2] < y < box[3]]
            at = float(across) if across else x
        assert last == next(n.y + 4 for n in drawing.nodes if n.item.iri == edge.link.source)
    assert passing >= 4  # what the action plan assigns to an activity as a whole passes its action items by
