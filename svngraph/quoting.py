"""The words of passages, read from the user's own copies of the source documents and checked against their digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from svngraph.errors import InputError
from svngraph.model import digest, quote_digest
from svngraph.namespaces import OA, SVN
from svngraph.store import Store

_PASSAGES = f"""PREFIX svn: <{SVN}> PREFIX oa: <{OA}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?passage ?start ?end ?quote ?document ?digest ?page WHERE {{
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector ; svn:quoteDigest ?quote .
  ?selector oa:start ?start ; oa:end ?end . ?document svn:digest ?digest .
  OPTIONAL {{ ?passage svn:page ?page }} }}"""

_BESIDE = 60


@dataclass(frozen=True)
class Quote:
    """The words of a passage with their place: code points of the document from ``start`` up to ``end``.

    ``text`` is None where no copy of the document is at hand; ``before`` and ``after`` are the words next to it.
    """

    passage: URIRef
    document: URIRef
    start: int
    end: int
    page: int | None
    text: str | None
    before: str = ""
    after: str = ""


def quotes(store: Store, folder: Path) -> Mapping[URIRef, Quote]:
    """The quote of every passage of a dataset, from the files in a folder.

    A file is known by its digest and not by its name, so that a copy that differs in one character is no source.

    Errors: InputError where the folder is missing, or where a document's words do not match a passage's own digest.
    """
    texts = _texts(folder)
    found: dict[URIRef, Quote] = {}
    for passage, start, end, expected, document, of_file, page in store.select(_PASSAGES).rows:
        text = texts.get(str(of_file))
        words = None if text is None else text[int(str(start)) : int(str(end))]
        near = ("", "") if text is None else _beside(text, int(str(start)), int(str(end)))
        if words is not None and quote_digest(words) != str(expected):
            raise InputError(
                "the words are not those of the digest", where=str(passage), remedy="lift the document again"
            )
        iri = URIRef(str(passage))
        found[iri] = Quote(
            iri,
            URIRef(str(document)),
            int(str(start)),
            int(str(end)),
            int(str(page)) if page is not None else None,
            words,
            *near,
        )
    return found


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Some whole words before and after a passage, on one line."""
    before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    if start > _BESIDE:
        before = before.partition(" ")[2]
    if end + _BESIDE < len(text):
        after = after.rpartition(" ")[0]
    return " ".join(before.split()), " ".join(after.split())


def joined(evidence: Iterable[URIRef], quotes: Mapping[URIRef, Quote]) -> str:
    """The words of some passages in the order of their document, with «[…]» where they are not next to one another."""
    parts = sorted((quotes[iri] for iri in evidence if iri in quotes), key=lambda quote: (quote.document, quote.start))
    return " […] ".join(" ".join(part.text.split()) for part in parts if part.text)


def _texts(folder: Path) -> Mapping[str, str]:
    """The text of each file of a folder that is text, by the digest of its bytes."""
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), remedy="name the folder with the source documents")
    texts: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            octets = path.read_bytes()
            try:
                texts[digest(octets)] = octets.decode("utf-8")
            except UnicodeDecodeError:
                continue  # a PDF or a picture beside the texts
    return texts
