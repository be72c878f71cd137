"""Plain text to blocks. Positions are code points of the decoded file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader

from svngraph.ingest.blocks import Reading, collapsed
from svngraph.ingest.layout import blocks
from svngraph.ingest.lines import Line, Options
from svngraph.ingest.positions import Positions
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import decoded
from svngraph.ingest.spool import Spool, Text, lines, pieces
from svngraph.ingest.words import Lexicon


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    options: Options,
    limits: Limits,
    lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a plain text. Errors: InputError where the bytes are not text."""
    text = decoded(name, file, limits.characters)
    found = Spool(_lines(text, options))
    for _, line in lines(text):
        lexicon.add(line)
    made, furniture = blocks(found, options, lexicon)
    pages = found[-1].page if found else None
    watch(pages or 1, pages or 1)
    return Reading(name, "text", digest, text, made, tuple(furniture), pages)


def _lines(text: Text, options: Options) -> Iterator[Line]:
    """The lines of a text that are not blank, each with its page where form feeds or blank lines tell."""
    paged = options.blank_page > 0 or any("\f" in piece for _, piece in pieces(text))
    page, gap, opens = 1, 0, True
    for start, raw in lines(text, ends="\n\f"):
        body, places = _visible(raw, start)
        if body:
            indent = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
            if options.blank_page and gap >= options.blank_page:
                page, opens = page + 1, True
            # A lone space before a line is what some programs leave at the head of a page.
            apart = opens or (indent == 1 and body[0].isalnum())
            yield Line(
                body,
                places,
                page if paged else None,
                float(indent),
                0 if opens and not gap else gap,
                apart,
            )
            gap, opens = 0, False
        else:
            gap += 1
        if raw.endswith("\f"):
            page, opens = page + 1, True


def _visible(raw: str, start: int) -> tuple[str, Positions]:
    """The signs of a line that can be seen, with their places; a soft hyphen at its end is a hyphen."""
    ended = raw.rstrip().endswith("\u00ad")
    words, places = collapsed(raw.replace("\u00ad", "-") if ended else raw, range(start, start + len(raw)))
    return words, places
