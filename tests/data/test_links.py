"""The links: each says what it rests on, once, in the right graph; nothing leads to a thing that is not there."""

from collections import Counter, defaultdict

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, RDF, SKOS, XSD

from svngraph.model import BASES, JUDGEMENT
from svngraph.namespaces import ROOT, SVN, Names

NAMES = Names()
EDITORS = NAMES.thing("agent", "svngraph-editors")
UNLABELLED = {"passage", "link", "wording"}
# Links that are reified although their relation is not one of ours to declare, or only sometimes.
SOMETIMES = {ORG.subOrganizationOf, SVN.inPlan}


def links(graph):
    return sorted(graph.subjects(RDF.type, SVN.TraceLink))


def ends(graph, link):
    return tuple(graph.value(link, part) for part in (SVN["from"], SVN.relation, SVN.to))


def test_every_link_is_reified_once(data, relations):
    assert {SVN.serves, SVN.underHeading, SVN.reportsOn, SVN.outcomeOf, SVN.involves, SVN.continues} <= relations
    reified = Counter(ends(data, link) for link in links(data))
    direct = [(s, p, o) for s, p, o in data if p in relations - SOMETIMES or p == ORG.subOrganizationOf]
    assert [triple for triple in direct if reified[triple] != 1] == []


def test_every_reified_link_is_also_a_direct_triple_in_the_same_graph(graphs):
    for graph in graphs.values():
        for link in links(graph):
            assert ends(graph, link) in graph, link


def test_a_link_has_one_start_one_relation_one_end_and_one_basis(data):
    for link in links(data):
        for part in (SVN["from"], SVN.relation, SVN.to, SVN.basis):
            assert len(set(data.objects(link, part))) == 1, (link, part)
        assert data.value(link, SVN.basis) in BASES, link


def test_a_link_uses_a_relation_that_is_meant_for_links(data, relations):
    used = set(data.objects(None, SVN.relation))
    assert used <= relations | SOMETIMES
    # The derived relation is never written by hand.
    assert not set(data.subject_objects(SVN.tracesFirmlyTo))


def test_a_link_is_named_after_what_it_joins(data):
    for link in links(data):
        start, relation, end = ends(data, link)
        (kind, key), (_, target) = NAMES.parts(start), NAMES.parts(end)
        name = NAMES.parts(link)[1]
        assert name.startswith(f"{kind}-{key}--") and name.endswith(f"--{target}"), (link, relation)


def test_a_judgement_has_a_reason_in_both_languages_an_author_and_a_date(data):
    judged = [link for link in links(data) if data.value(link, SVN.basis) == JUDGEMENT]
    assert judged
    for link in judged:
        reasons = list(data.objects(link, SVN.rationale))
        assert sorted(reason.language for reason in reasons) == ["en", "sv"], link
        assert all(len(str(reason)) > 20 for reason in reasons), link
        assert set(data.objects(link, PROV.wasAttributedTo)) == {EDITORS}, link
        (created,) = data.objects(link, DCTERMS.created)
        assert created.datatype == XSD.date and str(created) == created.toPython().isoformat(), link


def test_a_reason_is_given_in_both_languages_wherever_it_is_given(data):
    for link in links(data):
        languages = sorted(reason.language for reason in data.objects(link, SVN.rationale))
        assert languages in ([], ["en", "sv"]), link


def test_only_a_judgement_has_an_author_and_a_date(data):
    for link in links(data):
        if data.value(link, SVN.basis) != JUDGEMENT:
            assert not list(data.objects(link, PROV.wasAttributedTo)), link
            assert not list(data.objects(link, DCTERMS.created)), link


def test_judgements_stand_in_the_graph_of_curation_and_nowhere_else(graphs):
    for key, graph in graphs.items():
        bases = Counter(graph.value(link, SVN.basis) for link in links(graph))
        assert set(bases) <= ({JUDGEMENT} if key == "curation" else set(BASES) - {JUDGEMENT}), key


def test_no_direct_triple_of_a_judgement_stands_in_the_graph_of_a_document(graphs):
    judged = {ends(graphs["curation"], link) for link in links(graphs["curation"])}
    for key, graph in graphs.items():
        if key != "curation":
            assert {triple for triple in judged if triple in graph} == set(), key


def test_the_graph_of_curation_holds_judgements_notes_and_the_editors_only(graphs):
    graph = graphs["curation"]
    direct = {ends(graph, link) for link in links(graph)}
    reified = set(links(graph))
    for s, p, o in graph:
        assert s in reified or (s, p, o) in direct or p == SKOS.note or s == EDITORS, (s, p, o)


def test_continuity_has_a_kind_and_nothing_else_has(data):
    for link in links(data):
        kinds = list(data.objects(link, SVN.continuityKind))
        assert len(kinds) == (data.value(link, SVN.relation) == SVN.continues), link
        assert all(str(kind).startswith(f"{SVN}continuity/") for kind in kinds), link


def test_nothing_leads_to_a_thing_that_is_not_described(data):
    for s, p, o in data:
        if isinstance(o, URIRef) and NAMES.parts(o):
            assert (o, RDF.type, None) in data, (s, p, o)


def test_every_thing_has_a_type_and_all_but_passages_links_and_wordings_a_swedish_label(data):
    for thing in {s for s in data.subjects() if isinstance(s, URIRef)}:
        assert (thing, RDF.type, None) in data, thing
        if NAMES.parts(thing)[0] not in UNLABELLED:
            assert any(label.language == "sv" for label in data.objects(thing, SKOS.prefLabel)), thing


def test_a_thing_is_described_as_one_kind_of_thing(data):
    """More than one class stands only on an organisation, and then on purpose."""
    for thing in {s for s in data.subjects(RDF.type) if isinstance(s, URIRef)}:
        classes = set(data.objects(thing, RDF.type))
        assert len(classes) == 1 or (NAMES.parts(thing)[0] == "organisation" and len(classes) == 2), thing


def test_every_address_is_one_of_ours_or_one_that_a_source_gives(data):
    """Outside our own names only the vocabularies that the prefixes name, and pages that a document links to."""
    vocabularies = tuple(Names().prefixes().values())
    pages = set(data.objects(None, FOAF.page))
    for triple in data:
        for term in triple:
            if isinstance(term, URIRef) and term not in pages:
                assert str(term).startswith((ROOT, *vocabularies)), triple


def test_terms_of_ours_are_declared(data, ontology):
    codes = {"basis", "status", "outcome", "comparator", "continuity", "source-status", "existence"}
    for s, p, o in data:
        for term in (p, o):
            if isinstance(term, URIRef) and str(term).startswith(SVN):
                local = str(term).removeprefix(str(SVN))
                assert local.partition("/")[0] in codes or (term, RDF.type, None) in ontology, (s, p, o)


def test_nothing_has_two_numbers_in_sequence_and_no_two_items_of_a_plan_share_one(data):
    places = defaultdict(list)
    for thing in set(data.subjects(SVN.sequence)):
        (number,) = data.objects(thing, SVN.sequence)
        assert isinstance(number, Literal) and number.datatype == XSD.integer and int(number) >= 1, thing
        kind, key = NAMES.parts(thing)
        group = key.rpartition("-")[0] if kind in {"outcome", "input"} else str(data.value(thing, SVN.inPlan))
        if kind in {"activity", "heading", "report-entry", "outcome", "action-item", "assignment"}:
            places[kind, group].append(int(number))
    for (kind, group), numbers in places.items():
        if kind == "outcome" or group != "None":
            assert sorted(numbers) == list(range(1, len(numbers) + 1)), (kind, group)
