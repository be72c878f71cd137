"""How fast documents are read, how much memory that takes, and what mutated documents do.

    python bench/ingest.py speed [PAGES]
    python bench/ingest.py fuzz [INPUTS]

``speed`` sets the reading of a PDF beside the library alone, and tells the memory per page. ``fuzz`` mutates a document
of every format and counts what is read, what is refused and what goes wrong.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "ingest"))

import documents
import pdfplumber
from test_hostile import mutated

from svngraph.errors import SvngraphError
from svngraph.ingest import profiles
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read

_SLOW = 20.0  # seconds that no small document may take


def speed(pages: int) -> None:
    """Print the processor seconds and the memory of reading a PDF with so many pages, and of the library alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = documents.pdf(Path(folder) / "plan.pdf", pages=pages)
        started = process_time()
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_words(extra_attrs=["size", "fontname"])
                page.close()
        alone = process_time() - started
        before = _memory()
        started = process_time()
        reading = read(path)
        seconds = process_time() - started
        print(f"pages {pages}, blocks {len(reading.blocks)}")
        print(f"library alone {alone:.2f} s, reading {seconds:.2f} s: {seconds / alone:.2f} times")
        grown = (_memory() - before) / pages / 1024
        print(f"{1000 * seconds / pages:.1f} ms a page; memory grew by {grown:.1f} kB a page")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fuzz(inputs: int) -> int:
    """Print what mutated documents do; the number of those that went wrong."""
    profile, chance, counts = profiles.load("activity-plan"), random.Random(7), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        whole = {name: write(Path(folder) / name).read_bytes() for name, write in documents.WRITERS.items()}
        names = list(whole)
        for number in range(inputs):
            name = names[number % len(names)]
            path = Path(folder) / f"mutated-{name}"
            path.write_bytes(mutated(whole[name], chance))
            started = perf_counter()
            try:
                propose(read(path, profile.options), profile, Known(), {"year": "2031"}).summary()
                counts["read"] += 1
            except SvngraphError:
                counts["refused"] += 1
            except Exception as error:
                counts["crashed"] += 1
                kept = Path(tempfile.gettempdir()) / f"crash-{number}-{name}"
                kept.write_bytes(path.read_bytes())
                print(f"{name}: {error!r}, kept as {kept}")
            if perf_counter() - started > _SLOW:
                counts["slow"] += 1
    print(dict(counts))
    return counts["crashed"] + counts["slow"]


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "speed"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else {"speed": 200, "fuzz": 1000}[what]
    sys.exit(fuzz(number) if what == "fuzz" else speed(number))
