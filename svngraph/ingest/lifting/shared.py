"""Things that several documents have: focus areas, agreements with their goals, discussions, and goal texts."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from svngraph.ingest.blocks import Block
from svngraph.ingest.lifting.cues import words
from svngraph.ingest.lifting.items import TYPES, Item, places
from svngraph.ingest.linking.known import SURE, likeness, plainly, slug

if TYPE_CHECKING:
    from svngraph.ingest.lifting.structure import Builder

_COMPARED = 500
_GOAL = 0.6  # how like a known goal a text must be to be taken for it


def shared(builder: Builder, kind: str, label: str, block: Block) -> Item:
    """A thing that several documents have: the known one where its label is the same, else a new one."""
    if own := _alike(builder, kind, label):
        return builder.add(own, block)
    there, score = builder.known.closest(kind, label)
    known = there is not None and score >= SURE
    key = there.key if there and known else slug(label)
    item = Item(kind, key, there.label if there and known else label, TYPES[kind], known=known)
    if kind == "focus-area" and not known and item.name not in builder.lifted.items:
        builder.counts[kind] += 1
        item.sequence = builder.counts[kind]
    return builder.add(item, block)


def _alike(builder: Builder, kind: str, label: str) -> Item | None:
    """The document's own thing of a kind whose label is the same but for small differences."""
    if own := builder.by_label.get((kind, None, plainly(label))):
        return own
    # Fuzzy comparison is for the few areas and discussions of a document, and bounded for any other.
    near = [i for (its, plan, _), i in islice(builder.by_label.items(), _COMPARED) if its == kind and plan is None]
    return next((item for item in near if likeness(item.label, label) >= SURE), None)


def goal(builder: Builder, label: str, block: Block) -> Item:
    """A goal of the agreement."""
    there, score = builder.known.closest("goal", label)
    agreement = builder.agreement.key if builder.agreement else "agreement"
    if there and score >= _GOAL:
        known = Item("goal", there.key, there.label, TYPES["goal"], known=True, score=score)
        return builder.add(known, block)
    builder.counts["goal"] += 1
    key = f"{agreement}-{builder.counts['goal']:02d}"
    made = builder.add(Item("goal", key, label, TYPES["goal"], sequence=builder.counts["goal"]), block)
    if builder.agreement:
        builder.link(made, "goalOf", builder.agreement.name, block, "under the agreement")
    return made


def goal_text(builder: Builder, plan: str | None, block: Block) -> None:
    """What is to be achieved: below a heading a goal text of its own, below a goal more of what the goal says."""
    if builder.heading is not None:
        heading = builder.heading
        own = builder.fill(plan) if plan else heading.plan
        builder.add(
            Item(
                "goal-text", heading.key, words()["writing"]["goal_text"].format(label=heading.label), "GoalText", own
            ),
            block,
        )
    elif builder.aim is not None:
        builder.aim.evidence += places(block)
        builder.aim.blocks.append(block)
    else:
        builder.lifted.notes += places(block)
