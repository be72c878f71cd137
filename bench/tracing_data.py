"""Writes a trace graph of any size in svngraph's vocabulary, with planted defects of known number.

    python bench/tracing_data.py --items 100000 FOLDER      (writes FOLDER/plans.nt and FOLDER/planted.json)

The same seed and size always give the same bytes. Five levels (goal, heading, activity, report entry, outcome; 1, 4,
25, 40 and 30 per cent of the items), about 1.2 links an item, every link stated with its basis, as the shipped plans
have it. The plain graph (ids by level, links as pairs) is what the peers are given.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = "https://w3id.org/svngraph/"
SHARES = {"goal": 0.01, "heading": 0.04, "activity": 0.25, "report-entry": 0.40, "outcome": 0.30}
CLASSES = {
    "goal": "AgreementGoal",
    "heading": "PlanHeading",
    "activity": "Activity",
    "report-entry": "ReportEntry",
    "outcome": "Outcome",
}
RELATIONS = {"heading": "serves", "activity": "underHeading", "report-entry": "reportsOn", "outcome": "outcomeOf"}
LEVELS = list(SHARES)
LOST, SECOND = 0.02, 0.19
YEARS = 10


@dataclass(frozen=True)
class Plain:
    """A trace graph as ids: items by level, links from lower to upper, and what was planted."""

    items: dict[str, list[str]]
    links: list[tuple[str, str, str]]
    planted: dict[str, int]


def graph(size: int, seed: int = 1, *, defects: bool = True) -> Plain:
    """A graph of about ``size`` items; without ``defects``, links are only left out."""
    dice = random.Random(seed)
    counts = {level: max(2, round(share * size)) for level, share in SHARES.items()}
    items = {level: [f"{level}/{level[:2]}{number:07}" for number in range(count)] for level, count in counts.items()}
    links: list[tuple[str, str, str]] = []
    orphans = 0
    for upper, lower in pairwise(LEVELS):
        above = items[upper]
        for item in items[lower]:
            if dice.random() < LOST:
                orphans += 1
                continue
            first = above[dice.randrange(len(above))]
            links.append((item, RELATIONS[lower], first))
            if dice.random() < SECOND and (second := above[dice.randrange(len(above))]) != first:
                links.append((item, RELATIONS[lower], second))
    planted = {"orphan": orphans}
    if defects:
        every = max(1, size // 1000)
        planted |= _defects(items, links, every, dice)
    return Plain(items, links, planted)


def _defects(
    items: dict[str, list[str]], links: list[tuple[str, str, str]], every: int, dice: random.Random
) -> dict[str, int]:
    """Plants a number of each kind of defect beside the sound links, so that one does not change another's count."""
    for number in range(every):
        links.append((dice.choice(items["activity"]), "serves", f"goal/gone{number}"))
        pair = (f"activity/circle{number}a", f"activity/circle{number}b")
        items["activity"] += pair
        links += [(pair[0], "underHeading", pair[1]), (pair[1], "underHeading", pair[0])]
    return {"dangling": every, "circle": every, "unwanted": 2 * every}


def lines(plain: Plain, seed: int = 1) -> Iterator[str]:
    """The graph as N-Triples, in svngraph's vocabulary."""
    dice = random.Random(seed)
    bases = [f"<{ROOT}def/basis/{name}>" for name in ("stated", "structural", "judgement")]
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    for year in range(YEARS):
        plan = f"<{ROOT}id/plan/p{year}>"
        yield f"{plan} {kind} <{ROOT}def/ActivityPlan> .\n"
        yield f'{plan} <{ROOT}def/planYear> "{2020 + year}"^^<http://www.w3.org/2001/XMLSchema#gYear> .\n'
    for level, members in plain.items.items():
        for number, item in enumerate(members):
            me = f"<{ROOT}id/{item}>"
            yield f"{me} {kind} <{ROOT}def/{CLASSES[level]}> .\n"
            yield f'{me} <http://www.w3.org/2004/02/skos/core#prefLabel> "{level} {number}"@sv .\n'
            yield f"{me} <{ROOT}def/inPlan> <{ROOT}id/plan/p{number % YEARS}> .\n"
            yield f'{me} <{ROOT}def/sequence> "{number // YEARS + 1}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    for number, (source, relation, target) in enumerate(plain.links):
        low, up, node = f"<{ROOT}id/{source}>", f"<{ROOT}id/{target}>", f"<{ROOT}id/link/l{number}>"
        yield f"{low} <{ROOT}def/{relation}> {up} .\n"
        yield f"{node} {kind} <{ROOT}def/TraceLink> .\n"
        yield f"{node} <{ROOT}def/from> {low} .\n"
        yield f"{node} <{ROOT}def/relation> <{ROOT}def/{relation}> .\n"
        yield f"{node} <{ROOT}def/to> {up} .\n"
        yield f"{node} <{ROOT}def/basis> {bases[dice.randrange(3)]} .\n"


def write(size: int, folder: Path, seed: int = 1) -> Plain:
    """Write a graph into a folder, with the numbers of what was planted."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = graph(size, seed)
    with (folder / "plans.nt").open("w", encoding="utf-8") as file:
        file.writelines(lines(plain, seed))
    counts = {"items": sum(map(len, plain.items.values())), "links": len(plain.links), **plain.planted}
    (folder / "planted.json").write_text(json.dumps(counts), encoding="utf-8")
    return plain


def main() -> None:
    """Read the command line and write one graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.items, options.folder, options.seed)


if __name__ == "__main__":
    main()
