"""How well ingestion reproduces the curated graph: what is the same, what is missed, and what is too much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Dataset, Graph
from rdflib.namespace import RDF

from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known, known
from svngraph.ingest.proposal import Proposal, propose
from svngraph.ingest.reading import read
from svngraph.namespaces import OA, SVN, Names
from svngraph.store.embedded import EmbeddedStore

NAMES = Names()
# In the order in which a body would take them in: what a document builds on comes before it.
DOCUMENTS = {
    "vp2021": ("002_159c5d8760cdffed.txt", "business-plan"),
    "ap2024": ("000_c2798a62c1009a67.txt", "activity-plan"),
    "vp2025-process": ("001_c2cc87c31f0f7b33.txt", "slides"),
    "report2025": ("003_2b06896dcc1823f6.txt", "report"),
    "ap2025-slides": ("004_494413a3a5e4bffb.txt", "slides"),
}
STRUCTURE = {
    "focus-area",
    "heading",
    "activity",
    "action-item",
    "assignment",
    "report-entry",
    "input",
    "change",
    "milestone",
    "principle",
    "goal-text",
}
RELATIONS = {"inFocusArea", "underHeading", "implements", "carriesOut", "reportsOn", "subItemOf", "reportOf"}


@dataclass
class Score:
    """Counts of what agrees, with the misses and the extras to print."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def compare(self, gold: set, found: set) -> None:
        self.right += len(gold & found)
        self.missed += sorted(map(str, gold - found))
        self.extra += sorted(map(str, found - gold))

    @property
    def recall(self) -> float:
        return self.right / max(self.right + len(self.missed), 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.right + len(self.extra), 1)


def curated(data: Path) -> dict[str, Graph]:
    graphs = {}
    for key in (*DOCUMENTS, "curation", "organisations"):
        dataset = Dataset()
        dataset.parse(data / f"{key}.trig")
        graphs[key] = dataset.graph(NAMES.graph(key))
    return graphs


def ingest(data: Path, seeds: Path) -> dict[str, Proposal]:
    """The five documents read one after the other: only the organisations are looked up, and what was read before."""
    store = EmbeddedStore()
    store.load(data / "organisations.trig", None)
    knowledge: Known = known(store, NAMES)
    made = {}
    for key, (file, profile_name) in DOCUMENTS.items():
        profile = profiles.load(profile_name)
        reading = read(seeds / file, profile.options, known=knowledge.words())
        made[key] = propose(reading, profile, knowledge, {}, key)
        knowledge.add(made[key].lifted)
    return made


def spans(graph: Graph, thing, document: str) -> set[tuple[int, int]]:
    found = set()
    for passage in graph.objects(thing, SVN.evidence):
        if graph.value(passage, OA.hasSource) == NAMES.thing("document", document):
            selector = graph.value(passage, OA.hasSelector)
            found.add((int(graph.value(selector, OA.start)), int(graph.value(selector, OA.end))))
    return found


def covered(places: set[tuple[int, int]]) -> set[int]:
    return {at for start, end in places for at in range(start, end)}


def paired(graph: Graph, key: str, proposal: Proposal, kinds: set[str]) -> tuple[dict, dict, dict]:
    """For each proposed item the curated one at the same place; and the curated and proposed items by name."""
    gold = {}
    for thing in set(graph.subjects(SVN.evidence)):
        parts = NAMES.parts(str(thing))
        if parts and parts[0] in kinds and (places := spans(graph, thing, key)):
            gold[parts] = covered(places)
    made = {
        item.name: covered({(p.start, p.end) for p in item.evidence})
        for item in proposal.lifted.items.values()
        if item.kind in kinds and item.evidence
    }
    pairs = {}
    for name, place in made.items():
        for other, where in gold.items():
            if other[0] == name[0] and len(place & where) >= 0.85 * len(place | where):
                pairs[name] = other
    return pairs, gold, made


def structure(graphs: dict[str, Graph], proposals: dict[str, Proposal]) -> tuple[Score, Score, Score]:
    """The scores of items, of their order, and of the links between them."""
    items, order, links = Score(), Score(), Score()
    for key, proposal in proposals.items():
        graph = graphs[key]
        pairs, gold, made = paired(graph, key, proposal, STRUCTURE | {"plan", "report"})
        kept = {name: other for name, other in pairs.items() if name[0] in STRUCTURE}
        items.right += len(kept)
        items.missed += [f"{key} {n}" for n in gold if n[0] in STRUCTURE and n not in pairs.values()]
        items.extra += [f"{key} {n}" for n in made if n[0] in STRUCTURE and n not in pairs]
        numbers = {n: proposal.lifted.items[n].sequence for n in kept if proposal.lifted.items[n].sequence}
        gold_order = {(key, kept[n], int(graph.value(NAMES.thing(*kept[n]), SVN.sequence, default=0))) for n in numbers}
        order.compare(
            {each for each in gold_order if each[2]}, {(key, kept[n], number) for n, number in numbers.items()}
        )
        _links(graphs, key, proposal, pairs, links)
    return items, order, links


def _links(graphs: dict[str, Graph], key: str, proposal: Proposal, pairs: dict, links: Score) -> None:
    graph = graphs[key]
    judged = _triples(graphs["curation"])
    gold = {t for t in _triples(graph) if t[1] in RELATIONS}
    plans = {name: name for name in proposal.lifted.items if name[0] in ("plan", "report", "activity")}
    same = plans | pairs
    found = {
        (same.get(link.source, link.source), link.relation, same.get(link.target, link.target))
        for link in proposal.lifted.links.values()
        if link.relation in RELATIONS
    }
    # What a person has judged is not missed where it is not proposed, and not too much where it is.
    links.compare({(key, *t) for t in gold}, {(key, *t) for t in found if t in gold or t not in judged})
    plan_gold, plan_found = set(), set()
    for name, other in pairs.items():
        plan = graph.value(NAMES.thing(*other), SVN.inPlan)
        if plan is not None:
            plan_gold.add((key, other, NAMES.parts(str(plan))[1]))
            plan_found.add((key, other, proposal.lifted.items[name].plan))
    links.compare(plan_gold, plan_found)


def _triples(graph: Graph) -> set:
    found = set()
    for link in graph.subjects(RDF.type, SVN.TraceLink):
        source, target = (NAMES.parts(str(graph.value(link, end))) for end in (SVN["from"], SVN.to))
        found.add((source, str(graph.value(link, SVN.relation)).rsplit("/", 1)[-1], target))
    return found


def organisations(graphs: dict[str, Graph], proposals: dict[str, Proposal]) -> Score:
    """Which bodies each item names, where the document says so in words."""
    score = Score()
    kinds = STRUCTURE - {"focus-area", "change", "principle", "milestone"}
    for key, proposal in proposals.items():
        pairs, _, _ = paired(graphs[key], key, proposal, kinds)
        gold = {t for t in _triples(graphs[key]) if t[1] == "involves" and t[0] in pairs.values()}
        found = {
            (pairs[link.source], "involves", link.target)
            for link in proposal.lifted.links.values()
            if link.relation == "involves" and link.source in pairs
        }
        only = {t for t in gold if t[2][0] == "organisation"}
        links = {t for t in found if t[2][0] == "organisation"}
        score.compare({(key, *t) for t in only}, {(key, *t) for t in links})
    return score


def entries(graph: Graph, proposal: Proposal) -> tuple[Score, Score, Score]:
    """The statuses, numbers and dates of the report entries."""
    statuses, numbers, dates = Score(), Score(), Score()
    pairs, _, _ = paired(graph, "report2025", proposal, {"report-entry"})
    back = {gold: name for name, gold in pairs.items()}
    statuses.compare(
        {(other, str(graph.value(NAMES.thing(*other), SVN.status)).rsplit("/", 1)[-1]) for other in pairs.values()},
        {(other, proposal.lifted.items[name].values["status"][0]) for name, other in pairs.items()},
    )
    made = defaultdict(list)
    for link in proposal.lifted.links.values():
        if link.relation == "outcomeOf":
            made[link.target].append(proposal.lifted.items[link.source])
    gold_numbers, found_numbers, gold_dates, found_dates = set(), set(), set(), set()
    curated_outcomes = defaultdict(list)
    for outcome, entry in graph.subject_objects(SVN.outcomeOf):
        curated_outcomes[NAMES.parts(str(entry))].append((outcome, covered(spans(graph, outcome, "report2025"))))
    for name, each in curated_outcomes.items():
        for outcome, where in each:
            near = [o for o in made[back[name]] if covered({(p.start, p.end) for p in o.evidence}) & where]
            values = {float(v) for p in (SVN.value, SVN.minValue, SVN.maxValue) for v in graph.objects(outcome, p)}
            there = {float(v) for o in near for p in ("value", "minValue", "maxValue") for v in o.values.get(p, [])}
            gold_numbers |= {(name, outcome, v) for v in values}
            found_numbers |= {(name, outcome, v) for v in values & there}
            gold_dates |= {(outcome, str(date)) for date in graph.objects(outcome, SVN.date)}
            found_dates |= {
                (outcome, str(date))
                for date in graph.objects(outcome, SVN.date)
                if any(str(date) in o.values.get("date", []) for o in near)
            }
        for o in made[back[name]]:
            near = [g for g, where in each if covered({(p.start, p.end) for p in o.evidence}) & where]
            right = {str(date) for g in near for date in graph.objects(g, SVN.date)}
            found_dates |= {(name, o.key, date) for date in o.values.get("date", []) if near and date not in right}
            right = {
                float(v) for g in near for p in (SVN.value, SVN.minValue, SVN.maxValue) for v in graph.objects(g, p)
            }
            there = {float(v) for p in ("value", "minValue", "maxValue") for v in o.values.get(p, [])}
            found_numbers |= {(name, o.key, v) for v in there - right if near}
    numbers.compare(gold_numbers, found_numbers)
    dates.compare(gold_dates, found_dates)
    return statuses, numbers, dates


def parts(graph: Graph, proposal: Proposal) -> Score:
    """Who decided and which groups were formed, for outcomes at the same place."""
    score = Score()
    gold, found = set(), set()
    for relation in ("decidedBy", "createdGroup", "proposedGroup"):
        for outcome, body in graph.subject_objects(SVN[relation]):
            where = covered(spans(graph, outcome, "report2025"))
            gold.add((relation, min(where) // 400, NAMES.parts(str(body))[1]))
        for link in proposal.lifted.links.values():
            if link.relation == relation:
                start = proposal.lifted.items[link.source].evidence[0].start
                found.add((relation, start // 400, link.target[1]))
    score.compare(gold, found)
    return score
