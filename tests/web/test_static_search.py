"""Search on a site of files, in a real browser: it is a script that reads small files, over HTTP and from a disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ..conftest import FJALL
from ..publication.hosts import publish

MORE = """
activity:fp2031-71 a svn:Activity ; skos:prefLabel "Köp in hjälpmedel för snöstorm"@sv, "Buy aids for blizzards"@en ;
  svn:inPlan plan:fp2031 ; svn:underHeading heading:fv-01 ; svn:sequence 71 .
activity:fp2031-72 a svn:Activity ; skos:prefLabel "Ordna hjalparbete"@sv ;
  svn:inPlan plan:fp2031 ; svn:underHeading heading:fv-01 ; svn:sequence 72 .
"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that writes nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # the name is that of the one it overrides
        pass


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static-search")
    (folder / "data").mkdir()
    (folder / "data" / "fjall.trig").write_text(FJALL + MORE, "utf-8")
    publish(folder / "site", "--data", str(folder / "data"))
    return folder / "site"


@pytest.fixture(scope="module", params=["http", "disk"])
def site(request: pytest.FixtureRequest, files: Path) -> Iterator[str]:
    if request.param == "disk":
        yield files.as_uri()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(files)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def found(page: Any, site: str, asked: str, lang: str = "") -> list[str]:
    """The names of what a search from the page's own form gives."""
    page.goto(f"{site}{lang}/search.html")
    page.fill("main input[name=q]", asked)
    with page.expect_navigation():
        page.press("main input[name=q]", "Enter")
    page.wait_for_selector("#found > *")
    return [str(name) for name in page.locator("#found .hits .what").all_inner_texts()]


def test_words_are_found_with_and_without_their_dots(browser: Any, visit: Any, site: str) -> None:
    aids, work = "Köp in hjälpmedel för snöstorm", "Ordna hjalparbete"
    with visit(browser, site) as page:
        # As it is written first, and then what only lacks the dots, or has them.
        assert found(page, site, "hjälp") == [aids]
        assert found(page, site, "hjalp") == [work, aids]
        assert found(page, site, "snostormen") == [aids]
        assert found(page, site, "HJÄLPMEDEL snöstorm") == [aids]
        # Some keyboards write a letter and its dots apart.
        assert found(page, site, "hja\u0308lp") == [aids]
        assert found(page, site, "finnsinte") == []
        assert page.locator("#found h3").inner_text() == "Inget heter så"


def test_a_question_is_found_by_what_it_is_about(browser: Any, visit: Any, site: str) -> None:
    with visit(browser, site) as page:
        assert found(page, site, "Vem ansvarar för hjälpmedel?") == ["Köp in hjälpmedel för snöstorm"]
        assert found(page, site, "vad") == []


def test_what_is_found_leads_to_its_page_in_the_language(browser: Any, visit: Any, site: str) -> None:
    with visit(browser, site) as page:
        assert found(page, site, "blizzards", "/en") == ["Buy aids for blizzards"]
        assert found(page, site, "hjalp", "/en") == ["Ordna hjalparbete", "Buy aids for blizzards"]
        assert page.locator(".hits .what[lang=sv]").all_inner_texts() == ["Ordna hjalparbete"]
        with page.expect_navigation():
            page.click("text=Buy aids for blizzards")
        assert "/en/item/activity/fp2031-71.html" in page.url
        assert page.inner_text("h1") == "Buy aids for blizzards"
