"""What the policy and the reviews say of a dataset: gaps that count or are waived, results by shape, suspect links."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from rdflib import URIRef

from svngraph.namespaces import SVN, Names
from svngraph.store import Store
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.findings import Finding
from svngraph.tracing.findings import findings as found_in
from svngraph.tracing.gaps import Gap
from svngraph.tracing.gaps import gaps as gaps_of
from svngraph.tracing.graph import TraceGraph
from svngraph.tracing.policy import SEVERITIES, Threshold, Waiver
from svngraph.tracing.policy import Policy as TracingPolicy
from svngraph.tracing.policy import read_policy as read_tracing
from svngraph.tracing.suspects import FILE, Suspect, chain_relations, joined, read_counts, suspects, values
from svngraph.tracing.waivers import judge as judge_gaps
from svngraph.tracing.waivers import missed
from svngraph.validation import Report, Result
from svngraph.validation.report import severity_rank
from svngraph.validation.waivers import Waiver as ShapeWaiver
from svngraph.validation.waivers import judge as judge_report
from svngraph.validation.waivers import read_policy as read_validation

_ANY_REVIEWED = f"SELECT ?link WHERE {{ ?link <{SVN.reviewedDigest}> ?digest }} LIMIT 1"

_KEPT = 256


@dataclass(frozen=True)
class Gaps:
    """The gaps that count, the gravest first; those that are waived; what the policy itself is found to be.

    ``own`` are thresholds that are missed, and waivers that have expired or waive nothing.
    """

    counting: tuple[Gap, ...] = ()
    waived: tuple[tuple[Gap, Waiver], ...] = ()
    own: tuple[Finding, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    @cached_property
    def severities(self) -> Mapping[str, int]:
        """How many gaps there are of each severity."""
        return Counter(gap.rule.severity for gap in self.counting)

    @cached_property
    def by_item(self) -> Mapping[str, tuple[Gap, ...]]:
        """The gaps of each item that has any."""
        found: dict[str, list[Gap]] = defaultdict(list)
        for gap in self.counting:
            found[str(gap.item.iri)].append(gap)
        return {iri: tuple(several) for iri, several in found.items()}


@dataclass(frozen=True)
class Cause:
    """The results of one shape and severity: where they stand in the report, and whether all say the same."""

    shape: str
    severity: str
    first: Result
    same: bool
    places: Sequence[int]


@dataclass(frozen=True)
class Results:
    """A validation report in the light of the policy, sorted out: by shape, gravest first, and by focus node."""

    report: Report
    causes: tuple[Cause, ...]
    by_focus: Mapping[str, Sequence[int]] = field(default_factory=dict)
    waived: tuple[tuple[Result, ShapeWaiver], ...] = ()
    exceeded: tuple[Result, ...] = ()

    @cached_property
    def severities(self) -> Mapping[str, int]:
        """How many results there are of each severity."""
        counts: Counter[str] = Counter()
        for cause in self.causes:
            counts[cause.severity] += len(cause.places)
        return counts

    def at(self, places: Iterable[int]) -> list[Result]:
        """The results at some places."""
        return [self.report.results[place] for place in places]

    def on(self, iri: str) -> Sequence[Result]:
        """The results that concern a thing."""
        return self._lately(iri)

    @cached_property
    def _lately(self) -> Callable[[str], Sequence[Result]]:
        # What was asked for one language is soon asked for the other.
        return lru_cache(_KEPT)(lambda iri: self.at(self.by_focus.get(iri, ())))


def judged_gaps(graph: TraceGraph, columns: TraceColumns, policy: Path, as_of: date) -> Gaps:
    """The gaps of a graph on a day under a policy, of whose rules those count whose levels the graph has."""
    law = read_tracing(policy)
    known = {level.key for level in graph.levels}
    rules = tuple(rule for rule in law.rules if {rule.level, *rule.targets} <= known)
    kept = TracingPolicy(
        rules, tuple(t for t in law.thresholds if {t.level, t.bottom} <= known), law.waivers, law.severities
    )
    # A waiver may be of a finding, so those are looked for too: else it would seem to waive nothing.
    structural: list[Finding] = found_in(columns, kept) if kept.waivers else []
    found = judge_gaps(kept, gaps_of(graph, rules, as_of), structural, as_of)
    counting = sorted(found.gaps, key=lambda gap: SEVERITIES.index(gap.rule.severity))
    waived = tuple((what, waiver) for what, waiver in found.waived if isinstance(what, Gap))
    return Gaps(tuple(counting), waived, (*missed(columns, kept), *found.own), kept.thresholds)


def judged_results(report: Report, policy: Path, as_of: date) -> Results:
    """A report as the pages show it: each result read once."""
    law, waived, exceeded = read_validation(policy), (), ()
    if law.waivers or law.thresholds:
        verdict = judge_report(report, law, as_of)
        report, waived, exceeded = verdict.report, verdict.waived, verdict.exceeded  # type: ignore[assignment] # as empty
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    first: dict[tuple[int, str], Result] = {}
    same: dict[tuple[int, str], bool] = {}
    by_focus: dict[str, list[int]] = defaultdict(list)
    for place, result in enumerate(report.results):
        cause = (severity_rank(result.severity), str(result.source_shape))
        places[cause].append(place)
        known = first.setdefault(cause, result)
        same[cause] = same.get(cause, True) and known.messages == result.messages
        by_focus[str(result.focus_node)].append(place)
    causes = (
        Cause(cause[1], SEVERITIES[cause[0]], first[cause], same[cause], found)
        for cause, found in sorted(places.items(), key=lambda pair: pair[0])
    )
    return Results(report, tuple(causes), by_focus, waived, exceeded)


def suspect_links(store: Store, names: Names, folders: Iterable[Path]) -> Mapping[URIRef, Suspect]:
    """The suspect links of a dataset by their IRI; what counts as a change is said by the first ``review.toml``."""
    if not store.select(_ANY_REVIEWED).rows:
        return {}
    file = next(path for folder in folders if (path := folder / FILE).is_file())
    found = suspects(joined(store), values(store, read_counts(file, names)), chain_relations(store))
    return {suspect.link.iri: suspect for suspect in found}
