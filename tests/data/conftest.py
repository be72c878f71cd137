"""The shipped data and the documents that it was read from, for the tests of the data."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD

from svngraph.namespaces import OA, SVN, Names

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("SVNGRAPH_SHARED", ROOT / ".." / "shared")).resolve() / "seeds"
NAMES = Names()


@pytest.fixture(scope="session")
def trigs() -> dict[str, Path]:
    """The files of the data, by the key of the named graph that each holds."""
    return {path.stem: path for path in sorted((ROOT / "data").glob("*.trig"))}


def rdflib_term(term):
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == str(XSD.string)
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value))


@pytest.fixture(scope="session")
def graphs(trigs) -> dict[str, Graph]:
    """Each named graph by its key. A file holds its own named graph and no other."""
    found = {}
    for key, path in trigs.items():
        found[key] = Graph()
        for quad in pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.TRIG):
            assert quad.graph_name.value == str(NAMES.graph(key)), f"{path.name} holds another graph"
            found[key].add(tuple(rdflib_term(term) for term in quad.triple))
    return found


@pytest.fixture(scope="session")
def data(graphs) -> Graph:
    """All named graphs as one."""
    together = Graph()
    for graph in graphs.values():
        for triple in graph:
            together.add(triple)
    return together


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return Graph().parse(data=(ROOT / "ontology" / "svn.ttl").read_text(encoding="utf-8"), format="turtle")


@pytest.fixture(scope="session")
def relations(ontology) -> set:
    """Every property that has to be reified: those under svn:linksTo."""
    return set(ontology.transitive_subjects(RDFS.subPropertyOf, SVN.linksTo)) - {SVN.linksTo}


@pytest.fixture(scope="session")
def passages(data) -> dict:
    """For each passage its document's key, start and end."""
    found = {}
    for passage in data.subjects(RDF.type, SVN.Passage):
        selector = data.value(passage, OA.hasSelector)
        start, end = (int(data.value(selector, bound)) for bound in (OA.start, OA.end))
        found[passage] = (NAMES.parts(data.value(passage, OA.hasSource))[1], start, end)
    return found


@pytest.fixture(scope="session")
def sources(data) -> dict[str, bytes]:
    """The bytes of each source document by its key; the tests that need them are skipped where they are absent."""
    if not SEEDS.is_dir():
        pytest.skip(
            f"the source documents are not here: no folder {SEEDS} (set SVNGRAPH_SHARED to the folder above seeds)"
        )
    return {
        NAMES.parts(document)[1]: (SEEDS / str(data.value(document, SVN.fileName))).read_bytes()
        for document in data.subjects(RDF.type, SVN.SourceDocument)
    }


@pytest.fixture(scope="session")
def texts(sources) -> dict[str, str]:
    return {key: octets.decode("utf-8") for key, octets in sources.items()}
