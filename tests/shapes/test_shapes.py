"""The shapes and their examples.

Each folder here is a concern, a file of ``shapes/``; each example in it is a test in the form of the W3C's SHACL test
suite: the data, and the report that the shapes graph must give, in one file. The examples are about another, invented
healthcare region. What inference adds before validation (superclasses, svn:tracesTo, svn:linksTo) is written out in
them, so that any SHACL engine can run them as they are.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyshacl
import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, SH
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

HERE = Path(__file__).resolve().parent
SHAPES = HERE.parents[1] / "shapes"
SVNSH = Namespace("https://w3id.org/svngraph/shape/")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
ONTOLOGY = URIRef(str(SVNSH))
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}

FILES = sorted(SHAPES.glob("*.ttl"))
EXAMPLES = sorted(HERE.glob("*/*.ttl"))

# focus node, result path, value, component, severity, source shape
Row = tuple[object, object, object, object, object, object]


@cache
def parsed(path: Path) -> Graph:
    return Graph().parse(path, format="turtle", publicID=path.as_uri())


@cache
def shapes_of(*paths: Path) -> Graph:
    union = Graph()
    for path in paths:
        union += parsed(path)
    return union


ALL = shapes_of(*FILES)
NODE_SHAPES = sorted(s for s in ALL.subjects(RDF.type, SH.NodeShape) if isinstance(s, URIRef))
PROPERTY_SHAPES = sorted(s for s in ALL.subjects(RDF.type, SH.PropertyShape) if isinstance(s, URIRef))


def parts(iri: URIRef) -> str:
    return str(iri).removeprefix(str(SVNSH))


def canonical(graph: Graph, node: Node | None) -> object:
    """A term or a property path as a value that can be compared between graphs."""
    if not isinstance(node, BNode):
        return node
    if (node, RDF.first, None) in graph:
        return "sequence", tuple(canonical(graph, item) for item in Collection(graph, node))
    for predicate, inner in graph.predicate_objects(node):
        if predicate in {SH.inversePath, SH.alternativePath, SH.oneOrMorePath, SH.zeroOrMorePath, SH.zeroOrOnePath}:
            return predicate, canonical(graph, inner)
    return "blank node"


def report(graph: Graph, node: Node) -> tuple[bool, Counter[Row]]:
    """Whether a validation report conforms, and its results."""
    rows: Counter[Row] = Counter()
    for result in graph.objects(node, SH.result):
        keys = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity, SH.sourceShape)
        rows[tuple(canonical(graph, graph.value(result, key)) for key in keys)] += 1
    conforms = graph.value(node, SH.conforms)
    assert isinstance(conforms, Literal)
    return bool(conforms.value), rows


class Example:
    """A test of the W3C form: its data, the shapes files it is for, and the report that is expected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.graph = parsed(path)
        (self.entry,) = self.graph.subjects(RDF.type, SHT.Validate)
        action = self.graph.value(self.entry, MF.action)
        (data,) = self.graph.objects(action, SHT.dataGraph)
        assert str(data) == path.as_uri(), "the data are in the example itself"
        addresses = sorted(str(iri) for iri in self.graph.objects(action, SHT.shapesGraph))
        self.files = [Path(unquote(urlsplit(address).path)).resolve() for address in addresses]
        expected = self.graph.value(self.entry, MF.result)
        assert expected is not None
        self.conforms, self.rows = report(self.graph, expected)

    @property
    def shapes(self) -> Graph:
        return shapes_of(*self.files)

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"


@cache
def example(path: Path) -> Example:
    return Example(path)


def validate(data: Graph, shapes: Graph) -> tuple[bool, Counter[Row]]:
    conforms, graph, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    assert isinstance(graph, Graph), text
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    found = report(graph, node)
    assert found[0] is conforms
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_gives_exactly_the_expected_report(path: Path) -> None:
    given = example(path)
    conforms, rows = validate(given.graph, given.shapes)
    assert (rows - given.rows, given.rows - rows) == (Counter(), Counter()), "unexpected results, missing results"
    assert conforms is given.conforms


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_stands_in_its_place(path: Path) -> None:
    given = example(path)
    shape, kind, number = path.stem.rsplit("-", 2)
    assert number.isdecimal()
    assert kind == ("valid" if given.conforms else "invalid")
    assert given.conforms is not bool(given.rows)
    iri = SVNSH[shape]
    assert iri in {*NODE_SHAPES, *PROPERTY_SHAPES}
    if not given.conforms:
        assert iri in {row[5] for row in given.rows} or any(
            (iri, SH.property, row[5]) in given.shapes for row in given.rows
        )
    assert [file.stem for file in given.files if file.stem != "header"] == [path.parent.name]
    assert {str(label.language) for label in given.graph.objects(given.entry, RDFS.label)} == {"sv", "en"}


def test_manifest_lists_every_example() -> None:
    included = {str(iri) for iri in parsed(HERE / "manifest.ttl").objects(None, MF.include)}
    assert included == {path.as_uri() for path in EXAMPLES}


def focus_nodes(data: Graph, shapes: Graph, shape: Node) -> set[Node]:
    """The focus nodes of a shape in some data, also through the shapes that refer to it with sh:property."""
    found: set[Node] = set(shapes.objects(shape, SH.targetNode))
    for kind in shapes.objects(shape, SH.targetClass):
        found |= set(data.subjects(RDF.type, kind))
    for predicate in shapes.objects(shape, SH.targetSubjectsOf):
        found |= set(data.subjects(predicate, None))
    for predicate in shapes.objects(shape, SH.targetObjectsOf):
        found |= set(data.objects(None, predicate))
    for parent in shapes.subjects(SH.property, shape):
        foci = focus_nodes(data, shapes, parent)
        path = shapes.value(parent, SH.path)
        found |= foci if path is None else {value for focus in foci for value in values(data, shapes, focus, path)}
    return found


def values(data: Graph, shapes: Graph, focus: Node, path: Node) -> set[Node]:
    return {value for _, _, value in data.triples((focus, property_path(shapes, path), None))}


def property_path(shapes: Graph, node: Node) -> URIRef | PropertyPath:
    if isinstance(node, URIRef):
        return node
    if (node, RDF.first, None) in shapes:
        return SequencePath(*(property_path(shapes, item) for item in Collection(shapes, node)))
    ((kind, inner),) = shapes.predicate_objects(node)
    if kind == SH.alternativePath:
        return AlternativePath(*(property_path(shapes, item) for item in Collection(shapes, inner)))
    if kind == SH.inversePath:
        return InvPath(property_path(shapes, inner))
    assert kind == SH.oneOrMorePath
    return MulPath(property_path(shapes, inner), "+")


def exercised(shape: URIRef) -> tuple[set[str], set[str]]:
    """The examples in which a shape meets a focus node and finds nothing, and those in which it finds something."""
    met, found = set(), set()
    path = ALL.value(shape, SH.path)
    may_be_empty = path is None or ALL.value(shape, SH.maxCount) == Literal(0)
    own = {shape} if path is not None else {shape, *ALL.objects(shape, SH.property)}
    own |= {inner for nested in own if isinstance(nested, BNode) for inner in ALL.objects(nested, SH.property)}
    for given in map(example, EXAMPLES):
        if (shape, None, None) not in given.shapes:
            continue
        if any(row[5] in own for row in given.rows):
            found.add(given.name)
            continue
        foci = focus_nodes(given.graph, given.shapes, shape)
        # A shape that looks at values has been tried only where there is a value to look at.
        if any(
            may_be_empty or values(given.graph, given.shapes, focus, path) for focus in foci if path is not None or foci
        ):
            met.add(given.name)
    return met, found


@pytest.mark.parametrize("shape", [*NODE_SHAPES, *PROPERTY_SHAPES], ids=parts)
def test_shape_has_a_valid_and_an_invalid_example(shape: URIRef) -> None:
    met, found = exercised(shape)
    assert any("-valid-" in name for name in met), "no valid example tries this shape"
    assert any("-invalid-" in name for name in found), "no invalid example makes this shape find something"


def languages(shape: Node, predicate: URIRef) -> list[str | None]:
    return sorted(word.language for word in ALL.objects(shape, predicate) if isinstance(word, Literal))


NOT_A_CONSTRAINT = {
    RDF.type, RDFS.label, RDFS.comment, RDFS.isDefinedBy, SH.name, SH.path, SH.property, SH.severity, SH.message,
    SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf,
}  # fmt: skip


@pytest.mark.parametrize("shape", [*NODE_SHAPES, *PROPERTY_SHAPES], ids=parts)
def test_shape_speaks_both_languages(shape: URIRef) -> None:
    both = ["en", "sv"]
    assert str(shape).startswith(str(SVNSH))
    assert ALL.value(shape, RDFS.isDefinedBy) == ONTOLOGY
    assert languages(shape, RDFS.label) == both
    if shape in PROPERTY_SHAPES:
        assert languages(shape, SH.name) == both
    else:
        assert languages(shape, RDFS.comment) == both
    # A node shape that only gathers property shapes gives no result of its own, so it has nothing to say.
    if set(ALL.predicates(shape)) - NOT_A_CONSTRAINT:
        assert languages(shape, SH.message) == both
        assert set(ALL.objects(shape, SH.severity)) <= SEVERITIES
        assert len(set(ALL.objects(shape, SH.severity))) == 1


def test_messages_end_as_sentences_and_say_what_would_mend() -> None:
    for shape in [*NODE_SHAPES, *PROPERTY_SHAPES]:
        for message in ALL.objects(shape, SH.message):
            sentences = [part for part in str(message).split(". ") if part]
            assert str(message).endswith("."), message
            assert len(sentences) >= 2, message


def test_no_shape_is_unnamed_but_for_parts_of_another() -> None:
    """A report names its source shape, so only shapes that cannot stand as one may be blank."""
    for shape in ALL.subjects(SH.path, None):
        if isinstance(shape, BNode) and (None, SH.property, shape) in ALL:
            assert set(ALL.predicates(shape)) == {SH.path, SH.property}, "an unnamed step only leads to focus nodes"


def test_shapes_graph_is_well_formed() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=ALL, meta_shacl=True, inference="none")
    assert conforms, text


def test_shapes_graph_describes_itself() -> None:
    (ontology,) = ALL.subjects(RDF.type, OWL.Ontology)
    assert ontology == ONTOLOGY
    for predicate in (OWL.versionIRI, OWL.versionInfo, DCTERMS.license, DCTERMS.creator):
        assert ALL.value(ontology, predicate) is not None
    for predicate in (RDFS.label, RDFS.comment, DCTERMS.title, DCTERMS.description):
        assert languages(ontology, predicate) == ["en", "sv"]
    for file in FILES:
        assert "CC0-1.0" in file.read_text(encoding="utf-8")


def test_sparql_only_where_core_cannot_say_it() -> None:
    with_queries = {parts(shape) for shape in NODE_SHAPES if (shape, SH.sparql, None) in ALL}
    assert with_queries == {
        "ExplainedLink", "LinkRelation", "PlanOrder", "ContinuityDirection", "ContinuityCycle", "ValidityOrder",
    }  # fmt: skip
