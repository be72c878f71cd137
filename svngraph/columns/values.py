"""The comparable values of literals: what SPARQL's ``<`` orders, and nothing else.

Source: https://www.w3.org/TR/sparql11-query/#OperatorMapping, with dates, times and durations as in XPath.
"""

from __future__ import annotations

import re
import struct
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple

XSD = "http://www.w3.org/2001/XMLSchema#"
_FOURTEEN_HOURS = 14 * 3600

_INTEGERS = frozenset(
    XSD + name
    for name in [
        *("integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    ]
)
_STRING, _BOOLEAN, _DECIMALS, _SINGLE = XSD + "string", XSD + "boolean", XSD + "decimal", XSD + "float"
_FLOATS = frozenset((XSD + "double", _SINGLE))
_INTEGER = re.compile("[+-]?[0-9]+").fullmatch
_DECIMAL = re.compile("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)").fullmatch
_FLOAT = re.compile("[-+0-9.eEINFa]+").fullmatch
# Python refuses to read whole numbers that are much longer; a decimal of any length it compares as exactly.
_LONG = 4000
_ZONE = r"(?P<z>Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_CLOCK = r"(?P<h>\d\d):(?P<mi>\d\d):(?P<s>\d\d(?:\.\d+)?)"
_DAY = r"(?P<y>-?\d{4,})-(?P<mo>\d\d)-(?P<d>\d\d)"
_MOMENTS = {
    XSD + name: re.compile(pattern + _ZONE, re.ASCII)
    for name, pattern in {
        "dateTime": f"{_DAY}T{_CLOCK}",
        "date": _DAY,
        "time": _CLOCK,
        "gYear": r"(?P<y>-?\d{4,})",
        "gYearMonth": r"(?P<y>-?\d{4,})-(?P<mo>\d\d)",
    }.items()
}
_MOMENTS[XSD + "dateTimeStamp"] = _MOMENTS[XSD + "dateTime"]
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<y>\d+)Y)?(?:(?P<mo>\d+)M)?(?:(?P<d>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<mi>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_DURATIONS = frozenset(XSD + name for name in ("duration", "dayTimeDuration", "yearMonthDuration"))


class _Single(float):
    """A number of single precision, as xsd:float has it."""


class Value(NamedTuple):
    """A value and the family within which it can be ordered; ``zoned`` says whether a moment has a time zone."""

    family: str
    magnitude: Any
    zoned: bool = False


def value_of(lexical: str, datatype: str) -> Value | None:
    """The comparable value of a literal, or None where it is ill-formed or SPARQL cannot order its datatype."""
    try:
        return _value(lexical, datatype)
    except (ValueError, ArithmeticError):
        return None


def _value(lexical: str, datatype: str) -> Value | None:
    if datatype == _STRING:
        return Value("string", lexical)
    if datatype in _INTEGERS:
        if not _INTEGER(lexical):
            return None
        return Value("number", int(lexical) if len(lexical) < _LONG else Decimal(lexical))
    if datatype == _DECIMALS:
        return Value("number", Decimal(lexical)) if _DECIMAL(lexical) else None
    if datatype in _FLOATS:
        number = float(lexical.replace("INF", "inf")) if _FLOAT(lexical) else None
        if number is not None and datatype == _SINGLE:
            number = _Single(_rounded(number))
        return None if number is None else Value("number", number)
    if datatype == _BOOLEAN:
        return Value("boolean", lexical in ("true", "1")) if lexical in ("true", "false", "1", "0") else None
    if datatype in _MOMENTS:
        return _moment(lexical, datatype)
    return _duration(lexical) if datatype in _DURATIONS else None


def _moment(lexical: str, datatype: str) -> Value | None:
    match = _MOMENTS[datatype].fullmatch(lexical)
    if match is None:
        return None
    part = {"y": "1972", "mo": "01", "d": "01", "h": "0", "mi": "0", "s": "0", "z": None} | match.groupdict()
    year, month, day = int(part["y"] or 0), int(part["mo"] or 1), int(part["d"] or 1)
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        return None
    hour, minute, second = int(part["h"] or 0), int(part["mi"] or 0), Decimal(part["s"] or 0)
    if hour > 24 or minute > 59 or second >= 60 or (hour == 24 and (minute or second)):
        return None
    seconds = _days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    zone = part["z"]
    family = "dateTime" if datatype == XSD + "dateTimeStamp" else datatype.removeprefix(XSD)
    return Value(family, seconds - _offset(zone), zone is not None)


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1 March of year 0 in the proleptic Gregorian calendar, which Python's dates do not reach."""
    shifted = year - (month <= 2)
    months = (month + 9) % 12
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * months + 2) // 5 + day - 1


def _duration(lexical: str) -> Value | None:
    match = _DURATION.fullmatch(lexical)
    if match is None or lexical.endswith(("P", "T")):
        return None
    part = {name: Decimal(text or 0) for name, text in match.groupdict().items() if name != "sign"}
    sign = -1 if match["sign"] else 1
    months = sign * int(part["y"] * 12 + part["mo"])
    seconds = sign * (part["d"] * 86400 + part["h"] * 3600 + part["mi"] * 60 + part["s"])
    return Value("duration", (months, seconds))


def compare(first: Value | None, second: Value | None) -> int | None:
    """Negative, zero or positive as the first value stands to the second; None where they cannot be ordered.

    >>> compare(value_of("10", XSD + "integer"), value_of("9.5", XSD + "decimal"))
    1
    """
    if first is None or second is None or first.family != second.family:
        return None
    a, b = first.magnitude, second.magnitude
    if first.family == "duration":
        return _agreeing(_sign(a[0], b[0]), _sign(a[1], b[1]))
    if isinstance(a, float) or isinstance(b, float):
        a, b = _promoted(a, b), _promoted(b, a)
        if a != a or b != b:
            return None  # not a number
    if first.zoned != second.zoned and abs(a - b) <= _FOURTEEN_HOURS:
        # Without a time zone a moment may lie anywhere within 14 hours either way.
        return None
    return _sign(a, b)


def _promoted(number: Any, other: Any) -> float:  # noqa: ANN401 - numbers of every type
    """The number as a float of the precision in which it is compared with the other.

    Source: https://www.w3.org/TR/xpath-31/#promotion: a decimal meets a float as a float, and a double as a double.
    """
    if isinstance(number, float):
        return number
    try:
        wide = float(number)
    except OverflowError:
        wide = inf if number > 0 else -inf
    return _rounded(wide) if isinstance(other, _Single) else wide


def _rounded(number: float) -> float:
    """The nearest number of single precision."""
    try:
        rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return inf if number > 0 else -inf
    return rounded


def _sign(a: Any, b: Any) -> int:  # noqa: ANN401 - numbers, strings and booleans alike
    return int(a > b) - int(a < b)


def _agreeing(months: int, seconds: int) -> int | None:
    # A month has no fixed length, so durations are ordered only where both parts agree.
    return None if months and seconds and months != seconds else months or seconds
