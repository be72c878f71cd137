"""What a cell of a table may hold, so that whoever opens the table in a spreadsheet or a terminal is safe."""

from __future__ import annotations

import re

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless(value: object) -> str:
    """A value as text for a CSV file, with an apostrophe before what a spreadsheet would calculate.

    Control characters, which a terminal would obey, become U+FFFD.

    >>> harmless("=1+1"), harmless(-5), harmless("-5 och mer")
    ("'=1+1", '-5', "'-5 och mer")

    Source: OWASP "CSV injection".
    """
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    text = str(value)
    if not text.isprintable():  # most are, and are looked through quicker so
        text = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
