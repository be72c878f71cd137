"""A difference as people speak of it: items and links that were added, removed, changed or moved.

What has no life of its own is told of the thing that it belongs to: a blank node, a wording, a passage. A link is known
by what it joins, whatever its record is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rdflib.namespace import RDF, SKOS

from svngraph.comparison.quads import Quad
from svngraph.namespaces import SVN

How = Literal["added", "removed", "changed", "moved"]
HOWS: tuple[How, ...] = ("added", "removed", "changed", "moved")
Joint = tuple[str, str, str]
"""What a link joins: from, by which relation, to; as N-Triples writes them."""
Fact = tuple[tuple[str, ...], str]
"""A path of properties from a thing, and the value at its end."""

_TYPE, _LABEL = f"<{RDF.type}>", f"<{SKOS.prefLabel}>"
_LINK = f"<{SVN.TraceLink}>"
_PARTS = {f"<{SVN.Passage}>", f"<{SVN.Wording}>"}
_ENDS = tuple(f"<{SVN[end]}>" for end in ("from", "relation", "to"))
_GRAPH = "graph"
_PLACE = {f"<{SVN.inPlan}>", f"<{SVN.sequence}>", _GRAPH}
# What a thing is called follows from where it stands, and does not tell it from a thing that has moved.
_NAMING = {_LABEL, _TYPE}
_IGNORED_IN_LINKS = {*_ENDS, _TYPE, _GRAPH}
_DEEPEST = 4


@dataclass(frozen=True)
class Change:
    """What has changed at the end of a path of properties."""

    path: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class ThingChange:
    """A thing that came, went, changed or moved.

    ``before`` is its name in the old dataset where that was another; ``classes`` are those it has now, or had.
    """

    how: How
    thing: str
    classes: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    before: str | None = None


@dataclass(frozen=True)
class LinkChange:
    """A link that came, went, rests on something else, or now leads elsewhere from the same thing (``before``)."""

    how: How
    joint: Joint
    changes: tuple[Change, ...] = ()
    before: Joint | None = None


@dataclass(frozen=True)
class State:
    """A dataset as things and links; ``relations`` are the properties that are links, as N-Triples writes them."""

    quads: frozenset[Quad]
    relations: frozenset[str]

    @cached_property
    def about(self) -> Mapping[str, list[tuple[str, str]]]:
        """What is said of each subject, once."""
        found: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        for subject, predicate, value, graph in self.quads:
            found[subject][predicate, value] = None
            if predicate == _TYPE:
                found[subject][_GRAPH, graph] = None
        return {subject: list(facts) for subject, facts in found.items()}

    @cached_property
    def classes(self) -> Mapping[str, frozenset[str]]:
        """The classes of each subject."""
        return {
            subject: frozenset(value for predicate, value in facts if predicate == _TYPE)
            for subject, facts in self.about.items()
        }

    @cached_property
    def owners(self) -> Mapping[str, frozenset[str]]:
        """What each part belongs to."""
        found: dict[str, set[str]] = defaultdict(set)
        for subject, facts in self.about.items():
            for _, value in facts:
                if value in self.about and self.is_part(value):
                    found[value].add(subject)
        return {part: frozenset(those) for part, those in found.items()}

    @cached_property
    def links(self) -> Mapping[Joint, frozenset[str]]:
        """The links by what they join, each with the records that explain it."""
        found: dict[Joint, set[str]] = defaultdict(set)
        for subject, facts in self.about.items():
            if self.is_link(subject):
                ends = [[value for predicate, value in facts if predicate == end] for end in _ENDS]
                for source in ends[0]:
                    for relation in ends[1]:
                        for target in ends[2]:
                            found[source, relation, target].add(subject)
            for predicate, value in facts:
                if predicate in self.relations:
                    found[subject, predicate, value] |= set()
        return {joint: frozenset(records) for joint, records in found.items()}

    def is_link(self, subject: str) -> bool:
        """Whether a subject is the record of a link."""
        return _LINK in self.classes[subject]

    def is_part(self, subject: str) -> bool:
        """Whether a subject is told of as a part of others."""
        if self.is_link(subject):
            return False
        return subject.startswith("_:") or bool(self.classes[subject] & _PARTS)

    def told_of(self, subject: str) -> frozenset[str]:
        """The things and links of which a change to a subject is told: itself, or what it is a part of."""
        ahead, seen, found = [subject], set(), set()
        while ahead:
            one = ahead.pop()
            if one in seen or one not in self.about:
                continue
            seen.add(one)
            owners = self.owners.get(one, frozenset()) if self.is_part(one) else frozenset()
            if owners:
                ahead += owners
            else:
                found.add(one)
        return frozenset(found)

    def facts(self, subject: str) -> frozenset[Fact]:
        """Everything that is said of a subject and its parts, but for its links."""
        return frozenset(self._facts(subject, (), frozenset({subject})))

    def _facts(self, subject: str, path: tuple[str, ...], within: frozenset[str]) -> Iterable[Fact]:
        for predicate, value in self.about.get(subject, ()):
            if predicate in self.relations or (path and predicate == _GRAPH):
                continue
            part = value in self.about and value not in within and self.is_part(value) and len(path) < _DEEPEST
            if not part:
                yield (*path, predicate), value
                continue
            # A part with a name of its own is told apart by it; a blank node has none.
            step = predicate if value.startswith("_:") else f"{predicate}{value}"
            if not value.startswith("_:"):
                yield (*path, predicate), value
            yield from self._facts(value, (*path, step), within | {value})


@dataclass(frozen=True)
class DatasetDifference:
    """What came, went, changed and moved between two datasets."""

    things: tuple[ThingChange, ...]
    links: tuple[LinkChange, ...]

    def counts(self) -> dict[str, dict[How, int]]:
        """How many things and links of each kind of change."""
        return {
            name: {how: sum(one.how == how for one in found) for how in HOWS}
            for name, found in (("things", self.things), ("links", self.links))
        }


def compare(old: State, new: State) -> DatasetDifference:
    """What came, went, changed and moved between two datasets; nothing for the same dataset."""
    touched: set[str] = set()
    for quad in old.quads ^ new.quads:
        touched |= old.told_of(quad[0]) | new.told_of(quad[0])
    things = {
        side: {one for one in touched if one in state.about and not state.is_link(one)}
        for side, state in (("old", old), ("new", new))
    }
    renamed = _renamed(old, new, things["old"] - things["new"], things["new"] - things["old"])
    found = _things(old, new, things["old"], things["new"], renamed)
    return DatasetDifference(tuple(found), tuple(_links(old, new, touched, renamed)))


def _things(
    old: State, new: State, before: set[str], after: set[str], renamed: Mapping[str, str]
) -> Iterable[ThingChange]:
    came = {name: was for was, name in renamed.items()}
    for thing in sorted((before | after) - set(renamed)):
        was = came.get(thing, thing)
        one, two = old.facts(was) if was in before else None, new.facts(thing) if thing in after else None
        classes = tuple(sorted((new if thing in after else old).classes[thing]))
        if one is None:
            if two:
                yield ThingChange("added", thing, classes, _changes(frozenset(), two))
            continue
        if two is None:
            if one:
                yield ThingChange("removed", thing, classes, _changes(one, frozenset()))
            continue
        changes = _changes(one, two)
        if changes or was != thing:
            moved = was != thing or any(change.path[0] in _PLACE for change in changes)
            yield ThingChange("moved" if moved else "changed", thing, classes, changes, was if was != thing else None)


def _renamed(old: State, new: State, gone: set[str], come: set[str]) -> dict[str, str]:
    """The things that have another name now: one that went and one that came of the same classes and labels."""
    by_name: tuple[dict[object, list[str]], dict[object, list[str]]] = (defaultdict(list), defaultdict(list))
    for state, things, known in ((old, gone, by_name[0]), (new, come, by_name[1])):
        for thing in things:
            labels = frozenset(fact for fact in state.about[thing] if fact[0] in _NAMING)
            if any(predicate == _LABEL for predicate, _ in labels):
                known[labels].append(thing)
    return {
        was[0]: by_name[1][labels][0]
        for labels, was in by_name[0].items()
        if len(was) == 1 and len(by_name[1].get(labels, ())) == 1
    }


def _links(old: State, new: State, touched: set[str], renamed: Mapping[str, str]) -> Iterable[LinkChange]:
    def carried(joint: Joint) -> Joint:
        return (renamed.get(joint[0], joint[0]), joint[1], renamed.get(joint[2], joint[2]))

    before = {carried(joint): records for joint, records in old.links.items()}
    gone = sorted(before.keys() - new.links.keys())
    come = sorted(new.links.keys() - before.keys())
    moved = _moved(gone, come)
    for joint in gone:
        if joint not in moved.values():
            yield LinkChange("removed", joint, _changes(_explained(old, before[joint]), frozenset()))
    for joint in come:
        was = moved.get(joint)
        facts = _explained(new, new.links[joint])
        if was is None:
            yield LinkChange("added", joint, _changes(frozenset(), facts))
        else:
            yield LinkChange("moved", joint, _changes(_explained(old, before[was]), facts), was)
    for joint in sorted(before.keys() & new.links.keys()):
        records = before[joint] | new.links[joint]
        if records & touched and (
            changes := _changes(_explained(old, before[joint]), _explained(new, new.links[joint]))
        ):
            yield LinkChange("changed", joint, changes)


def _moved(gone: Iterable[Joint], come: Iterable[Joint]) -> dict[Joint, Joint]:
    """The links that lead elsewhere: of one thing and relation, one link went and one came."""
    went, came = defaultdict(list), defaultdict(list)
    for joint in gone:
        went[joint[:2]].append(joint)
    for joint in come:
        came[joint[:2]].append(joint)
    return {came[start][0]: those[0] for start, those in went.items() if len(those) == 1 and len(came[start]) == 1}


def _explained(state: State, records: Iterable[str]) -> frozenset[Fact]:
    """What the records of a link say of it, but for what it joins."""
    return frozenset(fact for record in records for fact in state.facts(record) if fact[0][0] not in _IGNORED_IN_LINKS)


def _changes(one: frozenset[Fact], two: frozenset[Fact]) -> tuple[Change, ...]:
    went, came = defaultdict(list), defaultdict(list)
    for path, value in one - two:
        went[path].append(value)
    for path, value in two - one:
        came[path].append(value)
    return tuple(Change(path, tuple(sorted(went[path])), tuple(sorted(came[path]))) for path in sorted({*went, *came}))
