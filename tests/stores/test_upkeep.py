"""Looking after a dataset at a server: what is there, is it sound, out of a backup and into one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import servers

from svngraph import pipeline
from svngraph.errors import StoreError
from svngraph.settings import Settings
from svngraph.store.remote import RemoteStore
from svngraph.upkeep.backup import back_up, restore
from svngraph.upkeep.inventory import inventory
from svngraph.upkeep.verification import verify

from ..conftest import FJALL


def silent(_step: str, _done: int, _of: int) -> None:
    pass


def test_a_dataset_at_a_server_is_told_verified_backed_up_and_restored(server: servers.Server, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "fjall.ttl").write_text(FJALL, "utf-8")
    there = Settings(store=server.place, data=str(data))
    pipeline.build(there)
    told = inventory(there)
    built = pipeline.build(Settings(data=str(data)))
    assert (told.kind, told.quads, told.files) == ("endpoint", built.quads, None)
    assert [one.current for one in told.generations].count(True) == 1
    assert verify(there, silent).sound
    made = back_up(there, tmp_path / "there.nq.gz", silent)
    here = back_up(Settings(data=str(data)), tmp_path / "here.nq.gz", silent)
    assert made.digest == here.digest
    octets = [gzip.decompress((tmp_path / name).read_bytes()) for name in ("there.nq.gz", "here.nq.gz")]
    assert octets[0].partition(b"\n")[2] == octets[1].partition(b"\n")[2]
    (data / "fjall.ttl").write_text(FJALL.replace("Hyra två skotrar", "Hyra tre skotrar"), "utf-8")
    found = verify(there, silent)
    assert [name.rsplit("/", 1)[-1] for name, state in found.graphs.items() if state != "same"] == ["fjall"]
    pipeline.build(there)
    assert verify(there, silent).sound
    restore(there, tmp_path / "here.nq.gz", silent)
    assert not verify(there, silent).sound
    back_up(there, tmp_path / "again.nq.gz", silent)
    assert (tmp_path / "again.nq.gz").read_bytes() == (tmp_path / "there.nq.gz").read_bytes()
    assert not verify(there, silent, quick=True).damaged
    if (generation := RemoteStore(server.place, 60).generation) and generation.union:
        _harm(server.place, str(generation.union.name))
        assert [*verify(there, silent, quick=True).damaged] == [str(generation.union.name)]
    _harm(server.place, "/fjall")
    assert [name.rsplit("/", 1)[-1] for name in verify(there, silent, quick=True).damaged] == ["fjall"]


def _harm(place: str, name: str) -> None:
    """Put a triple into a graph of the generation in force, behind our back."""
    store = RemoteStore(place, 60)
    addresses, generation = store.addresses(), store.generation
    assert addresses
    assert generation
    graph = next(graph for graph in generation.held if graph.name.endswith(name))
    store.conversation.greet(store.graph_address(graph.place) or addresses[1])
    store.conversation.update(
        f"INSERT DATA {{ GRAPH <{graph.place}> {{ <http://e/a> <http://e/b> 1 }} }}", addresses[0]
    )


def test_what_something_else_put_there_is_not_verified(server: servers.Server) -> None:
    with pytest.raises(StoreError):
        verify(Settings(store=server.place.replace("/query", "/nowhere").replace("/sparql", "/nowhere")), silent)
