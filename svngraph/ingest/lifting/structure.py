"""The items of a document and the links that follow from where they stand, by the rules of a profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from svngraph.errors import InputError
from svngraph.ingest.blocks import Block
from svngraph.ingest.forms import as_key
from svngraph.ingest.lifting import details, shared
from svngraph.ingest.lifting.items import TYPES, Item, Lifted, Link, Name, places
from svngraph.ingest.linking.known import SURE, Known, codely, likeness, plainly
from svngraph.ingest.profiles import DETAILS, Profile, Rule

# How a thing hangs under its plan where that is no more than a part of it.
_OF_PLAN = {"milestone": "milestoneOf", "change": "changeIn", "principle": "principleOf"}
_BY_CODE = 0.7  # how sure it is that two items with one code and unlike labels are the same
_SHORT_KEYS = ("change", "principle", "milestone")


@dataclass(frozen=True)
class Fit:
    """How a rule fits a block: the groups of its pattern, and those of them that tell a detail, as blocks."""

    groups: Mapping[str, str]
    told: Mapping[str, Block]


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
    aim: Item | None = None
    last: Item | None = None
    discussion: Item | None = None
    activities: list[Item] = field(default_factory=list)
    entry: Item | None = None
    above: list[Item] = field(default_factory=list)
    by_label: dict[tuple[str, str | None, str], Item] = field(default_factory=dict)
    by_start: dict[tuple[str, int], Item] = field(default_factory=dict)
    by_code: dict[tuple[str, str | None, str], Item] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)

    def fill(self, template: str) -> str:
        """A key with its variables filled in. Errors: InputError where the document does not say one of them."""
        return as_key(self.say(template))

    def say(self, template: str) -> str:
        """A label with its variables filled in. Errors: InputError where the document does not say one of them."""
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
            fit = self.fits(rule, block)
            if fit is not None:
                self.values |= {n: value for n, value in fit.groups.items() if n != "name" and n not in DETAILS}
                self.make(rule, block, fit)
                if rule.section:
                    self.section = rule.section
                return

    def fits(self, rule: Rule, block: Block) -> Fit | None:
        """How a rule fits a block, None where it does not."""
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
        return Fit(groups, details.parts(match, block))

    def make(self, rule: Rule, block: Block, fit: Fit) -> None:
        """Make what a rule says of a block."""
        label = fit.groups.get("name") or block.text
        match rule.makes:
            case "plan":
                self.tell(self.mention_plan(rule, block), fit.told, block)
            case "focus-area":
                self.area, self.heading = shared.shared(self, "focus-area", label, block), None
                self.tell(self.area, fit.told, block)
                self.activities, self.entry, self.above = [], None, []
            case "agreement":
                self.agreement = shared.shared(self, "agreement", label, block)
            case "goal":
                self.aim = shared.goal(self, label, block)
                self.tell(self.aim, fit.told, block)
            case "goal-text":
                shared.goal_text(self, rule.plan, block)
            case "discussion":
                self.discussion = shared.shared(self, "discussion", label, block)
            case "title" | "note":
                self.lifted.notes += places(block)
            case "report-entry":
                self.report(block, rule)
            case detail if detail in DETAILS:
                details.below(self, rule, block, fit)
            case _:
                self.item(rule.makes, rule.plan, label, block, fit, block.mark if rule.numbered else "")

    def tell(self, item: Item, told: Mapping[str, Block], block: Block) -> None:
        """Add what a document says of an item; the whole block is taken by it."""
        details.tell(self, item, told, self.values.get("year") or self.values.get("action"))
        if code := told.get("code"):
            self.number(item, code.text)
        item.evidence += [place for place in places(block) if place not in item.evidence]
        self.last = item

    def number(self, item: Item, code: str) -> None:
        """Give an item the code that the document knows it by."""
        item.values.setdefault("code", [code.strip(" .:)(")])
        self.by_code.setdefault((item.kind, item.plan, codely(code)), item)

    def coded(self, kind: str, plan: str | None, code: str) -> tuple[Name, float] | None:
        """The thing of a kind and plan that has a code, in this document or known before it, and how sure that is."""
        if own := self.by_code.get((kind, plan, codely(code))):
            return own.name, 1.0
        there = self.known.coded(kind, plan, code)
        return (there.name, 1.0) if there else None

    def mention_plan(self, rule: Rule, block: Block) -> Item:
        """A place where a plan is named: it is evidence for the plan."""
        key = self.fill(rule.plan or self.profile.document)
        for kind in ("plan", "report"):
            if item := self.lifted.items.get((kind, key)):
                item.evidence += places(block)
                return item
        return self.add(Item("plan", key, block.text, None, known=("plan", key) in self.known.items), block)

    def item(self, kind: str, plan: str | None, label: str, block: Block, fit: Fit, mark: str = "") -> Item:
        """An item of a plan, with the links to what it stands under."""
        plan_key = self.fill(plan or self.profile.document)
        code = fit.told["code"].text if "code" in fit.told else mark
        item = self.there(kind, plan_key, label, code) or self.new(kind, plan_key, label, block, fit.groups)
        item = self.add(item, block)
        if code:
            self.number(item, code)
        self.place(item, block)
        self.tell(item, fit.told, block)
        return item

    def there(self, kind: str, plan: str, label: str, code: str = "") -> Item | None:
        """The item of a plan that is meant: by its code, or else the known one whose label is the same.

        One whose code is the same and whose label is another is uncertain.
        """
        if code and (own := self.by_code.get((kind, plan, codely(code)))):
            return own
        if code and (there := self.known.coded(kind, plan, code)):
            alike = likeness(label, there.label)
            bare = codely(label) == codely(code)
            score = 1.0 if bare or alike >= SURE else max(alike, _BY_CODE)
        else:
            found, score = self.known.closest(kind, label, plan)
            if found is None or score < SURE or (code and found.code and codely(found.code) != codely(code)):
                return None
            there = found
        return Item(kind, there.key, there.label, TYPES[kind], plan, known=True, score=score)

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

    def report(self, block: Block, rule: Rule, *, told: bool = False) -> None:
        """A paragraph of a report: it goes on with the entry that is open, or opens one for the activities above.

        ``told`` says that it only tells a detail, and nothing that came of the work.
        """
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
            self.entry.blocks = [] if told else self.entry.blocks
            for activity in self.activities:
                self.link(self.entry, "reportsOn", activity.name, block, "below the activity")
            return
        self.entry.evidence += [place for place in places(block) if place not in self.entry.evidence]
        self.entry.blocks += [] if told else [block]

    # What is common.

    def add(self, item: Item, block: Block) -> Item:
        """An item put among the others, or the one that is there already, with a further place."""
        there = self.last = self.lifted.items.setdefault(item.name, item)
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


def _label(text: str) -> str:
    """A text as a label: no full stop at its end, no dots before it, a capital first."""
    words = text.strip().removesuffix(".").lstrip(".… ").strip() or text.strip()
    return words[:1].upper() + words[1:]
