"""How fast documents are read, how much memory that takes, and what mutated documents do.

    python bench/ingest.py speed [PAGES]
    python bench/ingest.py long [PAGES]
    python bench/ingest.py fuzz [INPUTS] [SEED]

``speed`` sets the reading of a PDF beside the library alone, and tells the memory per page. ``long`` writes a PDF of
headings, running text, lists and ruled tables, and takes it in as ``svngraph ingest`` does: time, and the memory of the
process that reads. ``fuzz`` mutates a document
of every format and counts what is read, what is refused and what goes wrong.
"""

from __future__ import annotations

import random
import resource
import subprocess
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
from svngraph.ingest.apart import Apart
from svngraph.ingest.linking.known import Known
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read
from svngraph.ingest.reading.limits import Limits

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


def long(pages: int) -> None:
    """Print the time that a long document takes from file to proposal, and the most memory of each process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        # In a process of its own, whose memory is not counted with this one's.
        subprocess.run([sys.executable, __file__, "prose", str(pages), str(path)], check=True)
        started, most = perf_counter(), dict[int, int]()
        with Apart(path, profiles.load("activity-plan").options, Limits()) as apart:

            def watch(done: int, _of: int) -> None:
                most[done // 100] = _highest(apart)

            apart.read(watch)
            read_in, reading = perf_counter() - started, _highest(apart)
            proposal = apart.propose(profiles.load("activity-plan"), Known(), {"year": "2031"})
        lifted = perf_counter() - started - read_in
        proposal.summary()
    characters = len(proposal.reading.text)
    print(f"{pages} pages, {characters} characters, {len(proposal.lifted.items)} items")
    print(f"read in {read_in:.1f} s, lifted in {lifted:.1f} s")
    print(f"kB at most: {reading} to read, by hundreds of pages {list(most.values())}")
    most_there = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"kB at most: {most_there} to read and lift, {_memory() // 1024} in the process that waits")


def _highest(apart: Apart) -> int:
    """The most memory that the other process has had. Units: kilobytes."""
    assert apart._process is not None
    status = Path(f"/proc/{apart._process.pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


def _prose(path: Path, pages: int) -> Path:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, ListItem, PageBreak, Paragraph, SimpleDocTemplate, Table

    chance, styles = random.Random(5), getSampleStyleSheet()
    words = [word for activities in documents.PLAN.values() for each in activities for word in each.split()]

    def said(count: int) -> Paragraph:
        return Paragraph(" ".join(chance.choice(words) for _ in range(count)) + ".", styles["BodyText"])

    flow: list = []
    for page in range(1, pages + 1):
        flow += [Paragraph(f"Område {page}", styles["Heading2"]), *(said(70) for _ in range(4))]
        flow.append(ListFlowable([ListItem(said(15)) for _ in range(5)], bulletType="bullet", start="•"))
        if page % 10 == 0:
            rows = [["Fokusområde", "Aktivitet"], *([said(4), said(8)] for _ in range(5))]
            flow.append(Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        flow.append(PageBreak())
    SimpleDocTemplate(str(path)).build(flow)
    return path


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fuzz(inputs: int, seed: int = 7) -> int:
    """Print what mutated documents do; the number of those that went wrong."""
    profile, chance, counts = profiles.load("activity-plan"), random.Random(seed), Counter[str]()
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
    if what == "prose":
        _prose(Path(sys.argv[3]), int(sys.argv[2]))
        sys.exit()
    numbers = [int(word) for word in sys.argv[2:]] or [{"speed": 200, "long": 1000, "fuzz": 1000}[what]]
    sys.exit({"fuzz": fuzz, "long": long, "speed": speed}[what](*numbers))
