"""The languages of the pages: Swedish as they are written, English from a catalogue, and numbers and dates in both.

The catalogue is kept as text (``translations/en.po``) and read once. A text that has no translation is shown in
Swedish; that is never an error.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain

LANGUAGES = ("sv", "en")
CATALOGUE = Path(__file__).parent / "translations" / "en.po"


def language() -> str:
    """The language of the page asked for: its address says it, ``/en/…`` for English and all else Swedish."""
    path = request.path
    return "en" if path == "/en" or path.startswith("/en/") else "sv"


class _Texts(Domain):  # type: ignore[misc] # Flask-Babel ships no types
    """Translations read from the catalogue as text."""

    def get_translations(self) -> NullTranslations:
        return english() if language() == "en" else _swedish()


class _Babel(Babel):  # type: ignore[misc] # as above
    """Flask-Babel with the texts above."""

    domain_instance = _Texts()


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
