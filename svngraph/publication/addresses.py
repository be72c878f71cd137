"""The addresses of what describes the dataset: the catalogue and its parts."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import quote

from rdflib import URIRef

from svngraph.namespaces import Names
from svngraph.publication.edition import Edition, Plan

# What a key of ours may hold stays as it is in an address.
_PLAIN = "~!$&'()*+,;=:@"


class Addresses:
    """The IRIs of a catalogue's parts, below the base of the names."""

    def __init__(self, edition: Edition) -> None:
        self._base = edition.names.base
        self.catalogue = URIRef(f"{self._base}catalog")
        self.whole = self.part("dataset", "all")
        self.series = self.part("series", "plans")
        self.service = self.part("service", "sparql")
        self.publisher = URIRef(edition.publisher.iri) if edition.publisher.iri else self.part("publisher")
        self.contact = self.part("contact")

    def part(self, *names: str) -> URIRef:
        """The IRI of a part."""
        return URIRef("/".join((f"{self._base}catalog", *names)))

    def dataset(self, plan: str | None) -> URIRef:
        """The IRI of a plan's dataset, or of the whole; ``plan`` is its segment."""
        return self.part("dataset", "plan", plan) if plan else self.whole

    def release(self, version: str) -> URIRef:
        """The IRI of the whole dataset as it was released under a version."""
        return self.part("release", version)


def plan_section(names: Names, plans: Container[URIRef], kind: str, key: str) -> str | None:
    """Where a plan or report of a publisher has its page: ``plan``, ``report`` where a plan has the same key.

    It is None for what is not among the plans.

    >>> names = Names()
    >>> plans = {names.thing("plan", "2025"), names.thing("report", "2025"), names.thing("report", "report2025")}
    >>> [plan_section(names, plans, "report", key) for key in ("2025", "report2025", "2024")]
    ['report', 'plan', None]
    """
    if kind not in ("plan", "report") or names.thing(kind, key) not in plans:
        return None
    return "report" if kind == "report" and names.thing("plan", key) in plans else "plan"


def plan_page(edition: Edition, plan: Plan) -> str:
    """The address of a plan's page, below that of the publisher."""
    parts = edition.names.parts(plan.iri)
    section = plan_section(edition.names, edition.plan_of, *parts) if parts else None
    return f"{section or 'plan'}/{quote(plan.key, safe=_PLAIN)}"
