"""What is known before a document is read: organisations with their names, and the items of earlier plans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz

from svngraph.ingest.lifting.items import Lifted
from svngraph.namespaces import SVN, Names
from svngraph.store import Store

_NAMES = f"""PREFIX svn: <{SVN}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?word ?acronym ?graph WHERE {{
  GRAPH ?graph {{ ?thing a ?type }}
  FILTER(CONTAINS(STR(?thing), "/id/organisation/") || CONTAINS(STR(?thing), "/id/role/")
    || CONTAINS(STR(?thing), "/id/external-document/"))
  {{ ?thing skos:prefLabel ?word FILTER(LANG(?word) = "sv") }} UNION
  {{ ?thing skos:altLabel ?word FILTER(LANG(?word) = "sv") }} UNION {{ ?thing svn:acronym ?acronym }} }}"""
_ITEMS = f"""PREFIX svn: <{SVN}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?item ?type ?label ?above ?from ?until ?graph ?code WHERE {{
  VALUES ?type {{ svn:FocusArea svn:PlanHeading svn:Activity svn:ActionItem svn:AgreementGoal svn:Agreement
                  svn:BusinessPlan svn:ActivityPlan svn:ActionPlan svn:Report }}
  GRAPH ?graph {{ ?item a ?type }} ?item skos:prefLabel ?label FILTER(LANG(?label) = "sv")
  OPTIONAL {{ ?item svn:underHeading ?above }} OPTIONAL {{ ?item skos:notation ?code }}
  OPTIONAL {{ ?item svn:validFrom ?from }} OPTIONAL {{ ?item svn:validUntil ?until }} }}"""
NAMED = ("organisation", "external-document")
SURE = 0.92
_LONGEST = 2_000  # characters of a label that are compared


@dataclass(frozen=True)
class KnownName:
    """An organisation or role, with the words that it goes by; acronyms are told apart by their capitals.

    ``graphs`` are the keys of the named graphs that give its class.
    """

    kind: str
    key: str
    labels: tuple[str, ...]
    acronyms: tuple[str, ...] = ()
    graphs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KnownItem:
    """An item of an earlier document.

    ``above`` is the key of its heading, ``years`` those that a plan covers, ``graphs`` the keys of the named graphs
    that give its class; ``code`` is the number by which its document knows it.
    """

    kind: str
    key: str
    label: str
    above: str | None = None
    years: tuple[int, int] | None = None
    type: str = ""
    graphs: frozenset[str] = frozenset()
    code: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """The kind and key of the item."""
        return self.kind, self.key


@dataclass
class Known:
    """Everything that is known before a document is read."""

    names: list[KnownName] = field(default_factory=list)
    items: dict[tuple[str, str], KnownItem] = field(default_factory=dict)

    def words(self) -> Iterable[str]:
        """The words of every name and label, which help to join what a line break has cut."""
        for name in self.names:
            yield from name.labels
        for item in self.items.values():
            yield item.label

    def without(self, graph: str) -> Known:
        """What is known without one named graph: a document that is read again does not know its own items."""
        left = {name: item for name, item in self.items.items() if item.graphs - {"inferred"} != {graph}}
        return Known([name for name in self.names if name.graphs - {"inferred"} != {graph}], left)

    def closest(self, kind: str, label: str, plan: str | None = None) -> tuple[KnownItem | None, float]:
        """The known item of a kind whose label is closest, with a score from 0 to 1."""
        best: tuple[KnownItem | None, float] = (None, 0.0)
        for item in self._of_kind(kind):
            if plan is None or item.key.startswith(f"{plan}-"):
                score = likeness(label, item.label, best[1])
                if score > best[1]:
                    best = (item, score)
                    if score == 1:
                        break
        return best

    def coded(self, kind: str, plan: str | None, code: str) -> KnownItem | None:
        """The known item of a kind and plan that has a code; None where none has it, or several."""
        wanted = codely(code)
        found = [
            item
            for item in self._of_kind(kind)
            if item.code and codely(item.code) == wanted and (plan is None or item.key.startswith(f"{plan}-"))
        ]
        return found[0] if wanted and len(found) == 1 else None

    def _of_kind(self, kind: str) -> list[KnownItem]:
        return [item for item in self.items.values() if item.kind == kind]

    def likeness(self, kind: str, text: str) -> float:
        """How like the closest known thing of a kind a text is; for bodies, whether it opens with the name of one."""
        if kind != "organisation":
            return self.closest(kind, text)[1]
        opening = plainly(text)
        names = (label for name in self.names if name.kind == kind for label in name.labels)
        return float(any(opening.startswith(plainly(label)) for label in names if label))

    def covering(self, year: str) -> str:
        """The first year of the known business plan that covers a year; the year itself where none is known."""
        for item in self.items.values():
            if item.years and item.type == "BusinessPlan" and item.years[0] <= int(year) <= item.years[1]:
                return str(item.years[0])
        return year

    def add(self, lifted: Lifted) -> None:
        """Take what another document gave as known; what was known before keeps its own name."""
        above = {link.source: link.target[1] for link in lifted.links.values() if link.relation == "underHeading"}
        for item in lifted.items.values():
            if item.kind in NAMED and not item.known:
                acronyms = tuple(item.values.get("acronym", ()))
                self.names.append(KnownName(item.kind, item.key, (item.label,), acronyms))
            if item.name not in self.items and item.kind not in ("outcome", "report-entry", *NAMED):
                start, until = (item.values.get(name) for name in ("validFrom", "validUntil"))
                years = (int(start[0]), int(until[0])) if start and until else None
                known = KnownItem(item.kind, item.key, item.label, above.get(item.name), years, item.type or "")
                known = replace(known, code=item.values.get("code", [""])[0])
                self.items[item.name] = known


def known(store: Store, names: Names) -> Known:
    """What a dataset knows: its organisations and roles, and its plans and their items."""
    found = Known()
    words: dict[tuple[str, str], tuple[set[str], set[str], set[str]]] = {}
    start_of_graphs = str(names.graph(""))
    for thing, word, acronym, graph in store.select(_NAMES).rows:
        if parts := names.parts(str(thing)):
            labels, acronyms, graphs_of = words.setdefault(parts, (set(), set(), set()))
            (acronyms if acronym is not None else labels).add(str(acronym if acronym is not None else word))
            graphs_of.add(str(graph).removeprefix(start_of_graphs))
    for name, (labels, acronyms, graphs_of) in sorted(words.items()):
        found.names.append(KnownName(*name, tuple(sorted(labels)), tuple(sorted(acronyms)), frozenset(graphs_of)))
    for item, type_, label, above, start, until, graph, code in store.select(_ITEMS).rows:
        if parts := names.parts(str(item)):
            own = str(graph).removeprefix(start_of_graphs)
            graphs = frozenset({own}) | (found.items[parts].graphs if parts in found.items else frozenset())
            upper = names.parts(str(above)) if above is not None else None
            years = (int(str(start)), int(str(until))) if start is not None and until is not None else None
            local = str(type_).removeprefix(str(SVN))
            number = str(code) if code is not None else ""
            found.items[parts] = KnownItem(
                *parts, str(label), upper[1] if upper else None, years, local, graphs, number
            )
    return found


def likeness(one: str, other: str, least: float = 0.0) -> float:
    """How like two labels are, from 0 to 1, without regard to capitals and signs; 0 where that is below the least."""
    return fuzz.ratio(plainly(one[:_LONGEST]), plainly(other[:_LONGEST]), score_cutoff=100 * least) / 100


@lru_cache(maxsize=65536)
def plainly(text: str) -> str:
    """A text for comparison: lower case, with nothing but letters, digits and single spaces.

    >>> plainly("Öka  samverkan.")
    'öka samverkan'
    """
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def codely(code: str) -> str:
    """A code for comparison: without the signs around it, in lower case.

    >>> codely("1.2.")
    '1.2'
    """
    return "".join(code.lower().split()).strip(".:)(")


def slug(text: str) -> str:
    """A text as a key: lower case, å, ä and ö without their marks, words joined by hyphens.

    >>> slug("Digitalisering och e-hälsa")
    'digitalisering-och-e-halsa'
    """
    ascii_text = unicodedata.normalize("NFKD", re.sub(r"[–—−]", "-", text.lower())).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_text))[:80].strip("-") or "x"
