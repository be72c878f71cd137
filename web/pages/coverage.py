"""Coverage in its three meanings, and the matrix of any two levels."""

from __future__ import annotations

from collections import defaultdict

from flask import request
from flask_babel import gettext as _

from svngraph.errors import UnknownLevel
from svngraph.tracing.coverage import MEANINGS
from svngraph.tracing.coverage import coverage as covered

from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .start import coverage_blocks, sheet_of
from .words import level_name, plain

LONGEST = 400


@page("/coverage")
def coverage() -> Page:
    """How much of a level is traced down to another, item by item, in the three meanings."""
    data = dataset()
    level = request.args.get("level", "activity")
    bottom = request.args.get("to", "outcome")
    plan = next((p for p in data.graph.plans.values() if p.key == request.args.get("plan")), None)
    try:
        found = covered(data.graph, data.graph.level(level), data.graph.level(bottom), plan.iri if plan else None)
    except UnknownLevel:
        found = None
    verdicts = [v for v in found.verdicts if plan is None or v.item.plan == plan.iri] if found else []
    values = {
        "found": found,
        "verdicts": verdicts[:LONGEST],
        "count": len(verdicts),
        "held": {meaning: sum(v.holds(meaning) for v in verdicts) for meaning in MEANINGS},
        "levels": data.graph.levels,
        "level": level,
        "bottom": bottom,
        "plan": plan,
        "plans": sorted(data.graph.plans.values(), key=lambda p: p.key),
        "blocks": coverage_blocks(data),
    }
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("direct", _("Direkt")), ("any", _("Någon kedja"))]
    columns += [("all", _("Alla grenar")), ("missing", _("Saknat led"))]
    rows = [
        (v.item.key, plain(v.item.iri), v.direct, v.any, v.all, ", ".join(level_name(x).lower() for x in v.missing))
        for v in verdicts
    ]
    return Page("coverage.html", values, Sheet("coverage", columns, rows))


@page("/matrix")
def matrix() -> Page:
    """The shares of plans and focus areas, or which items of two levels are linked by some chain."""
    data = dataset()
    keys = [level.key for level in data.graph.levels]
    rows, cols = request.args.get("rows", ""), request.args.get("cols", "")
    if rows not in keys or cols not in keys or rows == cols:
        found = coverage_blocks(data)
        return Page("matrix.html", {"blocks": found, "levels": data.graph.levels, "cells": None}, sheet_of(found))
    upper, lower = sorted((data.graph.level(rows), data.graph.level(cols)))
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for item in data.graph.at(lower):
        seen, ahead = {item.iri}, [item.iri]
        while ahead:
            at = data.graph.items[ahead.pop()]
            if at.level == upper:
                pair = (str(at.iri), str(item.iri)) if upper.key == rows else (str(item.iri), str(at.iri))
                cells[pair] += 1
            for link in data.graph.upstream.get(at.iri, ()):
                if link.target not in seen:
                    seen.add(link.target)
                    ahead.append(link.target)
    down = data.graph.at(data.graph.level(rows))[:LONGEST]
    across = data.graph.at(data.graph.level(cols))[:60]
    columns = [("key", _("Nyckel")), ("label", _("Namn")), *((i.key, i.key) for i in across)]
    sheet = Sheet(
        "matrix",
        columns,
        [(r.key, plain(r.iri), *(cells.get((str(r.iri), str(c.iri)), 0) for c in across)) for r in down],
    )
    values = {"levels": data.graph.levels, "cells": cells, "down": down, "across": across, "rows": rows, "cols": cols}
    return Page("matrix.html", values, sheet)
