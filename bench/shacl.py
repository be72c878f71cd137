"""Validates one file with one engine and prints what it cost; or runs all of them, each in a process of its own.

    python bench/shacl.py DATA.nt                       (columnar, sparql, pyshacl and pyrudof, with ratios)
    python bench/shacl.py DATA.nt --engine columnar     (this process only, one line of JSON)

The counts of results by shape must be those that ``generate.py`` planted; a run with other counts says so and fails.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

START = time.perf_counter()
SHAPES = Path(__file__).parent / "shapes.ttl"
ENGINES = ("parse", "columnar", "sparql", "pyshacl", "pyrudof")


def run_svngraph(data: Path, engine: str) -> tuple[float, float, Counter[str]]:
    """Seconds to load and to validate with svngraph, and the results by shape."""
    from svngraph.columns import Snapshot
    from svngraph.validation import validate
    from svngraph.validation.sources import read_shapes

    shapes, started = read_shapes([SHAPES]), time.perf_counter()
    source = _store(data) if engine == "sparql" else Snapshot.of_files([data])
    loaded = time.perf_counter()
    report = validate(source, shapes, engine="sparql" if engine == "sparql" else "columnar")
    counts = Counter(str(result.source_shape) for result in report.results)
    return loaded - started, time.perf_counter() - loaded, counts


def _store(data: Path) -> object:
    from svngraph.store.embedded import EmbeddedStore

    store = EmbeddedStore()
    store.load(data)
    return store.select


def run_parse(data: Path) -> tuple[float, float, Counter[str]]:
    """Seconds to do nothing but parse the file with the fastest parser: the floor."""
    import pyoxigraph

    started = time.perf_counter()
    for _ in pyoxigraph.parse(path=str(data)):
        pass
    return time.perf_counter() - started, 0.0, Counter()


def run_pyshacl(data: Path) -> tuple[float, float, Counter[str]]:
    """The same with pySHACL over rdflib."""
    import rdflib
    from pyshacl import validate
    from rdflib.namespace import SH

    rdflib.NORMALIZE_LITERALS = False
    started = time.perf_counter()
    graph, shapes = rdflib.Graph().parse(data), rdflib.Graph().parse(SHAPES)
    loaded = time.perf_counter()
    report = validate(graph, shacl_graph=shapes, advanced=True, inplace=True)[1]
    counts = Counter(str(shape) for shape in report.objects(None, SH.sourceShape))
    return loaded - started, time.perf_counter() - loaded, counts


def run_pyrudof(data: Path) -> tuple[float, float, Counter[str]]:
    """The same with pyrudof's native engine, which leaves sh:sparql out."""
    import pyrudof

    started = time.perf_counter()
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data, format=pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(SHAPES)
    loaded = time.perf_counter()
    report = rudof.validate_shacl()
    counts = Counter(str(entry.source_shape) for entry in report)
    return loaded - started, time.perf_counter() - loaded, counts


def measure(data: Path, engine: str) -> dict[str, object]:
    """One run in this process."""
    runs = {"parse": run_parse, "pyshacl": run_pyshacl, "pyrudof": run_pyrudof}
    run = runs.get(engine)
    load, validation, counts = run(data) if run else run_svngraph(data, engine)
    wall = time.perf_counter() - START
    usage = resource.getrusage(resource.RUSAGE_SELF)
    found = {shape.rpartition("/")[2].strip("<>"): count for shape, count in sorted(counts.items())}
    planted = json.loads(data.with_suffix(".json").read_text(encoding="utf-8"))
    triples = planted.pop("triples")
    return {
        "engine": engine,
        "triples": triples,
        "load": round(load, 3),
        "validate": round(validation, 3),
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
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.data, options.engine)))
        return
    rows = []
    for engine in options.engines:
        command = [sys.executable, __file__, str(options.data), "--engine", engine]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - started
        if done.returncode:
            print(f"{engine}: failed\n{done.stderr}", file=sys.stderr)
            continue
        # The whole process, interpreter and imports included.
        rows.append(json.loads(done.stdout) | {"process": round(wall, 3)})
        print(json.dumps(rows[-1]), flush=True)
    compare(rows)


def compare(rows: list[dict[str, object]]) -> None:
    """Print how many times faster svngraph is than each other engine."""
    ours = next((row for row in rows if row["engine"] == "columnar"), None)
    for row in rows if ours else []:
        # The row is of a run that succeeded.
        whole, alone = (float(str(row[key])) / float(str(ours[key])) for key in ("process", "validate"))  # type: ignore[index]
        print(f"{row['engine']:>10}: whole process {whole:7.1f} x, validation alone {alone:7.1f} x")


if __name__ == "__main__":
    main()
