"""What a server is told about the dataset that it holds, in one graph of its own: generations, and who is building.

::

    GRAPH <urn:x-svngraph:ledger> {
      <…generation:ID>  number 7 ; graphs 10 ; switched "2026-…" ; holds <…graph:DIGEST:ID>, … .
      <…graph:DIGEST:ID>  names <https://…/graph/ap2024> ; triples 1129 ; digest "sha256:…" .
      <…graph:DIGEST:ID>  names <urn:x-svngraph:union> ; triples 9317 ; digest "sha256:…" .
      <…claim:ID>  owner "host 4711" ; renewed "2026-…" .
    }

The generation in force is the one that was switched on and has the highest number: switching is one triple that
appears, which no server does by halves. A graph has a name that nobody else gives, so that what a killed or belated
builder writes is in nobody's way, and a graph that has not changed is held by the next generation too.

The union of all graphs is a graph of its own, which queries are asked about: over a list of graphs, a server looks for
each triple pattern in one after the other.

Times are the server's own (``NOW()``) and compared with its own: the clocks of the builders do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rdflib import URIRef
from rdflib.term import Node

SPACE = "urn:x-svngraph:"
LEDGER = f"{SPACE}ledger"
UNION = URIRef(f"{SPACE}union")
_ENTRY = """SELECT ?generation ?number ?size ?switched ?place ?name ?triples ?digest (NOW() AS ?now)
  WHERE { GRAPH <%s> {
  ?generation <%snumber> ?number ; <%sgraphs> ?size ; <%sswitched> ?switched ; <%sholds> ?place .
  ?place <%snames> ?name ; <%striples> ?triples ; <%sdigest> ?digest } }"""
GENERATIONS = _ENTRY % (LEDGER, *[SPACE] * 7)
CLAIMS = f"""SELECT ?claim ?owner ?renewed (NOW() AS ?now) WHERE {{ GRAPH <{LEDGER}> {{
  ?claim <{SPACE}owner> ?owner ; <{SPACE}renewed> ?renewed }} }}"""


@dataclass(frozen=True)
class Kept:
    """A named graph as a server keeps it: where, under which name it is known, and what is in it."""

    place: str
    name: URIRef
    triples: int
    digest: str


@dataclass(frozen=True)
class Generation:
    """A whole dataset at a server, of ``size`` graphs with that of their union, where there is one.

    ``age`` is how long ago it was switched on, in seconds by the server's clock.
    """

    iri: str
    number: int
    switched: str
    age: float
    size: int
    held: tuple[Kept, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the server tells of all its graphs."""
        return len(self.held) == self.size

    @property
    def graphs(self) -> tuple[Kept, ...]:
        """The named graphs of the dataset."""
        return tuple(graph for graph in self.held if graph.name != UNION)

    @property
    def union(self) -> Kept | None:
        """The union of all of them as a graph."""
        return next((graph for graph in self.held if graph.name == UNION), None)

    @property
    def asked(self) -> tuple[str, ...]:
        """The graphs at the server that a query is asked about."""
        return (self.union.place,) if self.union else tuple(graph.place for graph in self.graphs)

    @property
    def triples(self) -> int:
        """How many quads there are."""
        return sum(graph.triples for graph in self.graphs)

    @property
    def names(self) -> Mapping[str, URIRef]:
        """The names of the graphs by their places."""
        return {graph.place: graph.name for graph in self.graphs}


def generations(rows: tuple[tuple[Node | None, ...], ...]) -> list[Generation]:
    """The generations that the answer to :data:`GENERATIONS` tells of, the newest first."""
    found: dict[tuple[int, str], tuple[str, float, int, dict[str, Kept]]] = {}
    for row in rows:
        iri, number, size, switched, place, name, triples, digest, now = map(str, row)
        key = (int(number), iri)
        _, _, _, graphs = found.setdefault(key, (switched, seconds_between(switched, now), int(size), {}))
        graphs[place] = Kept(place, URIRef(name), int(triples), digest)
    return [
        Generation(key[1], key[0], switched, age, size, tuple(sorted(graphs.values(), key=lambda kept: kept.name)))
        for key, (switched, age, size, graphs) in sorted(found.items(), reverse=True)
    ]


def seconds_between(before: str, after: str) -> float:
    """The seconds from one ``xsd:dateTime`` to another of the same clock."""
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()


def inserted(triples: str, condition: str = "") -> str:
    """An update that adds triples to the ledger, in which ``?now`` is the server's time, where a condition holds."""
    asked = f"GRAPH <{LEDGER}> {{ {condition} }} " if condition else ""
    return f"INSERT {{ GRAPH <{LEDGER}> {{ {triples} }} }} WHERE {{ {asked}BIND(NOW() AS ?now) }}"


def removed(subjects: list[str]) -> str:
    """An update that takes everything about some subjects out of the ledger."""
    listed = " ".join(f"<{subject}>" for subject in subjects)
    return (
        f"DELETE {{ GRAPH <{LEDGER}> {{ ?s ?p ?o }} }} "
        f"WHERE {{ GRAPH <{LEDGER}> {{ ?s ?p ?o }} VALUES ?s {{ {listed} }} }}"
    )
