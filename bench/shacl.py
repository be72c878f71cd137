"""Validates one file with one engine and prints what it cost; or runs all of them, each in a process of its own.

    python bench/shacl.py DATA.nt                       (every engine, with ratios)
    python bench/shacl.py DATA.nt --runs 3              (each three times by turns, and the least of each time)
    python bench/shacl.py DATA.nt --engine columnar     (this process only, one line of JSON)

The counts of results by shape must be those that ``generate.py`` planted; a run with other counts says so and fails.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

START = time.perf_counter()
SHAPES = Path(__file__).parent / "shapes.ttl"
ENGINES = ("parse", "command", "columnar", "sparql", "pyshacl", "pyrudof")
TIMES = ("load", "load_cpu", "validate", "validate_cpu", "process", "cpu")
Mark = tuple[float, float]
Run = tuple[list[Mark], Counter[str]]


def now() -> Mark:
    """The wall clock and the processor time of this process."""
    return time.perf_counter(), time.process_time()


def run_svngraph(data: Path, engine: str) -> Run:
    """When svngraph began, had loaded and had validated, and the results by shape."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command sets it
    from svngraph.columns import Snapshot
    from svngraph.validation import validate
    from svngraph.validation.sources import read_shapes

    shapes, started = read_shapes([SHAPES]), now()
    source = _store(data) if engine == "sparql" else Snapshot.of_files([data])
    loaded = now()
    report = validate(source, shapes, engine="sparql" if engine == "sparql" else "columnar")
    counts = Counter(str(result.source_shape) for result in report.results)
    return [started, loaded, now()], counts


def _store(data: Path) -> object:
    from svngraph.store.embedded import EmbeddedStore

    store = EmbeddedStore()
    store.load(data)
    return store.select


def run_parse(data: Path) -> Run:
    """The same for doing nothing but parse the file with the fastest parser: the floor."""
    import pyoxigraph

    started = now()
    for _ in pyoxigraph.parse(path=str(data)):
        pass
    return [started, now()], Counter()


def run_command(data: Path) -> Run:
    """The command as a user runs it; what is measured is all of it."""
    command = [sys.executable, "-m", "svngraph", "validate", "--data", str(data), "--shapes", str(SHAPES)]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["results"]
    return [], Counter(str(result["sourceShape"]) for result in results)


def run_pyshacl(data: Path) -> Run:
    """The same with pySHACL over rdflib."""
    import rdflib
    from pyshacl import validate
    from rdflib.namespace import SH

    rdflib.NORMALIZE_LITERALS = False
    started = now()
    graph, shapes = rdflib.Graph().parse(data), rdflib.Graph().parse(SHAPES)
    loaded = now()
    report = validate(graph, shacl_graph=shapes, advanced=True, inplace=True)[1]
    counts = Counter(str(shape) for shape in report.objects(None, SH.sourceShape))
    return [started, loaded, now()], counts


def run_pyrudof(data: Path) -> Run:
    """The same with pyrudof's native engine, which leaves sh:sparql out."""
    import pyrudof

    started = now()
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data, format=pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(SHAPES)
    loaded = now()
    report = rudof.validate_shacl()
    counts = Counter(str(entry.source_shape) for entry in report)
    return [started, loaded, now()], counts


def measure(data: Path, engine: str) -> dict[str, object]:
    """One run in this process."""
    runs = {"parse": run_parse, "command": run_command, "pyshacl": run_pyshacl, "pyrudof": run_pyrudof}
    run = runs.get(engine)
    marks, counts = run(data) if run else run_svngraph(data, engine)
    spent = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(marks)] + [(0.0, 0.0)] * 2
    wall = time.perf_counter() - START
    # The command is a process of this one, and its own beginning is no part of it.
    usage = resource.getrusage(resource.RUSAGE_CHILDREN if engine == "command" else resource.RUSAGE_SELF)
    found = {shape.rpartition("/")[2].strip("<>"): count for shape, count in sorted(counts.items())}
    planted = json.loads(data.with_suffix(".json").read_text(encoding="utf-8"))
    triples = planted.pop("triples")
    return {
        "engine": engine,
        "triples": triples,
        "load": round(spent[0][0], 3),
        "load_cpu": round(spent[0][1], 3),
        "validate": round(spent[1][0], 3),
        "validate_cpu": round(spent[1][1], 3),
        "process": round(wall, 3),
        "cpu": round(usage.ru_utime + usage.ru_stime, 3),
        "rss_mb": usage.ru_maxrss // 1024,
        "results": sum(found.values()),
        "exact": found == planted,
        "difference": {
            name: [found.get(name, 0), planted.get(name, 0)]
            for name in {*found, *planted}
            if found.get(name, 0) != planted.get(name, 0)
        },
    }


def main() -> None:
    """Read the command line; run one engine here, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.data, options.engine)))
        return
    # As an installation does it; else a checkout may be compiled anew by each process.
    compileall.compile_dir(Path(__file__).parent.parent / "svngraph", quiet=1)
    best: dict[str, dict[str, object]] = {}
    for _ in range(options.runs):
        for engine in options.engines:
            row = measured_apart(options.data, engine)
            if row is not None:
                known = best.get(engine, row)
                best[engine] = row | {key: min(float(str(row[key])), float(str(known[key]))) for key in TIMES}
                print(json.dumps(row), flush=True)
    compare(best)


def measured_apart(data: Path, engine: str) -> dict[str, object] | None:
    """One run in a process of its own: interpreter and imports are part of it."""
    started = time.perf_counter()
    command = [sys.executable, __file__, str(data), "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - started
    if done.returncode:
        print(f"{engine}: failed\n{done.stderr}", file=sys.stderr)
        return None
    row: dict[str, object] = json.loads(done.stdout)
    return row if engine == "command" else row | {"process": round(wall, 3)}


def compare(rows: dict[str, dict[str, object]]) -> None:
    """Print the least of each time, and how many times that of the columnar engine it is."""
    ours = rows.get("columnar")
    for engine, row in rows.items():
        said = []
        for key in TIMES:
            own, other = float(str(row[key])), float(str(ours[key])) if ours else 0.0
            said.append(f"{key} {own:8.3f} s" + (f" ({own / other:5.1f} x)" if other else ""))
        print(f"{engine:>10}: {', '.join(said)}")


if __name__ == "__main__":
    main()
