"""Plans and reports as StratML Part 2, the exchange format of strategic plans.

A business plan is a strategic plan whose goals are its headings; an activity plan is a performance plan whose
objectives are its activities, under the headings (else the focus areas) that they stand under; an action plan has the
activities as goals and its items as objectives; a report is a performance report in which each activity carries an
indicator for every report entry and every outcome.

What StratML cannot hold is told as text: it has no languages, so a file is in one; no years or months, only days; one
number and no range; no level below an objective; and no evidence, so the address of each thing, where all of that
stands, is among its other information.

Source: ANSI/AIIM 22:2017, namespace urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Node

from svngraph.digits import whole_number
from svngraph.namespaces import SVN
from svngraph.publication.edition import Edition, Plan

NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def stratml(edition: Edition, plan: Plan, lang: str) -> bytes:
    """A plan or report in one language, valid against the schema; the same octets for the same edition."""
    return _Writer(edition, plan, lang).document()


@dataclass
class _Group:
    """A goal of the file with its objectives; ``thing`` is None for what stands under nothing."""

    thing: URIRef | None
    objectives: list[URIRef] = field(default_factory=list)


class _Writer:
    def __init__(self, edition: Edition, plan: Plan, lang: str) -> None:
        self._edition, self._facts, self._plan, self._lang = edition, edition.facts, plan, lang
        self._identifiers: set[str] = set()
        self._entries: dict[URIRef, list[URIRef]] = defaultdict(list)

    def document(self) -> bytes:
        kinds = set(self._facts.classes(self._plan.iri))
        form = "Strategic_Plan" if SVN.BusinessPlan in kinds else "Performance_Plan"
        root = Element("PerformancePlanOrReport", xmlns=NAMESPACE)
        root.set("Type", "Performance_Report" if self._plan.is_report else form)
        self._add(root, "Name", self._name(self._plan.iri))
        self._add(root, "Description", self._plan.note.text(self._lang) or "")
        self._add(root, "OtherInformation", self._about(self._plan.iri, self._phrase("stratml.language")))
        core = SubElement(root, "StrategicPlanCore")
        self._organisations(core)
        self._mission(core)
        groups = self._reported() if self._plan.is_report else self._planned()
        for group in groups or [_Group(None)]:
            self._goal(core, group)
        self._administrative(root)
        submitter = SubElement(root, "Submitter")
        self._add(submitter, "EmailAddress", self._edition.publisher.email)
        indent(root, " ")
        body: bytes = tostring(root, "utf-8")
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"

    def _organisations(self, core: Element) -> None:
        for body in self._facts.iris(self._plan.iri, DCTERMS.creator):
            element = SubElement(core, "Organization")
            self._add(element, "Name", self._name(body))
            self._add(element, "Identifier", self._identifier(body))
            self._add(element, "Description", self._about(body))
            for party in self._parties():
                self._stakeholder(element, party)

    def _agreements(self) -> list[URIRef]:
        """The agreements that the plan realises, straight or through other plans."""
        ahead, seen = [self._plan.iri], {self._plan.iri}
        while ahead:
            here = ahead.pop()
            above = [*self._facts.iris(here, SVN.realises), *self._facts.iris(here, SVN.reportOf)]
            new = [iri for iri in above if iri not in seen]
            seen.update(new)
            ahead += new
        return sorted(seen & set(self._facts.instances(SVN.Agreement)))

    def _parties(self) -> list[URIRef]:
        return sorted({party for iri in self._agreements() for party in self._facts.iris(iri, SVN.party)})

    def _mission(self, core: Element) -> None:
        goals = sorted(
            {goal for iri in self._agreements() for goal in self._facts.subjects(SVN.goalOf, iri)}, key=self._order
        )
        if goals:
            mission = SubElement(core, "Mission")
            self._add(mission, "Description", "\n".join(self._name(goal) for goal in goals))

    def _planned(self) -> list[_Group]:
        """The goals of a plan: its headings, or what its items stand under."""
        items = sorted(self._facts.subjects(SVN.inPlan, self._plan.iri), key=self._order)
        kinds = {item: set(self._facts.iris(item, RDF.type)) for item in items}
        headings, activities, actions, assignments = (
            [item for item in items if kind in kinds[item]]
            for kind in (SVN.PlanHeading, SVN.Activity, SVN.ActionItem, SVN.Assignment)
        )
        groups = [_Group(heading) for heading in headings]
        groups += self._grouped(activities, (SVN.underHeading, SVN.inFocusArea))
        groups += self._grouped(actions, (SVN.implements,))
        # An assignment that carries out an item of this plan is told with the item.
        own = set(actions)
        alone = [a for a in assignments if own.isdisjoint(self._facts.iris(a, SVN.carriesOut))]
        return groups + self._grouped(alone, (SVN.carriesOut,))

    def _reported(self) -> list[_Group]:
        """The goals of a report: what the activities that it reports on stand under."""
        for entry in sorted(self._facts.subjects(SVN.inPlan, self._plan.iri), key=self._order):
            for activity in self._facts.iris(entry, SVN.reportsOn):
                self._entries[activity].append(entry)
        return self._grouped(sorted(self._entries, key=self._order), (SVN.underHeading, SVN.inFocusArea))

    def _grouped(self, items: Iterable[URIRef], relations: tuple[URIRef, ...]) -> list[_Group]:
        groups: dict[URIRef | None, _Group] = {}
        for item in items:
            above = next((iris[0] for relation in relations if (iris := self._facts.iris(item, relation))), None)
            groups.setdefault(above, _Group(above)).objectives.append(item)
        return sorted(groups.values(), key=lambda g: (g.thing is None, self._order(g.thing) if g.thing else (0, "")))

    def _goal(self, core: Element, group: _Group) -> None:
        goal = SubElement(core, "Goal")
        if group.thing is None:
            self._add(goal, "Name", self._phrase("stratml.under-nothing"))
            SubElement(goal, "Description")
        else:
            self._add(goal, "Name", self._name(group.thing))
            self._add(goal, "Description", self._description(group.thing))
            self._add(goal, "Identifier", self._identifier(group.thing))
            self._sequence(goal, group.thing)
            areas = [self._name(area) for area in self._facts.iris(group.thing, SVN.inFocusArea)]
            self._add(goal, "OtherInformation", self._about(group.thing, *areas))
        for objective in group.objectives:
            self._objective(goal, objective)

    def _objective(self, goal: Element, item: URIRef) -> None:
        objective = SubElement(goal, "Objective")
        self._add(objective, "Name", self._name(item))
        self._add(objective, "Description", self._description(item))
        self._add(objective, "Identifier", self._identifier(item))
        self._sequence(objective, item)
        below = sorted(
            {*self._facts.subjects(SVN.carriesOut, item), *self._facts.subjects(SVN.implements, item)}, key=self._order
        )
        performers = {body for thing in (item, *below) for body in self._facts.iris(thing, SVN.assignedTo)}
        for body in sorted(performers):
            self._stakeholder(objective, body)
        self._add(objective, "OtherInformation", self._about(item, *(self._name(thing) for thing in below)))
        for entry in self._entries.get(item, ()):
            self._indicators(objective, item, entry)

    def _indicators(self, objective: Element, item: URIRef, entry: URIRef) -> None:
        shared = [other for other in self._facts.iris(entry, SVN.reportsOn) if other != item]
        status = [self._name(code) for code in self._facts.iris(entry, SVN.status)]
        result = {"status": "; ".join(status), "description": self._description(entry)}
        self._indicator(objective, item, entry, result, shared)
        for outcome in sorted(self._facts.subjects(SVN.outcomeOf, entry), key=self._order):
            kinds = [self._name(code) for code in self._facts.iris(outcome, SVN.outcomeKind)]
            said = self._description(outcome) or self._name(outcome)
            self._indicator(objective, item, outcome, {"status": "; ".join(kinds), "description": said}, [])

    def _indicator(
        self, objective: Element, item: URIRef, thing: URIRef, result: Mapping[str, str], shared: list[URIRef]
    ) -> None:
        numbers = [self._number(thing, term) for term in (SVN.value, SVN.minValue, SVN.maxValue)]
        known = [number for number in numbers if number is not None]
        unit = self._facts.text(thing, SVN.unit).text(self._lang) if known else None
        indicator = SubElement(objective, "PerformanceIndicator")
        indicator.set("PerformanceIndicatorType", "Quantitative" if known else "Qualitative")
        self._sequence(indicator, thing)
        self._add(indicator, "MeasurementDimension", self._name(thing))
        self._add(indicator, "UnitOfMeasurement", unit or self._phrase("stratml.text"))
        # An entry on several activities stands once under each of them, and an identifier only once in a file.
        owner = item if shared else None
        self._add(indicator, "Identifier", self._identifier(thing, owner))
        for other in shared:
            relation = SubElement(indicator, "Relationship", RelationshipType="Peer_To")
            self._add(relation, "ReferentIdentifier", self._identifier_of(thing, other))
            self._add(relation, "Name", self._name(other))
        instance = SubElement(indicator, "MeasurementInstance")
        several: list[str | None] = [*known]
        for number in several or [None]:
            self._result(instance, thing, number, result)
        self._add(indicator, "OtherInformation", self._about(thing))

    def _result(self, instance: Element, thing: URIRef, number: str | None, said: Mapping[str, str]) -> None:
        actual = SubElement(instance, "ActualResult")
        first, last = self._facts.value(thing, SVN.earliest), self._facts.value(thing, SVN.latest)
        if first is not None and last is not None:
            self._add(actual, "StartDate", str(first))
            self._add(actual, "EndDate", str(last))
        if number is not None:
            self._add(actual, "NumberOfUnits", number)
        if said["status"]:
            descriptor = SubElement(actual, "Descriptor")
            self._add(descriptor, "DescriptorName", self._phrase("stratml.status"))
            self._add(descriptor, "DescriptorValue", said["status"])
        comparators = [self._name(code) for code in self._facts.iris(thing, SVN.comparator)] if number else []
        self._add(actual, "Description", "; ".join([*comparators, said["description"]]))

    def _number(self, thing: URIRef, term: URIRef) -> str | None:
        value = self._facts.value(thing, term)
        return str(value) if value is not None and _DECIMAL.fullmatch(str(value)) else None

    def _administrative(self, root: Element) -> None:
        about = SubElement(root, "AdministrativeInformation")
        self._add(about, "Identifier", self._identifier(self._plan.iri))
        for name, year, rest in (("StartDate", self._plan.start, "-01-01"), ("EndDate", self._plan.end, "-12-31")):
            if year and re.fullmatch(r"[0-9]{4}", year):
                self._add(about, name, year + rest)
        if self._edition.modified:
            self._add(about, "PublicationDate", self._edition.modified.isoformat())
        self._add(about, "Source", str(self._plan.iri))

    def _stakeholder(self, parent: Element, body: URIRef) -> None:
        element = SubElement(parent, "Stakeholder", StakeholderTypeType="Organization")
        self._add(element, "Name", self._name(body))
        self._add(element, "Description", self._about(body))
        role = SubElement(element, "Role")
        self._add(role, "Name", self._phrase("stratml.performer"))
        self._add(role, "RoleType", "Performer")

    def _sequence(self, parent: Element, thing: URIRef) -> None:
        number = self._facts.value(thing, SVN.sequence)
        if number is not None:
            self._add(parent, "SequenceIndicator", str(number))

    def _description(self, thing: URIRef) -> str:
        texts = [self._facts.text(thing, term) for term in (SVN.summary, SKOS.note)]
        texts += [self._facts.text(text, SVN.summary) for text in self._facts.iris(thing, SVN.goalText)]
        return "\n".join(text for label in texts if (text := label.text(self._lang)))

    def _about(self, thing: URIRef, *more: str) -> str:
        return "\n".join([*(text for text in more if text), str(thing)])

    def _name(self, thing: Node) -> str:
        return self._facts.name(thing).text(self._lang) or str(thing).rstrip("/").rsplit("/", 1)[-1]

    def _order(self, thing: URIRef) -> tuple[int, str]:
        number = whole_number(str(self._facts.value(thing, SVN.sequence) or ""))
        return (1 << 30 if number is None else number, str(thing))

    def _identifier(self, thing: URIRef, owner: URIRef | None = None) -> str:
        """An identifier that follows from the thing's address and is there once in the file."""
        plain = unique = self._identifier_of(thing, owner)
        number = 2
        while unique in self._identifiers:
            unique, number = f"{plain}--{number}", number + 1
        self._identifiers.add(unique)
        return unique

    def _identifier_of(self, thing: URIRef, owner: URIRef | None) -> str:
        names = ["-".join(self._edition.names.parts(iri) or (str(iri),)) for iri in (thing, owner) if iri is not None]
        return "_" + _NOT_IN_NAMES.sub("_", "--".join(names))

    def _phrase(self, key: str) -> str:
        return self._edition.phrase(key).text(self._lang) or ""

    def _add(self, parent: Element, name: str, text: str) -> None:
        SubElement(parent, name).text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
