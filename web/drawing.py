"""A layered drawing of chains: places for labels and curves between them, worked out here and drawn as SVG."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rdflib import URIRef

from svngraph.tracing.graph import Item, Level, Link, TraceGraph

_SWEEPS = 8
_LINE = 17
# How high a letter stands above its line.
_LETTER = 12
_GAP = 9
_TOP = 34
_COLUMN = 152
_SPACE = 32
_LETTERS = 24


@dataclass(frozen=True)
class Node:
    """A label with its place: ``x`` is where its rule begins, ``y`` the height of the rule, ``lines`` its words."""

    item: Item
    x: float
    y: float
    lines: tuple[str, ...]
    width: float


@dataclass(frozen=True)
class Edge:
    """A curve from the end of one rule to the beginning of another, with what the link rests on."""

    link: Link
    path: str


@dataclass(frozen=True)
class Drawing:
    """A drawing: its size, the names of its columns with where they stand, its labels and its curves."""

    width: float
    height: float
    columns: tuple[tuple[float, tuple[Level, ...]], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Joining(Protocol):
    """What joins two things of a drawing: ``target`` stands nearer its left side."""

    @property
    def source(self) -> str:
        """The thing that stands to the right."""

    @property
    def target(self) -> str:
        """The thing that stands to the left."""


def draw(graph: TraceGraph, chosen: Collection[URIRef], names: Mapping[URIRef, str]) -> Drawing:
    """The drawing of some items: a column for each level, ordered so that few curves cross.

    Units:  SVG user units; linear in items and links but for the sorting of each column.
    Source: the barycentre method of Sugiyama, Tagawa and Toda (1981).
    """
    items = sorted((graph.items[iri] for iri in chosen), key=lambda item: item.order)
    levels = _columns(graph, {item.level for item in items})
    columns: list[list[str]] = [[item.iri for item in items if item.level in several] for several in levels]
    kept = set(chosen)
    # In the order of the items: that of a set is another in each process, and the drawing would be too.
    links = [link for item in items for link in graph.upstream.get(item.iri, ()) if link.target in kept]
    links = _spanning(graph, links)
    columns = ordered(columns, links)
    lines: dict[str, tuple[str, ...]] = {iri: wrapped(names[iri]) for iri in kept}
    heights = [sum(len(lines[iri]) * _LINE + _GAP for iri in column) for column in columns]
    height = max(heights, default=0)
    places: dict[str, Node] = {}
    by_iri: dict[str, Item] = {item.iri: item for item in items}
    for number, column in enumerate(columns):
        free = (height - heights[number]) / (len(column) + 1)
        y = _TOP + 6.0
        for iri in column:
            y += free + len(lines[iri]) * _LINE
            x = number * (_COLUMN + _SPACE)
            places[iri] = Node(by_iri[iri], x, round(y, 1), lines[iri], _COLUMN)
            y += _GAP
    lanes = _Lanes([[places[iri] for iri in column] for column in columns])
    edges = tuple(Edge(link, lanes.path(places[link.target], places[link.source])) for link in links)
    at = tuple((number * (_COLUMN + _SPACE), several) for number, several in enumerate(levels))
    width = len(levels) * (_COLUMN + _SPACE) - _SPACE
    return Drawing(max(width, _COLUMN), height + _TOP + 16, at, tuple(places[i.iri] for i in items), edges)


def _spanning(graph: TraceGraph, links: Sequence[Link]) -> list[Link]:
    """The links without those that jump over a level which a longer way passes through as well."""
    ups: dict[URIRef, set[URIRef]] = defaultdict(set)
    for link in links:
        ups[link.source].add(link.target)
    return [
        link
        for link in links
        if not any(link.target in ups[middle] for middle in ups[link.source] if middle != link.target)
    ]


def _columns(graph: TraceGraph, levels: Collection[Level]) -> list[tuple[Level, ...]]:
    """The levels by how many steps they stand below the first: those that hang on one level share a column."""
    depth: dict[Level, int] = {}
    for level in sorted(levels):
        above = [depth[up] for up in graph.steps[level] if up in depth]
        depth[level] = max(above, default=-1) + 1
    return [
        tuple(level for level in sorted(levels) if depth[level] == n)
        for n in range(max(depth.values(), default=-1) + 1)
    ]


def ordered(columns: list[list[str]], links: Sequence[Joining]) -> list[list[str]]:
    """The columns with each item near the mean place of those it is joined to, sweeping to and fro."""
    uppers: dict[str, list[str]] = defaultdict(list)
    lowers: dict[str, list[str]] = defaultdict(list)
    for link in links:
        uppers[link.source].append(link.target)
        lowers[link.target].append(link.source)
    place = {iri: n / max(1, len(column)) for column in columns for n, iri in enumerate(column)}

    def mean(iri: str, beside: Mapping[str, list[str]]) -> float:
        near = [place[other] for other in beside.get(iri, ())]
        return sum(near) / len(near) if near else place[iri]

    best, fewest = [list(column) for column in columns], _crossings(columns, links)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for column in columns[1:] if down else columns[-2::-1]:
            column.sort(key=lambda iri: mean(iri, uppers if down else lowers))
            place |= {iri: n / max(1, len(column)) for n, iri in enumerate(column)}
        crossed = _crossings(columns, links)
        if crossed < fewest:
            best, fewest = [list(column) for column in columns], crossed
    return best


def _crossings(columns: Sequence[Sequence[str]], links: Sequence[Joining]) -> int:
    """How many pairs of links between neighbouring columns cross, counted as inversions."""
    where = {iri: (c, n) for c, column in enumerate(columns) for n, iri in enumerate(column)}
    count = 0
    for number in range(len(columns) - 1):
        pairs = sorted(
            (where[k.target][1], where[k.source][1])
            for k in links
            if where[k.target][0] == number and where[k.source][0] == number + 1
        )
        seen: list[int] = []
        for _left, right in pairs:
            count += len(seen) - bisect_right(seen, right)
            insort(seen, right)
    return count


class _Lanes:
    """The ways between the labels of each column, for the curves that pass it by; each once, while there are any."""

    def __init__(self, columns: Sequence[Sequence[Node]]) -> None:
        self._columns = columns
        self._free = [_between(column) for column in columns]

    def path(self, left: Node, right: Node) -> str:
        """The curve from the end of one rule to the beginning of another."""
        x, y, end, last = left.x + left.width, left.y + 4, right.x - 6, right.y + 4
        drawn = [f"M{x:g} {y:g}"]
        for number in range(_number(left) + 1, _number(right)):
            if self._columns[number]:
                across = self._columns[number][0]
                lane = self._lane(number, y + (last - y) * (across.x + across.width / 2 - x) / (end - x))
                drawn.append(f"{_curve(x, y, across.x - 6, lane)}H{across.x + across.width:g}")
                x, y = across.x + across.width, lane
        return "".join([*drawn, _curve(x, y, end, last)])

    def _lane(self, number: int, wanted: float) -> float:
        lanes = self._free[number] or _between(self._columns[number])
        lane = min(lanes, key=lambda y: abs(y - wanted))
        self._free[number] = [other for other in lanes if other != lane]
        return lane


def _between(column: Sequence[Node]) -> list[float]:
    """The heights halfway between the rule of each label and the words of the next, and below the last."""
    tops = [node.y - (len(node.lines) - 1) * _LINE - _LETTER for node in column]
    ends = [*tops[1:], column[-1].y + 4 + _GAP] if column else []
    return [round((node.y + 4 + end) / 2, 1) for node, end in zip(column, ends, strict=True)]


def _number(node: Node) -> int:
    """Which column a label stands in."""
    return round(node.x / (_COLUMN + _SPACE))


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (x1 + x2) / 2
    return f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"


def wrapped(text: str) -> tuple[str, ...]:
    """The words of a label on at most three lines."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LETTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    shown = lines[:3]
    if len(lines) > 3:
        shown[2] = f"{shown[2][: _LETTERS - 1]}…"
    return tuple(line if len(line) <= _LETTERS + 4 else f"{line[: _LETTERS + 3]}…" for line in shown)
