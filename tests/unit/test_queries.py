"""The question library's header, and the binding of parameters."""

import re
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import Graph, Literal
from rdflib.namespace import RDF

from svngraph.errors import InputError, QueryError
from svngraph.namespaces import Names
from svngraph.queries import library, read

HEADER = """\
# title@sv: Fråga
# title@en: Question
# description@sv: En rad för varje ting.
# description@en: One row for each thing.
# param value {type} | värde | value
# column out | svar | answer
"""
NAMES = Names()


def question(body, type_="text", header=HEADER):
    return read("a-question", header.format(type=type_) + body, "a-question.rq")


def bound(type_, value, lang="sv", names=NAMES):
    """The term that a value becomes."""
    text = question("SELECT (§ AS ?out) WHERE { BIND($value AS ?in) }".replace("§", "?in"), type_).bind(
        {"value": value}, names, lang
    )
    return re.search(r"BIND\((.*) AS \?in\)", text)[1]


# Reading


def test_a_question_has_what_its_header_says():
    header = HEADER.replace("# param", "# covers: CQ01, CQ02\n#\n# param")
    asked = question(
        "\nSELECT ?out WHERE { ?out ?p $value FILTER(lang(?p) = $lang) }", "text = å |ä", header.replace(" | värde", "")
    )
    assert (asked.id, asked.title, asked.covers) == ("a-question", {"sv": "Fråga", "en": "Question"}, ("CQ01", "CQ02"))
    assert asked.description["en"] == "One row for each thing."
    (parameter,) = asked.parameters
    assert (parameter.name, parameter.type, parameter.argument, parameter.default) == ("value", "text", None, "å")
    assert parameter.label == {"sv": "ä", "en": "value"}
    assert [column.name for column in asked.columns] == ["out"]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("# title@sv: Fråga\n", ""), 1, "no title@sv"),
        (("# description@en: One row for each thing.\n", ""), 1, "no description@en"),
        (("# param", "# parameter"), 5, "not a header line"),
        (("| värde | value", "| värde"), 5, "missing in a language"),
        (("| värde | value", "| | value"), 5, "missing in a language"),
        (("text |", "words |"), 5, "no such type: words"),
        (("text |", "code:colour |"), 5, "no such type: code:colour"),
        (("text |", "code |"), 5, "no such type: code"),
        (("text |", "item:thing |"), 5, "no such type: item:thing"),
        (("text |", "year = soon |"), 5, "the default of parameter value"),
        (("# param value", "# param lang"), 5, "there already"),
        (("# column out", "# column inn"), 1, "not what the query selects"),
        (("SELECT ?out", "SELECT ?out ?p"), 1, "not what the query selects"),
        (("SELECT ?out", "SELECT *"), 1, "nothing by name"),
        (("$value", "?value"), 1, "not used"),
        (("$value", "$value, $other"), 7, "$other is not declared"),
        (("?p", "?value"), 1, "both a parameter and a variable"),
    ],
)
def test_a_malformed_header_is_refused_with_file_and_line(change, line, words):
    text = HEADER.format(type="text") + "SELECT ?out WHERE { ?out ?p $value }\n"
    assert change[0] in text
    with pytest.raises(InputError) as error:
        read("a-question", text.replace(*change), "a-question.rq")
    assert error.value.where == f"a-question.rq:{line}"
    assert words in str(error.value)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "a.rq").write_bytes("# title@sv: Fråga".encode("latin-1"))
    with pytest.raises(InputError, match=r"a\.rq: cannot be read"):
        library(tmp_path)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, r"a\.rq: there is no topic goals — write it into topics\.toml"),
        ('[plans]\nsv = "Planer"\nen = "Plans"\n', r"a\.rq: there is no topic goals — name one of topics\.toml: plans"),
        ('[goals]\nsv = "Mål"\n', r"topics\.toml: topic goals lacks a name in a language"),
        ("goals = 1\n", r"topics\.toml: topic goals lacks a name"),
        ("[goals\n", r"topics\.toml: cannot be read"),
        (b"[goals]\nsv = '\xff'", r"topics\.toml: cannot be read"),
    ],
)
def test_a_topic_that_is_not_there_is_refused(tmp_path, told, words):
    text = HEADER.format(type="text").replace("# param", "# topic: goals\n# param", 1)
    (tmp_path / "a.rq").write_text(text + "SELECT ?out WHERE { ?out ?p $value }\n", "utf-8")
    if told is not None:
        (tmp_path / "topics.toml").write_bytes(told if isinstance(told, bytes) else told.encode())
    with pytest.raises(InputError) as error:
        library(tmp_path)
    assert re.search(words, str(error.value)), error.value


def test_questions_come_by_topic_and_those_without_come_last(tmp_path):
    (tmp_path / "topics.toml").write_text('[b]\nsv = "B"\nen = "B"\n[a]\nsv = "A"\nen = "A"\n', "utf-8")
    for name, topic in (("one", ""), ("three", "a"), ("two", "a"), ("four", "b")):
        text = HEADER.format(type="text").replace("# param", f"# topic: {topic}\n# param" if topic else "# param", 1)
        (tmp_path / f"{name}.rq").write_text(text + "SELECT ?out WHERE { ?out ?p $value }\n", "utf-8")
    found = library(tmp_path)
    assert [*found] == ["four", "three", "two", "one"]
    assert [question.topic for question in found.values()] == ["b", "a", "a", ""]


@pytest.mark.parametrize(
    "select",
    [
        "SELECT ?out WHERE",
        "SELECT DISTINCT ?out",
        "SELECT (COUNT(DISTINCT ?a) - COUNT(DISTINCT ?b) AS ?out) WHERE",
        'select reduced (IF(STR(?a) = ") AS ?x", "WHERE {", "b")as ?out)',
        "\n# SELECT ?other WHERE\nSELECT ?out FROM <urn:select>",
        "PREFIX a: <urn:SELECT?x>\nSELECT ?out",
    ],
)
def test_the_columns_are_those_of_the_outermost_select(select):
    question(select + " { { SELECT ?a ?b WHERE { ?a ?b $value } } }")


# Binding


def test_only_parameters_are_replaced():
    body = r"""
PREFIX s: <urn:$value>
# $value stays in a comment
SELECT ?out WHERE {
  ?out s:p '$value', "$value\"$value", '''it's '' $value''', \"""a "" $value\""" , s:a\#$value, <urn:$value#> .
  FILTER(?a <$value && $value> 1)
  ?out s:p "å" ; s:q $value.
}"""
    text = question(body.replace('\\"""', '"""')).bind({"value": "X"}, NAMES, "en")
    query = text.partition("SELECT")[2]
    assert query.count('"X"') == 4
    assert text.count("$value") == 8
    assert 's:a\\#"X",' in text


@pytest.mark.parametrize(
    ("type_", "value", "term"),
    [
        ("year", "2025", '"2025"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("integer", "-12", '"-12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "0.5", '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("text", 'a"b\nc\\', r'"a\"b\nc\\"'),
        ("text", r"\u0022", r'"\\\U000000750022"'),
        ("item:activity", "ap2025-07", "<https://w3id.org/svngraph/id/activity/ap2025-07>"),
        ("item:activity", " heading/vp2025-03 ", "<https://w3id.org/svngraph/id/heading/vp2025-03>"),
        ("item", "heading:vp2025-03", "<https://w3id.org/svngraph/id/heading/vp2025-03>"),
        ("item", "https://example.org/å#1", "<https://example.org/å#1>"),
        ("organisation", "region-uppsala", "<https://w3id.org/svngraph/id/organisation/region-uppsala>"),
        ("code:status", "not-held", "<https://w3id.org/svngraph/def/status/not-held>"),
        ("code:status", "status:not-held", "<https://w3id.org/svngraph/def/status/not-held>"),
        ("code:outcome", "decision", "<https://w3id.org/svngraph/def/outcome/decision>"),
        ("iri", "svn:Group", "<https://w3id.org/svngraph/def/Group>"),
        ("iri", "urn:a:b", "<urn:a:b>"),
    ],
)
def test_a_value_becomes_a_term_of_its_type(type_, value, term):
    assert bound(type_, value) == term


def test_things_stand_under_the_publisher_s_base():
    assert bound("organisation", "a", names=Names("https://example.org/")) == "<https://example.org/id/organisation/a>"


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("year", "25", "four digits"),
        ("year", "٢٠٢٥", "four digits"),
        ("integer", "1.5", "whole number"),
        ("decimal", "1e3", "a number"),
        ("item", "ap2025-07", "kind/key or an IRI"),
        ("item:activity", "thing/ap2025-07", "the key of a thing of kind activity"),
        ("item:activity", "two words", "the key of a thing of kind activity"),
        ("organisation", "a> } DROP ALL #", "kind organisation"),
        ("code:status", "https://example.org/done", "def/status"),
        ("code:status", "Not held", "def/status"),
        ("iri", "no-colon", "absolute IRI"),
        ("iri", "http://a/ b", "absolute IRI"),
        ("iri", "http://a/>", "absolute IRI"),
        ("iri", "http://a/\\u003e", "absolute IRI"),
        ("text", "\ud800", "Unicode"),
    ],
)
def test_a_value_of_another_type_is_refused(type_, value, expected):
    with pytest.raises(QueryError) as error:
        bound(type_, value)
    assert "parameter value" in str(error.value)
    assert ascii(value)[1:4] in ascii(str(error.value))
    assert expected in str(error.value)


def test_missing_and_unknown_values_are_refused():
    asked = question("SELECT ?out WHERE { ?out ?p $value }")
    with pytest.raises(QueryError, match=r"a-question: parameter value \(värde\) has no value"):
        asked.bind({}, NAMES, "sv")
    with pytest.raises(QueryError, match="no parameter other — it has value"):
        asked.bind({"other": "a", "value": "b"}, NAMES, "sv")
    with pytest.raises(QueryError, match="no language 'de'"):
        asked.bind({"value": "b"}, NAMES, "de")


HOSTILE = st.text(
    st.one_of(st.sampled_from("\"'\\{}<>$?#uU0254\n\r\t\b\f .;"), st.characters(exclude_categories=["Cs"])), max_size=30
)


@given(HOSTILE)
@example('" } ; DROP ALL # ')
@example("\\u0022 . } #")
@example("\\\\u0022\\U00000022")
@example('"""$value')
@example("\x00\x7f\u2028\ufeff")
def test_no_text_breaks_out_of_its_literal(value):
    text = question("SELECT ?out WHERE { BIND($value AS ?out) }").bind({"value": value}, NAMES, "sv")
    (row,) = pyoxigraph.Store().query(text)
    assert row["out"].value == value


@given(HOSTILE)
@example("\\u0022 . } #")
@example("\\\\u0022\\U00000022")
def test_no_text_breaks_out_in_an_engine_that_expands_codepoints_first(value):
    text = question("SELECT ?out WHERE { ?out ?p $value }").bind({"value": value}, NAMES, "sv")
    graph = Graph()
    graph.add((RDF.nil, RDF.value, Literal(value)))
    graph.add((RDF.type, RDF.value, Literal(value + "x")))
    assert [row.out for row in graph.query(text)] == [RDF.nil]


@given(HOSTILE, st.sampled_from(["item", "item:activity", "organisation", "iri", "code:status", "year", "decimal"]))
def test_whatever_is_given_becomes_one_term_or_is_refused(value, type_):
    try:
        term = bound(type_, value)
    except QueryError:
        return
    list(pyoxigraph.Store().query(f"SELECT * WHERE {{ ?s ?p {term} }}"))
    assert re.fullmatch(r'<[^<>"{}|^`\\\x00-\x20]*>|"[^"\\]*"\^\^<[^<>]*>', term)


# The shipped library


LIBRARY = library(Path(__file__).parents[2] / "ontology" / "questions")


def test_every_competency_question_has_a_query():
    covered = {number for asked in LIBRARY.values() for number in asked.covers}
    assert covered == {f"CQ{number:02d}" for number in range(1, 26)}
    assert len([asked for asked in LIBRARY.values() if not asked.covers]) >= 12


@pytest.mark.parametrize("identifier", sorted(LIBRARY))
def test_a_shipped_question_runs_as_it_stands_and_bound(identifier):
    asked = LIBRARY[identifier]
    assert (
        asked.id.startswith("cq") == any(asked.id[2:4] in number for number in asked.covers)
        or asked.id == "rules-broken"
    )
    store = pyoxigraph.Store()
    for text in [asked.text, *(asked.bind({}, NAMES, lang) for lang in ("sv", "en"))]:
        answer = store.query(text, use_default_graph_as_union=True)
        assert [variable.value for variable in answer.variables] == [column.name for column in asked.columns]
    assert "ORDER BY" in asked.text
    assert "DISTINCT" in asked.text
