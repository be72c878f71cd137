"""Pages that only lead on, for hosts that answer for names without rules of their own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .addresses import relative


def onward(file: str, target: str, iri: str, fragment: str = "") -> bytes:
    """A page that leads on at once, for hosts that cannot answer with a redirection."""
    to = escape((relative(target, file) if "://" not in target else target) + fragment)
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>{escape(iri)}</title>'
        f'<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{escape(iri)}">'
        f'<a href="{to}">{escape(iri)}</a></html>\n'
    ).encode()


def choice(file: str, targets: Sequence[str]) -> bytes:
    """A page that names what has taken the place of a thing."""
    items = "".join(
        f'<li><a href="{escape(relative(t, file))}">{escape(t.removesuffix(".html"))}</a></li>' for t in targets
    )
    head = '<!doctype html><html lang="sv"><meta charset="utf-8"><title>Delad / split</title><h1>Delad / split</h1>'
    return f"{head}<ul>{items}</ul></html>\n".encode()
