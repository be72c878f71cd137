"""The same dataset on every kind of store: load, eight traceability queries, validation and coverage, in one run.

    python bench/stores.py --triples 200000 2000000             (Markdown on stdout, one line of JSON a step on stderr)
    python bench/stores.py --triples 2000000 --longest 900      (about 40 minutes on two cores that do nothing else)
    python bench/stores.py --triples 200000 --places folder oxigraph

The data are those of ``generate.py``, cut into twenty files (``--files``). Each step is a process of its own, in memory
all of them are one, and is ended after ``--longest`` seconds: the table then says "over". The answers must be the same
everywhere; where they differ, a line says so. ``bulk_load`` is pyoxigraph's own over the same files, ``rdflib`` the
same quads in one graph, with pySHACL.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from stores_steps import QUERIES

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "stores")]
PLACES = ("bulk_load", "memory", "folder", "oxigraph", "virtuoso", "rdflib")


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
    """A step in a process of its own."""
    return [sys.executable, str(HERE / "stores_steps.py"), step, place, data]


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


def measure(place: str, folder: Path, longest: float) -> dict[str, object]:
    """Every step on one kind of store."""
    data = str(folder / "data")
    if place == "bulk_load":
        return {"load": timed(own("bulk_load", str(folder / place), data), longest, {})}
    if place == "rdflib":
        write_all(folder)
        found = {"queries": timed(own("rdflib", "", str(folder / "all.nt")), longest, {})}
        covered = found["queries"].get("said", {}).pop("covered", None)
        found["coverage"] = {"said": covered} if covered else found["queries"]
        files = ["--data", str(folder / "all.nt"), "--shapes", str(HERE / "shapes.ttl")]
        asked = command("validate", *files, "--engine", "pyshacl", "--format", "json")
        found["validate"] = _short(timed(asked, longest, {}))
        return found
    with running(place, folder) as (where, environ):
        told = ("--store", where, "--data", data, "--timeout", "600", "--format", "json")
        if place == "memory":
            found = dict.fromkeys(("load", "queries", "validate"), timed(own("memory", where, data), longest, environ))
        else:
            steps = ("load", *(("rebuild",) if place == "folder" else ()), "queries", "validate")
            found = {step: timed(own(step, where, data), longest, environ) for step in steps}
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
    """The data in so many files."""
    import generate

    (folder / "data").mkdir(parents=True)
    generate.generate(folder / "data.nt", triples)
    with (folder / "data.nt").open("rb") as file:
        lines = file.readlines()
    size = -(-len(lines) // files)
    for number in range(files):
        part = lines[number * size : (number + 1) * size]
        (folder / "data" / f"part{number:03}.nt").write_bytes(b"".join(part))


def write_all(folder: Path) -> None:
    """All quads with what is inferred as one file of triples: from the folder store where there is one, else anew."""
    from svngraph import pipeline
    from svngraph.settings import Settings

    place = str(folder / "folder") if (folder / "folder").is_dir() else "memory"
    store = pipeline.open_dataset(Settings(store=place, data=str(folder / "data")))
    with (folder / "all.nt").open("wb") as out:
        for line in store.dump().splitlines():
            out.write(line[: line.rindex(b" <")] + b" .\n" if line.endswith(b"> .") else line + b"\n")


def table(rows: dict[str, dict[str, object]], triples: int) -> str:
    """The figures of one size as Markdown."""

    def cell(found: object, *keys: str) -> str:
        for key in keys:
            if isinstance(found, dict) and "over" in found:
                return f"over {found['over']:.0f}"
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
        # Where a command of its own was run, all of it counts.
        ways = (("said", label) if label in (_said(found, label) or ()) else ("seconds",) for found in rows.values())
        cells = (cell(found, label, *way) for found, way in zip(rows.values(), ways, strict=True))
        lines.append(f"| {label} |" + "".join(f" {text} |" for text in cells))
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
    parser.add_argument("--triples", type=int, nargs="+", default=[200_000])
    parser.add_argument("--places", nargs="+", choices=PLACES, default=PLACES)
    parser.add_argument("--files", type=int, default=20, help="in how many files the data are")
    parser.add_argument("--longest", type=float, default=900)
    options = parser.parse_args()
    for triples in options.triples:
        folder = Path(tempfile.mkdtemp(prefix="svngraph-bench-"))
        try:
            prepare(folder, triples, options.files)
            rows = {}
            for place in options.places:
                rows[place] = measure(place, folder, options.longest)
                print(json.dumps({"triples": triples, "place": place, **rows[place]}), file=sys.stderr, flush=True)
            print(table(rows, triples), "", *(differences(rows) or ["every answer the same"]), "", sep="\n", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
