"""A harness that kills processes while they build, update, switch or write the curation, and looks at what is left.

    python tests/store/killing.py --kills 200 [--seed 1]            (kills; prints one line of JSON)
    python tests/store/killing.py --writers 8 --writes 1000         (concurrent curation writes; none may be lost)

A nursery, a process that has imported everything and opened nothing, forks a child for each operation, so that a kill
costs no start of an interpreter. ``--store URL`` kills builds into a server instead of a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

SVN = "https://w3id.org/svngraph/def/"
THING = "http://example.org/thing"
KINDS = ("build", "update", "switch", "curation")


class Nursery:
    """A process that forks children which do one thing each, and that tells when they reach the switch."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert self._line() == "ready"

    def start(self, *told: str) -> int:
        """The process that began to do what was told."""
        self._say("start", *told)
        return int(self._line())

    def wait(self, pid: int) -> int:
        """How a process ended: its exit code, or the signal that ended it as a negative number."""
        self._say("wait", str(pid))
        return int(self._line())

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(120)
        if self._process.stdout:
            self._process.stdout.close()

    def _say(self, *words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words).encode() + b"\n")

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().decode().strip()


def nurse() -> None:
    """What the nursery does until its input ends."""
    from svngraph import pipeline  # noqa: F401 # imported before anything is forked
    from svngraph.curation import edits, record  # noqa: F401 # as above
    from svngraph.upkeep import incremental  # noqa: F401 # as above

    print("ready", flush=True)
    for line in sys.stdin:
        word, *told = json.loads(line)
        if word == "start":
            pid = os.fork()
            if pid == 0:
                try:
                    work(*told)
                    os._exit(0)
                except BaseException as error:
                    print(repr(error), file=sys.stderr, flush=True)
                    os._exit(1)
            print(pid, flush=True)
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(int(told[0]), 0)[1]), flush=True)


def work(kind: str, store: str, data: str, mark: str, count: str) -> None:
    """One operation: ``mark`` is a file that grows when something is done, or is about to be put in force."""
    from svngraph import pipeline
    from svngraph.settings import Settings
    from svngraph.store import folder
    from svngraph.store.remote import writing
    from svngraph.upkeep.incremental import rebuild

    settings = Settings(store=store, data=data)
    if kind == "curation":
        write_curation(Path(data), Path(mark), int(count))
        return
    if kind == "switch":
        # What puts a new dataset in force, in a folder and at a server.
        for owner, name in ((folder, "_point"), (writing._Building, "_switch")):
            setattr(owner, name, _marking(getattr(owner, name), Path(mark)))
    if kind == "build":
        pipeline.build(settings)
    else:
        rebuild(settings, lambda _step, _done, _of: None)


def _marking(switch: Callable[..., None], mark: Path) -> Callable[..., None]:
    def told(*given: object) -> None:
        mark.write_text("now")
        switch(*given)

    return told


def write_curation(data: Path, mark: Path, count: int) -> None:
    """So many links judged into the curation, one after the other, each told once it is written."""
    from rdflib import Literal

    from svngraph.curation.edits import joining
    from svngraph.curation.record import opened
    from svngraph.errors import StoreLocked
    from svngraph.model import JUDGEMENT, TraceLink
    from svngraph.namespaces import SVN, Names

    names = Names()
    why = (Literal("Samma sak, i andra ord.", lang="sv"), Literal("The same thing, in other words.", lang="en"))
    by, to = names.thing("agent", "anna-ek"), names.thing("heading", "vp2025-03")
    with mark.open("a", encoding="ascii") as acknowledged:
        number = 0
        while number < count:
            name = f"{mark.name}-{number}"
            link = TraceLink(names.thing("activity", name), SVN.underHeading, to, JUDGEMENT, (), why, by, "2026-11-28")
            try:
                with opened(data, names) as record:
                    record.edited(joining(record, link)).save()
            except StoreLocked:  # others were served first: it is told, and tried again
                continue
            acknowledged.write(f"{name}\n")
            acknowledged.flush()
            number += 1


def written(data: Path) -> set[str]:
    """The links that stand in the curation, each with all that was said; the file is whole, or reading it fails."""
    from rdflib import RDF

    from svngraph.curation.content import Content
    from svngraph.curation.record import FILE, read
    from svngraph.namespaces import SVN, Names

    path, names = data / FILE, Names()
    octets = path.read_bytes() if path.exists() else b""
    content = Content(path, names, octets)  # read as a whole, whatever is remembered of it
    record = read(path, names)
    assert not octets or record.text().encode() == octets, "not canonical"
    links = {s: 0 for s, p, o in content.graphs.get(names.graph("curation"), ()) if (p, o) == (RDF.type, SVN.TraceLink)}
    for subject, _, _ in record.triples:
        if subject in links:
            links[subject] += 1
    assert set(links.values()) <= {9}, "a link written by halves"
    return {str(link).rpartition("/activity-")[2].partition("--")[0] for link in links}


def put(data: Path, number: int) -> None:
    """A version of the data: the same number in two files, and in what follows from a third."""
    (data / "one.nt").write_text(f'<{THING}> <http://example.org/n> "{number}" .\n')
    (data / "two.trig").write_text(f'<http://example.org/g> {{ <{THING}> <http://example.org/m> "{number}" }}\n')
    (data / "three.nt").write_text(f"<{THING}/{number}> a <{SVN}Region> .\n".replace(" a ", f" <{RDF_TYPE}> "))


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
STATE = f"""SELECT ?n ?m ?thing WHERE {{ <{THING}> <http://example.org/n> ?n . <{THING}> <http://example.org/m> ?m .
  GRAPH <https://w3id.org/svngraph/graph/inferred> {{ ?thing a <http://www.w3.org/ns/org#Organization> }}
  FILTER(STRSTARTS(STR(?thing), "{THING}")) }}"""


def state(store: str, data: Path) -> int:
    """The version of the data that a dataset holds. Errors: AssertionError where it is a mixture, or damaged."""
    from svngraph import pipeline
    from svngraph.settings import Settings
    from svngraph.store import folder, manifest

    settings = Settings(store=store, data=str(data))
    rows = {tuple(map(str, row)) for row in pipeline.open_dataset(settings).select(STATE).rows}
    assert len(rows) == 1, f"a mixture: {rows}"
    one, two, thing = rows.pop()
    assert one == two == thing.rsplit("/", 1)[-1], "a mixture"
    if "://" not in store:
        place = folder.current(Path(store))
        known = manifest.read(place)
        assert known is not None
        assert manifest.damage(place, known) == []
    return int(one)


def kill_many(
    kills: int, seed: int, folder: Path, store: str | None = None, longest: float = float("inf")
) -> dict[str, object]:
    """So many kills at random points, or as many as ``longest`` seconds allow; and what was found inconsistent."""
    rng, nursery = random.Random(seed), Nursery()
    data, mark = folder / "data", folder / "mark"
    place = store or str(folder / "place")
    data.mkdir()
    put(data, 0)
    try:
        lasted = {kind: _timed(nursery, kind, place, data, mark, kind != "build") for kind in KINDS}
        told, wrong = Counter[str](), []
        now, until = state(place, data), time.monotonic() + longest
        for number in range(1, kills + 1):
            if time.monotonic() > until:
                kills = number - 1
                break
            kind = KINDS[number % len(KINDS)]
            if kind != "curation":
                put(data, number)
            try:
                how = _kill(nursery, kind, place, data, mark, lasted[kind], rng)
                told[f"{kind} {how}"] += 1
                if how == "ended":  # it was timed when the machine did more: the next kill comes earlier
                    lasted[kind] *= 0.7
                after = state(place, data)
                assert after in (now, number), f"neither the old nor the new: {after}"
                now = after
            except Exception as error:  # everything that is found wrong is counted
                wrong.append(f"{number} {kind}: {error!r}")
        assert nursery.wait(nursery.start("update", place, str(data), str(mark), "0")) == 0
        assert state(place, data) == max(n for n in range(kills + 1) if n == 0 or KINDS[n % len(KINDS)] != "curation")
    finally:
        nursery.close()
    return {"kills": kills, "inconsistent": wrong, "ended": dict(sorted(told.items()))}


def _timed(nursery: Nursery, kind: str, place: str, data: Path, mark: Path, changed: bool) -> float:
    """How long an operation lasts that nobody kills."""
    if changed and kind != "curation":
        put(data, 0)
        (data / "one.nt").write_text((data / "one.nt").read_text() + f'<{THING}> <http://example.org/k> "{kind}" .\n')
    started = time.monotonic()
    assert nursery.wait(nursery.start(kind, place, str(data), str(mark), "5")) == 0
    lasted = time.monotonic() - started
    mark_round(data)
    return lasted


def _kill(nursery: Nursery, kind: str, place: str, data: Path, mark: Path, lasted: float, rng: random.Random) -> str:
    """Kill an operation at a random point; whether it was killed, or had ended before."""
    mark.unlink(missing_ok=True)
    before = written(data)
    pid = nursery.start(kind, place, str(data), str(mark), "5")
    if kind == "switch":
        deadline = time.monotonic() + max(60.0, lasted * 20)
        while not mark.exists() and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(rng.uniform(0, 0.03 if "://" in place else 0.004))  # a server is asked three times
    else:
        time.sleep(rng.uniform(0, lasted * 1.1))
    os.kill(pid, signal.SIGKILL)
    code = nursery.wait(pid)
    assert code in (0, -signal.SIGKILL), f"exit code {code}"
    if kind == "curation":
        acknowledged = set(mark.read_text("ascii").splitlines()) if mark.exists() else set()
        after = written(data)
        assert before | acknowledged <= after, "a write that was acknowledged is lost"
        assert len(after - before - acknowledged) <= 1, "a write that nobody made"
        for name in after:  # the next round's are other ones
            assert name.startswith("mark-")
        mark_round(data)
    return "killed" if code else "ended"


def mark_round(data: Path) -> None:
    """Let the next round of writes begin with an empty curation."""
    (data / "curation.trig").unlink(missing_ok=True)


def write_many(writers: int, writes: int, folder: Path) -> dict[str, object]:
    """So many processes writing at the same time; how many of their writes are there in the end."""
    data, nursery = folder / "data", Nursery()
    data.mkdir(exist_ok=True)
    started = time.monotonic()
    try:
        marks = [folder / f"writer{number}" for number in range(writers)]
        pids = [nursery.start("curation", str(folder / "none"), str(data), str(mark), str(writes)) for mark in marks]
        codes = [nursery.wait(pid) for pid in pids]
    finally:
        nursery.close()
    found = written(data)
    lost = {f"{mark.name}-{number}" for mark in marks for number in range(writes)} - found
    seconds = round(time.monotonic() - started, 1)
    return {"codes": codes, "writes": writers * writes, "found": len(found), "lost": len(lost), "seconds": seconds}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nursery", action="store_true")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store")
    parser.add_argument("--longest", type=float, default=float("inf"), help="in seconds: then it ends with what it has")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--writes", type=int, default=0)
    options = parser.parse_args()
    if options.nursery:
        nurse()
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.kills:
            print(json.dumps(kill_many(options.kills, options.seed, Path(folder), options.store, options.longest)))
        if options.writes:
            print(json.dumps(write_many(options.writers, options.writes, Path(folder))))


if __name__ == "__main__":
    main()
