"""Which of the forms that are offered a client prefers, by its ``Accept`` header with quality values.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from __future__ import annotations

from collections.abc import Sequence


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type to answer with; the first offered where all are equal, None where none is acceptable.

    >>> preferred("text/csv;q=0.5, application/json", ["text/html", "text/csv", "application/json"])
    'application/json'
    >>> preferred("image/png", ["text/html"])
    """
    if accept is None or not accept.strip():
        return offered[0] if offered else None
    ranges = [parsed for part in accept.split(",") if (parsed := _range(part))]
    scored = [(_quality(media, ranges), -place, media) for place, media in enumerate(offered)]
    best = max(scored, default=(0.0, 0, ""))
    return best[2] if best[0] > 0 else None


def preferred_language(accept: str | None, offered: Sequence[str]) -> str:
    """The language to answer in, by ``Accept-Language`` with quality values; the first offered where none is wanted.

    >>> preferred_language("de, en-GB;q=0.7, sv;q=0.3", ["sv", "en"])
    'en'
    >>> preferred_language("fr", ["sv", "en"])
    'sv'
    """
    ranges = [parsed for part in (accept or "").split(",") if (parsed := _tag(part))]
    known = {offer: [quality for tag, quality in ranges if tag.split("-")[0] == offer] for offer in offered}
    rest = max((quality for tag, quality in ranges if tag == "*"), default=0.0)
    scored = [(max(known[offer], default=rest), -place, offer) for place, offer in enumerate(offered)]
    return max(scored)[2]


def _tag(part: str) -> tuple[str, float] | None:
    """A range of languages with its quality."""
    found = _range(f"x/{part.strip()}")
    return (found[0].removeprefix("x/"), found[1]) if found and part.strip() else None


def _range(part: str) -> tuple[str, float] | None:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    if "/" not in media:
        return None
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return media, quality


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that a media type falls under."""
    kind = media.split("/", 1)[0]
    for wanted in (media, f"{kind}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
