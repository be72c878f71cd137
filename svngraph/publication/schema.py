"""What search engines read in a page: schema.org as JSON-LD.

A planned activity is no ``schema:PlanAction``, which is the act of planning, but a ``schema:Action`` that may have been
carried out; its status follows from what the report says.

Source: https://schema.org/docs/, https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF

from svngraph.namespaces import SVN
from svngraph.publication.addresses import Addresses, plan_page
from svngraph.publication.dumps import Dump
from svngraph.publication.edition import Edition, Plan

_CONTEXT = "https://schema.org"
_STATUS = {
    "completed": "CompletedActionStatus",
    "progressed": "ActiveActionStatus",
    "started": "ActiveActionStatus",
    "planned": "PotentialActionStatus",
}
# Named once: rdflib makes a term anew each time that a namespace is asked for it.
_TYPE, _SUMMARY, _IDENTIFIER, _IN_PLAN, _CREATOR = (
    RDF.type,
    SVN.summary,
    DCTERMS.identifier,
    SVN.inPlan,
    DCTERMS.creator,
)
_IMPLEMENTS, _CARRIES_OUT, _ASSIGNED_TO = SVN.implements, SVN.carriesOut, SVN.assignedTo
_REPORTS_ON, _STATUS_OF, _UNIT = SVN.reportsOn, SVN.status, SVN.unit
_NUMBERS = (("value", SVN.value), ("minValue", SVN.minValue), ("maxValue", SVN.maxValue))
_TYPES = (
    (SVN.Region, "GovernmentOrganization"),
    (SVN.Organisation, "Organization"),
    (SVN.Report, "Report"),
    (SVN.Plan, "CreativeWork"),
    (SVN.SourceDocument, "DigitalDocument"),
    (SVN.Activity, "Action"),
    (SVN.ActionItem, "Action"),
    (SVN.Outcome, "Observation"),
    (SVN.Discussion, "Event"),
)


def dataset(edition: Edition, dumps: Sequence[Dump], lang: str) -> Mapping[str, object]:
    """The whole dataset, with its files, for the page on open data."""
    publisher, at = edition.publisher, Addresses(edition)
    said: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": str(at.whole),
        "url": f"{edition.address}{'en/' if lang == 'en' else ''}data",
        "name": publisher.title.text(lang),
        "description": publisher.description.text(lang),
        "license": publisher.licence,
        "isAccessibleForFree": True,
        "inLanguage": lang,
        "version": edition.version,
        "keywords": list(publisher.keywords.get(lang, ())),
        "creator": {"@type": "Organization", "@id": str(at.publisher), "name": publisher.name.text(lang)},
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": str(at.catalogue)},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": dump.form.media_type,
                "contentUrl": f"{edition.address}{dump.path}",
                "contentSize": f"{dump.size} B",
                "sha256": dump.sha256,
            }
            for dump in dumps
            if dump.plan is None and "/csv/" not in dump.path
        ],
    }
    if edition.modified:
        said["dateModified"] = edition.modified.isoformat()
    years = sorted({year for plan in edition.plans for year in (plan.start, plan.end) if year})
    if years:
        said["temporalCoverage"] = f"{years[0]}/{years[-1]}"
    return said


def schema(edition: Edition, iri: str, lang: str) -> Mapping[str, object] | None:
    """A thing of the dataset, None where schema.org has no word for what it is."""
    thing, facts = URIRef(iri), edition.facts
    kinds = set(facts.iris(thing, _TYPE))
    name = next((word for kind, word in _TYPES if kind in kinds), None)
    if name is None:
        return None
    said: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": name,
        "@id": iri,
        "name": facts.name(thing).text(lang),
        "description": facts.text(thing, _SUMMARY).text(lang),
        "identifier": next((str(value) for value in facts.values(thing, _IDENTIFIER)), None),
        "inLanguage": lang if name in ("Report", "CreativeWork") else None,
        "isPartOf": [{"@id": str(plan)} for plan in facts.iris(thing, _IN_PLAN)] if _is_work(name) else None,
        "license": edition.publisher.licence if _is_work(name) else None,
    }
    said |= _more(edition, thing, name, lang)
    if thing in edition.plan_of:
        said |= _of_plan(edition, edition.plan_of[thing], lang)
    return {key: value for key, value in said.items() if value not in (None, [], {})}


def _is_work(name: str) -> bool:
    return name in ("Report", "CreativeWork", "DigitalDocument")


def _more(edition: Edition, thing: URIRef, name: str, lang: str) -> Mapping[str, object]:
    facts = edition.facts
    if name == "Action":
        below = [*facts.subjects(_IMPLEMENTS, thing), *facts.subjects(_CARRIES_OUT, thing)]
        agents = sorted({body for item in (thing, *below) for body in facts.iris(item, _ASSIGNED_TO)})
        told = {
            status.rsplit("/", 1)[-1]
            for entry in facts.subjects(_REPORTS_ON, thing)
            for status in facts.iris(entry, _STATUS_OF)
        }
        # The least that any report says holds for the whole; one that says nothing of the kind leaves it open.
        least = next((_STATUS[key] for key in ("planned", "started", "progressed", "completed") if key in told), None)
        status = f"{_CONTEXT}/{least}" if least else None
        return {"agent": [{"@id": str(agent)} for agent in agents], "actionStatus": status}
    if name == "Observation":
        numbers = {
            word: str(facts.value(thing, term)) for word, term in _NUMBERS if facts.value(thing, term) is not None
        }
        unit = facts.text(thing, _UNIT)
        measured = {"@type": "QuantitativeValue", **numbers, "unitText": unit.text(lang)} if numbers else None
        return {"value": measured}
    return {}


def _of_plan(edition: Edition, plan: Plan, lang: str) -> Mapping[str, object]:
    facts = edition.facts
    when = "/".join(dict.fromkeys(year for year in (plan.start, plan.end) if year))
    return {
        "url": f"{edition.address}{'en/' if lang == 'en' else ''}{plan_page(edition, plan)}",
        "creator": [{"@id": str(body)} for body in facts.iris(plan.iri, _CREATOR)],
        "temporalCoverage": when or None,
        "datePublished": plan.created.isoformat() if plan.created else None,
    }


def script(said: Mapping[str, object]) -> str:
    r"""The JSON as it can stand in a script element of a page, whatever a label holds.

    >>> script({"name": "</script><b>"})
    '{"name": "\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    text = json.dumps(said, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
