"""The gaps: every missing link with the chain up to it, chosen by plan, severity and level, and what would mend it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import request
from rdflib import URIRef

from svngraph.tracing.coverage import group
from svngraph.tracing.findings import Finding
from svngraph.tracing.gaps import Gap
from svngraph.tracing.graph import Item
from svngraph.tracing.policy import Rule, Threshold, read_policy

from ..dataset import Published
from ..judging import Gaps
from ..languages import Later
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page, refuse_unknown
from .words import basis_word, level_name, plain, severity_words

_TITLES = {
    ("activity", "goal", "missing"): Later("Aktiviteter som inte når något mål"),
    ("activity", "goal", "weak"): Later("Aktiviteter som når målet bara genom bedömning"),
    ("activity", "report-entry", "missing"): Later("Aktiviteter utan rapport"),
    ("activity", "action-item", "missing"): Later("Aktiviteter utan åtgärd"),
    ("activity", "heading", "missing"): Later("Aktiviteter utan rubrik"),
    ("action-item", "activity", "missing"): Later("Åtgärder utan aktivitet"),
    ("report-entry", "activity", "missing"): Later("Rapportavsnitt utan aktivitet"),
    ("report-entry", "outcome", "missing"): Later("Rapportavsnitt utan utfall"),
    ("heading", "activity", "missing"): Later("Rubriker utan aktivitet"),
}
_WAYS = {
    "goal": Later(
        "Koppla avsnittet till ett fokusområde i avtalet, eller varje aktivitet till ett mål. "
        "Båda är bedömningar och behöver en motivering."
    ),
    "report-entry": Later("Läs in återrapporten för planens år. Kommandot är svngraph ingest FIL."),
    "action-item": Later("Läs in handlingsplanen, eller resten av den."),
    "activity": Later(
        "Läs in aktivitetsplanerna för åren, eller säg vilken aktivitet som hör hit. Det är en bedömning."
    ),
    "outcome": Later("Fråga gruppen efter något att räkna eller peka på: ett beslut, en rutin, ett möte, ett tal."),
    "heading": Later("Koppla aktiviteten till en rubrik i verksamhetsplanen. Det är en bedömning."),
}

SHOWN = 3
LONGEST = 500


@dataclass(frozen=True)
class Cause:
    """The gaps of one rule and one kind, with the words for them; ``shown`` are those that the page lists."""

    id: str
    title: str
    severity: str
    mending: str
    count: int
    shown: tuple[Gap, ...]


@dataclass(frozen=True)
class Choice:
    """What gaps can be chosen by; many gaps have it in common, so that choosing among them is quick."""

    plan: str
    severity: str
    lacks: str
    rule: str

    def fits(self, chosen: Mapping[str, str], but: str = "") -> bool:
        """Whether its gaps are among those chosen, one of the choices left aside."""
        return all(not wanted or name == but or getattr(self, name) == wanted for name, wanted in chosen.items())


@page("/gaps")
def gaps() -> Page:
    """The list of gaps, and the choices that narrow it."""
    data = dataset()
    refuse_unknown(_known(data))
    every: Mapping[Choice, Sequence[int]] = data.once("gaps by choice", lambda: _choices(data)) if data.judged else {}
    area = request.args.get("area", "")
    if area and data.judged:
        areas = data.once("areas of gaps", lambda: [_area(gap.item) for gap in data.gaps])
        every = {choice: [p for p in places if areas[p] == area] for choice, places in every.items()}
    chosen = {name: request.args.get(name, "") for name in ("plan", "severity", "lacks", "rule")}
    found = {choice: places for choice, places in every.items() if places and choice.fits(chosen)}
    return Page(
        "gaps.html",
        {
            "chosen": {**chosen, "area": area},
            "total": sum(map(len, found.values())),
            "causes": _causes(data.gaps, found, whole=bool(chosen["rule"])),
            "facets": _facets(data.gaps, every, chosen),
            "checked": len(data.graph.items),
            "ready": data.judged,
            "waived": data.found.waived[:LONGEST],
            "lapsed": [finding for finding in data.found.own if finding.kind != "threshold"],
            "thresholds": _thresholds(data.found),
        },
        lambda: sheet([data.gaps[place] for place in sorted(chain.from_iterable(found.values()))]),
        failure=data.failure("gap_list"),
    )


def _known(data: Published) -> dict[str, Mapping[str, str]]:
    """What gaps can be chosen by, whether or not there are any of it."""
    levels = {level.key: level_name(level) for level in data.graph.levels}
    areas = data.graph.at(data.graph.level("focus-area")) if "focus-area" in levels else []
    rules = data.once("rules of the policy", lambda: read_policy(data.policy_file).rules)
    ids = [_id(rule, reason) for rule in rules for reason in ("missing", "weak")]
    return {
        "plan": {"-": _("ingen plan"), **{plan.key: plain(plan.iri) for plan in data.graph.plans.values()}},
        "severity": severity_words(),
        "lacks": {**levels, **{rule.to: rule.to for rule in rules}, "firm": _("fastare grund")},
        "area": {"-": _("Utan fokusområde"), **{area.key: plain(area.iri) for area in areas}},
        "rule": {name: name for name in ids},
    }


def _thresholds(found: Gaps) -> list[tuple[Threshold, Finding | None]]:
    """Each threshold with the finding that says it is missed."""

    def misses(threshold: Threshold, finding: Finding) -> bool:
        levels = tuple(level.key for level in finding.levels)
        return levels == (threshold.level, threshold.bottom) and finding.key == (threshold.plan or threshold.level)

    missed = [finding for finding in found.own if finding.kind == "threshold"]
    return [(t, next((finding for finding in missed if misses(t, finding)), None)) for t in found.thresholds]


def _choices(data: Published) -> dict[Choice, list[int]]:
    """The places of the gaps in their list, by what they can be chosen by."""
    plans = {plan.iri: plan.key for plan in data.graph.plans.values()}
    found: dict[Choice, list[int]] = defaultdict(list)
    for place, gap in enumerate(data.gaps):
        home = plans.get(gap.item.plan, "-") if gap.item.plan else "-"
        found[Choice(home, gap.rule.severity, lacked(gap), _rule_id(gap))].append(place)
    return found


def _area(item: Item) -> str:
    graph = dataset().graph
    try:
        found = group(graph, item, graph.level("focus-area"))
    except LookupError:
        return "-"
    return found.key if found else "-"


def _facets(
    gaps: Sequence[Gap], every: Mapping[Choice, Sequence[int]], chosen: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """The choices: for each, its name, its words, and its values with how many gaps each leaves."""
    plans = {plan.key: plain(plan.iri) for plan in dataset().graph.plans.values()}
    one_of = {choice.lacks: gaps[places[-1]] for choice, places in every.items() if places}
    levels = {lacks: _("fastare grund") if lacks == "firm" else targets(gap) for lacks, gap in one_of.items()}
    words = {"plan": plans, "severity": severity_words(), "lacks": levels}
    heads = {"plan": _("Plan"), "severity": _("Allvar"), "lacks": _("Saknat led")}
    numbers = {level.key: level.number for level in dataset().graph.levels}
    found = []
    for name, head in heads.items():
        counts: Counter[str] = Counter()
        for choice, places in every.items():
            if places and choice.fits(chosen, but=name):
                counts[getattr(choice, name)] += len(places)
        order = sorted(levels, key=lambda v: numbers.get(v, 99)) if name == "lacks" else list(words[name])
        rank = {value: place for place, value in enumerate(order)}
        values = sorted(counts, key=lambda v: rank.get(v, len(rank)))
        options = [("", _("Alla"), counts.total())]
        options += ((v, words[name].get(v, _("ingen plan")), counts[v]) for v in values)
        found.append((name, head, options))
    return found


def lacked(gap: Gap) -> str:
    """The key of the level that a gap lacks, or ``firm`` where the chain is whole but rests on too little."""
    return "firm" if gap.reason == "weak" else gap.rule.to


def targets(gap: Gap) -> str:
    """The names of the levels of which a gap's rule asks for one."""
    levels = {level.key: level_name(level) for level in dataset().graph.levels}
    return "/".join(levels[key] for key in gap.rule.targets)


def _rule_id(gap: Gap) -> str:
    return _id(gap.rule, gap.reason)


def _id(rule: Rule, reason: str) -> str:
    return f"{rule.level}-{rule.to}-{reason}-{rule.severity}"


def _causes(gaps: Sequence[Gap], found: Mapping[Choice, Sequence[int]], *, whole: bool) -> list[Cause]:
    """The causes in the order in which the first gap of each stands in the list."""
    groups: dict[str, list[Sequence[int]]] = defaultdict(list)
    for choice, places in found.items():
        groups[choice.rule].append(places)
    longest, causes = LONGEST if whole else SHOWN, []
    for name, several in sorted(groups.items(), key=lambda group: min(places[0] for places in group[1])):
        first = [gaps[place] for place in sorted(chain.from_iterable(places[:longest] for places in several))][:longest]
        rule, count = first[0], sum(map(len, several))
        causes.append(Cause(name, rule_title(rule), rule.rule.severity, mending(rule), count, tuple(first)))
    return causes


def rule_title(gap: Gap) -> str:
    """What the items of a gap's rule lack, as a heading."""
    known = _TITLES.get((gap.rule.level, gap.rule.to, gap.reason))
    if known:
        return str(known)
    words = _("%(level)s utan %(to)s") if gap.reason == "missing" else _("%(level)s, för svag väg till %(to)s")
    return str(words) % {"level": level_name(gap.item.level), "to": targets(gap).lower()}


def mending(gap: Gap) -> str:
    """What would close a gap, in a sentence."""
    if gap.reason == "weak":
        words = _("Leta upp ett ställe i en källa som säger detsamma, och ange det som belägg i stället.")
        return str(words)
    return str(_WAYS.get(gap.rule.to) or _("Ange länken och vad den vilar på."))


def steps(gap: Gap) -> list[str]:
    """The things of a gap's chain from the item onwards, as far as it goes."""
    at, found = gap.item.iri, [str(gap.item.iri)]
    for link in gap.path:
        at = link.target if link.source == at else link.source
        found.append(str(at))
    return found


def way(gap: Gap) -> list[tuple[str, str]]:
    """The chain of a gap: the word for the level of each thing and its address, without what is missing."""
    items = dataset().graph.items
    return [(level_name(items[URIRef(iri)].level).lower(), iri) for iri in steps(gap)]


def sheet(found: Sequence[Gap]) -> Sheet:
    """The gaps as a table."""
    columns = [
        ("severity", _("Allvar")),
        ("rule", _("Lucka")),
        ("plan", _("Plan")),
        ("key", _("Nyckel")),
        ("label", _("Sak")),
        ("chain", _("Kedjan fram till länken som saknas")),
        ("lacks", _("Saknat led")),
        ("mending", _("Så fylls luckan")),
    ]
    plans = {plan.iri: plan.key for plan in dataset().graph.plans.values()}
    # The same words come again in every row of a rule; there may be very many rows.
    words = {(gap.rule, gap.reason): (rule_title(gap), mending(gap), targets(gap).lower()) for gap in found}
    names: dict[str, str] = {}

    def name_of(iri: str) -> str:
        if iri not in names:
            names[iri] = plain(iri)
        return names[iri]

    rows = [
        (
            gap.rule.severity,
            title,
            plans.get(gap.item.plan, "-") if gap.item.plan else "-",
            gap.item.key,
            name_of(str(gap.item.iri)),
            " → ".join(map(name_of, steps(gap))),
            lacks if gap.reason == "missing" else basis_word(gap.weakest.basis if gap.weakest else None),
            mend,
        )
        for gap in found
        for title, mend, lacks in (words[gap.rule, gap.reason],)
    ]
    return Sheet("gaps", columns, rows)
