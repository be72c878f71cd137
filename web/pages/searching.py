"""Search: names, wordings, summaries and keys, with facets that say how many."""

from __future__ import annotations

from collections import Counter, defaultdict

from flask import Response, redirect, request

from svngraph.errors import SvngraphError

from ..carrying import carriers_of
from ..dataset import Published
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, blueprint, page, refuse_unknown
from .words import href, key, plain, to

PER_PAGE = 50
_BOOKKEEPING = ("Wording", "Passage", "TraceLink")


@page("/search")
def search() -> Page:
    """What was found for the words asked for, the best first."""
    data = dataset()
    asked = request.args.get("q", "").strip()[:200]
    kind = request.args.get("kind", "")
    refuse_unknown({"kind": data.once("kinds", lambda: sorted({_local(t[0]) for t in data.types.values() if t}))})
    found = data.index.find(asked) if asked else []
    known = set(found)
    found += [iri for iri in _by_key(asked) if iri not in known]
    kinds = {iri: _kind(data, iri) for iri in found}
    found = [iri for iri in found if kinds[iri] not in _BOOKKEEPING]
    counts = Counter(kinds[iri] for iri in found)
    chosen = [iri for iri in found if not kind or kinds[iri] == kind]
    start = max(0, request.args.get("from", 0, type=int))
    one_of = {kinds[iri]: iri for iri in reversed(found)}
    classes = {k: str(next(iter(data.types.get(one_of[k], ())), k)) for k in counts}
    values = {
        "asked": asked,
        "kind": kind,
        "total": len(found),
        "count": len(chosen),
        "start": start,
        "step": PER_PAGE,
        "hits": [(iri, carriers_of(data, iri) or ()) for iri in chosen[start : start + PER_PAGE]],
        "facets": [(k, plain(classes[k]), n) for k, n in counts.most_common()],
        "near": data.index.near(asked) if asked and not found else [],
    }
    columns = [("key", _("Nyckel")), ("label", _("Namn")), ("kind", _("Slag"))]
    return Page(
        "search.html",
        values,
        lambda: Sheet("search", columns, [(key(i), plain(i), plain(classes[kinds[i]])) for i in chosen]),
    )


def _kind(data: Published, iri: str) -> str:
    types = data.types.get(iri, ())
    return _local(types[0]) if types else "-"


def _local(iri: str) -> str:
    return iri.rpartition("/")[2].rpartition("#")[2]


def _by_key(asked: str) -> list[str]:
    """The things whose key or IRI was asked for as a whole."""
    data = dataset()
    found = data.once("by key", lambda: _keys(data)).get(asked, [])
    return [*found, asked] if asked in data.labels else found


def _keys(data: Published) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in data.graph.items.values():
        found[item.key].append(str(item.iri))
    return found


@blueprint.get("/go")
def go() -> Response:
    """303 to the page of the item of a name, or to a search for it."""
    from svngraph.tracing.naming import find

    asked = request.args.get("q", "")
    try:
        address = href(str(find(dataset().graph, asked, dataset().names).iri))
    except SvngraphError:
        address = to("search", q=asked)
    return redirect(address, 303)  # type: ignore[return-value] # Flask's response is werkzeug's
