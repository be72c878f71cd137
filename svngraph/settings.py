"""Settings: flags over environment over ``svngraph.toml`` over the defaults here."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from svngraph.errors import InputError, UsageError
from svngraph.namespaces import ROOT, Names

FILE = "svngraph.toml"
LANGUAGES = ("sv", "en")


@dataclass(frozen=True)
class Member:
    """One of several datasets that are looked at as one: what it is called, and the folder or URL where it is kept."""

    name: str
    store: str


@dataclass(frozen=True)
class Settings:
    """What a run needs to know about its surroundings; each field has a flag and a variable ``SVNGRAPH_<FIELD>``.

    ``base`` is the address under which things and named graphs are published; ``store`` is ``memory``, a folder or
    the URL of a SPARQL endpoint; ``data`` is a folder of named graphs, None for the shipped ones; ``sources`` is the
    folder with the user's copies of the source documents; ``lang`` is the language of the output; ``timeout`` is the
    longest a query may run, in seconds; ``publisher`` is the file that says who publishes, None for that of the data;
    ``releases`` is the folder of the releases that were made; ``endpoints`` are the datasets that ``store`` means where
    it is ``endpoints``, and stand in ``svngraph.toml`` alone.
    """

    base: str = ROOT
    store: str = "memory"
    data: str | None = None
    sources: str | None = None
    lang: str = "sv"
    timeout: float = 60.0
    publisher: str | None = None
    releases: str | None = None
    endpoints: tuple[Member, ...] = ()

    @property
    def names(self) -> Names:
        """The IRIs under this publisher's base."""
        return Names(self.base)


def load(flags: Mapping[str, object], environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings in force.

    Errors: InputError where ``svngraph.toml`` cannot be read; UsageError where a value is none that can be.
    """
    environ = os.environ if environ is None else environ
    names = [field.name for field in fields(Settings) if field.name != "endpoints"]
    values: dict[str, object] = dict(_file((folder or Path()) / FILE, names))
    # A variable that is set to nothing is as one that is not set, as shells and CI have it.
    values |= {name: environ[key] for name in names if environ.get(key := f"SVNGRAPH_{name.upper()}")}
    values |= {name: flags[name] for name in names if flags.get(name) is not None}
    return _checked(values)


def _file(path: Path, names: list[str]) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not readable as TOML: {error}", where=str(path), remedy="mend the file") from error
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path), remedy="check its rights") from error
    # Who publishes may be said in the same file, as a table of its own.
    if isinstance(table.get("publisher"), dict):
        table["publisher"] = str(path)
    members = _members(table.pop("endpoints", []), path)
    if odd := sorted(name for name, value in table.items() if not isinstance(value, str | int | float)):
        raise InputError(f"{odd[0]} is no single value", where=str(path), remedy='write it as name = "value"')
    if unknown := sorted(set(table) - set(names)):
        raise InputError(f"unknown setting {unknown[0]!r}", where=str(path), remedy=f"one of: {', '.join(names)}")
    return {**table, "endpoints": members}


def _members(found: object, path: Path) -> tuple[Member, ...]:
    """The datasets of ``[[endpoints]]``."""
    members = []
    for table in found if isinstance(found, list) else [found]:
        if not isinstance(table, dict) or not all(isinstance(table.get(key), str) for key in ("name", "store")):
            remedy = 'write: [[endpoints]], name = "…", store = "URL or folder"'
            raise InputError("an endpoint without name or store", where=str(path), remedy=remedy)
        if odd := sorted(set(table) - {"name", "store"}):
            raise InputError(f"unknown word {odd[0]!r} of an endpoint", where=str(path), remedy="name and store")
        members.append(Member(table["name"], table["store"]))
    if len({member.name for member in members}) < len(members):
        raise InputError("two endpoints of one name", where=str(path), remedy="give each its own")
    return tuple(members)


def _checked(values: Mapping[str, object]) -> Settings:
    others = ("timeout", "endpoints")
    texts: dict[str, str] = {name: str(value) for name, value in values.items() if name not in others}
    settings = Settings(**texts)  # type: ignore[arg-type] # every field but those left out is a text
    if isinstance(members := values.get("endpoints"), tuple):
        settings = replace(settings, endpoints=members)
    if "timeout" in values:
        settings = replace(settings, timeout=_seconds(values["timeout"]))
    if settings.lang not in LANGUAGES:
        raise UsageError(f"no language {settings.lang!r}", where="lang", remedy=f"one of: {', '.join(LANGUAGES)}")
    if not re.fullmatch(r"https?://[^<>\"{}|^`\\\x00-\x20]+/", settings.base):
        raise UsageError(f"not an address that ends with a slash: {settings.base!r}", where="base")
    if not settings.store.strip():
        raise UsageError("no place", where="store", remedy="memory, a folder, or the URL of a SPARQL endpoint")
    return settings


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise UsageError(f"not a time in seconds: {value!r}", where="timeout", remedy="a number above 0")
    return seconds
