"""Where in a text file a node is described: the line on which its subject stands, and that of one of its predicates.

RDF parsers keep no lines. In line-based syntaxes the answer is exact; in Turtle and TriG it is the line that begins a
block about the node, and below it the first that names the predicate: right in every file that is laid out as people
lay them out, and at worst the beginning of the block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

_PREFIX = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_SUBJECT = re.compile(r"\s*(<[^<>\s]*>|_:[\w.-]+|[\w.-]*:[\w.%-]*[\w%-])(?=[\s;]|$)")
_TERM = re.compile(r"<[^<>\s]*>|(?<![\w\"])[\w.-]*:[\w.%-]*[\w%-]|(?<=\s)a(?=\s)")
_TYPE = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Location:
    """A place in a file; lines count from 1."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


Locator = Callable[[Node, Node | None], Location | None]
"""A function from a node, and a predicate of it or None, to its place."""


@dataclass
class _File:
    path: Path
    lines: list[str]
    prefixes: dict[str, str]
    subjects: dict[str, list[int]]

    def expanded(self, name: str) -> str:
        if name.startswith("<"):
            return name[1:-1]
        if name == "a":
            return str(_TYPE)
        prefix, _, local = name.partition(":")
        return name if prefix == "_" else self.prefixes.get(prefix, f"{prefix}:") + local

    def find(self, node: str, predicate: str | None) -> int | None:
        starts = self.subjects.get(node)
        if not starts:
            return None
        if predicate is None:
            return starts[0]
        for start in starts:
            for line in range(start, len(self.lines) + 1):
                text = self.lines[line - 1]
                if line > start and line in self._all_starts:
                    break
                if any(self.expanded(match[0]) == predicate for match in _TERM.finditer(text)):
                    return line
        return starts[0]

    def __post_init__(self) -> None:
        self._all_starts = {line for lines in self.subjects.values() for line in lines}


def locator(paths: Iterable[Path]) -> Locator:
    """The locator of some files, which are read at the first question."""
    pending, files = list(paths), list[_File]()

    def locate(node: Node, predicate: Node | None = None) -> Location | None:
        while pending:
            files.append(_read(pending.pop(0)))
        for file in files:
            line = file.find(str(node), None if predicate is None else str(predicate))
            if line is not None:
                return Location(file.path, line)
        return None

    return locate


def places(paths: Iterable[Path]) -> Callable[[Node], str | None]:
    """The function from a node to its place as ``file:line``, for the errors of a compiler of shapes."""
    locate = locator(paths)

    def place(node: Node) -> str | None:
        found = locate(node, None)
        return None if found is None else str(found)

    return place


def _read(path: Path) -> _File:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    file = _File(path, lines, dict(_PREFIX.findall("\n".join(lines))), {})
    open_block = False
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", "@", "PREFIX", "BASE")):
            continue
        if not open_block:
            match = _SUBJECT.match(line)
            if match:
                file.subjects.setdefault(file.expanded(match[1]), []).append(number)
        # A block ends with a full stop; a line that opens a graph of TriG ends with a brace.
        open_block = not bare.endswith((".", "{", "}"))
    file.__post_init__()
    return file
