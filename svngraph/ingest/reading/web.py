"""HTML to blocks. Positions are code points of the decoded file, so that a passage can be found in its source."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from io import BufferedReader

from svngraph.digits import whole_number
from svngraph.errors import InputError
from svngraph.ingest.blocks import Block, Cell, Kind, Reading, Span, collapsed
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.endings import closed_by, ended_by
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.reading.sniffing import decoded
from svngraph.ingest.spool import Spool
from svngraph.ingest.words import Lexicon

_UNSEEN = {"script", "style", "template", "noscript", "svg", "math", "head", "title", "object", "iframe"}
_FURNITURE = {"nav", "header", "footer", "aside"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKS = {
    "p",
    "div",
    "br",
    "ul",
    "ol",
    "section",
    "article",
    "main",
    "table",
    "tr",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "hr",
}
_BLOCKS = {*_HEADINGS, *_BREAKS, *_FURNITURE, "li", "td", "th"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "track", "wbr"}
_DEEPEST = 200


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a web page. Nothing that the page refers to is fetched.

    Errors: InputError where the bytes are not text, or the elements stand too deep in one another.
    """
    text = decoded(name, file, limits.characters)
    whole = text[:]  # a web page is one page
    page = _Page(name, whole)
    page.feed(whole)
    page.close()
    page.end_block()
    watch(1, 1)
    return Reading(name, "html", digest, text, page.blocks, tuple(page.furniture))


class _Page(HTMLParser):
    """The state of a page as its tags go by."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.name = name
        self.blocks: Spool[Block] = Spool()
        self.furniture: list[Span] = []
        self._starts = [0]
        for at, sign in enumerate(text):
            if sign == "\n":
                self._starts.append(at + 1)
        self._open: list[str] = []
        self._signs: list[str] = []
        self._places: list[int] = []
        self._kind, self._level = Kind.PARAGRAPH, 0
        self._cell: Cell | None = None
        self._table, self._row, self._column = 0, 0, 0
        self._taken: set[tuple[int, int]] = set()
        self._lists = 0

    @property
    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens: it may end a block, and say what the next one is."""
        self._leave(ended_by(tag, self._open))
        if tag in _VOID:
            if tag == "br" and self._within_line():
                self._add(" ", range(self._at, self._at + 1))
            elif tag in _BREAKS:
                self.end_block()
            return
        self._open.append(tag)
        if len(self._open) > _DEEPEST:
            raise InputError("elements stand too deep in one another", where=self.name, remedy="save a simpler page")
        if tag not in _BLOCKS:
            return
        self.end_block()
        self._into(tag, attrs)

    def _within_line(self) -> bool:
        """Whether a broken line only goes on: in a list item or a heading, where no cell stands inside it."""
        inner = next((tag for tag in reversed(self._open) if tag in _BLOCKS), None)
        return inner in _HEADINGS or inner in ("li", "dt")

    def _into(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS:
            self._kind, self._level = Kind.HEADING, _HEADINGS[tag]
        elif tag == "li":
            self._kind, self._level = Kind.BULLET, self._lists
        elif tag == "dt":
            self._kind, self._level = Kind.BULLET, self._lists + 1  # a term opens what is said of it below
        elif tag in ("td", "th"):
            self._into_cell(dict(attrs))
        elif tag == "dd":
            self._plainly()
        elif tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "table":
            self._table, self._row, self._taken = self._table + 1, 0, set()
        elif tag == "tr":
            self._row, self._column = self._row + 1, 0

    def _into_cell(self, attrs: dict[str, str | None]) -> None:
        def span(name: str) -> int:
            value = attrs.get(name) or ""
            return max(1, min(whole_number(value, 4) or 1, 1000))

        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        rows, columns = span("rowspan"), span("colspan")
        for row in range(self._row, self._row + rows):
            self._taken |= {(row, column) for column in range(self._column, self._column + columns)}
        self._kind, self._cell = Kind.CELL, Cell(self._table, self._row, self._column)
        self._column += columns - 1

    def handle_endtag(self, tag: str) -> None:
        """A tag that closes: those that were left open inside it close too."""
        self._leave(closed_by(tag, self._open))

    def _leave(self, kept: int) -> None:
        """Close the innermost elements, so that some are kept."""
        if not _BLOCKS.isdisjoint(self._open[kept:]):
            self.end_block()
        while len(self._open) > kept:
            self._left(self._open.pop())

    def _left(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._lists -= 1
        elif tag in ("td", "th"):
            self._cell = None
        if tag in _BLOCKS:  # what is only emphasised inside a block leaves it as it is
            self._plainly()

    def _plainly(self) -> None:
        self._kind, self._level = (Kind.CELL if self._cell else Kind.PARAGRAPH), 0

    def handle_data(self, data: str) -> None:
        """Words."""
        self._add(data, range(self._at, self._at + len(data)))

    def handle_entityref(self, name: str) -> None:
        """A named character."""
        sign = unescape(f"&{name};")
        self._add(sign, range(self._at, self._at + 1) if len(sign) == 1 else range(self._at, self._at + len(sign)))

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._add(unescape(f"&#{name};")[:1], range(self._at, self._at + 1))

    def _add(self, text: str, places: range) -> None:
        if self._open[-1:] == ["head"] and text.strip():
            self._leave(len(self._open) - 1)  # words end it, too
        if not _UNSEEN.intersection(self._open):
            self._signs += text
            self._places += places[: len(text)]

    def end_block(self) -> None:
        """Close the block that is open, as an item of the page or as its furniture."""
        words, places = collapsed("".join(self._signs), self._places)
        self._signs, self._places = [], []
        if not words:
            return
        if _FURNITURE.intersection(self._open):
            self.furniture.append((places[0], places[-1] + 1))
        else:
            self.blocks.append(Block(self._kind, words, places, None, self._level, cell=self._cell))
