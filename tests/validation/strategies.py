"""Random data graphs and random shapes graphs, small enough that their corner cases meet."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection

EX = Namespace("http://example.org/")
NODES = [EX[f"n{i}"] for i in range(5)] + [BNode("b0"), BNode("b1")]
CLASSES = [EX.A, EX.B, EX.C]
PREDICATES = [EX.p, EX.q, EX.r]
# Canonical forms only: a store may rewrite the others (see test_lexical.py for those).
NUMBERS = [
    *(Literal(text, datatype=XSD.integer) for text in ("1", "2", "10", "-3")),
    *(Literal(text, datatype=XSD.decimal) for text in ("1.5", "9.5")),
]
# What rdflib compares in ways of its own.
ODD_NUMBERS = [
    *(Literal(text, datatype=XSD.double, normalize=False) for text in ("2", "1.5", "NaN")),
    Literal("1.5", datatype=XSD.float, normalize=False),
    Literal("100000000000000000000", datatype=XSD.integer, normalize=False),
]
DATES = [Literal(text, datatype=XSD.date) for text in ("2024-02-29", "2023-12-31", "2024-01-01")]
TEXTS = [
    Literal("x", datatype=XSD.integer, normalize=False),
    Literal("2023-02-30", datatype=XSD.date, normalize=False),
    *(Literal(text, datatype=XSD.boolean, normalize=False) for text in ("true", "maybe")),
    *map(Literal, ("", "a", "ab", "åäö", "1", "a\n", 'a"\\')),
    *(Literal(text, lang=tag) for text in ("a", "b") for tag in ("sv", "en", "en-gb")),
]
BOUNDS = (SH.minInclusive, SH.maxExclusive)
PAIRS = (SH.lessThan, SH.lessThanOrEquals)


@dataclass(frozen=True)
class World:
    """What an example is made of. pySHACL orders what SPARQL cannot (numbers and dates, IRIs) and fails on blank nodes
    under sh:lessThan, and walks the inverse of a sequence wrongly; with it the literals are of one kind, inverses are
    of single steps, and pairs are left to a test of their own."""

    literals: tuple[Literal, ...]
    left_out: tuple = ()
    inverse_of_many: bool = True

    @property
    def objects(self):
        return st.sampled_from([*NODES, *self.literals])


MIXED = World((*NUMBERS, *ODD_NUMBERS, *DATES, *TEXTS))
WORLDS = st.sampled_from(
    [
        World(tuple(NUMBERS), PAIRS, inverse_of_many=False),
        World(tuple(DATES), PAIRS, inverse_of_many=False),
        World(tuple(TEXTS), BOUNDS + PAIRS, inverse_of_many=False),
    ]
)

predicates = st.sampled_from(PREDICATES)


@st.composite
def data_graphs(draw, world: World) -> Graph:
    """A graph of a few nodes, types, subclasses, links and values."""
    graph = Graph()
    for triple in draw(st.lists(st.tuples(st.sampled_from(NODES), predicates, world.objects), max_size=14)):
        graph.add(triple)
    for node, cls in draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(CLASSES)), max_size=6)):
        graph.add((node, RDF.type, cls))
    for lower, upper in draw(st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), max_size=2)):
        graph.add((lower, RDFS.subClassOf, upper))
    return graph


def _listed(graph: Graph, members) -> BNode:
    head = BNode()
    Collection(graph, head, members)
    return head if members else RDF.nil


@st.composite
def paths(draw, world: World, graph: Graph, depth: int = 2):
    """The node of a random property path, described in the graph."""
    kind = draw(st.sampled_from(["step"] * 4 + ["inverse", "sequence", "alternative", "star", "plus", "maybe"]))
    if depth == 0 or kind == "step":
        return draw(predicates)
    node = BNode()
    if kind in ("sequence", "alternative"):
        members = [draw(paths(world, graph, depth - 1)) for _ in range(2)]
        if kind == "sequence":
            Collection(graph, node, members)
        else:
            graph.add((node, SH.alternativePath, _listed(graph, members)))
        return node
    words = {"inverse": SH.inversePath, "star": SH.zeroOrMorePath, "plus": SH.oneOrMorePath, "maybe": SH.zeroOrOnePath}
    below = 0 if kind == "inverse" and not world.inverse_of_many else depth - 1
    graph.add((node, words[kind], draw(paths(world, graph, below))))
    return node


def value_constraints(world: World) -> list:
    """The words that fit any shape, with their values."""
    return [
        (SH["class"], st.sampled_from(CLASSES)),
        (SH.datatype, st.sampled_from([XSD.integer, XSD.string, XSD.date, XSD.boolean, RDF.langString])),
        (SH.nodeKind, st.sampled_from([SH.IRI, SH.Literal, SH.BlankNode, SH.BlankNodeOrIRI, SH.IRIOrLiteral])),
        (SH.minInclusive, st.sampled_from([DATES[-1]] if world.literals == tuple(DATES) else [Literal(2)])),
        (SH.maxExclusive, st.sampled_from([DATES[-1]] if world.literals == tuple(DATES) else [NUMBERS[-1]])),
        (SH.minLength, st.sampled_from([Literal(1), Literal(2)])),
        (SH.maxLength, st.sampled_from([Literal(1), Literal(3)])),
        (SH.pattern, st.sampled_from([Literal(text) for text in ("^a", "[0-9]+", "ö$", "^[a-c]+?|x", '"')])),
        (SH.hasValue, world.objects.filter(lambda term: not isinstance(term, BNode))),
        (SH.equals, predicates),
        (SH.disjoint, predicates),
    ]


PATH_CONSTRAINTS = [
    (SH.minCount, st.sampled_from([Literal(0), Literal(1), Literal(2)])),
    (SH.maxCount, st.sampled_from([Literal(0), Literal(1), Literal(2)])),
    (SH.uniqueLang, st.just(Literal(True))),
    (SH.lessThan, predicates),
    (SH.lessThanOrEquals, predicates),
]


@st.composite
def shape(draw, world: World, graph: Graph, node, depth: int, on_path: bool | None = None):
    """A random shape with this node: its path, its constraints and the shapes nested in it."""
    has_path = draw(st.booleans()) if on_path is None else on_path
    if has_path:
        graph.add((node, SH.path, draw(paths(world, graph))))
    options = value_constraints(world) + (PATH_CONSTRAINTS if has_path else [])
    options = [option for option in options if option[0] not in world.left_out]
    for word, values in draw(st.lists(st.sampled_from(options), max_size=2, unique_by=lambda pair: pair[0])):
        graph.add((node, word, draw(values)))
    extra = draw(st.sampled_from(["", "in", "languageIn", "closed"]))
    if extra == "in":
        members = draw(
            st.lists(world.objects.filter(lambda term: not isinstance(term, BNode)), max_size=3, unique=True)
        )
        graph.add((node, SH["in"], _listed(graph, members)))
    elif extra == "languageIn":
        graph.add((node, SH.languageIn, _listed(graph, [Literal("sv"), Literal("en")][: draw(st.integers(1, 2))])))
    elif extra == "closed":
        graph.add((node, SH.closed, Literal(True)))
        graph.add((node, SH.ignoredProperties, _listed(graph, [RDF.type])))
    if depth:
        draw(nested(world, graph, node, depth, has_path))
    if draw(st.sampled_from([False] * 9 + [True])):
        graph.add((node, SH.deactivated, Literal(True)))
    if draw(st.sampled_from([False] * 5 + [True])):
        graph.add((node, SH.sparql, draw(queries(graph))))
    if draw(st.sampled_from([False] * 5 + [True])):
        graph.add((node, SH.severity, draw(st.sampled_from([SH.Warning, EX.Critical]))))
        graph.add((node, SH.message, Literal("fel", lang="sv")))
    return node


STEPS = ("ex:p", "^ex:q", "ex:p/ex:q", "(ex:p|ex:q)", "ex:p+", "ex:p*", "(^ex:q)?", "ex:p/ex:q*")


@st.composite
def queries(draw, graph: Graph) -> BNode:
    """A random query about the focus node, along a path of each kind."""
    graph.add((EX.prefixes, SH.declare, EX.declaration))
    graph.add((EX.declaration, SH.prefix, Literal("ex")))
    graph.add((EX.declaration, SH.namespace, Literal(str(EX), datatype=XSD.anyURI)))
    there = f"$this {draw(st.sampled_from(STEPS))} ?value"
    test = draw(
        st.sampled_from(
            [
                "FILTER NOT EXISTS { ?value ex:r ?x }",
                "FILTER EXISTS { ?value a ex:A }",
                "FILTER isBlank(?value)",
                "FILTER(STRLEN(STR(?value)) > 1)",
            ]
        )
    )
    node = EX[f"query{len(graph)}"]
    graph.add((node, SH.prefixes, EX.prefixes))
    graph.add((node, SH.select, Literal(f"SELECT DISTINCT $this ?value WHERE {{ {there} . {test} }}")))
    return node


@st.composite
def nested(draw, world: World, graph: Graph, node, depth: int, has_path: bool) -> None:
    """The shapes inside a shape: property, node, not, and, or, xone, qualified."""
    kinds = ["property", "property", "node", "not", "and", "or", "xone", ""] + (["qualified"] if has_path else [])
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=2, unique=True)):
        if kind == "property":
            for _ in range(draw(st.integers(1, 2))):
                graph.add((node, SH.property, draw(shape(world, graph, BNode(), depth - 1, True))))
        elif kind in ("and", "or", "xone"):
            members = [draw(shape(world, graph, BNode(), depth - 1)) for _ in range(draw(st.integers(1, 2)))]
            graph.add((node, SH[kind], _listed(graph, members)))
        elif kind == "node":
            graph.add((node, SH.node, draw(shape(world, graph, BNode(), depth - 1, False))))
        elif kind == "not":
            graph.add((node, SH["not"], draw(shape(world, graph, BNode(), depth - 1))))
        elif kind == "qualified":
            graph.add((node, SH.qualifiedValueShape, draw(shape(world, graph, BNode(), depth - 1))))
            graph.add((node, draw(st.sampled_from([SH.qualifiedMinCount, SH.qualifiedMaxCount])), Literal(1)))
            if draw(st.booleans()):
                graph.add((node, SH.qualifiedValueShapesDisjoint, Literal(True)))


@st.composite
def shapes_graphs(draw, world: World) -> Graph:
    """One or two root shapes with random targets."""
    graph = Graph()
    for number in range(draw(st.integers(1, 2))):
        node = draw(shape(world, graph, EX[f"S{number}"], 2))
        targets = [
            (SH.targetClass, st.sampled_from(CLASSES)),
            (
                SH.targetNode,
                st.sampled_from([n for n in [*NODES, *world.literals, EX.absent] if not isinstance(n, BNode)]),
            ),
            (SH.targetSubjectsOf, predicates),
            (SH.targetObjectsOf, predicates),
        ]
        for word, values in draw(st.lists(st.sampled_from(targets), min_size=1, max_size=2)):
            graph.add((node, word, draw(values)))
    return graph


@st.composite
def datasets(draw, worlds):
    """A data graph and a shapes graph of one world."""
    world = draw(worlds)
    return draw(data_graphs(world)), draw(shapes_graphs(world))
