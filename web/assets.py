"""Style sheet, scripts and fonts, each at an address that changes with its content, so that it can be kept for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort

FOLDER = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@cache
def digest(name: str) -> str:
    """The digest in an asset's address; empty for an asset that is not there, as a bundle that was not built."""
    path = FOLDER / name
    if not path.is_file():
        return ""
    # A style sheet names its fonts, so they are a part of what its address stands for.
    octets = path.read_bytes() + b"".join(
        f.read_bytes() for f in sorted(FOLDER.glob("fonts/*")) if name.endswith(".css")
    )
    return hashlib.sha256(octets).hexdigest()[:16]


def address(name: str) -> str | None:
    """The address of an asset, or None where it is not there."""
    found = digest(name)
    return f"/assets/{found}/{name}" if found else None


def install(app: Flask) -> None:
    """Serve the assets of an application."""

    @app.get("/assets/<version>/<path:name>")
    def asset(version: str, name: str) -> Response:
        path = (FOLDER / name).resolve()
        if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
            abort(404)
        media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        response = Response(path.read_bytes(), mimetype=media)
        response.headers["Cache-Control"] = _FOREVER
        return response

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status=204)

    @app.get("/robots.txt")
    def robots() -> Response:
        return Response("User-agent: *\nDisallow: /sparql\nDisallow: /en/sparql-editor\n", mimetype="text/plain")

    app.jinja_env.globals["asset"] = address
