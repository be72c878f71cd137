"""Organisations: who carries what."""

from __future__ import annotations

from collections import Counter, defaultdict

from flask import request

from svngraph.namespaces import SVN

from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Cell, Sheet
from .page import Page, page, refuse_unknown
from .words import plain

Row = tuple[str, list[str], list[int]]
"""An organisation, its classes, and how often it has each of the roles."""
ROLES = ("assignedTo", "decidedBy", "createdGroup", "involves")


@page("/organisations")
def organisations() -> Page:
    """Every organisation with how many things it carries, decides or is named in, chosen by kind."""
    data = dataset()
    every = data.once(f"organisations {language()}", lambda: _ranked(data))
    chosen = request.args.get("kind", "")
    facets = Counter(_local(kind) for _organisation, kinds, _counts in every for kind in kinds)
    refuse_unknown({"kind": {kind: plain(str(SVN[kind])) for kind in facets}})
    rows = [row for row in every if not chosen or chosen in map(_local, row[1])]
    values = {
        "rows": rows,
        "roles": [str(SVN[role]) for role in ROLES],
        "chosen": chosen,
        "total": len(every),
        "facets": [(kind, plain(str(SVN[kind])), n) for kind, n in facets.most_common()],
    }
    return Page("organisations.html", values, lambda: _sheet(rows))


def _ranked(data: Published) -> list[Row]:
    """The organisations, those that carry or decide most first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for role in ROLES:
        for _item, carrier in data.joined(SVN[role]):
            counts[carrier][role] += 1
    found = {str(organisation) for organisation, _kind in data.rows(q.ORGANISATIONS)}
    order = sorted(
        found, key=lambda o: (-sum(counts[o][r] for r in ROLES[:3]), -counts[o]["involves"], plain(o).casefold(), o)
    )
    return [(o, sorted({str(k) for k in data.types.get(o, ())}), [counts[o][role] for role in ROLES]) for o in order]


def _sheet(rows: list[Row]) -> Sheet:
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("kind", _("Slag"))]
    columns += [(role, plain(str(SVN[role]))) for role in ROLES]
    flat: list[tuple[Cell, ...]] = [
        (o.rsplit("/", 1)[-1], plain(o), ", ".join(map(plain, kinds)), *numbers) for o, kinds, numbers in rows
    ]
    return Sheet("organisations", columns, flat)


def _local(kind: str) -> str:
    return kind.rsplit("/", 1)[-1]
