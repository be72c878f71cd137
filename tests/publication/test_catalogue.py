"""The catalogue conforms to DCAT-AP and to the Swedish profile, by two validators; each broken rule is found."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, RDF, SH, VOID

from svngraph import resources
from svngraph.columns import Snapshot
from svngraph.publication.catalogue import catalogue
from svngraph.publication.dumps import Dump
from svngraph.publication.edition import Edition
from svngraph.publication.void import void
from svngraph.publication.writing import written
from svngraph.store.embedded import EmbeddedStore
from svngraph.validation import validate

from ..conftest import SHARED
from .authorities import with_authorities

DCAT = Namespace("http://www.w3.org/ns/dcat#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SUITE = SHARED / "suites" / "dcat-ap"
BASE = "https://w3id.org/svngraph/"


@pytest.fixture(scope="module")
def described(edition: Edition, made: list[Dump]) -> Graph:
    return catalogue(edition, made)


def violations(data: Graph, shapes: Graph, *severities: URIRef) -> tuple[set[str], set[str]]:
    """The violations, or results of some severities, as focus node, shape and component: ours and those of pySHACL."""
    wanted = severities or (SH.Violation,)
    report = validate(Snapshot.of_triples(data), shapes)
    ours = {f"{one.focus_node} {one.source_shape} {one.component}" for one in report.results if one.severity in wanted}
    _conforms, found, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    theirs = {
        f"{found.value(one, SH.focusNode)} {found.value(one, SH.sourceShape)} "
        f"{found.value(one, SH.sourceConstraintComponent)}"
        for severity in wanted
        for one in found.subjects(SH.resultSeverity, severity)
    }
    return ours, theirs


@pytest.mark.skipif(not SUITE.is_dir(), reason="the shapes of DCAT-AP are not here")
@pytest.mark.parametrize(
    "name",
    [
        "3.0.1/shapes.ttl",
        "3.0.1/range.ttl",
        "3.0.1/shapes_recommended.ttl",
        "3.0.1/deprecateduris.ttl",
        "dcat-ap-SHACL+ranges.3.0.1.fixed.ttl",
    ],
)
def test_the_catalogue_conforms_to_dcat_ap(described: Graph, edition: Edition, name: str) -> None:
    data = with_authorities(described, edition.address)
    assert violations(data, Graph().parse(SUITE / name)) == (set(), set())


@pytest.mark.skipif(not SUITE.is_dir(), reason="the shapes of DCAT-AP are not here")
def test_every_code_is_of_the_list_that_the_eu_names(described: Graph, edition: Edition) -> None:
    """But for one shape, which asks for SPDX's algorithm under https, where SPDX has it under http."""
    data = with_authorities(described, edition.address)
    report = validate(Snapshot.of_triples(data), Graph().parse(SUITE / "3.0.1/mdr-vocabularies.shape.ttl"))
    found = {str(one.path) for one in report.results if one.severity == SH.Violation}
    assert found == {"http://spdx.org/rdf/terms#algorithm"}


def test_the_catalogue_conforms_to_the_swedish_profile(described: Graph) -> None:
    shapes = Graph().parse(resources.catalogue_shapes())
    assert violations(described, shapes, SH.Violation, SH.Warning) == (set(), set())


def _without(graph: Graph, *pattern: object) -> Graph:
    changed = Graph()
    for triple in graph:
        changed.add(triple)
    changed.remove(pattern)  # type: ignore[arg-type] # a pattern of terms and None
    return changed


CATALOGUE, WHOLE = URIRef(f"{BASE}catalog"), URIRef(f"{BASE}catalog/dataset/all")
PUBLISHER, CONTACT = URIRef(f"{BASE}catalog/publisher"), URIRef(f"{BASE}catalog/contact")
SERIES = URIRef(f"{BASE}catalog/series/plans")
TURTLE = URIRef(f"{BASE}catalog/distribution/all/turtle")


@pytest.mark.parametrize(
    ("subject", "predicate", "replaced"),
    [
        (CATALOGUE, DCTERMS.license, None),
        (CATALOGUE, DCTERMS.license, URIRef("https://creativecommons.org/publicdomain/zero/1.0/")),
        (CATALOGUE, DCAT.dataset, None),
        (CATALOGUE, DCTERMS.publisher, None),
        (WHOLE, DCTERMS.publisher, None),
        (WHOLE, DCTERMS.title, Literal("utan språk")),
        (WHOLE, DCAT.contactPoint, None),
        (WHOLE, DCAT.distribution, BNode("nameless")),
        (SERIES, DCTERMS.publisher, None),
        (SERIES, DCAT.inSeries, SERIES),
        (TURTLE, DCAT.accessURL, None),
        (TURTLE, DCTERMS["format"], Literal("text/turtle")),
        (PUBLISHER, DCTERMS.type, None),
        (PUBLISHER, FOAF.name, None),
        (CONTACT, VCARD.hasEmail, Literal("oppnadata@example.org")),
        (CONTACT, VCARD.fn, None),
    ],
)
def test_each_rule_of_the_swedish_profile_finds_what_breaks_it(
    described: Graph, subject: URIRef, predicate: URIRef, replaced: URIRef | Literal | BNode | None
) -> None:
    broken = _without(described, subject, predicate, None)
    if replaced is not None:
        broken.add((subject, predicate, replaced))
    ours, theirs = violations(broken, Graph().parse(resources.catalogue_shapes()), SH.Violation, SH.Warning)
    assert ours
    assert ours == theirs
    # A missing link may be found from its other end too; what is broken is named in any case.
    assert any(str(subject) in line or predicate == DCAT.dataset for line in ours)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the examples of DCAT-AP-SE are not here")
@pytest.mark.parametrize("name", ["obligatoriskt.ttl", "rekommenderat.ttl"])
def test_the_examples_of_the_profile_break_only_what_is_newer_than_they_are(name: str) -> None:
    """The mandatory one has no type of publisher, which the profile asks for since 3.0.1; both leave out vcard:Kind."""
    example = Graph().parse(SUITE.parent / "dcat-ap-se" / name)
    ours, theirs = violations(example, Graph().parse(resources.catalogue_shapes()))
    assert ours == theirs
    shapes = {line.split(" ")[1].rsplit("/", 1)[-1] for line in ours}
    assert shapes == ({"Agent-type"} if name == "obligatoriskt.ttl" else {"NoBlankNode"})


def test_a_portal_can_harvest_it(described: Graph) -> None:
    assert not [node for triple in described for node in triple if isinstance(node, BNode)]
    harvested = written(described, "rdfxml")
    assert isomorphic(Graph().parse(data=harvested, format="xml"), described)
    assert b'rdf:about="http' in harvested and b"rdf:nodeID" not in harvested
    for form, parser in (("turtle", "turtle"), ("jsonld", "json-ld"), ("ntriples", "nt")):
        assert isomorphic(Graph().parse(data=written(described, form), format=parser), described), form


def test_every_plan_is_a_dataset_of_the_series_and_follows_the_last_of_its_kind(described: Graph) -> None:
    def plan(key: str) -> URIRef:
        return URIRef(f"{BASE}catalog/dataset/plan/{key}")

    members = set(described.subjects(DCAT.inSeries, SERIES))
    assert members == {plan(key) for key in ("vp2021", "vp2025", "ap2024", "ap2025", "hp2025", "report2025")}
    assert set(described.subject_objects(DCAT.prev)) == {
        (plan("vp2025"), plan("vp2021")),
        (plan("ap2025"), plan("ap2024")),
    }
    period = described.value(plan("vp2025"), DCTERMS.temporal)
    assert str(described.value(period, DCAT.startDate)) == "2025-01-01"
    assert str(described.value(period, DCAT.endDate)) == "2028-12-31"


def test_sizes_and_checksums_are_those_of_the_files(described: Graph, folder: Path, made: list[Dump]) -> None:
    import hashlib

    spdx = Namespace("http://spdx.org/rdf/terms#")
    files = {str(url): node for node, url in described.subject_objects(DCAT.downloadURL)}
    assert len(files) == len([dump for dump in made if "/csv/" not in dump.path])
    for address, node in files.items():
        octets = (folder / address.removeprefix(BASE)).read_bytes()
        assert str(described.value(node, DCAT.byteSize)) == str(len(octets))
        checksum = described.value(node, spdx.checksum)
        assert str(described.value(checksum, spdx.checksumValue)).casefold() == hashlib.sha256(octets).hexdigest()


def test_the_figures_of_void_are_those_that_queries_count(edition: Edition, made: list[Dump], tmp_path: Path) -> None:
    """Every count, asked of the same quads in SPARQL, which the description was not made with."""
    told, whole = void(edition, made), URIRef(f"{BASE}catalog/dataset/all")
    path = tmp_path / "all.nq"
    path.write_bytes(edition.canonical)
    store = EmbeddedStore()
    store.load(path)

    def counted(query: str) -> dict[str, tuple[int, ...]]:
        return {str(row[0]): tuple(int(str(n)) for n in row[1:]) for row in store.select(query).rows}

    distinct = "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    by_property = counted(
        f"SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) {{ {distinct} }} GROUP BY ?p"
    )
    terms = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
    said = {
        str(told.value(part, VOID.property)): tuple(int(str(told.value(part, term))) for term in terms)
        for part in told.objects(whole, VOID.propertyPartition)
    }
    assert said == by_property
    by_class = counted("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c")
    classes = {
        str(told.value(part, VOID["class"])): (int(str(told.value(part, VOID.entities))),)
        for part in told.objects(whole, VOID.classPartition)
    }
    assert classes == by_class
    totals = f"SELECT (1 AS ?k) (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) {{ {distinct} }}"
    (numbers,) = counted(totals).values()
    assert tuple(int(str(told.value(whole, term))) for term in terms) == numbers
    assert int(str(told.value(whole, VOID["classes"]))) == len(by_class)
    assert int(str(told.value(whole, VOID.properties))) == len(by_property)
    entities = f'SELECT (1 AS ?k) (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}id/")) }}'
    assert counted(entities)["1"] == (int(str(told.value(whole, VOID.entities))),)
    linked = """PREFIX svn: <https://w3id.org/svngraph/def/> SELECT (1 AS ?k) (COUNT(DISTINCT ?a) AS ?n)
      { ?a svn:underHeading ?h . ?a svn:inPlan <https://w3id.org/svngraph/id/plan/ap2025> .
        ?h svn:inPlan <https://w3id.org/svngraph/id/plan/vp2025> }"""
    linkset = URIRef(f"{BASE}.well-known/void#linkset-ap2025-underHeading-vp2025")
    assert counted(linked)["1"] == (int(str(told.value(linkset, VOID.triples))),)
    assert (linkset, RDF.type, VOID.Linkset) in told
    assert not [node for triple in told for node in triple if isinstance(node, BNode)]
