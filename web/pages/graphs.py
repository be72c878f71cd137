"""The page of a named graph: where it comes from, what it tells of, and all of it as RDF."""

from __future__ import annotations

from collections import Counter

from flask import abort

from svngraph.publication.twins import MEDIA_TYPES
from svngraph.store.embedded import canonical, convert

from .. import page_queries as q
from ..languages import gettext as _
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .words import key as short
from .words import plain

MOST = 500


@page("/named-graph/<path:key>")
def named_graph(key: str) -> Page:
    """A named graph: how many statements, and of what."""
    data = dataset()
    iri = str(data.names.graph(key))
    if iri not in data.graph_sizes:
        abort(404)
    things = [str(thing) for (thing,) in data.rows(q.IN_GRAPH, iri=iri)]
    kinds = Counter(str(data.types[thing][0]) for thing in things if data.types.get(thing))
    columns = [("key", _("Nyckel")), ("label", _("Namn"))]
    sheet = Sheet(f"graph-{key}", columns, [(short(thing), plain(thing)) for thing in things])
    values = {
        "iri": iri,
        "short": key,
        "quads": data.graph_sizes[iri],
        "kinds": kinds.most_common(),
        "things": things[:MOST],
        "more": max(0, len(things) - MOST),
        "document": next((str(d) for (d,) in data.rows(q.GRAPH_DOCUMENT, iri=iri)), None),
    }
    return Page("graph.html", values, sheet, rdf=lambda form: whole(iri, form))


def whole(iri: str, form: str) -> bytes:
    """Every statement of a named graph in a form."""
    data = dataset()
    # In one order and with one set of labels, whatever order the store has them in and whatever it calls blank nodes.
    triples = canonical(data.store.respond(q.bind(q.WHOLE_GRAPH, iri=iri), "application/n-triples"))
    if form == "trig":
        name = f"<{iri}> .\n".encode()
        triples = b"".join(line[:-1].rstrip(b" .") + b" " + name for line in triples.splitlines(keepends=True))
    if form == "jsonld":
        from svngraph.serialisation import serialise

        return serialise(triples, "jsonld", data.names)
    return convert(triples, MEDIA_TYPES[form], data.names.prefixes())
