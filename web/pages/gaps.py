"""The gaps: every missing link with the chain up to it, chosen by plan, severity and level, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from svngraph.tracing.coverage import group
from svngraph.tracing.gaps import Gap
from svngraph.tracing.graph import Item

from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .words import basis_word, level_name, plain

SHOWN = 3
LONGEST = 500


@dataclass(frozen=True)
class Cause:
    """The gaps of one rule and one kind, with the words for them; ``shown`` are those that the page lists."""

    id: str
    title: str
    severity: str
    mending: str
    gaps: tuple[Gap, ...]
    shown: tuple[Gap, ...]


@page("/gaps")
def gaps() -> Page:
    """The list of gaps, and the choices that narrow it."""
    data = dataset()
    chosen = {name: request.args.get(name, "") for name in ("plan", "severity", "lacks", "area", "rule")}
    found = [gap for gap in data.gaps if _fits(gap, chosen)]
    return Page(
        "gaps.html",
        {
            "chosen": chosen,
            "total": len(found),
            "causes": _causes(found, whole=bool(chosen["rule"])),
            "facets": _facets(data.gaps, chosen),
            "checked": len({gap.item.iri for gap in data.gaps}) if found else len(data.graph.items),
        },
        lambda: sheet(found),
    )


def _fits(gap: Gap, chosen: dict[str, str], but: str = "") -> bool:
    if not any(wanted for name, wanted in chosen.items() if name != but):
        return True
    values = {
        "plan": _plan_key(gap),
        "severity": gap.rule.severity,
        "lacks": lacked(gap),
        "rule": _rule_id(gap),
    }
    if chosen["area"] and but != "area" and _area(gap.item) != chosen["area"]:
        return False
    return all(not wanted or name == but or values.get(name, wanted) == wanted for name, wanted in chosen.items())


def _area(item: Item) -> str:
    graph = dataset().graph
    try:
        found = group(graph, item, graph.level("focus-area"))
    except LookupError:
        return "-"
    return found.key if found else "-"


def _facets(every: Iterable[Gap], chosen: dict[str, str]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """The choices: for each, its name, its words, and its values with how many gaps each leaves."""
    data = dataset()
    gaps = list(every)
    plans = {plan.key: plain(plan.iri) for plan in data.graph.plans.values()}
    levels = {level.key: level_name(level) for level in data.graph.levels}
    severities = {"violation": _("Fel"), "warning": _("Varning"), "info": _("Upplysning")}
    words = {"plan": plans, "severity": severities, "lacks": {**levels, "firm": _("fastare grund")}}
    heads = {"plan": _("Plan"), "severity": _("Allvar"), "lacks": _("Saknat led")}
    told: dict[str, Callable[[Gap], str]] = {
        "plan": _plan_key,
        "severity": lambda gap: gap.rule.severity,
        "lacks": lacked,
    }
    found = []
    for name, head in heads.items():
        left = [gap for gap in gaps if _fits(gap, chosen, but=name)]
        counts = Counter(map(told[name], left))
        order = list(words[name])
        values = sorted(counts, key=lambda v: order.index(v) if v in order else 99)
        options = [("", _("Alla"), len(left)), *((v, words[name].get(v, _("ingen plan")), counts[v]) for v in values)]
        found.append((name, head, options))
    return found


def _plan_key(gap: Gap) -> str:
    plan = dataset().graph.plans.get(gap.item.plan) if gap.item.plan else None
    return plan.key if plan else "-"


def lacked(gap: Gap) -> str:
    """The key of the level that a gap lacks, or ``firm`` where the chain is whole but rests on too little."""
    return "firm" if gap.reason == "weak" else gap.rule.to


def _rule_id(gap: Gap) -> str:
    return f"{gap.rule.level}-{gap.rule.to}-{gap.reason}-{gap.rule.severity}"


def _causes(found: Sequence[Gap], *, whole: bool) -> list[Cause]:
    groups: dict[str, list[Gap]] = {}
    for gap in found:
        groups.setdefault(_rule_id(gap), []).append(gap)
    count = LONGEST if whole else SHOWN
    return [
        Cause(name, rule_title(gaps[0]), gaps[0].rule.severity, mending(gaps[0]), tuple(gaps), tuple(gaps[:count]))
        for name, gaps in groups.items()
    ]


def rule_title(gap: Gap) -> str:
    """What the items of a gap's rule lack, as a heading."""
    titles = {
        ("activity", "goal", "missing"): _("Aktiviteter som inte når något mål"),
        ("activity", "goal", "weak"): _("Aktiviteter som når målet bara genom bedömning"),
        ("activity", "report-entry", "missing"): _("Aktiviteter utan rapport"),
        ("activity", "action-item", "missing"): _("Aktiviteter utan åtgärd"),
        ("activity", "heading", "missing"): _("Aktiviteter utan rubrik"),
        ("action-item", "activity", "missing"): _("Åtgärder utan aktivitet"),
        ("report-entry", "activity", "missing"): _("Rapportavsnitt utan aktivitet"),
        ("report-entry", "outcome", "missing"): _("Rapportavsnitt utan utfall"),
        ("heading", "activity", "missing"): _("Rubriker utan aktivitet"),
    }
    known = titles.get((gap.rule.level, gap.rule.to, gap.reason))
    if known:
        return str(known)
    levels = {level.key: level_name(level) for level in dataset().graph.levels}
    words = _("%(level)s utan %(to)s") if gap.reason == "missing" else _("%(level)s, för svag väg till %(to)s")
    return str(words) % {"level": levels[gap.rule.level], "to": levels[gap.rule.to].lower()}


def mending(gap: Gap) -> str:
    """What would close a gap, in a sentence."""
    if gap.reason == "weak":
        words = _("Leta upp ett ställe i en källa som säger detsamma, och ange det som belägg i stället.")
        return str(words)
    ways = {
        "goal": _(
            "Koppla avsnittet till ett fokusområde i avtalet, eller varje aktivitet till ett mål. "
            "Båda är bedömningar och behöver en motivering."
        ),
        "report-entry": _("Läs in återrapporten för planens år. Kommandot är svngraph ingest FIL."),
        "action-item": _("Läs in handlingsplanen, eller resten av den."),
        "activity": _(
            "Läs in aktivitetsplanerna för åren, eller säg vilken aktivitet som hör hit. Det är en bedömning."
        ),
        "outcome": _("Fråga gruppen efter något att räkna eller peka på: ett beslut, en rutin, ett möte, ett tal."),
        "heading": _("Koppla aktiviteten till en rubrik i verksamhetsplanen. Det är en bedömning."),
    }
    return str(ways.get(gap.rule.to) or _("Ange länken och vad den vilar på."))


def way(gap: Gap) -> list[tuple[str, str | None]]:
    """The chain of a gap from goal towards outcome: words and addresses of its items, without what is missing."""
    graph = dataset().graph
    at, steps = gap.item.iri, [gap.item]
    for link in gap.path:
        at = link.target if link.source == at else link.source
        steps.append(graph.items[at])
    return [(level_name(step.level).lower(), str(step.iri)) for step in steps]


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
    levels = {level.key: level_name(level).lower() for level in dataset().graph.levels}
    rows = [
        (
            gap.rule.severity,
            rule_title(gap),
            _plan_key(gap),
            gap.item.key,
            plain(gap.item.iri),
            " → ".join(plain(str(iri)) for _word, iri in way(gap)),
            levels[gap.rule.to] if gap.reason == "missing" else basis_word(gap.weakest.basis if gap.weakest else None),
            mending(gap),
        )
        for gap in found
    ]
    return Sheet("gaps", columns, rows)
