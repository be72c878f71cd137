"""Where each page of the server stands as a file of the static site, and how the pages there refer to each other.

The static site has the server's addresses with a suffix, so that any web server can host it and a browser can open it
from a disk; links are relative, so that it can stand anywhere.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote

from svngraph.publication.tree import safe
from svngraph.publication.twins import MEDIA_TYPES

# What is only there where a server answers.
_ANSWERED = ("sparql", "sparql-editor", "conformance", "go", "health", "metrics")
# What is there as files of their own, whatever they are called.
_FILES = ("dumps", "catalog", ".well-known")
SUFFIX = re.compile(r"\.(?:html|csv|json|xlsx|js|css|xml|txt|gz|zip|atom|woff2|" + "|".join(MEDIA_TYPES) + r")\Z")
_ODD = re.compile(r"[^\w.-]+")
_UNLINKED = re.compile(r'<link rel="alternate"(?![^>]*href=)[^>]*>\n?')
_LINK = re.compile(r'(href|src|action)="(/[^"]*)"')


def file_of(address: str) -> tuple[str, str] | None:
    """The file of an address of the server, with what follows it, else None where a server has to answer.

    Shape: paths below the site's folder, as a web server decodes them.

    >>> file_of("/en/item/activity/ap2025-07#links")
    ('en/item/activity/ap2025-07.html', '#links')
    >>> file_of("/gaps?plan=ap2025&rule=a/b")
    ('gaps~plan=ap2025~rule=a-b-c14cddc0.html', '')
    >>> file_of("/en/item/activity/ap2025-07.ttl")
    ('item/activity/ap2025-07.ttl', '')
    >>> file_of("/sparql?query=ASK%7B%7D") is None
    True
    """
    rest, sharp, fragment = address.partition("#")
    path, _, query = rest.partition("?")
    bare = unquote(path).strip("/")
    first = bare.removeprefix("en/").split("/")[0]
    if first in _ANSWERED:
        return None
    tail = sharp + fragment
    if first in _FILES or bare.startswith("versions/"):
        return {"catalog": "catalog.rdf", ".well-known/void": ".well-known/void.ttl"}.get(bare, bare), tail
    if first == "search":
        return f"{bare}.html", (f"?{query}" if query else "") + tail
    suffix = SUFFIX.search(bare)
    name = bare[: suffix.start()] if suffix else bare
    form = suffix[0] if suffix else ".html"
    if bare in ("", "en"):
        name = f"{bare}/index".strip("/")
    if form[1:] in MEDIA_TYPES:
        name = name.removeprefix("en/")  # data is the same in every language
    choices = "".join(f"~{key}={_plain(value)}" for key, value in sorted(parse_qsl(query)))
    return f"{name}{choices}{form}", tail


def fits(key: str) -> bool:
    """Whether there can be files for a key of several steps: none of its folders is called as a file may be.

    >>> [fits(key) for key in ("a/b", "a.ttl", "a.ttl/b", "../a")]
    [True, True, False, False]
    """
    return safe(key) and not any(SUFFIX.search(step) for step in key.split("/")[:-1])


def _plain(text: str) -> str:
    """A choice as a part of a file's name; what cannot stand there is told apart by a digest."""
    plain = _ODD.sub("-", text)[:80]
    return text if plain == text else f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def relative(file: str, here: str) -> str:
    """The reference from one file to another.

    >>> relative("item/activity/a b.html", "en/gaps.html")
    '../item/activity/a%20b.html'
    """
    return "../" * here.count("/") + quote(file, safe="/~=")


def rewriter(here: str, made: Callable[[str], str | None] = lambda address: address) -> Callable[[str], str]:
    """What turns the addresses of a page, which will be the file ``here``, into references between files.

    ``made`` gives the address of the page that is there in the place of one, or None: such a reference is taken out.
    """
    known: dict[str, str] = {}

    def turned(match: re.Match[str]) -> str:
        written = match[2]
        if written not in known:
            there = made(html.unescape(written))
            known[written] = html.escape(_reference(there, here)) if there is not None else ""
        return f'{match[1]}="{known[written]}"' if known[written] else ""

    return lambda page: _UNLINKED.sub("", _LINK.sub(turned, page))


def _reference(address: str, here: str) -> str:
    if not address.startswith("/"):
        return address if address.startswith(("http://", "https://")) else ""
    found = file_of(address)
    return relative(found[0], here) + found[1] if found else ""


def links(page: str) -> set[str]:
    """The addresses of this server that a page refers to, without what they point at inside a page."""
    return {html.unescape(match[2]).partition("#")[0] for match in _LINK.finditer(page)}
