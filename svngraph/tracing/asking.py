"""What the trace graph needs of a store, asked for as SPARQL: its own triples, and nothing of documents or passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SDO, SKOS

from svngraph.columns import Snapshot
from svngraph.namespaces import SVN
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore

_NTRIPLES = "application/n-triples"
_PREFIXES = f"PREFIX svn: <{SVN}>\nPREFIX rdfs: <{RDFS}>\nPREFIX sdo: <{SDO}>\n"
_RELATIONS = "SELECT DISTINCT ?relation WHERE { ?relation rdfs:subPropertyOf+ svn:tracesTo }"
# The classes of the chain, of what may stand beside it at an end of a trace property, and of organisations.
_CLASSES = """SELECT DISTINCT ?class WHERE {
  { SELECT DISTINCT ?top WHERE {
      { ?top svn:chainLevel ?number }
      UNION { ?relation rdfs:subPropertyOf+ svn:tracesTo .
              ?relation rdfs:domain|sdo:domainIncludes|rdfs:range|sdo:rangeIncludes ?top }
      UNION { VALUES ?top { svn:Region svn:Group svn:ProgrammeArea svn:Board } } } }
  ?class rdfs:subClassOf* ?top . FILTER(isIRI(?class)) }"""
_CHAIN = (
    "SELECT DISTINCT ?class WHERE { ?level svn:chainLevel ?n . ?class rdfs:subClassOf* ?level FILTER(isIRI(?class)) }"
)
ONTOLOGY = (
    *(SVN.chainLevel, SVN.chainKey, SVN.inverseLabel, RDFS.subPropertyOf, RDFS.subClassOf, RDFS.label),
    *(RDFS.domain, RDFS.range, SDO.domainIncludes, SDO.rangeIncludes),
)
OF_PLANS = (SVN.planYear,)
OF_ITEMS = (SVN.inPlan, SVN.sequence, SKOS.prefLabel, SVN.assignedTo, SVN.involves)
_OF_RECORDS = (SVN.assignedTo, SVN.involves, SVN.evidence, SVN.inverseLabel)
OF_LINKS = (SVN.relation, SVN["from"], SVN.to, SVN.basis, SVN.evidence)


@dataclass(frozen=True)
class Words:
    """The trace properties of a store, the classes whose members the trace graph asks about, and those of the chain."""

    relations: tuple[URIRef, ...]
    classes: tuple[URIRef, ...]
    chain: tuple[URIRef, ...]


def words_of(store: Store) -> Words:
    """The words that a store's ontology has for its trace graph."""
    relations, classes, chain = (
        tuple(sorted(URIRef(str(row[0])) for row in store.select(_PREFIXES + query).rows))
        for query in (_RELATIONS, _CLASSES, _CHAIN)
    )
    return Words(tuple(relation for relation in relations if relation != SVN.tracesFirmlyTo), classes, chain)


def everything(store: Store, *, bare: bool = False) -> Snapshot:
    """The triples of a store's whole trace graph; where ``bare``, without evidence and organisations."""
    words = words_of(store)
    predicates = (*ONTOLOGY, *OF_PLANS, *OF_ITEMS, *OF_LINKS, *words.relations)
    if bare:
        predicates = tuple(predicate for predicate in predicates if predicate not in _OF_RECORDS)
    return _snapshot(
        store,
        [
            *(f"{{ ?s <{predicate}> ?o BIND(<{predicate}> AS ?p) }}" for predicate in predicates),
            *(f"{{ ?s a <{kind}> BIND(<{RDF.type}> AS ?p) BIND(<{kind}> AS ?o) }}" for kind in words.classes),
        ],
    )


def ontology(store: Store) -> Snapshot:
    """The triples that say what the chain of a store is: its levels and trace properties, and nothing of its items."""
    return _snapshot(store, [f"{{ ?s <{predicate}> ?o BIND(<{predicate}> AS ?p) }}" for predicate in ONTOLOGY])


def _snapshot(store: Store, patterns: Sequence[str]) -> Snapshot:
    """What some patterns find, each of them a group that binds the three parts of a triple."""
    where = f"WHERE {{ {' UNION '.join(patterns)} }}"
    if isinstance(store, EmbeddedStore):
        return Snapshot.of_keys(store.keys(f"SELECT ?s ?p ?o {where}"))
    # One answer, so that a blank node has one name in all of it.
    return Snapshot.of_bytes(store.respond(f"CONSTRUCT {{ ?s ?p ?o }} {where}", _NTRIPLES), "nt")
