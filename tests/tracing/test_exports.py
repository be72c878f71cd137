"""Every export is read by an independent reader, holds every item and link, and bears hostile names."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from svngraph.labels import Label
from svngraph.pipeline import open_dataset
from svngraph.settings import Settings
from svngraph.tracing.exports import FORMS, around, export, of_plan
from svngraph.tracing.graph import Item, TraceGraph, read

from .generated import NAMES

WHEN = datetime(2031, 1, 1, tzinfo=UTC)
HOSTILE = '=1+1 "]; <script>&amp;\x00\x1b[31m\u202e\\N |x| --> {y} å\n%% end'


@pytest.fixture
def graph(fjall: Path) -> TraceGraph:
    return read(open_dataset(Settings(data=str(fjall))), NAMES)


def hostile(graph: TraceGraph, name: str = HOSTILE) -> TraceGraph:
    from dataclasses import replace

    def renamed(item: Item) -> Item:
        return replace(item, label=Label(sv=name, en=name))

    return replace(graph, items={iri: renamed(item) for iri, item in graph.items.items()})


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_every_item_and_link(graph: TraceGraph, form: str) -> None:
    for version in (graph, hostile(graph)):
        octets = export(version, form, "sv", WHEN)
        assert count(form, octets) == (len(graph.items), len(graph.links))
        if form != "xlsx":  # a workbook says when it was made
            assert export(version, form, "sv", WHEN) == octets
            assert "\x1b" not in octets.decode()


def count(form: str, octets: bytes) -> tuple[int, int]:
    """How many items and links a reader of the format finds."""
    text = octets.decode() if form != "xlsx" else ""
    if form in ("graphml", "gexf"):
        found = (nx.read_graphml if form == "graphml" else nx.read_gexf)(io.BytesIO(octets))
        return found.number_of_nodes(), found.number_of_edges()
    if form == "dot":
        lines = text.splitlines()
        strings = re.compile(r'"(?:[^"\\]|\\.)*"')
        plain = [strings.sub('""', line) for line in lines]
        assert not any('"' in line.replace('""', "") for line in plain)
        return sum("[label=" in line for line in plain), sum(" -> " in line for line in plain)
    if form == "mermaid":
        items = re.findall(r'^  n\d+\["[^"\[\]{}|<>;]*(?:#\d+;[^"\[\]{}|<>;]*)*"\]$', text, re.MULTILINE)
        links = re.findall(r"^  n\d+ (?:==>|-->|-\.->)\|[\w ]+\| n\d+$", text, re.MULTILINE)
        assert len(text.splitlines()) == 1 + len(items) + len(links)
        return len(items), len(links)
    if form == "json":
        found = json.loads(text)
        return len(found["items"]), len(found["links"])
    if form == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
        return 13, len(rows) - 1
    if form == "xlsx":
        book = load_workbook(io.BytesIO(octets))
        assert all(cell.data_type != "f" for page in book for row in page.rows for cell in row)
        return book.worksheets[1].max_row - 1, book.worksheets[0].max_row - 1
    tree = ElementTree.fromstring(text)  # noqa: S314 - our own text
    space = "{http://www.omg.org/spec/ReqIF/20110401/reqif.xsd}"
    identifiers = [node.get("IDENTIFIER") for node in tree.iter() if node.get("IDENTIFIER")]
    assert len(identifiers) == len(set(identifiers))
    known = set(identifiers)
    assert all((node.text or "") in known for node in tree.iter() if node.tag.endswith("-REF"))
    return len(list(tree.iter(f"{space}SPEC-OBJECT"))), len(list(tree.iter(f"{space}SPEC-RELATION")))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_no_name_breaks_xml(name: str) -> None:
    item = _ITEM.items[_ONLY]
    from dataclasses import replace

    lone = replace(_ITEM, items={_ONLY: replace(item, label=Label(sv=name))}, links=())
    for form in ("graphml", "gexf", "reqif"):
        ElementTree.fromstring(export(lone, form, "sv", WHEN))  # noqa: S314 - our own text


_ITEM = read(open_dataset(Settings()), NAMES)
_ONLY = NAMES.thing("activity", "ap2025-09")


def test_a_part_of_the_graph_is_what_is_above_and_below() -> None:
    part = around(_ITEM, [_ITEM.items[_ONLY]])
    keys = {(item.level.key, item.key) for item in part.items.values()}
    assert ("goal", "agreement2021-01") in keys
    assert ("outcome", "ap2025-09-1") in keys
    assert ("activity", "ap2025-08") not in keys
    plan = of_plan(_ITEM, NAMES.thing("plan", "ap2025"))
    assert {item.plan for item in plan.items.values() if item.level.key == "activity"} == {
        NAMES.thing("plan", "ap2025")
    }
