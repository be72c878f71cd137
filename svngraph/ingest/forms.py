"""What the words of a profile may be: text, a number, yes or no; and the templates of keys and labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

TEXT, NUMBER, FLAG = "a text", "a number", "true or false"
TEXTS, PAIRS = "a text or a list of texts", "a table of texts"
TABLE, TABLES = "a table", "a list of tables, each under a heading in double brackets"
READING = {"bullets": TEXT, "furniture": TEXTS, "ragged": FLAG, "blank_page": NUMBER, "date": TEXT}
RULE = {"known": FLAG, "numbered": FLAG, "level": NUMBER, "within": TEXTS}
COLUMN = {"one": FLAG}
PLAN = {"links": PAIRS}
PROFILE = {"profile": TABLE, "reading": TABLE, "variables": PAIRS, "statuses": PAIRS}
_TEMPLATES = ("plan", "key", "label", "year", "start", "until", "document")
_LIKELY = 5_000  # a number that is larger is a mistake


def wrong(row: Mapping[str, object], forms: Mapping[str, str], rest: str = TEXT) -> str | None:
    """What is wrong with the values of a table, or None; a word of which nothing is said is of the form ``rest``."""
    for name, value in row.items():
        form = forms.get(name, rest)
        if not _fits(value, form):
            return f"{name} is no {form.removeprefix('a ')}" if form != FLAG else f"{name} is neither true nor false"
        if name in _TEMPLATES and isinstance(value, str) and not _is_template(value):
            return f"{name} is no text with variables such as {{year}}: {value[:80]!r}"
    return None


def _fits(value: object, form: str) -> bool:
    checks = {
        TEXT: isinstance(value, str),
        FLAG: isinstance(value, bool),
        NUMBER: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LIKELY,
        TABLE: isinstance(value, dict),
        TEXTS: isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value)),
        PAIRS: isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
        TABLES: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    }
    return checks[form]


def _is_template(text: str) -> bool:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return False
    return all(
        name is None or (re.fullmatch(r"[A-Za-z_]\w*", name) and not form and not conversion)
        for _, name, form, conversion in parts
    )


def as_key(text: str) -> str:
    """A filled template as a key: what an IRI cannot have is a hyphen.

    >>> as_key("ap2031 (ny)")
    'ap2031-ny'
    """
    return re.sub(r"[^\w.-]+", "-", text).strip("-")[:200] or "x"
