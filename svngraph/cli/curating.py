"""The desk at which links are edited: the curation file under its lock, the dataset beside it, and the shapes' word.

An edit is tried before it is written: the dataset is built with the edited text in place of the file and validated, and
a violation that was not there before refuses it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import click
from rdflib import Literal, URIRef
from rdflib.namespace import SH

from svngraph import pipeline, resources
from svngraph.curation.edits import Review, introducing
from svngraph.curation.record import FILE, Edit, Record, opened
from svngraph.errors import UnknownItem, UsageError
from svngraph.labels import phrase
from svngraph.namespaces import SVN
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.tracing import suspects
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.graph import read as read_graph
from svngraph.tracing.naming import find
from svngraph.validation import Report, Result

RELATIONS = f"""SELECT DISTINCT ?relation WHERE {{
  ?relation <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>+ <{SVN.linksTo}> .
  FILTER(?relation NOT IN (<{SVN.tracesTo}>, <{SVN.tracesFirmlyTo}>)) }}"""


_WHOLES = ("plan", "report", "agreement")


@dataclass(frozen=True)
class Tried:
    """What an edit would do: the dataset with it, and the validation results that would come and go."""

    store: Store
    come: tuple[Result, ...]
    gone: tuple[Result, ...]

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results that refuse the edit."""
        return tuple(result for result in self.come if result.severity == SH.Violation)


@dataclass(frozen=True)
class Desk:
    """A data folder with its curation open for editing."""

    settings: Settings
    folder: Path
    record: Record

    @cached_property
    def store(self) -> Store:
        """The dataset as it is."""
        return pipeline.open_dataset(self.settings)

    @cached_property
    def graph(self) -> TraceGraph:
        """The trace graph of the dataset as it is."""
        return read_graph(self.store, self.settings.names)

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """The property paths that a review remembers."""
        return counts(self.settings)

    def thing(self, name: str) -> URIRef:
        """The thing that a person means: an item of the chain, or anything by kind and key. Errors: UnknownItem."""
        kind, slash, key = name.strip().partition("/" if "/" in name else ":")
        exact = URIRef(name.strip()) if "://" in name else self.settings.names.thing(kind, key)
        safe = not set('<>"{}|^`\\ ') & set(exact)
        if slash and safe and self._is_known(exact):
            return exact
        if (
            not slash and safe and name.strip()
        ):  # plans and reports are no items of the chain, and have keys of their own
            for whole in (self.settings.names.thing(one, name.strip()) for one in _WHOLES):
                if self._is_known(whole):
                    return whole
        return find(self.graph, name, self.settings.names).iri

    def _is_known(self, thing: URIRef) -> bool:
        return bool(self.store.select(f"SELECT * WHERE {{ {thing.n3()} ?p ?o }} LIMIT 1").rows)

    def relation(self, name: str) -> URIRef:
        """The link property of a name such as ``underHeading``. Errors: UsageError."""
        rows = self.store.select(RELATIONS).rows
        known = {str(row[0]).rsplit("/", 1)[-1]: URIRef(str(row[0])) for row in rows}
        short = name.removeprefix("svn:").rsplit("/", 1)[-1]
        if short not in known:
            raise UsageError(f"no link property {name!r}", remedy=f"one of: {', '.join(sorted(known))}")
        return known[short]

    def author(self, key: str | None, name: str | None) -> tuple[URIRef | None, Edit]:
        """The agent of a key, and the edit that makes the agent known where the dataset does not know it yet."""
        if key is None:
            return None, Edit()
        iri = self.settings.names.thing("agent", key.removeprefix("agent/"))
        if self.store.select(f"SELECT * WHERE {{ {iri.n3()} ?p ?o }} LIMIT 1").rows if _plain(iri) else ():
            return iri, Edit()
        if name is None:
            rows = self.store.select("SELECT DISTINCT ?a WHERE { ?a a <http://www.w3.org/ns/prov#Agent> }").rows
            start = self.settings.names.thing("agent", "")
            known = sorted(str(row[0]).removeprefix(start) for row in rows if str(row[0]).startswith(start))
            raise UnknownItem(
                f"nobody is known as {key!r}", remedy=f"known: {', '.join(known)}; or give the name too: --by-name NAME"
            )
        return iri, introducing(self.record, key, name)

    def digest(self, link: suspects.Joined, store: Store | None = None) -> str:
        """The digest of what counts of a link's ends, in the dataset as it is or as it would be."""
        return suspects.digest_of(link, suspects.values(store or self.store, self.counts))

    def tried(self, edit: Edit, as_of: date) -> Tried:
        """What an edit would do, without doing it."""
        before = pipeline.validate_store(self.store, [], as_of)
        with _with_text(self.folder, self.record.edited(edit).text()) as folder:
            store = pipeline.open_dataset(replace(self.settings, data=str(folder), store="memory"))
        after = pipeline.validate_store(store, [], as_of)
        old, new = keyed(before), keyed(after)
        return Tried(
            store,
            tuple(result for key, result in new.items() if key not in old),
            tuple(result for key, result in old.items() if key not in new),
        )

    def checked(self, edit: Edit, as_of: date) -> Tried:
        """What an edit would do. Errors: UsageError with the reasons where a shape would be violated."""
        tried = self.tried(edit, as_of)
        if tried.violations:
            reasons = dict.fromkeys(result.message(self.settings.lang) or "" for result in tried.violations)
            raise UsageError(
                phrase("curation.refused", self.settings.lang, reasons=" · ".join(reasons)),
                where=self.record.path.name,
            )
        return tried

    def save(self, edit: Edit) -> None:
        """Write an edit that has been checked. Errors: InputError."""
        self.record.edited(edit).save()


@contextmanager
def desk(settings: Settings) -> Iterator[Desk]:
    """The curation of the data in force, locked.

    Errors: UsageError where the data is not the user's own; StoreLocked; InputError.
    """
    folder = data_folder(settings)
    if not settings.data and not (folder.parent / "pyproject.toml").is_file():
        raise UsageError("the shipped plans are not yours to edit", remedy="name the folder of your data: --data DIR")
    if settings.store != "memory":
        raise UsageError("links are edited in files", where=settings.store, remedy="name their folder: --data DIR")
    with opened(folder, settings.names) as record:
        yield Desk(settings, folder, record)


def data_folder(settings: Settings) -> Path:
    """The folder of the data in force."""
    return Path(settings.data) if settings.data else resources.data_folder()


def counts(settings: Settings) -> tuple[str, ...]:
    """The property paths that a review remembers: those of the data folder, else the shipped ones."""
    own = Path(settings.data) / suspects.FILE if settings.data else None
    path = own if own is not None and own.is_file() else resources.data_folder() / suspects.FILE
    return suspects.read_counts(path, settings.names)


def texts(sv: str | None, en: str | None) -> tuple[Literal, ...]:
    """Words by language, Swedish first; what is empty is left out."""
    return tuple(Literal(text, lang=lang) for lang, text in (("sv", sv), ("en", en)) if text and text.strip())


def word_of(author: URIRef | None, on: date, why: Sequence[Literal]) -> Review:
    """A review. Errors: UsageError where it does not say who or why."""
    if author is None or not why:
        raise UsageError("a review says who and why", remedy="--by KEY --why TEXT (--why-en TEXT)")
    return Review(author, on.isoformat(), tuple(why))


def effect(tried: Tried, lang: str) -> str:
    """What an edit does to the validation report, in words."""
    return phrase("curation.effect", lang, come=len(tried.come), gone=len(tried.gone))


def by_options(command: click.decorators.FC) -> click.decorators.FC:
    """Adds the options that say who, and on which day."""
    for option in (
        click.option("--by-name", metavar="NAME", help="Your name, where your key is new."),
        click.option("--by", metavar="KEY", help="Who judges: the key of an agent, such as anna-ek."),
    ):
        command = option(command)
    return command


def keyed(report: Report) -> dict[tuple[str, ...], Result]:
    """The results by what they say; the name of a blank node says nothing."""
    return {
        (
            str(result.source_shape),
            str(result.component),
            str(result.focus_node),
            str(result.path),
            str(result.value),
            result.message("sv") or "",
        ): result
        for result in report.results
    }


def _plain(iri: str) -> bool:
    return not set('<>"{}|^`\\ ') & set(iri)


@contextmanager
def _with_text(folder: Path, text: str) -> Iterator[Path]:
    """A folder like the data folder, with another text of the curation; its other files are the same ones."""
    with tempfile.TemporaryDirectory(prefix="svngraph-") as place:
        for path in resources.rdf_files(folder):
            twin = Path(place) / path.relative_to(folder)
            twin.parent.mkdir(parents=True, exist_ok=True)
            if path != folder / FILE:
                twin.symlink_to(path.resolve())
        (Path(place) / FILE).write_text(text, "utf-8")
        yield Path(place)
