"""The items of a document and the links that follow from where they stand, by the rules of a profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from svngraph.errors import InputError
from svngraph.ingest.blocks import Block, Reading
from svngraph.ingest.lifting import plans, rows
from svngraph.ingest.lifting.items import TYPES, Item, Lifted, Link, Name, places
from svngraph.ingest.lifting.tables import Table, tabled
from svngraph.ingest.linking.known import SURE, Known, likeness, plainly, slug
from svngraph.ingest.profiles import Profile, Rule

# How a thing hangs under its plan where that is no more than a part of it.
_OF_PLAN = {"milestone": "milestoneOf", "change": "changeIn", "principle": "principleOf"}
_COMPARED = 500
_SCANNED = 500_000  # characters of a document in which its variables are looked for
_SHORT_KEYS = ("change", "principle", "milestone")


@dataclass
class Builder:
    """The state of a reading from top to bottom: what is open, and what has been made."""

    profile: Profile
    known: Known
    values: dict[str, str]
    lifted: Lifted = field(default_factory=Lifted)
    counts: Counter[str] = field(default_factory=Counter)
    section: str | None = None
    area: Item | None = None
    heading: Item | None = None
    agreement: Item | None = None
    discussion: Item | None = None
    activities: list[Item] = field(default_factory=list)
    entry: Item | None = None
    above: list[Item] = field(default_factory=list)
    by_label: dict[tuple[str, str | None, str], Item] = field(default_factory=dict)
    by_start: dict[tuple[str, int], Item] = field(default_factory=dict)

    def fill(self, template: str) -> str:
        """A key with its variables filled in. Errors: InputError where the document does not say one of them."""
        values = dict(self.values)
        if "{covering}" in template:
            year = values.get("year") or values.get("action") or self.missing("year")
            values["covering"] = self.known.covering(year)
        try:
            return template.format(**values)
        except KeyError as error:
            return self.missing(str(error.args[0]))

    def missing(self, name: str) -> str:
        """Errors: InputError, always: the document does not say what the profile needs."""
        raise InputError(
            f"the profile {self.profile.name} needs {name!r}, and the document does not say it",
            remedy=f"give it: --set {name}=…",
        )

    def has(self, template: str) -> bool:
        """Whether every variable of a template has a value."""
        return all(name in self.values or name == "covering" for name in re.findall(r"\{(\w+)\}", template))

    # What rules make.

    def block(self, block: Block) -> None:
        """Take the next block: the first rule that fits says what it makes."""
        for rule in self.profile.rules:
            groups = self.fits(rule, block)
            if groups is not None:
                self.values |= {name: value for name, value in groups.items() if name not in ("name", "date")}
                self.make(rule, block, groups)
                if rule.section:
                    self.section = rule.section
                return

    def fits(self, rule: Rule, block: Block) -> dict[str, str] | None:
        """The groups of a rule's pattern where the rule fits a block, else None."""
        if rule.on not in ("any", block.kind.value) or (rule.level and rule.level != block.level):
            return None
        if rule.within and self.section not in rule.within:
            return None
        match = rule.pattern.search(block.text) if rule.pattern else None
        if rule.pattern and not match:
            return None
        groups = {name: value for name, value in match.groupdict().items() if value} if match else {}
        if rule.known is not None and rule.plan:
            there = ("plan", rule.plan.format_map(_Open(self.values | groups))) in self.known.items
            if there != rule.known:
                return None
        return groups

    def make(self, rule: Rule, block: Block, groups: Mapping[str, str]) -> None:
        """Make what a rule says of a block."""
        label = groups.get("name") or block.text
        match rule.makes:
            case "plan":
                self.mention_plan(rule, block)
            case "focus-area":
                self.area, self.heading = self.shared("focus-area", label, block), None
                self.activities, self.entry, self.above = [], None, []
            case "agreement":
                self.agreement = self.shared("agreement", label, block)
            case "goal":
                self.goal(label, block)
            case "discussion":
                self.discussion = self.shared("discussion", label, block)
            case "title" | "note":
                self.lifted.notes += places(block)
            case "report-entry":
                self.report(block, rule)
            case _:
                self.item(rule.makes, rule.plan, label, block, groups)

    def mention_plan(self, rule: Rule, block: Block) -> None:
        """A place where a plan is named: it is evidence for the plan."""
        key = self.fill(rule.plan or self.profile.document)
        for kind in ("plan", "report"):
            if item := self.lifted.items.get((kind, key)):
                item.evidence += places(block)
                return
        self.add(Item("plan", key, block.text, None, known=("plan", key) in self.known.items), block)

    def shared(self, kind: str, label: str, block: Block) -> Item:
        """A thing that several documents have: the known one where its label is the same, else a new one."""
        if own := self.alike(kind, label):
            return self.add(own, block)
        there, score = self.known.closest(kind, label)
        known = there is not None and score >= SURE
        key = there.key if there and known else slug(label)
        item = Item(kind, key, there.label if there and known else label, TYPES[kind], known=known)
        if kind == "focus-area" and not known and item.name not in self.lifted.items:
            self.counts[kind] += 1
            item.sequence = self.counts[kind]
        return self.add(item, block)

    def goal(self, label: str, block: Block) -> None:
        """A goal of the agreement."""
        there, score = self.known.closest("goal", label)
        agreement = self.agreement.key if self.agreement else "agreement"
        if there and score >= 0.6:
            self.add(Item("goal", there.key, there.label, TYPES["goal"], known=True, score=score), block)
            return
        self.counts["goal"] += 1
        key = f"{agreement}-{self.counts['goal']:02d}"
        goal = self.add(Item("goal", key, label, TYPES["goal"], sequence=self.counts["goal"]), block)
        if self.agreement:
            self.link(goal, "goalOf", self.agreement.name, block, "under the agreement")

    def item(self, kind: str, plan: str | None, label: str, block: Block, groups: Mapping[str, str]) -> Item:
        """An item of a plan, with the links to what it stands under."""
        plan_key = self.fill(plan or self.profile.document)
        there, score = self.known.closest(kind, label, plan_key)
        if there and score >= SURE:
            item = self.add(Item(kind, there.key, there.label, TYPES[kind], plan_key, known=True, score=score), block)
        else:
            item = self.add(self.new(kind, plan_key, label, block, groups), block)
        self.place(item, block)
        return item

    def new(self, kind: str, plan: str, label: str, block: Block, groups: Mapping[str, str]) -> Item:
        """An item that was not known, with the next key and number of its plan."""
        whole = f"{kind} {plan}"
        upper = self.above_of(block) if kind == "input" else None
        series, stem = (f"under {upper.key}", upper.key) if upper else (f"top {whole}", plan)
        width = 1 if upper or kind in _SHORT_KEYS else 2
        self.counts[whole] += 1
        self.counts[series] += 1
        # A key that another document has given away stays with what it was given to.
        while (kind, f"{stem}-{self.counts[series]:0{width}d}") in self.known.items:
            self.counts[whole] += 0 if upper else 1
            self.counts[series] += 1
        key = f"{stem}-{self.counts[series]:0{width}d}"
        item = Item(kind, key, _label(label), TYPES[kind], plan, self.counts[whole])
        if groups.get("date"):
            item.values["date"] = [groups["date"]]
        return item

    def above_of(self, block: Block) -> Item | None:
        """The list item that a list item stands under."""
        return self.above[block.level - 2] if block.level > 1 and len(self.above) >= block.level - 1 else None

    def place(self, item: Item, block: Block) -> None:
        """The links of an item that follow from its place."""
        if item.kind in _OF_PLAN:
            self.link(item, _OF_PLAN[item.kind], ("plan", item.plan or ""), block, "in the plan's list")
            return
        if self.area and item.kind in ("heading", "activity", "input"):
            self.link(item, "inFocusArea", self.area.name, block, "under the focus area")
        if item.kind == "heading":
            self.heading, self.activities, self.entry = item, [], None
        if item.kind == "activity":
            if self.entry:
                self.activities, self.entry = [], None
            self.activities.append(item)
            if self.heading:
                self.link(item, "underHeading", self.heading.name, block, "under the heading")
        if item.kind == "input":
            if upper := self.above_of(block):
                self.link(item, "subItemOf", upper.name, block, "under the item")
            self.above = [*self.above[: max(block.level, 1) - 1], item]
            if self.discussion:
                self.link(item, "raisedAt", self.discussion.name, block, "under the discussion", "stated")

    def report(self, block: Block, rule: Rule) -> None:
        """A paragraph of a report: it goes on with the entry that is open, or opens one for the activities above."""
        if not self.activities:
            return
        if self.entry is None:
            plan = self.fill(rule.plan or self.profile.document)
            self.counts["report-entry"] += 1
            first = self.activities[0]
            entry = Item(
                "report-entry", first.key, first.label, TYPES["report-entry"], plan, self.counts["report-entry"]
            )
            self.entry = self.add(entry, block)
            for activity in self.activities:
                self.link(self.entry, "reportsOn", activity.name, block, "below the activity")
            return
        self.entry.evidence += places(block)
        self.entry.blocks.append(block)

    # What is common.

    def alike(self, kind: str, label: str) -> Item | None:
        """The document's own thing of a kind whose label is the same but for small differences."""
        if own := self.by_label.get((kind, None, plainly(label))):
            return own
        # Fuzzy comparison is for the few areas and discussions of a document, and bounded for any other.
        near = [
            item for (its, plan, _), item in islice(self.by_label.items(), _COMPARED) if its == kind and plan is None
        ]
        return next((item for item in near if likeness(item.label, label) >= SURE), None)

    def add(self, item: Item, block: Block) -> Item:
        """An item put among the others, or the one that is there already, with a further place."""
        there = self.lifted.items.setdefault(item.name, item)
        if (there.kind, block.places[0]) not in self.by_start:
            there.evidence += places(block)
            there.blocks.append(block)
        self.by_label.setdefault((there.kind, there.plan, plainly(there.label)), there)
        self.by_start.setdefault((there.kind, block.places[0]), there)
        return there

    def link(self, item: Item, relation: str, to: Name, block: Block, cue: str, basis: str = "structural") -> None:
        """A link from an item, resting on a block."""
        self.lifted.link(Link(item.name, relation, to, basis, tuple(places(block)), item.score, cue))


class _Open(dict[str, str]):
    """Values in which a variable without one stays as it is."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def opened(
    reading: Reading, profile: Profile, known: Known, given: Mapping[str, str], key: str | None
) -> tuple[Builder, str]:
    """A builder with the variables that the document says, and the key of its graph.

    Errors: InputError where the key needs a variable that the document does not say.
    """
    text = " ".join(block.text for block in reading.blocks)[:_SCANNED]
    values = {name: match[1] for name, pattern in profile.variables if (match := pattern.search(text))}
    builder = Builder(profile, known, {**values, **given})
    graph = key or builder.fill(profile.document or slug(reading.name.rpartition(".")[0]))
    builder.known = known.without(graph)
    return builder, graph


def build(builder: Builder, reading: Reading) -> None:
    """Take a document from top to bottom. Errors: InputError where a variable has no value."""
    profile, known = builder.profile, builder.known
    for rule in profile.plans:
        plans.declare(builder, rule)
    for part in tabled(reading.blocks, profile.columns, known.likeness):
        if isinstance(part, Table):
            rows.row(builder, part)
        else:
            builder.block(part)
            for rule in profile.plans:
                plans.declare(builder, rule)
    plans.link(builder)


def _label(text: str) -> str:
    """A text as a label: no full stop at its end, no dots before it, a capital first."""
    words = text.strip().removesuffix(".").lstrip(".… ").strip() or text.strip()
    return words[:1].upper() + words[1:]
