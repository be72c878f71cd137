"""User and password for a server: from the environment or a file, never from an address, and never written anywhere."""

from __future__ import annotations

import netrc
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from svngraph.errors import InputError, UsageError

FILE = "SVNGRAPH_CREDENTIALS"


@dataclass(frozen=True)
class Credentials:
    """A user and a password; the password is in no text that is made of this."""

    user: str
    password: str = field(repr=False)


def credentials_for(url: str, own: str | None = None) -> Credentials | None:
    """The credentials for an address: ``SVNGRAPH_USER`` and ``SVNGRAPH_PASSWORD``, else a line of a netrc file.

    The pair is for the server that the setting ``store`` names, ``own``, and goes to no other; without ``own`` the
    address is that server's.

    The file is named by ``SVNGRAPH_CREDENTIALS``, has ``machine HOST login USER password PASSWORD`` for each server,
    and can be read by its owner alone.

    Errors: UsageError where the address itself holds them; InputError where the file cannot be used.
    """
    parts = urlsplit(url)
    if parts.username or parts.password:
        remedy = f"give them as SVNGRAPH_USER and SVNGRAPH_PASSWORD, or in the file {FILE}"
        raise UsageError("credentials in the address", where=parts.hostname, remedy=remedy)
    user, password = os.environ.get("SVNGRAPH_USER"), os.environ.get("SVNGRAPH_PASSWORD")
    if user and password and (own is None or _server(own) == _server(url)):
        return Credentials(user, password)
    if name := os.environ.get(FILE):
        return _in_file(Path(name), parts.hostname or "")
    return None


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _in_file(path: Path, host: str) -> Credentials | None:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InputError("others can read the credentials", where=str(path), remedy=f"chmod 600 {path}")
        found = netrc.netrc(str(path)).authenticators(host)
    except netrc.NetrcParseError as error:
        # What netrc says of a mistake may quote the line, and so the password.
        where = f"{path}:{error.lineno}"
        remedy = "write: machine HOST login USER password PASSWORD"
        raise InputError("not a line of credentials", where=where, remedy=remedy) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not readable"
        raise InputError(reason, where=str(path), remedy=f"check the file that {FILE} names") from error
    return Credentials(found[0], found[2]) if found and found[0] and found[2] else None
