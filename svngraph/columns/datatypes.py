"""The lexical spaces of the XML Schema datatypes, as regular expressions that any SPARQL engine understands too.

Both back ends of validation use the same expressions, so that a value is ill-formed in one exactly when it is in the
other. Source: https://www.w3.org/TR/xmlschema11-2/ and https://www.w3.org/TR/rdf11-concepts/#section-Datatypes
"""

from __future__ import annotations

import re
from functools import cache

from svngraph.columns.values import XSD, Value, value_of

__all__ = ["LEXICAL", "RANGES", "XSD", "Value", "is_well_formed", "lexical_pattern", "value_of"]

_SIGNED = "[+-]?"
_DIGITS = "([0-9]+([.][0-9]*)?|[.][0-9]+)"
_ZONE = "(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP_YEAR = "-?(([1-9][0-9]*)?[0-9]{2}(0[48]|[2468][048]|[13579][26])|([1-9][0-9]*)?([02468][048]|[13579][26])00)"
_DAYS = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_DATE = f"({_YEAR}-{_DAYS}|{_LEAP_YEAR}-02-29)"
_CLOCK = "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)"
_SECONDS = "[0-9]+([.][0-9]+)?S"
_TIME_PART = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_DAY_PART = f"([0-9]+D({_TIME_PART})?|{_TIME_PART})"
_YEAR_PART = "([0-9]+Y([0-9]+M)?|[0-9]+M)"
_BASE64 = "[A-Za-z0-9+/]"
# XML's names, as code points: https://www.w3.org/TR/xml/#NT-NameStartChar
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + "0-9.\u00b7\u0300-\u036f\u203f-\u2040-"
_WORD = "[^ \t\n\r]+"

LEXICAL: dict[str, str] = {
    XSD + name: pattern
    for name, pattern in {
        "boolean": "true|false|0|1",
        "decimal": _SIGNED + _DIGITS,
        "double": f"{_SIGNED}{_DIGITS}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": f"{_SIGNED}{_DIGITS}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "date": _DATE + _ZONE,
        "dateTime": f"{_DATE}T{_CLOCK}{_ZONE}",
        "dateTimeStamp": f"{_DATE}T{_CLOCK}{_ZONE[:-1]}",
        "time": _CLOCK + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
        "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
        "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "gMonthDay": f"--({_DAYS}|02-29){_ZONE}",
        "duration": f"-?P({_YEAR_PART}({_DAY_PART})?|{_DAY_PART})",
        "dayTimeDuration": f"-?P{_DAY_PART}",
        "yearMonthDuration": f"-?P{_YEAR_PART}",
        "hexBinary": "([0-9a-fA-F]{2})*",
        # The last character before the padding has bits to spare, which are zero.
        "base64Binary": f"({_BASE64}{{4}})*({_BASE64}[AQgw]==|{_BASE64}{{2}}[AEIMQUYcgkosw048]=)?",
        "normalizedString": "[^\t\n\r]*",
        "token": f"({_WORD}( {_WORD})*)?",
        "NMTOKEN": f"[:{_NAME}]+",
        "Name": f"[:{_NAME_START}][:{_NAME}]*",
        "NCName": f"[{_NAME_START}][{_NAME}]*",
        "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    }.items()
}
_INTEGER = f"{_SIGNED}[0-9]+"
RANGES: dict[str, tuple[int | None, int | None]] = {
    XSD + name: bounds
    for name, bounds in {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-128, 127),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 255),
    }.items()
}
LEXICAL.update(dict.fromkeys(RANGES, _INTEGER))
# A sign says all that these ask, so that a query needs no arithmetic, which engines do in so many bits.
LEXICAL |= {
    XSD + "nonNegativeInteger": "[+]?[0-9]+|-0+",
    XSD + "positiveInteger": "[+]?0*[1-9][0-9]*",
    XSD + "nonPositiveInteger": "-[0-9]+|[+]?0+",
    XSD + "negativeInteger": "-0*[1-9][0-9]*",
}
# The digits of 2**64: a number with more is out of every range that has two ends.
_LONGEST = 20


def lexical_pattern(datatype: str) -> str | None:
    """The regular expression of a datatype's lexical space, anchored; None where every string is allowed."""
    pattern = LEXICAL.get(datatype)
    return None if pattern is None else f"^({pattern})$"


@cache
def _compiled(datatype: str) -> re.Pattern[str] | None:
    pattern = LEXICAL.get(datatype)
    return None if pattern is None else re.compile(pattern)


def is_well_formed(lexical: str, datatype: str) -> bool:
    """True where the datatype's lexical space has this form, or the datatype is not one that is known.

    XML Schema 1.1 lets any string be an xsd:anyURI.

    >>> is_well_formed("2024-02-29", XSD + "date"), is_well_formed("2023-02-29", XSD + "date")
    (True, False)
    """
    pattern = _compiled(datatype)
    if pattern is None:
        return True
    if not pattern.fullmatch(lexical):
        return False
    low, high = RANGES.get(datatype, (None, None))
    if low is None or high is None:
        return True
    # Python refuses to read a number of thousands of digits, zeros in front included.
    digits = lexical.lstrip("+-0")
    return len(digits) <= _LONGEST and low <= int(f"{'-' if lexical[0] == '-' else ''}{digits or 0}") <= high
