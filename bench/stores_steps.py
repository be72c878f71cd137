"""One step of ``stores.py``, in a process of its own: what it does at a place, and how long that took, as JSON.

python bench/stores_steps.py STEP PLACE DATA
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
# Each query is asked so many times, or until so many seconds have gone by.
RUNS, ENOUGH = 5, 10.0
SVN, ID = "https://w3id.org/svngraph/def/", "https://w3id.org/svngraph/id/"
QUERIES = {
    "activities by plan": """SELECT ?plan (COUNT(DISTINCT ?a) AS ?n) {
        ?a a svn:Activity ; svn:inPlan ?plan } GROUP BY ?plan""",
    "chain up": f"SELECT DISTINCT ?x {{ <{ID}report-outcome/r3-2023-07> svn:tracesTo+ ?x }}",
    "chain down": f"SELECT DISTINCT ?x {{ ?x svn:tracesTo+ <{ID}heading/r3-4> }}",
    "not reported": """SELECT (COUNT(DISTINCT ?a) AS ?n) {
        ?a a svn:Activity FILTER NOT EXISTS { ?e svn:reportsOn ?a } }""",
    "what a goal gathers": f"""SELECT (COUNT(DISTINCT ?a) AS ?n) {{
        {{ SELECT DISTINCT ?a {{ ?a svn:tracesTo+ <{ID}goal/r3-1> }} }} ?a a svn:Outcome }}""",
    "outcomes by unit": "SELECT ?u (COUNT(DISTINCT ?o) AS ?n) { ?o svn:outcomeOf ?e ; svn:unit ?u } GROUP BY ?u",
    "continued twice": """SELECT (COUNT(DISTINCT ?a) AS ?n) {
        ?a svn:continues ?b . ?b svn:continues ?c . ?c svn:inPlan ?p }""",
    "a group's work": f"""SELECT DISTINCT ?a ?s {{
        ?a svn:assignedTo <{ID}organisation/r3-5> . ?e svn:reportsOn ?a ; svn:status ?s }}""",
}


def digest(rows: list[tuple[object, ...]]) -> str:
    """What an answer says, whatever its order."""
    return hashlib.sha256("\n".join(sorted(" ".join(map(str, row)) for row in rows)).encode()).hexdigest()[:12]


def step_load(place: str, data: str) -> dict[str, object]:
    """Seconds to read the files, to infer, and until the dataset is in force."""
    from svngraph import pipeline
    from svngraph.settings import Settings

    started, at, cpu = time.perf_counter(), {}, {}

    def watch(word: str, _done: int, _of: int) -> None:
        at[word], cpu[word] = time.perf_counter() - started, time.process_time()

    built = pipeline.build(Settings(store=place, data=data), watch)
    whole = time.perf_counter() - started
    spent = {"files": cpu["load"], "infer": cpu["infer"] - cpu["load"], "load": time.process_time()}
    return {
        "files": at["load"],
        "infer": at["infer"] - at["load"],
        "load": whole,
        "cpu": spent,
        "quads": built.quads,
    }


def step_bulk_load(place: str, data: str) -> dict[str, object]:
    """The same with pyoxigraph alone, which infers nothing and writes nothing down."""
    import pyoxigraph

    started = time.perf_counter()
    store = pyoxigraph.Store(place)
    for path in sorted(Path(data).glob("*.nt")):
        graph = pyoxigraph.NamedNode(f"http://example.org/{path.stem}")
        store.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph)
    loaded, spent = time.perf_counter() - started, time.process_time()
    store.flush()
    store.optimize()
    cpu = {"files": spent, "load": time.process_time()}
    return {"files": loaded, "load": time.perf_counter() - started, "cpu": cpu, "quads": len(store)}


def step_rebuild(place: str, data: str) -> dict[str, object]:
    """Seconds until the dataset is up to one file in which one name has changed; the median of three changes."""
    from svngraph.settings import Settings
    from svngraph.upkeep.incremental import rebuild

    file, spent, cpu = sorted(Path(data).glob("*.nt"))[1], [], []
    text = file.read_text("utf-8")
    at = text.index('"@sv .')
    for word in (" a", " b", " c"):
        file.write_text(text[:at] + word + text[at:], "utf-8")
        started, before = time.perf_counter(), time.process_time()
        assert rebuild(Settings(store=place, data=data), lambda _step, _done, _of: None).loaded == 1
        spent.append(time.perf_counter() - started)
        cpu.append(time.process_time() - before)
    file.write_text(text, "utf-8")
    return {"rebuild": statistics.median(spent), "cpu": statistics.median(cpu), "quads": text.count("\n")}


def step_queries(place: str, data: str) -> dict[str, object]:
    """Seconds from opening to the first answer, and the median of each query."""
    from svngraph import pipeline
    from svngraph.settings import Settings

    settings = Settings(store=place, data=data, timeout=300)
    started = time.perf_counter()
    store = pipeline.open_dataset(settings)
    store.select(_text("chain up"))
    first = time.perf_counter() - started
    return {"first": first, **_ask(lambda query: list(store.select(query).rows))}


def step_validate(place: str, data: str) -> dict[str, object]:
    """How many results the shapes have, in the store where it is a server, else over columns."""
    from datetime import date

    from svngraph import pipeline
    from svngraph.settings import Settings

    store = pipeline.open_dataset(Settings(store=place, data=data, timeout=600))
    started = time.perf_counter()
    report = pipeline.validate_store(store, [HERE / "shapes.ttl"], date(2026, 11, 22))
    return {"validate": time.perf_counter() - started, "results": len(report.results)}


def step_memory(place: str, data: str) -> dict[str, object]:
    """Loading, the queries and the validation in one process, since memory ends with it."""
    from datetime import date

    from svngraph import pipeline
    from svngraph.settings import Settings

    started = time.perf_counter()
    store = pipeline.open_dataset(Settings(store=place, data=data))
    loaded, spent = time.perf_counter() - started, time.process_time()
    store.select(_text("chain up"))
    first, asked = time.perf_counter() - started, _ask(lambda query: list(store.select(query).rows))
    started = time.perf_counter()
    report = pipeline.validate_store(store, [HERE / "shapes.ttl"], date(2026, 11, 22))
    validated = {"validate": time.perf_counter() - started, "results": len(report.results)}
    return {"load": loaded, "cpu": {"load": spent}, "first": first, **asked, **validated}


def step_rdflib(_place: str, data: str) -> dict[str, object]:
    """What rdflib needs for the same quads: parsing, the queries once each, and the least that coverage says."""
    import rdflib

    started = time.perf_counter()
    graph = rdflib.Graph().parse(data, format="nt")
    loaded = time.perf_counter() - started
    asked = _ask(lambda query: [tuple(row) for row in graph.query(query)], 1)
    # Of the three meanings of coverage the one that needs no more than a walk. A query takes the square of the size.
    started = time.perf_counter()
    svn = rdflib.Namespace(SVN)
    outcomes = {*graph.subjects(rdflib.RDF.type, svn.Outcome)}
    activities = {*graph.subjects(rdflib.RDF.type, svn.Activity)}
    reached = sum(not outcomes.isdisjoint(graph.transitive_subjects(svn.tracesTo, one)) for one in activities)
    covered = {"coverage": time.perf_counter() - started, "any": {"count": reached, "share": reached / len(activities)}}
    return {"load": loaded, "quads": len(graph), **asked, "covered": covered}


def _text(name: str) -> str:
    return f"PREFIX svn: <{SVN}>\n{QUERIES[name]}"


def _ask(select: object, runs: int = RUNS) -> dict[str, object]:
    times, answers = {}, {}
    for name in QUERIES:
        spent: list[float] = []
        while len(spent) < runs and sum(spent) < ENOUGH:
            started = time.perf_counter()
            rows = select(_text(name))  # type: ignore[operator] # a function of the query
            spent.append(time.perf_counter() - started)
        times[name], answers[name] = statistics.median(spent), digest(rows)
    return {"queries": times, "answers": answers}


if __name__ == "__main__":
    name, *told = sys.argv[1:]
    print(json.dumps(globals()[f"step_{name}"](*told)))
