"""Loads a started server as 200 people and programs would, some of them hostile, beside rdflib-endpoint.

    python bench/web.py                                    (svngraph alone, on the shipped plans)
    python bench/web.py --peer /path/to/python             (a Python in which rdflib-endpoint and uvicorn are installed)
    python bench/web.py --seconds 20 --clients 200 --data DIR

Everything stays on the loopback. Every part runs for a bounded time, once the server has come to rest after its start.
Printed: requests a second and latencies of the traceability queries, both when the same is asked again (warm) and when
every query is new (cold), with the processor time that the server takes for an answer, which says more than both where
others use the machine; latencies of pages and queries while hostile queries run, what became of the hostile ones, and
the most memory that the server and its workers used.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path

from web_client import drive

PREFIX = "PREFIX svn: <https://w3id.org/svngraph/def/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
TRACES = {
    "activities to their goals": (
        "SELECT DISTINCT ?a ?g { ?a a svn:Activity ; svn:tracesTo+ ?g . ?g a svn:AgreementGoal }"
    ),
    "activities without report": (
        "SELECT ?a { ?a a svn:Activity FILTER NOT EXISTS { ?e svn:reportsOn ?a } } ORDER BY ?a"
    ),
    "outcomes by goal": (
        "SELECT ?g (COUNT(DISTINCT ?o) AS ?n) { ?o a svn:Outcome ; svn:tracesTo+ ?g . ?g a svn:AgreementGoal } "
        "GROUP BY ?g"
    ),
}
WAYS = ("warm", "cold")
CLIENTS = 8
NORMAL = ["/", "/item/activity/ap2025-09", "/gaps", "/plan/ap2025", "/search?q=upphandling"]
HOSTILE = [
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:a>)*/(<x:b>|!<x:b>)* ?b . ?c (!<x:a>)* ?d }",
    "SELECT * { ?s ?p ?o FILTER(" + " || ".join(f"?o = {n}" for n in range(10_000)) + ") }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), '(a+)+(b+)+$')) }",
    "SELECT ?x { BIND('"
    + "a" * 1000
    + "' AS ?a) "
    + " ".join(f"BIND(CONCAT({', '.join(['?' + 'abcdef'[n]] * 40)}) AS ?{'bcdefx'[n]})" for n in range(6))
    + " }",
]


@dataclass(frozen=True)
class Rate:
    """Answers a second, the p99 in milliseconds, and the server's processor time for an answer in milliseconds."""

    each: float
    last: float
    cost: float


def free_port() -> int:
    """A port on the loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, path: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that runs while the block does, once it answers at ``path``."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(3000):
            assert process.poll() is None, f"the server ended: {' '.join(command)}"
            try:
                if request(port, "GET", path)[0] < 500:
                    break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def request(port: int, method: str, path: str, body: bytes | None = None, seconds: float = 60) -> tuple[int, bytes]:
    """The status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        headers = {"Accept": "application/sparql-results+json" if "sparql" in path or method == "POST" else "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def query(port: int, path: str, text: str) -> tuple[int, bytes]:
    """The answer to a query sent as a form."""
    return request(port, "POST", path, urllib.parse.urlencode({"query": text}).encode())


def quantile(values: Sequence[float], share: float) -> float:
    """The value under which a share of the values lies, in milliseconds; 0 for none."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def many(clients: int, seconds: float, act: Iterator[None] | object) -> None:
    """Run an action in as many threads, over and over, for a time."""
    until = time.monotonic() + seconds

    def run(number: int) -> None:
        while time.monotonic() < until:
            act(number)  # type: ignore[operator] # chosen among the acts above

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 90)


def throughput(
    name: str, process: subprocess.Popen[bytes], port: int, path: str, seconds: float, way: str
) -> dict[str, Rate]:
    """Requests a second and the p99 of each traceability query, printed as they are measured.

    ``warm``: the same text again and again. ``cold``: no two requests have the same text, so that each is answered by
    the engine and none by what was kept, be it answers or parsed queries.
    """
    found = {}
    for title, text in TRACES.items():
        queries = (f"{PREFIX}{text} # {number}" if way == "cold" else PREFIX + text for number in count())
        drive(port, path, queries, CLIENTS, seconds / 4)  # until workers, plans and caches are there
        used, began = processor(process.pid), time.perf_counter()
        told = drive(port, path, queries, CLIENTS, seconds)
        used, taken = processor(process.pid) - used, time.perf_counter() - began
        rate = Rate(len(told.taken) / taken, quantile(told.taken, 0.99), 1000 * used / max(1, len(told.taken)))
        found[title] = rate
        times = f"p50 {quantile(told.taken, 0.5):7.1f} ms   p99 {rate.last:7.1f} ms   processor {rate.cost:6.2f} ms"
        print(f"{name:16} {way:5} {title:28} {rate.each:8.1f} /s   {times}   {dict(told.wrong) or ''}", flush=True)
    return found


def settle(session: int, longest: float = 120) -> None:
    """Wait until a server has done what it does by itself after its start: its processors rest for three seconds."""
    until = time.monotonic() + longest
    while time.monotonic() < until:
        before = processor(session)
        time.sleep(3)
        if processor(session) - before < 0.1:
            return


def processor(session: int) -> float:
    """The processor time that all processes of a session have used, in seconds."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15])) if int(fields[3]) == session else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(session: int) -> int:
    """The memory of all processes of a session that is theirs alone or shared in part, in MiB."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    lines = (folder / "smaps_rollup").read_text().splitlines()
                    total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except (OSError, StopIteration, IndexError):
                continue
    return total // 1024


def mixed(port: int, process: subprocess.Popen[bytes], clients: int, seconds: float) -> None:
    """Every client mixes pages, short questions and hostile queries, and pauses between them as one who reads.

    No two hostile queries are the same text, so that none is refused because it failed before.
    """
    taken: dict[str, list[float]] = defaultdict(list)
    normal: Counter[int] = Counter()
    hostile: Counter[int] = Counter()
    most = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.5):
            most = max(most, memory(process.pid))

    def act(number: int) -> None:
        chance = random.Random(f"{number} {time.monotonic()}")
        time.sleep(chance.uniform(1, 3))
        part = chance.random()
        if part < 0.15:
            text = f"{chance.choice(HOSTILE)} # {chance.random()}"
            hostile[query(port, "/sparql", text)[0]] += 1
            return
        began = time.perf_counter()
        if part < 0.45:
            kind, (status, _body) = "query", query(port, "/sparql", PREFIX + chance.choice([*TRACES.values()]))
        else:
            kind, (status, _body) = "page", request(port, "GET", chance.choice(NORMAL))
        taken[kind].append(time.perf_counter() - began)
        normal[status] += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    many(clients, seconds, act)
    ended.set()
    watcher.join()
    for kind, values in sorted(taken.items()):
        row = " ".join(f"p{round(100 * q)} {quantile(values, q):7.1f} ms" for q in (0.5, 0.95, 0.99))
        print(f"under attack     {kind:6} {len(values):6} answers   {row}")
    print(f"under attack     answers to normal requests by status  {dict(normal)}")
    print(f"under attack     answers to hostile queries by status  {dict(hostile)}")
    print(f"under attack     most memory of server and workers     {most} MiB")
    print(f"under attack     still answers                          {request(port, 'GET', '/health')[0] == 200}")


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200, help="of the mixed part; 0 leaves it out")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--data", help="a folder of named graphs, instead of the shipped plans")
    parser.add_argument("--peer", help="a Python in which rdflib-endpoint and uvicorn are installed")
    told = parser.parse_args()
    port = free_port()
    data = ["--data", told.data] if told.data else []
    own = [sys.executable, "-m", "svngraph", "serve", "--port", str(port), *data]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "union.nt")
        export = [sys.executable, "-m", "svngraph", "export", "--format", "ntriples", *data]
        file.write_bytes(subprocess.run(export, check=True, capture_output=True).stdout)
        with running(own, port, "/health") as process:
            settle(process.pid)
            ours = {way: throughput("svngraph", process, port, "/sparql", told.seconds / 3, way) for way in WAYS}
            if told.clients:
                mixed(port, process, told.clients, told.seconds)
        if told.peer:
            other = free_port()
            command = [told.peer, "-m", "rdflib_endpoint", "serve", str(file), "--port", str(other)]
            with running(command, other, "/?query=ASK%7B%7D") as process:
                settle(process.pid)
                long = max(told.seconds / 3, 10)
                theirs = {way: throughput("rdflib-endpoint", process, other, "/", long, way) for way in WAYS}
            for way, title in product(WAYS, TRACES):
                rate, their = ours[way][title], theirs[way][title]
                times = (their.each and rate.each / their.each, rate.last and their.last / rate.last)
                row = f"throughput x {times[0]:.1f}   p99 x {times[1]:.1f}   processor x {their.cost / rate.cost:.1f}"
                print(f"{way:5} {title:28} {row}")


if __name__ == "__main__":
    main()
