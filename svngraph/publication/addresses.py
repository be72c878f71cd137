"""The addresses of what describes the dataset: the catalogue and its parts."""

from __future__ import annotations

from urllib.parse import quote

from rdflib import URIRef

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


def plan_page(plan: Plan) -> str:
    """The address of a plan's page, below that of the publisher."""
    return f"plan/{quote(plan.key, safe=_PLAIN)}"
