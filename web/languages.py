"""The languages of the pages: Swedish as they are written, English from a catalogue, and numbers and dates in both.

The catalogue is kept as text (``translations/en.po``) and read once. A text that has no translation is shown in
Swedish; that is never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain
from markupsafe import Markup

LANGUAGES = ("sv", "en")
CATALOGUE = Path(__file__).parent / "translations" / "en.po"


_made_in: ContextVar[str | None] = ContextVar("made_in", default=None)


@contextmanager
def made_in(lang: str) -> Iterator[None]:
    """The context in which many pages are made in one language, whatever is asked for."""
    token = _made_in.set(lang)
    try:
        yield
    finally:
        _made_in.reset(token)


def language() -> str:
    """The language of the page asked for: its address says it, ``/en/…`` for English and all else Swedish."""
    if (lang := _made_in.get()) is not None:
        return lang
    path = request.path
    return "en" if path == "/en" or path.startswith("/en/") else "sv"


class _Texts(Domain):  # type: ignore[misc] # Flask-Babel ships no types
    """Translations read from the catalogue as text."""

    def get_translations(self) -> NullTranslations:
        return english() if language() == "en" else _swedish()


class _Babel(Babel):  # type: ignore[misc] # as above
    """Flask-Babel with the texts above."""

    domain_instance = _Texts()


@lru_cache(4096)
def _text(words: str, lang: str) -> Markup:
    """A text of ours, as the pages hold it: not escaped again."""
    return Markup(english().ugettext(words) if lang == "en" else words)  # noqa: S704 # a text of our own catalogue


def marked(words: str, /, **values: object) -> Markup:
    """A text of the pages in their language, filled in with values that are escaped."""
    text = _text(words, language())
    return text % values if values or "%" in text else text


def marking(lang: str) -> Callable[..., Markup]:
    """The same for many pages in one language."""

    def said(words: str, /, **values: object) -> Markup:
        text = _text(words, lang)
        return text % values if values or "%" in text else text

    return said


def gettext(words: str, /, **values: object) -> str:
    """The same as plain text."""
    text = str(_text(words, language()))
    return text % values if values else text


class Later:
    """A text of the pages that is put into their language when it is shown."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __str__(self) -> str:
        return gettext(self._words)

    def __html__(self) -> Markup:
        return marked(self._words)


@cache
def english() -> Translations:
    """The English texts, by the Swedish ones."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@cache
def _swedish() -> NullTranslations:
    return NullTranslations()


def install(app: Flask) -> None:
    """Give an application its languages."""
    _Babel(app, default_locale="sv", locale_selector=language)
    # In the place of those that look for the language anew for each text.
    app.jinja_env.globals.update(_=marked, gettext=marked)
