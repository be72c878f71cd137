"""Everything that a publication has besides its pages, as files below the publisher's address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from svngraph.files import write_whole
from svngraph.publication.catalogue import catalogue
from svngraph.publication.dumps import Dump, Progress, dumps
from svngraph.publication.edition import Edition
from svngraph.publication.feed import PATHS, feed
from svngraph.publication.formats import FORMATS
from svngraph.publication.versions import copy
from svngraph.publication.void import PATH as VOID_PATH
from svngraph.publication.void import void
from svngraph.publication.writing import MEDIA_TYPES, written


def write(
    edition: Edition,
    folder: Path,
    *,
    endpoint: bool = False,
    releases: Path | None = None,
    progress: Progress | None = None,
) -> list[Dump]:
    """Write the dumps, the catalogue, VoID, the feeds and the older releases below a folder; the dumps that were made.

    ``endpoint`` says whether a SPARQL endpoint stands at the address too; ``releases`` is the folder of the releases.

    Shape:  dumps/…, catalog.{rdf,ttl,jsonld,nt}, .well-known/void.{ttl,rdf,jsonld,nt}, feed.atom, en/feed.atom,
            versions/VERSION/….
    Errors: InputError where a file cannot be written.
    """
    made = dumps(edition, folder, progress)
    for path, octets in described(edition, made, endpoint=endpoint):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, octets)
    if releases is not None:
        copy(releases, folder)
    return made


def described(edition: Edition, made: Sequence[Dump], *, endpoint: bool) -> Iterator[tuple[str, bytes]]:
    """The descriptions by their paths, in every form of RDF, and the feeds."""
    for path, graph in (
        ("catalog", catalogue(edition, made, endpoint=endpoint)),
        (VOID_PATH, void(edition, made, endpoint=endpoint)),
    ):
        for form in MEDIA_TYPES:
            yield f"{path}.{FORMATS[form].suffix}", written(graph, form)
    for lang, path in PATHS.items():
        yield path, feed(edition, lang)
