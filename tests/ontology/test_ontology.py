"""The vocabulary is complete, says no nonsense, and covers what data, shapes and questions use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV, VANN
from rdflib.term import Node

from svngraph.namespaces import CODE_LISTS, KINDS, ROOT, SVN, Names

REPOSITORY = Path(__file__).parents[2]
ONTOLOGY = REPOSITORY / "ontology"
HEADER = URIRef(str(SVN))
SDO = Namespace("https://schema.org/")
CC0 = URIRef("http://creativecommons.org/publicdomain/zero/1.0/")
KINDS_OF_TERM = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
# The datatypes used here that OWL 2 RL knows.
RL_DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean}


@cache
def graph(*names: str) -> Graph:
    """Some files of the ontology in one graph; not to be changed by a test."""
    merged = Graph()
    for name in names:
        merged.parse(ONTOLOGY / f"{name}.ttl")
    return merged


def core() -> Graph:
    return graph("svn")


def terms() -> list[URIRef]:
    """The classes and properties of the core vocabulary."""
    found = {s for kind in KINDS_OF_TERM for s in core().subjects(RDF.type, kind) if isinstance(s, URIRef)}
    return sorted(term for term in found if term.startswith(SVN))


def codes() -> list[URIRef]:
    return sorted(s for s in graph("codes").subjects(RDF.type, SKOS.Concept) if isinstance(s, URIRef))


def of_kind(kind: URIRef) -> list[URIRef]:
    return [term for term in terms() if (term, RDF.type, kind) in core()]


def local(iri: Node | str) -> str:
    return str(iri).removeprefix(SVN)


def words(about: Node, predicate: URIRef) -> dict[str | None, str]:
    """The texts of one property by language; fails where a language has two."""
    values = [v for v in graph("svn", "codes").objects(about, predicate) if isinstance(v, Literal)]
    by_language = {value.language: str(value) for value in values}
    assert len(by_language) == len(values), (about, predicate)
    return by_language


# What every term says of itself


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition], ids=["label", "definition"])
def test_every_term_speaks_swedish_and_english(predicate: URIRef) -> None:
    lists = [s for s in graph("codes").subjects(RDF.type) if isinstance(s, URIRef)]
    for term in [*terms(), *lists]:
        assert set(words(term, predicate)) == {"sv", "en"}, term


def test_every_definition_is_one_that_could_replace_the_term() -> None:
    for term in [*terms(), *codes()]:
        definitions, labels = words(term, SKOS.definition), words(term, RDFS.label)
        for language, definition in definitions.items():
            assert definition[0].isupper(), (term, definition)
            assert definition.endswith("."), (term, definition)
            assert "  " not in definition, (term, definition)
            # A label of more than one word would be repeated as a whole; one of a single letter or two is a particle.
            label = labels[language].lower()
            if len(label) > 4:
                assert not re.search(rf"\b{re.escape(label)}\b", definition.lower()), (term, definition)


def test_no_two_terms_share_a_definition() -> None:
    for language in ("sv", "en"):
        definitions = [words(term, SKOS.definition)[language] for term in [*terms(), *codes()]]
        assert len(definitions) == len(set(definitions))


def test_class_labels_and_names_start_with_a_capital_and_the_others_do_not() -> None:
    for term in terms():
        is_class = (term, RDF.type, OWL.Class) in core()
        assert re.fullmatch(r"[A-Za-z]+", local(term)), term
        assert local(term)[0].isupper() == is_class, term
        for language, label in words(term, RDFS.label).items():
            assert label[0].isupper() == is_class or label.startswith("ISO"), (term, language, label)


def test_every_term_says_where_it_is_defined() -> None:
    for term in [*terms(), *(s for s in graph("codes").subjects(RDF.type) if isinstance(s, URIRef))]:
        assert list(graph("svn", "codes").objects(term, RDFS.isDefinedBy)) == [HEADER], term


def test_every_term_is_of_one_kind() -> None:
    for term in terms():
        assert sum((term, RDF.type, kind) in core() for kind in KINDS_OF_TERM) == 1, term


def test_every_link_can_be_named_backwards() -> None:
    for term in terms():
        is_link = (term, RDF.type, OWL.ObjectProperty) in core()
        assert set(words(term, SVN.inverseLabel)) == ({"sv", "en"} if is_link else set()), term


def test_what_describes_the_vocabulary_is_itself_described() -> None:
    used = {p for _, p, _ in graph("svn", "codes") if str(p).startswith(SVN)}
    assert used <= set(of_kind(OWL.AnnotationProperty))


# The header


def test_header_is_complete() -> None:
    (header,) = core().subjects(RDF.type, OWL.Ontology)
    assert header == HEADER
    assert set(words(header, DCTERMS.title)) == {"sv", "en"}
    assert set(words(header, DCTERMS.description)) == {"sv", "en"}
    version = str(core().value(header, OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert core().value(header, OWL.versionIRI) == URIRef(f"{SVN}{version}")
    assert isinstance(core().value(header, OWL.priorVersion), URIRef)
    assert core().value(header, DCTERMS.license) == CC0
    assert core().value(header, DCTERMS.creator) == Names().thing("agent", "svngraph-editors")
    assert core().value(header, DCTERMS.issued) == Literal("2026-11-22", datatype=XSD.date)
    assert str(core().value(header, VANN.preferredNamespacePrefix)) == "svn"
    assert str(core().value(header, VANN.preferredNamespaceUri)) == str(SVN)


@pytest.mark.parametrize("name", ["svn", "codes", "alignments"])
def test_files_are_marked_cc0(name: str) -> None:
    assert f"# Licence: CC0 1.0, {CC0}" in (ONTOLOGY / f"{name}.ttl").read_text(encoding="utf-8")
    assert list(graph(name).triples((None, DCTERMS.license, CC0)))


# The chain and the code lists


def test_chain_is_numbered_from_the_agreement_downwards() -> None:
    chain = {
        int(str(level)): (local(term), str(core().value(term, SVN.chainKey)))
        for term, level in core().subject_objects(SVN.chainLevel)
    }
    assert [chain[level] for level in sorted(chain)] == [
        ("Agreement", "agreement"),
        ("AgreementGoal", "goal"),
        ("FocusArea", "focus-area"),
        ("PlanHeading", "heading"),
        ("Activity", "activity"),
        ("ActionItem", "action-item"),
        ("Assignment", "assignment"),
        ("ReportEntry", "report-entry"),
        ("Outcome", "outcome"),
    ]
    assert sorted(chain) == list(range(9))
    assert {key for _, key in chain.values()} <= set(KINDS)


def test_trace_links_are_those_of_the_chain() -> None:
    chain = ["goalOf", "areaOf", "serves", "inFocusArea", "underHeading", "implements", "carriesOut", "reportsOn"]
    assert {local(p) for p in core().subjects(RDFS.subPropertyOf, SVN.tracesTo)} == {
        *chain,
        "outcomeOf",
        "tracesFirmlyTo",
    }
    assert (SVN.tracesTo, RDFS.subPropertyOf, SVN.linksTo) in core()


def test_code_lists_are_whole() -> None:
    lists = graph("codes")
    for name in CODE_LISTS:
        scheme = SVN[f"{name}/scheme"]
        listed = {code for code in codes() if code.startswith(f"{SVN}{name}/")}
        assert listed, name
        assert set(lists.objects(scheme, SKOS.hasTopConcept)) == listed
        for code in listed:
            assert str(lists.value(code, SKOS.notation)) == code.rsplit("/", 1)[-1]
            assert set(lists.objects(code, SKOS.inScheme)) == {scheme} == set(lists.objects(code, SKOS.topConceptOf))
            assert words(code, SKOS.prefLabel) == words(code, RDFS.label)
        for language in ("sv", "en"):
            labels = [words(code, SKOS.prefLabel)[language] for code in listed]
            assert len(labels) == len(set(labels)), name
        for ordered in lists.subjects(SKOS.inScheme, scheme):
            if head := lists.value(ordered, SKOS.memberList):
                assert set(Collection(lists, head)) == listed, ordered
    assert {local(code).split("/")[0] for code in codes()} == set(CODE_LISTS)


def test_bases_are_ordered_as_the_code_orders_them() -> None:
    from svngraph.model import BASES

    head = graph("codes").value(SVN["basis/order"], SKOS.memberList)
    assert head is not None
    assert tuple(Collection(graph("codes"), head)) == BASES


def test_every_property_with_codes_says_which_list() -> None:
    schemes = {term: set(core().objects(term, SVN.codeList)) for term in of_kind(OWL.ObjectProperty)}
    assert {term for term, found in schemes.items() if found} == set(core().subjects(RDFS.range, SKOS.Concept))
    assert set().union(*schemes.values()) == {SVN[f"{name}/scheme"] for name in CODE_LISTS}


# What a reasoner makes of it


def test_domains_and_ranges_are_single_named_classes_or_only_hints() -> None:
    for term in terms():
        for predicate in (RDFS.domain, RDFS.range):
            values = list(core().objects(term, predicate))
            assert len(values) <= 1, term
            assert not any(isinstance(value, BNode) for value in values), term
            hints = list(core().objects(term, SDO[f"{local_name(predicate)}Includes"]))
            assert not (values and hints), term
    for term in of_kind(OWL.ObjectProperty):
        for value in (*core().objects(term, RDFS.domain), *core().objects(term, RDFS.range)):
            assert (value, RDF.type, OWL.Class) in core(), (term, value)
    for term in of_kind(OWL.DatatypeProperty):
        assert set(core().objects(term, RDFS.range)) <= RL_DATATYPES, term
        assert list(core().objects(term, RDFS.range)) or list(core().objects(term, SDO.rangeIncludes)), term


def local_name(iri: Node) -> str:
    return re.split(r"[/#]", str(iri))[-1]


def test_every_class_and_property_spoken_of_is_defined() -> None:
    defined: set[Node] = {
        HEADER,
        SVN["1.0.0"],
        SVN["0.1.0"],
        *terms(),
        *codes(),
        *(SVN[f"{name}/scheme"] for name in CODE_LISTS),
    }
    defined |= {SVN[f"{name}/order"] for name in CODE_LISTS}
    aligned = graph("alignments")
    defined |= {*aligned.subjects(RDF.type, OWL.Ontology), *aligned.objects(None, OWL.versionIRI)}
    for triple in graph("svn", "codes", "alignments"):
        for node in triple:
            if isinstance(node, URIRef) and node.startswith(SVN):
                assert node in defined, node


def entails(source: Graph) -> Graph:
    """The closure of a graph under the rules of OWL 2 RL."""
    from owlrl import DeductiveClosure, OWLRL_Semantics

    closure = Graph()
    for triple in source:
        closure.add(triple)
    DeductiveClosure(OWLRL_Semantics).expand(closure)
    return closure


def nonsense(closure: Graph) -> list[str]:
    """What an OWL 2 RL reasoner found contradictory."""
    errors = [str(o) for _, p, o in closure if local_name(p) == "error" and "agent-ont" in str(p)]
    return errors + [f"{member.n3()} is in owl:Nothing" for member in closure.subjects(RDF.type, OWL.Nothing)]


def invented() -> Iterator[tuple[URIRef, URIRef, URIRef | Literal]]:
    """A thing of every class, and every property between every pair of things that it may join."""
    things = {term: URIRef(f"https://example.org/{local(term)}") for term in of_kind(OWL.Class)}
    for term, thing in things.items():
        yield thing, RDF.type, term
        # Its own place is a second thing, since nothing is linked to itself.
        yield URIRef(f"{thing}-2"), RDF.type, term
    for term in of_kind(OWL.ObjectProperty):
        for start in may(term, RDFS.domain, things):
            for end in may(term, RDFS.range, things):
                yield start, term, URIRef(f"{end}-2")
    values = {
        XSD.string: Literal("x"),
        XSD.integer: Literal(1),
        XSD.boolean: Literal(True),
        XSD.decimal: Literal("1.5", datatype=XSD.decimal),
        XSD.date: Literal("2025-01-01", datatype=XSD.date),
        XSD.gYear: Literal("2025", datatype=XSD.gYear),
        RDF.langString: Literal("ord", lang="sv"),
    }
    for term in of_kind(OWL.DatatypeProperty):
        for start in may(term, RDFS.domain, things):
            for datatype in [*core().objects(term, RDFS.range), *core().objects(term, SDO.rangeIncludes)]:
                yield start, term, values.get(URIRef(str(datatype)), Literal("2025", datatype=URIRef(str(datatype))))


def may(term: URIRef, predicate: URIRef, things: dict[URIRef, URIRef]) -> list[URIRef]:
    stated = [*core().objects(term, predicate), *core().objects(term, SDO[f"{local_name(predicate)}Includes"])]
    return [things.get(URIRef(str(c)), URIRef(f"https://example.org/{local_name(c)}")) for c in stated]


def test_no_class_is_unsatisfiable_and_nothing_contradicts() -> None:
    source = Graph()
    for triple in [*graph("svn", "codes", "alignments"), *invented()]:
        source.add(triple)
    # PROV-O is not imported; this much of it is what the vocabulary must not run against.
    source.add((PROV.Activity, OWL.disjointWith, PROV.Entity))
    source.add((PROV.Plan, RDFS.subClassOf, PROV.Entity))
    assert nonsense(entails(source)) == []


def test_vocabulary_stays_within_owl_2_rl() -> None:
    # Named classes and properties only: of the constructs, the two that state what excludes what.
    source = graph("svn", "alignments")
    for blank in {s for s in source.subjects() if isinstance(s, BNode)}:
        kinds = set(source.objects(blank, RDF.type))
        assert kinds == {OWL.AllDisjointClasses} or (blank, RDF.first, None) in source
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith):
        for one, other in source.subject_objects(predicate):
            assert isinstance(one, URIRef)
            assert isinstance(other, URIRef)
            # What RDF, RDFS and OWL reserve for themselves is not built on.
            assert not str(other).startswith((str(RDF), str(RDFS), str(OWL))), other


def test_a_contradiction_would_be_found() -> None:
    source = Graph()
    for triple in core():
        source.add(triple)
    thing = URIRef("https://example.org/both")
    source.add((thing, RDF.type, SVN.AgreementGoal))
    source.add((thing, RDF.type, SVN.Activity))
    assert nonsense(entails(source))


@pytest.mark.parametrize(
    ("one", "other"),
    [("AgreementGoal", "Activity"), ("GoalText", "ActionItem"), ("PlanHeading", "Activity"), ("Activity", "ActionItem"),
     ("ActionItem", "Assignment"), ("AgreementGoal", "PlanHeading"), ("BusinessPlan", "ActivityPlan")],
)  # fmt: skip
def test_ends_and_means_and_the_items_of_plans_are_kept_apart(one: str, other: str) -> None:
    disjoint = {frozenset(pair) for pair in core().subject_objects(OWL.disjointWith)}
    for axiom in core().subjects(RDF.type, OWL.AllDisjointClasses):
        head = core().value(axiom, OWL.members)
        assert head is not None
        members = list(Collection(core(), head))
        disjoint |= {frozenset((a, b)) for a in members for b in members if a != b}
    above = [set(core().transitive_objects(SVN[name], RDFS.subClassOf)) for name in (one, other)]
    assert any(frozenset((a, b)) in disjoint for a in above[0] for b in above[1])


def test_a_planned_activity_is_an_entity_and_never_a_prov_activity() -> None:
    source = Graph()
    for triple in graph("svn", "alignments"):
        source.add(triple)
    planned = URIRef("https://example.org/planned")
    source.add((planned, RDF.type, SVN.Activity))
    closure = entails(source)
    assert (planned, RDF.type, PROV.Entity) in closure
    assert (planned, RDF.type, PROV.Activity) not in closure
    source.add((planned, RDF.type, PROV.Activity))
    assert nonsense(entails(source))


def test_only_derived_terms_are_firm() -> None:
    assert list(core().subjects(RDFS.subPropertyOf, SVN.tracesFirmlyTo)) == []
    assert list(core().objects(SVN.tracesFirmlyTo, RDFS.subPropertyOf)) == [SVN.tracesTo]


def test_alignments_say_only_weak_things_with_skos() -> None:
    aligned = graph("alignments")
    assert not list(aligned.triples((None, SKOS.exactMatch, None)))
    assert not list(aligned.triples((None, OWL.sameAs, None)))
    assert not list(aligned.triples((None, OWL.equivalentClass, None)))
    for term in set(aligned.subjects()) - set(aligned.subjects(RDF.type, OWL.Ontology)):
        assert term in {*terms(), *codes()}, term


# What uses it


def merged(paths: list[Path]) -> Graph:
    """The triples of some files, whatever graphs they stand in."""
    found = Graph()
    for path in paths:
        triples = (quad.triple for quad in pyoxigraph.parse(path=path))
        lines = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
        found.parse(data=lines or b"", format="nt")
    return found


def used_in(path: Path) -> set[str]:
    """The terms of the vocabulary that a file of data, shapes or questions names."""
    if path.suffix == ".rq":
        text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
        full = re.findall(rf"<{re.escape(str(SVN))}([^>]+)>", text)
        prefixes = {p: i for p, i in Names().prefixes().items() if i.startswith(SVN)}
        prefixes |= dict(re.findall(rf"(?im)^\s*prefix\s+([\w-]+):\s*<({re.escape(str(SVN))}[^>]*)>", text))
        short = [
            f"{iri}{name}".removeprefix(SVN)
            for prefix, iri in prefixes.items()
            for name in re.findall(rf"(?<![\w:<-]){prefix}:([A-Za-z][\w-]*)", text)
        ]
        return {name for name in (*full, *short) if name and not name.endswith("/")}
    nodes = {node for triple in merged([path]) for node in triple}
    return {local(node) for node in nodes if isinstance(node, URIRef) and node.startswith(SVN) and node != HEADER}


USERS = sorted([*REPOSITORY.glob("data/*.trig"), *REPOSITORY.glob("shapes/*.ttl"), *ONTOLOGY.glob("questions/*.rq")])


@pytest.mark.parametrize("path", USERS, ids=lambda path: path.name)
def test_everything_used_is_defined(path: Path) -> None:
    defined = {local(term) for term in [*terms(), *codes()]}
    defined |= {f"{name}/{what}" for name in CODE_LISTS for what in ("scheme", "order")}
    assert used_in(path) - defined == set()


DATA = sorted(REPOSITORY.glob("data/*.trig"))


@cache
def shipped() -> Graph:
    return merged(DATA)


def expected(term: URIRef, predicate: URIRef) -> set[URIRef]:
    """The classes, of the vocabulary, that a property's subjects or values are said to be of."""
    stated = {*core().objects(term, predicate), *core().objects(term, SDO[f"{local_name(predicate)}Includes"])}
    return {c for c in stated if isinstance(c, URIRef) and c.startswith(SVN)}


def types(thing: Node) -> set[URIRef]:
    return {
        above
        for asserted in shipped().objects(thing, RDF.type)
        for above in core().transitive_objects(asserted, RDFS.subClassOf)
        if isinstance(above, URIRef)
    }


@pytest.mark.parametrize("predicate", [RDFS.domain, RDFS.range], ids=["domain", "range"])
def test_shipped_data_uses_every_property_as_it_is_described(predicate: URIRef) -> None:
    strays = set()
    for term in of_kind(OWL.ObjectProperty) + of_kind(OWL.DatatypeProperty):
        allowed = expected(term, predicate)
        for subject, value in shipped().subject_objects(term) if allowed else ():
            thing = subject if predicate == RDFS.domain else value
            # A thing without a type is the business of the shapes.
            if types(thing) and not types(thing) & allowed:
                strays.add((local(term), thing, *sorted(map(local, types(thing)))))
    assert not strays


def test_every_property_of_the_shipped_data_can_be_shown_to_people() -> None:
    reified = {value for value in shipped().objects(None, SVN.relation) if isinstance(value, URIRef)}
    for term in {*shipped().predicates(), *reified}:
        assert set(words(term, RDFS.label)) == {"sv", "en"}, term
    for term in reified:
        assert set(words(term, SVN.inverseLabel)) == {"sv", "en"}, term


def test_shipped_data_writes_literals_as_they_are_described() -> None:
    strays = set()
    for term in of_kind(OWL.DatatypeProperty):
        allowed = {*core().objects(term, RDFS.range), *core().objects(term, SDO.rangeIncludes)}
        if XSD.decimal in allowed:
            allowed.add(XSD.integer)
        for value in shipped().objects(None, term):
            assert isinstance(value, Literal), (term, value)
            found = RDF.langString if value.language else value.datatype or XSD.string
            if found not in allowed:
                strays.add((local(term), value, found))
    assert not strays


# JSON-LD


@cache
def context() -> dict[str, object]:
    text = (ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)["@context"]
    return found


def meaning(entry: object) -> str | None:
    """The compact IRI that an entry of the context stands for."""
    if isinstance(entry, dict):
        return entry.get("@id")
    return entry if isinstance(entry, str) else None


def test_every_term_has_its_short_name_in_the_context() -> None:
    for term in terms():
        assert meaning(context()[local(term)]) == f"svn:{local(term)}", term


def test_every_code_has_its_short_name_where_it_is_used() -> None:
    # Schemes and orders are left out: they describe the lists and are no values.
    for term in of_kind(OWL.ObjectProperty):
        scheme = core().value(term, SVN.codeList)
        if scheme is None:
            continue
        entry = context()[local(term)]
        assert isinstance(entry, dict)
        assert entry["@type"] == "@vocab"
        prefix = next(p for p, iri in context().items() if f"{iri}scheme" == str(scheme))
        listed = {code.rsplit("/", 1)[-1] for code in codes() if f"{code.rsplit('/', 1)[0]}/scheme" == str(scheme)}
        assert entry["@context"] == {code: f"{prefix}:{code}" for code in entry["@context"]}
        assert set(entry["@context"]) == listed, term


def test_context_knows_the_prefixes_of_the_data() -> None:
    properties = {local(term) for term in terms()}
    for prefix, iri in Names().prefixes().items():
        # A property keeps its short name; the prefix gives way.
        names = [prefix] if prefix not in properties else [f"{prefix}-code", f"{prefix}-thing"]
        assert iri in [context().get(name) for name in names], prefix


def test_context_calls_links_links_and_texts_texts() -> None:
    for term in terms():
        entry = context()[local(term)]
        if (term, RDF.type, OWL.ObjectProperty) in core():
            assert isinstance(entry, dict), term
            assert entry["@type"] in ("@id", "@vocab"), term
        if (term, SDO.rangeIncludes, RDF.langString) in core():
            assert isinstance(entry, dict), term
            assert entry["@container"] == "@language", term


EXAMPLE = """
@prefix activity: <https://w3id.org/svngraph/id/activity/> .
@prefix basis: <https://w3id.org/svngraph/def/basis/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix heading: <https://w3id.org/svngraph/id/heading/> .
@prefix link: <https://w3id.org/svngraph/id/link/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix outcome: <https://w3id.org/svngraph/id/outcome/> .
@prefix outcome-code: <https://w3id.org/svngraph/def/outcome/> .
@prefix passage: <https://w3id.org/svngraph/id/passage/> .
@prefix plan: <https://w3id.org/svngraph/id/plan/> .
@prefix report-entry: <https://w3id.org/svngraph/id/report-entry/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix status: <https://w3id.org/svngraph/def/status/> .
@prefix svn: <https://w3id.org/svngraph/def/> .
@prefix wording: <https://w3id.org/svngraph/id/wording/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

activity:ap2099-01 a svn:Activity ;
  skos:prefLabel "Plantera träd"@sv, "Plant trees"@en ;
  svn:inPlan plan:ap2099 ;
  svn:sequence 1 ;
  svn:underHeading heading:vp2099-01 ;
  svn:evidence passage:ap2099-10-23 ;
  svn:wording wording:activity-ap2099-01--ap2099 .

passage:ap2099-10-23 a svn:Passage ;
  oa:hasSelector [ a oa:TextPositionSelector ; oa:start 10 ; oa:end 23 ] ;
  svn:page 1 .

link:activity-ap2099-01--under-heading--vp2099-01 a svn:TraceLink ;
  svn:from activity:ap2099-01 ;
  svn:relation svn:underHeading ;
  svn:to heading:vp2099-01 ;
  svn:basis basis:judgement ;
  svn:rationale "Samma ämne."@sv, "The same topic."@en ;
  dcterms:created "2099-01-01"^^xsd:date .

report-entry:ap2099-01 a svn:ReportEntry ;
  svn:reportsOn activity:ap2099-01 ;
  svn:status status:not-held .

outcome:ap2099-01-1 a svn:Outcome ;
  svn:outcomeOf report-entry:ap2099-01 ;
  svn:outcomeKind outcome-code:measurement ;
  svn:value "12.5"^^xsd:decimal ;
  svn:unit "träd"@sv, "trees"@en ;
  svn:date "2099-XX"^^edtf:EDTF ;
  svn:earliest "2099-01-01"^^xsd:date .
"""


def test_context_round_trips_and_reads_well() -> None:
    from pyld import jsonld

    data = Graph().parse(data=EXAMPLE, format="turtle")
    expanded = jsonld.from_rdf(data.serialize(format="nt"), {"useNativeTypes": False})
    document = jsonld.compact(expanded, context(), {"graph": True})
    things = {thing["id"]: thing for thing in document["@graph"]}
    activity = things["activity:ap2099-01"]
    assert activity["type"] == "Activity"
    assert activity["prefLabel"] == {"sv": "Plantera träd", "en": "Plant trees"}
    assert activity["underHeading"] == "heading:vp2099-01"
    assert activity["wording"] == "wording-thing:activity-ap2099-01--ap2099"
    link = things["link:activity-ap2099-01--under-heading--vp2099-01"]
    assert (link["basis"], link["relation"], link["created"]) == ("judgement", "underHeading", "2099-01-01")
    assert things["report-entry:ap2099-01"]["status"] == "not-held"
    outcome = things["outcome:ap2099-01-1"]
    assert (outcome["outcomeKind"], outcome["value"], outcome["date"]) == ("measurement", "12.5", "2099-XX")
    # No IRI is written out and no typed value is spelt with its datatype.
    body = json.dumps(document["@graph"])
    assert "http" not in body
    assert "@value" not in body
    back = Graph().parse(data=jsonld.to_rdf(document, {"format": "application/n-quads"}), format="nt")
    assert back.isomorphic(data)


def test_context_writes_nothing_but_known_vocabularies() -> None:
    assert context()["svn"] == str(SVN)
    assert all(iri.startswith(ROOT) for p, iri in context().items() if p in KINDS and isinstance(iri, str))


def test_the_shipped_data_contradicts_nothing() -> None:
    source = Graph()
    for triple in graph("svn", "codes", "alignments"):
        source.add(triple)
    source += shipped()
    source.add((PROV.Activity, OWL.disjointWith, PROV.Entity))
    assert nonsense(entails(source)) == []
