"""Things with odd names and labels on the site of files: references lead somewhere, and no label becomes markup."""

from __future__ import annotations

import html
import os
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from svngraph.web.dataset import open_files
from svngraph.web.site import Site

from svngraph.publication.tree import VERSION, Tree
from svngraph.settings import Settings

KEYS = ["åäö", "a%20b", "a+b,c;d=e'f(g)", "Case", "case", "q?x=1", "h#frag", "0key0", "a.b", "x" * 150, "y" * 300]
LABELS = ["<script>alert(1)</script>", "</script><img src=x>", VERSION, "{{ 7*7 }} {% if %}", "ord " * 5000]
_REFERENCE = re.compile(r'(?:href|src|action)="([^"]*)"')
_ID = "https://w3id.org/svngraph/id/activity/"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, dict[str, bytes]]:
    """The site of the odd things, and the files of their pages and data."""
    path = tmp_path_factory.mktemp("odd") / "odd.trig"
    things = "".join(
        f'<{_ID}{key}> a svn:Activity ; skos:prefLabel "{LABELS[n % len(LABELS)]}"@sv ;'
        f" svn:continues <{_ID}{KEYS[n - 1]}> .\n"
        for n, key in enumerate(KEYS)
    )
    head = (
        "@prefix svn: <https://w3id.org/svngraph/def/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://w3id.org/svngraph/graph/odd> {\n"
    )
    path.write_text(f"{head}{things}}}\n", "utf-8")
    site = Site(open_files([path], Settings(), date(2026, 11, 22)), Settings().base)
    site.prepare()
    return site, dict(site.of_things(site.things()))


def test_every_reference_between_the_pages_of_things_leads_to_a_file(files: tuple[Site, dict[str, bytes]]) -> None:
    _site, made = files
    pages = {name: octets.decode() for name, octets in made.items() if name.endswith(".html")}
    assert len(pages) == 3 * (len(KEYS) - 1), "two languages, and where the name leads on"
    dead, met = set(), set()
    for name, text in pages.items():
        for reference in map(html.unescape, _REFERENCE.findall(text)):
            path = unquote(reference.partition("#")[0])
            target = os.path.normpath(Path(name).parent / path)
            if path and re.match(r"(?:en/)?item/", target) and "://" not in reference:
                met.add(target)
                if target not in made:
                    dead.add((name, reference))
    assert not dead, sorted(dead)[:5]
    assert len(met) > 6 * (len(KEYS) - 1)


def test_what_no_file_can_be_called_is_told_and_referred_to_by_its_name(files: tuple[Site, dict[str, bytes]]) -> None:
    site, made = files
    name = f"{_ID}{'y' * 300}"
    assert site.left_out() == [name]
    assert f'href="{name}"'.encode() in made["item/activity/åäö.html"]


def test_no_label_becomes_markup_or_the_version(files: tuple[Site, dict[str, bytes]], tmp_path: Path) -> None:
    _site, made = files
    tree = Tree(tmp_path / "site", "7.7")
    for name, octets in made.items():
        tree.put(name, octets)
    tree.finish()
    texts = {name: (tmp_path / "site" / name).read_text("utf-8") for name in made}
    assert not [n for n, text in texts.items() if n.endswith(".html") and ("<script>alert" in text or "<img" in text)]
    assert f"<h1>{html.escape(VERSION)}</h1>" in texts["item/activity/a+b,c;d=e'f(g).html"]
    assert VERSION in texts["item/activity/a+b,c;d=e'f(g).ttl"]
    assert "version 7.7</a>" in texts["item/activity/Case.html"]
    assert texts["item/activity/Case.html"] != texts["item/activity/case.html"]
