"""How validation results are put into words: the item by its name, the path as a chain, and what would mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.term import Node

from svngraph.cli.options import SEVERITY_KEYS
from svngraph.cli.output import Table, clean, some
from svngraph.cli.wording import ARROW, CROSS, chain, level_name
from svngraph.columns import Alternative, Inverse, OneOrMore, Path, Predicate, Sequence, ZeroOrMore, ZeroOrOne
from svngraph.labels import Label, phrase
from svngraph.namespaces import SVN, Names
from svngraph.store import Store
from svngraph.tracing.chains import farthest, firmest_chain
from svngraph.tracing.graph import TraceGraph, read
from svngraph.validation import Report, Result, severity_rank

_LABELS = f"""PREFIX svn: <{SVN}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing ?kind ?label WHERE {{
  {{ ?thing skos:prefLabel ?label BIND("name" AS ?kind) }} UNION {{ ?thing rdfs:label ?label BIND("name" AS ?kind) }}
  UNION {{ ?thing svn:inverseLabel ?label BIND("inverse" AS ?kind) }} }}"""
_SHOWN = 4


@dataclass(frozen=True)
class Speech:
    """What is needed to speak of results in a language; for RDF that is not ours, only the names of its terms."""

    names: Names
    lang: str
    graph: TraceGraph | None = None
    labels: Mapping[tuple[str, str], Label] = field(default_factory=dict)

    def name(self, term: Node) -> str:
        """A thing by its name alone; empty where it has none."""
        label = self.labels.get((str(term), "name"))
        return (label.text(self.lang) if label else None) or ""

    def thing(self, term: Node) -> str:
        """A thing by its name and key, or as it stands where it has no name."""
        name, key = self.name(term), self.key(term)
        return f"{name} [{key}]" if name and name != key else key

    def key(self, term: Node) -> str:
        """A thing by its key alone."""
        parts = self.names.parts(str(term))
        return parts[1] if parts else str(term)

    def chain(self, result: Result) -> str:
        """The path of a result as a chain of what is there, up to the first link that is missing."""
        if result.path is None or result.value is not None:
            return ""
        item = self.graph.items.get(URIRef(str(result.focus_node))) if self.graph else None
        if item and self.graph and _follows_traces(result.path):
            goal = self.graph.level("goal")
            whole = firmest_chain(self.graph, item, goal)
            if whole is None:
                return chain(self.graph, item, farthest(self.graph, item, goal), [goal], self.lang)
            weakest = max(whole, key=lambda link: link.weakness)
            keys = [item.key]
            for link in whole:
                keys += [CROSS] * (link is weakest) + [self.graph.items[link.target].key]
            return ARROW.join(keys)
        start = level_name(item.level, self.lang).lower() if item else self.key(result.focus_node)
        return f"{start}{ARROW}{CROSS} {self.path(result.path)}"

    def path(self, path: URIRef | Path) -> str:
        """A property path in words: each property by its name, backwards by its name backwards."""
        match path:
            case URIRef():
                return self._property(path, "name")
            case Predicate():
                return self._property(path.iri, "name")
            case Inverse(Predicate(iri)):
                return self._property(iri, "inverse")
            case Inverse(inner):
                return f"^({self.path(inner)})"
            case Sequence(paths=steps):
                return ARROW.join(self.path(step) for step in steps)
            case Alternative(paths=choices):
                return f" {phrase('or', self.lang)} ".join(self.path(choice) for choice in choices)
            case ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
                return f"{self.path(inner)} …"
        return str(path)

    def _property(self, iri: URIRef, kind: str) -> str:
        label = self.labels.get((str(iri), kind)) or (Label() if kind == "name" else Label(sv=f"^{_last(iri)}"))
        return label.text(self.lang) or _last(iri)


def speech(store: Store | None, names: Names, lang: str) -> Speech:
    """What is needed to speak of the results of a dataset of ours, or of any other RDF where there is no store."""
    if store is None:
        return Speech(names, lang)
    labels: dict[tuple[str, str], Label] = {}
    for thing, kind, label in store.select(_LABELS).rows:
        at = (str(thing), str(kind))
        language = getattr(label, "language", None)
        labels[at] = labels.get(at, Label()).with_text(language or "sv", str(label))
    return Speech(names, lang, read(store, names), labels)


def summary_table(report: Report, title: str, words: Speech) -> Table:
    """A row for each shape that has results: how many, what is wrong, and the first things that it concerns."""
    counts: dict[tuple[int, str, str], int] = {}
    first: dict[tuple[int, str, str], list[str]] = {}
    for result in report.results:
        shape = str(result.source_shape)
        at = (rank(result), shape, _gist(result.message(words.lang) or shape))
        counts[at] = counts.get(at, 0) + 1
        keys = first.setdefault(at, [])
        if len(keys) < _SHOWN:
            keys.append(words.key(result.about))
    rows = [
        (
            phrase(f"severity.{SEVERITY_KEYS[at[0]]}", words.lang),
            str(count),
            at[2],
            some(first[at]) + (f" … +{count - _SHOWN}" if count > _SHOWN else ""),
        )
        for at, count in sorted(counts.items())
    ]
    heads = [phrase(key, words.lang) for key in ("severity", "count", "message", "focus-node")]
    return Table(title, heads, rows, frozenset({1}), note=sums(report.results, words.lang))


def results_tables(report: Report, words: Speech) -> list[Table]:
    """A table for each shape that has results, the gravest first, under what is wrong and what would mend it.

    Shape: a row for each thing concerned, with its chain up to the first missing link, or the value that is wrong.
    """
    groups: dict[tuple[int, str, str], list[Result]] = {}
    for result in report.results:
        groups.setdefault((rank(result), _last(result.source_shape), result.message(words.lang) or ""), []).append(
            result
        )
    tables = []
    for (grave, shape, message), results in sorted(groups.items(), key=lambda group: group[0]):
        title = f"{phrase(f'severity.{SEVERITY_KEYS[grave]}', words.lang).upper()} {len(results)}  {message}  [{shape}]"
        rows = [
            (
                words.key(result.about),
                words.chain(result) if result.value is None else words.thing(result.value),
                words.name(result.about),
            )
            for result in results
        ]
        tables.append(Table(title, [phrase(key, words.lang) for key in ("key", "value-or-chain", "name")], rows))
    return tables


def sums(results: Iterable[Result], lang: str) -> str:
    """The number of results, in all and by severity, in words."""
    counts = [0] * len(SEVERITY_KEYS)
    for result in results:
        counts[rank(result)] += 1
    return phrase("results", lang, count=sum(counts), violations=counts[0], warnings=counts[1], infos=counts[2])


def rank(result: Result) -> int:
    """0 for a violation, 1 for a warning, 2 for information; a severity that SHACL does not know is a violation."""
    return severity_rank(result.severity)


def _gist(message: str) -> str:
    """The first sentence of a message: what is wrong, without what would mend it."""
    return clean(re.split(r"(?<=\.)\s+(?=[A-ZÅÄÖ])", message, maxsplit=1)[0].rstrip("."))


def _follows_traces(path: URIRef | Path) -> bool:
    inner = path.path if isinstance(path, OneOrMore | ZeroOrMore) else path
    return isinstance(inner, Predicate) and inner.iri in (SVN.tracesTo, SVN.tracesFirmlyTo)


def _last(term: object) -> str:
    return re.split(r"[/#]", str(term))[-1]
