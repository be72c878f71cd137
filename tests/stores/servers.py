"""Real SPARQL servers for the tests: an Oxigraph and a Virtuoso on loopback, each ended by its own process.

Also run by hand: ``python tests/stores/servers.py oxigraph|virtuoso`` starts one, says its address, and ends with it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTING = 300.0
USER, PASSWORD = "svng", "pw1"


@dataclass(frozen=True)
class Server:
    """A server that runs: the address for queries, the variables that let one write there, and its process."""

    place: str
    environ: dict[str, str]
    process: int


class Absent(Exception):
    """The program of a server is not installed."""


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    """An Oxigraph server over a folder."""
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        raise Absent("no oxigraph server (pip install oxigraph)")
    port = free_port()
    command = [str(program), "serve", "-l", str(folder), "-b", f"127.0.0.1:{port}", *options]
    with _running(command, folder.parent) as process:
        place = f"http://127.0.0.1:{port}/query"
        _await(place, process)
        yield Server(place, {}, process.pid)


_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
CaseMode = 2
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
MaxClientConnections = 20
CheckpointInterval = 60
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 15
MaxKeepAlives = 5
KeepAliveTimeout = 5
EnabledGzipContent = 0
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
DefaultQuery = ask {{}}
[Client]
SQL_PREFETCH_ROWS = 100
[AutoRepair]
BadParentLinks = 0
"""
_SETUP = f"""DB.DBA.USER_CREATE ('{USER}', '{PASSWORD}');
GRANT SPARQL_UPDATE TO "{USER}";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 1);
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('{USER}', 7);
"""


@contextmanager
def virtuoso(folder: Path, *, buffers: int = 20_000, rows: int = 10_000) -> Iterator[Server]:
    """A Virtuoso over a folder, with the limit of rows that it is shipped with."""
    program, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or isql is None:
        raise Absent("no Virtuoso (apt-get install virtuoso-opensource-7-bin)")
    folder.mkdir(parents=True, exist_ok=True)
    http, sql = free_port(), free_port()
    ini = _INI.format(http=http, sql=sql, buffers=buffers, dirty=buffers * 6 // 10, rows=rows)
    (folder / "virtuoso.ini").write_text(ini)
    command = [program, "+configfile", "virtuoso.ini", "+foreground"]
    fresh = not (folder / "virtuoso.db").exists()
    if fresh:  # this run sets the password and ends
        subprocess.run(
            [*command, "+pwdold", "dba", "+pwddba", "s3cret"], cwd=folder, capture_output=True, timeout=STARTING
        )
    with _running(command, folder) as process:
        place = f"http://127.0.0.1:{http}/sparql"
        _await(place, process)
        if fresh:
            asked = [isql, f"127.0.0.1:{sql}", "dba", "s3cret"]
            subprocess.run(asked, input=_SETUP, text=True, capture_output=True, timeout=STARTING, check=True)
        yield Server(place, {"SVNGRAPH_USER": USER, "SVNGRAPH_PASSWORD": PASSWORD}, process.pid)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def _await(place: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers a query."""
    until = time.monotonic() + STARTING
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {process.args!r}")
        try:
            with opener.open(f"{place}?query=ASK%7B%7D", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer in {STARTING:g} s: {process.args!r}")


def main() -> None:
    """Start the server that is named and wait for a line on stdin."""
    kinds = {"oxigraph": oxigraph, "virtuoso": virtuoso}
    with tempfile.TemporaryDirectory() as folder, kinds[sys.argv[1]](Path(folder) / "db") as server:
        said = " ".join(f"{name}={value}" for name, value in server.environ.items())
        print(  # noqa: T201 since it is run by hand
            f"{said} SVNGRAPH_STORE={server.place}".strip(), f"# process {server.process}", flush=True
        )
        sys.stdin.readline()


if __name__ == "__main__":
    os.environ.setdefault("no_proxy", "127.0.0.1,localhost")
    main()
