"""The edition of the shipped plans with its dumps, written once, and one of an invented body."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from svngraph import pipeline
from svngraph.publication.dumps import Dump, dumps
from svngraph.publication.edition import Edition
from svngraph.publisher import publisher_of
from svngraph.settings import Settings


@pytest.fixture(scope="session")
def edition() -> Edition:
    settings = Settings()
    return Edition(pipeline.open_dataset(settings).dump(), settings.names, publisher_of(settings))


@pytest.fixture(scope="session")
def written_dumps(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Dump]]]:
    folder = tmp_path_factory.mktemp("dumps")
    yield folder, dumps(edition, folder)


@pytest.fixture(scope="session")
def folder(written_dumps: tuple[Path, list[Dump]]) -> Path:
    return written_dumps[0]


@pytest.fixture(scope="session")
def made(written_dumps: tuple[Path, list[Dump]]) -> list[Dump]:
    return written_dumps[1]
