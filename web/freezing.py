"""Pages of things for the static site: the server's templates, with what is the same on all of them made once.

A page of a thing is a shell (everything but title and main part), made once for each kind of page and language, and
the two blocks of its own template. Words and addresses come from functions that ask no request, and remember.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Flask
from jinja2.runtime import Context, new_context
from markupsafe import Markup, escape

from svngraph.namespaces import KINDS, ROOT
from svngraph.publication.addresses import plan_section
from svngraph.publication.tree import safe
from svngraph.publication.twins import MEDIA_TYPES

from .addresses import relative, rewriter
from .dataset import Published
from .languages import made_in, marking
from .pages import items, tracing
from .pages.page import Page
from .pages.words import key as short
from .pages.words import to as asked_to
from .rendering import QuickEnvironment

_KEPT = 50_000
_KIND, _KEY = "0kind0", "0key0"
# The blocks that are each page's own, and what stands for them in a shell.
_BLOCKS = {name: f"\x00{name}\x00" for name in ("title", "scripts", "main")}
_PARTS = re.compile(f"({'|'.join(_BLOCKS.values())}|{_KIND}/{_KEY})")
_OUTSIDE = re.compile(r"https?://")

VIEWS: Mapping[str, Callable[[str, str], Page]] = {
    "item": items.item,
    "trace": tracing.trace,
    "impact": tracing.impact,
}


class Frozen:
    """The pages of things of one dataset in one language; used inside :meth:`open`, by one thread."""

    def __init__(self, app: Flask, data: Published, lang: str) -> None:
        self._app, self._data, self.lang = app, data, lang
        self._start = "/en" if lang == "en" else ""
        self._shells: dict[str, list[str]] = {}
        self._contexts: dict[str, Context] = {}
        self._names: dict[str, Markup] = {}
        self._keys: dict[str, str] = {}
        self._places: dict[str, Markup] = {}
        self._addresses: dict[object, str] = {}
        self._page = ("item", "", "")
        # The same templates, in which the words that ask the request have others in their place, macros and all.
        self._env: QuickEnvironment = app.jinja_env.overlay()  # type: ignore[assignment] # as the application has it
        self._env.globals = self._words = {**app.jinja_env.globals, **self._vocabulary()}
        self._env.settled = frozenset(("_", "language", "to"))

    @contextmanager
    def open(self) -> Iterator[None]:
        """The context in which pages can be made."""
        with self._app.test_request_context(f"{self._start}/item/{_KIND}/{_KEY}"), made_in(self.lang):
            yield

    def file(self, view: str, kind: str, key: str) -> str:
        """The file of a page."""
        return f"{self._start}/{view}/{kind}/{key}.html".lstrip("/")

    def page(self, view: str, kind: str, key: str) -> bytes:
        """A page of a thing: ``view`` is one of :data:`VIEWS`."""
        self._page = (view, kind, key)
        made = replace(VIEWS[view](kind, key), sheet=None)
        context = self._context(made.template)
        context.parent.clear()
        context.parent.update(self._words, **made.values, page=made, lang=self.lang)
        parts = {mark: "".join(context.blocks[name][0](context)) for name, mark in _BLOCKS.items()}
        # It stands in addresses only.
        parts[f"{_KIND}/{_KEY}"] = relative(f"{kind}/{key}", "")
        shell = self._shell(view, made)
        return "".join([parts.get(part, part) for part in shell]).encode()

    def _context(self, name: str) -> Context:
        """What the blocks of a template run in: its macros, made the first time, and the values of a page."""
        if name not in self._contexts:
            template = self._env.get_template(name)
            context = new_context(self._env, template.name, template.blocks, {**self._words}, shared=True)
            # As far as its first text, a template only defines what its blocks use.
            running = template.root_render_func(context)
            next(running)
            running.close()  # type: ignore[attr-defined] # it is a generator
            self._contexts[name] = context
        return self._contexts[name]

    def _shell(self, view: str, made: Page) -> list[str]:
        """The parts of the page around title and main part, made the first time."""
        if view not in self._shells:
            with self._app.test_request_context(f"{self._start}/{view}/{_KIND}/{_KEY}"):
                env = self._app.jinja_env
                template = env.get_template(made.template)
                values: dict[str, object] = {"page": made, "lang": self.lang}
                self._app.update_template_context(values)
                context = template.new_context(values)
                for name, mark in _BLOCKS.items():
                    context.blocks[name] = [partial(_marked, mark)]
                whole = env.concat(template.root_render_func(context))
            here = self.file(view, _KIND, _KEY)
            self._shells[view] = _PARTS.split(rewriter(here)(whole))
        return self._shells[view]

    def _vocabulary(self) -> dict[str, object]:
        """The words that pages of things are written with, in the place of those that ask the request."""
        lang = self.lang
        return {
            "_": marking(lang),
            "language": lambda: lang,
            "name": self._name,
            "key": self._short,
            "plain": lambda iri: self._data.label(iri, lang),
            "href": self._href,
            "to": self._to,
            "twin_address": self._twin,
            "published": lambda: self._data,
        }

    def _name(self, iri: str) -> Markup:
        iri = str(iri)  # an IRI of rdflib is not equal to a plain string
        known = self._names.get(iri)
        if known is None:
            if len(self._names) > _KEPT:
                self._names.clear()
            known = escape(self._data.label(iri, self.lang))
            if self._data.foreign(iri, self.lang):
                known = Markup('<span lang="sv">{}</span>').format(known)
            self._names[iri] = known
        return known

    def _short(self, iri: str) -> str:
        iri = str(iri)
        known = self._keys.get(iri)
        if known is None:
            if len(self._keys) > _KEPT:
                self._keys.clear()
            known = self._keys[iri] = short(iri)
        return known

    def _up(self) -> str:
        """From a page of a thing to the start of its language."""
        return "../../"

    def _href(self, iri: str) -> Markup:
        """The reference to the page about a thing; what others have named is referred to by its own name."""
        iri = str(iri)  # as above
        known = self._places.get(iri)
        if known is None:
            if len(self._places) > _KEPT:
                self._places.clear()
            place = self._place(iri)
            known = self._places[iri] = escape(place if _OUTSIDE.match(place) else self._up() + place)
        return known

    def _place(self, iri: str) -> str:
        parts = self._data.names.parts(iri)
        if parts and parts[0] in KINDS and "/" not in parts[1]:
            kind, key = parts
            if not safe(f"{kind}/{key}"):  # it has no page here
                return str(iri)
            if iri in self._data.describing.retired:
                return ("../" if self.lang == "en" else "") + relative(f"id/{kind}/{key}.html", "")
            section = plan_section(self._data.names, self._data.graph.plans, kind, key)
            return relative(f"{section or f'item/{kind}'}/{key}.html", "")
        for space, file in (("shape", "shapes"), ("def", "vocabulary")):
            if iri.startswith(start := f"{ROOT}{space}/"):
                term = iri.removeprefix(start)
                return f"{file}.html" + (f"#{relative(term, '').replace('/', '%2F')}" if term else "")
        if iri in self._data.graph_sizes:
            return relative(f"named-graph/{iri.removeprefix(f'{self._data.names.base}graph/')}.html", "")
        return str(iri)

    def _to(self, endpoint: str, **values: Any) -> str:  # noqa: ANN401 # whatever the page says of itself
        if endpoint in VIEWS and len(values) == 2:
            kind, key = values["kind"], values["key"]
            return self._up() + relative(f"{endpoint}/{kind}/{key}.html", "")
        known = self._addresses.get((endpoint, *sorted(values.items())))
        if known is None:
            from .addresses import file_of

            found = file_of(asked_to(endpoint, **values))
            file = found[0].removeprefix("en/") + found[1] if found else ""
            known = self._addresses[(endpoint, *sorted(values.items()))] = file
        return self._up() + known if known else ""

    def _twin(self, form: str) -> str:
        view, kind, key = self._page
        up = "../" if self.lang == "en" and form in MEDIA_TYPES else ""
        return f"{self._up()}{up}{relative(f'{view}/{kind}/{key}.{form}', '')}"


def _marked(mark: str, _context: object) -> Iterator[str]:
    yield mark
