"""Coverage in its three meanings, and the matrix of any two levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from rdflib import URIRef

from svngraph.errors import UnknownLevel
from svngraph.model import BASES
from svngraph.tracing.coverage import MEANINGS, LevelCoverage, cover
from svngraph.tracing.graph import Item, Level, Plan
from svngraph.tracing.matrix import matrix as crossed

from ..dataset import Published
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Cell, Sheet
from .page import Page, page, refuse_unknown
from .start import coverage_blocks, sheet_of
from .words import basis_key, basis_word, key, level_name, plain

LONGEST = 200
WIDEST = 60
MOST_CELLS = 1_000_000
# Excel has no more than 16,384 columns; two of ours are the row's own.
MOST_ACROSS = 16_000


@page("/coverage")
def coverage() -> Page:
    """How much of a level is traced down to another, item by item, in the three meanings."""
    data = dataset()
    level = request.args.get("level", "activity")
    bottom = request.args.get("to", "outcome")
    keys = {known.key: level_name(known) for known in data.graph.levels}
    plans = sorted(data.graph.plans.values(), key=lambda p: p.key)
    refuse_unknown({"level": keys, "to": keys, "plan": {p.key: plain(p.iri) for p in plans}})
    plan = next((p for p in data.graph.plans.values() if p.key == request.args.get("plan")), None)
    try:
        levels = data.graph.level(level), data.graph.level(bottom)
        if plan is None:
            found = data.once(f"cover {level} {bottom}", lambda: cover(data.columns, *levels))
        else:
            found = cover(data.columns, *levels, plan.iri)
    except UnknownLevel:
        found = None
    rows = _rows(data, found, plan)
    values = {
        "found": found,
        "verdicts": [_line(data, found, row) for row in rows[:LONGEST]] if found else [],
        "count": len(rows),
        "held": {m: int(found.holds(m)[rows].sum()) if rows else 0 for m in MEANINGS} if found else {},
        "levels": data.graph.levels,
        "level": level,
        "bottom": bottom,
        "plan": plan,
        "plans": plans,
    }
    return Page("coverage.html", values, lambda: _sheet(data, found, rows))


def _rows(data: Published, found: LevelCoverage | None, plan: Plan | None) -> list[int]:
    """The rows of a coverage that are the plan's own."""
    if found is None:
        return []
    homes = data.columns.plan[found.items].tolist()
    iris = [known.iri for known in data.columns.plans]
    return [row for row, home in enumerate(homes) if plan is None or (home >= 0 and iris[home] == plan.iri)]


@dataclass(frozen=True)
class Line:
    """An item with the three answers, and where its nearest branch stops for want of what."""

    item: Item
    direct: bool
    any: bool
    all: bool
    stops_at: Item | None
    missing: tuple[Level, ...]


def _line(data: Published, found: LevelCoverage, row: int) -> Line:
    _path, stop = found.path(row, data.columns)
    numbers = [int(found.items[row]), *([] if stop is None else [stop])]
    item, *stops = (data.graph.items[iri] for iri in data.columns.iris(numbers))
    missing = [level for at in stops for level in data.graph.below(at.level, found.bottom)]
    answers = (bool(found.direct[row]), bool(found.any[row]), bool(found.all[row]))
    return Line(item, *answers, stops[0] if stops else None, tuple(missing))


def _sheet(data: Published, found: LevelCoverage | None, rows: Sequence[int]) -> Sheet:
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("direct", _("Direkt")), ("any", _("Någon kedja"))]
    columns += [("all", _("Alla grenar")), ("missing", _("Saknat led"))]
    lines = [_line(data, found, row) for row in rows] if found else []
    flat = [
        (x.item.key, plain(x.item.iri), x.direct, x.any, x.all, ", ".join(level_name(y).lower() for y in x.missing))
        for x in lines
    ]
    return Sheet("coverage", columns, flat)


@page("/matrix")
def matrix() -> Page:
    """The shares of plans and focus areas, or which items of two levels are linked by some chain."""
    data = dataset()
    keys = {level.key: level_name(level) for level in data.graph.levels}
    refuse_unknown({"rows": keys, "cols": keys})
    rows, cols = request.args.get("rows", ""), request.args.get("cols", "")
    if not rows or not cols or rows == cols:
        found = coverage_blocks(data)
        whole = {"blocks": found, "levels": data.graph.levels, "cells": None, "rows": rows, "cols": cols}
        return Page("matrix.html", whole, sheet_of(found))
    level, other = data.graph.level(rows), data.graph.level(cols)
    pairs = data.once(f"matrix {rows} {cols}", lambda: _pairs(data, level, other))
    down, across = data.graph.at(level), data.graph.at(other)
    values = {
        "levels": data.graph.levels,
        "cells": pairs,
        "down": down[:LONGEST],
        "across": across[:WIDEST],
        "whole": (len(down), len(across)),
        "rows": rows,
        "cols": cols,
    }
    return Page("matrix.html", values, lambda: cells_sheet(down, across, pairs))


def _pairs(data: Published, rows: Level, cols: Level) -> dict[tuple[URIRef, URIRef], str]:
    """What the weakest link of the firmest chain between two items rests on, for each pair that some chain joins."""
    try:
        found = crossed(data.columns, rows, cols)
    except UnknownLevel:  # no way leads from one to the other
        return {}
    words = [*(basis_key(basis) for basis in BASES), "unknown"]
    ends = (data.columns.iris(side.tolist()) for side in (found.rows[found.row], found.columns[found.column]))
    return {(row, column): words[weak] for row, column, weak in zip(*ends, found.weakness.tolist(), strict=True)}


def cells_sheet(down: Sequence[Item], across: Sequence[Item], cells: Mapping[tuple[URIRef, URIRef], str]) -> Sheet:
    """A matrix as a table: a column for each item across, or a row for each pair where that would be too wide.

    A cell says what the weakest link of the firmest chain rests on, and is empty where no chain joins the two.
    """
    if len(down) * len(across) <= MOST_CELLS and len(across) <= MOST_ACROSS:
        columns = [("key", _("Nyckel")), ("label", _("Namn")), *((i.key, i.key) for i in across)]
        rows: list[tuple[Cell, ...]] = [
            (r.key, plain(r.iri), *(_said(cells.get((r.iri, c.iri))) for c in across)) for r in down
        ]
        return Sheet("matrix", columns, rows)
    columns = [
        ("row", _("Rad")),
        ("rowLabel", _("Namn")),
        ("column", _("Kolumn")),
        ("columnLabel", _("Namn")),
        ("basis", _("Vilar på")),
    ]
    pairs = sorted(cells.items())
    return Sheet(
        "matrix", columns, [(key(one), plain(one), key(two), plain(two), _said(basis)) for (one, two), basis in pairs]
    )


def _said(basis: str | None) -> str | None:
    return None if basis is None else basis_word(basis)
