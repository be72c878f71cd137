"""What a document calls a thing that was known: each wording with the passage that has it."""

from __future__ import annotations

from pathlib import Path

from rdflib.namespace import RDF

from svngraph.ingest.blocks import Reading
from svngraph.ingest.lifting.items import Item, Lifted, places
from svngraph.ingest.lifting.quads import triples
from svngraph.ingest.reading import read
from svngraph.namespaces import OA, SVN, Names


def _lifted(reading: Reading, **more: object) -> tuple[Item, Lifted]:
    item = Item("activity", "x-01", "Skoter", known=True, **more)  # type: ignore[arg-type] # fields of an item
    for block in reading.blocks:
        item.evidence += places(block)
        item.blocks.append(block)
    return item, Lifted({item.name: item})


def test_every_wording_has_its_own_passage(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Öva skoterförare\n\nFinna skoterförare\n\nSkoter.\n\nÖva skoterförare\n", "utf-8")
    reading = read(path)
    item, lifted = _lifted(reading)
    assert {block.text for block in item.blocks} == {"Öva skoterförare", "Finna skoterförare", "Skoter."}
    found = set(triples(reading, "d", lifted, Names()))
    wordings = {s for s, p, o in found if p == RDF.type and o == SVN.Wording}
    said = {}
    for wording in wordings:
        (text,) = (str(o) for s, p, o in found if (s, p) == (wording, SVN.text))
        passages = [o for s, p, o in found if (s, p) == (wording, SVN.evidence)]
        said[text] = [reading.text[slice(*_range(found, passage))] for passage in passages]
        assert (Names().thing("activity", "x-01"), SVN.wording, wording) in found
    assert said == {"Öva skoterförare": ["Öva skoterförare"], "Finna skoterförare": ["Finna skoterförare"]}


def _range(found: set[tuple[object, ...]], passage: object) -> tuple[int, int]:
    (selector,) = (o for s, p, o in found if s == passage and p == OA.hasSelector)
    start, end = (next(o for s, p, o in found if (s, p) == (selector, term)) for term in (OA.start, OA.end))
    return int(str(start)), int(str(end))
