"""Times single edits of a validated dataset: what is looked at again, and for how long.

python bench/incremental.py DATA.nt
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from rdflib import Literal, Namespace, URIRef
from rdflib.namespace import RDF, XSD

from svngraph.columns import Snapshot
from svngraph.validation.incremental import IncrementalValidation
from svngraph.validation.sources import read_shapes

SVN = Namespace("https://w3id.org/svngraph/def/")
ID = "https://w3id.org/svngraph/id/"


def edits() -> dict[str, list[tuple[list[tuple], list[tuple]]]]:
    """Kinds of edit, each as some (added, removed) pairs on the first regions."""

    def node(kind: str, region: int, key: str) -> URIRef:
        return URIRef(f"{ID}{kind}/r{region}-{key}")

    rows: dict[str, list[tuple[list[tuple], list[tuple]]]] = {}
    for region in range(10):
        activity = node("activity", region, "2022-05")
        date = Literal("2031-01-01", datatype=XSD.date)
        entry = node("report-entry", region, "2022-05")
        goal = (node("focus-area", region, "1"), SVN.serves, node("goal", region, "1"))
        heading = (node("heading", region, "5"), SVN.subItemOf, node("heading", region, "1"))
        rows.setdefault("a date of one activity", []).append(([(activity, SVN.validFrom, date)], []))
        rows.setdefault("a report entry goes", []).append(([], [(entry, SVN.reportsOn, activity)]))
        rows.setdefault("a focus area loses its goal", []).append(([], [goal]))
        rows.setdefault("a heading moves", []).append(
            ([(heading[0], SVN.subItemOf, node("heading", region, "2"))], [heading])
        )
        rows.setdefault("a node becomes an activity", []).append(([(entry, RDF.type, SVN.Activity)], []))
    return rows


def main() -> None:
    """Read the command line, load, validate, and time each kind of edit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    shapes = read_shapes([Path(__file__).parent / "shapes.ttl"])
    started = time.perf_counter()
    kept = IncrementalValidation(Snapshot.of_files([options.data]), shapes)
    print(f"loaded and validated in {time.perf_counter() - started:.2f} s: {len(kept.report().results)} results")
    for kind, pairs in edits().items():
        times, spent, foci = [], [], []
        for added, removed in pairs:
            started, worked = time.perf_counter(), time.process_time()
            kept.apply(added, removed)
            times.append(1000 * (time.perf_counter() - started))
            spent.append(1000 * (time.process_time() - worked))
            foci.append(sum(kept.looked_at.values()))
        print(
            f"{kind:>30}: median {statistics.median(times):8.2f} ms, worst {max(times):8.2f} ms, "
            f"processor {statistics.median(spent):6.2f} ms, foci {max(foci)}"
        )


if __name__ == "__main__":
    main()
