"""The tables as CSV on the web: a CSV file for each, and the metadata that says what their columns mean.

Source: https://www.w3.org/TR/tabular-data-model/, https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

from svngraph.labels import Label
from svngraph.publication.edition import Edition
from svngraph.publication.tables import Column, Table
from svngraph.spreadsheet import harmless

METADATA = "csv-metadata.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def csvw(edition: Edition, tables: Sequence[Table]) -> Mapping[str, bytes]:
    """The files of the tables by name: the CSV files, and ``csv-metadata.json``, which processors look for beside them.

    A text that a spreadsheet would calculate has an apostrophe before it; ``statements.csv`` has none such, since its
    terms are written as in N-Quads, and is exactly the dataset.
    """
    files = {f"{table.name}.csv": _csv(table) for table in tables}
    files[METADATA] = (json.dumps(_metadata(edition, tables), ensure_ascii=False, indent=1) + "\n").encode()
    return files


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP archive, the same octets for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, octets)
    return made.getvalue()


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    # The line ends of RFC 4180, which the standard asks for.
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([[harmless(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode()


def _metadata(edition: Edition, tables: Sequence[Table]) -> Mapping[str, object]:
    publisher = edition.publisher
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "sv"}],
        "dc:title": _texts(publisher.title),
        "dc:publisher": _texts(publisher.name),
        "dc:license": {"@id": publisher.licence},
        "tables": [_table(table) for table in tables],
    }


def _table(table: Table) -> Mapping[str, object]:
    schema: dict[str, object] = {"columns": [_column(column) for column in table.columns]}
    if table.key:
        schema |= {"primaryKey": table.key, "aboutUrl": f"{{+{table.key}}}"}
    if table.name == "passages":
        reference = {"resource": "documents.csv", "columnReference": "iri"}
        schema["foreignKeys"] = [{"columnReference": "document", "reference": reference}]
    return {
        "url": f"{table.name}.csv",
        "dc:title": _texts(table.title),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": schema,
    }


def _column(column: Column) -> Mapping[str, object]:
    # The heading is the column's name, which counts as a title of no language.
    said: dict[str, object] = {"name": column.name, "titles": {"und": column.name, **_spoken(column.title)}}
    said["datatype"] = column.datatype
    if column.needed:
        said["required"] = True
    if column.term is not None:
        said["propertyUrl"] = str(column.term)
    if column.language:
        said["lang"] = column.language
    if column.several:
        said["separator"] = " "
    elif column.datatype == "anyURI" and column.term is not None:
        said["valueUrl"] = f"{{+{column.name}}}"
    return said


def _spoken(label: Label) -> Mapping[str, str]:
    return {lang: text for lang, text in (("sv", label.sv), ("en", label.en)) if text}


def _texts(label: Label) -> list[Mapping[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in _spoken(label).items()]
