"""What the styles of a Word document and its numbering say of a paragraph: its kind, level, size of type and number."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

Element = Any  # lxml has no types
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|rubrik) ?(\d)?|(?:title|titel)\Z", re.IGNORECASE)
_LIST = re.compile(r"(?:list|punktlista|numrerad lista|liststycke).*?(\d)?\Z", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|innehåll) ?\d|innehållsförteckning|table of figures", re.IGNORECASE)
_LONGEST = 20  # styles that one can rest on, each on the next
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def value(element: Element, path: str, default: str | None = None) -> str | None:
    """What the ``val`` of the element at a path says; None where there is no such element."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/"))) if element is not None else None
    return None if found is None else found.get(f"{W}val", default)


def is_on(properties: Element, name: str) -> bool | None:
    """Whether a property is switched on; None where nothing is said of it."""
    said = value(properties, name, "1")
    return None if said is None else said not in ("0", "false", "off", "none")


class Styles:
    """The styles of a document by their id, each resting on another."""

    def __init__(self, root: Element) -> None:
        self._by_id = {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
        # The standard style is that of every paragraph without one.
        standard = (s for s in root.iter(f"{W}style") if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        self._standard = next(standard, None)
        self._size = float(value(root, "docDefaults/rPrDefault/rPr/sz") or 20) / 2

    def name(self, paragraph: Element) -> str:
        """The name of a paragraph's style."""
        style = next(self._chain(value(paragraph, "pPr/pStyle")), None)
        return (value(style, "name") or "") if style is not None else ""

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        style = self._by_id.get(style_id) if style_id else self._standard
        for _ in range(_LONGEST):
            if style is None:
                return
            yield style
            style = self._by_id.get(value(style, "basedOn"))

    def _of(self, paragraph: Element) -> Iterator[Element]:
        """What can say something of a paragraph: itself, its style, and what that rests on."""
        yield paragraph
        yield from self._chain(value(paragraph, "pPr/pStyle"))

    def heading(self, paragraph: Element) -> int | None:
        """The level of a heading, by the name of its style or by its place in the outline."""
        for style in self._chain(value(paragraph, "pPr/pStyle")):
            if match := _HEADING.match(value(style, "name") or ""):
                return int(match[1] or 1)
        for each in self._of(paragraph):
            level = value(each, "pPr/outlineLvl")
            if level is not None and level.isdecimal():
                return int(level) + 1 if int(level) < 9 else None
        return None

    def numbered(self, paragraph: Element) -> tuple[str, int | None] | None:
        """The list that a paragraph is an item of, with the level that is stated; None where it is of none."""
        for each in self._of(paragraph):
            numbers = each.find(f"{W}pPr/{W}numPr")
            if numbers is not None:
                number, level = value(numbers, "numId") or "", value(numbers, "ilvl")
                return (number, int(level) if level and level.isdecimal() else None) if number != "0" else None
        return None

    def listed(self, paragraph: Element) -> int | None:
        """The level of a list item by the name of its style."""
        for style in self._chain(value(paragraph, "pPr/pStyle")):
            if match := _LIST.match(value(style, "name") or ""):
                return int(match[1] or 1)
        return None

    def in_contents(self, paragraph: Element) -> bool:
        """Whether a paragraph is a line of a table of contents."""
        return bool(_CONTENTS.match(self.name(paragraph)))

    def _run(self, paragraph: Element, run: Element) -> Iterator[Element]:
        """The properties that a run has: its own, those of its style, and those of its paragraph's."""
        yield run.find(f"{W}rPr")
        if own := value(run, "rPr/rStyle"):
            yield from (style.find(f"{W}rPr") for style in self._chain(own))
        yield from (style.find(f"{W}rPr") for style in self._chain(value(paragraph, "pPr/pStyle")))

    def is_bold(self, paragraph: Element, run: Element) -> bool:
        """Whether a run is set bold."""
        said = (is_on(each, "b") for each in self._run(paragraph, run) if each is not None)
        return next((bold for bold in said if bold is not None), False)

    def size(self, paragraph: Element, run: Element) -> float:
        """The size of a run's type. Units: points."""
        said = (value(each, "sz") for each in self._run(paragraph, run) if each is not None)
        return next((float(size) / 2 for size in said if size and size.isdecimal()), self._size)


class Numbers:
    """The numbers that Word gives the items of lists, which stand nowhere in their text."""

    def __init__(self, root: Element | None) -> None:
        levels = (
            {each.get(f"{W}abstractNumId"): each for each in root.iter(f"{W}abstractNum")} if root is not None else {}
        )
        self._kind: dict[str, str] = {}
        self._levels: dict[tuple[str, int], Element] = {}
        for number in root.iter(f"{W}num") if root is not None else ():
            kind = value(number, "abstractNumId") or ""
            self._kind[number.get(f"{W}numId", "")] = kind
            for level in levels[kind].iter(f"{W}lvl") if kind in levels else ():
                at = level.get(f"{W}ilvl", "")
                if at.isdecimal():
                    self._levels[kind, int(at)] = level
        self._counts: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def is_counted(self, number: str, level: int) -> bool:
        """Whether the items of a list have numbers or letters, and not signs."""
        there = self._levels.get((self._kind.get(number, ""), level))
        return (value(there, "numFmt") if there is not None else None) not in (None, "bullet", "none")

    def next(self, number: str, level: int) -> str:
        """The number of the next item of a list, as it is shown; empty for an item with a sign."""
        kind = self._kind.get(number, "")
        counts = self._counts[kind]
        for at in range(level + 1):
            if at == level or not counts[at]:
                counts[at] = counts[at] + 1 if counts[at] else self._start(kind, at)
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if not self.is_counted(number, level):
            return ""
        shown = value(self._levels[kind, level], "lvlText") or ""
        return re.sub(r"%([1-9])", lambda match: self._shown(kind, int(match[1]) - 1), shown)

    def _start(self, kind: str, level: int) -> int:
        said = value(self._levels.get((kind, level)), "start") or ""
        return int(said) if said.isdecimal() and len(said) < 6 else 1

    def _shown(self, kind: str, level: int) -> str:
        count, form = self._counts[kind][level], value(self._levels.get((kind, level)), "numFmt") or ""
        if form.endswith("Letter") and 0 < count <= 26:
            letter = chr(ord("a") + count - 1)
            return letter.upper() if form.startswith("upper") else letter
        if form.endswith("Roman") and 0 < count < 40:
            text = ""
            for worth, sign in _ROMAN:
                text, count = text + sign * (count // worth), count % worth
            return text.upper() if form.startswith("upper") else text
        return str(count)
