"""Organisations: who carries what."""

from __future__ import annotations

from collections import Counter, defaultdict

from flask import request

from svngraph.namespaces import SVN

from .. import page_queries as q
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Cell, Sheet
from .page import Page, page, refuse_unknown
from .words import plain

ROLES = ("assignedTo", "decidedBy", "createdGroup", "involves")


@page("/organisations")
def organisations() -> Page:
    """Every organisation with how many things it carries, decides or is named in, chosen by kind."""
    data = dataset()
    kinds: dict[str, set[str]] = defaultdict(set)
    for organisation, _kind in data.rows(q.ORGANISATIONS):
        kinds[str(organisation)].update(str(k) for k in data.types.get(str(organisation), ()))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for role in ROLES:
        for _item, carrier in data.joined(SVN[role]):
            counts[carrier][role] += 1
    chosen = request.args.get("kind", "")
    facets = Counter(kind.rsplit("/", 1)[-1] for several in kinds.values() for kind in several)
    refuse_unknown({"kind": {kind: plain(str(SVN[kind])) for kind in facets}})
    shown = [o for o in kinds if not chosen or any(k.rsplit("/", 1)[-1] == chosen for k in kinds[o])]
    shown.sort(key=lambda o: (-sum(counts[o][r] for r in ROLES[:3]), -counts[o]["involves"], plain(o).casefold()))
    rows = [(o, sorted(kinds[o]), [counts[o][role] for role in ROLES]) for o in shown]
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("kind", _("Slag"))]
    columns += [(role, plain(str(SVN[role]))) for role in ROLES]
    flat: list[tuple[Cell, ...]] = [
        (o.rsplit("/", 1)[-1], plain(o), ", ".join(map(plain, ks)), *ns) for o, ks, ns in rows
    ]
    values = {
        "rows": rows,
        "roles": [str(SVN[role]) for role in ROLES],
        "chosen": chosen,
        "total": len(kinds),
        "facets": [(kind, plain(str(SVN[kind])), n) for kind, n in facets.most_common()],
    }
    return Page("organisations.html", values, Sheet("organisations", columns, flat))
