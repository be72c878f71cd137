"""Writes national-scale data in svngraph's vocabulary, with planted defects of known number.

    python bench/generate.py --triples 200000 OUT.nt        (writes OUT.nt and OUT.json, the counts by shape)

The same seed and size always give the same bytes. About 33 triples go to one activity; every kind of defect that
``bench/shapes.ttl`` knows is planted at random, at most one to an activity, so that the counts are exact.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

ROOT = "https://w3id.org/svngraph/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
TRIPLES_PER_REGION = 5_290
GOALS, AREAS, HEADINGS, GROUPS, YEARS, PER_YEAR = 6, 8, 16, 12, 4, 40
WORDS = [
    "vård",
    "remiss",
    "kvalitet",
    "samverkan",
    "kompetens",
    "digital",
    "jämlik",
    "nära",
    "patient",
    "process",
    "uppföljning",
    "cancer",
    "barn",
]
UNITS = [("patienter", "patients"), ("procent", "per cent"), ("dagar", "days")]
STATUSES = ("completed", "progressed", "started", "planned")


def iri(address: str) -> str:
    """An IRI in N-Triples."""
    return f"<{address}>"


def svn(name: str) -> str:
    """A term of the vocabulary in N-Triples."""
    return f"<{ROOT}def/{name}>"


def text(words: str, language: str = "") -> str:
    """A literal in N-Triples; the words hold nothing that needs escaping."""
    return f'"{words}"@{language}' if language else f'"{words}"'


def typed(lexical: object, datatype: str) -> str:
    """A literal with a datatype of XML Schema in N-Triples."""
    return f'"{lexical}"^^<{XSD}{datatype}>'


A = iri(f"{RDF}type")
LABEL = iri(f"{SKOS}prefLabel")
IDENTIFIER = iri(f"{DCTERMS}identifier")


@dataclass
class Item:
    """One activity as it is going to be written: its predicates with their values, and those of its report entry."""

    node: str
    values: dict[str, list[str]]
    entry: str
    reported: dict[str, list[str]] = field(default_factory=dict)
    outcome: dict[str, list[str]] = field(default_factory=dict)
    action: dict[str, list[str]] = field(default_factory=dict)
    extra: list[tuple[str, str, str]] = field(default_factory=list)


Defect = Callable[[Item], None]


def _set(part: str, predicate: str, *values: str) -> Defect:
    def plant(item: Item) -> None:
        getattr(item, part)[predicate] = list(values)

    return plant


def _add(part: str, predicate: str, *values: str) -> Defect:
    def plant(item: Item) -> None:
        getattr(item, part).setdefault(predicate, []).extend(values)

    return plant


def _unreported(item: Item) -> None:
    item.reported.clear()
    item.outcome.clear()


def _cyclic(item: Item) -> None:
    item.values[svn("continues")] = [item.node]


DEFECTS: dict[str, Defect] = {
    "Activity-report": _unreported,
    "Activity-goal": _set("values", svn("underHeading")),
    "Activity-heading": _add(
        "values", svn("underHeading"), iri(f"{ROOT}id/heading/r0-1"), iri(f"{ROOT}id/heading/r0-2")
    ),
    "Activity-group": _set("values", svn("assignedTo")),
    "Activity-group-class": _set("values", svn("assignedTo"), iri(f"{ROOT}id/plan/r0-ap2024")),
    "Activity-label-sv": _set("values", LABEL, text("An activity", "en")),
    "Activity-label-unique": _add("values", LABEL, text("Ett annat namn", "sv")),
    "Activity-dates": _set("values", svn("validUntil"), typed("1999-01-01", "date")),
    "ReportEntry-date": _set("reported", svn("date"), typed("2024-02-30", "date")),
    "Activity-identifier": _set("values", IDENTIFIER, text("aktivitet 7")),
    "Activity-plan": _set("values", svn("inPlan"), text("AP 2024")),
    "Activity-sequence": _set("values", svn("sequence"), typed(0, "integer")),
    "Activity-not-assignment": _add("values", A, svn("Assignment")),
    "Activity-cycle": _cyclic,
    "ReportEntry-status": _set("reported", svn("status"), iri(f"{ROOT}def/status/forgotten")),
    "ReportEntry-summary": _set("reported", svn("summary"), text("ok", "sv"), text("A report on it", "en")),
    "ReportEntry-language": _add("reported", svn("summary"), text("Ein Bericht dazu", "de")),
    "Outcome-value": _set("outcome", svn("value"), typed("-3.5", "decimal")),
    "Outcome-closed": _add("outcome", iri(f"{RDFS}seeAlso"), iri("https://example.org/elsewhere")),
    "ActionItem-responsible": _set("action", svn("assignedTo")),
}


class Generator:
    """Regions, one after the other, as lines of N-Triples."""

    def __init__(self, out: TextIO, seed: int, rate: float) -> None:
        self.out = out
        self.random = random.Random(seed)
        self.rate = rate
        self.written = 0
        self.planted: Counter[str] = Counter()

    def write(self, subject: str, values: dict[str, list[str]]) -> None:
        """Write one thing's triples."""
        for predicate, objects in values.items():
            for value in objects:
                self.out.write(f"{subject} {predicate} {value} .\n")
                self.written += 1

    def label(self, kind: str, number: int) -> list[str]:
        """A Swedish and an English name."""
        words = " ".join(self.random.sample(WORDS, 3))
        return [text(f"{kind} {number}: {words}", "sv"), text(f"{kind} no. {number} ({words})", "en")]

    def head(self) -> None:
        """Write the class hierarchy that the shapes rely on."""
        org = iri("http://www.w3.org/ns/org#Organization")
        sub = iri(f"{RDFS}subClassOf")
        for name in ("Group", "Region", "Board"):
            self.write(svn(name), {sub: [svn("Organisation")]})
        self.write(svn("Organisation"), {sub: [org]})

    def region(self, number: int) -> None:
        """Write one region: its agreement, plan, groups and four years of activities."""

        def thing(kind: str, key: str) -> str:
            return iri(f"{ROOT}id/{kind}/r{number}-{key}")

        agreement, plan = thing("agreement", "a"), thing("plan", "vp")
        self.write(agreement, {A: [svn("Agreement")], LABEL: self.label("Avtal", number)})
        self.write(plan, {A: [svn("BusinessPlan")], svn("realises"): [agreement], LABEL: self.label("Plan", number)})
        for place in range(GOALS):
            values = {A: [svn("AgreementGoal")], svn("goalOf"): [agreement], LABEL: self.label("Mål", place)}
            self.write(thing("goal", str(place)), values)
        for place in range(AREAS):
            goal = thing("goal", str(place % GOALS))
            values = {A: [svn("FocusArea")], svn("areaOf"): [agreement], svn("serves"): [goal]}
            self.write(thing("focus-area", str(place)), values | {LABEL: self.label("Fokusområde", place)})
        for place in range(GROUPS):
            self.write(thing("organisation", str(place)), {A: [svn("Group")], LABEL: self.label("Grupp", place)})
        for place in range(HEADINGS):
            values = {A: [svn("PlanHeading")], svn("inPlan"): [plan], LABEL: self.label("Rubrik", place)}
            # Some headings stand under another one, so that paths have a part of unknown length.
            above = (svn("subItemOf"), thing("heading", str(place // 4)))
            area = (svn("inFocusArea"), thing("focus-area", str(place % AREAS)))
            predicate, value = above if place >= 4 and place % 4 else area
            self.write(thing("heading", str(place)), values | {predicate: [value]})
        for year in range(YEARS):
            self.year(number, year, thing)

    def year(self, number: int, year: int, thing: Callable[[str, str], str]) -> None:
        """Write one year's activity plan, its activities and what was reported of them."""
        plan, report = thing("plan", f"ap{2021 + year}"), thing("plan", f"report{2021 + year}")
        self.write(plan, {A: [svn("ActivityPlan")], svn("realises"): [thing("plan", "vp")]})
        self.write(report, {A: [svn("Report")], svn("reportOf"): [plan]})
        for place in range(PER_YEAR):
            item = self.item(number, year, place, plan, report, thing)
            if self.random.random() < self.rate:
                name = self.random.choice(list(DEFECTS))
                DEFECTS[name](item)
                self.planted[name] += 1
            self.write(item.node, item.values)
            for node, values in ((item.entry, item.reported), (item.entry.replace("entry", "outcome"), item.outcome)):
                self.write(node, values)
            self.write(item.node.replace("activity", "action-item"), item.action)

    def item(
        self, number: int, year: int, place: int, plan: str, report: str, thing: Callable[[str, str], str]
    ) -> Item:
        """One sound activity with its report entry, outcome and action item."""
        key, pick = f"{2021 + year}-{place:02}", self.random.randrange
        node, entry = thing("activity", key), thing("report-entry", key)
        start = date(2021 + year, 1, 1) + timedelta(days=pick(200))
        group = thing("organisation", str(pick(GROUPS)))
        values = {
            A: [svn("Activity")],
            LABEL: self.label("Aktivitet", place),
            IDENTIFIER: [text(f"ap{2021 + year}-{place:02}")],
            svn("inPlan"): [plan],
            svn("sequence"): [typed(place + 1, "integer")],
            svn("underHeading"): [thing("heading", str(pick(HEADINGS)))],
            svn("assignedTo"): [group],
            svn("validFrom"): [typed(start, "date")],
            svn("validUntil"): [typed(start + timedelta(days=1 + pick(160)), "date")],
            svn("summary"): [text(f"Arbetet {place} leds av grupp {pick(999)} i region {number}.", "sv")],
            svn("involves"): [thing("organisation", str(pick(GROUPS)))],
        }
        if year:
            values[svn("continues")] = [thing("activity", f"{2020 + year}-{place:02}")]
        reported = {
            A: [svn("ReportEntry")],
            svn("reportsOn"): [node],
            svn("inPlan"): [report],
            svn("status"): [iri(f"{ROOT}def/status/{self.random.choice(STATUSES)}")],
            svn("summary"): [text(f"Rapport {pick(10**6)} om arbetet.", "sv"), text(f"Report {place} on it.", "en")],
        }
        reported[svn("date")] = [typed(start + timedelta(days=300), "date")]
        unit = self.random.choice(UNITS)
        outcome = {
            A: [svn("Outcome")],
            svn("outcomeOf"): [entry],
            svn("outcomeKind"): [iri(f"{ROOT}def/outcome/measurement")],
            svn("value"): [typed(f"{pick(1000)}.{pick(9) + 1}", "decimal")],
            svn("unit"): [text(unit[0], "sv"), text(unit[1], "en")],
        }
        return Item(node, values, entry, reported, outcome, _action(node, group, f"Åtgärd {place} för {number}"))


def _action(activity: str, group: str, label: str) -> dict[str, list[str]]:
    values = {A: [svn("ActionItem")], svn("implements"): [activity], svn("assignedTo"): [group]}
    return values | {LABEL: [text(label, "sv")]}


def generate(path: Path, triples: int, seed: int = 7, rate: float = 0.03) -> dict[str, int]:
    """The planted defects of a file of about so many triples, by shape; also written beside it as JSON."""
    with path.open("w", encoding="utf-8") as out:
        generator = Generator(out, seed, rate)
        generator.head()
        for number in _regions(triples):
            generator.region(number)
    counts = {"triples": generator.written, **dict(sorted(generator.planted.items()))}
    path.with_suffix(".json").write_text(json.dumps(counts, indent=1), encoding="utf-8")
    return counts


def _regions(triples: int) -> Iterator[int]:
    return iter(range(max(1, round(triples / TRIPLES_PER_REGION))))


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--triples", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=0.03, help="share of activities with a planted defect")
    options = parser.parse_args()
    print(json.dumps(generate(options.out, options.triples, options.seed, options.rate)))


if __name__ == "__main__":
    main()
