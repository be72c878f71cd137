"""The dialects of SPARQL servers: where each takes what, what it wants of a request, and what it answers otherwise.

The one place that knows servers by name. A server is known by what it calls itself (``Server:``), by
``SVNGRAPH_DIALECT``, or not at all, and is then asked as the standard says. Everything below was observed on the
versions that are named; each line has a test.

==========  ========================================================================================================
Oxigraph    Literals are kept as values (``01`` is 1, ``xsd:int`` is ``xsd:integer``), as in the embedded store.
0.5.13      A path of no steps from a term that is in no triple finds nothing; the standard finds the term itself.
            A triple of two graphs of the union is met twice: every query of ours says DISTINCT.
            An update reads before it writes, so that two at a time may both go by the old state.
            A query that runs out of time answers 200, with the reason where the rest should be.
            A query over a list of graphs takes as many times as long as there are graphs in it.
            A graph is written six times as fast with ``no_transaction``, and could then be seen half written.
Virtuoso    See :data:`DEFECTS`: such a query is answered here, over the triples as they are fetched once.
7.2.5       ``true`` comes back as ``1``; rows are cut at a limit that is not told; updates want digest credentials.
            No answer has more than a million triples: larger graphs are fetched by their properties.
==========  ========================================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rdflib import BNode
from rdflib.term import Node

from svngraph.errors import UsageError
from svngraph.sparql import OPAQUE


@dataclass(frozen=True)
class Defect:
    """A kind of query that a server answers wrongly: ``sign`` finds it in a query without its strings and IRIs."""

    name: str
    sign: re.Pattern[str]


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w:?$.-])(?:{'|'.join(words)})(?![\w:-])", re.IGNORECASE)


# Virtuoso 7.2.5.1 set against Oxigraph and rdflib. Where the two sides of a path are bound, or no data has a circle,
# some of these would be right; a query's text does not say so.
DEFECTS = (
    # `:a :p+ ?o` in a circle leaves out the start; with both ends open the plan is refused.
    Defect("path", re.compile(r"[+|^/!]|(?<!SELECT )(?<!DISTINCT )\*|[\w)>]\?", re.IGNORECASE)),
    # A boolean that is worked out is a number, and so is one that a filter has compared.
    Defect("boolean", _words("AS", "BIND", "HAVING", "true", "false")),
    # SUM over nothing is unbound, 1/2 is 0.
    Defect("number", _words("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "GROUP")),
    # Filters over literals of several kinds, NOT EXISTS and MINUS over optional values.
    Defect("filter", _words("FILTER", "MINUS", "EXISTS")),
    # Strings in the order of a collation.
    Defect("order", _words("ORDER", "LIMIT", "OFFSET")),
    # A subquery's variables, and its default graph.
    Defect("subquery", re.compile(r"\{\s*SELECT(?![\w:-])", re.IGNORECASE)),
    # DESCRIBE gives what only this server means by it.
    Defect("describe", _words("DESCRIBE")),
)


@dataclass(frozen=True)
class Dialect:
    """What a server asks for.

    ``page``: rows per page (0: all at once). ``sorted_inside``: it sorts many rows only inside a subquery. ``listing``:
    how many terms one VALUES may list. ``trusted``: its filters mean what SPARQL says, so that constraints are checked
    where the data lies; otherwise the triples are fetched. ``screened``: one query for a shape asks first which nodes
    its constraints should look at; otherwise each looks at all. ``stable_blank_nodes``: a blank node has the same label
    in every answer, which SPARQL does not promise; otherwise shapes that meet one are checked on triples that are
    fetched in one answer. ``defects``: queries that are answered here instead. ``places``: for an ending of the
    query's address, those of the addresses for updates and for whole graphs. ``piecemeal``: what is added to the
    address of a graph for writing it without a transaction. ``merged``: the union of a dataset is kept as a graph too.
    """

    name: str = "sparql-1.1"
    page: int = 0
    listing: int = 500
    trusted: bool = True
    screened: bool = True
    stable_blank_nodes: bool = False
    sorted_inside: bool = False
    defects: tuple[Defect, ...] = ()
    places: tuple[tuple[str, str, str], ...] = (("/query", "/update", "/data"),)
    piecemeal: str = ""
    merged: bool = True

    def is_passing(self, term: Node | None) -> bool:
        """True for a blank node whose label means something in this answer only."""
        # Virtuoso's labels are addresses of its own, whatever it is called here.
        return isinstance(term, BNode) and not (self.stable_blank_nodes or term.startswith("nodeID://"))

    def defect_in(self, query: str) -> Defect | None:
        """The first reason for which a query had better not be asked there."""
        if not self.defects:
            return None
        bare = OPAQUE.sub(lambda match: "<>" if match[0][0] == "<" else " ", query)
        return next((defect for defect in self.defects if defect.sign.search(bare)), None)

    def addresses(self, url: str) -> tuple[str, str] | None:
        """Where updates and whole graphs go, for the address that queries go to; None where it is not known."""
        for ending, update, graphs in self.places:
            if url.endswith(ending):
                start = url.removesuffix(ending)
                return start + update, start + graphs
        if match := re.fullmatch(r"(.*/repositories/[^/?]+)", url):  # RDF4J and what is built on it
            return f"{match[1]}/statements", f"{match[1]}/rdf-graphs/service"
        return None


STANDARD = Dialect()
DIALECTS = {
    dialect.name: dialect
    for dialect in (
        STANDARD,
        Dialect("paged", page=10_000),
        Dialect(
            "oxigraph",
            stable_blank_nodes=True,
            places=(("/query", "/update", "/store"),),
            piecemeal="&no_transaction",
        ),
        # 7.2.5 gets filters on literals wrong and has a limit of rows that it does not tell about.
        Dialect(
            "virtuoso",
            page=10_000,
            listing=200,
            trusted=False,
            stable_blank_nodes=True,
            sorted_inside=True,
            defects=DEFECTS,
            places=(("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),),
            merged=False,
        ),
        Dialect("fuseki", places=(("/query", "/update", "/data"), ("/sparql", "/update", "/data"))),
    )
}


# What a server that is known by no name is asked first: one that gets this wrong gets more wrong.
PROBE = "SELECT (1/2 AS ?half) (isIRI(<urn:x-svngraph:probe>) AS ?truth) WHERE {}"
UNTRUSTED = replace(DIALECTS["virtuoso"], name="untrusted", stable_blank_nodes=False, places=STANDARD.places)


def is_right(half: Node | None, truth: Node | None) -> bool:
    """Whether this is the answer to :data:`PROBE`."""
    return str(half) == "0.5" and str(truth) == "true"


def dialect_named(name: str) -> Dialect:
    """The dialect of a name. Errors: UsageError."""
    try:
        return DIALECTS[name]
    except KeyError as error:
        remedy = f"one of: {', '.join(DIALECTS)}"
        raise UsageError(f"no dialect {name!r}", where="SVNGRAPH_DIALECT", remedy=remedy) from error


def dialect_of_server(server: str) -> Dialect:
    """The dialect of what a server calls itself.

    >>> dialect_of_server("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu").name
    'virtuoso'
    """
    word = re.split(r"[/\s(]", server.strip().lower(), maxsplit=1)[0]
    return DIALECTS.get({"apache": "sparql-1.1"}.get(word, word), STANDARD)
