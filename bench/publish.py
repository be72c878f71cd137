"""Publishing at national scale: things a second, each as two pages, Turtle and JSON-LD, beside plain rdflib.

    python bench/publish.py --jobs 2                            (100 000 things, some ten minutes on two cores)
    python bench/publish.py --triples 60000 --things 5000

About four things go to 33 triples, so that 1 000 000 triples are 100 000 things. ``generate.py`` writes the data.
Seconds are those of the clock and of the processors: the second say what the work costs where other programs run.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from generate import generate
from rdflib import Graph, URIRef
from svngraph.web.dataset import publish
from svngraph.web.site import Site, Thing

from svngraph import pipeline
from svngraph.publication.tree import Tree
from svngraph.settings import Settings

CHUNK = 200
_shared: tuple[Site, Tree] | None = None


def made(chunk: Sequence[Thing]) -> tuple[int, float, int]:
    """How many files a chunk gave, the processor's seconds, and the most memory of this process in MiB."""
    assert _shared is not None
    site, tree = _shared
    start, files = time.process_time(), 0
    part = tree.part()
    for file, octets in site.of_things(chunk, ("ttl", "jsonld"), ("item",)):
        if not file.startswith("id/"):
            part.put(file, octets)
            files += 1
    return files, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ours(site: Site, things: Sequence[Thing], jobs: int, out: Path) -> dict[str, object]:
    """Our figures: ``memoryMiB`` is the most that a process has had up to each tenth of the work."""
    global _shared
    _shared = (site, Tree(out, "bench"))
    chunks = [things[place : place + CHUNK] for place in range(0, len(things), CHUNK)]
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        done = list(pool.imap(made, chunks))
    seconds = time.perf_counter() - start
    processor = sum(spent for _files, spent, _memory in done)
    tenth = max(jobs, len(done) // 10)
    memory = [max(most for _files, _spent, most in done[at : at + tenth]) for at in range(0, len(done), tenth)]
    return {
        "things": len(things),
        "files": sum(files for files, _spent, _memory in done),
        "seconds": round(seconds, 1),
        "processorSeconds": round(processor, 1),
        "thingsPerSecond": round(len(things) / seconds),
        "thingsPerSecondOfProcessors": round(len(things) / processor * jobs),
        "millisecondsOfProcessorPerThing": round(1000 * processor / len(things), 2),
        "memoryMiB": memory,
    }


def plain_rdflib(nquads: Path, site: Site, things: Sequence[Thing]) -> dict[str, object]:
    """The same things in Turtle and JSON-LD by rdflib alone, without pages: what is said of each, what points to it."""
    whole = Graph()
    whole.parse(nquads, format="nt")
    start = time.process_time()
    for kind, key in things:
        iri = URIRef(site.data.names.thing(kind, key))
        part = Graph()
        for triple in (*whole.triples((iri, None, None)), *whole.triples((None, None, iri))):
            part.add(triple)
        part.serialize(format="turtle")
        part.serialize(format="json-ld")
    processor = time.process_time() - start
    return {
        "things": len(things),
        "processorSeconds": round(processor, 1),
        "thingsPerSecondOfProcessors": round(len(things) / processor * 2),
    }


def main() -> None:
    """Read the command line, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--things", type=int, default=100_000, help="how many of the things are published")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        generate(folder / "data" / "all.nt", options.triples)
        settings = Settings(data=str(folder / "data"))
        start = time.process_time()
        data = publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22))
        site = Site(data, settings.base)
        site.prepare()
        print(f"prepared in {time.process_time() - start:.1f} s of processor", file=sys.stderr)
        every = site.things()
        chosen = random.Random(1).sample(every, min(options.things, len(every)))
        found: dict[str, object] = {"thingsInAll": len(every), "load": os.getloadavg()[0]}
        found["svngraph"] = ours(site, chosen, options.jobs, folder / "out")
        found["rdflib"] = plain_rdflib(folder / "data" / "all.nt", site, chosen)
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
