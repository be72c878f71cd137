"""What is kept: its inventory, verification, backups, restoring and compacting, as a user runs them."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from svngraph import pipeline
from svngraph.errors import InputError
from svngraph.settings import Settings
from svngraph.store.embedded import canonical
from svngraph.store.folder import current, generations
from svngraph.upkeep.backup import back_up, inspect, restore
from svngraph.upkeep.incremental import rebuild
from svngraph.upkeep.inventory import compact, inventory
from svngraph.upkeep.verification import verify

from ..conftest import FJALL

Run = Callable[..., "subprocess.CompletedProcess[str]"]
BLANK = '<http://e/a> <http://e/says> _:b .\n_:b <http://e/says> "_:no", _:c .\n_:c <http://e/says> _:b .\n'


def silent(_step: str, _done: int, _of: int) -> None:
    pass


def content(settings: Settings) -> bytes:
    return canonical(pipeline.open_dataset(settings).dump())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented dataset, with blank nodes, built into a folder once."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "data").mkdir()
    (folder / "data" / "fjall.ttl").write_text(FJALL, "utf-8")
    (folder / "data" / "blank.ttl").write_text(BLANK)
    pipeline.build(Settings(store=str(folder / "place"), data=str(folder / "data")))
    return folder


@pytest.fixture
def fjall(built: Path, tmp_path: Path) -> Path:
    """A copy of the data folder, to be edited."""
    return Path(shutil.copytree(built / "data", tmp_path / "data"))


@pytest.fixture
def kept(built: Path, fjall: Path, tmp_path: Path) -> Settings:
    """A copy of the folder that it was built into."""
    shutil.copytree(built / "place", tmp_path / "place")
    return Settings(store=str(tmp_path / "place"), data=str(fjall))


def edit(fjall: Path, old: str, new: str) -> None:
    file = fjall / "fjall.ttl"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_sound_dataset_is_found_sound_and_each_kind_of_trouble_is_found(kept: Settings, fjall: Path) -> None:
    found = verify(kept, silent)
    assert found.sound
    assert found.sources["fjall.ttl"] == "same"
    assert set(found.graphs.values()) == {"same"}
    assert verify(Settings(store=kept.store), silent).sound  # it knows its data folder
    (fjall / "new.ttl").write_text("<http://e/a> <http://e/b> 1 .")
    edit(fjall, "Hyra två skotrar", "Hyra tre skotrar")
    (fjall / "blank.ttl").unlink()
    found = verify(kept, silent)
    states = {name: found.sources[name] for name in ("new.ttl", "fjall.ttl", "blank.ttl")}
    assert states == {"new.ttl": "new", "fjall.ttl": "changed", "blank.ttl": "missing"}
    assert {state for graph, state in found.graphs.items() if graph.endswith(("/fjall", "/blank", "/inferred"))} == {
        "unknown"
    }
    assert not found.sound
    rebuild(kept, silent)
    assert verify(kept, silent).sound


def test_a_dataset_that_says_something_else_than_its_files_is_found(kept: Settings, fjall: Path) -> None:
    from svngraph.store.folder import next_generation

    with next_generation(Path(kept.store)) as store:
        assert store.known is not None
        store.making.origin, store.making.graphs = store.known.origin, dict(store.known.graphs)
        store.change(b"", b"<http://e/x> <http://e/y> <http://e/z> <https://w3id.org/svngraph/graph/fjall> .\n")
    found = verify(kept, silent)
    assert [graph.rsplit("/", 1)[-1] for graph, state in found.graphs.items() if state != "same"] == ["fjall"]
    assert not found.damaged
    assert not found.sound


def test_a_damaged_file_is_found_with_its_name(kept: Settings, svngraph: Run) -> None:
    table = max(current(Path(kept.store)).glob("*.sst"), key=lambda path: path.stat().st_size)
    octets = bytearray(table.read_bytes())
    octets[len(octets) // 3] ^= 0xFF
    table.write_bytes(octets)
    found = svngraph("store", "verify", "--store", kept.store, "--lang", "en")
    assert found.returncode == 1
    assert f"Damaged: {table.name}: has another content" in found.stdout
    table.write_bytes(octets[:100])
    assert verify(kept, silent, quick=True).damaged == {table.name: "size"}
    table.unlink()
    assert verify(kept, silent).damaged == {table.name: "missing"}


def test_a_backup_is_the_same_bytes_however_the_dataset_was_built(kept: Settings, fjall: Path, tmp_path: Path) -> None:
    edit(fjall, "Hyra två skotrar", "Hyra tre skotrar")
    rebuild(kept, silent)
    one = back_up(kept, tmp_path / "one.nq.gz", silent)
    other = Settings(store=str(tmp_path / "other"), data=kept.data)
    pipeline.build(other)
    two = back_up(other, tmp_path / "two.nq.gz", silent)
    three = back_up(Settings(data=kept.data), tmp_path / "three.nq.gz", silent)  # built in memory
    assert one.digest == two.digest == three.digest
    assert (tmp_path / "one.nq.gz").read_bytes() == (tmp_path / "two.nq.gz").read_bytes()
    assert (tmp_path / "one.nq.gz").read_bytes() == (tmp_path / "three.nq.gz").read_bytes()
    assert str(tmp_path).encode() not in gzip.decompress((tmp_path / "one.nq.gz").read_bytes())


def test_a_restored_backup_is_the_dataset(kept: Settings, tmp_path: Path) -> None:
    made = back_up(kept, tmp_path / "kept.nq.gz", silent)
    before = content(kept)
    place = Settings(store=str(tmp_path / "elsewhere"), data=kept.data)
    assert restore(place, tmp_path / "kept.nq.gz", silent).quads == made.quads
    assert content(place) == before
    assert verify(place, silent).sound
    back_up(place, tmp_path / "again.nq.gz", silent)
    assert (tmp_path / "again.nq.gz").read_bytes() == (tmp_path / "kept.nq.gz").read_bytes()
    rebuild(place, silent)
    assert content(place) == before


def _truncated(octets: bytes) -> bytes:
    return octets[: len(octets) // 2]


def _one_line_less(octets: bytes) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(octets).splitlines(keepends=True)[:-1]))


def _one_word_else(octets: bytes) -> bytes:
    return gzip.compress(gzip.decompress(octets).replace("två skotrar".encode(), b"tre skotrar"))


def _flipped(octets: bytes) -> bytes:
    return octets[:-2000] + bytes([octets[-2000] ^ 0xFF]) + octets[-1999:]


@pytest.mark.parametrize("damage", [_truncated, _one_line_less, _one_word_else, _flipped])
def test_a_damaged_backup_changes_nothing(kept: Settings, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "kept.nq.gz"
    back_up(kept, file, silent)
    file.write_bytes(damage(file.read_bytes()))
    before = current(Path(kept.store))
    with pytest.raises(InputError, match=r"kept\.nq\.gz: the backup is damaged"):
        restore(kept, file, silent)
    assert generations(Path(kept.store)) == [before]


@pytest.mark.parametrize(
    "octets",
    [b"", b"no gzip", gzip.compress(b""), gzip.compress(b"# svngraph-backup {}\n")],
    ids=["nothing", "no gzip", "nothing in it", "no digest"],  # what gzip writes holds the time
)
def test_what_is_no_backup_is_refused(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "x.gz").write_bytes(octets)
    with pytest.raises(InputError, match="not a backup"):
        inspect(tmp_path / "x.gz", silent)


def test_a_backup_taken_while_others_build_is_one_generation(kept: Settings, fjall: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []

    def building() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                (fjall / "one.nt").write_text(f'<http://e/one> <http://e/n> "{number}" .\n')
                (fjall / "two.nt").write_text(f'<http://e/two> <http://e/n> "{number}" .\n')
                rebuild(kept, silent)
        except BaseException as error:
            failures.append(error)

    builder = threading.Thread(target=building)
    builder.start()
    try:
        for number in range(5):
            back_up(kept, tmp_path / "live.nq.gz", silent)
            lines = gzip.decompress((tmp_path / "live.nq.gz").read_bytes()).splitlines()
            said = {line.split(b'"')[1] for line in lines if line.startswith((b"<http://e/one>", b"<http://e/two>"))}
            assert len(said) <= 1, f"a mixture in backup {number}"
            inspect(tmp_path / "live.nq.gz", silent)
    finally:
        stop.set()
        builder.join(300)
    assert not failures


def test_compacting_removes_what_nobody_reads(kept: Settings, fjall: Path, svngraph: Run) -> None:
    reader = pipeline.open_dataset(kept)
    for number in range(3):
        (fjall / "n.nt").write_text(f'<http://e/n> <http://e/n> "{number}" .\n')
        rebuild(kept, silent)
    before, held = content(kept), reader.dump()
    done = compact(kept)
    assert [path.name for path in generations(Path(kept.store))] == ["gen-000001", "gen-000005"]
    assert set(done.removed) == {"gen-000003", "gen-000004"}
    assert content(kept) == before
    assert reader.dump() == held
    found = inventory(kept)
    assert {one.name: one.read for one in found.generations} == {"gen-000001": True, "gen-000005": False}
    assert [one.how for one in found.generations] == ["build", "compact"]
    del reader
    done_by_command = svngraph("store", "compact", "--store", kept.store, "--format", "json")
    assert json.loads(done_by_command.stdout)["removed"] == ["gen-000001", "gen-000005"]
    assert verify(kept, silent).sound


def test_the_commands_tell_what_they_did(kept: Settings, tmp_path: Path, svngraph: Run) -> None:
    place = ("--store", kept.store, "--data", str(kept.data))
    told = json.loads(svngraph("store", "info", *place, "--format", "json").stdout)
    assert told["quads"] == sum(told["graphs"].values())
    assert told["generations"][0]["how"] == "build"
    assert "fjall" in svngraph("store", "info", *place).stdout
    file = str(tmp_path / "b.nq.gz")
    made = json.loads(svngraph("store", "backup", file, *place, "--format", "json").stdout)
    assert made["quads"] == told["quads"]
    assert made["digest"] in svngraph("store", "restore", file, *place).stdout
    assert svngraph("store", "verify", *place).returncode == 0
    for args, code, words in (
        (("restore", file), 2, "nothing is kept in memory"),
        (("compact", "--store", "http://127.0.0.1:9/"), 2, "is no folder"),
        (("info", "--store", "http://127.0.0.1:9/"), 3, "refused"),
        (("info", "--store", "nowhere"), 3, "no dataset here"),
        (("backup", str(tmp_path / "no" / "b.gz"), *place), 3, "No such file"),
        (("restore", "none.gz", *place), 3, "No such file"),
    ):
        failed = svngraph("store", *args)
        assert (failed.returncode, failed.stdout) == (code, "")
        assert words in failed.stderr
        assert "Traceback" not in failed.stderr
