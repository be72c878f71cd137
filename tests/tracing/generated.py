"""Generated trace graphs as N-Triples, and what they mean worked out the slow and obvious way."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from hypothesis import strategies as st

from svngraph import resources
from svngraph.columns import Snapshot
from svngraph.model import BASES
from svngraph.namespaces import SVN, Names
from svngraph.store.embedded import EmbeddedStore

NAMES = Names()
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
CLASSES = {
    "goal": "AgreementGoal",
    "focus-area": "FocusArea",
    "heading": "PlanHeading",
    "activity": "Activity",
    "action-item": "ActionItem",
    "report-entry": "ReportEntry",
    "outcome": "Outcome",
}
# Every relation of the chain, and the levels that it may join.
JOINS = [
    ("serves", "focus-area", "goal"),
    ("serves", "heading", "goal"),
    ("inFocusArea", "heading", "focus-area"),
    ("inFocusArea", "activity", "focus-area"),
    ("underHeading", "activity", "heading"),
    ("implements", "action-item", "activity"),
    ("reportsOn", "report-entry", "activity"),
    ("outcomeOf", "outcome", "report-entry"),
]


@dataclass(frozen=True)
class Told:
    """A link as the data tells it: ends as kind/key, and the bases of its statements (none for a bare triple)."""

    source: str
    relation: str
    target: str
    bases: tuple[int | None, ...]


@dataclass(frozen=True)
class Data:
    """A generated dataset: items as kind/key, links in any order."""

    items: tuple[str, ...]
    links: tuple[Told, ...]

    def triples(self) -> bytes:
        lines = []
        for number, path in enumerate(self.items):
            kind, _, key = path.partition("/")
            me = f"<{NAMES.thing(kind, key)}>"
            lines.append(f"{me} {RDF_TYPE} <{SVN[CLASSES[kind]]}> .")
            lines.append(f'{me} <http://www.w3.org/2004/02/skos/core#prefLabel> "{kind} {key}"@sv .')
            if number % 3:
                lines.append(f"{me} <{SVN.inPlan}> <{NAMES.thing('plan', f'p{number % 2}')}> .")
            if number % 4:
                integer = "<http://www.w3.org/2001/XMLSchema#integer>"
                lines.append(f'{me} <{SVN.sequence}> "{number % 5}"^^{integer} .')
        for number, link in enumerate(self.links):
            source, target = (f"<{NAMES.thing(*path.split('/'))}>" for path in (link.source, link.target))
            lines.append(f"{source} <{SVN[link.relation]}> {target} .")
            for place, basis in enumerate(link.bases):
                node = f"<{NAMES.thing('link', f'l{number}-{place}')}>"
                lines.append(f"{node} <{SVN['from']}> {source} .")
                lines.append(f"{node} <{SVN.relation}> <{SVN[link.relation]}> .")
                lines.append(f"{node} <{SVN.to}> {target} .")
                if basis is not None:
                    lines.append(f"{node} <{SVN.basis}> <{BASES[basis]}> .")
        return "\n".join([*lines, ""]).encode()

    def store(self) -> EmbeddedStore:
        store = EmbeddedStore()
        store.add(ontology(), NAMES.graph("ontology"))
        store.add(self.triples(), NAMES.graph("data"))
        return store

    def snapshot(self) -> Snapshot:
        return Snapshot.of_bytes(ontology() + self.triples(), "nt")


@cache
def ontology() -> bytes:
    store = EmbeddedStore()
    for path in resources.rdf_files(resources.ontology_folder()):
        store.load(path, NAMES.graph("ontology"))
    return store.respond("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples")


@st.composite
def datasets(draw: st.DrawFn, *, wild: bool = True) -> Data:
    """Random datasets; where ``wild``, with links between wrong levels, in circles and to nothing."""
    items = [f"{kind}/{kind}-{number}" for kind in CLASSES for number in range(draw(st.integers(0, 3)))]
    basis = st.sampled_from((0, 1, 2, None))
    statements = st.lists(basis, min_size=0, max_size=2).map(tuple)
    links: set[tuple[str, str, str]] = set()
    for relation, lower, upper in JOINS:
        froms = [path for path in items if path.startswith(f"{lower}/")]
        ends = [path for path in items if path.startswith(f"{upper}/")]
        if froms and ends:
            links |= draw(
                st.sets(st.tuples(st.sampled_from(froms), st.just(relation), st.sampled_from(ends)), max_size=5)
            )
    if wild and items:
        anywhere = st.sampled_from([*items, "activity/gone"])
        relation = st.sampled_from(sorted({name for name, _, _ in JOINS}))
        links |= draw(st.sets(st.tuples(anywhere, relation, anywhere), max_size=5))
    told = tuple(Told(*link, draw(statements)) for link in sorted(links))
    return Data(tuple(items), told)


def chain(number: int, seed: int = 1, lost: float = 0.1) -> Data:
    """A layered dataset of about ``number`` items in which some links are left out at random; no odd ones."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    shares = {"goal": 0.01, "focus-area": 0.02, "heading": 0.07, "activity": 0.3, "report-entry": 0.3, "outcome": 0.3}
    items = {
        kind: [f"{kind}/{kind}-{n:05}" for n in range(max(1, int(share * number)))] for kind, share in shares.items()
    }
    links = []
    order = list(shares)
    relation_of = {(lower, upper): relation for relation, lower, upper in JOINS}
    for upper, lower in pairwise(order):
        for path in items[lower]:
            for target in sorted({dice.choice(items[upper]) for _ in range(1 if dice.random() < 0.8 else 2)}):
                if dice.random() >= lost:
                    links.append(Told(path, relation_of[lower, upper], target, (dice.randrange(3),)))
    return Data(tuple(path for paths in items.values() for path in paths), tuple(links))
