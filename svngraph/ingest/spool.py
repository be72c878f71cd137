"""What a document is too long to be held as: its text, and sequences of lines and blocks, in files without a name.

What is short stays in memory, so that most documents touch no file; what is long is read back a piece at a time.
"""

from __future__ import annotations

import os
import pickle
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar, overload

from svngraph.errors import InputError

T = TypeVar("T")
_HELD = 250_000  # characters of a text that stay in memory
_BATCH = 256  # values of a sequence that are written and read together
_PIECE = 65_536  # characters that are looked at together
_WIDE = 4  # bytes of a character on disk: the place of each is known


class Text(Protocol):
    """A text of which ranges can be had: a string, or one that is kept in a file."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int | slice, /) -> str: ...


def pieces(text: Text, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
    """A range of a text a piece at a time, each with the position where it begins."""
    until = len(text) if end is None else end
    for at in range(start, until, _PIECE):
        yield at, text[at : min(at + _PIECE, until)]


def lines(text: Text, start: int = 0, end: int | None = None, ends: str = "\n") -> Iterator[tuple[int, str]]:
    r"""The lines of a range of a text with the sign that ends each, and the position where each begins.

    >>> list(lines("a\nbc"))
    [(0, 'a\n'), (2, 'bc')]
    """
    rest: list[str] = []
    begins = start
    for _, piece in pieces(text, start, end):
        left = 0
        for match in re.finditer(f"[{re.escape(ends)}]", piece):
            line = "".join((*rest, piece[left : match.end()]))
            yield begins, line
            begins, left = begins + len(line), match.end()
            rest.clear()
        rest.append(piece[left:])
    if last := "".join(rest):
        yield begins, last


class _File:
    """A file without a name, closed when nothing refers to it any more."""

    def __init__(self, descriptor: int | None = None) -> None:
        if descriptor is None:
            try:
                with tempfile.TemporaryFile() as file:
                    descriptor = os.dup(file.fileno())
            except OSError as error:
                raise _full(error) from error
        self.descriptor = descriptor
        self.length = 0

    def write(self, octets: bytes) -> None:
        """Add to the end. Errors: InputError where there is no room."""
        left = memoryview(octets)
        try:
            while left:
                left = left[os.write(self.descriptor, left) :]
        except OSError as error:
            raise _full(error) from error
        self.length += len(octets)

    def read(self, start: int, count: int) -> bytes:
        """So many bytes from a place on, fewer at the end."""
        octets = bytearray()
        while len(octets) < count and (read := os.pread(self.descriptor, count - len(octets), start + len(octets))):
            octets += read
        return bytes(octets)

    def __del__(self) -> None:
        if hasattr(self, "descriptor"):
            os.close(self.descriptor)


def _full(error: OSError) -> InputError:
    what = f"no room for what is read: {error.strerror or error}"
    return InputError(what, where=tempfile.gettempdir(), remedy="make room there, or name another folder in TMPDIR")


class SpooledText:
    """A text that is written from its beginning to its end, and of which any range can be read."""

    def __init__(self, words: str = "") -> None:
        self._held: list[str] = [words] if words else []
        self._length = self._waiting = len(words)
        self._file: _File | None = None

    @classmethod
    def of(cls, descriptor: int, length: int) -> SpooledText:
        """The text that another process has written to a file, of which this process has a descriptor."""
        text = cls()
        text._file, text._length = _File(descriptor), length
        return text

    def write(self, words: str) -> None:
        """Add to the end."""
        self._held.append(words)
        self._length += len(words)
        self._waiting += len(words)
        if self._waiting >= _HELD:
            self._flush()

    def _flush(self) -> None:
        self._file = self._file or _File()
        self._file.write("".join(self._held).encode("utf-32-le", "surrogatepass"))
        self._held, self._waiting = [], 0

    @property
    def descriptor(self) -> int | None:
        """That of the file that the text is in; None for a text in memory."""
        if self._file is not None and self._held:
            self._flush()
        return self._file.descriptor if self._file is not None else None

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: int | slice, /) -> str:
        if isinstance(at, int):
            return self[at : at + 1]
        start, end, _ = at.indices(self._length)
        if self._file is None:
            self._held = ["".join(self._held)]
            return self._held[0][start:end]
        if self._held:
            self._flush()
        octets = self._file.read(start * _WIDE, max(0, end - start) * _WIDE)
        return octets.decode("utf-32-le", "surrogatepass")

    def __reduce__(self) -> tuple[type[SpooledText], tuple[str]]:
        """In another process the text is held: what shares its file passes on the descriptor instead."""
        return SpooledText, (self[:],)


class Spool(Sequence[T]):
    """A sequence that is written from its beginning to its end, and read as often as is wanted."""

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._starts: list[int] = []
        self._file: _File | None = None
        self._held: list[T] = []
        for value in values:
            self.append(value)

    def append(self, value: T) -> None:
        """Add to the end."""
        if len(self._held) == _BATCH:
            self._file = self._file or _File()
            self._starts.append(self._file.length)
            self._file.write(pickle.dumps(self._held, pickle.HIGHEST_PROTOCOL))
            self._held = []
        self._held.append(value)

    def __len__(self) -> int:
        return len(self._starts) * _BATCH + len(self._held)

    def __iter__(self) -> Iterator[T]:
        for number in range(len(self._starts)):
            yield from self._batch(number)
        yield from self._held

    def _batch(self, number: int) -> list[T]:
        assert self._file is not None
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self._file.length
        octets = self._file.read(start, end - start)
        batch: list[T] = pickle.loads(octets)  # noqa: S301 - as above
        return batch

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        index = at + len(self) if at < 0 else at
        if not 0 <= index < len(self):
            raise IndexError(at)
        batch, within = divmod(index, _BATCH)
        return self._batch(batch)[within] if batch < len(self._starts) else self._held[within]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # it changes as it is written

    def __reduce__(self) -> tuple[type[Spool[T]], tuple[list[T]]]:
        return Spool, (list(self),)
