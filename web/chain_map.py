"""The map of the chain: the classes of its levels as boxes, and the properties that join them as labelled lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from svngraph.tracing.graph import Level, TraceGraph

from .vocabulary_terms import Term

# A name of a property stands between two boxes: "under heading" and "fokusområde i" are the widest, with 77.
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 102, 38, 79, 92
# A line that passes columns rises by so much for each of them, and leaves and meets the boxes so much further out.
_RISE, _APART = 42, 11
# What a name above a line needs, and what is left free around all of it.
_TEXT, _MARGIN = 14, 6


@dataclass(frozen=True)
class Box:
    """A class of the chain with its place."""

    iri: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A property from one class to another: its path, and where its name stands."""

    iri: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class ChainMap:
    """The map: where it begins upwards, its size, the boxes, and the lines between them.

    Units: SVG user units; ``box`` is the width and the height of a box.
    """

    top: float
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    box: tuple[int, int] = (_WIDTH, _HEIGHT)


def chain_map(graph: TraceGraph, properties: Sequence[Term]) -> ChainMap | None:
    """The map of a chain, None where there is none: a column for each step away from the agreement."""
    levels = {str(level.iri): level for level in graph.levels}
    if not levels:
        return None
    columns: dict[int, list[Level]] = defaultdict(list)
    depth: dict[Level, int] = {}
    for level in sorted(graph.levels):
        above = [depth[up] for up in graph.steps[level] if up in depth]
        depth[level] = max(above, default=-1) + 1
        columns[depth[level]].append(level)
    most = max(len(column) for column in columns.values())
    places: dict[str, Box] = {}
    for number, column in columns.items():
        for row, level in enumerate(column):
            y = (most - len(column)) * _DOWN / 2 + row * _DOWN
            places[str(level.iri)] = Box(str(level.iri), number * (_WIDTH + _ACROSS) + 4, y)
    lines = _lines(properties, places)
    width = len(columns) * (_WIDTH + _ACROSS) - _ACROSS + 8
    top = min((0, *(line.y - _TEXT for line in lines))) - _MARGIN
    height = (most - 1) * _DOWN + _HEIGHT + _MARGIN - top
    return ChainMap(top, width, height, tuple(places.values()), tuple(lines))


def _lines(properties: Sequence[Term], places: dict[str, Box]) -> list[Line]:
    met: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for term in properties:
        for start in term.domain:
            for end in term.range:
                if start in places and end in places and start != end:
                    pair = (end, start)
                    found.append(_line(term.iri, places[end], places[start], met[pair]))
                    met[pair] += 1
    return found


def _line(iri: str, left: Box, right: Box, nth: int) -> Line:
    """A line from the lower class back to the upper one; one that passes a column goes over or under it."""
    x1, x2 = left.x + _WIDTH, right.x
    y1, y2 = left.y + _HEIGHT / 2, right.y + _HEIGHT / 2
    passed = round((x2 - x1 - _ACROSS) / (_WIDTH + _ACROSS))
    if passed > 0:
        top = min(left.y, right.y) - _RISE * passed - 20 * nth
        # Of lines that meet at a box, those that go further lie outside.
        x1, x2 = left.x + _WIDTH * 0.7 - _APART * passed, right.x + _WIDTH * 0.3 + _APART * passed
        middle = (x1 + x2) / 2
        path = f"M{x2:.0f} {right.y:.0f}C{x2:.0f} {top:.0f} {x1:.0f} {top:.0f} {x1:.0f} {left.y:.0f}"
        return Line(iri, path, middle, round((left.y + right.y + 6 * top) / 8 - 4, 1))
    middle = (x1 + x2) / 2
    path = f"M{x2:.0f} {y2:.0f}C{middle:.0f} {y2:.0f} {middle:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    return Line(iri, path, middle, (y1 + y2) / 2 - 6)
