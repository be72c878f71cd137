"""PDF to blocks. The normalised text has a line for each line of the page in reading order, and a form feed between
pages; the cells of a table stand where the table stands.

A page is read and let go before the next, so that memory follows the page and not the document.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader
from itertools import pairwise

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from svngraph.errors import InputError
from svngraph.ingest.blocks import Block, Cell, Kind, Note, Reading
from svngraph.ingest.layout import blocks
from svngraph.ingest.lines import Line, Options
from svngraph.ingest.positions import Positions
from svngraph.ingest.reading.columns import Row, Word, in_reading_order, rows_of
from svngraph.ingest.reading.limits import Limits
from svngraph.ingest.spool import Spool, SpooledText
from svngraph.ingest.words import Lexicon

# What extraction makes of the bullets of fonts without a table of characters.
_SIGNS = {"(cid:127)": "•", "\uf0b7": "•", "\uf0a7": "▪", "\u25cf": "●", "\x7f": "•"}
_KEPT = 20  # pages between which what the library keeps is dropped
_FONTS = 100  # fonts that the library may keep
_EDGE = 2  # lines at the top and bottom of a page that can be furniture


@dataclass
class _Writer:
    """What is read of the pages so far: the normalised text, and the lines that stand in it, outside tables and in."""

    lexicon: Lexicon
    text: SpooledText = field(default_factory=SpooledText)
    lines: Spool[Line] = field(default_factory=Spool)
    cells: Spool[tuple[Cell, list[Line]]] = field(default_factory=Spool)
    tables: int = 0
    last_columns: int = 0
    last_row: int = 0

    def write(self, words: str) -> Positions:
        """Add a line of text; the places of its characters."""
        start = len(self.text)
        self.text.write(words)
        self.text.write("\n")
        self.lexicon.add(words)
        return Positions.of(range(start, start + len(words)))


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    options: Options,
    limits: Limits,
    lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a PDF.

    Errors: InputError where it is encrypted, broken, has too many pages, or only pictures of text.
    """
    writer, pictures = _Writer(lexicon), 0
    try:
        document = pdfplumber.open(file)
        pages = sum(1 for _ in _bare_pages(document))
        if pages > limits.pages:
            raise InputError(f"{pages} pages", where=name, remedy=f"at most {limits.pages}, or a larger --max-pages")
        for number, page in enumerate(_pages(document), 1):
            found = _page(page, number, writer)
            pictures += bool(not found and page.images)
            page.close()
            watch(number, pages)
            if len(writer.text) > limits.characters:
                raise InputError("too much text", where=name, remedy="give a smaller document")
    except InputError:
        raise
    except (PdfminerException, PDFPasswordIncorrect) as error:
        if "Password" in repr(error):
            raise InputError("the PDF is encrypted", where=name, remedy="save it without a password") from error
        raise InputError(f"a broken PDF: {error!r}"[:200], where=name, remedy="download it again") from error
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken PDF: {error!r}"[:200], where=name, remedy="download it again") from error
    if not writer.lines and not writer.cells and pages:
        what = "scanned pages: pictures of text" if pictures else "no text in the PDF"
        raise InputError(what, where=name, remedy="put it through OCR first")
    notes = (("pictures", pictures),) if pictures else ()
    return _reading(name, digest, writer, options, pages, notes)


def _pages(document: PDF) -> Iterator[Page]:
    """The pages one at a time. The library's own list of them holds every page to the end."""
    below = 0.0
    for number, bare in enumerate(_bare_pages(document), 1):
        page = Page(document, bare, page_number=number, initial_doctop=below)
        below += page.height
        yield page


def _bare_pages(document: PDF) -> Iterator[PDFPage]:
    found = PDFPage.create_pages(document.doc)
    number = 0
    while True:
        try:
            page = next(found, None)
        except Exception as error:
            raise PdfminerException(error) from error
        if page is None:
            return
        yield page
        number += 1
        if number % _KEPT == 0:
            _let_go(document)


def _let_go(document: PDF) -> None:
    """Drop what the library keeps of the pages that are read: their streams, which are as large as the file."""
    for cache in ("_cached_objs", "_parsed_objs"):
        getattr(document.doc, cache, {}).clear()
    fonts = getattr(document.rsrcmgr, "_cached_fonts", {})
    if len(fonts) > _FONTS:
        fonts.clear()


def _reading(name: str, digest: str, writer: _Writer, options: Options, pages: int, notes: tuple[Note, ...]) -> Reading:
    outside, furniture = blocks(writer.lines, options, writer.lexicon)
    made = heapq.merge(outside, _in_cells(writer, options), key=lambda block: block.places[0])
    return Reading(name, "pdf", digest, writer.text, Spool(made), tuple(furniture), pages, notes)


def _in_cells(writer: _Writer, options: Options) -> Iterator[Block]:
    even = replace(options, ragged=False, furniture=())
    for cell, lines in writer.cells:
        for block in blocks(lines, even, writer.lexicon)[0]:
            yield replace(block, kind=Kind.CELL, cell=cell, level=0)


def _page(page: Page, number: int, writer: _Writer) -> bool:
    """Add what a page says; whether it says anything."""
    if number > 1:
        writer.text.write("\f")
    words = [_known_signs(word) for word in page.extract_words(extra_attrs=["size", "fontname"], use_text_flow=False)]
    # Looking for tables is slow: only where there are rulings to find them by.
    tables = page.find_tables() if len(page.lines) + len(page.rects) + len(page.curves) >= 4 else []
    tables = [table for table in tables if len(table.rows) > 1 or (table.rows and len(table.rows[0].cells) > 1)]
    outside = [word for word in words if not any(_inside(word, table.bbox) for table in tables)]
    rows = in_reading_order(rows_of(outside), float(page.width))
    lines = _spaced(rows, number)
    pending = sorted(tables, key=lambda table: table.bbox[1])
    for at, (top, line) in enumerate(lines):
        while pending and pending[0].bbox[1] < top:
            _table(pending.pop(0), words, number, writer, first=at == 0)
        writer.lines.append(replace(line, places=writer.write(line.text)))
    for table in pending:
        _table(table, words, number, writer, first=not lines)
    return bool(words)


def _known_signs(word: Word) -> Word:
    text = word["text"]
    for sign, known in _SIGNS.items():
        text = text.replace(sign, known)
    return word | {"text": "".join(c for c in text if c.isprintable()) or "\N{REPLACEMENT CHARACTER}"}


def _inside(word: Word, box: Sequence[float]) -> bool:
    middle, height = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _spaced(rows: list[Row], page: int) -> list[tuple[float, Line]]:
    """The lines of a page with the gap above each, and the height at which it stands."""
    found: list[tuple[float, Line]] = []
    below: float | None = None
    usual = _usual_space(rows)
    for at, row in enumerate(rows):
        text = " ".join(word["text"] for word in row)
        size = Counter(round(w["size"], 1) for w in row).most_common(1)[0][0]
        heavy = [_is_bold(w) for w in row if any(sign.isalpha() for sign in w["text"])] or [_is_bold(row[0])]
        top, bottom = min(w["top"] for w in row), max(w["bottom"] for w in row)
        # A line that stands higher than the one before opens a new column: what it follows cannot be seen.
        space = 0.0 if below is None or top < below - size else top - below
        line = Line(
            text,
            Positions(),
            page,
            row[0]["x0"],
            int(space > min(0.75 * size, max(0.3 * size, 1.6 * usual))),
            at == 0 or (below is not None and top < below - size),
            size,
            all(heavy),
            at < _EDGE,
            at >= len(rows) - _EDGE,
            (heavy[0], heavy[-1]),
            top,
        )
        found.append((top, line))
        below = bottom
    return found


def _is_bold(word: Word) -> bool:
    return any(weight in word["fontname"].lower() for weight in ("bold", "black", "heavy", "semibold"))


def _usual_space(rows: list[Row]) -> float:
    """The space between two lines of one paragraph: less than three of four spaces on the page."""
    spaces = sorted(
        space
        for above, below in pairwise(rows)
        if (space := min(w["top"] for w in below) - max(w["bottom"] for w in above)) > 0
    )
    return float(spaces[len(spaces) // 4]) if spaces else 0.0


def _table(table: Table, words: list[Word], page: int, writer: _Writer, *, first: bool) -> None:
    """Add the cells of a table. One that opens a page with as many columns as the last goes on with it."""
    columns = max(len(row.cells) for row in table.rows)
    if not (first and columns == writer.last_columns and writer.cells):
        writer.tables += 1
        start = 0
    else:
        start = writer.last_row
    writer.last_columns = columns
    for row_number, row in enumerate(table.rows, start + 1):
        for column, box in enumerate(row.cells, 1):
            if box is None:
                continue
            rows = rows_of([word for word in words if _inside(word, box)])
            lines = [replace(line, places=writer.write(line.text)) for _, line in _spaced(rows, page)]
            if lines:
                even = [replace(line, size=None, bold=False, apart=False, edges=(False, False)) for line in lines]
                writer.cells.append((Cell(writer.tables, row_number, column), even))
                writer.last_row = row_number
