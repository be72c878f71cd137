"""The policy held against what was found: thresholds missed, what is waived, and waivers that hold no longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from svngraph.labels import Label
from svngraph.tracing.columns import TraceColumns
from svngraph.tracing.coverage import cover
from svngraph.tracing.findings import Finding, qualified
from svngraph.tracing.gaps import Gap
from svngraph.tracing.policy import FindingKind, Policy, Waiver


@dataclass(frozen=True)
class Judged:
    """What was found, parted by the policy: what counts, what is waived and by which waiver, and the policy's own.

    ``own`` are findings about the policy: waivers that have expired or waive nothing.
    """

    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Gap | Finding, Waiver], ...]
    own: tuple[Finding, ...]

    @property
    def excused(self) -> frozenset[tuple[str, URIRef]]:
        """The waived gaps as pairs of a rule's ``to`` and an item, as the score wants them."""
        return frozenset((found.rule.to, found.item.iri) for found, _ in self.waived if isinstance(found, Gap))


def judge(policy: Policy, gaps: Iterable[Gap], findings: Iterable[Finding], as_of: date) -> Judged:
    """What counts of some gaps and findings on a day, once the policy's waivers have had their say.

    A waiver counts up to and including its last day. One that has expired waives nothing and is a finding while there
    is something that it would waive; one that has nothing to waive is a finding too.
    """
    used: set[Waiver] = set()
    lapsed: set[Waiver] = set()
    waived: list[tuple[Gap | Finding, Waiver]] = []

    def counts(found: Gap | Finding) -> bool:
        fitting = [waiver for waiver in policy.waivers if _fits(waiver, found)]
        standing = [waiver for waiver in fitting if waiver.expires >= as_of]
        used.update(standing[:1])
        lapsed.update(waiver for waiver in fitting if waiver.expires < as_of)
        if standing:
            waived.append((found, standing[0]))
        return not standing

    left = tuple(gap for gap in gaps if counts(gap))
    others = tuple(finding for finding in findings if counts(finding))
    own = [_about(waiver, policy, expired=True) for waiver in policy.waivers if waiver in lapsed]
    own += [_about(waiver, policy, expired=False) for waiver in policy.waivers if waiver not in used | lapsed]
    return Judged(left, others, tuple(waived), tuple(own))


def _fits(waiver: Waiver, found: Gap | Finding) -> bool:
    if isinstance(found, Gap):
        iri, key, words = found.item.iri, found.item.key, (*found.rule.targets, found.rule.to)
    else:
        iri, key, words = found.iri, found.key, (found.kind,)
    return waiver.item in (key, str(iri), qualified(iri)) and (waiver.of is None or waiver.of in words)


def _about(waiver: Waiver, policy: Policy, *, expired: bool) -> Finding:
    kind: FindingKind = "waiver-expired" if expired else "waiver-unused"
    reason = f"{waiver.reason}; {waiver.owner}; {waiver.where}"
    others = (reason, waiver.expires.isoformat())
    return Finding(kind, policy.severity(kind), URIRef(waiver.item), waiver.item, others=others)


def missed(columns: TraceColumns, policy: Policy, scope: URIRef | None = None) -> list[Finding]:
    """The thresholds that a dataset does not reach; one for a level or plan without items is not asked.

    Shape:  with ``scope``, those for that plan alone.
    Errors: UnknownLevel.
    """
    found = []
    for threshold in policy.thresholds:
        level, bottom = columns.level_of(threshold.level), columns.level_of(threshold.bottom)
        plan = None
        if threshold.plan is not None:
            plan = next((p.iri for p in columns.plans if threshold.plan in (p.key, str(p.iri))), None)
            if plan is None:
                continue
        if scope is not None and plan != scope:
            continue
        seen = cover(columns, level, bottom, plan)
        held, total = seen.count(threshold.meaning), int(seen.items.size)
        if total and held < threshold.at_least * total:
            place = URIRef(threshold.plan or threshold.level)
            others = (str(held), str(total))
            finding = Finding("threshold", threshold.severity, place, str(place), Label(), others, (level, bottom))
            found.append(finding)
    return found
