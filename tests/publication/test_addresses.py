"""The table of linked-data cases against the started server, and against the site of files behind a real nginx."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from svngraph import resources

from ..web.conftest import served
from .addresses import CASES, RETIRED, Case
from .hosts import hosted, publish


def ask(address: str, case: Case) -> list[str]:
    """What is wrong with the answer to a case; the request goes out as the table has it."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(case.method, case.path, headers=case.asked())
        answer = connection.getresponse()
        headers: dict[str, str] = {}
        for name, value in answer.getheaders():
            headers[name.lower()] = ", ".join(filter(None, (headers.get(name.lower()), value)))
        return case.wrong(answer.status, headers, answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plans, and beside them some things that are there no more."""
    folder = tmp_path_factory.mktemp("plans") / "data"
    shutil.copytree(resources.data_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "retired.trig").write_text(RETIRED, "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(plans: Path) -> Iterator[str]:
    with served("--data", str(plans)) as address:
        yield address


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server(server: str, case: Case) -> None:
    assert not ask(server, case)


@pytest.fixture(scope="module")
def files(plans: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of files of the same plans."""
    out = tmp_path_factory.mktemp("site") / "out"
    publish(out, "--data", str(plans))
    return out


@pytest.fixture(scope="module")
def nginx(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosted(files, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_site_of_files(nginx: str, case: Case) -> None:
    assert not ask(nginx, case)
