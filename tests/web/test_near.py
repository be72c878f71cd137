"""What a thing's page reads is the same out of the quads and asked in SPARQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from rdflib.term import Node
from svngraph.web.dataset import publish
from svngraph.web.near import Asked, Near

from svngraph import pipeline
from svngraph.settings import Settings


@pytest.mark.parametrize(
    "form", ["outgoing", "incoming", "links", "rationales", "passages", "wordings", "outcomes", "groups"]
)
def test_both_readings_give_the_same_rows(form: str) -> None:
    settings = Settings()
    data = publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22))
    ends = data.describing.ends
    assert ends is not None
    near, asked = Near(ends), Asked(data.rows)
    things = [
        ends.parts(index)[1] for index in ends.subjects() if ends.parts(index)[1].startswith(f"{settings.base}id/")
    ]
    several = form in ("passages", "outcomes", "groups")
    calls = [(tuple(things),)] if several else [(thing,) for thing in things[::7]]
    met = 0
    for call in calls:
        one, two = _rows(getattr(near, form)(*call)), _rows(getattr(asked, form)(*call))
        assert one == two, call
        met += len(one)
    assert met > 10


def _rows(rows: Iterable[tuple[Node | None, ...]]) -> list[tuple[str, ...]]:
    """The rows in order, blank nodes by their kind alone: they have other labels in each reading."""
    return sorted(tuple("" if t is None else t.n3() if not t.n3().startswith("_:") else "_:" for t in r) for r in rows)
