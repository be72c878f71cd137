"""The addresses of what describes the dataset: the catalogue and its parts."""

from __future__ import annotations

from rdflib import URIRef

from svngraph.publication.edition import Edition


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
        """The IRI of a plan's dataset, or of the whole."""
        return self.part("dataset", "plan", plan) if plan else self.whole

    def release(self, version: str) -> URIRef:
        """The IRI of the whole dataset as it was released under a version."""
        return self.part("release", version)
