"""The words themselves: shown from the user's own copies of the documents, marked, and those of the digest."""

from __future__ import annotations

import html
import os
import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from svngraph.web.application import create_app
from svngraph.web.dataset import publish

from svngraph import pipeline
from svngraph.model import quote_digest
from svngraph.settings import Settings

SEEDS = Path(os.environ.get("SVNGRAPH_SHARED", str(Path(__file__).resolve().parents[3] / "shared"))) / "seeds"
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reader() -> FlaskClient:
    if not SEEDS.is_dir():
        pytest.skip("the words are not shown: no copies of the source documents (SVNGRAPH_SHARED)")
    settings = Settings(sources=str(SEEDS))
    # Not as a context: the other client of this session is one, and the two would be taken for nested.
    return create_app(publish(pipeline.open_dataset(settings), settings, DAY)).test_client()


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize(
    "path", ["/item/report-entry/ap2025-09", "/item/activity/ap2024-01", "/item/outcome/ap2025-09-1"]
)
def test_the_words_are_shown_marked_and_in_swedish(reader: FlaskClient, path: str, lang: str) -> None:
    page = reader.get(lang + path, headers={"Accept": "text/html"}).get_data(as_text=True)
    shown = re.findall(r'<blockquote lang="sv" class="words">.*?<mark>(.*?)</mark>', page, re.DOTALL)
    assert shown
    assert "Kontrollsumma</dt>" not in page
    data = reader.get(f"{path}.nt").get_data(as_text=True)
    digests = set(re.findall(r'quoteDigest> "([^"]+)"', data))
    store = reader.application.extensions["svngraph"].value.store
    known = {
        str(row[0]) for row in store.select("SELECT ?d { ?p <https://w3id.org/svngraph/def/quoteDigest> ?d }").rows
    }
    assert digests <= known
    assert {quote_digest(html.unescape(words)) for words in shown} <= known


def test_without_copies_no_words_are_shown(client: FlaskClient) -> None:
    page = client.get("/item/report-entry/ap2025-09", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "<mark>" not in page
    assert "Kontrollsumma" in page
