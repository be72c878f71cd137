"""``svngraph serve``: the pages and the SPARQL endpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click

from svngraph import pipeline
from svngraph.cli.options import as_of_option, chosen, day, policy_option, spreading, store_options
from svngraph.errors import SvngraphError, UsageError
from svngraph.settings import Settings
from svngraph.store.opening import is_endpoint


@click.command("serve", cls=spreading("--data"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@click.option("--data", "data", multiple=True, metavar="PATH…", help="A folder of named graphs, or any RDF files.")
@click.option("--sources", metavar="DIR", help="Your copies of the source documents, whose words are then shown.")
@click.option("--threads", type=click.IntRange(1, 256), default=64, show_default=True, help="Requests at a time.")
@click.option("--query-seconds", type=float, default=10.0, show_default=True, help="Longest time for a query.")
@click.option("--query-memory", type=int, default=512, show_default=True, help="Most memory for a query, in MiB.")
@click.option("--query-rows", type=int, default=500_000, show_default=True, help="Most rows in an answer.")
@click.option("--rate", type=float, default=0.0, help="Requests a second that one address may make (no limit).")
@click.option("--proxies", type=int, default=0, help="Proxies in front whose forwarding headers are believed (0).")
@click.option("--watch", is_flag=True, help="Take up changes of the files as they are made.")
@policy_option
@store_options
@as_of_option
def command(
    host: str,
    port: int,
    data: tuple[str, ...],
    sources: str | None,
    threads: int,
    query_seconds: float,
    query_memory: int,
    query_rows: int,
    rate: float,
    proxies: int,
    watch: bool,
    policy: Path | None,
    as_of: str | None,
    **flags: object,
) -> None:
    """Serve the pages and the SPARQL endpoint; with --data FILE…, over any RDF dataset.

    /health answers 200 once the dataset is open. SIGHUP takes up the dataset as it then is, SIGTERM ends.
    """
    # Imported here: Flask and gunicorn are needed by no other command.
    from svngraph.web.application import Options
    from svngraph.web.dataset import Published, open_files, publish
    from svngraph.web.serving import check_address, serve
    from svngraph.web.sparql.limits import MEBIBYTE, Limits

    files = [Path(name) for name in data]
    own = len(files) <= 1 and all(path.is_dir() for path in files)
    settings = chosen(**flags, sources=sources, data=data[0] if own and data else None)
    fixed = day(as_of) if as_of else None

    def opened() -> Published:
        if own:
            store = pipeline.open_dataset(settings)
            for note in pipeline.notes():
                click.echo(f"svngraph: {note}", err=True)
            return publish(store, settings, fixed or day(None), policy)
        return open_files(files, settings, fixed or day(None), policy)

    limits = Limits(seconds=query_seconds, memory=query_memory * MEBIBYTE, rows=query_rows)
    kept = (
        settings.store
        if own and settings.store != "memory" and (is_endpoint(settings.store) or Path(settings.store).is_dir())
        else None
    )
    if watch and not own:
        raise UsageError("only a folder of named graphs can be watched", where="--watch", remedy="--data DIR")
    check_address(host, port)
    click.echo(f"http://{host}:{port}/", err=True)
    # A server goes on for many days: without --as-of, what is due is judged anew each day.
    today = None if fixed else partial(day, None)
    refreshed = _refreshed(settings) if watch else None
    serve(opened, host, port, Options(limits=limits, rate=rate, proxies=proxies), threads, kept, refreshed, today)


def _refreshed(settings: Settings) -> Callable[[], Iterator[bool]]:
    """What a thread of the server goes through: each item says whether the dataset must be opened anew.

    A dataset in a folder is rebuilt there, and taken up as any other build is; one in memory is read anew.
    """

    def rounds() -> Iterator[bool]:
        from svngraph.upkeep.incremental import rebuild
        from svngraph.upkeep.watching import changes

        for names in changes(settings, threading.Event()):
            if settings.store == "memory":
                yield bool(names)
                continue
            try:
                rebuild(settings, lambda _step, _done, _of: None)
            except SvngraphError as error:  # the dataset stays as it was
                click.echo(f"svngraph: {error}", err=True)
            yield False

    return rounds
