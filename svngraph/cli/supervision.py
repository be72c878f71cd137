"""A second process that stands by while a large piece of work is done, and says what happened where it was ended.

An engine that runs out of memory ends its process on the spot, and so does the kernel: whoever is ended cannot say why.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

import click

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)
_FORWARDED = (signal.SIGTERM, signal.SIGHUP)
_USERS_OWN = (*_FORWARDED, signal.SIGINT)


def supervise(place: str) -> None:
    """Go on in a child process; this one waits for it, tells how it ended, and ends with its exit code.

    To be called before any store is open.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        # Whoever kills this command means the work.
        with suppress(OSError, AttributeError):  # another kernel than Linux
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        return
    _wait(pid, place)


def _wait(pid: int, place: str) -> None:
    def forward(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    for number in _FORWARDED:
        signal.signal(number, forward)
    # A terminal sends it to both.
    signal.signal(signal.SIGINT, signal.SIG_IGN if _at_terminal() else forward)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code >= 0:
        os._exit(code)
    if -code in _USERS_OWN:
        os._exit(128 - code)
    name = signal.Signals(-code).name
    click.echo(
        f"svngraph: {place}: the work was ended ({name}), most likely because memory ran out — give it more memory, "
        "or split the largest file; what was there before is there still",
        err=True,
    )
    os._exit(3)


def _at_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False
