"""The same dataset on every kind of store: load, eight traceability queries, validation and coverage, in one run.

    python bench/stores.py --triples 200000 2000000             (Markdown on stdout, one line of JSON a step on stderr)
    python bench/stores.py --triples 200000 --places folder oxigraph --longest 300

The data are those of ``generate.py``, cut into twenty files (``--files``). Each step is a process of its own and is
ended after ``--longest`` seconds. The answers must be the same everywhere; where they differ, a line says so.
``bulk_load`` is pyoxigraph's own over the same files, ``rdflib`` the same quads in one graph, with pySHACL.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "stores")]
PLACES = ("bulk_load", "memory", "folder", "oxigraph", "virtuoso", "rdflib")
RUNS = 5
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


def step_rdflib(_place: str, data: str) -> dict[str, object]:
    """What rdflib needs for the same quads: parsing, and the queries once each."""
    import rdflib

    started = time.perf_counter()
    graph = rdflib.Graph().parse(data, format="nt")
    loaded = time.perf_counter() - started
    return {"load": loaded, "quads": len(graph), **_ask(lambda query: [tuple(row) for row in graph.query(query)], 1)}


def _text(name: str) -> str:
    return f"PREFIX svn: <{SVN}>\n{QUERIES[name]}"


def _ask(select: object, runs: int = RUNS) -> dict[str, object]:
    times, answers = {}, {}
    for name in QUERIES:
        spent = []
        for _ in range(runs):
            started = time.perf_counter()
            rows = select(_text(name))  # type: ignore[operator] # a function of the query
            spent.append(time.perf_counter() - started)
        times[name], answers[name] = statistics.median(spent), digest(rows)
    return {"queries": times, "answers": answers}


def command(*args: str) -> list[str]:
    """The command line as a user runs it."""
    return [sys.executable, "-m", "svngraph", *args]


def timed(args: list[str], longest: float, environ: dict[str, str]) -> dict[str, object]:
    """What a process printed as JSON, with the seconds it took; ``over`` where it was ended."""
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            args, capture_output=True, text=True, timeout=longest, env={**os.environ, **environ}, cwd=HERE.parent
        )
    except subprocess.TimeoutExpired:
        return {"over": longest}
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found: dict[str, object] = {"seconds": time.perf_counter() - started, "cpu": cpu}
    try:
        found["said"] = json.loads(done.stdout)
    except ValueError:
        found["error"] = done.stderr.strip().splitlines()[-3:] or done.returncode
    return found


def own(step: str, place: str, data: str) -> list[str]:
    """One of the steps above, in a process of its own."""
    return [sys.executable, str(Path(__file__).resolve()), "--step", step, place, data]


@contextlib.contextmanager
def running(place: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a place and what must be in the environment, its server running where it has one."""
    if place == "memory":
        yield "memory", {}
    elif place in ("oxigraph", "virtuoso"):
        import servers

        options = {"buffers": 100_000, "rows": 100_000_000} if place == "virtuoso" else {}
        with getattr(servers, place)(folder / place, **options) as server:
            yield server.place, {**server.environ, "no_proxy": "127.0.0.1"}
    else:
        yield str(folder / place), {}


def measure(place: str, folder: Path, longest: float, triples: int) -> dict[str, object]:
    """Every step on one kind of store."""
    data = str(folder / "data")
    if place == "bulk_load":
        return {"load": timed(own("bulk_load", str(folder / place), data), longest, {})}
    if place == "rdflib":
        found = {"queries": timed(own("rdflib", "", str(folder / "all.nt")), longest, {})}
        if triples <= 500_000:
            files = ["--data", str(folder / "all.nt"), "--shapes", str(HERE / "shapes.ttl")]
            asked = command("validate", *files, "--engine", "pyshacl", "--format", "json")
            found["validate"] = _short(timed(asked, longest, {}))
        return found
    with running(place, folder) as (where, environ):
        told = ("--store", where, "--data", data, "--timeout", "600", "--format", "json")
        found = {"load": timed(own("load", where, data), longest, environ)}
        if place == "folder":
            found["rebuild"] = timed(own("rebuild", where, data), longest, environ)
        found["queries"] = timed(own("queries", where, data), longest, environ)
        found["validate"] = timed(own("validate", where, data), longest, environ)
        found["coverage"] = _short(timed(command("coverage", "--by", "year", *told), longest, environ))
        return found


def _short(found: dict[str, object]) -> dict[str, object]:
    """A step without the long answer: of that, only what tells whether it is the same."""
    said = found.pop("said", None)
    if isinstance(said, dict):
        same = {"results": len(said["results"])} if "results" in said else {"any": said["any"], "all": said["all"]}
        found["said"] = same
    return found


def prepare(folder: Path, triples: int, files: int) -> None:
    """The data in so many files, and all quads with what is inferred as one file of triples."""
    import generate

    from svngraph import pipeline
    from svngraph.settings import Settings

    (folder / "data").mkdir(parents=True)
    generate.generate(folder / "data.nt", triples)
    with (folder / "data.nt").open("rb") as file:
        lines = file.readlines()
    size = -(-len(lines) // files)
    for number in range(files):
        part = lines[number * size : (number + 1) * size]
        (folder / "data" / f"part{number:03}.nt").write_bytes(b"".join(part))
    store = pipeline.open_dataset(Settings(data=str(folder / "data")))
    with (folder / "all.nt").open("wb") as out:
        for line in store.dump().splitlines():
            out.write(line[: line.rindex(b" <")] + b" .\n" if line.endswith(b"> .") else line + b"\n")


def table(rows: dict[str, dict[str, object]], triples: int) -> str:
    """The figures of one size as Markdown."""

    def cell(found: object, *keys: str) -> str:
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return f"{found:.3g}" if isinstance(found, float | int) else "–"

    heads = ["", *rows]
    lines = [f"| {triples} |" + "".join(f" {name} |" for name in heads[1:]), "|---" * len(heads) + "|"]
    for label, keys in (
        ("files to store", ("load", "said", "files")),
        ("inference", ("load", "said", "infer")),
        ("load, whole", ("load", "said", "load")),
        ("files to store, processor", ("load", "said", "cpu", "files")),
        ("load, whole, processor", ("load", "said", "cpu", "load")),
        ("one file changed", ("rebuild", "said", "rebuild")),
        ("one file changed, processor", ("rebuild", "said", "cpu")),
        ("open to first answer", ("queries", "said", "first")),
    ):
        lines.append(f"| {label} |" + "".join(f" {cell(found, *keys)} |" for found in rows.values()))
    for name in QUERIES:
        cells = (cell(found, "queries", "said", "queries", name) for found in rows.values())
        lines.append(f"| {name} |" + "".join(f" {text} |" for text in cells))
    for label in ("validate", "coverage"):
        lines.append(f"| {label} |" + "".join(f" {cell(found, label, 'seconds')} |" for found in rows.values()))
    return "\n".join(lines)


def differences(rows: dict[str, dict[str, object]]) -> list[str]:
    """The queries, validations and coverages in which the places do not say the same."""
    wrong = []
    for name in QUERIES:
        said = {place: _said(found, "queries", "answers", name) for place, found in rows.items()}
        if len({answer for answer in said.values() if answer}) > 1:
            wrong.append(f"{name}: {said}")
    for step, key in (("validate", "results"), ("coverage", "any"), ("coverage", "all")):
        told = {place: json.dumps(_said(found, step, key)) for place, found in rows.items()}
        if len({answer for answer in told.values() if answer != "null"}) > 1:
            wrong.append(f"{step}: {told}")
    return wrong


def _said(found: dict[str, object], step: str, *keys: str) -> object:
    value: object = found.get(step)
    for key in ("said", *keys):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def main() -> None:
    """Read the command line; run one step here, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", nargs=3, metavar=("STEP", "PLACE", "DATA"))
    parser.add_argument("--triples", type=int, nargs="+", default=[200_000])
    parser.add_argument("--places", nargs="+", choices=PLACES, default=PLACES)
    parser.add_argument("--files", type=int, default=20, help="in how many files the data are")
    parser.add_argument("--longest", type=float, default=900)
    options = parser.parse_args()
    if options.step:
        name, place, data = options.step
        print(json.dumps(globals()[f"step_{name}"](place, data)))
        return
    for triples in options.triples:
        folder = Path(tempfile.mkdtemp(prefix="svngraph-bench-"))
        try:
            prepare(folder, triples, options.files)
            rows = {}
            for place in options.places:
                rows[place] = measure(place, folder, options.longest, triples)
                print(json.dumps({"triples": triples, "place": place, **rows[place]}), file=sys.stderr, flush=True)
            print(table(rows, triples), "", *(differences(rows) or ["every answer the same"]), "", sep="\n", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
