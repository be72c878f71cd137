"""Releases never change, tell what is new, and stay reachable; another body publishes by settings alone."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, SH
from svngraph.web.application import create_app
from svngraph.web.dataset import publish

from svngraph import pipeline, resources
from svngraph.cli import app
from svngraph.columns import Snapshot
from svngraph.errors import InputError, UsageError
from svngraph.labels import Label
from svngraph.publication import versions
from svngraph.publication.catalogue import catalogue
from svngraph.publication.edition import Edition
from svngraph.publication.void import void
from svngraph.publication.whole import write
from svngraph.publisher import publisher_of, read
from svngraph.settings import Settings, load
from svngraph.validation import validate

from ..conftest import FJALL

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
BASE = "https://data.fjall.example/plan/"
PUBLISHER = """
[publisher]
name = { sv = "Region Fjäll", en = "Fjäll Region" }
iri = "https://data.fjall.example/utgivare"
type = "http://purl.org/adms/publishertype/RegionalAuthority"
licence = "http://creativecommons.org/licenses/by/4.0/"
language = ["http://publications.europa.eu/resource/authority/language/ENG"]
homepage = "https://fjall.example/"
address = "https://oppnadata.fjall.example/"
[publisher.contact]
name = "Regionkansliet"
email = "oppnadata@fjall.example"
[publisher.catalogue]
title = { sv = "Fjällplaner", en = "Mountain plans" }
description = { sv = "Planer i fjällen.", en = "Plans in the mountains." }
"""


@pytest.fixture
def fjall(tmp_path: Path) -> Settings:
    """The settings of another body: its data, base, publisher and language."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "fjall.ttl").write_text(FJALL.replace("https://w3id.org/svngraph/id/", f"{BASE}id/"), "utf-8")
    (data / "publisher.toml").write_text(PUBLISHER, "utf-8")
    return Settings(base=BASE, data=str(data), lang="en", releases=str(tmp_path / "releases"))


def edition_of(settings: Settings) -> Edition:
    known = versions.releases_in(Path(settings.releases or ""))
    return Edition(pipeline.open_dataset(settings).dump(), settings.names, publisher_of(settings), known)


def test_another_body_publishes_by_settings_alone(fjall: Settings, tmp_path: Path) -> None:
    edition = edition_of(fjall)
    dumps = write(edition, tmp_path / "site")
    told = Graph().parse(tmp_path / "site" / "catalog.rdf", format="xml")
    me = URIRef(f"{BASE}catalog")
    assert told.value(me, DCTERMS.publisher) == URIRef("https://data.fjall.example/utgivare")
    assert told.value(me, DCTERMS.license) == URIRef("http://creativecommons.org/licenses/by/4.0/")
    assert set(told.objects(me, DCTERMS.title)) == {
        Literal("Fjällplaner", lang="sv"),
        Literal("Mountain plans", lang="en"),
    }
    assert told.value(me, FOAF.homepage) == URIRef("https://oppnadata.fjall.example/")
    assert {str(url).rpartition("dumps/")[0] for url in told.objects(None, DCAT.downloadURL)} == {
        "https://oppnadata.fjall.example/"
    }
    for path in (tmp_path / "site").rglob("*"):
        # The shipped vocabulary is everybody's; no thing, catalogue or file of the shipped plans is there.
        if path.suffix in (".ttl", ".rdf", ".xml", ".atom", ".jsonld", ".csv"):
            text = path.read_text("utf-8")
            assert "svngraph/id/activity" not in text and "w3id.org/svngraph/catalog" not in text, path
            assert "Samverkansnämnden" not in text and "Mellansverige" not in text, path
    report = validate(Snapshot.of_triples(told), Graph().parse(resources.catalogue_shapes()))
    assert not [one for one in report.results if one.severity == SH.Violation]
    assert {dump.plan for dump in dumps} == {None, "fp2031", "fp2032"}
    assert str(
        void(edition).value(URIRef(f"{BASE}catalog/dataset/all"), URIRef("http://rdfs.org/ns/void#uriSpace"))
    ) == (f"{BASE}id/")


def test_the_publisher_may_stand_in_svngraph_toml_or_be_named_by_a_variable(tmp_path: Path) -> None:
    (tmp_path / "svngraph.toml").write_text(f'lang = "en"\n{PUBLISHER}', "utf-8")
    settings = load({}, {}, tmp_path)
    assert publisher_of(settings).name == Label("Region Fjäll", "Fjäll Region")
    other = tmp_path / "other.toml"
    other.write_text(PUBLISHER.replace("Region Fjäll", "Region Dal"), "utf-8")
    named = load({}, {"SVNGRAPH_PUBLISHER": str(other)}, tmp_path)
    assert publisher_of(named).name.sv == "Region Dal"
    assert publisher_of(Settings()).has_placeholder
    assert not replace(publisher_of(named), email="a@region.se").has_placeholder


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("oppnadata@fjall.example", "fjall.example", "contact.email"),
        ('name = { sv = "Region Fjäll", en = "Fjäll Region" }', 'name = { fi = "Tunturi" }', "publisher.name"),
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY", "publisher.licence"),
        ("[publisher.catalogue]", "[publisher.katalog]", "katalog"),
        ("https://oppnadata.fjall.example/", "https://oppnadata.fjall.example", "publisher.address"),
        ("[publisher]", "[utgivare]", "publisher"),
        ('title = { sv = "Fjällplaner"', 'title = { sv = ""', "catalogue.title"),
        ("[publisher]", "[publisher", "TOML"),
    ],
)
def test_a_mistake_in_the_publisher_is_told_with_its_entry(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "publisher.toml"
    path.write_text(PUBLISHER.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=told) as failure:
        read(path)
    assert str(path) in str(failure.value)


def test_a_release_is_kept_and_the_next_tells_what_is_new(fjall: Settings, tmp_path: Path) -> None:
    folder = Path(fjall.releases or "")
    options = ["--data", str(fjall.data), "--base", BASE, "--releases", str(folder), "--lang", "en"]
    run = CliRunner()
    first = run.invoke(app, ["release", "1.0.0", "--issued", "2032-01-10", *options], catch_exceptions=False)
    assert first.exit_code == 0 and "The first release." in first.stdout
    assert "Nobody reads oppnadata@fjall.example" in first.stderr
    kept = {path: path.read_bytes() for path in sorted((folder / "1.0.0").rglob("*")) if path.is_file()}
    with pytest.raises(UsageError, match="nothing has changed"):
        run.invoke(app, ["release", "1.0.1", "--issued", "2032-01-11", *options], catch_exceptions=False)
    graph = Path(fjall.data or "") / "fjall.ttl"
    graph.write_text(graph.read_text("utf-8").replace("Utbilda skoterförare", "Utbilda fler skoterförare"), "utf-8")
    with pytest.raises(UsageError, match="was released on 2032-01-10"):
        run.invoke(app, ["release", "1.0.0", "--issued", "2032-02-01", *options], catch_exceptions=False)
    with pytest.raises(UsageError, match="before the last release"):
        run.invoke(app, ["release", "1.1.0", "--issued", "2031-02-01", *options], catch_exceptions=False)
    with pytest.raises(UsageError, match="no version"):
        run.invoke(app, ["release", "../up", "--issued", "2032-02-01", *options], catch_exceptions=False)
    made = run.invoke(
        app, ["release", "1.1.0", "--issued", "2032-02-01", "--format", "json", *options], catch_exceptions=False
    )
    said = json.loads(made.stdout)
    assert (said["version"], said["previous"], said["issued"]) == ("1.1.0", "1.0.0", "2032-02-01")
    assert said["notes"]["en"].startswith("Items: 0 added, 0 removed, 1 changed, 0 moved.")
    assert said["notes"]["sv"].startswith("Poster: 0 tillkomna, 0 borttagna, 1 ändrade, 0 flyttade.")
    patch = (folder / "1.1.0" / versions.CHANGES).read_text("utf-8").splitlines()
    assert [line[0] for line in patch] == ["D", "A"] and "fler" in patch[1] and "fler" not in patch[0]
    assert {path: path.read_bytes() for path in kept} == kept

    edition = edition_of(fjall)
    assert (edition.version, edition.modified) == ("1.1.0", date(2032, 2, 1))
    told = catalogue(edition, write(edition, tmp_path / "site", releases=folder))
    whole, old, new = (URIRef(f"{BASE}catalog/{part}") for part in ("dataset/all", "release/1.0.0", "release/1.1.0"))
    assert str(told.value(whole, DCAT.version)) == "1.1.0"
    assert told.value(whole, DCAT.previousVersion) == old and told.value(new, DCAT.previousVersion) == old
    assert set(told.objects(whole, DCAT.hasVersion)) == {old, new}
    assert str(told.value(new, DCTERMS.issued)) == "2032-02-01"
    assert {text.language for text in told.objects(new, ADMS.versionNotes) if isinstance(text, Literal)} == {"sv", "en"}
    assert set(told.objects(whole, PROV.wasDerivedFrom)) == set(edition.sources)
    report = validate(Snapshot.of_triples(told), Graph().parse(resources.catalogue_shapes()))
    assert not [one for one in report.results if one.severity == SH.Violation]
    for release in ("1.0.0", "1.1.0"):
        copied = tmp_path / "site" / "versions" / release / "dumps" / "dataset.nq.gz"
        assert copied.read_bytes() == (folder / release / "dumps" / "dataset.nq.gz").read_bytes()
    assert b"Utbilda fler" not in gzip.decompress((tmp_path / "site/versions/1.0.0/dumps/dataset.nq.gz").read_bytes())


def test_what_has_changed_since_the_release_is_a_working_state(fjall: Settings) -> None:
    edition = edition_of(fjall)
    assert edition.version == f"0+{edition.digest[7:19]}" and edition.release is None
    folder = Path(fjall.releases or "")
    versions.release(edition, folder, "2032", date(2032, 1, 1), Label("Ny", "New"))
    assert edition_of(fjall).version == "2032"
    graph = Path(fjall.data or "") / "fjall.ttl"
    graph.write_text(graph.read_text("utf-8").replace("Ensamarbete", "Arbete ensam"), "utf-8")
    assert edition_of(fjall).version.startswith("2032+")


def test_a_release_that_was_tampered_with_is_noticed(fjall: Settings) -> None:
    folder = Path(fjall.releases or "")
    made = versions.release(edition_of(fjall), folder, "1", date(2032, 1, 1), Label("Ny", "New"))
    assert versions.quads_of(folder, made)
    path = folder / "1" / "dumps" / "dataset.nq.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"skoter", b"renen")))
    with pytest.raises(InputError, match="not the dataset that was released"):
        versions.quads_of(folder, made)
    shutil.rmtree(folder / "1")
    with pytest.raises(InputError, match="cannot be read"):
        versions.quads_of(folder, made)
    (folder / versions.INDEX).write_text('{"releases": [{"version": "../1"}]}', "utf-8")
    with pytest.raises(InputError, match="index of releases"):
        versions.releases_in(folder)


def test_the_page_of_the_vocabulary_tells_what_has_become_of_the_terms_since_the_release(fjall: Settings) -> None:
    """Against an invented earlier release: a term less, a term more, and one that was defined otherwise."""
    edition = edition_of(fjall)
    graph = b" <https://w3id.org/svngraph/graph/ontology> ."
    term = b"<https://w3id.org/svngraph/def/%s> "
    definition = term % b"Activity" + b"<http://www.w3.org/2004/02/skos/core#definition> "
    kept = [line for line in edition.canonical.splitlines() if not line.startswith(term % b"Milestone")]
    kept = [line for line in kept if not line.startswith(definition)]
    kept.append(definition + b'"Something that is done."@en' + graph)
    kind = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class>"
    kept.append(term % b"Errand" + kind + graph)
    folder = Path(fjall.releases or "")
    earlier = replace(edition, nquads=b"\n".join(kept) + b"\n")
    versions.release(earlier, folder, "0.9", date(2026, 1, 2), Label("Den första.", "The first."))

    app = create_app(publish(pipeline.open_dataset(fjall), fjall, date(2026, 11, 22)))
    page = app.test_client().get("/en/vocabulary").get_data(as_text=True)
    told = page[page.index('id="changes"') : page.index("</section>", page.index('id="changes"'))]
    assert "Term by term since release 0.9" in told
    assert re.search(r"<dt>New</dt><dd><a href=\"#Milestone\">[^<]+</a></dd>", told)
    assert re.search(r"<dt>Removed</dt><dd><span class=\"key\">svn:Errand</span></dd>", told)
    altered = r"<dt><a href=\"#(\w+)\">[^<]+</a></dt><dd>altered: <span class=\"key\">([\w:]+)</span></dd>"
    assert re.findall(altered, told) == [("Activity", "skos:definition")]


def test_without_an_earlier_release_the_page_of_the_vocabulary_claims_no_comparison(fjall: Settings) -> None:
    versions.release(edition_of(fjall), Path(fjall.releases or ""), "1.0", date(2026, 1, 2), Label("Den första.", None))
    app = create_app(publish(pipeline.open_dataset(fjall), fjall, date(2026, 11, 22)))
    page = app.test_client().get("/en/vocabulary").get_data(as_text=True)
    assert 'id="changes"' in page
    assert "since release" not in page
