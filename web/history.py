"""What is known of how a thing came to be as it is: its documents, who decided its links, and who reviewed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import URIRef

from svngraph.tracing.suspects import Suspect

from . import page_queries as q
from .dataset import Published
from .things import Ground


@dataclass(frozen=True)
class Event:
    """Something that happened to a thing.

    ``kind`` is ``document`` (a document that the thing stands in is dated so), ``decided`` (a person decided a link) or
    ``reviewed`` (a person looked at a link again); ``other`` the document, or the thing at the link's other end.
    """

    on: str
    kind: str
    other: str
    relation: str | None = None
    author: str | None = None
    why: str | None = None


def events(data: Published, iri: str, grounds: Sequence[Ground], documents: Iterable[str], lang: str) -> list[Event]:
    """What is known to have happened to a thing, the earliest first; what has no date comes last."""
    found = [
        Event(g.created or "", "decided", g.target if g.source == iri else g.source, g.relation, g.author, None)
        for g in grounds
        if g.author or g.created
    ]
    if wanted := tuple(sorted(set(documents))):
        found += (Event(str(date), "document", str(file)) for file, date in data.rows(q.DOCUMENT_DATES, iris=wanted))
    reviews: dict[tuple[str, ...], Event] = {}
    # Few things have been looked at again: a query for each of the others would find nothing.
    reviewed = data.once("reviewed", lambda: {str(thing) for (thing,) in data.rows(q.REVIEWED)})
    for source, relation, target, author, on, why in data.rows(q.REVIEWS, iri=iri) if iri in reviewed else ():
        key = tuple(map(str, (source, relation, target, author, on)))
        if key in reviews and getattr(why, "language", None) != lang:
            continue
        other = str(target) if str(source) == iri else str(source)
        who = None if author is None else str(author)
        reviews[key] = Event(str(on or ""), "reviewed", other, str(relation), who, None if why is None else str(why))
    found += reviews.values()
    return sorted(found, key=lambda event: (event.on or "9999", event.kind, event.other))


def suspicions(data: Published, grounds: Iterable[Ground]) -> dict[str, Suspect]:
    """The suspect ones of a thing's links, by the link's IRI."""
    known = data.suspected
    return {ground.link: known[link] for ground in grounds if (link := URIRef(ground.link)) in known}
