"""The timeline: every dated thing in the order of its earliest day."""

from __future__ import annotations

from collections import Counter, defaultdict

from flask import request

from .. import page_queries as q
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page, refuse_unknown
from .words import key, plain


@page("/timeline")
def timeline() -> Page:
    """The dated things, chosen by year."""
    data = dataset()
    dated = {}
    for item, date, earliest, latest in data.rows(q.DATED):
        dated[str(item), str(date)] = (str(item), str(date), str(earliest), str(latest or ""))
    every = sorted(dated.values(), key=lambda row: (row[2], row[3], row[0]))
    counts = Counter(row[2][:4] for row in every)
    refuse_unknown({"year": sorted(counts)})
    chosen = request.args.get("year", "")
    shown = [row for row in every if not chosen or row[2][:4] == chosen]
    years: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in shown:
        years[row[2][:4]].append(row)
    columns = [("date", _("Tid")), ("earliest", _("Tidigast")), ("latest", _("Senast"))]
    columns += [("item", _("Nyckel")), ("label", _("Namn"))]
    flat = [(date, first, last, key(item), plain(item)) for item, date, first, last in shown]
    values = {
        "years": sorted(years.items()),
        "counts": [(year, year, n) for year, n in sorted(counts.items())],
        "chosen": chosen,
        "total": len(every),
    }
    return Page("timeline.html", values, Sheet("timeline", columns, flat))
