"""Things as RDF: descriptions of this dataset's things, out of its quads, or asked of the endpoint that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from svngraph.columns.ends import Ends
from svngraph.namespaces import Names
from svngraph.publication.description import Describer, Description, Retired, retired
from svngraph.publication.texts import Texts
from svngraph.publication.twins import Twins
from svngraph.store import Store

from . import page_queries as q


class Describing:
    """The descriptions of one dataset; without its statements, the store that holds them is asked."""

    def __init__(self, store: Store, names: Names, ends: Ends | None) -> None:
        self._store = store
        self._names = names
        self.ends = ends
        self._describer: Describer | None = None
        self._twins: Twins | None = None
        if self.ends is not None:
            self._describer, self._twins = self._over(self.ends)
        self.retired: Mapping[str, Retired] = retired(self.ends or self._asked(q.RETIRED))

    def _over(self, ends: Ends) -> tuple[Describer, Twins]:
        texts = Texts(ends, self._names)
        return Describer(ends), Twins(texts, self._names, f"{self._names.base}context.jsonld")

    def _asked(self, query: str) -> Ends:
        return Ends.of_nquads(self._store.respond(q.bind(query), "application/n-triples"))

    def knows(self, iri: str) -> bool:
        """Whether anything is said of a thing, or points to it."""
        if self._describer is not None:
            return self._describer.describe(iri) is not None
        return bool(self._store.select(q.bind(q.KNOWN, iri=iri)).rows)

    def description(self, iri: str) -> Description | None:
        """The description of one thing of a dataset whose quads are here."""
        return None if self._describer is None else self._describer.describe(iri)

    def things(self, start: str) -> list[str]:
        """What the dataset speaks of or points to whose IRI begins so, and is not retired."""
        if self.ends is None:
            rows = self._store.select(q.bind(q.SPOKEN_OF)).rows
            every: Iterable[str] = sorted({str(row[0]) for row in rows})
        else:
            every = self.ends.iris(start)
        return [iri for iri in every if iri.startswith(start) and iri not in self.retired and iri != start]

    def written(self, description: Description | None, iri: str, form: str) -> bytes:
        """A description in a form, asked for where there is none here."""
        if description is not None and self._twins is not None:
            return self._twins.write(description, form)
        return self.write((iri,), form) or b""

    def write(self, iris: Iterable[str], form: str) -> bytes | None:
        """The description of a thing and those told with it in a form, or None where nothing is said of it."""
        wanted = tuple(iris)
        describer, twins = self._describer, self._twins
        if describer is None or twins is None:
            found = self._store.respond(q.bind(q.DESCRIBE, iris=wanted), "application/n-triples")
            describer, twins = self._over(Ends.of_nquads(found))
        told = describer.several(wanted)
        return None if told is None else twins.write(told, form)
