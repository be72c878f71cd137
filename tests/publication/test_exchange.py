"""StratML, OSLC, schema.org and the feed: valid where there is a schema, and true to the dataset."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF

from svngraph.labels import Label
from svngraph.namespaces import SVN
from svngraph.publication.edition import Edition, Release
from svngraph.publication.feed import feed
from svngraph.publication.oslc import oslc
from svngraph.publication.schema import dataset, schema, script
from svngraph.publication.stratml import NAMESPACE, stratml

from ..conftest import SHARED

SCHEMA = SHARED / "suites" / "stratml" / "PerformancePlanOrReport20160216.xsd"
BASE = "https://w3id.org/svngraph/id/"
RM = Namespace("http://open-services.net/ns/rm#")
_S = {"s": NAMESPACE}
_A = {"a": "http://www.w3.org/2005/Atom"}


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of StratML is not here")
def test_every_plan_is_valid_stratml_in_both_languages(edition: Edition, tmp_path: Path) -> None:
    import xmlschema

    known = xmlschema.XMLSchema(str(SCHEMA))
    for plan in edition.plans:
        for lang in ("sv", "en"):
            path = tmp_path / "plan.xml"
            path.write_bytes(stratml(edition, plan, lang))
            assert [(error.reason, error.path) for error in known.iter_errors(str(path))] == [], (plan.key, lang)
    # The check sees what the schema forbids: an identifier that is there twice, a language, an unknown kind.
    good = path.read_text("utf-8")
    identifier = good.partition("<Identifier>")[2].partition("<")[0]
    second = good.rpartition("<Identifier>")[2].partition("<")[0]
    for broken in (good.replace(second, identifier), good.replace('Type="Perf', 'Type="X'), good.replace("<Goal>", "")):
        assert broken != good
        path.write_text(broken, "utf-8")
        try:
            assert not known.is_valid(str(path))
        except ElementTree.ParseError:
            continue


def _plan(edition: Edition, key: str, lang: str = "sv") -> ElementTree.Element:
    (plan,) = (plan for plan in edition.plans if plan.key == key)
    return ElementTree.fromstring(stratml(edition, plan, lang))  # noqa: S314 # our own


def test_a_business_plan_has_its_headings_as_goals(edition: Edition) -> None:
    root = _plan(edition, "vp2025")
    assert root.get("Type") == "Strategic_Plan"
    names = [name.text for name in root.findall(".//s:Goal/s:Name", _S)]
    assert len(names) == 12 and names[4] == "Samverkan inom upphandling"
    assert len(root.findall(".//s:Organization/s:Stakeholder", _S)) == 7
    assert root.findtext(".//s:AdministrativeInformation/s:StartDate", None, _S) == "2025-01-01"


def test_an_activity_plan_has_each_activity_once_under_what_it_stands_under(edition: Edition) -> None:
    root = _plan(edition, "ap2025")
    assert root.get("Type") == "Performance_Plan"
    names = [name.text for name in root.findall(".//s:Objective/s:Name", _S)]
    assert len(names) == 21
    assert sorted(names) == sorted(
        {edition.facts.name(URIRef(f"{BASE}activity/ap2025-{n:02d}")).sv for n in range(1, 22)}
    )
    goal = next(
        g for g in root.iter(f"{{{NAMESPACE}}}Goal") if g.findtext("s:Name", None, _S) == "Samverkan inom upphandling"
    )
    assert "Underlätta samverkan för att förebygga och bekämpa välfärdsbrott" in [
        name.text for name in goal.findall("s:Objective/s:Name", _S)
    ]


def test_a_report_tells_of_a_range_as_two_results_and_of_a_shared_entry_under_both(edition: Edition) -> None:
    root = _plan(edition, "report2025")
    assert root.get("Type") == "Performance_Report"
    share = next(
        indicator
        for indicator in root.iter(f"{{{NAMESPACE}}}PerformanceIndicator")
        if indicator.findtext("s:OtherInformation", "", _S).endswith("outcome/ap2025-01-6")
    )
    assert share.get("PerformanceIndicatorType") == "Quantitative"
    assert [n.text for n in share.findall(".//s:NumberOfUnits", _S)] == ["46", "100"]
    assert share.findtext("s:UnitOfMeasurement", None, _S) == "procent"
    shared = [i for i in root.iter(f"{{{NAMESPACE}}}PerformanceIndicator") if i.find("s:Relationship", _S) is not None]
    assert len(shared) == 2  # one entry reports on two activities
    identifiers = {i.findtext("s:Identifier", None, _S) for i in shared}
    assert {r.text for i in shared for r in i.findall(".//s:ReferentIdentifier", _S)} == identifiers
    dimension = _plan(edition, "report2025", "en").findtext(
        ".//s:PerformanceIndicator/s:MeasurementDimension", None, _S
    )
    assert dimension and dimension != root.findtext(".//s:PerformanceIndicator/s:MeasurementDimension", None, _S)


def test_tools_for_requirements_see_every_item_and_link_both_ways(edition: Edition) -> None:
    view = oslc(edition)
    activities = {URIRef(f"{BASE}activity/ap2025-{number:02d}") for number in range(1, 22)}
    assert activities <= set(view.subjects(RDF.type, RM.Requirement))
    assert activities <= set(view.objects(URIRef(f"{BASE}plan/ap2025"), RM.uses))
    heading, activity = URIRef(f"{BASE}heading/vp2025-05"), URIRef(f"{BASE}activity/ap2025-09")
    assert (activity, RM.elaborates, heading) in view
    assert (heading, RM.elaboratedBy, activity) in view
    assert (activity, RM.implementedBy, URIRef(f"{BASE}action-item/hp2025-02-1")) in view
    assert (activity, RM.validatedBy, URIRef(f"{BASE}report-entry/ap2025-09")) in view
    (provider,) = view.subjects(RDF.type, URIRef("http://open-services.net/ns/core#ServiceProvider"))
    assert provider == URIRef("https://w3id.org/svngraph/catalog/distribution/all/oslc")
    facts = Graph()
    for link in view.objects(activity, DCTERMS.relation):
        facts.add((link, RDF.type, SVN.TraceLink))
        assert edition.facts.iris(link, SVN["from"]) == [activity]
    assert len(facts) == len(edition.facts.subjects(SVN["from"], activity)) > 0


def test_search_engines_read_what_a_thing_is(edition: Edition) -> None:
    done = schema(edition, f"{BASE}activity/ap2025-09", "sv")
    assert done and done["@type"] == "Action"
    assert done["actionStatus"] == "https://schema.org/ActiveActionStatus"
    number = schema(edition, f"{BASE}outcome/ap2025-01-6", "en")
    assert number and number["value"] == {
        "@type": "QuantitativeValue",
        "minValue": "46",
        "maxValue": "100",
        "unitText": "per cent",
    }
    report = schema(edition, f"{BASE}report/report2025", "sv")
    assert report and (report["@type"], report["datePublished"]) == ("Report", "2026-02-13")
    assert schema(edition, f"{BASE}passage/ap2024-1-136", "sv") is None
    whole = dataset(edition, [], "sv")
    assert whole["license"] == edition.publisher.licence and whole["temporalCoverage"] == "2021/2028"
    hostile = script({"name": "</script><script>alert(1)</script>\u2028&"})
    assert "<" not in hostile and "\u2028" not in hostile
    assert json.loads(hostile)["name"] == "</script><script>alert(1)</script>\u2028&"


def test_the_feed_has_each_release_and_each_dated_plan_once_newest_first(edition: Edition) -> None:
    first = Release("1.0.0", date(2026, 11, 20), edition.digest, 1, Label("Första <b>&", "First <b>&"))
    second = Release("1.1.0", date(2026, 11, 22), "sha256:0", 1, Label("Andra", "Second"), "1.0.0")
    told = replace(edition, releases=(first, second))
    for lang, note in (("sv", "Första <b>&"), ("en", "First <b>&")):
        root = ElementTree.fromstring(feed(told, lang))  # noqa: S314 # our own
        entries = root.findall("a:entry", _A)
        identifiers = [entry.findtext("a:id", "", _A) for entry in entries]
        assert len(set(identifiers)) == len(identifiers)
        assert identifiers[0].endswith("catalog/release/1.1.0") and identifiers[1].endswith("catalog/release/1.0.0")
        assert {f"{BASE}report/report2025", f"{BASE}plan/ap2024"} <= set(identifiers)
        days = [entry.findtext("a:updated", "", _A) for entry in entries]
        assert days == sorted(days, reverse=True) and root.findtext("a:updated", "", _A) == "2026-11-22T00:00:00Z"
        assert entries[1].findtext("a:summary", "", _A) == note
        for part in (root, *entries):
            assert part.find("a:title", _A) is not None and part.find("a:link", _A) is not None
        assert root.find("a:author/a:name", _A) is not None
    assert feed(told, "sv") == feed(told, "sv")
