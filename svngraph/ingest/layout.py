"""From lines to blocks: furniture set aside, paragraphs put together, headings and list items told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from svngraph.ingest.blocks import Block, Kind, Span
from svngraph.ingest.positions import Positions
from svngraph.ingest.words import Lexicon, joint

_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}\.?|[a-zåäö]\))[ \t\u00a0]+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?:][\"”’)\]]*\Z")
_OPEN_END = re.compile(r"[,;–—(/&]\Z")
_LINK = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")
_HEADING_LENGTH = 120
_MANY = 3  # pages from which a line that comes again is furniture, wherever it stands at the edge


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


@dataclass
class _Draft:
    """A block in the making."""

    kind: Kind
    lines: list[Line]
    level: int = 0
    mark: str = ""
    breaks: set[int] = field(default_factory=set)


def blocks(lines: Sequence[Line], options: Options, lexicon: Lexicon) -> tuple[list[Block], list[Span]]:
    """The blocks that some lines make, in order, and the ranges that are furniture."""
    kept, furniture = _without_furniture(lines, options)
    width = _width([line for line, _ in kept])
    ragged = options.ragged if options.ragged is not None else width >= 60
    plain = _body_size(lines)
    drafts: list[_Draft] = []
    levels: list[float] = []
    for line, interrupted in kept:
        opened = _opening(line, options)
        if opened is not None and _is_titled(line, plain) and line.text[0].isdigit():
            # A heading with its number: the number is part of what it says.
            drafts.append(_Draft(Kind.PARAGRAPH, [line]))
        elif opened is not None:
            mark = line.text[:opened].strip()
            drafts.append(_Draft(Kind.BULLET, [_trimmed(line, opened)], _level(line.indent, levels), mark))
        elif drafts and _continues(drafts[-1], line, interrupted, width if ragged else 0, plain):
            if interrupted:
                drafts[-1].breaks.add(len(drafts[-1].lines))
            drafts[-1].lines.append(line)
        else:
            drafts.append(_Draft(Kind.PARAGRAPH, [line]))
            levels.clear()
    return _levelled([_finished(draft, plain, lexicon) for draft in drafts]), furniture


def _levelled(made: list[Block]) -> list[Block]:
    """The blocks with the level of each heading, by the size of its type."""
    sizes = sorted({b.size for b in made if b.kind == Kind.HEADING and b.size is not None}, reverse=True)
    return [
        replace(b, level=sizes.index(b.size) + 1) if b.kind == Kind.HEADING and b.size is not None else b for b in made
    ]


def _without_furniture(lines: Sequence[Line], options: Options) -> tuple[list[tuple[Line, bool]], list[Span]]:
    """The lines that are content, each with whether furniture stands right above it; and the ranges of the rest."""
    plain = _body_size(lines)
    repeated = _repeated(lines, options, plain)
    few = len({line.page for line in lines}) < _MANY
    kept: list[tuple[Line, bool]] = []
    furniture: list[Span] = []
    interrupted = False
    for line in lines:
        edge = line.top or line.bottom
        if (edge and _is_small(line, plain) and _shape(line, few) in repeated) or any(
            p.fullmatch(line.text) for p in options.furniture
        ):
            furniture.append((line.places[0], line.places[-1] + 1))
            interrupted = True
        else:
            kept.append((line, interrupted))
            interrupted = False
    return kept, furniture


def _repeated(lines: Sequence[Line], options: Options, plain: float | None) -> set[str]:
    """The shapes of lines that stand at the edge of most pages, and are neither headings nor list items.

    On two pages they must also stand at the same height.
    """
    pages = {line.page for line in lines if line.page is not None}
    if len(pages) < 2:
        return set()
    seen = {
        (line.page, _shape(line, len(pages) < _MANY))
        for line in lines
        if (line.top or line.bottom) and _opening(line, options) is None
        if _is_small(line, plain)
    }
    often = Counter(shape for _, shape in seen)
    return {shape for shape, times in often.items() if times >= min(len(pages), max(3, 0.5 * len(pages)))}


def _is_small(line: Line, plain: float | None) -> bool:
    return line.size is None or plain is None or line.size <= plain + 0.5


def _shape(line: Line, placed: bool) -> str:
    shape = re.sub(r"\d+", "0", " ".join(line.text.split()))
    return f"{round(line.height)} {shape}" if placed else shape


def _width(lines: Sequence[Line]) -> int:
    """The length that full lines have: that of the line longer than nine of ten."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _body_size(lines: Sequence[Line]) -> float | None:
    weights: Counter[float] = Counter()
    for line in lines:
        if line.size is not None:
            weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else None


def _opening(line: Line, options: Options) -> int | None:
    """How many characters of a line are the sign of a list item; None where it is no list item."""
    if line.text[:1] in options.bullets and line.text[:1]:
        rest = line.text[1:]
        if rest[:1].isspace() or (line.text[0] in "•●○▪■◦‣\uf0b7\uf0a7" and rest):
            return len(line.text) - len(rest.lstrip())
    numbered = _NUMBERED.match(line.text)
    return numbered.end() if numbered else None


def _trimmed(line: Line, count: int) -> Line:
    return replace(line, text=line.text[count:], places=line.places[count:])


def _level(indent: float, levels: list[float]) -> int:
    """The depth of a list item, from the indents of the items that it stands under."""
    while levels and levels[-1] > indent + 0.5:
        levels.pop()
    if not levels or indent > levels[-1] + 0.5:
        levels.append(indent)
    return len(levels)


def _is_titled(line: Line, plain: float | None) -> bool:
    """Whether a line is set as headings are: larger than the text, or bold."""
    return plain is not None and line.size is not None and (line.bold or line.size > plain + 0.5)


def _continues(draft: _Draft, line: Line, interrupted: bool, width: int, plain: float | None) -> bool:
    """Whether a line goes on with the block above it."""
    above = draft.lines[-1]
    capital = not line.text[:1].islower() and line.text[:1] not in "(–-"
    ended = bool(_SENTENCE_END.search(above.text))
    if line.size != above.size:
        return False
    # A bold line beside a plain one is a heading; a line that is bold in part runs on from either.
    if (above.bold and not line.edges[0]) or (line.bold and not above.edges[1]):
        return False
    if interrupted or line.gap:
        # One blank line may stand inside a sentence; more do not.
        return not ended and not capital and (interrupted or line.gap == 1)
    if line.apart and capital:
        return not ended and not _is_short(draft, width)
    if line.text.startswith("*"):
        return False
    if _is_titled(line, plain) and _is_titled(above, plain):
        return not ended  # a heading is set in short lines
    # On a page that can be measured, what belongs to a list item is set in below its text.
    if draft.kind == Kind.BULLET and line.size is not None and capital and line.indent < draft.lines[0].indent + 1:
        return False
    # The line above had room for the first word of this one: it was ended on purpose.
    room = len(above.text) + 1 + len(line.text.split(" ", 1)[0]) < 0.8 * width
    return not (room and capital and not _OPEN_END.search(above.text))


def _is_short(draft: _Draft, width: int) -> bool:
    return len(draft.lines) == 1 and len(draft.lines[0].text) < 0.8 * max(width, 60)


def _finished(draft: _Draft, plain: float | None, lexicon: Lexicon) -> Block:
    text, places, breaks, turns = "", Positions(), list[int](), list[int]()
    for number, line in enumerate(draft.lines):
        if number:
            drop, between = joint(text, line.text, lexicon)
            if drop:
                text, places = text[:-drop], places[:-drop]
            text += between
            places += Positions.of([places[-1]] * len(between))
            turns.append(len(text))
        if number in draft.breaks:
            breaks.append(len(text))
        text += line.text
        places += line.places
    first = draft.lines[0]
    marks = (tuple(breaks), tuple(turns), draft.mark)
    made = _without_links(Block(draft.kind, text, places, first.page, draft.level, first.size, None, None, *marks))
    return replace(made, kind=Kind.HEADING) if _is_heading(made, draft, plain) else made


def _without_links(block: Block) -> Block:
    """A block in which a Markdown link is only its words."""
    while match := _LINK.search(block.text):
        left, right, (first, last) = match.start(), match.end(), match.span(1)
        shift = right - left - (last - first)

        def moved(
            offsets: tuple[int, ...], left: int = left, right: int = right, shift: int = shift
        ) -> tuple[int, ...]:
            return tuple(at if at <= left else at - shift for at in offsets if not left < at < right)

        block = replace(
            block,
            text=block.text[:left] + match[1] + block.text[right:],
            places=block.places[:left] + block.places[first:last] + block.places[right:],
            breaks=moved(block.breaks),
            turns=moved(block.turns),
        )
    return block


def _is_heading(block: Block, draft: _Draft, plain: float | None) -> bool:
    """Whether a block is a heading: short, without a full stop, and larger or bolder where type is known."""
    if block.kind != Kind.PARAGRAPH or len(block.text) > _HEADING_LENGTH or not block.text:
        return False
    if block.text[-1] in ".,;!?" or not (block.text[0].isupper() or block.text[0] in "”\"'0123456789«"):
        return False
    if plain is None:
        return len(draft.lines) <= 2
    first = draft.lines[0]
    return first.bold or (first.size is not None and first.size > plain + 0.5)
