"""A drawing of any triples: things in columns from left to right, joined by curves that bear the name of a property."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import BNode, URIRef
from rdflib.term import Node

from .drawing import ordered, wrapped

MOST = 60
NAMED = 14
# The lines that can be told from one another, as the style sheet draws them.
LINES = ("stated", "structural", "judgement")
_LINE = 17
_GAP = 14
_TOP = 14
_COLUMN = 186
_SPACE = 150


@dataclass(frozen=True)
class Arc:
    """A triple between two things: ``target`` is its subject, which stands to the left, ``source`` its object."""

    source: str
    target: str
    property: str


@dataclass(frozen=True)
class Dot:
    """A thing with its place: where its rule begins, the height of the rule, its words."""

    term: Node
    x: float
    y: float
    lines: tuple[str, ...]
    width: float = _COLUMN


@dataclass(frozen=True)
class Curve:
    """A curve with the name of its property, which stands at ``x`` and ``y``, and the kind of its line."""

    path: str
    name: str
    line: str
    x: float
    y: float


@dataclass(frozen=True)
class Net:
    """A drawing of triples, and how many of the things that they join are not in it.

    ``lines`` are the properties by name with the kind of their lines, where there are few enough to tell them apart;
    else ``names`` says whether each curve has room for the name of its property.
    """

    width: float
    height: float
    dots: tuple[Dot, ...]
    curves: tuple[Curve, ...]
    left_out: int
    lines: tuple[tuple[str, str], ...]
    names: bool


def net(triples: Iterable[Sequence[Node | None]], word: Callable[[str], str]) -> Net | None:
    """The drawing of some triples; None where none joins two things. Values that are text stay in the table.

    Units:  SVG user units; at most :data:`MOST` things, those that are joined most.
    """
    terms: dict[str, Node] = {}
    arcs = []
    for subject, predicate, other in triples:
        if isinstance(subject, URIRef | BNode) and isinstance(other, URIRef | BNode) and subject != other:
            terms |= {str(subject): subject, str(other): other}
            arcs.append(Arc(str(other), str(subject), str(predicate)))
    if not arcs:
        return None
    degree = Counter(end for arc in arcs for end in (arc.source, arc.target))
    kept = {thing for thing, _count in sorted(degree.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]}
    arcs = [arc for arc in arcs if {arc.source, arc.target} <= kept]
    depth = _depths(kept, arcs)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for thing in sorted(kept):
        columns[depth[thing]].append(thing)
    # Only neighbouring columns can be set in order by one another; longer curves follow.
    columns = ordered(columns, [arc for arc in arcs if depth[arc.source] == depth[arc.target] + 1])
    lines = {thing: wrapped(word(thing) if isinstance(terms[thing], URIRef) else f"_:{thing}"[:20]) for thing in kept}
    dots, height = _placed(columns, lines, terms)
    width = len(columns) * (_COLUMN + _SPACE) - _SPACE
    counts = Counter(word(arc.property) for arc in arcs)
    kinds = dict(zip([name for name, _count in counts.most_common()], LINES, strict=False))
    if len(counts) > len(LINES):
        kinds = {}
    curves = tuple(_curve(dots[arc.target], dots[arc.source], word(arc.property), kinds) for arc in arcs)
    names = not kinds and len(arcs) <= NAMED
    return Net(width, height, tuple(dots.values()), curves, len(degree) - len(kept), tuple(kinds.items()), names)


def _depths(things: Iterable[str], arcs: Sequence[Arc]) -> Mapping[str, int]:
    """The column of each thing: one to the right of the rightmost that leads to it; a circle is cut where it closes."""
    out: dict[str, list[str]] = defaultdict(list)
    waiting = Counter(arc.source for arc in arcs)
    for arc in arcs:
        out[arc.target].append(arc.source)
    depth: dict[str, int] = {}
    best: dict[str, int] = defaultdict(int)
    left = sorted(things)
    ahead = [thing for thing in left if not waiting[thing]]
    while len(depth) < len(left):
        if not ahead:  # a circle: it is entered where the fewest lead in
            ahead = [min((t for t in left if t not in depth), key=lambda t: (waiting[t], t))]
        thing = ahead.pop()
        if thing in depth:
            continue
        depth[thing] = best[thing]
        for other in out[thing]:
            waiting[other] -= 1
            if other not in depth:
                best[other] = max(best[other], depth[thing] + 1)
                if waiting[other] <= 0:
                    ahead.append(other)
    return depth


def _placed(
    columns: Sequence[Sequence[str]], lines: Mapping[str, tuple[str, ...]], terms: Mapping[str, Node]
) -> tuple[dict[str, Dot], float]:
    heights = [sum(len(lines[thing]) * _LINE + _GAP for thing in column) for column in columns]
    tallest = max(heights)
    dots = {}
    for number, column in enumerate(columns):
        free = (tallest - heights[number]) / (len(column) + 1)
        y = float(_TOP)
        for thing in column:
            y += free + len(lines[thing]) * _LINE
            dots[thing] = Dot(terms[thing], number * (_COLUMN + _SPACE), round(y, 1), lines[thing])
            y += _GAP
    return dots, tallest + _TOP + 16


def _curve(left: Dot, right: Dot, name: str, kinds: Mapping[str, str]) -> Curve:
    x1, y1 = left.x + left.width, left.y + 4
    # What leads back to the left ends on the right side of its label, so that it does not run through it.
    x2, y2 = (right.x - 6 if right.x > left.x else right.x + right.width), right.y + 4
    bend = (x1 + x2) / 2 if right.x > left.x else max(x1, x2) + _SPACE / 2
    path = f"M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}"
    return Curve(path, name, kinds.get(name, LINES[0]), bend, round((y1 + y2) / 2, 1))
