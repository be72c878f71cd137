"""The table of linked-data cases against the started server, and against the site of files behind real web servers."""

from __future__ import annotations

import gzip
import html
import http.client
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from svngraph import resources

from ..web.conftest import served
from .addresses import CASES, ID, ITEM, RETIRED, TTL, Case
from .hosts import PROGRAMS, hosted, publish

_REFERENCE = re.compile(r'(?:href|src|action)="([^"]*)"')
_PLACE = re.compile(r' id="([^"]*)"')
_NAME = re.compile(r"<https://w3id\.org/svngraph/((?:id|def|shape|graph)/[^>]+)>")


def ask(address: str, case: Case) -> list[str]:
    """What is wrong with the answer to a case; the request goes out as the table has it."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
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


@pytest.fixture(scope="module", params=PROGRAMS)
def host(request: pytest.FixtureRequest, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site of files behind each of the web servers that it brings rules for."""
    with hosted(request.param, files, tmp_path_factory.mktemp(request.param)) as address:
        yield address


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_site_of_files(host: str, case: Case) -> None:
    """No server is excused from any case."""
    assert not ask(host, case)


def test_the_site_stands_below_a_path_too(host: str) -> None:
    path = f"/svngraph{ID}"
    case = Case("below a path", path, 303, TTL, location=f"/svngraph{ITEM}.ttl")
    assert not ask(host, case)
    assert not ask(host, Case("a slash too many", f"/svngraph{ITEM}/", 308, location=f"/svngraph{ITEM}"))


def test_published_again_by_another_process_nothing_is_written(files: Path, plans: Path) -> None:
    """Nothing in a file follows from the order of a set, from labels of blank nodes or from the time."""
    assert re.search(r": 0 filer skrivna, [0-9]{5,} oförändrade, 0 borttagna", publish(files, "--data", str(plans)))


@pytest.mark.parametrize("page", ["data.html", "en/data.html"])
def test_the_page_of_the_files_lists_them(files: Path, page: str) -> None:
    """However long they take to make: the page of the server says that they are being made, that of a site cannot."""
    told = (files / page).read_text("utf-8")
    made = [file.name for file in (files / "dumps").iterdir()]
    assert len(made) > 10
    assert all(f"dumps/{name}" in told for name in made if name.startswith("dataset."))


def test_every_reference_between_files_is_alive(files: Path) -> None:
    """Every reference of every page of the site leads to a file, and to a place in it where it names one."""
    pages = sorted(files.rglob("*.html"))
    assert len(pages) > 5_000
    places: dict[Path, set[str]] = {}
    dead: set[tuple[str, str]] = set()
    for page in pages:
        text = page.read_text("utf-8")
        for reference in set(_REFERENCE.findall(text)):
            to = html.unescape(reference)
            if not to or to.startswith(("http://", "https://", "mailto:", "data:")):
                continue
            path, _, fragment = to.partition("#")
            path = path.partition("?")[0]
            if to.startswith("/"):
                target = files / unquote(path.removeprefix("/svngraph/"))
            else:
                target = Path(os.path.normpath(page.parent / unquote(path))) if path else page
            if not target.is_file():
                dead.add((str(page.relative_to(files)), to))
            elif fragment and target.suffix == ".html":
                if target not in places:
                    places[target] = {html.unescape(i) for i in _PLACE.findall(target.read_text("utf-8"))}
                if unquote(fragment) not in places[target]:
                    dead.add((str(page.relative_to(files)), to))
    assert not dead, f"{len(dead)}: {sorted(dead)[:10]}"


def test_every_name_in_the_data_can_be_followed_at_a_host(files: Path, host: str) -> None:
    """Every IRI below the base that the data speaks of answers 303 to something that answers 200."""
    bad = _dead(host, _names(files))
    assert not bad, f"{len(bad)}: {bad[:10]}"


def test_every_name_in_the_data_can_be_followed_at_the_server(files: Path, server: str) -> None:
    bad = _dead(server, _names(files))
    assert not bad, f"{len(bad)}: {bad[:10]}"


def _names(files: Path) -> list[str]:
    """What the data speaks of below the base and is not retired."""
    dump = gzip.decompress((files / "dumps" / "dataset.nq.gz").read_bytes()).decode()
    found = {*_NAME.findall(dump)} - {"id/activity/gone", "id/activity/renamed", "id/activity/split"}
    assert len(found) > 2_500
    return sorted(found)


def _dead(address: str, names: Sequence[str]) -> list[str]:
    """The names that do not lead to a page and to Turtle, and why; asked over one connection as long as it is kept."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
    try:
        return [f"{name}: {why}" for name in names if (why := _followed(connection, address, name))]
    finally:
        connection.close()


def _followed(connection: http.client.HTTPConnection, address: str, name: str) -> str | None:
    """Why a name does not lead to a page and to Turtle; None where it does."""
    for accept in ("text/html", "text/turtle"):
        answer = _head(connection, f"/{name}", accept)
        if answer.status != 303:
            return f"{accept}: {answer.status}"
        target = urljoin(f"{address}/{name}", answer.headers["Location"]).partition("#")[0]
        answer = _head(connection, target.removeprefix(address), accept)
        if answer.status != 200 or not answer.headers["Content-Type"].startswith(accept):
            return f"{accept}: {target} answers {answer.status} {answer.headers['Content-Type']}"
    return None


def _head(connection: http.client.HTTPConnection, path: str, accept: str) -> http.client.HTTPResponse:
    """The head of an answer; a server may have closed the connection after so many requests, which is asked again."""
    try:
        connection.request("HEAD", path, headers={"Accept": accept})
        answer = connection.getresponse()
    except (http.client.RemoteDisconnected, ConnectionError):
        connection.close()
        connection.request("HEAD", path, headers={"Accept": accept})
        answer = connection.getresponse()
    answer.read()
    return answer
