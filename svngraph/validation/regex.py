"""Regular expressions of XPath and SPARQL, as Python's.

Source: https://www.w3.org/TR/xpath-functions/#regex-syntax
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
# XML name characters, which XPath writes \i and \c.
_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
)
_NAME = _START + "0-9.\u00b7\u0300-\u036f\u203f-\u2040\\-"
_ESCAPE = re.compile(r"\\(?:[pP]\{(?P<block>[A-Za-z]{1,2})\}|(?P<letter>.))|(?P<class>\[\^?)|(?P<end>\])", re.DOTALL)


@cache
def compile_pattern(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The compiled form of an XPath regular expression.

    Errors: ValueError where the expression or a flag is not one.
    """
    number = 0
    for flag in flags:
        if flag == "q":
            pattern = re.escape(pattern)
        elif flag in _FLAGS:
            number |= _FLAGS[flag]
        else:
            raise ValueError(f"there is no flag {flag!r}; the flags are i, s, m, x and q")
    try:
        return re.compile(pattern if "q" in flags else _translated(pattern), number)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


def _translated(pattern: str) -> str:
    parts, inside, place = [], False, 0
    for match in _ESCAPE.finditer(pattern):
        parts.append(pattern[place : match.start()])
        place = match.end()
        if match["class"]:
            # A bracket inside a class is itself; Python only warns about it.
            parts.append("\\[" if inside else match["class"])
            inside = True
        elif match["end"]:
            parts.append("]" if inside else "\\]")
            inside = False
        else:
            parts.append(_escape(match, inside))
    return "".join(parts) + pattern[place:]


def _escape(match: re.Match[str], inside: bool) -> str:
    text = match[0]
    if match["block"]:
        ranges = _category(match["block"])
        negated = text[1] == "P"
        if inside and negated:
            raise ValueError("\\P inside a character class is not supported")
        return ranges if inside else f"[{'^' if negated else ''}{ranges}]"
    letter = match["letter"]
    if letter in "icIC":
        ranges = _START if letter in "iI" else _NAME
        return ranges if inside else f"[{'^' if letter.isupper() else ''}{ranges}]"
    return text


@cache
def _category(name: str) -> str:
    """The code points of a Unicode general category, as the inside of a character class."""
    ranges: list[str] = []
    start: int | None = None
    for code in range(sys.maxunicode + 2):
        member = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(name)
        if member and start is None:
            start = code
        elif not member and start is not None:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    if not ranges:
        raise ValueError(f"there is no Unicode category {name}")
    return "".join(ranges)
