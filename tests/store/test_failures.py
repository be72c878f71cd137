"""What goes wrong with disks, memory, rights and other processes: a clear line, in time, and nothing by halves."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from svngraph import pipeline
from svngraph.errors import StoreError
from svngraph.settings import Settings
from svngraph.store.folder import current, generations, locked
from svngraph.upkeep.incremental import rebuild

from ..conftest import FJALL
from .killing import STATE, THING, put

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KIB = 1 << 10


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented dataset in ``data``, built into ``place``, once."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "data").mkdir()
    (folder / "data" / "fjall.ttl").write_text(FJALL, "utf-8")
    pipeline.build(Settings(store=str(folder / "place"), data=str(folder / "data")))
    return folder


@pytest.fixture
def there(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return Path(shutil.copytree(built, tmp_path / "there"))


def run(
    there: Path, *args: str, before: Callable[[], None] | None = None, place: str = "place"
) -> subprocess.CompletedProcess[str]:
    """A command on the dataset, in a process with limits of its own."""
    program = "from svngraph.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *args, "--store", place, "--data", "data", "--lang", "en"],
        cwd=there,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        preexec_fn=before,
        capture_output=True,
        text=True,
        timeout=600,
    )


def assert_told(failed: subprocess.CompletedProcess[str], *words: str) -> None:
    assert failed.returncode == 3, failed.stderr
    assert "Traceback" not in failed.stderr
    line = [line for line in failed.stderr.splitlines() if line.startswith("svngraph: ")][-1]
    assert any(word in line for word in words), line
    assert " — " in line, "and what to do"


def assert_unharmed(there: Path) -> None:
    """The old dataset is there and nothing else is in force."""
    assert current(there / "place").name == "gen-000001"
    store = pipeline.open_dataset(Settings(store=str(there / "place")))
    assert len(store.select("SELECT * { ?s a <https://w3id.org/svngraph/def/Activity> }").rows) == 4
    assert not list(there.rglob("*.new"))


def limited(kind: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (most, most))


@pytest.mark.parametrize("most", [20 * KIB, 80 * KIB])
def test_a_file_that_cannot_grow_ends_the_build(there: Path, most: int) -> None:
    failed = run(there, "build", before=limited(resource.RLIMIT_FSIZE, most))
    assert_told(failed, "File too large")
    assert_unharmed(there)
    assert generations(there / "place") == [current(there / "place")]


def test_a_full_disk(there: Path) -> None:
    disk = there / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        assert_told(run(there, "build", place="disk/place"), "No space left")
        assert not (disk / "place" / "CURRENT").exists()
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(KIB))
        assert_told(run(there, "store", "backup", "disk/b.nq.gz"), "No space left")
        assert sorted(path.name for path in disk.iterdir()) == ["filler", "place"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_too_little_memory(there: Path) -> None:
    failed = run(there, "build", before=limited(resource.RLIMIT_AS, 450 << 20))
    assert_told(failed, "memory", "Resource temporarily unavailable")
    assert_unharmed(there)
    assert run(there, "build").returncode == 0
    assert len(generations(there / "place")) == 2  # and what the ended build left is gone


_AS_NOBODY = """
import os, tempfile
from svngraph import pipeline
from svngraph.errors import StoreError
from svngraph.settings import Settings
with tempfile.TemporaryDirectory() as other:  # everything is imported while there is a right to
    pipeline.build(Settings(store=other, data="data"))
    pipeline.open_dataset(Settings(store=other)).select("SELECT * { ?s ?p 1 }")
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
settings = Settings(store="place", data="data")
try:
    pipeline.build(settings)
except StoreError as error:
    print(error)
print(len(pipeline.open_dataset(settings).select("SELECT * { ?s a <https://w3id.org/svngraph/def/Activity> }").rows))
"""


def test_a_folder_that_is_read_only_can_be_read_and_not_built(there: Path) -> None:
    everything = [there / "place", *(there / "place").rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    there.chmod(0o755)
    try:
        found = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY], cwd=there, capture_output=True, text=True, timeout=600
        )
    finally:
        for path in everything:
            path.chmod(0o755)
    assert found.returncode == 0, found.stderr
    told, count = found.stdout.splitlines()
    assert told == "place: Permission denied — check the folder's rights and space"
    assert count == "4"
    assert_unharmed(there)


@pytest.mark.parametrize("pointer", [b"", b"gen-000099\n", b"../data\n", b"\xff\xfe", b"gen-000001/../gen-000001"])
def test_a_pointer_to_nowhere(there: Path, pointer: bytes) -> None:
    (there / "place" / "CURRENT").write_bytes(pointer)
    assert_told(run(there, "coverage"), "no dataset here")
    pipeline.build(Settings(store=str(there / "place"), data=str(there / "data")))
    assert current(there / "place").name == "gen-000002"


def _largest(folder: Path) -> Path:
    return max(folder.glob("*.sst"), key=lambda path: path.stat().st_size)


def _flip(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 3] ^= 0xFF
    path.write_bytes(octets)


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_flip, _truncate, Path.unlink])
@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST-*", "CURRENT"])
def test_a_damaged_generation_is_told_and_built_anew(there: Path, pattern: str, harm: Callable[[Path], None]) -> None:
    folder = current(there / "place")
    harm(_largest(folder) if pattern == "*.sst" else next(folder.glob(pattern)))
    settings = Settings(store=str(there / "place"), data=str(there / "data"))
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"gen-000001: files are damaged: .* — restore a backup"):
        pipeline.open_dataset(settings)
    assert time.monotonic() - started < 10
    built = rebuild(settings, lambda _step, _done, _of: None)
    assert built.loaded == built.files, "nothing is built upon what is damaged"
    assert pipeline.open_dataset(settings).dump()


def test_what_is_written_down_is_damaged(there: Path) -> None:
    (current(there / "place") / "built.json").write_text('{"how": ')
    assert_told(run(there, "store", "info"), "is damaged")
    assert_told(run(there, "store", "verify"), "is damaged")
    assert run(there, "build", "--incremental").returncode == 0


def test_a_lock_that_another_process_holds(there: Path) -> None:
    program = "import sys\nfrom pathlib import Path\nfrom svngraph.store.folder import locked\n"
    program += "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, there / "place"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdin
    try:
        assert holder.stdout.readline() == b"held\n"
        (there / "data" / "n.nt").write_text("<http://e/a> <http://e/b> <http://e/c> .\n")
        for args in (("build",), ("build", "--incremental"), ("store", "compact")):
            assert_told(run(there, *args), "another process is building here")
        # Who reads waits for nobody.
        assert_unharmed(there)
    finally:
        holder.stdin.close()
        holder.wait(120)
        holder.stdout.close()
    assert run(there, "build", "--incremental").returncode == 0


def test_a_backup_goes_into_a_file_and_nothing_else(there: Path) -> None:
    assert_told(run(there, "store", "backup", "/dev/full"), "not a file")
    assert_told(run(there, "store", "backup", "missing/b.nq.gz"), "No such file")


def test_readers_see_one_generation_and_wait_for_nobody(tmp_path: Path) -> None:
    data, place = tmp_path / "data", str(tmp_path / "place")
    data.mkdir()
    put(data, 0)
    settings = Settings(store=place, data=str(data))
    pipeline.build(settings)
    stop, wrong, seen = threading.Event(), [], set()

    def reading() -> None:
        while not stop.is_set():
            try:
                rows = {tuple(map(str, row)) for row in pipeline.open_dataset(settings).select(STATE).rows}
                numbers = {value.rsplit("/", 1)[-1] for row in rows for value in row}
                if len(numbers) != 1:
                    wrong.append(repr(rows))
                seen.update(numbers)
            except Exception as error:  # what a reader must not meet
                wrong.append(repr(error))

    readers = [threading.Thread(target=reading) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 7):
            put(data, number)
            rebuild(settings, lambda _step, _done, _of: None)
        deadline = time.monotonic() + 300
        while "6" not in seen and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        stop.set()
        for reader in readers:
            reader.join(300)
    assert not wrong
    assert "6" in seen
    with locked(Path(place)):  # somebody builds, for as long as he likes
        assert pipeline.open_dataset(settings).select(f"SELECT ?n {{ <{THING}> <http://example.org/n> ?n }}").rows
