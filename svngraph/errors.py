"""The exception tree: everything svngraph raises on purpose.

::

    SvngraphError               a clear line: what happened, where, what to do; carries an exit code
    ├── UsageError              the caller named something that does not exist or cannot be (exit 2)
    │   ├── UnknownItem         no such item, or the name fits several
    │   ├── UnknownLevel        no such level in the chain
    │   └── QueryError          a query that cannot be parsed or run
    │       └── QueryTimeout    a query that ran out of its time
    ├── InputError              a file that cannot be read or parsed (exit 3)
    │   └── ShapesError         a shapes graph that breaks the SHACL specification
    └── StoreError              a store that cannot be opened, read or written (exit 3)
        ├── StoreLocked         another process is writing to it
        └── EndpointError       a remote SPARQL endpoint that refused, failed or lied

Non-conformance, orphans and missing links are values with a severity, never exceptions.
"""

from __future__ import annotations


class SvngraphError(Exception):
    """A failure that the user can act on: the message, the place it concerns, and the remedy.

    The text of the exception is the three in one line, as the command line prints it.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.line())

    def line(self) -> str:
        """The failure as one line of text, with no line break even where a part of it had one."""
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.remedy:
            parts.append(self.remedy)
        return " ".join(" — ".join(parts).split())


class UsageError(SvngraphError):
    """A request that names something that does not exist or cannot be asked for."""

    exit_code = 2


class UnknownItem(UsageError):
    """No item has the name that was given, or several have it."""


class UnknownLevel(UsageError):
    """The chain has no level of that name."""


class QueryError(UsageError):
    """A query that cannot be parsed, bound or run; ``position`` is the line and column of the mistake, from 1."""

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        position: tuple[int, int] | None = None,
    ) -> None:
        self.position = position
        if position is not None and where is None:
            where = f"query, line {position[0]}, column {position[1]}"
        super().__init__(what, where=where, remedy=remedy)

    def shifted(self, columns: int) -> QueryError:
        """The same error in the user's own text, which began so many columns into the first line of what was run."""
        if self.position is None or self.position[0] != 1:
            return self
        return QueryError(self.what, remedy=self.remedy, position=(1, self.position[1] - columns))


class QueryTimeout(QueryError):
    """A query that was ended because it used up its time."""

    exit_code = 3


class InputError(SvngraphError):
    """A file that cannot be read or is not what it should be."""


class ShapesError(InputError):
    """A shapes graph that breaks the SHACL specification; ``clause`` is the address of the rule it breaks."""

    def __init__(
        self, what: str, *, where: str | None = None, remedy: str | None = None, clause: str | None = None
    ) -> None:
        self.clause = clause
        super().__init__(what, where=where, remedy=remedy or (f"see {clause}" if clause else None))


class StoreError(SvngraphError):
    """A store that cannot be opened, read or written."""


class StoreLocked(StoreError):
    """A store that another process is writing to."""


class EndpointError(StoreError):
    """A remote SPARQL endpoint that could not be reached, refused, failed or gave a broken answer."""
