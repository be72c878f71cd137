"""What every response has: strict headers, entity tags that are honoured, and compression."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path

from flask import Response, current_app, g, request

from .current import Current
from .dataset import Published

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
STRICT = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SHORT = 800


def dataset() -> Published:
    """The dataset of this request: the same one from its beginning to its end."""
    try:
        value: Published = g.dataset
    except AttributeError:
        current: Current = current_app.extensions["svngraph"]
        value = g.dataset = current.value
    return value


class Kept:
    """Pages that were made lately, by their entity tag: the dataset does not change, so a page is made once.

    Units: bytes of bodies; the oldest give way.
    """

    def __init__(self, most: int = 48 << 20, longest: int = 1 << 20) -> None:
        self._most, self._longest, self._size = most, longest, 0
        self._pages: OrderedDict[str, tuple[bytes, list[tuple[str, str]]]] = OrderedDict()
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(64)]

    def making(self, key: str) -> threading.Lock:
        """The lock under which a page is made, so that of many who ask for it at once only the first makes it."""
        return self._making[hash(key) % len(self._making)]

    def get(self, key: str) -> Response | None:
        """A page that was kept, as a fresh response."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
        return None if found is None else Response(found[0], headers=found[1])

    def put(self, key: str, response: Response) -> None:
        """Keep a page, unless it is very long."""
        body = response.get_data()
        if len(body) > self._longest:
            return
        with self._lock:
            if key not in self._pages:
                self._pages[key] = (body, list(response.headers))
                self._size += len(body)
            while self._size > self._most:
                self._size -= len(self._pages.popitem(last=False)[1][0])


@cache
def _ours() -> str:
    """A digest of our own templates and code: pages change when these do."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".py", ".css", ".js", ".po") and "node_modules" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tag(form: str) -> str:
    """The entity tag of what an address answers with in a form: it follows from dataset, code, address and form."""
    # The query part as it came: it need not be UTF-8.
    return tag_of(dataset(), f"{request.path}?{request.query_string.decode('latin-1')}", form)


def tag_of(data: Published, address: str, form: str) -> str:
    """The same for a dataset and an address with its question mark."""
    text = "\n".join((data.version, _ours(), address, form, str(data.as_of), str(data.stage)))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def unchanged(form: str) -> Response | None:
    """A 304 where the client holds what it would get, else None."""
    found = tag(form)
    if request.if_none_match.contains_weak(found):
        answer = tagged(Response(status=304), found)
        answer.vary.add("Accept")  # RFC 9110, section 15.4.5: as the 200 would have it
        return answer
    return None


def tagged(response: Response, found: str) -> Response:
    """A response with its entity tag. The tag is weak, since one tag stands for the compressed form too."""
    response.set_etag(found, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def finish(response: Response) -> Response:
    """Add the headers that every response has, and compress what is worth it."""
    for name, value in STRICT.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    kind = response.mimetype or ""
    textual = kind.startswith("text/") or kind.endswith(("json", "xml", "triples", "quads", "trig", "javascript"))
    if textual and not response.direct_passthrough and not response.is_streamed:
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        coding = request.accept_encodings.best_match(["gzip", "identity"], "identity")
        if coding == "gzip" and len(body) > _SHORT and "Content-Encoding" not in response.headers:
            response.set_data(gzip.compress(body, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    return response
