"""From lines to blocks: furniture set aside, paragraphs put together, headings and list items told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from svngraph.ingest.blocks import Block, Kind, Span
from svngraph.ingest.content import Content
from svngraph.ingest.lines import Line, Options, opening
from svngraph.ingest.positions import Positions
from svngraph.ingest.spool import Spool
from svngraph.ingest.words import Lexicon, joint

_SENTENCE_END = re.compile(r"[.!?:][\"”’)\]]*\Z")
_OPEN_END = re.compile(r"[,;–—(/&]\Z")
_LINK = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")
_HEADING_LENGTH = 120


@dataclass
class _Draft:
    """A block in the making."""

    kind: Kind
    lines: list[Line]
    level: int = 0
    mark: str = ""
    breaks: set[int] = field(default_factory=set)

    @property
    def page(self) -> int | None:
        """The page that its last line stands on."""
        return self.lines[-1].page

    def go_on(self, line: Line, interrupted: bool) -> None:
        """Add a line; ``interrupted`` says that something else stands above it."""
        if interrupted:
            self.breaks.add(len(self.lines))
        self.lines.append(line)


def blocks(lines: Sequence[Line], options: Options, lexicon: Lexicon) -> tuple[Sequence[Block], list[Span]]:
    """The blocks that some lines make, in order, and the ranges that are furniture.

    The lines are gone through several times and never held: what only the whole tells is counted first.
    """
    content = Content(lines, options)
    width, furniture = content.measured()
    ragged = options.ragged if options.ragged is not None else width >= 60
    drafts = _drafts(content, options, width if ragged else 0)
    made = Spool(_finished(draft, content.plain, lexicon) for draft in drafts)
    return _levelled(made), furniture


def _drafts(content: Content, options: Options, width: int) -> Iterator[_Draft]:
    """The lines put together, each as the paragraph, heading or list item that it belongs to.

    Notes at the foot of a page come after the paragraph that goes on below them.
    """
    plain = content.plain
    draft: _Draft | None = None
    levels: list[float] = []
    notes: list[_Draft] = []  # notes to come after the draft; or, below notes, what they interrupt and those above
    below = False
    for line, interrupted in content.kept():
        opened = opening(line, options)
        if opened is None and draft and _continues(draft, line, interrupted, width, plain):
            draft.go_on(line, interrupted)
            continue
        if draft and below:
            notes.append(draft)
            if opened is None and line.page != notes[0].page and _continues(notes[0], line, True, width, plain):
                draft, below = notes.pop(0), False
                draft.go_on(line, True)
                continue
            below = line.page == notes[0].page and _is_note(line, plain)
        elif draft and _is_note(line, plain) and _is_open(draft, line, plain):
            notes.insert(0, draft)
            below = True
        elif draft:
            yield draft
        if not below:
            yield from notes
            notes = []
        draft = _opened(line, opened, plain, levels)
    yield from [*notes, draft] if below and draft else [draft, *notes] if draft else []


def _opened(line: Line, opened: int | None, plain: float | None, levels: list[float]) -> _Draft:
    """The draft that a line opens."""
    if opened is None:
        levels.clear()
    # A heading with its number is no list item: the number is part of what it says.
    if opened is None or (_is_titled(line, plain) and line.text[0].isdigit()):
        return _Draft(Kind.PARAGRAPH, [line])
    mark = line.text[:opened].strip()
    return _Draft(Kind.BULLET, [_trimmed(line, opened)], _level(line.indent, levels), mark)


def _is_note(line: Line, plain: float | None) -> bool:
    """Whether a line is set smaller than the text, as footnotes are."""
    return plain is not None and line.size is not None and line.size < plain - 0.5


def _is_open(draft: _Draft, line: Line, plain: float | None) -> bool:
    """Whether a draft of the running text has not come to its end above a line of its page."""
    last = draft.lines[-1]
    ended = _SENTENCE_END.search(last.text) or _is_titled(last, plain) or _is_note(last, plain)
    return last.page == line.page and not ended


def _levelled(made: Sequence[Block]) -> Sequence[Block]:
    """The blocks with the level of each heading, by the size of its type."""
    found = {b.size for b in made if b.kind == Kind.HEADING and b.size is not None}
    sizes = sorted(found, reverse=True)
    if not sizes:
        return made
    return Spool(
        replace(b, level=sizes.index(b.size) + 1) if b.kind == Kind.HEADING and b.size is not None else b for b in made
    )


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


def could_be_heading(text: str) -> bool:
    """Whether a text can be that of a heading: short, without a full stop, and with a capital or a number first."""
    if not text or len(text) > _HEADING_LENGTH or text[-1] in ".,;!?":
        return False
    return text[0].isupper() or text[0] in "”\"'0123456789«"


def _is_heading(block: Block, draft: _Draft, plain: float | None) -> bool:
    """Whether a block is a heading: a text that can be one, and larger or bolder where type is known."""
    if block.kind != Kind.PARAGRAPH or not could_be_heading(block.text):
        return False
    if plain is None:
        return len(draft.lines) <= 2
    first = draft.lines[0]
    return first.bold or (first.size is not None and first.size > plain + 0.5)
