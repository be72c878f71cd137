"""Findings: everything that is wrong or weak in a trace graph, as values; never an exception, and always all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from rdflib import URIRef

from svngraph.labels import Label, phrase
from svngraph.settings import LANGUAGES
from svngraph.tracing.columns import Numbers, TraceColumns
from svngraph.tracing.items import Level, above
from svngraph.tracing.network import components
from svngraph.tracing.policy import KINDS, SEVERITIES, FindingKind, Policy, Severity
from svngraph.tracing.reach import UNREACHED, circular, dominators, spread

# From here on a link rests on judgement, or says nothing of what it rests on.
_JUDGED = 2


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or weak, and where.

    ``iri``, ``key`` and ``label`` are the item's, or those of the lower end of a link, whose relation and upper end are
    in ``others``; or the other items that it concerns are, as kind/key. ``levels`` are levels that it concerns, and
    ``count`` is how many other items it does. ``variant`` tells findings of one kind with different words apart.
    """

    kind: FindingKind
    severity: Severity
    iri: URIRef
    key: str
    label: Label = field(default_factory=Label)
    others: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    count: int = 0
    variant: str = ""

    def message(self, lang: str) -> str:
        """What is wrong, in words."""
        name = f"finding.{self.kind}{'.' if self.variant else ''}{self.variant}"
        return phrase(
            name,
            lang,
            item=qualified(self.iri),
            others=", ".join(self.others),
            first=self.others[0] if self.others else "",
            last=self.others[-1] if self.others else "",
            levels="/".join((level.label.text(lang) or level.key).lower() for level in self.levels),
            count=self.count,
        )

    def messages(self) -> dict[str, str]:
        """What is wrong, in every language."""
        return {lang: self.message(lang) for lang in LANGUAGES}


def findings(columns: TraceColumns, policy: Policy | None = None, top: str = "goal") -> list[Finding]:
    """Every finding of a trace graph, the gravest first, then by kind and place.

    Kinds:  circle, dangling, unwanted, orphan, unreachable, duplicate, skipped, single-point.
    Units:  linear in the items and links, but for sorting.
    Errors: UnknownLevel where the chain has no level ``top``.
    """
    search = _Search(columns, columns.level_of(top))
    found = [finding for kind in search.kinds() for finding in kind]
    if policy is not None:
        found = [_weighed(finding, policy) for finding in found]
    kinds = list(KINDS)
    rank = {name: number for number, name in enumerate(SEVERITIES)}
    return sorted(found, key=lambda finding: (rank[finding.severity], kinds.index(finding.kind)))


def _weighed(finding: Finding, policy: Policy) -> Finding:
    severity = policy.severities.get(finding.kind, finding.severity)
    return finding if severity == finding.severity else replace(finding, severity=severity)


class _Search:
    """A trace graph searched for one kind of finding after the other; items are numbers until a finding is made."""

    def __init__(self, columns: TraceColumns, top: Level) -> None:
        self._columns = columns
        self._top = top
        self._size = len(columns)
        self._roots = columns.at(top)
        self._reached = spread(columns.down, self._roots, self._size)
        below = [level for level in columns.levels if level != top and top in above(columns.steps, level)]
        self._asked = columns.on(below)
        self._upward = np.bincount(columns.source, minlength=self._size)

    def kinds(self) -> Iterator[list[Finding]]:
        """The findings of each kind."""
        yield self.circles()
        yield self.dangling()
        yield self.unwanted()
        yield self.orphans()
        yield self.unreachable()
        yield self.duplicates()
        yield self.skipped()
        yield self.single_points()

    def circles(self) -> list[Finding]:
        """Items that trace to one another, so that none of them is nearer the goal."""
        found = []
        for group in self._circles:
            others = tuple(map(qualified, self._columns.iris(group)))
            place = self._of_items("circle", np.array(group[:1], np.int32))[0]
            found.append(replace(place, others=others, count=len(group)))
        return found

    @property
    def _circles(self) -> list[list[int]]:
        columns = self._columns
        core = circular(columns.source, columns.target, self._size)
        inside = core[columns.source] & core[columns.target]
        return components(columns.source[inside], columns.target[inside]) if inside.any() else []

    def dangling(self) -> list[Finding]:
        """Links to or from what is no item of the chain."""
        found = []
        for link in self._columns.loose:
            known = link.target if link.missing == link.source else link.source
            variant = "source" if link.missing == link.source else "target"
            others = (_shortened(link.relation), qualified(link.missing))
            found.append(
                Finding("dangling", KINDS["dangling"], known, _shortened(known), others=others, variant=variant)
            )
        return found

    def unwanted(self) -> list[Finding]:
        """Links between levels that the vocabulary does not join by that relation."""
        columns, levels = self._columns, len(self._columns.levels)
        fits = np.ones((max(len(columns.relations), 1), levels, levels), np.bool_)
        for number, relation in enumerate(columns.relations):
            if relation in columns.allowed:
                fits[number] = False
                for lower, upper in columns.allowed[relation]:
                    fits[number, columns.number(lower), columns.number(upper)] = True
        wrong = ~fits[columns.relation, columns.level[columns.source], columns.level[columns.target]]
        return self._of_links("unwanted", np.flatnonzero(wrong).astype(np.int32))

    def orphans(self) -> list[Finding]:
        """Items below the top that trace to nothing."""
        return self._of_items("orphan", self._orphans)

    @property
    def _orphans(self) -> Numbers:
        return np.flatnonzero(self._asked & (self._upward == 0)).astype(np.int32)

    def unreachable(self) -> list[Finding]:
        """Items that trace to something, but by no chain to the top; each with the item at which its way stops."""
        lost = np.flatnonzero(self._asked & (self._upward > 0) & (self._reached == UNREACHED)).astype(np.int32)
        way = spread(self._columns.down, np.flatnonzero(self._upward == 0).astype(np.int32), self._size)
        at = lost.copy()
        moving = way[at] >= 0
        while moving.any():
            at[moving] = self._columns.target[way[at[moving]]]
            moving = way[at] >= 0
        stops = map(qualified, self._columns.iris(at.tolist()))
        circling = (way[lost] == UNREACHED).tolist()
        return [
            replace(finding, others=(stop,), variant="circle" if circles else "")
            for finding, stop, circles in zip(self._of_items("unreachable", lost), stops, circling, strict=True)
        ]

    def duplicates(self) -> list[Finding]:
        """Links that are stated more than once, and items of one level and plan that have the same name."""
        columns = self._columns
        twice = np.flatnonzero(columns.said > 1).astype(np.int32)
        found = self._of_links("duplicate", twice, "link", columns.said[twice])
        named = np.flatnonzero(columns.name >= 0).astype(np.int32)
        table = (columns.level[named], columns.plan[named], columns.name[named])
        order = np.lexsort(table[::-1])
        same = np.ones(max(named.size - 1, 0), np.bool_)
        for column in table:
            same &= column[order][1:] == column[order][:-1]
        edges = np.flatnonzero(np.concatenate(([True], ~same, [True])))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True) if same.any() else ():
            if end - start > 1:
                group = np.sort(named[order[start:end]])
                others = tuple(map(qualified, columns.iris(group[1:].tolist())))
                found += [
                    replace(finding, others=others, count=len(others), variant="item")
                    for finding in self._of_items("duplicate", group[:1])
                ]
        return found

    def skipped(self) -> list[Finding]:
        """Links that pass over a level to which their item could have linked, and does not."""
        columns, levels = self._columns, len(self._columns.levels)
        has = np.zeros((self._size, levels), np.bool_)
        has[columns.source, columns.level[columns.target]] = True
        between = np.zeros((levels, levels, levels), np.bool_)
        for low, lower in enumerate(columns.levels):
            for step in columns.steps.get(lower, ()):
                for upper in above(columns.steps, step) - {step, lower}:
                    between[low, columns.number(upper), columns.number(step)] = True
        passed = between[columns.level[columns.source], columns.level[columns.target]]
        skipping = passed.any(axis=1) & ~(passed & has[columns.source]).any(axis=1)
        places = np.flatnonzero(skipping)
        _, first = np.unique(columns.source[places], return_index=True)
        links: Numbers = places[first].astype(np.int32)
        names = [tuple(columns.levels[level] for level in np.flatnonzero(row)[::-1].tolist()) for row in passed[links]]
        return [
            replace(finding, levels=levels)
            for finding, levels in zip(self._of_links("skipped", links), names, strict=True)
        ]

    def single_points(self) -> list[Finding]:
        """Links by whose loss other items than their own would lose every way to the top, the weightiest first."""
        columns = self._columns
        home = np.arange(self._size, dtype=np.int32)
        for group in self._circles:
            home[group] = group[0]
        source, target = home[columns.source], home[columns.target]
        outer = np.flatnonzero(source != target)
        source, target = source[outer], target[outer]
        weight = np.bincount(home, minlength=self._size)
        roots = np.unique(home[self._roots]).astype(np.int32)
        dominator, weights = dominators(target, source, roots, self._size, weight.astype(np.int32))
        alive = (dominator != UNREACHED)[target]
        ways = np.bincount(source[alive], minlength=self._size)
        only = alive & (ways[source] == 1) & (weights[source] > weight[source]) & ~np.isin(source, roots)
        links: Numbers = outer[only].astype(np.int32)
        lost: Numbers = (weights - weight).astype(np.int32)[source[only]]
        order = np.argsort(-lost, kind="stable")
        return self._of_links("single-point", links[order], "", lost[order])

    def _of_items(self, kind: FindingKind, items: Numbers) -> list[Finding]:
        numbers, columns = items.tolist(), self._columns
        rows = zip(columns.iris(numbers), columns.keys(numbers), columns.labels(numbers), strict=True)
        return [Finding(kind, KINDS[kind], iri, key, label) for iri, key, label in rows]

    def _of_links(
        self, kind: FindingKind, links: Numbers, variant: str = "", counts: Numbers | None = None
    ) -> list[Finding]:
        """Findings of links: the place is the lower item, the relation and the upper item are the others."""
        columns = self._columns
        places = self._of_items(kind, columns.source[links])
        targets = map(qualified, columns.iris(columns.target[links].tolist()))
        numbers = [0] * links.size if counts is None else counts.tolist()
        judged = (columns.weakness[links] >= _JUDGED).tolist()
        relations = [_shortened(columns.relations[number]) for number in columns.relation[links].tolist()]
        return [
            replace(
                place,
                severity="warning" if kind == "single-point" and weak else place.severity,
                others=(relation, target),
                count=number,
                variant=variant,
            )
            for place, relation, target, number, weak in zip(places, relations, targets, numbers, judged, strict=True)
        ]


def qualified(iri: str) -> str:
    """A thing's kind and key, or the last two parts of any other IRI.

    >>> qualified("https://w3id.org/svngraph/id/report-entry/ap2025-13")
    'report-entry/ap2025-13'
    """
    return "/".join(iri.rstrip("/").rsplit("/", 2)[1:]) or iri


def _shortened(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
