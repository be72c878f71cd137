"""Who publishes a dataset, under what terms, and whom to ask: read from TOML, so that another body writes its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from svngraph import resources
from svngraph.errors import InputError
from svngraph.labels import Label
from svngraph.settings import LANGUAGES, Settings

FILE = "publisher.toml"
_IRI = re.compile(r"https?://[^<>\"{}|^`\\\x00-\x20]+")
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\".]+(?:\.[^@\s<>\".]+)+")
_TABLES = ("contact", "catalogue")
_TEXTS, _LISTS, _SINGLE = ("name",), ("language", "theme", "spatial"), ("iri", "homepage", "address")
_CODES = ("type", "licence", "access-rights", "frequency")


@dataclass(frozen=True)
class Publisher:
    """The body that publishes: what a catalogue says of it, and what holds for all that it publishes.

    Shape: ``iri``, ``homepage``, ``contact_page`` and ``address`` are None where the settings leave them out;
           ``address`` is where the files and the endpoint are, where that is not the base of the names; ``keywords``
           are by language.
    """

    name: Label
    type: str
    licence: str
    email: str
    contact: Label
    title: Label
    description: Label
    iri: str | None = None
    homepage: str | None = None
    contact_page: str | None = None
    address: str | None = None
    language: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    access_rights: str | None = None
    frequency: str | None = None
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_placeholder(self) -> bool:
        """Whether the address for questions is one at which nobody can be reached. Source: RFC 2606."""
        return re.search(r"[@.](?:example|invalid|test)(?:\.[a-z]+)?$", self.email) is not None


def publisher_of(settings: Settings) -> Publisher:
    """The publisher of the settings: the file that they name, else that of the data folder, else the shipped one.

    Errors: InputError, which names the file and the entry.
    """
    if settings.publisher:
        return read(Path(settings.publisher))
    own = Path(settings.data or "") / FILE
    return read(own if settings.data and own.is_file() else resources.data_folder() / FILE)


def read(path: Path) -> Publisher:
    """The publisher that the table ``[publisher]`` of a file tells of.  Errors: InputError, with file and entry."""
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("publisher")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="name a file that is there") from error
    if not isinstance(table, dict):
        raise InputError("no table [publisher]", where=str(path), remedy="see data/publisher.toml for what it holds")
    return _Table(str(path), "publisher", table).publisher()


class _Table:
    """A table of the file while it is read; ``where`` and ``name`` are what messages tell."""

    def __init__(self, where: str, name: str, values: Mapping[str, object]) -> None:
        self._where, self._name, self._values = where, name, values

    def publisher(self) -> Publisher:
        known = (*_TEXTS, *_LISTS, *_SINGLE, *_CODES, "keywords", *_TABLES)
        self._known(known)
        contact, catalogue = (self._table(name) for name in _TABLES)
        contact._known(("name", "email", "url"))
        catalogue._known(("title", "description"))
        email = str(contact._values.get("email", ""))
        if not _EMAIL.fullmatch(email):
            raise contact._refusal("email", "not an e-mail address")
        return Publisher(
            name=self._text("name"),
            type=self._iri("type", needed=True) or "",
            licence=self._iri("licence", needed=True) or "",
            email=email,
            contact=contact._text("name"),
            title=catalogue._text("title"),
            description=catalogue._text("description"),
            iri=self._iri("iri"),
            homepage=self._iri("homepage"),
            contact_page=contact._iri("url"),
            address=self._address(),
            language=self._iris("language"),
            theme=self._iris("theme"),
            spatial=self._iris("spatial"),
            access_rights=self._iri("access-rights"),
            frequency=self._iri("frequency"),
            keywords=self._keywords(),
        )

    def _table(self, name: str) -> _Table:
        value = self._values.get(name)
        if not isinstance(value, dict):
            raise self._refusal(name, "the table is missing")
        return _Table(self._where, f"{self._name}.{name}", value)

    def _known(self, names: tuple[str, ...]) -> None:
        if unknown := sorted(set(self._values) - set(names)):
            raise self._refusal(unknown[0], f"unknown entry; known are {', '.join(names)}")

    def _text(self, name: str) -> Label:
        value = self._values.get(name)
        if isinstance(value, str):
            value = {LANGUAGES[0]: value}
        if not isinstance(value, dict) or not value or set(value) - set(LANGUAGES):
            raise self._refusal(name, 'write { sv = "…", en = "…" }')
        texts = {lang: str(text).strip() for lang, text in value.items()}
        if not all(texts.values()):
            raise self._refusal(name, "a text is empty")
        return Label(texts.get("sv"), texts.get("en"))

    def _iri(self, name: str, *, needed: bool = False) -> str | None:
        value = self._values.get(name)
        if value is None and not needed:
            return None
        if not isinstance(value, str) or not _IRI.fullmatch(value):
            raise self._refusal(name, "not an absolute address of the web")
        return value

    def _address(self) -> str | None:
        address = self._iri("address")
        if address is not None and not address.endswith("/"):
            raise self._refusal("address", "it ends with a slash")
        return address

    def _iris(self, name: str) -> tuple[str, ...]:
        value = self._values.get(name, [])
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(v, str) and _IRI.fullmatch(v) for v in several):
            raise self._refusal(name, "a list of absolute addresses")
        return tuple(several)

    def _keywords(self) -> Mapping[str, tuple[str, ...]]:
        value = self._values.get("keywords", {})
        if not isinstance(value, dict) or set(value) - set(LANGUAGES):
            raise self._refusal("keywords", 'write { sv = ["…"], en = ["…"] }')
        return {lang: tuple(str(word) for word in words) for lang, words in value.items() if isinstance(words, list)}

    def _refusal(self, entry: str, what: str) -> InputError:
        return InputError(f"{self._name}.{entry}: {what}", where=self._where, remedy="see data/publisher.toml")
