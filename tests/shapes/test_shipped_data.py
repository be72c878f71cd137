"""The shipped data against the shipped shapes: what is reported is what the sources lack, and nothing else."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH, SKOS

ROOT = Path(__file__).resolve().parents[2]
SVN = Namespace("https://w3id.org/svngraph/def/")
SVNSH = "https://w3id.org/svngraph/shape/"

# The reasons, worked out from the documents and not from the report.
EXPECTED = {
    # No source says which goal an activity, or its focus area, serves: every chain holds by judgement.
    ("Warning", "Activity-goal-firm"): 42,
    # The report of 2024 is not among the sources, and the year is over.
    ("Violation", "Activity-report"): 21,
    # The row on local care names a theme for a meeting, but nobody who is to do it.
    ("Violation", "ActionItem-responsible"): 1,
    ("Warning", "Assignment-assignee"): 1,
    # The slides show examples: four rows of the action plan, on five activities.
    ("Info", "Activity-action"): 16,
    # The business plan 2021-2024 is a plain list: no focus areas, and only its first item repeats a goal.
    ("Warning", "PlanHeading-focus-area"): 15,
    ("Warning", "PlanHeading-goal"): 14,
    # The slides give the goal texts of four of the twelve headings.
    ("Info", "HeadingGoalText"): 8,
    # The agreement, the business plan 2025-2028, the activity plan 2025 and the action plan are not themselves sources.
    ("Info", "SourceStatus-whole"): 4,
    # "2023-12-xx" on the activity plan 2024: the document and the plan.
    ("Info", "Dated-precise"): 2,
    # NSPL and RCC stand as abbreviations only.
    ("Info", "Organisation"): 2,
}
# Where a person links a 2024 activity to an item of the older plan, it has a heading: how many is a judgement.
JUDGED = {("Info", "Activity-heading")}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def data(ontology: Graph) -> Graph:
    """The shipped data with the entailments that come before validation, as of 2026."""
    files = sorted((ROOT / "data").glob("*.trig"))
    if not files:
        pytest.skip("no data yet")
    union = Graph()
    for path in files:
        # Not rdflib's own reader of TriG: it warns about a part of rdflib that it uses itself.
        triples = (quad.triple for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TRIG))
        union.parse(data=pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")
    above = ontology + union
    rules = (
        "CONSTRUCT { ?thing a ?above } WHERE { ?class rdfs:subClassOf+ ?above . ?thing a ?class }",
        "CONSTRUCT { ?from ?above ?to } WHERE { ?property rdfs:subPropertyOf+ ?above . ?from ?property ?to }",
        """CONSTRUCT { ?from svn:tracesFirmlyTo ?to } WHERE {
             ?relation rdfs:subPropertyOf+ svn:tracesTo .
             ?link svn:relation ?relation ; svn:from ?from ; svn:to ?to ; svn:basis ?basis .
             FILTER(?basis != <https://w3id.org/svngraph/def/basis/judgement>) }""",
        """CONSTRUCT { ?activity svn:reportDue true } WHERE {
             ?activity a svn:Activity ; svn:inPlan/svn:planYear ?year . FILTER(SUBSTR(STR(?year), 1, 4) < "2026") }""",
    )
    for rule in rules:
        union += above.query(rule, initNs={"svn": SVN, "rdfs": RDFS})
    return union


@pytest.fixture(scope="module")
def found(data: Graph, shapes: Graph) -> Counter[tuple[str, str]]:
    began = time.process_time()
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    took = time.process_time() - began
    assert isinstance(report, Graph), text
    # About 2.5 s on a plain machine; the rest is room for a loaded one.
    assert took < 10, "the shapes have become slow"
    return Counter(
        (
            str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)),
            str(report.value(result, SH.sourceShape)).removeprefix(SVNSH),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )


def test_report_is_the_truth_about_the_record(found: Counter[tuple[str, str]]) -> None:
    assert {key: count for key, count in found.items() if key not in JUDGED} == EXPECTED


def test_code_lists_of_the_shapes_are_those_of_the_ontology(shapes: Graph, ontology: Graph) -> None:
    for shape, codes in shapes.subject_objects(SH["in"]):
        listed = set(Collection(shapes, codes))
        if len(listed) < 2 or not all(isinstance(code, URIRef) for code in listed):
            continue
        (scheme,) = {ontology.value(code, SKOS.inScheme) for code in listed}
        concepts = set(ontology.subjects(RDF.type, SKOS.Concept)) & set(ontology.subjects(SKOS.inScheme, scheme))
        assert listed == concepts, shape


def test_every_link_has_its_ends_checked(shapes: Graph, ontology: Graph) -> None:
    links = {link for link in ontology.transitive_subjects(RDFS.subPropertyOf, SVN.linksTo) if link.startswith(SVN)}
    for link in links - {SVN.linksTo, SVN.tracesTo, SVN.tracesFirmlyTo}:
        name = str(link).removeprefix(str(SVN))
        assert (URIRef(SVNSH + name), SH.targetSubjectsOf, link) in shapes, name
        assert (URIRef(f"{SVNSH}{name}-to"), SH.path, link) in shapes, name


def test_every_term_of_the_shapes_is_defined(shapes: Graph, ontology: Graph) -> None:
    terms = {
        term
        for triple in shapes
        for term in triple
        if isinstance(term, URIRef) and str(term).startswith(str(SVN)) and term != URIRef(str(SVN))
    }
    undefined = {term for term in terms if (term, RDF.type, None) not in ontology}
    assert not undefined


def test_no_blank_node_of_the_data_is_reported_without_a_name(data: Graph) -> None:
    """A focus node that is blank cannot be found by a reader, so only selectors are blank."""
    blank = {kind for node, kind in data.subject_objects(RDF.type) if isinstance(node, BNode)}
    assert blank <= {URIRef("http://www.w3.org/ns/oa#TextPositionSelector")}


def test_due_is_never_written_in_the_data(data: Graph) -> None:
    assert set(data.objects(None, SVN.reportDue)) <= {Literal(True)}
    for path in (ROOT / "data").glob("*.trig"):
        assert "reportDue" not in path.read_text(encoding="utf-8")
