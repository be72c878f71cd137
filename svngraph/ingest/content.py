"""The lines of a document without its furniture: what comes again at the edge of most pages is no part of what it says.

What only the whole document tells is counted and not held: the size of type of the text, the length of full lines, and
which lines come again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from svngraph.ingest.blocks import Span
from svngraph.ingest.lines import Line, Options, opening

_MANY = 3  # pages from which a line that comes again is furniture, wherever it stands at the edge
_LIKELY = 64  # shapes of lines that are counted at a time; the edges of a page have four


Head = tuple[int, str]
"""A line as the head of a page: how far down it stands, and its words."""


class Content:
    """The lines of a document that are content, told from its furniture. ``plain`` is the size of type of the text."""

    def __init__(self, lines: Sequence[Line], options: Options) -> None:
        self._lines, self._options = lines, options
        self.plain = _body_size(lines)
        pages = sum(1 for page, _ in groupby(lines, key=lambda line: line.page) if page is not None)
        self._few = pages < _MANY
        self._repeated = self._found(pages)
        self._running = frozenset(self._heads())

    def kept(self) -> Iterator[tuple[Line, bool]]:
        """The lines that are content, each with whether furniture stands right above it."""
        interrupted = False
        for line in self._lines:
            furniture = self._is_furniture(line)
            if not furniture:
                yield line, interrupted
            interrupted = furniture

    def measured(self) -> tuple[int, list[Span]]:
        """The length that full lines have, that of the line longer than nine of ten; and what is furniture."""
        lengths: Counter[int] = Counter()
        furniture: list[Span] = []
        for line in self._lines:
            if self._is_furniture(line):
                furniture.append((line.places[0], line.places[-1] + 1))
            else:
                lengths[len(line.text)] += 1
        left = int(lengths.total() * 0.9)
        for length, times in sorted(lengths.items()):
            left -= times
            if left < 0:
                return length, furniture
        return 0, furniture

    def _is_furniture(self, line: Line) -> bool:
        edge = (line.top or line.bottom) and self._is_small(line)
        comes_again = edge and (self._shape(line) in self._repeated or not self._running.isdisjoint(_heads_of(line)))
        return comes_again or any(pattern.fullmatch(line.text) for pattern in self._options.furniture)

    def _found(self, pages: int) -> frozenset[str]:
        """The shapes of lines that stand at the edge of most pages, and are neither headings nor list items.

        On two pages they must also stand at the same height.
        """
        if pages < 2:
            return frozenset()
        least = min(pages, max(3, 0.5 * pages))
        likely = _frequent(self._at_edges())
        often = Counter(shape for shape in self._at_edges() if shape in likely)
        return frozenset(shape for shape, times in often.items() if times >= least)

    def _heads(self) -> Iterator[Head]:
        """What stands at one height of the edge on several pages in a row, or of every other: the head of a chapter."""
        seen: dict[Head, tuple[int, int]] = {}
        for number, (page, of_page) in enumerate(groupby(self._lines, key=lambda line: line.page)):
            edges = (line for line in of_page if (line.top or line.bottom) and self._is_small(line))
            for head in {head for line in edges if page and not self._is_item(line) for head in _heads_of(line)}:
                _, times = seen.get(head, (number, 0))
                seen[head] = number, times + 1
                if times + 1 == _MANY:
                    yield head
            seen = {head: (last, times) for head, (last, times) in seen.items() if number - last < 2}

    def _is_item(self, line: Line) -> bool:
        return opening(line, self._options) is not None

    def _at_edges(self) -> Iterator[str]:
        """The shapes of the lines at the edges of each page, each once a page."""
        for _, of_page in groupby(self._lines, key=lambda line: line.page):
            yield from {
                self._shape(line)
                for line in of_page
                if (line.top or line.bottom) and self._is_small(line) and not self._is_item(line)
            }

    def _is_small(self, line: Line) -> bool:
        return line.size is None or self.plain is None or line.size <= self.plain + 0.5

    def _shape(self, line: Line) -> str:
        shape = re.sub(r"\d+", "0", " ".join(line.text.split()))
        return f"{round(line.height)} {shape}" if self._few else shape


def _heads_of(line: Line) -> tuple[Head, ...]:
    """What a line is as the head of a chapter: its words; and those with a number that follows the pages."""
    where, page = round(line.height), line.page or 0
    counted = re.sub(r"^\d{1,4}(?=\s)|(?<=\s)\d{1,4}$", lambda match: f"{int(match[0]) - page:+d}", line.text)
    # In bold, a name with a number that follows the pages can as well be the title of each.
    return ((where, line.text),) if counted == line.text or line.bold else ((where, line.text), (where, counted))


def _frequent(words: Iterable[str]) -> set[str]:
    """Words among which is each that makes up more than one in so many; the count of the others is forgotten.

    Source: Misra and Gries, Finding repeated elements, 1982.
    """
    counts: dict[str, int] = {}
    for word in words:
        if word in counts or len(counts) < _LIKELY:
            counts[word] = counts.get(word, 0) + 1
        else:
            counts = {other: count - 1 for other, count in counts.items() if count > 1}
    return set(counts)


def _body_size(lines: Iterable[Line]) -> float | None:
    weights: Counter[float] = Counter()
    for line in lines:
        if line.size is not None:
            weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else None
