"""Building into a server: nothing twice, nothing by halves, one builder at a time, readers that stay where they are."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import servers
from broken import Exchange, plain, proxy, waited
from rdflib import BNode

from svngraph.errors import EndpointError, StoreError, StoreLocked
from svngraph.store.remote import RemoteStore, writing
from svngraph.store.remote.lease import Lease
from svngraph.store.remote.ledger import LEDGER, SPACE, inserted
from svngraph.store.remote.writing import write_generation

KILLS = int(os.environ.get("SVNGRAPH_TEST_KILLS", "10"))
GRAPHS = 4
ALL = "SELECT ?s ?o { ?s <http://e/p> ?o }"


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


def dataset(mark: object, size: int = 50, graphs: int = GRAPHS) -> bytes:
    """A dataset of which every triple in every graph says which it is."""
    lines = (
        f'<http://e/{graph}/{number}> <http://e/p> "{mark}" <http://e/g{graph}> .\n'
        for graph in range(graphs)
        for number in range(size)
    )
    return "".join(lines).encode()


def marks(store: RemoteStore) -> Counter[str]:
    """How many triples of which dataset a store answers with."""
    return Counter(str(row[1]) for row in store.select(ALL).rows)


def test_what_is_written_is_read_back(server: servers.Server) -> None:
    first = write_generation(server.place, 20, dataset("first"), silent)
    store = RemoteStore(server.place, 20)
    assert marks(store) == {"first": 200}
    assert sorted(store.dump().splitlines()) == sorted(dataset("first").splitlines())
    assert store.generation is not None
    assert (store.generation.iri, store.generation.triples) == (first.iri, 200)
    assert {str(graph.name) for graph in first.graphs} == {f"http://e/g{n}" for n in range(GRAPHS)}


def test_a_reader_stays_with_its_generation(server: servers.Server) -> None:
    write_generation(server.place, 20, dataset("one"), silent)
    reader = RemoteStore(server.place, 20)
    assert marks(reader) == {"one": 200}
    for mark in ("two", "three"):
        write_generation(server.place, 20, dataset(mark), silent)
        assert marks(reader) == {"one": 200}
        assert marks(RemoteStore(server.place, 20)) == {mark: 200}


def test_other_graphs_of_the_server_are_neither_seen_nor_touched(server: servers.Server) -> None:
    store = RemoteStore(server.place, 20)
    update, _ = store.addresses() or ("", "")
    theirs = '<http://e/x> <http://e/p> "theirs"'
    store.conversation.update(f"INSERT DATA {{ GRAPH <http://e/theirs> {{ {theirs} }} }}", update)
    write_generation(server.place, 20, dataset("ours"), silent)
    assert marks(RemoteStore(server.place, 20)) == {"ours": 200}
    rows = store.select_raw("SELECT ?o WHERE { GRAPH <http://e/theirs> { ?s <http://e/p> ?o } }").rows
    assert [str(row[0]) for row in rows] == ["theirs"]
    store.conversation.update("DROP SILENT GRAPH <http://e/theirs>", update)


def test_only_what_has_changed_is_sent(oxigraph: servers.Server, environ: Callable[[dict[str, str]], None]) -> None:
    environ({})
    write_generation(oxigraph.place, 20, dataset("same") + dataset("a", graphs=1), silent)
    with proxy(oxigraph.place, plain) as between:
        write_generation(between.place, 20, dataset("same") + dataset("b", graphs=1), silent)
        # The graph that has changed, and the union of all.
        assert [exchange.method for exchange in between.seen].count("PUT") == 2
    assert marks(RemoteStore(oxigraph.place, 20)) == {"same": 200, "b": 50}


def test_a_query_is_asked_about_one_graph(oxigraph: servers.Server, environ: Callable[[dict[str, str]], None]) -> None:
    """And what stands in two graphs is then told once."""
    environ({})
    twice = b'<http://e/0/0> <http://e/p> "both" <http://e/g0> .\n<http://e/0/0> <http://e/p> "both" <http://e/g1> .\n'
    generation = write_generation(oxigraph.place, 20, dataset("n") + twice, silent)
    assert generation.union
    assert (generation.triples, generation.union.triples) == (202, 201)
    with proxy(oxigraph.place, plain) as between:
        assert marks(RemoteStore(between.place, 20)) == {"n": 200, "both": 1}
        assert between.seen[-1].sent.count(b"default-graph-uri") == 1
        # A dataset that has not changed is written nowhere again, the union as little as the graphs.
        again = write_generation(between.place, 20, dataset("n") + twice, silent)
        assert {exchange.method for exchange in between.seen} == {"POST"}
    assert (again.graphs, again.union) == (generation.graphs, generation.union)


def test_a_union_that_was_written_in_part_does_not_come_into_force(
    oxigraph: servers.Server, environ: Callable[[dict[str, str]], None]
) -> None:
    environ({})
    write_generation(oxigraph.place, 20, dataset("old"), silent)

    def fewer(exchange: Exchange) -> None:
        """The answer to the question how many triples there are."""
        exchange.body = exchange.body.replace(b'"200"', b'"199"')

    with proxy(oxigraph.place, fewer) as between, pytest.raises(StoreError, match="199 triples of the union"):
        write_generation(between.place, 20, dataset("new"), silent)
    assert marks(RemoteStore(oxigraph.place, 20)) == {"old": 200}


def test_old_generations_are_removed(server: servers.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GRACE", 0.0)
    for number in range(4):
        write_generation(server.place, 20, dataset(f"n{number}"), silent)
    store = RemoteStore(server.place, 20)
    assert len(store.generations()) == 2
    rows = store.select_raw(
        f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s <http://e/p> ?o }} FILTER(STRSTARTS(STR(?g), "{SPACE}")) }}'
    )
    assert len(rows.rows) == 2 * (GRAPHS + store.dialect.merged)


def test_blank_nodes_stay_the_same_across_graphs_and_pieces(
    server: servers.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_SENT_AT_ONCE", 7)
    quads = dataset("plain", 10, 2) + b"".join(
        b'_:x <http://e/q> "%d" <http://e/g%d> .\n_:y%d <http://e/q> _:x <http://e/g%d> .\n' % (g, g, g, g)
        for g in (0, 1)
    )
    write_generation(server.place, 20, quads, silent)
    store = RemoteStore(server.place, 20)
    found = store.select("SELECT ?a ?o ?b { ?a <http://e/q> ?o . ?b <http://e/q> ?a }").rows
    assert sorted(str(row[1]) for row in found) == ["0", "0", "1", "1"]
    assert len({row[0] for row in found}) == 1
    assert len({row[2] for row in found}) == 2
    assert all(isinstance(row[0], BNode) for row in found)
    assert marks(store) == {"plain": 20}


def lease(place: str, seconds: float = 60.0) -> Lease:
    store = RemoteStore(place, 20)
    return Lease(store, (store.addresses() or ("", ""))[0], seconds)


def test_one_builder_at_a_time(server: servers.Server) -> None:
    holder = lease(server.place)
    holder.take()
    try:
        with pytest.raises(StoreLocked, match=f"another process is building here: .* {os.getpid()}"):
            write_generation(server.place, 20, dataset("late"), silent)
    finally:
        holder.release()
    write_generation(server.place, 20, dataset("then"), silent)
    assert marks(RemoteStore(server.place, 20)) == {"then": 200}


def test_of_many_at_the_same_time_never_two_build(server: servers.Server) -> None:
    """Each of several builders takes the right many times; while it has it, nobody else does."""
    inside, most, taken = [0], [0], [0]
    guard = threading.Lock()
    failures: list[BaseException] = []

    def build() -> None:
        for _ in range(4):
            mine = lease(server.place)
            try:
                mine.take()
            except StoreLocked:
                continue
            except BaseException as error:
                failures.append(error)
                return
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                taken[0] += 1
            time.sleep(0.02)
            with guard:
                inside[0] -= 1
            mine.release()

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not failures
    assert most[0] == 1
    assert taken[0] >= 1


def test_who_was_not_heard_of_for_long_loses_the_right(server: servers.Server) -> None:
    """Also of another machine, whose processes nobody here can see; and it then changes nothing any more."""
    store = RemoteStore(server.place, 20)
    update, _ = store.addresses() or ("", "")
    claim = f"{SPACE}claim:ofanothermachine"
    store.conversation.update(inserted(f'<{claim}> <{SPACE}owner> "elsewhere 1" ; <{SPACE}renewed> ?now .'), update)
    with pytest.raises(StoreLocked, match="elsewhere 1"):
        write_generation(server.place, 20, dataset("no"), silent)
    belated = lease(server.place, 0.05)
    assert waited(20, lambda: _taken(belated))
    belated.release()
    assert not store.select_raw(f"SELECT ?o {{ GRAPH <{LEDGER}> {{ <{claim}> ?p ?o }} }}").rows


def _taken(claim: Lease) -> bool:
    try:
        claim.take()
    except StoreLocked:
        return False
    return True


def test_a_builder_that_lost_the_right_does_not_switch(server: servers.Server) -> None:
    write_generation(server.place, 20, dataset("kept"), silent)
    update, _ = RemoteStore(server.place, 20).addresses() or ("", "")

    def robbed(done: int, _of: int) -> None:
        if done == GRAPHS:  # everything is written, nothing is switched
            RemoteStore(server.place, 20).conversation.update(
                f"DELETE WHERE {{ GRAPH <{LEDGER}> {{ ?c <{SPACE}owner> ?o }} }}", update
            )

    with pytest.raises(StoreLocked, match="the right to build was lost"):
        write_generation(server.place, 20, dataset("never"), robbed)
    assert marks(RemoteStore(server.place, 20)) == {"kept": 200}


_BUILDER = """
import sys
from svngraph.store.remote.writing import write_generation
place, start = sys.argv[1], int(sys.argv[2])
for number in range(start, start + 1000):
    quads = "".join(
        f'<http://e/{g}/{n}> <http://e/p> "k{number}" <http://e/g{g}> .\\n' for g in range(4) for n in range(50)
    )
    write_generation(place, 20, quads.encode(), lambda done, of: print(number, done, flush=True))
"""


def test_a_builder_that_is_killed_at_any_moment_leaves_one_dataset_whole(server: servers.Server) -> None:
    """Real processes, killed at random moments of building and switching; the next one goes on at once."""
    chance = random.Random(7)  # noqa: S311 since it is to be the same each time
    write_generation(server.place, 20, dataset("k0"), silent)
    seen: set[str] = set()
    for number in range(KILLS):
        command = [sys.executable, "-c", _BUILDER, server.place, str(1000 * (number + 1))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as builder:
            try:
                assert builder.stdout is not None
                for _ in range(chance.randrange(1, 12)):  # steps of which it tells, then a moment more
                    assert builder.stdout.readline()
                time.sleep(chance.uniform(0.0, 0.05))
            finally:
                builder.send_signal(signal.SIGKILL)
                builder.wait(20)
        found = marks(RemoteStore(server.place, 20))
        assert len(found) == 1
        assert set(found.values()) == {200}
        seen |= set(found)
    assert len(seen) > 1
    write_generation(server.place, 20, dataset("after"), silent)
    assert marks(RemoteStore(server.place, 20)) == {"after": 200}


def test_a_server_that_is_killed_keeps_one_dataset_whole(
    tmp_path: Path, environ: Callable[[dict[str, str]], None]
) -> None:
    environ({})
    try:
        with servers.oxigraph(tmp_path / "db") as first:
            write_generation(first.place, 20, dataset("old"), silent)
            building = threading.Thread(target=_build_until_it_fails, args=(first.place,), daemon=True)
            building.start()
            time.sleep(0.3)
            os.kill(first.process, signal.SIGKILL)
            building.join(300)
        with servers.oxigraph(tmp_path / "db") as again:
            found = marks(RemoteStore(again.place, 20))
            assert list(found.values()) == [200]
            write_generation(again.place, 20, dataset("new"), silent)
            assert marks(RemoteStore(again.place, 20)) == {"new": 200}
    except servers.Absent as absent:
        pytest.skip(str(absent))


def _build_until_it_fails(place: str) -> None:
    try:
        for number in range(1000):
            write_generation(place, 5, dataset(f"x{number}"), silent)
    except EndpointError:
        return


def test_readers_never_see_a_mixture(server: servers.Server) -> None:
    write_generation(server.place, 20, dataset("r0"), silent)
    found: list[Counter[str]] = []
    ending = threading.Event()

    def read() -> None:
        while not ending.is_set():
            found.append(marks(RemoteStore(server.place, 20)))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 5):
            write_generation(server.place, 20, dataset(f"r{number}"), silent)
    finally:
        ending.set()
        reader.join(300)
    assert found
    assert all(len(one) == 1 and set(one.values()) == {200} for one in found)
