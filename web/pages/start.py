"""The start page: what this graph is, how far it is traced, what is missing and what changed."""

from __future__ import annotations

from collections import Counter

from flask import Response, redirect

from svngraph.tracing.gaps import Gap

from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from ..strips import strip
from .continuity import compared, kind_name, pair_of_plans, summary
from .gaps import mending, rule_title
from .page import Page, blueprint, page
from .reach import Block, blocks
from .words import plain

SHOWN = 4


def coverage_blocks(data: Published) -> list[Block]:
    """The shares of every plan, worked out once for a dataset."""
    return data.once("blocks", lambda: blocks(data.graph, data.as_of.year))


@page("/")
def start() -> Page:
    """The start page."""
    data = dataset()
    if not data.graph.items:
        classes = [(str(kind), int(str(count))) for kind, count in data.rows(q.CLASSES)]
        sheet = Sheet("classes", [("class", _("Klass")), ("count", _("Antal"))], classes)
        return Page("anything.html", {"classes": classes}, sheet)
    found = coverage_blocks(data)
    newest = found[0] if found else None
    return Page(
        "start.html",
        {
            "blocks": found[:SHOWN],
            "more": len(found) - SHOWN,
            "newest": newest,
            "strip": data.once("strip", lambda: strip(data.graph, newest.whole.activities, mark=False))
            if newest
            else None,
            "causes": data.once(f"causes {language()}", lambda: causes(data)) if data.judged else [],
            "documents": data.once("documents", lambda: documents(data)),
            "pair": (pair := pair_of_plans(data)),
            "changes": data.once("changes", lambda: summary(compared(data, *pair))) if pair else None,
            "kind_name": kind_name,
            "word": data.once(f"word {language()}", lambda: word_of(data)),
        },
        sheet_of(found),
    )


def word_of(data: Published) -> str | None:
    """A word that a reader might search for: the first name of a heading that is one word."""
    names = (plain(item.iri) for item in data.graph.items.values() if item.level.key == "heading")
    return min((name for name in names if name.isalpha()), default=None)


def causes(data: Published) -> list[tuple[str, str, int, str, Gap]]:
    """The gaps summed by rule: title, severity, number, what would mend them, and one of them."""
    counts = Counter((gap.rule, gap.reason) for gap in data.gaps)
    first = {(gap.rule, gap.reason): gap for gap in reversed(data.gaps)}
    return [(rule_title(first[k]), k[0].severity, n, mending(first[k]), first[k]) for k, n in counts.items()]


def documents(data: Published) -> list[tuple[str, str, int]]:
    """The source documents: IRI, date as the data writes it, and number of passages."""
    return [(str(d), str(date or ""), int(str(count))) for d, date, count in data.rows(q.DOCUMENTS)]


def sheet_of(found: list[Block]) -> Sheet:
    """The coverage of plans and focus areas as a table."""
    columns = [("plan", _("Plan")), ("area", _("Fokusområde")), ("activities", _("Aktiviteter"))]
    keys = list(found[0].whole.shares) if found else []
    levels = {level.key: plain(level.iri) for level in dataset().graph.levels}
    columns += [(key, levels[key]) for key in keys]
    rows = [
        (
            block.plan.key if block.plan else "",
            plain(row.area.iri) if row.area else _("Hela planen"),
            len(row.activities),
            *(row.shares[key].count if row.shares[key].asked else None for key in keys),
        )
        for block in found
        for row in (*block.rows, block.whole)
    ]
    return Sheet("coverage", columns, rows)


@blueprint.get("/index")
def index() -> Response:
    """The start page's other address."""
    from .words import to

    return redirect(to("start"), 301)  # type: ignore[return-value] # Flask's response is werkzeug's
