"""Every SPARQL query that a page asks, by name; ``$iri`` and the like are replaced by :func:`bind`.

A query answers over the union of the named graphs, so each selects ``DISTINCT`` and says its order where it matters.
"""

from __future__ import annotations

import re

from svngraph.errors import UsageError
from svngraph.namespaces import SVN

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20\x7f-\x9f\ud800-\udfff]+")

PREFIXES = f"""PREFIX svn: <{SVN}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""

LABELS = """SELECT DISTINCT ?thing ?label WHERE {
  { ?thing skos:prefLabel ?label } UNION { ?thing rdfs:label ?label } UNION { ?thing sh:name ?label } }"""

SEARCHED = """SELECT DISTINCT ?thing ?text WHERE {
  { ?thing skos:prefLabel ?text } UNION { ?thing skos:altLabel ?text } UNION { ?thing dcterms:identifier ?text }
  UNION { ?thing svn:summary ?text } UNION { ?thing svn:wording/svn:text ?text } FILTER(isIRI(?thing)) }"""

CLASS_TREE = "SELECT DISTINCT ?class ?above WHERE { ?class rdfs:subClassOf ?above FILTER(isIRI(?above)) }"

TYPES = "SELECT DISTINCT ?thing ?type WHERE { ?thing a ?type FILTER(isIRI(?thing)) }"

CLASSES = """SELECT ?type (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?type FILTER(isIRI(?type)) }
GROUP BY ?type ORDER BY DESC(?count) ?type LIMIT 40"""

OUTGOING = "SELECT DISTINCT ?property ?value WHERE { $iri ?property ?value } ORDER BY ?property ?value"

INCOMING = """SELECT DISTINCT ?thing ?property WHERE { ?thing ?property $iri
  FILTER(?property NOT IN (svn:from, svn:to) && isIRI(?thing)) } ORDER BY ?property ?thing LIMIT 2000"""

LINKS = """SELECT DISTINCT ?link ?from ?relation ?to ?basis ?evidence ?kind ?author ?created ?reviewed WHERE {
  { ?link svn:from $iri } UNION { ?link svn:to $iri }
  ?link svn:from ?from ; svn:relation ?relation ; svn:to ?to .
  OPTIONAL { ?link svn:basis ?basis } OPTIONAL { ?link svn:evidence ?evidence }
  OPTIONAL { ?link svn:continuityKind ?kind } OPTIONAL { ?link prov:wasAttributedTo ?author }
  OPTIONAL { ?link dcterms:created ?created } OPTIONAL { ?link svn:reviewedDigest ?reviewed } }"""

RATIONALES = """SELECT DISTINCT ?link ?rationale WHERE {
  { ?link svn:from $iri } UNION { ?link svn:to $iri } ?link svn:rationale ?rationale }"""

REVIEWS = """SELECT DISTINCT ?from ?relation ?to ?author ?on ?why WHERE {
  { ?review rdf:subject $iri } UNION { ?review rdf:object $iri }
  ?review a svn:Review ; rdf:subject ?from ; rdf:predicate ?relation ; rdf:object ?to .
  OPTIONAL { ?review prov:wasAttributedTo ?author } OPTIONAL { ?review dcterms:created ?on }
  OPTIONAL { ?review skos:note ?why } } ORDER BY ?on ?from ?relation ?to ?author ?why"""

REVIEWED = """SELECT DISTINCT ?thing WHERE { ?review a svn:Review . { ?review rdf:subject ?thing }
  UNION { ?review rdf:object ?thing } }"""

DOCUMENT_DATES = """SELECT DISTINCT ?document ?date WHERE { VALUES ?document { $iris } ?document svn:date ?date }"""

PASSAGES = """SELECT DISTINCT ?passage ?document ?start ?end ?page ?digest WHERE { VALUES ?passage { $iris }
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?passage svn:page ?page } OPTIONAL { ?passage svn:quoteDigest ?digest } } ORDER BY ?document ?start"""

WORDINGS = """SELECT DISTINCT ?wording ?text ?evidence WHERE {
  $iri svn:wording ?wording . ?wording svn:text ?text . OPTIONAL { ?wording svn:evidence ?evidence } }
ORDER BY ?wording"""

JOINED = "SELECT DISTINCT ?one ?other WHERE { ?one $property ?other FILTER(isIRI(?one) && isIRI(?other)) }"

OUTCOMES = """SELECT DISTINCT ?outcome ?kind ?date ?value ?lowest ?highest ?comparator ?unit ?evidence WHERE {
  VALUES ?outcome { $iris } ?outcome a svn:Outcome .
  OPTIONAL { ?outcome svn:outcomeKind ?kind } OPTIONAL { ?outcome svn:date ?date }
  OPTIONAL { ?outcome svn:value ?value } OPTIONAL { ?outcome svn:minValue ?lowest }
  OPTIONAL { ?outcome svn:maxValue ?highest } OPTIONAL { ?outcome svn:comparator ?comparator }
  OPTIONAL { ?outcome svn:unit ?unit }
  OPTIONAL { ?outcome svn:evidence ?evidence } }"""

GROUPS = """SELECT DISTINCT ?item ?property ?organisation WHERE {
  VALUES ?item { $iris } VALUES ?property { svn:assignedTo svn:involves svn:createdGroup svn:decidedBy }
  ?item ?property ?organisation }"""

ORGANISATIONS = "SELECT DISTINCT ?organisation ?type WHERE { ?organisation a svn:Organisation , ?type }"

CONTINUITY_REASONS = """SELECT DISTINCT ?newer ?older ?rationale WHERE {
  ?link svn:relation svn:continues ; svn:from ?newer ; svn:to ?older ; svn:rationale ?rationale }"""

PLAN_RELATIONS = """SELECT DISTINCT ?plan ?property ?other WHERE {
  VALUES ?property { svn:realises svn:reportOf } ?plan ?property ?other }"""

DOCUMENTS = """SELECT DISTINCT ?document ?date (COUNT(DISTINCT ?passage) AS ?passages) WHERE {
  ?document a svn:SourceDocument . OPTIONAL { ?document svn:date ?date }
  OPTIONAL { ?passage oa:hasSource ?document } } GROUP BY ?document ?date ORDER BY ?document"""

DATED = """SELECT DISTINCT ?item ?date ?earliest ?latest WHERE {
  ?item svn:date ?date ; svn:earliest ?earliest . OPTIONAL { ?item svn:latest ?latest } FILTER(isIRI(?item)) }
ORDER BY ?earliest ?latest ?item"""

VOCABULARY = f"""SELECT DISTINCT ?term ?property ?value WHERE {{
  {{ ?term rdfs:isDefinedBy <{SVN}> }} UNION {{ BIND(<{SVN}> AS ?term) }} ?term ?property ?value
  FILTER(!isBlank(?value)) }}
ORDER BY ?term ?property ?value"""

CLASS_USES = """SELECT ?term (COUNT(DISTINCT ?thing) AS ?n) (MIN(?thing) AS ?first) WHERE {
  ?term a owl:Class ; rdfs:isDefinedBy ?v . ?thing a ?term FILTER(isIRI(?thing)) } GROUP BY ?term"""

PROPERTY_USES = """SELECT ?term (COUNT(*) AS ?n) (MIN(?thing) AS ?first) WHERE {
  { SELECT DISTINCT ?term ?thing ?value WHERE { VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
    ?term a ?kind ; rdfs:isDefinedBy ?v . ?thing ?term ?value FILTER(isIRI(?thing)) } } } GROUP BY ?term"""

CODES = """SELECT DISTINCT ?code ?scheme ?definition WHERE {
  ?code skos:inScheme ?scheme ; a skos:Concept . OPTIONAL { ?code skos:definition ?definition } }"""

RULE_WORDS = """SELECT DISTINCT ?shape ?comment WHERE {
  { ?shape a sh:NodeShape ; rdfs:comment ?comment } UNION { ?shape a sh:PropertyShape ; rdfs:comment ?comment }
  UNION { ?above sh:property ?shape ; rdfs:comment ?comment } FILTER(isIRI(?shape)) } ORDER BY ?shape ?comment"""

SHAPES = """SELECT DISTINCT ?shape ?target ?severity ?message ?property WHERE {
  ?shape a ?type . VALUES ?type { sh:NodeShape sh:PropertyShape } FILTER(isIRI(?shape))
  OPTIONAL { ?shape sh:targetClass ?target } OPTIONAL { ?shape sh:severity ?severity }
  OPTIONAL { ?shape sh:message ?message } OPTIONAL { ?shape sh:property ?property FILTER(isIRI(?property)) } }"""

UNION_SIZE = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"

GRAPH_SIZES = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

# What is told of a passage belongs to what rests on it, and a link to its ends: neither is listed.
IN_GRAPH = """SELECT DISTINCT ?thing WHERE { GRAPH $iri { ?thing a ?type } FILTER(isIRI(?thing))
  FILTER NOT EXISTS { ?thing a ?kind VALUES ?kind { svn:TraceLink svn:Passage svn:Wording } } } ORDER BY ?thing"""

GRAPH_DOCUMENT = "SELECT DISTINCT ?document WHERE { GRAPH $iri { ?document a svn:SourceDocument } } ORDER BY ?document"

WHOLE_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH $iri { ?s ?p ?o } }"

# What a description is made of: a thing, who points to it, its links, what they rest on, and names for all of it.
DESCRIBE = """CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?t { $iris }
  { ?t ?p ?o BIND(?t AS ?s) } UNION { ?s ?p ?t BIND(?t AS ?o) } UNION { ?s svn:from|svn:to ?t . ?s ?p ?o }
  UNION { ?t (^svn:from|^svn:to)?/(svn:evidence|svn:wording|oa:hasSelector)+ ?s . ?s ?p ?o }
  UNION { { ?t ?any ?s } UNION { ?s ?any ?t } UNION { ?link svn:from|svn:to ?t . ?link ?any ?s }
          UNION { ?t (svn:evidence|svn:wording)+/oa:hasSource ?s }
          ?s ?p ?o FILTER(?p IN (skos:prefLabel, rdfs:label)) } }"""

SPOKEN_OF = """SELECT DISTINCT ?thing WHERE { { ?thing ?p ?o } UNION { ?s ?q ?thing } FILTER(isIRI(?thing)) }"""

KNOWN = "SELECT ?p WHERE { { $iri ?p ?o } UNION { ?s ?p $iri } } LIMIT 1"

RETIRED = """CONSTRUCT { ?s owl:deprecated true . ?s a ?type . ?s dcterms:isReplacedBy ?new } WHERE {
  ?s owl:deprecated true OPTIONAL { ?s a ?type } OPTIONAL { ?s dcterms:isReplacedBy ?new } }"""


def bind(query: str, **iris: str | tuple[str, ...]) -> str:
    """A query with its prefixes, and with IRIs in the place of ``$name``: one, or several for a list of values.

    Errors: UsageError for what is no absolute IRI.

    >>> bind("ASK { $iri ?p ?o }", iri="http://example.org/a").endswith("ASK { <http://example.org/a> ?p ?o }")
    True
    """
    for name, value in iris.items():
        several = (value,) if isinstance(value, str) else value
        if bad := [iri for iri in several if not _IRI.fullmatch(iri)]:
            raise UsageError(f"not an absolute IRI: {bad[0]!r}")
        query = re.sub(rf"\${name}\b", lambda _: " ".join(f"<{iri}>" for iri in several), query)  # noqa: B023 # called at once
    return PREFIXES + query
