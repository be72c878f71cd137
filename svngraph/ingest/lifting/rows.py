"""Rows of a table of actions: what the cells of a row make, and how they hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svngraph.ingest.blocks import Block
from svngraph.ingest.lifting import details, shared
from svngraph.ingest.lifting.cues import words
from svngraph.ingest.lifting.items import Item, places
from svngraph.ingest.lifting.tables import Table
from svngraph.ingest.linking.known import SURE, plainly
from svngraph.ingest.profiles import DETAILS, Column

if TYPE_CHECKING:
    from svngraph.ingest.lifting.structure import Builder

_ENOUGH = 5  # letters that two words must share at their head to be taken for the same word


def row(builder: Builder, table: Table) -> None:
    """Take a row: its activities and heading first, then what carries them out."""
    for block in table.head:
        builder.lifted.notes += places(block)
    if not table.row:
        return
    cells = {column.makes: (column, blocks) for column, blocks in table.row}
    for block in _of(cells, "focus-area")[1]:
        # A merged cell comes again with every row that it covers: the place is then known, and counted once.
        builder.area = shared.shared(builder, "focus-area", block.text, block)
    activities = [_activity(builder, *_of(cells, "activity"), block) for block in _of(cells, "activity")[1]]
    heading = _heading(builder, *_of(cells, "heading"), activities)
    for activity, block in zip(activities, _of(cells, "activity")[1], strict=True):
        if heading and not activity.known:
            builder.link(activity, "underHeading", heading.name, block, "in the row of the heading")
    for block in _of(cells, "goal-text")[1] if heading else []:
        assert heading is not None
        builder.add(
            Item("goal-text", heading.key, words()["writing"]["goal_text"].format(label=heading.label), "GoalText"),
            block,
        )
    if "action-item" in cells or "assignment" in cells:
        builder.counts["row"] += 0 if _same_row(builder, cells) else 1
        items = _actions(builder, *_of(cells, "action-item"), activities)
        _assignments(builder, *_of(cells, "assignment"), items, activities)
        _details(builder, cells, items or activities)
    else:
        _details(builder, cells, activities)


def _details(builder: Builder, cells: dict[str, tuple[Column, list[Block]]], items: list[Item]) -> None:
    """What a row says of its items: who is responsible, when it is due, how far it has come."""
    for makes, (_, blocks) in cells.items():
        for block in blocks if makes in DETAILS else []:
            for item in items:
                builder.tell(item, {makes: block}, block)
        if makes == "note":
            for block in blocks:
                builder.lifted.notes += places(block)


def _of(cells: dict[str, tuple[Column, list[Block]]], makes: str) -> tuple[Column | None, list[Block]]:
    return cells.get(makes, (None, []))


def _same_row(builder: Builder, cells: dict[str, tuple[Column, list[Block]]]) -> bool:
    """Whether a row only goes on with the one before, as where a merged cell covers both."""
    blocks = _of(cells, "action-item")[1]
    return bool(blocks) and ("action-item", blocks[0].places[0]) in builder.by_start


def _activity(builder: Builder, column: Column | None, _blocks: list[Block], block: Block) -> Item:
    assert column is not None
    plan = builder.fill(column.plan or builder.profile.document)
    match = column.pattern.search(block.text) if column.pattern else None
    told = details.parts(match, block)
    label = (match.groupdict().get("name") if match else None) or block.text
    code = told["code"].text if "code" in told else ""
    if own := builder.by_label.get(("activity", plan, plainly(label))):
        return builder.add(own, block)
    if there := builder.there("activity", plan, label, code):
        return builder.add(there, block)
    item = builder.add(builder.new("activity", plan, label, block, {}), block)
    if code:
        builder.number(item, code)
    if builder.area:
        builder.link(item, "inFocusArea", builder.area.name, block, "in the row of the focus area")
    return item


def _heading(builder: Builder, column: Column | None, blocks: list[Block], activities: list[Item]) -> Item | None:
    """The heading of a row: known by its label; else by the known heading of the row's activities; else new."""
    if column is None or not blocks:
        return None
    block, plan = blocks[0], builder.fill(column.plan or builder.profile.document)
    if own := builder.by_label.get(("heading", plan, plainly(block.text))):
        return builder.add(own, block)
    there, score = builder.known.closest("heading", block.text, plan)
    if there is None or score < SURE:
        uppers = {builder.known.items[item.name].above for item in activities if item.name in builder.known.items}
        upper = uppers.pop() if len(uppers) == 1 else None
        there = builder.known.items.get(("heading", upper)) if upper else None
        score = 0.7
    if there is not None:
        return builder.add(Item("heading", there.key, there.label, "PlanHeading", plan, known=True, score=score), block)
    item = builder.add(builder.new("heading", plan, block.text, block, {}), block)
    if builder.area:
        builder.link(item, "inFocusArea", builder.area.name, block, "in the row of the focus area")
    return item


def _actions(builder: Builder, column: Column | None, blocks: list[Block], activities: list[Item]) -> list[Item]:
    """The action items of a row, each for the activity whose words it shares, or for all where it shares none."""
    made: list[Item] = []
    for block in blocks:
        assert column is not None
        item = _numbered(builder, column, "action-item", block)
        made.append(item)
        shared = {activity.key: _shared(block.text, activity, activities) for activity in activities}
        most = max(shared.values(), default=0)
        for activity in activities:
            if most == 0 or shared[activity.key] == most:
                builder.link(item, "implements", activity.name, block, "in the row of the activity")
    return made


def _assignments(
    builder: Builder, column: Column | None, blocks: list[Block], items: list[Item], activities: list[Item]
) -> None:
    """The assignments of a row: they carry out its one item, or its activities where the items cannot be told apart."""
    for block in blocks:
        assert column is not None
        item = _numbered(builder, column, "assignment", block)
        for target in items if len(items) == 1 else activities:
            builder.link(item, "carriesOut", target.name, block, "in the same row")


def _numbered(builder: Builder, column: Column, kind: str, block: Block) -> Item:
    plan = builder.fill(column.plan or builder.profile.document)
    if own := builder.by_start.get((kind, block.places[0])):
        return own
    stem = f"{plan}-{builder.counts['row']:02d}"
    builder.counts[f"{kind} {stem}"] += 1
    builder.counts[f"{kind} {plan}"] += 1
    key = f"{stem}-{builder.counts[f'{kind} {stem}']}"
    label = block.text.removesuffix(".")
    types = {"action-item": "ActionItem", "assignment": "Assignment"}
    return builder.add(Item(kind, key, label, types[kind], plan, builder.counts[f"{kind} {plan}"]), block)


def _shared(text: str, activity: Item, activities: list[Item]) -> int:
    """How many words a text shares with one activity and with none of the others."""
    others = {word[:_ENOUGH] for each in activities if each is not activity for word in _words(each.label)}
    own = {word[: max(_ENOUGH, len(word) - 3)] for word in _words(activity.label)}
    own = {word for word in own if word[:_ENOUGH] not in others}
    return sum(any(word.startswith(stem) for word in _words(text)) for stem in own)


def _words(text: str) -> list[str]:
    return [word for word in plainly(text).split() if len(word) > _ENOUGH]
