"""The right to build at a server: one builder at a time, though no server keeps two updates apart.

An update of the sort "if nobody holds it, take it" reads before it writes, and two at a time both succeed (observed on
Oxigraph and on Virtuoso). So each builder first writes that it wants to build, and only then looks: of two that want to
at the same time at least one sees the other, and whoever sees another takes its own claim back and tries again a little
later, at random. A claim that its owner has not renewed for long is void; so is one of a process of this machine that
has ended.
"""

from __future__ import annotations

import os
import random
import socket
import time
from uuid import uuid4

from svngraph.digits import whole_number
from svngraph.errors import StoreLocked
from svngraph.store.remote import RemoteStore
from svngraph.store.remote.ledger import CLAIMS, SPACE, inserted, removed, seconds_between

_TRIES = 6
# The claims of this process that are meant: another of its own is one that it could not take back.
_MEANT: set[str] = set()


class Lease:
    """The claim of this process to build at a server; it holds for a while and is renewed by every step.

    ``seconds`` is how long a claim holds after it was last renewed.
    """

    def __init__(self, store: RemoteStore, update: str, seconds: float) -> None:
        self.store = store
        self.update = update
        self.seconds = seconds
        self.claim = f"{SPACE}claim:{uuid4().hex}"
        self._renewed = 0.0

    def take(self) -> None:
        """Get the right to build. Errors: StoreLocked while somebody else has it; EndpointError."""
        _MEANT.add(self.claim)
        owner = f"{socket.gethostname()} {os.getpid()}"
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(random.uniform(0.05, 0.2) * attempt)  # noqa: S311 # chance, and no secret
            self._write(inserted(f'<{self.claim}> <{SPACE}owner> "{owner}" ; <{SPACE}renewed> ?now .'))
            others = self._others()
            if not others:
                return
            self._write(removed([self.claim]))
        remedy = "wait for it, or stop it"
        raise StoreLocked(f"another process is building here: {others[0]}", where=self.store.place, remedy=remedy)

    def renew(self) -> None:
        """Say that the building goes on, where it has not been said for a while. Errors: StoreLocked, EndpointError."""
        if time.monotonic() - self._renewed > self.seconds / 4:
            self.check()
            self._write(inserted(f"<{self.claim}> <{SPACE}renewed> ?now .", f"<{self.claim}> <{SPACE}owner> ?owner"))

    def check(self) -> None:
        """Make sure that the claim is still there. Errors: StoreLocked where somebody else took it for void."""
        if not any(claim == self.claim for claim, _, _ in self._claims()):
            remedy = "nothing was changed; build again"
            raise StoreLocked("the right to build was lost to another process", where=self.store.place, remedy=remedy)

    def release(self) -> None:
        """Give the right back."""
        _MEANT.discard(self.claim)
        self._write(removed([self.claim]))

    def _write(self, update: str) -> None:
        self.store.conversation.update(update, self.update)
        self._renewed = time.monotonic()

    def _others(self) -> list[str]:
        """Who else wants to build; claims that are void are taken away."""
        claims = [claim for claim in self._claims() if claim[0] != self.claim]
        if void := [claim for claim, owner, age in claims if age > self.seconds or _is_void(claim, owner)]:
            self._write(removed(void))
        return [owner for claim, owner, _ in claims if claim not in void]

    def _claims(self) -> list[tuple[str, str, float]]:
        """Every claim with its owner and how long ago it was last renewed, in seconds by the server's clock."""
        found: dict[str, tuple[str, float]] = {}
        for row in self.store.select_raw(CLAIMS).rows:
            claim, owner, renewed, now = map(str, row)
            age = seconds_between(renewed, now)
            found[claim] = (owner, min(age, found.get(claim, (owner, age))[1]))
        return [(claim, owner, age) for claim, (owner, age) in found.items()]


def _is_void(claim: str, owner: str) -> bool:
    """Whether a claim is of a process of this machine that is no longer there, or of this one and left over."""
    host, _, process = owner.rpartition(" ")
    number = whole_number(process)
    if host != socket.gethostname() or number is None:
        return False
    if number == os.getpid():
        return claim not in _MEANT
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
