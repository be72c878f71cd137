"""Publishing an invented body's plans under its own address: other names, what a change writes, interruptions."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from svngraph.errors import UsageError
from svngraph.publication.tree import HIDDEN, VERSION, Tree, safe

from ..conftest import FJALL
from .hosts import hosted, publish

BASE = "https://data.fjall.example/plan/"
PUBLISHER = """[publisher]
name = { sv = "Region Fjäll", en = "The Fjäll Region" }
type = "http://purl.org/adms/publishertype/RegionalAuthority"
licence = "http://creativecommons.org/publicdomain/zero/1.0/"
[publisher.contact]
name = "Fjälls kansli"
email = "data@fjall.example"
[publisher.catalogue]
title = { sv = "Fjälls planer", en = "The plans of Fjäll" }
description = { sv = "Planer som länkade data.", en = "Plans as linked data." }
"""


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    """The folder of the invented body, and what is said on the command line to publish it."""
    folder = tmp_path_factory.mktemp("fjall")
    (folder / "data").mkdir()
    text = FJALL.replace("https://w3id.org/svngraph/id/", f"{BASE}id/").replace(
        "https://w3id.org/svngraph/graph/", f"{BASE}graph/"
    )
    (folder / "data" / "fjall.trig").write_text(text, "utf-8")
    (folder / "publisher.toml").write_text(PUBLISHER, "utf-8")
    (folder / "svngraph.toml").write_text(f'publisher = "{folder}/publisher.toml"\n', "utf-8")
    return folder, ("--data", str(folder / "data"), "--base", BASE)


def test_another_body_publishes_by_settings_alone(
    body: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, arguments = body
    monkeypatch.chdir(folder)
    out = folder / "out"
    publish(out, *arguments)
    page = next((out / "item" / "activity").glob("*.html"))
    assert f'{BASE}item/activity/{page.stem}"' in page.read_text("utf-8")
    turtle = page.with_suffix(".ttl").read_text("utf-8")
    assert f"{BASE}id/activity/" in turtle
    assert "w3id.org/svngraph/id/" not in turtle
    assert "Region Fjäll" in (out / "catalog.ttl").read_text("utf-8")
    assert f"{BASE}catalog" in (out / "catalog.rdf").read_text("utf-8")
    assert f"<loc>{BASE}item/activity/{page.stem}</loc>" in (out / "sitemap-1.xml").read_text("utf-8")
    with hosted("nginx", out, folder / "nginx") as address:
        # Below its own path as its visitors ask, and at the root, where a host may stand behind another.
        for start in ("/plan", ""):
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
            connection.request("GET", f"{start}/id/activity/{page.stem}", headers={"Accept": "text/turtle"})
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Location"]) == (303, f"../../item/activity/{page.stem}.ttl")
            connection.close()
    _changes(out, folder, arguments)


def _changes(out: Path, folder: Path, arguments: tuple[str, ...]) -> None:
    """A name is changed, and a file is lost: the next run writes little, and what is no more goes."""
    data = folder / "data" / "fjall.trig"
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and HIDDEN not in path.parts}
    extra = data.with_name("fresh.trig")
    extra.write_text(
        f'<{BASE}graph/fresh> {{ <{BASE}id/context/fresh> <http://purl.org/dc/terms/identifier> "fresh" }}\n', "utf-8"
    )
    lost = next((out / "item" / "activity").glob("*.ttl"))
    lost.unlink()
    stale = out / "item" / "activity" / "stale.html"
    said = publish(out, *arguments)
    assert "oförändrade" in said
    assert lost.is_file()
    assert (out / "item" / "context" / "fresh.html").is_file()
    assert not stale.exists()
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and HIDDEN not in path.parts}
    changed = {str(path.relative_to(out)) for path in after if before.get(path) != after[path]}
    pages = {name for name in changed if name.startswith(("item/", "en/item/"))}
    assert pages == {
        str(lost.relative_to(out)),
        *(f"item/context/fresh.{form}" for form in ("html", "ttl", "jsonld", "rdf", "nt", "trig")),
        "en/item/context/fresh.html",
    }, pages
    assert len(changed) < len(after) / 5, sorted(changed)


def test_a_file_is_written_when_it_changes_and_goes_when_it_is_no_more(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "site", "1")
    for name in ("a.html", "b/c.html"):
        tree.put(name, f"old {VERSION}".encode())
    assert tree.finish().written == 2
    tree = Tree(tmp_path / "site", "2")
    tree.put("a.html", f"old {VERSION}".encode())
    outcome = tree.finish()
    assert (outcome.written, outcome.kept, outcome.removed) == (0, 1, 1)
    assert (tmp_path / "site" / "a.html").read_text("utf-8") == "old 1", "a page says since when it is as it is"
    assert not (tmp_path / "site" / "b").exists()


def test_nothing_is_believed_of_files_that_an_interrupted_run_was_about(tmp_path: Path) -> None:
    site = tmp_path / "site"
    tree = Tree(site, "1")
    tree.put("a.html", b"one")
    tree.finish()
    broken = Tree(site, "2")
    broken.put("a.html", b"two")  # and the run ends here
    broken._lock.close()
    (site / ".77.new").write_bytes(b"tw")  # as it stands when a run is killed in the middle of a file
    again = Tree(site, "3")
    again.put("a.html", b"one")
    assert again.finish().written == 1
    assert {path.name for path in site.iterdir()} == {"a.html", HIDDEN}
    assert (site / "a.html").read_bytes() == b"one"


def test_two_runs_do_not_publish_into_one_folder(tmp_path: Path) -> None:
    first = Tree(tmp_path / "site", "1")
    with pytest.raises(UsageError, match="another run"):
        Tree(tmp_path / "site", "1")
    first.finish()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="not a published site"):
        Tree(tmp_path, "1")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("path", ["../x", "a/../x", "/x", "a//b", ".htaccess", "a/b\n", "a\\b", "x" * 300])
def test_a_name_that_leads_out_of_the_folder_is_no_file(path: str) -> None:
    assert not safe(path)


def test_the_words_of_the_documents_are_not_published(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "svngraph", "publish", "--out", str(tmp_path / "site")]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=600,
        env={"SVNGRAPH_SOURCES": str(tmp_path), "PATH": "/usr/bin"},
    )
    assert done.returncode == 2
    assert "words are not published" in done.stderr
