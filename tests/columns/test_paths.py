"""Property paths as set algebra against the plainest evaluation there is, and against SPARQL."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Namespace

from svngraph.columns import (
    Alternative,
    Inverse,
    OneOrMore,
    Predicate,
    Sequence,
    Snapshot,
    ZeroOrMore,
    ZeroOrOne,
    follow,
    path_text,
    predicates_of,
)
from svngraph.columns.sets import ids_of

EX = Namespace("http://example.org/")
NODES = [EX[name] for name in "abcde"]
STEPS = st.sampled_from([Predicate(EX.p), Predicate(EX.q)])
PATHS = st.recursive(
    STEPS,
    lambda inner: st.one_of(
        st.builds(Inverse, inner),
        st.builds(lambda a, b: Sequence((a, b)), inner, inner),
        st.builds(lambda a, b: Alternative((a, b)), inner, inner),
        st.builds(ZeroOrMore, inner),
        st.builds(OneOrMore, inner),
        st.builds(ZeroOrOne, inner),
    ),
    max_leaves=5,
)
TRIPLES = st.sets(
    st.tuples(st.sampled_from(NODES), st.sampled_from([EX.p, EX.q]), st.sampled_from(NODES)), min_size=1, max_size=10
)


def plain(triples: set, path, node) -> set:
    """Where a path leads from one node, by definition."""
    match path:
        case Predicate(iri):
            return {o for s, p, o in triples if s == node and p == iri}
        case Inverse(inner):
            return {end for end in NODES if node in plain(triples, inner, end)}
        case Sequence(paths):
            ends = {node}
            for step in paths:
                ends = {far for end in ends for far in plain(triples, step, end)}
            return ends
        case Alternative(paths):
            return {end for step in paths for end in plain(triples, step, node)}
        case ZeroOrOne(inner):
            return {node} | plain(triples, inner, node)
        case ZeroOrMore(inner) | OneOrMore(inner):
            seen, waiting = set(), [node] if isinstance(path, ZeroOrMore) else list(plain(triples, inner, node))
            while waiting:
                end = waiting.pop()
                if end not in seen:
                    seen.add(end)
                    waiting.extend(plain(triples, inner, end))
            return seen
    raise AssertionError(path)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(TRIPLES, PATHS, st.sets(st.sampled_from(NODES), min_size=1))
def test_paths_lead_where_they_should(triples, path, starts) -> None:
    snapshot = Snapshot.of_triples(triples)
    ids = ids_of(snapshot.terms.intern(node) for node in starts)
    pairs = follow(snapshot, path, ids)
    found = {
        (snapshot.term(a), snapshot.term(b)) for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    }
    assert found == {(node, end) for node in starts for end in plain(triples, path, node)}
    keys = (pairs.left.astype("int64") << 32) | pairs.right
    assert (keys[1:] > keys[:-1]).all(), "sorted, each once"


def test_a_path_reads_as_sparql() -> None:
    path = Sequence((Alternative((Predicate(EX.p), Inverse(Predicate(EX.q)))), ZeroOrMore(Inverse(Predicate(EX.p)))))
    graph = Graph()
    graph.add((EX.a, EX.p, EX.b))
    rows = set(graph.query(f"SELECT ?x WHERE {{ <{EX.a}> {path_text(path)} ?x }}"))
    assert {row[0] for row in rows} == {EX.b, EX.a}
    assert set(predicates_of(path)) == {EX.p, EX.q}


def test_a_long_chain_closes() -> None:
    length = 400
    triples = {(EX[f"n{i}"], EX.p, EX[f"n{i + 1}"]) for i in range(length)}
    snapshot = Snapshot.of_triples(triples)
    pairs = follow(snapshot, OneOrMore(Predicate(EX.p)), ids_of([snapshot.id(EX.n0)]))
    assert len(pairs) == length
