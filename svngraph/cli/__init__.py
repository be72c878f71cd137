"""The command line: arguments in, an exit code out.

Nothing heavy is imported until a command runs, so that ``svngraph --help`` answers at once: the commands are named
here with the words that the help shows, and each stands in a module of its own.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from importlib import import_module
from typing import NoReturn

import click

from svngraph.errors import QueryTimeout, SvngraphError

_PARTLY = 4  # an answer from which an endpoint is missing
COMMANDS = {
    "ask": "Ask a question of the library, or list the questions.",
    "build": "Build the dataset from its files.",
    "continuity": "Compare two plans item by item, or follow an item through the years.",
    "coverage": "Show how much of a level is traced downwards.",
    "demo": "Build, measure, validate and ask, on the shipped plans.",
    "diff": "Compare two datasets, files or git revisions, and what the difference does.",
    "export": "Write the dataset as RDF.",
    "findings": "List what is wrong with the trace links: orphans, circles, loose ends, single points of failure.",
    "gaps": "List what is missing, and where each chain breaks.",
    "impact": "Show what depends on an item, and what would be orphaned if it went.",
    "import": "Show or apply what an edited sheet of links changes.",
    "ingest": "Propose a named graph for a document: PDF, slides, Word, Excel, web page or text.",
    "link": "Link two things in the curation graph, checked by the shapes.",
    "links": "List the links, or write the curation's as a sheet to edit.",
    "matrix": "Set levels against each other: a matrix of two, or the chains across several.",
    "publish": "Write the whole site as files that any web server can host.",
    "query": "Run a SPARQL query.",
    "release": "Keep the dataset as it is now under a version.",
    "review": "List or decide what waits for a judgement: suspect links, candidates.",
    "serve": "Serve the pages and the SPARQL endpoint.",
    "store": "Look after a dataset that is kept: info, verify, backup, restore, compact.",
    "suspects": "List the links whose ends have changed since they were reviewed.",
    "trace": "Show the chains of an item, up to the goal and down to the outcome.",
    "unlink": "Remove a link from the curation graph.",
    "validate": "Check the dataset against the SHACL shapes.",
}


class _Commands(click.Group):
    """The group of commands, each imported when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"svngraph.cli.{name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="svngraph", message="%(package)s %(version)s")
def app() -> None:
    """Trace public plans: what was done for a goal, what is missing, and where it says so.

    Data goes to stdout, progress and errors to stderr. Exit codes: 0 fine, 1 findings at or above --fail-on,
    2 usage, 3 input that cannot be read, 4 one of several endpoints is missing from the answer.
    """


def main() -> NoReturn:  # noqa: C901 since each way to end has its own code
    """Run the command line and end the process with its exit code; a user's mistake is one line on stderr."""
    # numpy's linear algebra, of which nothing here is, would start a thread on each core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A command makes much and throws little away; it need not look for garbage at every few hundred values.
    gc.set_threshold(10_000, 20, 20)
    _prepare_streams()
    code = 0
    try:
        _run()
        sys.stdout.flush()
        code = _in_part()
    except click.exceptions.Exit as done:
        code = done.exit_code or _in_part()
    except SystemExit as done:  # findings, of what was answered
        part = _in_part()
        code = int(done.code or part)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("svngraph: stopped", err=True)
        _leave(130)
    except SvngraphError as error:
        click.echo(f"svngraph: {error}", err=True)
        code = error.exit_code
        if isinstance(error, QueryTimeout):
            _leave(code)
    except BrokenPipeError:
        # The reader of our output has left (`svngraph … | head`). The code is that of other tools, by SIGPIPE: a script
        # with `pipefail` is not to take a report that was cut off for a pass.
        _silence()
        code = 128 + signal.SIGPIPE
    except OSError as error:
        # What a command reads or writes by name fails with an error of its own; this is the output, or memory.
        click.echo(
            f"svngraph: output: {error.strerror or error} — check the space, and where the output goes", err=True
        )
        _silence()
        code = 3
    except MemoryError:
        click.echo("svngraph: memory ran out — ask for less, or give it more", err=True)
        code = 3
    except RecursionError:
        click.echo("svngraph: something is nested too deeply — simplify the query or the shapes", err=True)
        code = 3
    _end(code)


def _run() -> None:
    # Not by click's own `main`, which takes a reader that has left for a failure of the command.
    with app.make_context("svngraph", sys.argv[1:]) as context:
        app.invoke(context)


def _in_part() -> int:
    """The exit code of an answer over several endpoints, 4 where one is missing; each is told with its share."""
    pipeline = sys.modules.get("svngraph.pipeline")  # not loaded for this: a command that asked nothing has no shares
    found = pipeline.shares() if pipeline else ()
    for note in pipeline.notes() if pipeline else ():
        click.echo(f"svngraph: {note}", err=True)
    for share in found:
        said = f"missing: {share.missing}" if share.missing else f"{share.quads} quads, {share.share:.0%}"
        click.echo(f"svngraph: {share.name} ({share.place}): {said}", err=True)
    return _PARTLY if any(share.missing for share in found) else 0


def _prepare_streams() -> None:
    """Give every stream somewhere to go, and a way to write what its encoding lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _silence() -> None:
    """Send what is still to be written nowhere, so that the end of the process does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(code: int) -> NoReturn:
    """End the process when all is written and closed, without taking a large dataset down piece by piece."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
    except OSError as error:  # the space ran out on the last piece
        click.echo(f"svngraph: output: {error.strerror or error} — check the space", err=True)
        _silence()
        code = 3
    atexit._run_exitfuncs()  # what temporary files and locks have asked for
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process at once: a query that still runs in another thread cannot be asked to stop."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
