"""After any sequence of edits, the incremental report is the one that a full run gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS
from strategies import CLASSES, MIXED, NODES, PREDICATES, datasets
from test_differential import BOUNDED, rows

from svngraph.columns import Snapshot
from svngraph.validation import validate
from svngraph.validation.incremental import IncrementalValidation

LINKS = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), MIXED.objects)
TYPES = st.tuples(st.sampled_from(NODES), st.just(RDF.type), st.sampled_from(CLASSES))
SUBCLASSES = st.tuples(st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES))
EDITS = st.lists(st.lists(st.one_of(LINKS, LINKS, TYPES, SUBCLASSES), min_size=1, max_size=3, unique=True), max_size=4)


@BOUNDED
@given(datasets(st.just(MIXED)), EDITS)
def test_incremental_is_full(dataset, edits) -> None:
    data, shapes = dataset
    triples = set(data)
    kept = IncrementalValidation(Snapshot.of_triples(triples), shapes)
    for edit in edits:
        # What is there goes, what is not comes: deletions and insertions mix in one edit.
        added, removed = [t for t in edit if t not in triples], [t for t in edit if t in triples]
        triples = (triples - set(removed)) | set(added)
        report = kept.apply(added, removed)
        assert rows(report) == rows(validate(Snapshot.of_triples(triples), shapes, engine="columnar"))
        assert len(kept.snapshot) == len(triples)
