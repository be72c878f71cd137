"""Traces generated graphs of several sizes, and gives the smallest to two peers, in one run.

    python bench/tracing.py --items 5000 100000 1000000         (each measurement in a process of its own)
    python bench/tracing.py --folder DIR --task svngraph        (this process only, one line of JSON)

For svngraph: reading the files; the closure of all outcomes up to all goals, the three coverages of three levels and
all findings, once loaded; and the paged HTML matrix and the workbook of the whole chain, with and without the reading.
The findings must be those that ``tracing_data.py`` planted, and the direct gaps those that LOBSTER finds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import tracing_data as data
import tracing_peers as peers

SMALL = 5_000
LARGEST_BOOK = 200_000
PLANTED = ("orphan", "dangling", "circle", "unwanted")


def run_svngraph(folder: Path) -> dict[str, object]:
    """Seconds for each step of svngraph over a generated folder, and what it found."""
    from svngraph import resources
    from svngraph.columns import Snapshot
    from svngraph.namespaces import Names
    from svngraph.tracing import snapshots
    from svngraph.tracing.coverage import MEANINGS, cover
    from svngraph.tracing.findings import findings
    from svngraph.tracing.reach import closure

    times = {}
    start = time.perf_counter()
    snapshot = Snapshot.of_files([*resources.rdf_files(resources.ontology_folder()), folder / "plans.nt"])
    columns = snapshots.read(snapshot, Names())
    times["load"] = time.perf_counter() - start
    loaded = time.process_time()
    goal, outcome = columns.level_of("goal"), columns.level_of("outcome")
    start = time.perf_counter()
    wanted = columns.level == columns.number(goal)
    pairs = closure(columns.source, columns.target, columns.weakness, len(columns), columns.at(outcome), wanted)
    times["closure"] = time.perf_counter() - start
    start = time.perf_counter()
    coverages = {key: cover(columns, columns.level_of(key), outcome) for key in ("goal", "heading", "activity")}
    counts = {key: [seen.count(meaning) for meaning in MEANINGS] for key, seen in coverages.items()}
    times["coverage"] = time.perf_counter() - start
    start = time.perf_counter()
    kinds = Counter(finding.kind for finding in findings(columns))
    times["findings"] = time.perf_counter() - start
    computed = time.process_time() - loaded
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    gaps = _direct_gaps(columns)
    (folder / "gaps.json").write_text(json.dumps(sorted(gaps)), encoding="utf-8")
    return {
        "items": len(columns),
        "links": int(columns.source.size),
        "triples": len(snapshot),
        **{name: round(seconds, 3) for name, seconds in times.items()},
        "once_loaded": round(sum(times.values()) - times["load"], 3),
        "once_loaded_cpu": round(computed, 3),
        "pairs": len(pairs),
        "coverages": counts,
        "findings_by_kind": dict(kinds),
        "exact": all(kinds.get(kind, 0) == planted[kind] for kind in PLANTED),
        "direct_gaps": len(gaps),
    }


def _direct_gaps(columns: object) -> peers.GapsFound:
    from svngraph.tracing.coverage import cover
    from svngraph.tracing.findings import findings, qualified

    outcome = columns.level_of("outcome")  # type: ignore[attr-defined] # the columns are loaded on demand
    # As above: the columns are loaded on demand, and typed as any object.
    gaps = {(qualified(finding.iri), "up") for finding in findings(columns) if finding.kind == "orphan"}  # type: ignore[arg-type]
    for key in data.LEVELS[:-1]:
        seen = cover(columns, columns.level_of(key), outcome)  # type: ignore[arg-type, attr-defined] # the same
        bare = seen.items[~seen.direct].tolist()
        gaps |= {(qualified(iri), "down") for iri in columns.iris(bare)}  # type: ignore[attr-defined] # the same
    return gaps


def run_matrix(folder: Path, form: str) -> dict[str, object]:
    """Seconds from files to the matrix of the whole chain, as the command line makes it."""
    out = folder / f"matrix.{form}"
    command = [sys.executable, "-m", "svngraph", "matrix", *data.LEVELS, "--data", str(_data(folder))]
    start = time.perf_counter()
    subprocess.run([*command, "--format", form, "--out", str(out)], check=True)
    files = list(folder.glob(f"matrix*.{form}"))
    seconds = round(time.perf_counter() - start, 3)
    return {"from_files": seconds, "files": len(files), "megabytes": sum(f.stat().st_size for f in files) // 1_000_000}


def run_commands(folder: Path) -> dict[str, object]:
    """Wall and processor seconds of whole commands: over everything from files, and of one item of a folder store."""
    store = folder / "store"
    tool = [sys.executable, "-m", "svngraph"]
    from_files = ["--data", str(_data(folder))]
    subprocess.run([*tool, "build", *from_files, "--store", str(store)], check=True, capture_output=True)
    commands = {
        "coverage": ["coverage", *from_files, "--format", "json"],
        "gaps": ["gaps", *from_files, "--format", "json"],
        "findings": ["findings", *from_files, "--format", "json"],
        "trace_stored": ["trace", "ac0000007", "--store", str(store), "--format", "json"],
        "impact_stored": ["impact", "go0000007", "--store", str(store), "--format", "json"],
        "coverage_stored": ["coverage", "--store", str(store), "--format", "json"],
    }
    found: dict[str, object] = {}
    for name, command in commands.items():
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([*tool, *command], check=True, stdout=subprocess.DEVNULL)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found[name] = [round(seconds, 2), round(cpu, 2)]
    return found


def _data(folder: Path) -> Path:
    """The folder with nothing but the generated graph, which a command may be given."""
    (folder / "data").mkdir(exist_ok=True)
    if not (folder / "data" / "plans.nt").exists():
        (folder / "data" / "plans.nt").symlink_to(folder / "plans.nt")
    return folder / "data"


def run_lobster(folder: Path) -> dict[str, object]:
    """Seconds for LOBSTER over a generated folder, and whether its direct gaps are svngraph's."""
    command = peers.executable("lobster-report")
    if command is None:
        return {"skipped": "lobster-report is not installed"}
    start = time.perf_counter()
    peers.run_lobster(folder / "lobster", command)
    seconds = round(time.perf_counter() - start, 3)
    found = peers.read_lobster(folder / "lobster")
    ours = {(item, way) for item, way in json.loads((folder / "gaps.json").read_text(encoding="utf-8"))}
    return {"seconds": seconds, "direct_gaps": len(found), "same_gaps": found == ours}


def run_strictdoc(folder: Path) -> dict[str, object]:
    """Seconds for StrictDoc over a generated folder."""
    command = peers.executable("strictdoc")
    if command is None:
        return {"skipped": "strictdoc is not installed"}
    start = time.perf_counter()
    peers.run_strictdoc(folder / "strictdoc", command)
    return {"seconds": round(time.perf_counter() - start, 3)}


TASKS = {
    "svngraph": run_svngraph,
    "commands": run_commands,
    "html": lambda folder: run_matrix(folder, "html"),
    "xlsx": lambda folder: run_matrix(folder, "xlsx"),
    "lobster": run_lobster,
    "strictdoc": run_strictdoc,
}


def measure(folder: Path, task: str) -> dict[str, object]:
    """One task in this process: its figures, the processor time and the memory, children included."""
    figures = TASKS[task](folder)
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return {"task": task, **figures, "cpu": round(cpu, 2), "rss_mb": max(usage.ru_maxrss for usage in usages) // 1024}


def prepare(size: int, folder: Path) -> None:
    """Write a graph for svngraph, and for the peers where it is small; those get the graph without planted defects."""
    small = size <= SMALL
    plain = data.graph(size, defects=not small)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "plans.nt").open("w", encoding="utf-8") as file:
        file.writelines(data.lines(plain))
    planted = {kind: plain.planted.get(kind, 0) for kind in PLANTED}
    (folder / "planted.json").write_text(json.dumps(planted), encoding="utf-8")
    if small:
        peers.write_lobster(plain.items, plain.links, folder / "lobster")
        peers.write_strictdoc(plain.items, plain.links, folder / "strictdoc")


def main() -> None:
    """Read the command line; run one task here, or every size and peer, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, nargs="+", default=[SMALL, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--task", choices=TASKS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(measure(options.folder, options.task)))
        return
    for size in options.items:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            prepare(size, folder)
            tasks = ["svngraph", "html", *(["xlsx", "commands"] if size <= LARGEST_BOOK else [])]
            for task in [*tasks, *(["lobster", "strictdoc"] if size <= SMALL else [])]:
                command = [sys.executable, __file__, "--folder", str(folder), "--task", task]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"{size} {task}: failed\n{done.stderr}", file=sys.stderr)
                    continue
                print(json.dumps({"size": size, **json.loads(done.stdout)}), flush=True)


if __name__ == "__main__":
    main()
