"""The static site: every page of the server as files, rendered by the same templates, and what makes files a site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from html import escape
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Flask, render_template
from flask.testing import FlaskClient

from svngraph.errors import SvngraphError
from svngraph.namespaces import KINDS, ROOT
from svngraph.publication.addresses import plan_section
from svngraph.publication.jsonld import context_text
from svngraph.publication.tree import safe
from svngraph.publication.twins import MEDIA_TYPES
from svngraph.spreadsheet import timeless

from . import assets
from .addresses import SUFFIX, file_of, fits, links, rewriter
from .application import Options, create_app
from .current import Current
from .dataset import Published
from .freezing import Frozen
from .languages import LANGUAGES
from .static_search import search_files
from .stubs import choice, onward

File = tuple[str, bytes]
Thing = tuple[str, str]
_STARTS = ("/", "/en/")
_THINGS = ("item", "trace", "impact")
_DRAWN = tuple(f"{start}/trace/{kind}/" for start in ("", "/en") for kind in ("plan", "report"))
_CHOOSING = ("gaps", "validation", "organisations", "timeline", "trace", "shapes", "vocabulary")
_PREPARED = (
    *("snapshot", "graph", "columns", "labels", "types", "describing", "near", "gap_list", "suspects", "report"),
    *("graph_sizes", "quads"),
)
_TABLES = re.compile(r"\.(?:csv|json|xlsx)\Z")
_SITEMAP = 45_000


class Site:
    """The files of one dataset's site. Before a process is forked, :meth:`prepare` works out what all of them share."""

    def __init__(self, data: Published, address: str) -> None:
        """``address`` is where the site stands for its visitors, and ends with a slash."""
        self.data = data
        self._address = address
        self._app: Flask = create_app(Current.of(data), Options(frozen=True))
        self._app.logger.disabled = True
        self._frozen = {lang: Frozen(self._app, data, lang) for lang in LANGUAGES}
        self.broken: list[str] = []

    def prepare(self) -> None:
        """Work out what every page reads."""
        for part in _PREPARED:
            try:
                getattr(self.data, part)
            except SvngraphError:  # any RDF may be published: what has no chain has pages without one
                continue

    def things(self) -> list[Thing]:
        """The kinds and keys of the things that have a page of their own, in the order of their addresses."""
        return sorted(parts for parts in self._own() if safe("/".join(parts)))

    def left_out(self) -> list[str]:
        """The names of the things and graphs that have no page here, since no file can be called as they are."""
        things = [str(self.data.names.thing(*parts)) for parts in sorted(self._own()) if not safe("/".join(parts))]
        return things + sorted(iri for key, iri in self._graphs().items() if not fits(key))

    def hidden(self) -> list[str]:
        """The names of the things whose page stands where the data of another does, such as ``a.ttl`` beside ``a``."""
        own = self._own()
        return [
            str(self.data.names.thing(kind, key))
            for kind, key in sorted(own)
            if (suffix := SUFFIX.search(key)) and (kind, key[: suffix.start()]) in own
        ]

    def _own(self) -> set[Thing]:
        found = {self.data.names.parts(iri) for iri in self.data.describing.things(f"{self.data.names.base}id/")}
        return {parts for parts in found if parts and parts[0] in KINDS and "/" not in parts[1]}

    def of_things(
        self, things: Sequence[Thing], forms: Iterable[str] = tuple(MEDIA_TYPES), views: Iterable[str] = _THINGS
    ) -> Iterator[File]:
        """The pages of some things in both languages, their RDF, and where their names lead on hosts without rules."""
        data, names = self.data, self.data.names
        for kind, key in things:
            iri = str(names.thing(kind, key))
            description = data.describing.description(iri)
            for form in forms:
                yield f"item/{kind}/{key}.{form}", data.describing.written(description, iri, form)
            yield f"id/{kind}/{key}.html", onward(f"id/{kind}/{key}.html", self._home(kind, key), iri)
        for frozen in self._frozen.values():
            with frozen.open():
                for kind, key in things:
                    for view in (view for view in self._views(kind, key) if view in views):
                        yield frozen.file(view, kind, key), frozen.page(view, kind, key)

    def _views(self, kind: str, key: str) -> tuple[str, ...]:
        return _THINGS if self.data.names.thing(kind, key) in self.data.graph.items else ("item",)

    def _home(self, kind: str, key: str) -> str:
        section = plan_section(self.data.names, self.data.graph.plans, kind, key)
        return f"{section or f'item/{kind}'}/{key}.html"

    def pages(self) -> Iterator[File]:
        """Every other page, found by following links from the start pages, with its tables.

        A page that offers choices is there once for each that it links to; from there it goes on with one at a time.
        """
        ahead, seen, chosen = list(_STARTS), set(_STARTS), set()
        with self._app.test_client() as client:
            while ahead:
                file, octets, found = self._fetched(client, ahead.pop(), self._offered)
                if file:
                    yield file, octets
                new = {address for address in found - seen if self._offered(address)}
                seen |= new
                chosen |= {address for address in new if "?" in address}
                ahead += [address for address in new if "?" not in address]
            for address in sorted(chosen):
                file, octets, _ = self._fetched(client, address, partial(_nearest, address, chosen))
                if file:
                    yield file, octets

    def _offered(self, address: str) -> str | None:
        """The address of a page that is made, or is made elsewhere; None for what only a server has."""
        path, _, query = address.partition("#")[0].partition("?")
        first = path.removeprefix("/en").strip("/").split("/")[0]
        if first == "resource":  # what others have named is referred to by its own name
            return dict(parse_qsl(query)).get("iri")
        if first in ("search", "search.csv", "search.json", "search.xlsx"):
            return path if "." not in first else None
        if first in _THINGS and not path.startswith(_DRAWN):
            return address
        if query and (first not in _CHOOSING or _TABLES.search(path)):
            return path
        return address if file_of(address) else None

    def _wanted(self, address: str) -> bool:
        parts = address.partition("?")[0].removeprefix("/en").strip("/").split("/")
        # Pages of things are made by themselves; those of plans have drawings for each focus area.
        made_so = (*_THINGS, "named-graph", "dumps", "catalog", ".well-known", "assets", "feed.atom")
        if parts[0].startswith("catalog.") or (parts[0] == "versions" and len(parts) > 1):
            return False
        return parts[0] not in made_so or (parts[0] == "trace" and parts[1] in ("plan", "report"))

    def _fetched(
        self, client: FlaskClient, address: str, made: Callable[[str], str | None]
    ) -> tuple[str, bytes, set[str]]:
        """The file of an address with the addresses that it refers to and that are made by fetching."""
        answer = client.get(address, headers={"Accept": "text/html"})
        found = file_of(address)
        if answer.status_code != 200 or found is None or not safe(found[0]):
            self.broken.append(address)
            return "", b"", set()
        file, octets = found[0], answer.get_data()
        if answer.mimetype != "text/html":
            return file, timeless(octets) if file.endswith(".xlsx") else octets, set()
        text = octets.decode()

        def kept(other: str) -> str | None:
            return there if (there := made(other)) and _can_be_a_file(there) else None

        referred = {there for other in links(text) if (there := kept(other)) and there.startswith("/")}
        further = {there for there in referred if self._wanted(there)}
        return file, rewriter(file, kept)(text).encode(), further

    def rest(self) -> Iterator[File]:
        """What makes files a site."""
        yield "context.jsonld", context_text().encode()
        yield from self._assets()
        yield from self._stubs()
        yield from self._retired()
        yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {self._address}sitemap.xml\n".encode()
        with self._app.test_request_context("/nothing"):
            words = {"title": "Sidan finns inte / Not found", "status": 404, "detail": None}
            advice = "Sök efter det du letar efter, eller börja från översikten. Search, or begin with the overview."
            page = render_template("error.html", advice=advice, **words)
        # Served in the place of pages at any depth, it refers to the site by where that stands.
        turned = rewriter("404.html", lambda to: "/en/" if to.startswith("/en/nothing") else self._offered(to))(page)
        start = urlsplit(self._address).path
        yield "404.html", re.sub(r'(href|src|action)="(?!https?:|#)', rf'\1="{start}', turned).encode()
        yield from search_files(self.data)

    def _assets(self) -> Iterator[File]:
        for path in sorted(assets.FOLDER.rglob("*")):
            name = path.relative_to(assets.FOLDER).as_posix()
            # A style sheet names its fonts beside itself.
            home = "svngraph.css" if name.startswith("fonts/") else name
            if path.is_file() and not name.startswith("editor"):
                yield f"assets/{assets.digest(home)}/{name}", path.read_bytes()

    def _stubs(self) -> Iterator[File]:
        """Where terms, shapes and named graphs lead on hosts without rules; rules look here for what there is."""
        for space, page in (("def", "vocabulary"), ("shape", "shapes")):
            yield f"{space}/index.html", onward(f"{space}/index.html", f"{page}.html", f"{ROOT}{space}/")
            for iri in self.data.describing.things(f"{ROOT}{space}/"):
                term = iri.removeprefix(f"{ROOT}{space}/")
                if fits(term):
                    file = f"{space}/{term}.html"
                    yield file, onward(file, f"{page}.html", iri, f"#{quote(term, safe='')}")
        for key, iri in self._graphs().items():
            if fits(key):
                yield f"graph/{key}.html", onward(f"graph/{key}.html", f"named-graph/{key}.html", iri)
                yield from self._named_graph(key)

    def _graphs(self) -> dict[str, str]:
        """The named graphs of this publisher, by key."""
        start = f"{self.data.names.base}graph/"
        return {iri.removeprefix(start): iri for iri in self.data.graph_sizes if iri.startswith(start) and iri != start}

    def _named_graph(self, key: str) -> Iterator[File]:
        """The pages of a named graph with its tables and its statements; what does not answer is broken."""
        bare = f"/named-graph/{quote(key)}"
        forms = ("html", "csv", "json", "xlsx")
        with self._app.test_client() as client:
            for address in (
                *(f"{s}{bare}.{f}" for s in ("", "/en") for f in forms),
                *(f"{bare}.{f}" for f in MEDIA_TYPES),
            ):
                file, octets, _ = self._fetched(client, address, self._offered)
                if file:
                    yield file, octets

    def _retired(self) -> Iterator[File]:
        """What renamed and split things lead to."""
        base = self.data.names.base
        for thing in self.data.describing.retired.values():
            file = f"{thing.iri.removeprefix(base)}.html"
            if safe(file) and thing.successors:
                targets = [
                    f"{iri.removeprefix(base)}.html" if iri.startswith(base) else iri for iri in thing.successors
                ]
                yield file, onward(file, targets[0], thing.iri) if len(targets) == 1 else choice(file, targets)


def _nearest(here: str, made: set[str], address: str) -> str | None:
    """The address of the page that is there for some choices on a page with others: those that are new, else none.

    Tables are there for the page without choices.
    """
    path, _, query = address.partition("#")[0].partition("?")
    if _TABLES.search(path):
        return None if query else address
    if not query or address in made:
        return address
    fresh = set(query.split("&")) - set(here.partition("?")[2].split("&"))
    alone = f"{path}?{'&'.join(sorted(fresh))}" if fresh else path
    return alone if alone in made else path


def _can_be_a_file(address: str) -> bool:
    """Whether there can be a file for an address: a thing's key may be what no file can be called."""
    found = file_of(address) if address.startswith("/") else None
    return found is None or safe(found[0].removeprefix(".well-known/"))


def sitemap(files: Iterable[str], address: str) -> Iterator[File]:
    """The site map of the pages among some files, in parts where there are many, and the list of its parts.

    Source: https://www.sitemaps.org/protocol.html
    """
    pages = sorted(f for f in files if f.endswith(".html") and f.split("/")[0] not in ("id", "def", "shape", "graph"))
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    names = []
    for start in range(0, len(pages), _SITEMAP):
        names.append(f"sitemap-{start // _SITEMAP + 1}.xml")
        rows = (f"<url><loc>{escape(address + _canonical(p))}</loc></url>\n" for p in pages[start : start + _SITEMAP])
        yield names[-1], f"{head}<urlset {space}>\n{''.join(rows)}</urlset>\n".encode()
    rows = (f"<sitemap><loc>{escape(address + name)}</loc></sitemap>\n" for name in names)
    yield "sitemap.xml", f"{head}<sitemapindex {space}>\n{''.join(rows)}</sitemapindex>\n".encode()


def _canonical(file: str) -> str:
    """The address of a page, as the pages themselves give it."""
    bare = file.removesuffix(".html")
    return quote("" if bare == "index" else bare.removesuffix("/index") + "/" if bare.endswith("/index") else bare)
