"""After any sequence of edits, the incremental report is the one that a full run gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS
from strategies import CLASSES, EX, MIXED, NODES, PREDICATES, datasets
from test_differential import BOUNDED, whole

from svngraph.columns import Snapshot
from svngraph.validation import validate
from svngraph.validation.incremental import IncrementalValidation

LINKS = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), MIXED.objects)
TYPES = st.tuples(st.sampled_from(NODES), st.just(RDF.type), st.sampled_from(CLASSES))
SUBCLASSES = st.tuples(st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES))
GRAPHS = st.sampled_from([EX.g, EX.h])
QUADS = st.tuples(st.one_of(LINKS, LINKS, TYPES, SUBCLASSES), GRAPHS).map(lambda pair: (*pair[0], pair[1]))
EDITS = st.lists(st.lists(QUADS, min_size=1, max_size=3, unique=True), max_size=4)


@BOUNDED
@given(datasets(st.just(MIXED)), EDITS)
def test_incremental_is_full(dataset, edits) -> None:
    data, shapes = dataset
    # Some triples stand in two graphs, and stay when one of them loses them.
    quads = {(*triple, EX.g) for triple in data} | {(*triple, EX.h) for triple in list(data)[::2]}
    kept = IncrementalValidation(Snapshot.of_triples([]).edited(quads), shapes)
    for edit in edits:
        # What is there goes, what is not comes: deletions and insertions mix in one edit.
        added, removed = [q for q in edit if q not in quads], [q for q in edit if q in quads]
        quads = (quads - set(removed)) | set(added)
        report = kept.apply(added, removed)
        triples = {quad[:3] for quad in quads}
        full = validate(Snapshot.of_triples(triples), shapes, engine="columnar")
        assert whole(report) == whole(full)
        assert len(kept.snapshot) == len(triples)
