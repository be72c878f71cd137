"""Passages, links and the TriG that holds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import XSD

from svngraph import trig
from svngraph.errors import InputError
from svngraph.model import JUDGEMENT, STATED, Passage, TraceLink, Triple, digest, quote_digest
from svngraph.namespaces import OA, SVN, Names
from svngraph.pipeline import open_dataset
from svngraph.quoting import joined, quotes
from svngraph.settings import Settings

NAMES = Names()
G = NAMES.graph("test")


def test_digests() -> None:
    # SHA-256 of "två ord" in UTF-8, worked out with sha256sum.
    assert quote_digest("  två\n\tord ") == digest("två ord".encode())
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_link_is_written_as_a_triple_and_as_its_explanation() -> None:
    a, b = NAMES.thing("activity", "fp-01"), NAMES.thing("heading", "fv-02")
    passage = Passage("doc", 3, 9, quote_digest("x"), page=2)
    link = TraceLink(a, SVN.underHeading, b, STATED, (passage.iri(NAMES),))
    triples = set(link.triples(NAMES))
    assert (a, SVN.underHeading, b) in triples
    iri = NAMES.thing("link", "activity-fp-01--under-heading--fv-02")
    assert {(p, o) for s, p, o in triples if s == iri} >= {
        (SVN["from"], a),
        (SVN.relation, SVN.underHeading),
        (SVN.to, b),
        (SVN.basis, STATED),
        (SVN.evidence, passage.iri(NAMES)),
    }
    written = set(passage.triples(NAMES))
    assert (passage.iri(NAMES), SVN.page, Literal(2)) in written
    assert {o for _, p, o in written if p in (OA.start, OA.end)} == {Literal(3), Literal(9)}


def test_a_judgement_carries_its_author_and_day() -> None:
    author = NAMES.thing("agent", "eva")
    rationale = (Literal("Samma ämne.", lang="sv"),)
    link = TraceLink(
        NAMES.thing("activity", "a"),
        SVN.continues,
        NAMES.thing("activity", "b"),
        JUDGEMENT,
        (),
        rationale,
        author,
        "2031-05-02",
        SVN["continuity/same"],
    )
    values = {o for _, _, o in link.triples(NAMES)}
    assert {author, Literal("2031-05-02", datatype=XSD.date), SVN["continuity/same"], rationale[0]} <= values


_WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
_THINGS = st.builds(
    lambda kind, key: NAMES.thing(kind, key),
    st.sampled_from(["activity", "heading", "link"]),
    st.from_regex(r"[a-z][a-z0-9.-]{0,8}[a-z0-9]", fullmatch=True),
)
_LITERALS = st.one_of(
    st.builds(lambda text, lang: Literal(text, lang=lang), _WORDS, st.sampled_from(["sv", "en", "de"])),
    st.builds(lambda text: Literal(text), _WORDS),
    st.builds(lambda number: Literal(number), st.integers(-99, 99)),
    st.just(Literal("2023-12-XX", datatype=URIRef("http://id.loc.gov/datatypes/edtf/EDTF"))),
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            _THINGS, st.sampled_from([SVN.evidence, SVN.text, URIRef("http://e/p")]), st.one_of(_THINGS, _LITERALS)
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(),
)
def test_trig_says_what_it_was_given_and_always_the_same(triples: list[Triple], chance: object) -> None:
    text = trig.write({G: triples}, NAMES)
    back = Dataset().parse(data=text, format="trig")
    assert isomorphic(back.graph(G), _graph(triples))
    chance.shuffle(triples)
    assert trig.write({G: triples}, NAMES) == text


def test_blank_nodes_stand_inside_their_subject() -> None:
    passage = Passage("doc", 3, 9, quote_digest("x"))
    text = trig.write({G: passage.triples(NAMES)}, NAMES, comment="made for a test")
    assert text.startswith("# made for a test\n\n@prefix ")
    assert "[ a oa:TextPositionSelector ; oa:end 9 ; oa:start 3 ]" in text
    assert isomorphic(Dataset().parse(data=text, format="trig").graph(G), _graph(passage.triples(NAMES)))


def test_items_stand_in_natural_order() -> None:
    items = [(NAMES.thing("activity", f"fp-{n}"), SVN.sequence, Literal(n)) for n in (10, 9, 1)]
    text = trig.write({G: items}, NAMES)
    assert [text.index(f"fp-{n}\n") for n in (1, 9, 10)] == sorted(text.index(f"fp-{n}\n") for n in (1, 9, 10))


def _graph(triples: object) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def _document(folder: Path, text: str, start: int, end: int, quote: str) -> Settings:
    data, sources = folder / "data", folder / "sources"
    data.mkdir()
    sources.mkdir()
    (sources / "plan.txt").write_text(text, encoding="utf-8")
    (sources / "bild.jpg").write_bytes(b"\xff\xd8\xff")
    document = NAMES.thing("document", "doc")
    passage = Passage("doc", start, end, quote_digest(quote))
    triples: list[Triple] = [*passage.triples(NAMES), (document, SVN.digest, Literal(digest(text.encode())))]
    (data / "doc.trig").write_text(trig.write({G: triples}, NAMES), encoding="utf-8")
    return Settings(data=str(data), sources=str(sources))


def test_quotes_are_read_from_the_users_copy(tmp_path: Path) -> None:
    text = "Åtgärd:\n  Hyr två\n skotrar. Slut."
    setting = _document(tmp_path, text, 10, 27, "Hyr två skotrar.")
    found = quotes(open_dataset(setting), Path(setting.sources or ""))
    (quote,) = found.values()
    assert quote.text == "Hyr två\n skotrar."
    assert joined(found, found) == "Hyr två skotrar."
    assert joined([URIRef("http://e/none")], found) == ""


def test_a_copy_that_differs_is_no_source(tmp_path: Path) -> None:
    setting = _document(tmp_path, "Hyr två skotrar.", 0, 16, "Hyr två skotrar.")
    (tmp_path / "sources" / "plan.txt").write_text("Hyr tre skotrar.", encoding="utf-8")
    (quote,) = quotes(open_dataset(setting), Path(setting.sources or "")).values()
    assert quote.text is None


def test_a_wrong_digest_is_an_error(tmp_path: Path) -> None:
    setting = _document(tmp_path, "Hyr två skotrar.", 0, 16, "Något annat")
    with pytest.raises(InputError, match="not those of the digest"):
        quotes(open_dataset(setting), Path(setting.sources or ""))


def test_a_blank_node_keeps_its_own_properties() -> None:
    node = BNode("x")
    triples: list[Triple] = [(NAMES.thing("activity", "a"), SVN.evidence, node), (node, SVN.text, Literal("a"))]
    assert '[ svn:text "a" ]' in trig.write({G: triples}, NAMES)
