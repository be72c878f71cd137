"""Every dump holds the dataset, whoever reads it, and is the same octets when it is made again."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from svngraph.flattened import statement
from svngraph.namespaces import Names
from svngraph.publication.csvw import METADATA
from svngraph.publication.dumps import CHECKSUMS, Dump, checksums
from svngraph.publication.edition import Edition
from svngraph.publication.parts import parts
from svngraph.serialisation import serialise
from svngraph.store.embedded import canonical, convert

_WITH_GRAPHS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
_UNION = {"turtle": ox.RdfFormat.TURTLE, "rdfxml": ox.RdfFormat.RDF_XML}


def unpacked(folder: Path, made: list[Dump], form: str, plan: str | None = None) -> bytes:
    (dump,) = (dump for dump in made if dump.form.name == form and dump.plan == plan)
    return gzip.decompress((folder / dump.path).read_bytes())


def quads(octets: bytes, form: ox.RdfFormat) -> bytes:
    """What a file says, as canonical N-Quads, so that two files are the same where their graphs are isomorphic."""
    return canonical(ox.serialize(ox.parse(octets, format=form), format=ox.RdfFormat.N_QUADS) or b"")


def union(nquads: bytes) -> bytes:
    return canonical(convert(nquads, "application/n-triples", {}))


@pytest.mark.parametrize("form", [*_WITH_GRAPHS])
def test_the_formats_with_graphs_hold_the_dataset(edition: Edition, folder: Path, made: list[Dump], form: str) -> None:
    assert quads(unpacked(folder, made, form), _WITH_GRAPHS[form]) == edition.canonical


@pytest.mark.parametrize("form", [*_UNION])
def test_the_others_hold_the_union_of_the_graphs(edition: Edition, folder: Path, made: list[Dump], form: str) -> None:
    assert quads(unpacked(folder, made, form), _UNION[form]) == union(edition.canonical)


def test_rdflib_reads_the_same_out_of_a_plan_in_every_form(edition: Edition, folder: Path, made: list[Dump]) -> None:
    expected = Graph().parse(data=union(parts(edition)["ap2024"]), format="nt")
    assert len(expected) > 500
    for form, parser in (("turtle", "turtle"), ("rdfxml", "xml")):
        read = Graph().parse(data=unpacked(folder, made, form, "ap2024"), format=parser)
        assert isomorphic(read, expected), form


def test_an_independent_processor_reads_json_ld_there_and_back(
    edition: Edition, folder: Path, made: list[Dump]
) -> None:
    written = json.loads(unpacked(folder, made, "jsonld", "vp2021"))
    expected = parts(edition)["vp2021"]
    nquads = jsonld.to_rdf(written, {"format": "application/n-quads"})
    assert canonical(nquads.encode()) == canonical(expected)
    context = {"@context": written["@context"]}
    again = jsonld.compact(jsonld.expand(written), context)
    assert canonical(jsonld.to_rdf(again, {"format": "application/n-quads"}).encode()) == canonical(expected)


def test_the_table_of_statements_is_the_dataset(edition: Edition, folder: Path) -> None:
    text = (folder / "dumps/csv/statements.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["subject", "predicate", "object", "graph"]
    lines = [" ".join(filter(None, row)) + " .\n" for row in rows[1:]]
    assert "".join(lines).encode() == edition.canonical


def test_the_columns_of_the_tables_mean_what_the_dataset_says(edition: Edition, folder: Path) -> None:
    """Each cell of a column with a property, read as the metadata says, is a value that the thing has."""
    home = folder / "dumps/csv"
    said = {tuple(cells[:3]) for line in edition.canonical.decode().split("\n") if line for cells in [statement(line)]}
    metadata = json.loads((home / METADATA).read_text("utf-8"))
    assert {table["url"] for table in metadata["tables"]} == {path.name for path in home.glob("*.csv")}
    cells = 0
    for table in metadata["tables"]:
        schema = table["tableSchema"]
        rows = list(csv.DictReader(io.StringIO((home / table["url"]).read_bytes().decode())))
        assert [*rows[0]] == [column["name"] for column in schema["columns"]]
        assert all(column["name"] in column["titles"]["und"] for column in schema["columns"])
        if "primaryKey" not in schema:
            continue
        assert len({row["iri"] for row in rows}) == len(rows) > 0
        for row in rows:
            for column in schema["columns"]:
                cell = row[column["name"]]
                if "propertyUrl" not in column or not cell:
                    continue
                for value in cell.split(" ") if "separator" in column else [cell]:
                    start = (f"<{row['iri']}>", f"<{column['propertyUrl']}>")
                    assert any((*start, term) in said for term in _terms(value, column)), (row["iri"], column["name"])
                    cells += 1
    assert cells > 5000


def _terms(value: str, column: dict[str, str]) -> list[str]:
    """What a cell may stand for, as N-Quads writes it: a cell that a spreadsheet would calculate has an apostrophe."""
    if column["datatype"] == "anyURI":
        return [f"<{value}>"]
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    texts = [text, text.removeprefix("'")]
    if "lang" in column:
        return [f'"{one}"@{column["lang"]}' for one in texts] + [f'"{one}"' for one in texts]
    edtf = "http://id.loc.gov/datatypes/edtf/EDTF"
    xsd = f"http://www.w3.org/2001/XMLSchema#{column['datatype']}"
    return [f'"{one}"{kind}' for one in texts for kind in ("", f"^^<{xsd}>", f"^^<{edtf}>")]


def test_the_workbook_opens_with_a_sheet_for_each_table(folder: Path, edition: Edition) -> None:
    book = openpyxl.load_workbook(folder / "dumps/dataset.xlsx", read_only=True)
    assert book.sheetnames[:3] == ["Planer", "Avtalsmål", "Fokusområden"]
    assert sum(1 for _row in book["Utsagor"].iter_rows()) == edition.canonical.count(b"\n") + 1
    names = [cell.value for cell in next(book["Planer"].iter_rows(max_row=1))]
    assert names[:3] == ["Adress", "Namn (sv)", "Namn (en)"]
    book.close()


def test_checksums_are_those_that_the_tool_of_the_system_finds(folder: Path, made: list[Dump]) -> None:
    home = folder / "dumps"
    assert (home / CHECKSUMS).read_bytes() == checksums(made)
    for line in (home / CHECKSUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((home / name).read_bytes()).hexdigest() == digest
    listed = {line.partition("  ")[2] for line in (home / CHECKSUMS).read_text("utf-8").splitlines()}
    there = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    assert there == listed | {CHECKSUMS}


def test_made_again_by_another_process_every_file_is_the_same(folder: Path, tmp_path: Path) -> None:
    """Another process has another order of sets and other names of blank nodes."""
    code = """
import sys
from pathlib import Path
from svngraph import pipeline
from svngraph.publication.dumps import dumps
from svngraph.publication.edition import Edition
from svngraph.publisher import publisher_of
from svngraph.settings import Settings
settings = Settings()
dumps(Edition(pipeline.open_dataset(settings).dump(), settings.names, publisher_of(settings)), Path(sys.argv[1]))
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    subprocess.run(command, check=True, timeout=900, capture_output=True, env={"PYTHONHASHSEED": "77"})
    assert (tmp_path / "dumps" / CHECKSUMS).read_bytes() == (folder / "dumps" / CHECKSUMS).read_bytes()


def test_the_tables_in_the_archive_are_those_beside_it(folder: Path) -> None:
    with zipfile.ZipFile(folder / "dumps/dataset.csv.zip") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert archive.read(name) == (folder / "dumps/csv" / name).read_bytes()


def test_a_plans_part_is_what_stands_in_it_and_what_that_owns(edition: Edition) -> None:
    told = {key: Graph().parse(data=union(nquads), format="nt") for key, nquads in parts(edition).items()}
    assert set(told) == {plan.key for plan in edition.plans}
    base = "https://w3id.org/svngraph/id/"

    def subjects(key: str, kind: str) -> set[str]:
        return {
            str(s).removeprefix(f"{base}{kind}/") for s in told[key].subjects() if str(s).startswith(f"{base}{kind}/")
        }

    assert subjects("ap2025", "activity") == {f"ap2025-{number:02d}" for number in range(1, 22)}
    assert subjects("ap2025", "heading") == set()
    assert len(subjects("report2025", "outcome")) == 116
    assert subjects("report2025", "plan") == set()
    assert {f"activity-ap2025-01--under-heading--{h}" for h in ("vp2025-01",)} <= subjects("ap2025", "link")
    # A link to a plan's item belongs to the plan that it comes from.
    assert not [link for link in subjects("vp2025", "link") if link.startswith("activity-")]
    # Every passage comes with its document's place.
    assert subjects("ap2024", "passage")


_IRI = st.sampled_from(
    ["http://example.org/a", "https://w3id.org/svngraph/id/activity/å-1", "https://w3id.org/svngraph/def/basis/stated"]
).map(ox.NamedNode)
_BLANK = st.sampled_from(["b0", "b1", "b2"]).map(ox.BlankNode)
_PREDICATE = st.sampled_from(
    [
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "https://w3id.org/svngraph/def/basis",
        "https://w3id.org/svngraph/def/evidence",
        "https://w3id.org/svngraph/def/sequence",
        "http://purl.org/dc/terms/created",
        "http://example.org/own",
    ]
).map(ox.NamedNode)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_LITERAL = st.one_of(
    _TEXT.map(ox.Literal),
    st.builds(lambda text, lang: ox.Literal(text, language=lang), _TEXT, st.sampled_from(["sv", "en", "de-ch"])),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")),
        _TEXT,
        st.sampled_from(["integer", "date", "boolean", "double"]),
    ),
)
_QUAD = st.builds(
    ox.Quad, st.one_of(_IRI, _BLANK), _PREDICATE, st.one_of(_IRI, _BLANK, _LITERAL), st.one_of(_IRI, st.none())
)


@settings(max_examples=80)
@given(st.lists(_QUAD, min_size=1, max_size=8))
def test_no_quad_is_lost_in_json_ld_whatever_it_holds(some: list[ox.Quad]) -> None:
    """Literals that are none, texts where things are wanted, blank nodes that several graphs tell of."""
    nquads = canonical(ox.serialize(some, format=ox.RdfFormat.N_QUADS) or b"")
    assert quads(serialise(nquads, "jsonld", Names()), ox.RdfFormat.JSON_LD) == nquads
    independent = jsonld.to_rdf(json.loads(serialise(nquads, "jsonld", Names())), {"format": "application/n-quads"})
    assert canonical(independent.encode()) == nquads
