"""The question library over the shipped data, held against answers worked out by hand from the documents.

``answers.toml`` has, for each question, what was asked (``given``), the columns that are compared, and the rows that
a person read out of the source documents. A thing is written by its key, a code by its name, an empty cell as "";
``lang`` stands where the columns hold words of one language, ``within`` where only some rows are compared.
"""

import re
import tomllib
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from svngraph import inference
from svngraph.namespaces import SVN, Names
from svngraph.queries import library
from svngraph.resources import rdf_files
from svngraph.store.embedded import EmbeddedStore

ROOT = Path(__file__).parents[2]
NAMES = Names()
LIBRARY = library(ROOT / "ontology" / "questions")
ANSWERS = tomllib.loads((Path(__file__).parent / "answers.toml").read_text("utf-8"))
CASES = [(name, number) for name, cases in ANSWERS.items() for number in range(len(cases))]
# Columns whose things have no label: a passage is a position, a link is what it joins.
UNLABELLED = {"passage", "link", "supported", "severity"}


@pytest.fixture(scope="module")
def store():
    filled = EmbeddedStore()
    for folder in ("data", "ontology"):
        for path in rdf_files(ROOT / folder):
            filled.load(path, NAMES.graph(path.stem if folder == "data" else "ontology"))
    filled.add(inference.entailments(filled), NAMES.graph("inferred"))
    return filled


@pytest.fixture(scope="module")
def graph(store):
    everything = store.respond("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples")
    return Graph().parse(data=everything, format="nt")


def cell(term):
    if term is None:
        return ""
    if isinstance(term, Literal):
        return str(term)
    parts = NAMES.parts(str(term))
    return parts[1] if parts else str(term).removeprefix(SVN).rpartition("#")[2].rpartition("/")[2]


def answer(store, name, lang, given):
    return store.select(LIBRARY[name].bind(given, NAMES, lang))


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_answer_is_the_one_worked_out_by_hand(store, name, number, lang):
    case = ANSWERS[name][number]
    if case.get("lang", lang) != lang:
        pytest.skip("the columns compared are in the other language")
    found = answer(store, name, lang, case.get("given", {}))
    at = [found.variables.index(column) for column in case["columns"]]
    kept = {found.variables.index(column): value for column, value in case.get("within", {}).items()}
    compared = [row for row in found.rows if all(cell(row[i]) == value for i, value in kept.items())]
    rows = {tuple(cell(row[i]) for i in at) for row in compared}
    expected = {tuple(row) for row in case["rows"]}
    assert len(expected) == len(case["rows"])
    assert sorted(rows) == sorted(expected)


def test_every_question_has_an_answer_worked_out_by_hand():
    assert set(ANSWERS) == set(LIBRARY)


@pytest.mark.parametrize("name", LIBRARY)
def test_an_answer_is_the_same_in_both_languages(store, name):
    swedish, english = (answer(store, name, lang, {}) for lang in ("sv", "en"))
    assert len(swedish.rows) == len(english.rows)

    def things(found):
        return sorted(tuple(str(term) for term in row if isinstance(term, URIRef)) for row in found.rows)

    assert things(swedish) == things(english)


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_thing_in_an_answer_has_a_label_beside_it(store, name, lang):
    found = answer(store, name, lang, {})
    for row in found.rows:
        cells = dict(zip(found.variables, row, strict=True))
        for column, term in cells.items():
            if isinstance(term, URIRef) and column not in UNLABELLED:
                assert cells.get(f"{column}Label"), (column, term)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_order_of_an_answer_leaves_nothing_to_chance(store, name):
    found = answer(store, name, "sv", {})
    order = LIBRARY[name].text.rpartition("ORDER BY")[2]
    at = [found.variables.index(variable) for variable in re.findall(r"\?(\w+)", order)]
    keys = [tuple(row[i] for i in at) for row in found.rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", LIBRARY)
def test_another_engine_gives_the_same_answer_in_the_same_order(store, graph, name):
    query = LIBRARY[name].bind({}, NAMES, "sv")
    theirs = [tuple(cell(term) for term in row) for row in graph.query(query)]
    assert theirs == [tuple(cell(term) for term in row) for row in store.select(query).rows]
