"""Open data: the files, the catalogue, VoID, the feed and the releases, and the pages that tell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, request, send_file
from markupsafe import Markup
from rdflib import URIRef

from svngraph.publication.dumps import CHECKSUMS, FOLDER, Dump
from svngraph.publication.feed import feed
from svngraph.publication.formats import FORMATS
from svngraph.publication.schema import dataset as schema_dataset
from svngraph.publication.schema import schema, script
from svngraph.publication.versions import releases_in
from svngraph.publication.writing import MEDIA_TYPES, written

from ..languages import gettext as _
from ..languages import language
from ..negotiation import preferred
from ..publishing import Publishing
from ..responses import dataset, tagged
from ..sheets import Sheet
from .page import Page, page
from .words import to

blueprint = Blueprint("publication", __name__)

# A program waits this long for files that are being made, and is then asked to come back; who reads is told at once.
_PATIENCE, _GLANCE = 60.0, 2.0
_SUFFIXES = {FORMATS[form].suffix: form for form in MEDIA_TYPES}
_SUFFIX = f"<any({','.join(_SUFFIXES)}):suffix>"


def _made(publishing: Publishing) -> Sequence[Dump]:
    """The dumps; 503 while they are being made for longer than a visitor waits."""
    made = publishing.dumps(_PATIENCE)
    if made is None:
        abort(503)
    return made


@page("/data")
def data() -> Page:
    """Every file with format, size and checksum, the other ways to the data, the licence and how to cite."""
    publishing = dataset().publishing
    edition, ready = publishing.edition, publishing.dumps(_GLANCE)
    made = ready or ()
    files = [dump for dump in made if f"{FOLDER}/csv/" not in dump.path]
    of_plans = [(plan, [dump for dump in files if dump.plan == plan.segment]) for plan in edition.plans]
    values = {
        "ready": ready is not None,
        "edition": edition,
        "publisher": edition.publisher,
        "whole": [dump for dump in files if dump.plan is None],
        "plans": of_plans,
        "tables": [dump for dump in made if f"{FOLDER}/csv/" in dump.path],
        "checksums": f"{FOLDER}/{CHECKSUMS}",
        "structured": Markup(script(schema_dataset(edition, made, language()))),  # noqa: S704 # script() escapes it
    }
    return Page("data.html", values, lambda: _sheet(_made(publishing)), lasting=ready is not None, rdf=_catalogue_as)


def _sheet(made: Sequence[Dump]) -> Sheet:
    columns = [
        ("dataset", _("Datamängd")),
        ("format", _("Filformat")),
        ("path", _("Fil")),
        ("bytes", _("Storlek")),
        ("sha256", _("Kontrollsumma (SHA-256)")),
    ]
    rows = [(dump.plan or "", dump.form.title, dump.path, dump.size, dump.sha256) for dump in made]
    return Sheet("data", columns, rows)


@page("/versions")
def versions() -> Page:
    """The releases, the newest first, and what the pages show now."""
    publishing = dataset().publishing
    columns = [("version", _("Version")), ("issued", _("Datum")), ("quads", _("Utsagor")), ("digest", _("Digest"))]
    newest = tuple(reversed(publishing.edition.releases))
    rows = [(one.version, one.issued.isoformat(), one.quads, one.digest) for one in newest]
    values = {"edition": publishing.edition, "releases": newest}
    return Page("versions.html", values, Sheet("versions", columns, rows))


def _catalogue_as(suffix: str) -> bytes | None:
    _made(dataset().publishing)
    form = "turtle" if suffix == "trig" else _SUFFIXES.get(suffix)  # one graph in Turtle is TriG too
    return _written("catalogue", form) if form else None


@blueprint.get("/catalog")
@blueprint.get("/catalog/")
@blueprint.get(f"/catalog.{_SUFFIX}")
def catalogue(suffix: str | None = None) -> Response:
    """The catalogue; RDF/XML where nothing else is asked for, since that is what portals harvest."""
    _made(dataset().publishing)
    return _described("catalogue", suffix, "rdfxml")


@blueprint.get("/catalog/<path:part>")
def catalogued(part: str) -> Response:
    """The address of a dataset, distribution or agent of the catalogue: 303 to the catalogue that tells of it."""
    _made(dataset().publishing)
    if URIRef(f"{dataset().names.base}catalog/{part}") not in dataset().publishing.parts:
        abort(404)
    return _see("/catalog")


@blueprint.get("/.well-known/void")
@blueprint.get(f"/.well-known/void.{_SUFFIX}")
def described(suffix: str | None = None) -> Response:
    """The description of the dataset in VoID."""
    _made(dataset().publishing)
    return _described("void", suffix, "turtle")


def _described(name: str, suffix: str | None, first: str) -> Response:
    if suffix is not None:
        return _rdf(name, _SUFFIXES[suffix])
    forms = [first, *(form for form in MEDIA_TYPES if form != first)]
    offered = {MEDIA_TYPES[form]: form for form in forms}
    media = preferred(request.headers.get("Accept"), [*offered, "text/html"])
    if media is None:
        abort(406)
    if media == "text/html":
        return _see(to("data"))
    return _rdf(name, offered[media])


def _written(name: str, form: str) -> bytes:
    """The catalogue or the VoID description in a form, written once."""
    publishing = dataset().publishing
    graphs = {"catalogue": lambda: publishing.catalogue, "void": lambda: publishing.void}
    return dataset().once(f"{name} {form}", lambda: written(graphs[name](), form))


def _rdf(name: str, form: str) -> Response:
    response = Response(_written(name, form), mimetype=MEDIA_TYPES[form])
    response.vary.add("Accept")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _conditional(tagged(response, f"{dataset().version}-{name}-{form}-{dataset().publishing.edition.version}"))


def _conditional(response: Response) -> Response:
    response.make_conditional(request.environ)
    return response


def _see(address: str) -> Response:
    response = redirect(address, 303)
    response.headers["Vary"] = "Accept"
    return response  # type: ignore[return-value] # Flask's response is werkzeug's


@blueprint.get("/dumps/")
def files() -> Response:
    """The folder of the dumps: 303 to the page that lists them."""
    return _see("/data")


@blueprint.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A dump, in part or whole."""
    publishing = dataset().publishing
    known = {dump.path.removeprefix(f"{FOLDER}/"): dump.form.media_type for dump in _made(publishing)}
    known[CHECKSUMS] = "text/plain"
    if name not in known:
        abort(404)
    return _sent(publishing.file(f"{FOLDER}/{name}"), known[name])


@blueprint.get("/versions/<version>/<path:name>")
def released(version: str, name: str) -> Response:
    """A file of a release."""
    folder = dataset().publishing.releases
    if folder is None or version not in {release.version for release in releases_in(folder)}:
        abort(404)
    home = (folder / version).resolve()
    path = (home / name).resolve()
    if not path.is_relative_to(home) or not path.is_file():
        abort(404)
    return _sent(path, "text/plain" if path.name in (CHECKSUMS, "changes.patch") else None)


def _sent(path: Path, media_type: str | None) -> Response:
    media = "application/gzip" if path.suffix == ".gz" else media_type
    response = send_file(path, mimetype=media, conditional=True, download_name=path.name, max_age=0)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/feed.atom", defaults={"lang": "sv"})
@blueprint.get("/en/feed.atom", defaults={"lang": "en"})
def changes(lang: str) -> Response:
    """The changes as a feed."""
    edition = dataset().publishing.edition
    response = Response(feed(edition, lang), mimetype="application/atom+xml")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _conditional(tagged(response, f"{dataset().version}-feed-{lang}-{edition.version}"))


def structured(iri: str) -> Markup | None:
    """What search engines read in the page of a thing, None where schema.org has no word for it, or not yet."""
    if not dataset().ready("publishing"):
        return None
    said: Mapping[str, object] | None = schema(dataset().publishing.edition, iri, language())
    return Markup(script(said)) if said else None  # noqa: S704 # script() escapes it


def size(octets: int) -> str:
    """A number of octets as people read it."""
    for unit in ("B", "kB", "MB"):
        if octets < 1000 or unit == "MB":
            break
        octets = round(octets / 1000)
    return f"{octets}\N{NO-BREAK SPACE}{unit}"


def cited(lang: str) -> str:
    """How to cite the dataset, in one line."""
    edition = dataset().publishing.edition
    publisher = edition.publisher
    day = edition.modified.isoformat() if edition.modified else ""
    who, what = publisher.name.text(lang), publisher.title.text(lang)
    return str(
        _(
            "%(who)s: %(what)s. Version %(version)s, %(day)s. %(address)s",
            who=who,
            what=what,
            version=edition.version,
            day=day,
            address=f"{edition.names.base}catalog/dataset/all",
        )
    )
