"""What is lifted: items with the places they stand in, and links with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field

from svngraph.ingest.blocks import Block, Span

Name = tuple[str, str]
"""The kind and key of a thing."""


# The class of each kind of item.
TYPES = {
    "agreement": "Agreement",
    "goal": "AgreementGoal",
    "focus-area": "FocusArea",
    "heading": "PlanHeading",
    "goal-text": "GoalText",
    "activity": "Activity",
    "action-item": "ActionItem",
    "assignment": "Assignment",
    "report-entry": "ReportEntry",
    "input": "PlanningInput",
    "discussion": "Discussion",
    "change": "PlanChange",
    "milestone": "Milestone",
    "principle": "PlanPrinciple",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the document, with the page where it is known."""

    start: int
    end: int
    page: int | None = None


def places(block: Block, spans: tuple[Span, ...] | None = None) -> list[Place]:
    """The places of a block, or of some ranges of it."""
    return [Place(start, end, block.page) for start, end in (block.spans if spans is None else spans)]


@dataclass
class Item:
    """A thing that the document has or names.

    ``known`` says that it was there before, and that the document gives it another wording or passage. ``score`` is
    how sure that is, 1 for certain; ``values`` are further literals by their property,
    ``responsible`` the words in which the document says who sees to it.
    """

    kind: str
    key: str
    label: str
    type: str | None = None
    plan: str | None = None
    sequence: int | None = None
    known: bool = False
    score: float = 1.0
    evidence: list[Place] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    responsible: list[Block] = field(default_factory=list)

    @property
    def name(self) -> Name:
        """The kind and key of the item."""
        return self.kind, self.key


@dataclass(frozen=True)
class Link:
    """A proposed link: ``basis`` is ``structural`` or ``stated``, ``cue`` the words or the position that led to it."""

    source: Name
    relation: str
    target: Name
    basis: str
    evidence: tuple[Place, ...]
    score: float = 1.0
    cue: str = ""


@dataclass
class Lifted:
    """Everything that was lifted of a document, by name and in its order, and the language that it is in."""

    items: dict[Name, Item] = field(default_factory=dict)
    links: dict[tuple[Name, str, Name], Link] = field(default_factory=dict)
    notes: list[Place] = field(default_factory=list)
    language: str = "sv"

    def link(self, link: Link) -> None:
        """Add a link; of two that say the same, the surer one is kept with the places of both."""
        key = (link.source, link.relation, link.target)
        other = self.links.get(key)
        if other is None:
            self.links[key] = link
            return
        best = max(link, other, key=lambda each: each.score)
        together = tuple(dict.fromkeys((*other.evidence, *link.evidence)))
        self.links[key] = Link(*key[:2], key[2], best.basis, together, best.score, best.cue)
