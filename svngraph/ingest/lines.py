"""The lines of a document, how they are to be taken, and which of them open a list item."""

from __future__ import annotations

import re
from dataclasses import dataclass

from svngraph.ingest.positions import Positions

_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}\.?|[a-zåäö]\))[ \t\u00a0]+(?=\S)")


@dataclass(frozen=True)
class Options:
    """How the lines of a document are to be taken.

    ``bullets`` are the signs that open a list item. ``furniture`` are patterns of lines that belong to the page.
    ``ragged`` says that a line with room for the next word ends its paragraph; None leaves it to the length of the
    lines. ``blank_page`` is how many blank lines stand for a new page, 0 for none.
    """

    bullets: str = "•●○▪■◦‣∙·*-–−\uf0b7\uf0a7"
    furniture: tuple[re.Pattern[str], ...] = ()
    ragged: bool | None = None
    blank_page: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document: its words, without the space around them, and where they stand.

    ``places`` are the positions of its characters, ``gap`` says how many blank lines stand above it, ``apart`` that
    it opens a page; ``bold`` that all its words are bold, ``edges`` that its first and its last word are;
    ``height`` how far down the page it stands.
    """

    text: str
    places: Positions
    page: int | None = None
    indent: float = 0
    gap: int = 0
    apart: bool = False
    size: float | None = None
    bold: bool = False
    top: bool = False
    bottom: bool = False
    edges: tuple[bool, bool] = (False, False)
    height: float = 0


def opening(line: Line, options: Options) -> int | None:
    """How many characters of a line are the sign of a list item; None where it is no list item."""
    if line.text[:1] in options.bullets and line.text[:1]:
        rest = line.text[1:]
        if rest[:1].isspace() or (line.text[0] in "•●○▪■◦‣\uf0b7\uf0a7" and rest):
            return len(line.text) - len(rest.lstrip())
    numbered = _NUMBERED.match(line.text)
    return numbered.end() if numbered else None
