"""A proposal: the named graph that a document gives, with what is uncertain and what was left over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from svngraph import trig
from svngraph.errors import InputError
from svngraph.ingest.account import Account, account, left_over
from svngraph.ingest.blocks import Block, Reading, Span
from svngraph.ingest.lifting import details, outcomes, quads
from svngraph.ingest.lifting.cues import DEFAULT, dates, interval, speaking
from svngraph.ingest.lifting.flow import build, opened
from svngraph.ingest.lifting.items import Item, Lifted, Link, Place, places
from svngraph.ingest.lifting.structure import Builder
from svngraph.ingest.linking.documents import documents
from svngraph.ingest.linking.known import NAMED, Known, KnownName, slug
from svngraph.ingest.linking.mentions import Mention, Recogniser, plural_of_each
from svngraph.ingest.linking.parts import parts
from svngraph.ingest.profiles import Profile
from svngraph.labels import phrase
from svngraph.model import Triple
from svngraph.namespaces import Names

_COMMENT = (
    "svngraph proposal: named graph {key}, read from {name} with the profile {profile}.\n"
    "A proposal is to be reviewed. CC0-1.0: https://creativecommons.org/publicdomain/zero/1.0/"
)


_NAMED_IN = {"sv": "Swedish", "en": "English"}
_SUMMARISED = ("report-entry", "goal-text")


@dataclass
class Proposal:
    """What ingestion proposes: a named graph, and what a person should look at."""

    key: str
    reading: Reading
    profile: str
    lifted: Lifted
    candidates: list[str] = field(default_factory=list)
    unplaced: tuple[str, ...] = ()

    def trig(self, names: Names) -> str:
        """The named graph as TriG: the same document gives the same text."""
        comment = _COMMENT.format(key=self.key, name=self.reading.name, profile=self.profile)
        if waiting := self.to_write():
            parts = ", ".join(f"{count} {kind}" for kind, count in waiting.items())
            missing = ", ".join(name for lang, name in _NAMED_IN.items() if lang != self.lifted.language)
            comment += f"\nLeft for people to write: svn:summary of {parts}; names in {missing}."
        return trig.write({names.graph(self.key): set(self.triples(names))}, names, comment)

    def triples(self, names: Names) -> Iterable[Triple]:
        """The triples of the named graph."""
        return quads.triples(self.reading, self.key, self.lifted, names)

    def to_write(self) -> dict[str, int]:
        """How many new items of each kind need a summary in somebody's own words, which no document has."""
        kinds = Counter(item.kind for item in self.lifted.items.values() if not item.known)
        return {kind: kinds[kind] for kind in _SUMMARISED if kinds[kind]}

    def _notes(self) -> Iterable[tuple[str, int]]:
        """What the reading has to say, and how many names wait for a translation: every thing has a Swedish one."""
        yield from self.reading.notes
        new = sum(not item.known for item in self.lifted.items.values())
        if self.lifted.language != DEFAULT and new:
            yield "to-translate", new

    def account(self) -> Account:
        """How every character of the document is accounted for."""
        return account(self.reading.text, self._used(), self.reading.furniture)

    def left_over(self) -> list[tuple[Span, str]]:
        """The stretches of the document that no item and no furniture takes, with their words."""
        return list(left_over(self.reading.text, chain(self._used(), self.reading.furniture)))

    def _used(self) -> Iterable[Span]:
        everything = (item.evidence for item in self.lifted.items.values())
        return ((place.start, place.end) for place in chain(*everything, self.lifted.notes))

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """What was found, what is uncertain and what is left over, ready for JSON; its notes in a language."""
        items = Counter(item.kind for item in self.lifted.items.values())
        links = Counter((link.relation, link.basis) for link in self.lifted.links.values())
        unsure = [item for item in self.lifted.items.values() if item.score < 1 and item.kind != "outcome"]
        account = self.account()
        return {
            "document": self.reading.name,
            "graph": self.key,
            "profile": self.profile,
            "form": self.reading.form,
            "pages": self.reading.pages,
            "items": dict(sorted(items.items())),
            "links": {f"{relation} ({basis})": count for (relation, basis), count in sorted(links.items())},
            "uncertain": [
                *({"item": f"{i.kind}/{i.key}", "label": i.label, "score": round(i.score, 2)} for i in unsure),
                *(
                    {
                        "link": f"{'/'.join(link.source)} {link.relation} {'/'.join(link.target)}",
                        "score": round(link.score, 2),
                        "cue": link.cue,
                    }
                    for link in self.lifted.links.values()
                    if link.score < 0.9 and link.relation != "outcomeOf"
                ),
            ],
            "proposedOutcomes": items.get("outcome", 0),
            "unknownNames": self.candidates,
            "unknownWords": list(self.unplaced),
            "characters": {
                "item": account.item,
                "furniture": account.furniture,
                "blank": account.blank,
                "leftOver": account.left_over,
            },
            "leftOver": [{"start": start, "end": end, "text": words} for (start, end), words in self.left_over()],
            "notes": [phrase(f"ingest.note.{key}", lang, count=count) for key, count in self._notes()],
        }


def propose(
    reading: Reading,
    profile: Profile,
    known: Known,
    given: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Proposal:
    """The proposal for a document. Errors: InputError where the document lacks what the profile needs."""
    with speaking(profile.language):
        return _proposed(reading, profile, known, given or {}, key)


def _proposed(reading: Reading, profile: Profile, known: Known, given: Mapping[str, str], key: str | None) -> Proposal:
    try:
        builder, graph = opened(reading, profile, known, given, key)
        build(builder, reading)
    except InputError as error:
        raise InputError(error.what, where=reading.name, remedy=error.remedy) from error
    lifted = builder.lifted
    lifted.language = profile.language
    year = builder.values.get("year")
    _dates(lifted)
    _document_date(builder, reading)
    outcomes.propose(lifted, year)
    candidates = _linked(builder, builder.known)
    return Proposal(graph, reading, profile.name, lifted, candidates, tuple(dict.fromkeys(builder.unplaced)))


def _dates(lifted: Lifted) -> None:
    """Make the dates that rules have found into EDTF with their earliest and latest day."""
    for item in lifted.items.values():
        if "date" in item.values and "earliest" not in item.values:
            found = dates(item.values["date"][0])
            del item.values["date"]
            if found:
                _set_date(item, found[0].edtf)


def _document_date(builder: Builder, reading: Reading) -> None:
    """The document's own date, where the profile says that it stands in the furniture: it is that of the first plan."""
    if builder.profile.date != "furniture" or not builder.lifted.items:
        return
    plan = next(iter(builder.lifted.items.values()))
    for start, end in reading.furniture:
        for date in dates(reading.text[start:end]):
            _set_date(plan, date.edtf)
            plan.evidence.append(Place(start + date.start, start + date.end))
            return


def _set_date(item: Item, edtf: str) -> None:
    earliest, latest = interval(edtf)
    item.values |= {"date": [edtf], "earliest": [earliest], "latest": [latest]}


def _linked(builder: Builder, known: Known) -> list[str]:
    """Add what the items name, and give back the names that nobody knows, in order."""
    recogniser = _with_new_bodies(builder, known)
    candidates: dict[str, None] = {}
    assigns = [column.assigns for column in builder.profile.columns if column.assigns]
    lifted = builder.lifted
    for item in list(lifted.items.values()):
        for block in item.blocks:
            found = recogniser.mentions(block.text)
            for mention in found:
                if (mention.kind, mention.key) == item.name:
                    continue  # a body that the document itself brings is not a mention of itself
                evidence = tuple(places(block, block.within(mention.start, mention.end)))
                who = (mention.kind, mention.key)
                relation = "refersTo" if mention.kind == "external-document" else "involves"
                lifted.link(Link(item.name, relation, who, "stated", evidence, mention.score, mention.how))
                if item.kind == "assignment" and _is_assigned(block.text, mention.start, assigns):
                    lifted.link(Link(item.name, "assignedTo", who, "stated", evidence, mention.score, mention.how))
            _with_documents(lifted, item, block, found)
            if item.kind == "outcome":
                _with_parts(lifted, item, block, found)
            for start, end in recogniser.candidates(block.text, found):
                candidates.setdefault(block.text[start:end])
    return list(candidates)


def _with_documents(lifted: Lifted, item: Item, block: Block, found: list[Mention]) -> None:
    """Add the laws and plans outside the sources that a block names and that nobody knows, each to be reviewed."""
    for named in documents(block.text, found) if item.kind not in NAMED else []:
        evidence = places(block, block.within(named.start, named.end))
        label = f"{named.label} ({named.number})" if named.number else named.label
        made = Item("external-document", slug(named.label), label, named.type, score=named.score)
        made.values |= {"acronym": [named.acronym]} if named.acronym else {}
        there = lifted.items.setdefault(made.name, made)
        there.evidence += [place for place in evidence if place not in there.evidence]
        lifted.link(Link(item.name, "refersTo", there.name, "stated", tuple(evidence), 1.0, "named"))


def _with_new_bodies(builder: Builder, known: Known) -> Recogniser:
    """What knows the names that are known, and those that the document gives in the place of a responsible body."""
    recogniser = Recogniser(plural_of_each(known.names))
    words = {block.text for item in builder.lifted.items.values() for block in item.responsible}
    details.bodies(builder.lifted, (text for text in words if recogniser.mentions(text)))
    new = [KnownName(i.kind, i.key, (i.label,)) for i in builder.lifted.items.values() if i.kind == "organisation"]
    recogniser = Recogniser(plural_of_each([*known.names, *new])) if new else recogniser
    for item in list(builder.lifted.items.values()):
        for block in item.responsible:
            for mention in recogniser.mentions(block.text):
                evidence = tuple(places(block, block.within(mention.start, mention.end)))
                who = (mention.kind, mention.key)
                link = Link(item.name, "assignedTo", who, "stated", evidence, mention.score, "named as responsible")
                builder.lifted.link(link)
    return recogniser


def _with_parts(lifted: Lifted, item: Item, block: Block, found: list[Mention]) -> None:
    """Add who decided, or which group was formed, where the sentence of an outcome says so."""
    for relation, mention in parts(item.values["outcomeKind"][0], block.text, found):
        evidence = tuple(places(block, block.within(mention.start, mention.end)))
        lifted.link(Link(item.name, relation, (mention.kind, mention.key), "stated", evidence, item.score, mention.how))


def _is_assigned(text: str, at: int, assigns: list[re.Pattern[str]]) -> bool:
    """Whether a body that is named at a place has the assignment: not in brackets, and before what is to be done."""
    before = re.sub(r"\([^)]*\)?", lambda match: " " * len(match[0]), text)[:at]
    return any(pattern.search(text) for pattern in assigns) and " att " not in before and "(" not in text[:at]
