"""The snapshot: exact terms, merged graphs, edits."""

from __future__ import annotations

import gzip
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, XSD, BNode, Literal, Namespace, URIRef

from svngraph.columns import Kind, Snapshot, Terms
from svngraph.columns.entailment import rdfs_closure
from svngraph.columns.literals import Literals
from svngraph.columns.sets import ids_of
from svngraph.errors import InputError

EX = Namespace("http://example.org/")
NODES = [EX[name] for name in "abcd"]
TRIPLES = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES[:2]), st.sampled_from([*NODES, Literal("a")]))


def triples_of(snapshot: Snapshot) -> set:
    return set(snapshot.graph())


def test_lexical_forms_stay_as_written() -> None:
    text = b'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> <a:s> <a:p> "01"^^xsd:integer, "+1.50"^^xsd:decimal .'
    snapshot = Snapshot.of_bytes(text, "ttl")
    lexicals = {str(obj) for _, _, obj in snapshot.graph()}
    assert lexicals == {"01", "+1.50"}
    assert snapshot.id(Literal("1", datatype=XSD.integer)) is None
    assert snapshot.id(Literal("01", datatype=XSD.integer, normalize=False)) is not None


def test_graphs_are_merged_and_duplicates_removed() -> None:
    data = b"<a:s> <a:p> <a:o> <a:g1> .\n<a:s> <a:p> <a:o> <a:g2> .\n<a:s> <a:p> <a:o> <a:g2> .\n<a:s> <a:p> <a:x> .\n"
    snapshot = Snapshot.of_bytes(data, "nq")
    assert len(snapshot) == 2
    assert len(Snapshot.of_bytes(data, "nq", graphs=[URIRef("a:g1")])) == 1
    triple = (URIRef("a:s"), URIRef("a:p"), URIRef("a:o"))
    once = snapshot.edited(removed=[triple])
    assert len(once) == 2, "the other graph still has it"
    assert len(once.edited(removed=[triple])) == 1


def test_files_of_every_format(tmp_path) -> None:
    files = {
        "a.ttl": "<http://e.org/s> <http://e.org/p> 1 .",
        "b.nt": "<http://e.org/s> <http://e.org/p> <http://e.org/b> .",
        "c.nq": "<http://e.org/s> <http://e.org/p> <http://e.org/c> <http://e.org/g> .",
        "d.trig": "<http://e.org/g> { <http://e.org/s> <http://e.org/p> <http://e.org/d> }",
        "e.jsonld": '{"@id": "http://e.org/s", "http://e.org/p": {"@id": "http://e.org/e"}}',
        "f.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
        '<rdf:Description rdf:about="http://e.org/s"><e:p rdf:resource="http://e.org/f"/></rdf:Description></rdf:RDF>',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with gzip.open(tmp_path / "g.nt.gz", "wt") as packed:
        packed.write("<http://e.org/s> <http://e.org/p> <http://e.org/g> .")
    snapshot = Snapshot.of_files(sorted(tmp_path.iterdir()))
    ends = {str(obj) for _, _, obj in snapshot.graph()}
    assert ends == {"1", *(f"http://e.org/{letter}" for letter in "bcdefg")}


def test_blank_nodes_of_two_files_are_different(tmp_path) -> None:
    for name in ("a.nt", "b.nt"):
        (tmp_path / name).write_text("_:x <a:p> <a:o> .\n", encoding="utf-8")
    assert len(Snapshot.of_files([tmp_path / "a.nt", tmp_path / "b.nt"])) == 2


def test_blank_nodes_have_the_same_labels_at_each_reading(tmp_path) -> None:
    texts = {"a.ttl": "_:f0-0 <a:p> [ <a:q> 1 ] .", "b.nt": "_:x <a:p> _:y .", "c.nt": "_:x <a:p> _:y ."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = sorted(tmp_path.iterdir())
    labels = [sorted(str(n) for n in Snapshot.of_files(paths).graph().all_nodes()) for _ in range(2)]
    assert labels[0] == labels[1]
    assert labels[0] == ["1", "f0-0", "f0-1", "f1-0", "f1-1", "f2-0", "f2-1"]
    snapshot = Snapshot.of_files(paths)
    for node in snapshot.graph().all_nodes():
        assert snapshot.term(snapshot.id(node)) == node


def test_what_stands_in_two_graphs_is_added_to_both() -> None:
    triple = (URIRef("a:s"), URIRef("a:p"), URIRef("a:o"))
    for start in ([], [triple]):
        snapshot = Snapshot.of_triples(start)
        snapshot.column(triple[1], backward=True)
        twice = snapshot.edited(added=[(*triple, URIRef("a:g1")), (*triple, URIRef("a:g2"))])
        assert len(twice) == 1
        once = twice.edited(removed=[(*triple, URIRef("a:g1"))])
        assert len(once) == 1
        assert once.subjects(triple[1], ids_of([once.id(triple[2])])).size == 1
        assert len(once.edited(removed=[triple])) == len(start)


def test_threads_may_share_a_snapshot() -> None:
    """What is worked out at the first look is worked out once, whichever threads look."""
    lines = b"".join(b'<a:s%d> <a:p> "v%d"@sv .\n' % (i, i) for i in range(2000))
    snapshot, failures = Snapshot.of_bytes(lines, "nt"), []
    ids = snapshot.column(URIRef("a:p")).pairs.right
    expected = [len(str(snapshot.term(i))) for i in ids.tolist()]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(40):
            terms = Terms()
            for key in snapshot.terms.keys(range(len(snapshot.terms))):
                terms.number(key)
            literals, barrier = Literals(terms), threading.Barrier(6)

            def look(part: int, terms=terms, literals=literals, barrier=barrier) -> None:
                barrier.wait()
                try:
                    terms.intern(URIRef(f"a:new{part}"))
                    found = literals.lengths(ids[part::6]).tolist()
                    assert found == expected[part::6]
                    assert terms.term(terms.find(URIRef(f"a:new{part}"))) == URIRef(f"a:new{part}")
                    assert len(terms.kinds()) >= len(snapshot.terms)
                except Exception as error:
                    failures.append(error)

            threads = [threading.Thread(target=look, args=(part,)) for part in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert list(terms.keys(range(len(terms)))) == list(terms._ids)
    finally:
        sys.setswitchinterval(interval)
    assert not failures


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("bad.ttl", "<a:s> <a:p> <a:o> .\n<a:s> oops .\n", "bad.ttl:2"),
        ("bad.nt", "<a:s> <a:p> .\n", "bad.nt:1"),
        ("bad.iri.nt", "<a:s> <a b> <a:o> .\n", "bad.iri.nt:1"),
        ("what.docx", "", "what.docx"),
    ],
)
def test_what_is_no_rdf_is_refused_with_its_place(tmp_path, name, text, where) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Snapshot.of_files([tmp_path / name])
    assert str(caught.value.where).endswith(where)
    with pytest.raises(InputError):
        Snapshot.of_files([tmp_path / "absent.ttl"])


def test_kinds_classes_and_literals() -> None:
    text = b"""@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    :Lower rdfs:subClassOf :Middle . :Middle rdfs:subClassOf :Upper . :Upper rdfs:subClassOf :Lower .
    :x a :Lower . :y a :Upper ; rdfs:label "hej"@sv, "12"^^<http://www.w3.org/2001/XMLSchema#integer>, [] ."""
    snapshot = Snapshot.of_bytes(text, "ttl")
    upper = ids_of([snapshot.id(EX.Upper)])
    assert {snapshot.term(i) for i in snapshot.instances(upper).tolist()} == {EX.x, EX.y}
    labels = snapshot.objects(ids_of([snapshot.id(EX.y)]), RDFS.label)
    assert snapshot.terms.of_kind(labels, Kind.LITERAL).sum() == 2
    languages = {snapshot.literals.text(code) for code in snapshot.literals.languages(labels).tolist()}
    assert languages == {"", "sv"}
    assert sorted(snapshot.literals.lengths(labels).tolist())[:2] == [2, 3]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.sets(TRIPLES, max_size=12), st.lists(st.sets(TRIPLES, min_size=1, max_size=4), max_size=5))
def test_edits_are_those_of_a_set(start, edits) -> None:
    snapshot, triples = Snapshot.of_triples(start), set(start)
    for edit in edits:
        snapshot.subjects(NODES[0], ids_of([0]))  # builds a backward column, which edits must keep right
        removed, added = edit & triples, edit - triples
        triples = (triples - removed) | added
        snapshot = snapshot.edited(added, removed)
        assert triples_of(snapshot) == triples
        for predicate in NODES[:2]:
            forward, backward = snapshot.column(predicate).pairs, snapshot.column(predicate, backward=True).pairs
            assert set(zip(forward.left, forward.right, strict=True)) == set(
                zip(backward.right, backward.left, strict=True)
            )


def test_rdfs_entailment() -> None:
    text = b"""@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    :p rdfs:subPropertyOf :q ; rdfs:domain :A . :q rdfs:range :B . :A rdfs:subClassOf :C . :x :p :y, "text" ."""
    graph = rdfs_closure(Snapshot.of_bytes(text, "ttl")).graph()
    assert {(EX.x, EX.q, EX.y), (EX.x, RDF.type, EX.A), (EX.x, RDF.type, EX.C), (EX.y, RDF.type, EX.B)} <= set(graph)
    assert not [triple for triple in graph if isinstance(triple[0], Literal)]
    assert not [triple for triple in graph if isinstance(triple[0], BNode)]
