"""From any published statement to the document, page and characters, and to who decided it and when."""

from __future__ import annotations

from pathlib import Path

from svngraph.flattened import statement
from svngraph.publication.dumps import Dump
from svngraph.publication.edition import Edition
from svngraph.publication.provenance import Origin, provenance
from svngraph.settings import Settings

from .test_data_pages import opened

BASE = "https://w3id.org/svngraph/"
ID, DEF = f"{BASE}id/", f"{BASE}def/"


def one(edition: Edition, subject: str, predicate: str, value: str) -> Origin:
    (origin,) = provenance(edition, f"<{ID}{subject}>", f"<{predicate}>", value)
    return origin


def test_a_name_leads_to_the_characters_that_it_stands_in(edition: Edition) -> None:
    origin = one(
        edition,
        "activity/ap2025-09",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        '"Underlätta samverkan för att förebygga och bekämpa välfärdsbrott"@sv',
    )
    assert origin.document == f"{ID}document/report2025" and origin.graph == f"{BASE}graph/report2025"
    (place,) = origin.places
    assert (place.start, place.end) == (6738, 6802) and place.digest and place.digest.startswith("sha256:")


def test_a_judgement_leads_to_who_made_it_when_and_why(edition: Edition) -> None:
    origin = one(edition, "action-item/hp2025-03-1", f"{DEF}implements", f"<{ID}activity/ap2025-06>")
    assert origin.basis == f"{DEF}basis/judgement"
    assert origin.author == f"{ID}agent/svngraph-editors" and origin.created == "2026-11-22"
    assert origin.rationale.sv and "masskadehändelser" in origin.rationale.sv and origin.rationale.en
    assert {place.document for place in origin.places} == {f"{ID}document/ap2025-slides"}
    assert origin.link == f"{ID}link/action-item-hp2025-03-1--implements--ap2025-06"


def test_what_was_entailed_leads_to_what_it_follows_from(edition: Edition) -> None:
    up = one(edition, "activity/ap2025-09", f"{DEF}tracesTo", f"<{ID}heading/vp2025-05>")
    assert up.premise == (f"<{ID}activity/ap2025-09>", f"<{DEF}underHeading>", f"<{ID}heading/vp2025-05>")
    assert up.basis == f"{DEF}basis/structural" and up.places
    kind = one(
        edition,
        "activity/ap2025-09",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "<http://www.w3.org/ns/prov#Entity>",
    )
    assert kind.premise and kind.premise[2] == f"<{DEF}Activity>"


def test_what_the_dataset_does_not_say_has_no_origin(edition: Edition) -> None:
    assert provenance(edition, f"<{ID}activity/ap2099-01>") == ()
    assert provenance(edition, f"<{ID}activity/ap2025-0>") == ()
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    # The beginning of a literal is not the literal.
    assert provenance(edition, f"<{ID}activity/ap2025-09>", label, '"Underlätta"@sv') == ()
    assert provenance(edition, f"<{ID}activity/ap2025-09>", label, '"Underlätta') == ()


def test_every_statement_of_every_source_leads_to_a_document_or_to_somebody(edition: Edition) -> None:
    """Each twelfth thing of the data, every statement of it; what has neither is the person that others lead to."""
    beside = {f"<{BASE}graph/{name}>" for name in ("ontology", "shapes")}
    quads = [statement(line) for line in edition.canonical.decode().split("\n") if line]
    subjects = sorted({quad[0] for quad in quads if quad[3] not in beside})[::12]
    wanted = {(*quad[:3],) for quad in quads if quad[0] in set(subjects) and quad[3] not in beside}
    found = set()
    for subject in subjects:
        for origin in provenance(edition, subject):
            if origin.document or origin.author:
                found.add(origin.triple)
            assert all(place.start is not None and place.end is not None for place in origin.places)
    assert len(wanted) > 1000
    assert {triple[0] for triple in wanted - found} <= {f"<{ID}agent/svngraph-editors>"}


def test_the_page_and_its_data_tell_it(folder: Path, made: list[Dump]) -> None:
    with opened(Settings(), folder, made) as client:
        item = client.get("/item/activity/ap2025-09").data.decode()
        assert "/provenance?subject=" in item
        page = client.get("/provenance", query_string={"subject": f"{ID}activity/ap2025-09"})
        assert page.status_code == 200 and "6\u202f738" in page.data.decode()
        asked = {"subject": f"{ID}activity/ap2025-09", "predicate": f"{DEF}underHeading"}
        rows = client.get("/en/provenance.json", query_string=asked).get_json()["rows"]
        assert [(row["start"], row["basis"]) for row in rows] == [(6439, "structural"), (6738, "structural")]
        for wrong in (
            {},
            {"subject": "<script>"},
            {"subject": f"{ID}activity/none"},
            {"subject": f"{ID}a", "object": "b"},
        ):
            assert client.get("/provenance", query_string=wrong).status_code == 404, wrong
