"""What a proposal is beside the dataset: what the shapes say of it, and what is new against its last edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF, SH, SKOS

from svngraph import pipeline, resources
from svngraph.comparison.quads import quads
from svngraph.comparison.things import State
from svngraph.errors import InputError
from svngraph.inference import entailments
from svngraph.model import Triple
from svngraph.namespaces import SVN
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from svngraph.ingest.proposal import Proposal

_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
# What no document says and only people write: summaries in our own words, names and units in the other language.
_WRITTEN = (SVN.summary, SVN.unit, SKOS.prefLabel)
_PLACES = {f"<{SVN.evidence}>", f"<{SVN.wording}>"}
_LABEL, _KEY, _DOCUMENT = f"<{SKOS.prefLabel}>", f"<{DCTERMS.identifier}>", f"<{SVN.SourceDocument}>"


_Facts = frozenset[tuple[str, str]]
_Said = dict[str, tuple[_Facts, _Facts]]


def checked(proposals: Sequence[Proposal], settings: Settings) -> list[dict[str, object]]:
    """What the shapes say of each proposal, put beside the dataset: counts by severity, and how often it says it.

    ``toWrite`` counts what waits for somebody to write it.
    """
    names = settings.names
    graphs = {names.graph(each.key): each.triples(names) for each in proposals}
    report = pipeline.validate_store(_beside(settings, graphs), [], date.today())
    found: list[dict[str, object]] = []
    for each in proposals:
        own = {names.thing(*item.name) for item in each.lifted.items.values() if not item.known}
        about = [result for result in report.results if result.focus_node in own]
        rest = [result for result in about if result.path not in _WRITTEN]
        counts = Counter(_SEVERITIES.get(result.severity, "violation") for result in rest)
        messages = Counter((_SEVERITIES.get(r.severity, "violation"), r.message(settings.lang) or "") for r in rest)
        found.append(
            {
                **{name: counts[name] for name in _SEVERITIES.values()},
                "toWrite": len(about) - len(rest),
                "results": [{"severity": s, "message": m, "count": n} for (s, m), n in messages.most_common()],
            }
        )
    return found


def _beside(settings: Settings, graphs: Mapping[URIRef, Iterable[Triple]]) -> Store:
    """The dataset in memory, with some named graphs in place of those of their names, and what follows from them."""
    store = EmbeddedStore()
    if settings.store == "memory":
        for path, graph in _files(settings):
            store.load(path, graph)
    else:
        store.fill(BytesIO(pipeline.open_dataset(settings).dump()))
    for name in (settings.names.graph("inferred"), *graphs):
        store.change(store.dump_graph(str(name)), b"")
    for name, triples in graphs.items():
        lines = (" ".join(term.n3() for term in triple) + " .\n" for triple in triples)
        store.add("".join(lines).encode(), name)
    store.add(entailments(store), settings.names.graph("inferred"))
    return store


def _files(settings: Settings) -> list[tuple[Path, URIRef]]:
    """The files of the dataset, or of an empty one."""
    folder = Path(settings.data) if settings.data else None
    if folder is None or any(folder.glob("*")):
        return list(pipeline.paths(settings).values())
    ontology = [(path, pipeline.ONTOLOGY_GRAPH) for path in resources.rdf_files(resources.ontology_folder())]
    return ontology + [(path, pipeline.SHAPES_GRAPH) for path in resources.rdf_files(resources.shapes_folder())]


def edition(old: Path, new: str, settings: Settings) -> dict[str, object] | None:
    """What came, went, changed and moved since the edition that a file holds; None where there is none.

    A change of nothing but places in the source does not count.
    """
    if not old.is_file():
        return None
    before, after = (_state(text) for text in (old.read_text("utf-8"), new))
    if before is None or after is None:
        return None
    start = f"<{settings.names.thing('', '')}".removesuffix("/")
    changes = [
        {"how": how, "item": name.removeprefix(start).strip("<>/")} for how, name in _items(_said(before), _said(after))
    ]
    joints = {"added": after.links.keys() - before.links.keys(), "removed": before.links.keys() - after.links.keys()}
    return {
        "items": dict(sorted(Counter(each["how"] for each in changes).items())),
        "links": {how: len(those) for how, those in joints.items() if those},
        "changes": changes,
    }


def _said(state: State) -> _Said:
    """What is said of each item, but for its places: how it is known again by its words, and all of it."""
    found: _Said = {}
    for subject, facts in state.about.items():
        if not any(predicate == _KEY for predicate, _ in facts) or _DOCUMENT in state.classes[subject]:
            continue
        words = frozenset((p, value) for p, value in facts if p in (_LABEL, f"<{RDF.type}>"))
        rest = frozenset(fact for fact in facts if fact[0] not in _PLACES and fact[1] not in state.about)
        found[subject] = (words, rest)
    return found


def _items(old: _Said, new: _Said) -> Iterator[tuple[str, str]]:
    """Which items came, went, changed, or have another number, each known again by its words or else by its name."""
    by_words = {words: name for name, (words, _) in sorted(old.items()) if old[name] != new.get(name)}
    # By its words where those stood elsewhere, else by its name.
    was = {n: by_words[words] for n, (words, _) in new.items() if words in by_words and words != _words(old, n)}
    taken = set(was.values())
    was |= {name: name for name in new if name in old and name not in was and name not in taken}
    for name in sorted(new):
        if name not in was:
            yield "added", name
        elif was[name] != name:
            yield "moved", name
        elif old[name] != new[name]:
            yield "changed", name
    for name in sorted(old.keys() - new.keys() - set(was.values())):
        yield "removed", name


def _words(said: _Said, name: str) -> _Facts | None:
    return said[name][0] if name in said else None


def _state(text: str) -> State | None:
    nquads = _nquads(text)
    return State(quads(nquads), frozenset()) if nquads is not None else None


def _nquads(text: str) -> bytes | None:
    """A TriG text as N-Quads; None where it is none."""
    store = EmbeddedStore()
    with TemporaryDirectory(prefix="svngraph-") as folder:
        path = Path(folder) / "data.trig"
        path.write_text(text, "utf-8")
        try:
            store.load(path)
        except InputError:
            return None
    return store.dump()
