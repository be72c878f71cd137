"""Descriptions of things: the same statements in every form, what a reader needs, and stable texts."""

from __future__ import annotations

import json
import random
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from svngraph import pipeline
from svngraph.columns.ends import Ends
from svngraph.namespaces import SVN, Names
from svngraph.publication.description import Describer, retired
from svngraph.publication.jsonld import context_text
from svngraph.publication.texts import Texts
from svngraph.publication.twins import MEDIA_TYPES, Twins
from svngraph.settings import Settings

NAMES = Names()
CONTEXT = f"{NAMES.base}context.jsonld"


def over(nquads: bytes) -> tuple[Describer, Twins]:
    ends = Ends.of_nquads(nquads)
    return Describer(ends), Twins(Texts(ends, NAMES), NAMES, CONTEXT)


@pytest.fixture(scope="module")
def shipped() -> tuple[Describer, Twins]:
    return over(pipeline.open_dataset(Settings()).dump())


def read(octets: bytes, form: str) -> Graph:
    """The triples of a form, by a reader that is not the writer: rdflib, and pyld for JSON-LD."""
    if form == "jsonld":
        context = json.loads(context_text())

        def load(address: str, _options: object) -> object:
            assert address == CONTEXT
            return {"contextUrl": None, "documentUrl": address, "document": context}

        options = {"format": "application/n-quads", "documentLoader": load}
        return Graph().parse(data=jsonld.to_rdf(json.loads(octets), options), format="nt")
    if form == "trig":
        dataset, union = Dataset(), Graph()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            dataset.parse(data=octets, format="trig")
        for subject, predicate, value, _graph in dataset.quads():
            union.add((subject, predicate, value))
        return union
    return Graph().parse(data=octets, format={"ttl": "turtle", "nt": "nt", "rdf": "xml"}[form])


def test_every_form_of_a_description_says_the_same(shipped: tuple[Describer, Twins]) -> None:
    describer, twins = shipped
    ends = describer.ends
    things = [index for index in ends.subjects() if ends.parts(index)[1].startswith(f"{NAMES.base}id/")]
    chosen = random.Random(6).sample(things, 40)  # noqa: S311 # a sample, no secret
    for index in chosen:
        told = describer.of(index)
        assert told is not None
        triples = read(twins.write(told, "nt"), "nt")
        assert len(triples) > 2
        for form in MEDIA_TYPES:
            assert isomorphic(triples, read(twins.write(told, form), form)), (form, ends.parts(index))


def test_a_description_is_what_a_reader_needs(shipped: tuple[Describer, Twins]) -> None:
    describer, twins = shipped
    activity = NAMES.thing("activity", "ap2025-07")
    told = describer.describe(str(activity))
    assert told is not None
    graph = read(twins.write(told, "ttl"), "ttl")
    assert (activity, SVN.underHeading, NAMES.thing("heading", "vp2025-04")) in graph
    assert (NAMES.thing("report-entry", "ap2025-07"), SVN.reportsOn, activity) in graph, "links hither"
    links = {*graph.subjects(SVN["from"], activity), *graph.subjects(SVN.to, activity)}
    assert len(links) > 5
    assert all((link, SVN.basis, None) in graph for link in links), "what each link rests on"
    passages = {*graph.objects(None, SVN.evidence)}
    start = URIRef("http://www.w3.org/ns/oa#start")
    selector = URIRef("http://www.w3.org/ns/oa#hasSelector")
    assert passages
    assert all([*graph.objects(graph.value(passage, selector), start)] for passage in passages), "where it says so"
    label = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
    others = {value for value in graph.objects(activity) if str(value).startswith(f"{NAMES.base}id/")}
    named = {value for value in others if [*graph.objects(value, label)]}
    assert {str(value).split("/")[-2] for value in others - named} <= {"passage", "wording"}, "names for all the rest"


def test_the_json_is_framed_around_the_thing(shipped: tuple[Describer, Twins]) -> None:
    describer, twins = shipped
    told = describer.describe(str(NAMES.thing("activity", "ap2025-07")))
    assert told is not None
    document = json.loads(twins.write(told, "jsonld"))
    assert document["id"] == "https://w3id.org/svngraph/id/activity/ap2025-07"
    assert document["prefLabel"]["sv"].startswith("Stödja ökad samverkan")
    assert document["underHeading"]["prefLabel"]["en"]
    assert {link["basis"] for link in document["@reverse"]["from"]} <= {"stated", "structural", "judgement"}


def test_a_change_elsewhere_leaves_the_text_of_a_description_as_it_was(shipped: tuple[Describer, Twins]) -> None:
    describer, twins = shipped
    before = pipeline.open_dataset(Settings()).dump()
    new = '<https://w3id.org/svngraph/id/activity/aaa> <http://purl.org/dc/terms/identifier> "aaa" <urn:g> .\n'
    other, others = over(new.encode() + before)
    for kind, key in (("activity", "ap2025-07"), ("outcome", "ap2025-09-1"), ("passage", "report2025-5790-5853")):
        one, two = (d.describe(str(NAMES.thing(kind, key))) for d in (describer, other))
        assert one is not None
        assert two is not None
        for form in MEDIA_TYPES:
            assert twins.write(one, form) == others.write(two, form), (kind, form)


def test_what_nobody_speaks_of_has_no_description(shipped: tuple[Describer, Twins]) -> None:
    assert shipped[0].describe("https://w3id.org/svngraph/id/activity/nothing") is None


def test_things_that_are_gone_renamed_or_split() -> None:
    deprecated = '<http://www.w3.org/2002/07/owl#deprecated> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    lines = [f"<urn:{name}> {deprecated} ." for name in ("gone", "renamed", "split", "term")]
    replaced = "<http://purl.org/dc/terms/isReplacedBy>"
    lines += [
        f"<urn:renamed> {replaced} <urn:a> .",
        f"<urn:split> {replaced} <urn:a> .",
        f"<urn:split> {replaced} <urn:b> .",
    ]
    lines.append("<urn:term> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> .")
    found = retired(Ends.of_nquads("\n".join(lines).encode()))
    assert {iri: thing.status for iri, thing in found.items()} == {
        "urn:gone": 410,
        "urn:renamed": 308,
        "urn:split": 300,
    }
    assert found["urn:split"].successors == ("urn:a", "urn:b")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
nodes = st.sampled_from(
    [URIRef("https://w3id.org/svngraph/id/activity/a"), URIRef("urn:x:é/ü'"), URIRef(f"{SVN}Activity")]
)
predicates = st.sampled_from(
    [*(SVN[name] for name in ("underHeading", "evidence", "summary", "from", "status", "value"))]
)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text, tag: Literal(text, lang=tag), texts, st.sampled_from(["sv", "en", "en-gb"])),
    st.builds(
        lambda text: Literal(text, datatype=URIRef("http://www.w3.org/2001/XMLSchema#integer"), normalize=False), texts
    ),
    st.builds(lambda text: Literal(text, datatype=URIRef("urn:type")), texts),
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.tuples(nodes, predicates, st.one_of(nodes, literals)), min_size=1, max_size=10))
def test_hostile_terms_survive_every_form(triples: list[tuple[URIRef, URIRef, URIRef | Literal]]) -> None:
    source = Graph()
    for triple in triples:
        source.add(triple)
    nquads = source.serialize(format="nt").encode()
    describer, twins = over(nquads)
    thing = describer.describe(str(triples[0][0]))
    assert thing is not None
    expected = read(twins.write(thing, "nt"), "nt")
    for form in ("ttl", "trig", "jsonld"):
        assert isomorphic(expected, read(twins.write(thing, form), form)), form
