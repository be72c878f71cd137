"""Regular expressions of XPath and SPARQL, as Python's.

Source: https://www.w3.org/TR/xpath-functions/#regex-syntax
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from functools import cache

_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": 0}
# XML name characters, which XPath writes \i and \c.
_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
)
_NAME = _START + "0-9.\u00b7\u0300-\u036f\u203f-\u2040\\-"
_TOKEN = re.compile(
    r"\\(?:[pP]\{(?P<block>[A-Za-z]{1,2})\}|(?P<letter>.?))|(?P<group>\(\?.?)|(?P<possessive>(?:[*+?]|\})\+)|(?P<sign>.)",
    re.DOTALL,
)
_IN_CLASS = re.compile(r"\\(?:[pP]\{(?P<block>[A-Za-z]{1,2})\}|(?P<letter>.?))|(?P<minus>-\[)|(?P<sign>.)", re.DOTALL)
# Of other signs than letters and digits XPath lets only some be escaped; every engine lets all.
_LETTERS = frozenset("nrtiIcCdDsSwW123456789" + string.punctuation + " ")
_SPACE = " \t\n\r"


@cache
def compile_pattern(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The compiled form of an XPath regular expression.

    Errors: ValueError where the expression or a flag is not one.
    """
    number = 0
    for flag in flags:
        if flag != "q" and flag not in _FLAGS:
            raise ValueError(f"there is no flag {flag!r}; the flags are i, s, m, x and q")
        number |= _FLAGS.get(flag, 0)
    try:
        return re.compile(re.escape(pattern) if "q" in flags else _Translator(pattern, flags).whole(), number)
    except (re.error, OverflowError) as error:
        raise ValueError(f"not a regular expression: {error}") from error


@cache
def is_portable(pattern: str, flags: str = "") -> bool:
    """True where every engine can be relied on to read the expression alike.

    Those with other libraries under them know no back references, no subtraction of classes and no names of XML, and
    some do not say so: they find nothing.
    """
    if "q" in flags:
        return True
    translator = _Translator(pattern, flags)
    translator.whole()
    return translator.portable


_ESCAPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_UNBOUNDED = re.compile(r"[*+]|\{[0-9]+,\}")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_MANY, _LONG = 3, 500


@cache
def may_explode(pattern: str, flags: str = "", longest: int = 0) -> bool:
    """True where an engine that goes back and tries again, as Python's does, may take for ever over a text.

    That is where what repeats is itself made of repetitions or alternatives, and where several repetitions can share a
    ``longest`` text between them in too many ways. It errs on the side of caution.
    """
    if "q" in flags:
        return False
    bare = _ESCAPED.sub("a", pattern)
    repetitions = len(_UNBOUNDED.findall(bare))
    nested = _REPEATED_GROUP.search(bare) is not None and (repetitions > 1 or "|" in bare or "?" in bare)
    return nested or (repetitions >= _MANY and longest > _LONG)


class _Translator:
    """One expression, read from left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.loose = "x" in flags
        self.lines = "m" in flags
        self.place = 0
        # Where white space does not count, some engines leave it out of classes too, and take # for a comment.
        self.portable = not (self.loose and re.search(r"[#\[]", pattern))

    def whole(self) -> str:
        """The expression in Python's syntax."""
        parts: list[str] = []
        while match := _TOKEN.match(self.pattern, self.place):
            self.place = match.end()
            sign = match["sign"]
            if match["group"] and match["group"] != "(?:":
                raise ValueError(f"{match['group']} is not of XPath's expressions")
            if match["possessive"]:
                raise ValueError(f"{match['possessive']} is not of XPath's expressions")
            if sign == "[":
                parts.append(self._class())
            elif sign == "]":
                parts.append("\\]")
            elif sign == "$":
                # Python's own also matches before a line break at the end.
                parts.append("$" if self.lines else "\\Z")
            elif sign is None:
                parts.append(match[0] if match["group"] else self._escape(match, inside=False))
            elif not (self.loose and sign in _SPACE):
                parts.append(sign)
        return "".join(parts)

    def _class(self) -> str:
        """A character class, whose opening bracket has been read, with what is subtracted from it in front."""
        parts = ["["]
        if self.pattern.startswith("^", self.place):
            self.place += 1
            parts.append("^")
        while match := _IN_CLASS.match(self.pattern, self.place):
            self.place = match.end()
            if match["minus"]:
                self.portable = False
                without = self._class()
                if not self.pattern.startswith("]", self.place):
                    raise ValueError("a subtracted class ends the class that it is in")
                self.place += 1
                return f"(?:(?!{without}){''.join(parts)}])"
            if match["sign"] == "]":
                return "".join([*parts, "]"])
            if match["sign"]:
                # What Python may one day give a meaning is written so that it has none.
                sign = match["sign"]
                repeated = self.pattern[match.start() - 1] == sign
                parts.append(f"\\{sign}" if sign in "[&~|" or (repeated and sign == "-") else sign)
                # Some libraries take these for operations on classes.
                self.portable &= not (sign == "[" or (repeated and sign in "&~-"))
            else:
                parts.append(self._escape(match, inside=True))
        raise ValueError("a character class that does not end")

    def _escape(self, match: re.Match[str], *, inside: bool) -> str:
        text, letter = match[0], match["letter"]
        if match["block"]:
            ranges, negated = _category(match["block"]), text[1] == "P"
            if inside and negated:
                raise ValueError("\\P inside a character class is not supported")
            return ranges if inside else f"[{'^' if negated else ''}{ranges}]"
        if letter not in _LETTERS or (inside and letter.isdigit()):
            raise ValueError(f"there is no escape {text}")
        self.portable &= letter not in "icIC123456789"
        if letter in "icIC":
            if inside and letter.isupper():
                raise ValueError(f"{text} inside a character class is not supported")
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
