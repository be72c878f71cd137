"""The catalogue for portals: DCAT-AP 3.0.1 and DCAT-AP-SE 3.0.1, worked out of the data and the publisher's settings.

The whole dataset is one ``dcat:Dataset``, each plan and report another, and these form a series. Everything has an
address of its own and nothing is a blank node, since portals harvest it night after night and have to know it again.

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.1/, https://docs.dataportal.se/dcat/docs/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, XSD
from rdflib.term import Node

from svngraph.digits import whole_number
from svngraph.labels import Label
from svngraph.publication.addresses import Addresses, plan_page
from svngraph.publication.dumps import CHECKSUMS, FOLDER, Dump
from svngraph.publication.edition import Edition, Plan, Release, texts
from svngraph.publication.formats import FORMATS, IANA, Format
from svngraph.publication.writing import ADMS, DCAT, DCATAP, SPDX, VCARD

_SHA256 = SPDX.checksumAlgorithm_sha256
_STABLE = URIRef("http://publications.europa.eu/resource/authority/planned-availability/STABLE")
_THEMES = URIRef("http://publications.europa.eu/resource/authority/data-theme")
_PROTOCOL = URIRef("https://www.w3.org/TR/sparql11-protocol/")
_GZIP = URIRef(f"{IANA}application/gzip")
_DCAT_AP = (
    URIRef("http://data.europa.eu/r5r/"),
    URIRef("https://docs.dataportal.se/dcat/3.0.1/sv/"),
)


def catalogue(edition: Edition, dumps: Sequence[Dump] = (), *, endpoint: bool = True) -> Graph:
    """The catalogue of an edition with what can be fetched of it.

    Shape:  a graph without blank nodes; ``dumps`` are what :func:`svngraph.publication.dumps.dumps` has written;
            ``endpoint`` says whether there is a SPARQL endpoint at the address, which a static site has none of.
    """
    return _Catalogue(edition, dumps, endpoint).made


class _Catalogue:
    def __init__(self, edition: Edition, dumps: Sequence[Dump], endpoint: bool) -> None:
        self._edition, self._publisher = edition, edition.publisher
        self._at = Addresses(edition)
        self._has_endpoint = endpoint
        self._dumps: dict[str | None, list[Dump]] = defaultdict(list)
        for dump in dumps:
            # The files of the ZIP one by one are no distributions of their own.
            if not dump.path.startswith(f"{FOLDER}/csv/"):
                self._dumps[dump.plan].append(dump)
        self.made = Graph()
        self._agents()
        self._catalogue()
        self._whole()
        self._series()
        self._plans()
        if endpoint:
            self._service()
        for release in edition.releases:
            self._release(release)

    def _say(self, thing: URIRef, term: URIRef, *values: Node | str | date | None) -> None:
        for value in values:
            if isinstance(value, date):
                self.made.add((thing, term, Literal(value.isoformat(), datatype=XSD.date)))
            elif isinstance(value, URIRef | Literal):
                self.made.add((thing, term, value))
            elif value is not None:
                self.made.add((thing, term, URIRef(str(value))))

    def _tell(self, thing: URIRef, term: URIRef, label: Label) -> None:
        self._say(thing, term, *texts(label))

    def _agents(self) -> None:
        who, contact = self._at.publisher, self._at.contact
        self._say(who, RDF.type, FOAF.Agent)
        self._tell(who, FOAF.name, self._publisher.name)
        self._say(who, DCTERMS.type, self._publisher.type)
        self._say(who, FOAF.homepage, self._publisher.homepage)
        # The Swedish profile wants one kind of contact, the European one wants it said that it is a vcard:Kind.
        self._say(contact, RDF.type, VCARD.Organization, VCARD.Kind)
        self._tell(contact, VCARD.fn, self._publisher.contact)
        self._say(contact, VCARD.hasEmail, f"mailto:{self._publisher.email}")
        self._say(contact, VCARD.hasURL, self._publisher.contact_page)

    def _catalogue(self) -> None:
        at, me = self._at, self._at.catalogue
        self._say(me, RDF.type, DCAT.Catalog)
        self._tell(me, DCTERMS.title, self._publisher.title)
        self._tell(me, DCTERMS.description, self._publisher.description)
        self._say(me, DCTERMS.publisher, at.publisher)
        self._say(me, DCTERMS.license, self._publisher.licence)
        self._say(me, DCTERMS.language, *self._publisher.language)
        self._say(me, DCTERMS.spatial, *self._publisher.spatial)
        self._say(me, DCTERMS.modified, self._edition.modified)
        self._say(me, DCTERMS.issued, *self._first_issue())
        self._say(me, DCTERMS.conformsTo, *_DCAT_AP)
        self._say(me, DCAT.themeTaxonomy, _THEMES)
        self._say(me, FOAF.homepage, self._edition.address)
        self._say(me, DCAT.dataset, at.whole, *(at.dataset(plan.segment) for plan in self._edition.plans))
        if self._edition.plans:
            self._say(me, DCAT.dataset, at.series)
        if self._has_endpoint:
            self._say(me, DCAT.service, at.service)

    def _first_issue(self) -> Iterable[date]:
        return [release.issued for release in self._edition.releases[:1]]

    def _common(self, me: URIRef, title: Label, description: Label) -> None:
        """What every dataset and the series say alike."""
        self._tell(me, DCTERMS.title, title)
        self._tell(me, DCTERMS.description, description)
        self._say(me, DCTERMS.publisher, self._at.publisher)
        self._say(me, DCAT.contactPoint, self._at.contact)
        self._say(me, DCAT.theme, *self._publisher.theme)
        self._say(me, DCTERMS.spatial, *self._publisher.spatial)
        self._say(me, DCTERMS.accrualPeriodicity, self._publisher.frequency)
        self._say(me, DCTERMS.modified, self._edition.modified)
        for lang, words in self._publisher.keywords.items():
            self._say(me, DCAT.keyword, *(Literal(word, lang=lang) for word in words))

    def _dataset(self, me: URIRef, title: Label, description: Label) -> None:
        self._say(me, RDF.type, DCAT.Dataset)
        self._common(me, title, description)
        self._say(me, DCTERMS.identifier, Literal(str(me)))
        self._say(me, DCTERMS.accessRights, self._publisher.access_rights)
        self._say(me, DCTERMS.language, *self._publisher.language)
        self._say(me, DCTERMS.conformsTo, "https://w3id.org/svngraph/def/")
        self._say(me, DCAT.version, Literal(self._edition.version))
        self._say(me, DCTERMS.issued, *self._first_issue())

    def _whole(self) -> None:
        me = self._at.whole
        self._dataset(me, self._publisher.title, self._publisher.description)
        self._say(me, DCAT.landingPage, f"{self._edition.address}data")
        # Not dcterms:source, which in DCAT-AP leads to another dataset.
        self._say(me, PROV.wasDerivedFrom, *self._edition.sources)
        for dump in self._dumps[None]:
            self._say(me, DCAT.distribution, self._file(dump, "all", self._publisher.title))
        if self._has_endpoint:
            self._say(me, DCAT.distribution, self._through("sparql", FORMATS["sparql"], "sparql", self._at.service))
        self._say(me, DCAT.distribution, self._through("api", FORMATS["jsonld"], "data", None))
        released = self._edition.release
        earlier = [release for release in self._edition.releases if release != released]
        if earlier:
            self._say(me, DCAT.previousVersion, self._at.release(earlier[-1].version))
        self._say(me, DCAT.hasVersion, *(self._at.release(release.version) for release in self._edition.releases))
        if released:
            self._tell(me, ADMS.versionNotes, released.notes)

    def _series(self) -> None:
        if not self._edition.plans:
            return
        me = self._at.series
        self._say(me, RDF.type, DCAT.DatasetSeries)
        title = self._edition.phrase("series", of=self._publisher.title)
        self._common(me, title, self._edition.phrase("series.about", of=self._publisher.title))
        years = sorted({y for p in self._edition.plans for y in (p.start, p.end) if y})
        if years:
            self._period(me, "plans", years[0], years[-1])

    def _plans(self) -> None:
        before: dict[URIRef | None, URIRef] = {}
        for plan in self._edition.plans:
            me = self._plan(plan)
            kind = next(iter(self._edition.facts.classes(plan.iri)), None)
            # Plans of one kind follow each other; the next is found by asking backwards, as DCAT 3 has it.
            if kind in before:
                self._say(me, DCAT.prev, before[kind])
            before[kind] = me

    def _plan(self, plan: Plan) -> URIRef:
        me = self._at.dataset(plan.segment)
        name = plan.name if plan.name != Label() else Label(plan.key, plan.key)
        about = self._edition.phrase("report" if plan.is_report else "plan", name=name)
        note = Label(plan.note.sv or "", plan.note.en or "")
        self._dataset(me, name, Label(*(f"{a} {n}".strip() for a, n in ((about.sv, note.sv), (about.en, note.en)))))
        self._say(me, DCAT.inSeries, self._at.series)
        self._say(me, DCTERMS.isPartOf, self._at.whole)
        self._say(me, FOAF.primaryTopic, plan.iri)
        self._say(me, DCAT.landingPage, f"{self._edition.address}{plan_page(self._edition, plan)}")
        self._say(me, PROV.wasDerivedFrom, *self._edition.facts.iris(plan.iri, DCTERMS.source))
        if plan.start or plan.end:
            self._period(me, plan.segment, plan.start, plan.end)
        for dump in self._dumps[plan.segment]:
            self._say(me, DCAT.distribution, self._file(dump, plan.segment, name))
        return me

    def _period(self, me: URIRef, key: str, start: str | None, end: str | None) -> None:
        period = self._at.part("period", key)
        self._say(me, DCTERMS.temporal, period)
        self._say(period, RDF.type, DCTERMS.PeriodOfTime)
        for term, year, rest in ((DCAT.startDate, start, "-01-01"), (DCAT.endDate, end, "-12-31")):
            if year and len(year) == 4 and whole_number(year):
                self._say(period, term, date.fromisoformat(year + rest))

    def _distribution(self, me: URIRef, title: Label, form: Format, access: str) -> None:
        self._say(me, RDF.type, DCAT.Distribution)
        self._tell(me, DCTERMS.title, title)
        self._say(me, DCAT.accessURL, access)
        self._say(me, DCTERMS["format"], form.file_type)
        self._say(me, DCAT.mediaType, f"{IANA}{form.media_type}")
        self._say(me, DCTERMS.license, self._publisher.licence)
        self._say(me, DCATAP.availability, _STABLE)
        self._say(me, DCTERMS.modified, self._edition.modified)

    def _file(self, dump: Dump, key: str, of: Label) -> URIRef:
        """A distribution that is a file, with its size and checksum."""
        name = "-".join(filter(None, (dump.form.name, dump.lang)))
        me = self._at.part("distribution", key, name)
        address = f"{self._edition.address}{dump.path}"
        words: dict[str, object] = {"name": of, "form": dump.form.title}
        if dump.lang:
            words["language"] = self._edition.phrase(f"lang.{dump.lang}")
        title = self._edition.phrase("file-in" if dump.lang else "file", **words)
        self._distribution(me, title, dump.form, address)
        self._say(me, DCAT.downloadURL, address)
        self._say(me, DCAT.byteSize, Literal(str(dump.size), datatype=XSD.nonNegativeInteger))
        if dump.packed:
            self._say(me, DCAT.compressFormat, _GZIP)
        checksum = self._at.part("checksum", key, name)
        self._say(me, SPDX.checksum, checksum)
        self._say(checksum, RDF.type, SPDX.Checksum)
        self._say(checksum, SPDX.algorithm, _SHA256)
        self._say(checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary))
        return me

    def _through(self, name: str, form: Format, path: str, service: URIRef | None) -> URIRef:
        """A distribution that is asked, and not fetched as a file."""
        me = self._at.part("distribution", "all", name)
        self._distribution(me, self._edition.phrase(f"through.{name}"), form, f"{self._edition.address}{path}")
        self._tell(me, DCTERMS.description, self._edition.phrase(f"through.{name}.about"))
        self._say(me, DCAT.accessService, service)
        return me

    def _service(self) -> None:
        me = self._at.service
        self._say(me, RDF.type, DCAT.DataService)
        self._tell(me, DCTERMS.title, self._edition.phrase("service", of=self._publisher.title))
        self._tell(me, DCTERMS.description, self._edition.phrase("through.sparql.about"))
        self._say(me, DCAT.endpointURL, f"{self._edition.address}sparql")
        self._say(me, DCAT.endpointDescription, f"{self._edition.address}sparql")
        self._say(me, DCAT.servesDataset, self._at.whole)
        self._say(me, DCTERMS.conformsTo, _PROTOCOL)
        self._say(me, DCTERMS.publisher, self._at.publisher)
        self._say(me, DCAT.contactPoint, self._at.contact)
        self._say(me, DCTERMS.license, self._publisher.licence)
        self._say(me, DCTERMS.accessRights, self._publisher.access_rights)
        self._say(me, DCAT.theme, *self._publisher.theme)
        self._say(me, DCATAP.availability, _STABLE)

    def _release(self, release: Release) -> None:
        """The whole dataset as it was under an older version; it stays where it was."""
        me = self._at.release(release.version)
        title = self._edition.phrase("release", of=self._publisher.title, version=release.version)
        self._say(me, RDF.type, DCAT.Dataset)
        self._common(me, title, self._publisher.description)
        self.made.remove((me, DCTERMS.modified, None))
        self._say(me, DCTERMS.issued, release.issued)
        self._say(me, DCTERMS.modified, release.issued)
        self._say(me, DCAT.version, Literal(release.version))
        self._say(me, DCAT.isVersionOf, self._at.whole)
        self._say(me, PROV.wasDerivedFrom, *release.sources)
        self._tell(me, ADMS.versionNotes, release.notes)
        if release.previous:
            self._say(me, DCAT.previousVersion, self._at.release(release.previous))
        address = f"{self._edition.address}versions/{release.version}/{FOLDER}/"
        folder = self._at.part("distribution", "release", release.version)
        self._distribution(folder, title, FORMATS["nquads"], f"{address}dataset.nq.gz")
        self._say(folder, DCAT.compressFormat, _GZIP)
        self._say(folder, FOAF.page, f"{address}{CHECKSUMS}")
        self._say(me, DCAT.distribution, folder)
        self._say(self._at.catalogue, DCAT.dataset, me)
