"""The few entailments that queries and shapes count on, as triples for a named graph of their own.

- a thing of a class is also of the classes above it (RDFS rule rdfs9, rdfs11);
- a pair joined by a property is also joined by the properties above it (rdfs7, rdfs5);
- a trace link that does not rest on judgement is also a firm one, ``svn:tracesFirmlyTo``.

Nothing transitive is written down: property paths and the trace graph follow chains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rdflib.namespace import RDF, RDFS

from svngraph.namespaces import SVN
from svngraph.store import Store

_NTRIPLES = "application/n-triples"
# Where ONLY stands, a rule can be bound to some subjects of its conclusions.
_RULES = (
    """CONSTRUCT { ?thing a ?above } WHERE { ONLY(thing)
         { SELECT DISTINCT ?class ?above WHERE { ?class rdfs:subClassOf+ ?above . FILTER(isIRI(?above)) } }
         ?thing a ?class . FILTER(isIRI(?thing)) }""",
    """CONSTRUCT { ?from ?above ?to } WHERE { ONLY(from)
         { SELECT DISTINCT ?property ?above WHERE { ?property rdfs:subPropertyOf+ ?above } }
         ?from ?property ?to . FILTER(isIRI(?from) && !isBlank(?to)) }""",
    """CONSTRUCT { ?from svn:tracesFirmlyTo ?to } WHERE { ONLY(from)
         ?link a svn:TraceLink ; svn:from ?from ; svn:to ?to ; svn:relation ?relation ; svn:basis ?basis .
         ?relation rdfs:subPropertyOf+ svn:tracesTo .
         FILTER(?basis IN (basis:stated, basis:structural) && isIRI(?from) && !isBlank(?to)) }""",
)
_ONLY = re.compile(r"ONLY\((\w+)\)")
_AT_ONCE = 500
_FROM = "SELECT DISTINCT ?from WHERE { VALUES ?link { %s } ?link svn:from ?from . FILTER(isIRI(?from)) }"
# The terms of the rules' premises: a rule could feed another where one of them has a sub-property or a sub-class.
_FED = """ASK { { ?class rdfs:subClassOf svn:TraceLink . FILTER(?class != svn:TraceLink) }
  UNION { VALUES ?premise { rdf:type rdfs:subClassOf rdfs:subPropertyOf svn:from svn:to svn:relation svn:basis }
          ?property rdfs:subPropertyOf ?premise . FILTER(?property != ?premise) } }"""
_FROM_PROPERTY = f"<{SVN['from']}>".encode()
_HIERARCHY = (f"<{RDFS.subClassOf}>".encode(), f"<{RDFS.subPropertyOf}>".encode())
_DUE = """CONSTRUCT { ?activity svn:reportDue true } WHERE {
            ?activity a svn:Activity ; svn:inPlan ?plan . ?plan svn:planYear ?year .
            FILTER(xsd:integer(SUBSTR(STR(?year), 1, 4)) < %d) }"""
REPORTED = f"CONSTRUCT WHERE {{ ?entry <{SVN.reportsOn}> ?activity }}"
_PREFIXES = f"""PREFIX svn: <{SVN}>
PREFIX basis: <{SVN}basis/>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def entailments(store: Store) -> bytes:
    """What follows from a dataset and its ontology, as N-Triples without blank nodes; each rule is asked once.

    Source: https://www.w3.org/TR/rdf11-mt/#rdfs-entailment
    """
    return b"".join(store.respond(_PREFIXES + _ONLY.sub("", rule), _NTRIPLES) for rule in _RULES)


def entailments_about(store: Store, subjects: Sequence[str]) -> bytes:
    """The part of :func:`entailments` that is about some subjects, given as IRIs."""
    found = []
    for some in _batched(subjects, _AT_ONCE):
        listed = " ".join(f"<{one}>" for one in some)
        rules = (_ONLY.sub(rf"VALUES ?\1 {{ {listed} }}", rule) for rule in _RULES)
        found += [store.respond(_PREFIXES + rule, _NTRIPLES) for rule in rules]
    return b"".join(found)


def concerned(store: Store, changed: Iterable[bytes]) -> list[str] | None:
    """The IRIs of which something else may follow now that some quads have come and gone, sorted.

    ``changed`` are lines of N-Quads. None where anything may follow of anything: the hierarchies have changed, or the
    ontology lets what one rule concludes be what another begins with.
    """
    subjects, ends = set(), set()
    for line in changed:
        subject, predicate, rest = line.split(b" ", 2)
        if predicate in _HIERARCHY:
            return None
        if subject.startswith(b"<"):
            subjects.add(subject[1:-1].decode())
        if predicate == _FROM_PROPERTY and rest.startswith(b"<"):
            ends.add(rest[1 : rest.index(b">")].decode())
    if store.respond(_PREFIXES + _FED, "text/csv").strip() == b"true":
        return None
    for some in _batched(sorted(subjects), _AT_ONCE):
        listed = " ".join(f"<{one}>" for one in some)
        ends.update(str(row[0]) for row in store.select(_PREFIXES + _FROM % listed).rows)
    return sorted(subjects | ends)


def _batched(values: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Values in runs of so many at most."""
    return (values[start : start + most] for start in range(0, len(values), most))


def due(store: Store, as_of: date) -> bytes:
    """What is due on a day, as N-Triples: ``svn:reportDue`` on each activity of a plan whose year is over."""
    return store.respond(_PREFIXES + _DUE % as_of.year, _NTRIPLES)
