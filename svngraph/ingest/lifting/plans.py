"""The plans and reports that a document is or speaks of, and how they hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svngraph.ingest.lifting.items import Item, Link, Place
from svngraph.ingest.profiles import PlanRule

if TYPE_CHECKING:
    from svngraph.ingest.lifting.structure import Builder


def declare(builder: Builder, rule: PlanRule) -> None:
    """A plan of the profile, once the document has said what its key needs."""
    if not builder.has(rule.key) or (rule.kind, builder.fill(rule.key)) in builder.lifted.items:
        return
    key = builder.fill(rule.key)
    there = builder.known.items.get((rule.kind, key))
    label = there.label if there else builder.say(rule.label or rule.key)
    item = Item(rule.kind, key, label, rule.type, known=there is not None)
    for name, template in (("planYear", rule.year), ("validFrom", rule.start), ("validUntil", rule.until)):
        if template and builder.has(template):
            item.values[name] = [builder.fill(template)]
    builder.lifted.items[item.name] = item


def link(builder: Builder) -> None:
    """The links between plans, and the plans without a passage dropped: the document does not speak of them."""
    for rule in builder.profile.plans:
        if not builder.has(rule.key):
            continue
        item = builder.lifted.items[rule.kind, builder.fill(rule.key)]
        if not item.evidence and not any(other.plan == item.key for other in builder.lifted.items.values()):
            del builder.lifted.items[item.name]
            continue
        for relation, target in rule.links:
            if to := _target(builder, target, item):
                evidence: tuple[Place, ...] = tuple(item.evidence)
                basis = "stated" if relation == "reportOf" else "structural"
                builder.lifted.link(Link(item.name, relation, ("plan", to), basis, evidence, 1.0, "the plan's name"))


def _target(builder: Builder, target: str, item: Item) -> str | None:
    """The key of a plan that another links to: by its key, or by its class where it covers the other's year."""
    if target[0].isupper():
        year = int(item.values.get("planYear", ["0"])[0])
        for known in builder.known.items.values():
            if known.type == target and known.years and known.years[0] <= year <= known.years[1]:
                return known.key
        return None
    return builder.fill(target) if builder.has(target) else None
