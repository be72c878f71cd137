"""What a document says of an item: its code, who is responsible, its status, when it is due, which goal it serves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from svngraph.ingest.blocks import Block
from svngraph.ingest.lifting.cues import dates, words
from svngraph.ingest.lifting.items import Item, Lifted, Link, places
from svngraph.ingest.linking.known import slug
from svngraph.ingest.profiles import DETAILS, Profile, Rule

if TYPE_CHECKING:
    from svngraph.ingest.lifting.structure import Builder, Fit

_BODY = 0.6  # how sure it is that a word in the place of a responsible body is the name of one


def parts(match: re.Match[str] | None, block: Block) -> dict[str, Block]:
    """The details that the groups of a pattern found in a block, each as the block that its words make."""
    groups = match.groupdict() if match else {}
    return {
        name: block.part(*match.span(name))
        for name, value in groups.items()
        if match and value and value.strip() and name in DETAILS
    }


def below(builder: Builder, rule: Rule, block: Block, fit: Fit) -> None:
    """A block that says something of the item above it, or of the one of the kind that the rule names."""
    match = rule.pattern.search(block.text) if rule.pattern and "name" in fit.groups else None
    whole = {rule.makes: block.part(*(match.span("name") if match else (0, len(block.text))))}
    if rule.of == "report-entry":
        builder.report(block, rule, told=True)
    last = builder.activities[-1] if builder.activities else None
    nearest = {
        "focus-area": builder.area,
        "heading": builder.heading,
        "activity": last,
        "report-entry": builder.entry,
        "goal": builder.aim,
    }
    item = nearest.get(rule.of) if rule.of else builder.last
    if item is None:
        builder.lifted.notes += places(block)
    else:
        builder.tell(item, {**whole, **fit.told}, block)


def tell(builder: Builder, item: Item, told: Mapping[str, Block], year: str | None) -> None:
    """Add to an item what a document says of it."""
    for name, block in told.items():
        if name == "status":
            if code := assessment(block.text, builder.profile):
                item.values["status"] = [code]
            else:
                builder.unplaced.append(block.text)
        elif name in ("due", "date"):
            if found := dates(block.text, year):
                item.values |= {"date": [found[0].edtf], "earliest": [found[0].earliest], "latest": [found[0].latest]}
        elif name == "serves":
            _serves(builder, item, block)
        elif name == "responsible":
            item.responsible.append(block)
    for block in told.values():
        item.evidence += [place for place in places(block) if not _within(item, place.start, place.end)]


def _within(item: Item, start: int, end: int) -> bool:
    return any(place.start <= start and end <= place.end for place in item.evidence)


def _serves(builder: Builder, item: Item, block: Block) -> None:
    """A link to the goal that is named by its code or its label."""
    goal = builder.coded("goal", None, block.text)
    if goal is None:
        there, score = builder.known.closest("goal", block.text)
        goal = (there.name, score) if there and score >= _BODY else None
    if goal is None:
        builder.unplaced.append(block.text)
        return
    builder.lifted.link(
        Link(item.name, "serves", goal[0], "stated", tuple(places(block)), goal[1], "the goal is named")
    )


def assessment(text: str, profile: Profile) -> str | None:
    """The status that a word in the place of a status stands for, by the profile or else by the language."""
    for code, pattern in profile.statuses:
        if pattern.search(text):
            return code
    for pattern, code in words()["assessments"].items():
        if re.search(pattern, text.strip(), re.IGNORECASE):
            return str(code)
    return None


def bodies(lifted: Lifted, known: Iterable[str]) -> None:
    """Propose the bodies that are named as responsible and that nobody knows.

    ``known`` are the places' words that a known name explains.
    """
    explained = set(known)
    for item in [item for item in lifted.items.values() if item.responsible]:
        for block in item.responsible:
            if block.text in explained:
                continue
            for start, end in _each(block.text):
                _body(lifted, block.part(start, end))


def _each(text: str) -> Iterable[tuple[int, int]]:
    """The ranges of the names in a list: parted by commas, slashes or «och» before a capital."""
    start = 0
    for match in re.finditer(r"\s*[,;/]\s*|\s+(?:och|samt)\s+(?=[A-ZÅÄÖ])", text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _body(lifted: Lifted, block: Block) -> None:
    label = block.text.strip(" .")
    if not label[:1].isupper() or len(label) > 100:
        return
    item = Item("organisation", slug(label), label, "Organisation", score=_BODY, values={"existence": ["existing"]})
    there = lifted.items.setdefault(item.name, item)
    there.evidence += [place for place in places(block) if place not in there.evidence]
    there.blocks = there.blocks or [block]
