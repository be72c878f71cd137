"""Numbers that are written in decimal digits, and nothing else that looks like them."""

from __future__ import annotations


def whole_number(text: str, longest: int = 9) -> int | None:
    """The number that a text of the digits 0 to 9 is; None for any other text, and for one that is ``longest`` passed.

    What Unicode calls a digit, such as a raised two, is none here; and nine digits fit wherever a number goes.

    >>> whole_number("0012"), whole_number("10²"), whole_number("-1"), whole_number("9" * 5000)
    (12, None, None, None)
    """
    return int(text) if len(text) <= longest and text.isascii() and text.isdecimal() else None
