"""The evidence: every passage is where it says, and the documents are covered from the first character to the last.

The documents themselves are not in the repository. The tests that read them are skipped where they are absent.
"""

import re
from collections import Counter

from rdflib.namespace import DCTERMS, RDF

from svngraph.model import JUDGEMENT, digest, quote_digest
from svngraph.namespaces import OA, SVN, Names

NAMES = Names()
# Document, start, end, the digest of the text there (as quote_digest makes it), and why it belongs to the page only.
DATE_LABEL = "sha256:9135882d323cd839a5239648d28440a256c299c08d108c1b09fc4b9872efcc3a"
FURNITURE = [
    (
        "ap2024",
        1352,
        1357,
        "sha256:66088a5449b1d44b964b8832a0510b7f6a025895557fd91d2b53da8e6b793381",
        "the number of the page, «3 (3)», in its header",
    ),
    ("ap2024", 1367, 1372, DATE_LABEL, "the word «Datum» in the header of the page; the date after it is evidence"),
    ("report2025", 2423, 2428, DATE_LABEL, "the word «Datum» in the header of a page; the date after it is evidence"),
]
# The glyphs and numbers in front of the points of a list, of which passages hold the points themselves:
# document, number of them (counted in the documents, and again by the expression below).
MARKERS = {"ap2024": 21, "vp2025-process": 39, "vp2021": 15, "report2025": 21, "ap2025-slides": 9}
MARKER = re.compile(r"^[ \t]*([●•-]|\d\.)(?=\s)", re.MULTILINE)


def uncovered(text, document, passages):
    """The characters of a document, other than white space, that lie in no passage."""
    covered = bytearray(len(text))
    for key, start, end in passages.values():
        if key == document:
            covered[start:end] = b"\1" * (end - start)
    return {at for at, character in enumerate(text) if not covered[at] and not character.isspace()}


def test_the_five_documents_are_described(sources):
    assert set(sources) == {"ap2024", "vp2025-process", "vp2021", "report2025", "ap2025-slides"}


def test_the_digest_of_each_document_is_that_of_its_bytes(data, sources):
    for key, octets in sources.items():
        assert str(data.value(NAMES.thing("document", key), SVN.digest)) == digest(octets), key


def test_each_passage_is_named_after_its_place(passages):
    for passage, (document, start, end) in passages.items():
        assert NAMES.parts(passage) == ("passage", f"{document}-{start}-{end}")
        assert 0 <= start < end


def test_each_passage_stands_in_the_graph_of_its_document(graphs, passages):
    for passage, (document, _, _) in passages.items():
        assert (passage, RDF.type, SVN.Passage) in graphs[document], passage


def test_each_passage_lies_in_its_document_and_its_digest_is_that_of_the_words_there(data, passages, texts):
    for passage, (document, start, end) in passages.items():
        assert end <= len(texts[document]), passage
        assert str(data.value(passage, SVN.quoteDigest)) == quote_digest(texts[document][start:end]), passage


def test_no_passage_begins_or_ends_in_white_space(passages, texts):
    for passage, (document, start, end) in passages.items():
        quote = texts[document][start:end]
        assert quote == quote.strip(), passage


def test_no_passage_begins_or_ends_inside_a_word(passages, texts):
    # A passage may begin after a list marker and end before a full stop, but does not cut a word in two.
    cut = []
    for passage, (document, start, end) in passages.items():
        text = f" {texts[document]} "
        if any(re.fullmatch(r"\w\w", text[at : at + 2]) for at in (start, end)):
            cut.append(str(passage))
    assert cut == []


def test_every_stated_or_structural_link_has_evidence(data, passages):
    for link in data.subjects(RDF.type, SVN.TraceLink):
        if data.value(link, SVN.basis) != JUDGEMENT:
            assert list(data.objects(link, SVN.evidence)), link


def test_all_evidence_is_a_passage_that_is_described(data, passages):
    for subject, passage in data.subject_objects(SVN.evidence):
        assert passage in passages, (subject, passage)


def test_every_passage_is_used(data, passages):
    used = set(data.objects(None, SVN.evidence))
    assert set(passages) == used


def test_every_passage_has_a_single_source_and_selector(data, passages):
    for passage in passages:
        assert len(list(data.objects(passage, OA.hasSource))) == 1
        assert len(list(data.objects(passage, OA.hasSelector))) == 1
        assert len(list(data.objects(passage, SVN.quoteDigest))) == 1


def test_the_list_markers_are_as_many_as_were_counted(texts):
    assert {key: len(MARKER.findall(text)) for key, text in texts.items()} == MARKERS


def test_page_furniture_is_what_was_listed(texts):
    for document, start, end, expected, why in FURNITURE:
        assert quote_digest(texts[document][start:end]) == expected, (document, start, why)


def test_every_character_of_a_document_is_covered_or_page_furniture(texts, passages):
    for document, text in texts.items():
        left = uncovered(text, document, passages)
        left -= {at for key, start, end, *_ in FURNITURE if key == document for at in range(start, end)}
        left -= {at for marker in MARKER.finditer(text) for at in range(*marker.span(1))}
        assert sorted(left) == [], document


def test_page_furniture_is_in_no_passage(passages):
    for document, start, end, _, why in FURNITURE:
        for key, first, last in passages.values():
            assert key != document or last <= start or end <= first, (document, start, why)


def test_a_page_is_given_only_where_the_text_tells(data, passages):
    pages = Counter(passages[passage][0] for passage in data.subjects(SVN.page))
    assert set(pages) <= {"ap2024", "report2025", "ap2025-slides", "vp2025-process", "vp2021"}
    for page in data.objects(None, SVN.page):
        assert int(page) >= 1


def test_every_item_of_the_record_has_evidence(data):
    without = {"Passage", "TraceLink", "SourceDocument", "Wording"}
    kinds = {str(kind).removeprefix(str(SVN)) for kind in data.objects(None, RDF.type) if str(kind).startswith(SVN)}
    bodies = {kind for body in data.subjects(SVN.existence) for kind in data.objects(body, RDF.type)}
    bodies = {str(kind).removeprefix(str(SVN)) for kind in bodies} | {"Role"}
    assert {"AgreementGoal", "Activity", "ReportEntry", "Outcome", "ExternalPlan"} <= kinds - without - bodies
    for kind in kinds - without - bodies:
        for thing in data.subjects(RDF.type, SVN[kind]):
            assert list(data.objects(thing, SVN.evidence)), thing


def test_wordings_have_evidence_in_the_document_that_they_are_named_after(data, passages):
    for wording in data.subjects(RDF.type, SVN.Wording):
        document = NAMES.parts(wording)[1].rpartition("--")[2]
        assert {passages[p][0] for p in data.objects(wording, SVN.evidence)} == {document}, wording


def test_a_wording_is_the_words_of_its_passages(data, passages, texts):
    """Bar white space and hyphens at line ends; a heading may carry the word Fokusområde in front of it."""
    for wording in data.subjects(RDF.type, SVN.Wording):
        quote = "".join(
            texts[document][start:end]
            for document, start, end in sorted(passages[p] for p in data.objects(wording, SVN.evidence))
        )
        # White space and hyphens are left out on both sides: a line may break a word in the source.
        quote, words = (re.sub(r"[\s-]+", "", part) for part in (quote, str(data.value(wording, SVN.text))))
        assert quote.startswith(words) or quote == f"Fokusområde{words}", wording


def test_every_document_is_the_source_of_something(data):
    documents = set(data.subjects(RDF.type, SVN.SourceDocument))
    assert documents == set(data.objects(None, OA.hasSource))
    assert documents == {document for document in data.objects(None, DCTERMS.source) if NAMES.parts(document)}
