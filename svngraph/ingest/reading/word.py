"""DOCX to blocks, by the styles and the setting of its paragraphs. The normalised text has a line for each block.

What is inserted is read and what is deleted is not, as if all changes were accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BufferedReader

import docx
from docx.oxml import parse_xml

from svngraph.errors import InputError
from svngraph.ingest.blocks import SIGN, Block, Cell, Kind, Reading, Sheet, without_sign
from svngraph.ingest.layout import could_be_heading
from svngraph.ingest.lines import Options
from svngraph.ingest.reading.limits import Limits, check_archive
from svngraph.ingest.reading.styles import Element, Numbers, Styles, W, is_on, value
from svngraph.ingest.spool import Spool
from svngraph.ingest.words import Lexicon

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is no part of the words: properties, deletions, where something was moved from, another form of the same picture.
_SKIPPED = {f"{W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "instrText", "sectPr", "tblPr")} | {_FALLBACK}
_WRITTEN = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_DEEPEST = 60  # elements that hold one another


def read(
    name: str,
    file: BufferedReader,
    digest: str,
    _options: Options,
    limits: Limits,
    _lexicon: Lexicon,
    watch: Callable[[int, int], None],
) -> Reading:
    """The reading of a Word document, its footnotes last. Headers and footers are no part of its text.

    Errors: InputError where it is broken, encrypted, has macros, unpacks to too much or is nested too deep.
    """
    check_archive(name, file, limits)
    try:
        part = docx.Document(file).part
        related = {rel.reltype.rpartition("/")[2]: rel.target_part for rel in part.rels.values() if not rel.is_external}
        numbering = related.get("numbering")
        numbers = Numbers(None if numbering is None else parse_xml(numbering.blob))
        word = _Word(name, Styles(part.styles.element), numbers)
        body = list(part.element.body)
        word.weigh(part.element.body)
        for number, element in enumerate(body, 1):
            word.take(element)
            watch(number, len(body))
        for kind in ("footnotes", "endnotes"):
            if kind in related:
                word.notes(parse_xml(related[kind].blob))
    except InputError:
        raise
    except Exception as error:  # whatever the library makes of a broken file
        raise InputError(f"a broken DOCX: {error}"[:300], where=name, remedy="save it again") from error
    made = _levelled(word.sheet.blocks)
    return Reading(name, "docx", digest, word.sheet.text, made, tuple(word.sheet.furniture))


def _levelled(blocks: Spool[Block]) -> Spool[Block]:
    """The blocks with a level for each heading that is one only by its type, below those that are so by their style."""
    headings = [(b.level, b.size) for b in blocks if b.kind == Kind.HEADING]
    deepest = max((level for level, _ in headings), default=0)
    sizes = sorted({size for level, size in headings if not level and size is not None}, reverse=True)
    if not sizes:
        return blocks
    levels = {size: deepest + rank for rank, size in enumerate(sizes, 1)}
    return Spool(
        replace(b, level=levels[b.size]) if b.kind == Kind.HEADING and not b.level and b.size is not None else b
        for b in blocks
    )


@dataclass
class _Word:
    """The state of a document as its paragraphs and tables go by."""

    name: str
    styles: Styles
    numbers: Numbers
    sheet: Sheet = field(default_factory=Sheet)
    plain: float = 0
    tables: int = 0
    carried: str = ""

    def weigh(self, body: Element) -> None:
        """Find the size of type of the running text: that of most of its characters."""
        sizes: Counter[float] = Counter()
        for paragraph in body.iter(f"{W}p"):
            for run in paragraph.iter(f"{W}r"):
                sizes[self.styles.size(paragraph, run)] += sum(len(text.text or "") for text in run.iter(f"{W}t"))
        self.plain = sizes.most_common(1)[0][0] if sizes else 0

    def take(self, element: Element, cell: Cell | None = None, depth: int = 0) -> None:
        """Add what an element says, in a cell or outside tables; what only wraps others is opened."""
        if depth > _DEEPEST:
            raise InputError("elements stand too deep in one another", where=self.name, remedy="save it more simply")
        if element.tag in _SKIPPED:
            return
        if element.tag == f"{W}p":
            self._paragraph(element, cell, depth)
        elif element.tag == f"{W}tbl" and cell is None:
            self._table(element, depth)
        else:
            for child in element:
                self.take(child, cell, depth + 1)

    def _paragraph(self, paragraph: Element, cell: Cell | None, depth: int) -> None:
        text = self.carried + "".join(_words(paragraph))
        self.carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.carried = text  # its end is deleted: it goes on in the next
        elif cell is not None:
            for line in text.split("\n"):
                self.sheet.add(Kind.CELL, without_sign(line), cell=cell)
        else:
            self._block(paragraph, text)
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(above.tag == _FALLBACK for above in box.iterancestors()) and _is_own(box, paragraph):
                for child in box:
                    self.take(child, cell, depth + 1)

    def _block(self, paragraph: Element, text: str) -> None:
        style, add = self.styles.name(paragraph), self.sheet.add
        numbered = self.styles.numbered(paragraph)
        level = self.styles.heading(paragraph)
        number, deep = numbered or ("", None)
        mark = self.numbers.next(number, deep or 0) if numbered and text.strip() else ""
        if self.styles.in_contents(paragraph):
            self.sheet.set_aside(text)
        elif level is not None:
            add(Kind.HEADING, text, level=level, style=style, mark=mark)
        elif (size := self._titled(paragraph, text)) is not None and (mark or not numbered):
            add(Kind.HEADING, text, style=style, size=size, mark=mark)
        elif numbered or self.styles.listed(paragraph):
            stated = deep + 1 if deep is not None else 0
            add(Kind.BULLET, text, level=stated or self.styles.listed(paragraph) or 1, style=style, mark=mark)
        elif sign := SIGN.match(text):
            add(Kind.BULLET, text[sign.end() :], level=1, style=style)
        else:
            add(Kind.PARAGRAPH, text, style=style)

    def _titled(self, paragraph: Element, text: str) -> float | None:
        """The size of type of a paragraph that is set as a heading, bold or larger than the text; None for others."""
        if not could_be_heading(" ".join(text.split())) or self.styles.listed(paragraph):
            return None
        runs = [run for run in paragraph.iter(f"{W}r") if any(sign.isalnum() for sign in "".join(_words(run)))]
        sizes = [self.styles.size(paragraph, run) for run in runs]
        heavy = all(self.styles.is_bold(paragraph, run) for run in runs)
        return min(sizes) if runs and (heavy or min(sizes) > self.plain + 0.5) else None

    def _table(self, table: Element, depth: int) -> None:
        rows = [row for row in _parts(table, "tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(_parts(row, "tc")) for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:  # a frame around something
            for child in cells[0][0]:
                self.take(child, None, depth + 1)
            return
        self.tables += 1
        number = self.tables
        for row_number, (row, own) in enumerate(zip(rows, cells, strict=True), 1):
            column = 1 + _count(value(row, "trPr/gridBefore"), 0)
            for each in own:
                # A cell that is merged with the one above has nothing of its own.
                if value(each, "tcPr/vMerge", "continue") != "continue":
                    for child in each:
                        self.take(child, Cell(number, row_number, column), depth + 1)
                column += _count(value(each, "tcPr/gridSpan"), 1)

    def notes(self, root: Element) -> None:
        """Add the footnotes, without the lines that part them from the text."""
        for note in root:
            if note.get(f"{W}type") in (None, "normal"):
                for paragraph in note.iter(f"{W}p"):
                    self.sheet.add(Kind.PARAGRAPH, "".join(_words(paragraph)), style=self.styles.name(paragraph))


def _count(said: str | None, least: int) -> int:
    return max(least, min(int(said), 1000)) if said and said.isdecimal() else least


def _is_own(box: Element, paragraph: Element) -> bool:
    """Whether a text box hangs on this paragraph, and not on one inside another box."""
    return next(above for above in box.iterancestors(f"{W}p")) is paragraph


def _parts(element: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, those in content controls and insertions too."""
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag not in _SKIPPED and child.tag not in (f"{W}tr", f"{W}tc"):
            yield from _parts(child, name)


def _words(element: Element) -> Iterator[str]:
    """The words of a paragraph or run that can be seen."""
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _WRITTEN:
            yield _WRITTEN[child.tag]
        elif (
            child.tag not in _SKIPPED and child.tag != f"{W}txbxContent" and not is_on(child.find(f"{W}rPr"), "vanish")
        ):
            yield from _words(child)
