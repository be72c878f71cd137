"""The few entailments that queries and shapes count on, as triples for a named graph of their own.

- a thing of a class is also of the classes above it (RDFS rule rdfs9, rdfs11);
- a pair joined by a property is also joined by the properties above it (rdfs7, rdfs5);
- a trace link that does not rest on judgement is also a firm one, ``svn:tracesFirmlyTo``.

Nothing transitive is written down: property paths and the trace graph follow chains.
"""

from __future__ import annotations

from datetime import date

from svngraph.namespaces import SVN
from svngraph.store import Store

_NTRIPLES = "application/n-triples"
_RULES = (
    """CONSTRUCT { ?thing a ?above } WHERE {
         { SELECT DISTINCT ?class ?above WHERE { ?class rdfs:subClassOf+ ?above . FILTER(isIRI(?above)) } }
         ?thing a ?class }""",
    """CONSTRUCT { ?from ?above ?to } WHERE {
         { SELECT DISTINCT ?property ?above WHERE { ?property rdfs:subPropertyOf+ ?above } }
         ?from ?property ?to }""",
    """CONSTRUCT { ?from svn:tracesFirmlyTo ?to } WHERE {
         ?link a svn:TraceLink ; svn:from ?from ; svn:to ?to ; svn:relation ?relation ; svn:basis ?basis .
         ?relation rdfs:subPropertyOf+ svn:tracesTo .
         FILTER(?basis IN (basis:stated, basis:structural)) }""",
)
_DUE = """CONSTRUCT { ?activity svn:reportDue true } WHERE {
            ?activity a svn:Activity ; svn:inPlan ?plan . ?plan svn:planYear ?year .
            FILTER(xsd:integer(SUBSTR(STR(?year), 1, 4)) < %d) }"""
REPORTED = f"CONSTRUCT WHERE {{ ?entry <{SVN.reportsOn}> ?activity }}"
_PREFIXES = f"""PREFIX svn: <{SVN}>
PREFIX basis: <{SVN}basis/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def entailments(store: Store) -> bytes:
    """What follows from a dataset and its ontology, as N-Triples; each rule is asked once.

    Source: https://www.w3.org/TR/rdf11-mt/#rdfs-entailment
    """
    return b"".join(store.respond(_PREFIXES + rule, _NTRIPLES) for rule in _RULES)


def due(store: Store, as_of: date) -> bytes:
    """What is due on a day, as N-Triples: ``svn:reportDue`` on each activity of a plan whose year is over."""
    return store.respond(_PREFIXES + _DUE % as_of.year, _NTRIPLES)
