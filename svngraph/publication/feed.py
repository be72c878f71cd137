"""The changes as a feed: an entry for each release, and one for each plan and report that the dataset has.

Source: https://www.rfc-editor.org/rfc/rfc4287 (Atom)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from svngraph.publication.addresses import plan_page
from svngraph.publication.edition import Edition, Plan, Release

PATHS = {"sv": "feed.atom", "en": "en/feed.atom"}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNKNOWN = date(1970, 1, 1)


@dataclass(frozen=True)
class _Entry:
    identifier: str
    title: str
    summary: str
    address: str
    day: date


def feed(edition: Edition, lang: str) -> bytes:
    """The feed in a language, the newest first; a day is that of the release, or of the document itself.

    An entry keeps its identifier and its day for ever, so that a reader sees each change once.
    """
    publisher = edition.publisher
    home = f"{edition.address}{'en/' if lang == 'en' else ''}"
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": lang})
    entries = sorted(_entries(edition, home, lang), key=lambda entry: (entry.day, entry.identifier), reverse=True)
    _add(root, "id", f"{edition.names.base}{PATHS[lang]}")
    _add(root, "title", edition.phrase("feed", of=publisher.title).text(lang) or "")
    _add(root, "updated", _moment(max([entry.day for entry in entries], default=edition.modified or _UNKNOWN)))
    _add(root, "rights", publisher.licence)
    _link(root, "self", f"{edition.address}{PATHS[lang]}", "application/atom+xml")
    _link(root, "alternate", f"{home}data", "text/html")
    author = SubElement(root, "author")
    _add(author, "name", publisher.name.text(lang) or "")
    for entry in entries:
        element = SubElement(root, "entry")
        _add(element, "id", entry.identifier)
        _add(element, "title", entry.title)
        _add(element, "updated", _moment(entry.day))
        _link(element, "alternate", entry.address, "text/html")
        _add(element, "summary", entry.summary)
    indent(root, " ")
    body: bytes = tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _entries(edition: Edition, home: str, lang: str) -> list[_Entry]:
    return [
        *(_of_release(edition, release, home, lang) for release in edition.releases),
        # A plan that no source dates has no day on which it would be new.
        *(_of_plan(edition, plan, plan.created, home, lang) for plan in edition.plans if plan.created),
    ]


def _of_release(edition: Edition, release: Release, home: str, lang: str) -> _Entry:
    title = edition.phrase("release", of=edition.publisher.title, version=release.version)
    return _Entry(
        f"{edition.names.base}catalog/release/{release.version}",
        title.text(lang) or "",
        release.notes.text(lang) or "",
        f"{home}versions#v{release.version}",
        release.issued,
    )


def _of_plan(edition: Edition, plan: Plan, day: date, home: str, lang: str) -> _Entry:
    about = edition.phrase("report" if plan.is_report else "plan", name=plan.name)
    name = plan.name.text(lang) or plan.key
    return _Entry(str(plan.iri), name, about.text(lang) or "", f"{home}{plan_page(edition, plan)}", day)


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, "link", rel=relation, href=address, type=media_type)
