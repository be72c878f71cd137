"""Whether the answers of an endpoint can be relied on, whatever it calls itself.

Some engines answer a filter wrongly without a word. A few queries over constants, whose answers are known, show it;
from such an endpoint the triples are fetched that the shapes name, and looked at here.
"""

from __future__ import annotations

from dataclasses import replace

from svngraph.errors import SvngraphError
from svngraph.store.dialects import DIALECTS, STANDARD, Dialect
from svngraph.validation.prebound import BoundSelect

__all__ = ["DIALECTS", "STANDARD", "Dialect", "dialect_of"]

_E = "<http://example.org/e>"
_STRING = "<http://www.w3.org/2001/XMLSchema#string>"
# Each asks what a constraint asks; the numbers that ?n has in the right answer follow.
_PROBES: tuple[tuple[str, set[str]], ...] = (
    (f'VALUES (?n ?x) {{ (1 "a") (2 "ab") (3 4) (4 {_E}) }} FILTER(isBlank(?x) || STRLEN(STR(?x)) > 1)', {"2", "4"}),
    (
        f'VALUES (?n ?x) {{ (1 1) (2 "x") (3 {_E}) (4 2.5) }} '
        'FILTER(!COALESCE(isLiteral(?x) && LANG(?x) = "" && ?x < 2, false))',
        {"2", "3", "4"},
    ),
    (
        f'VALUES (?n ?x) {{ (1 "a"@en) (2 "b"@sv-SE) (3 "c") (4 {_E}) }} '
        'FILTER(!(isLiteral(?x) && langMatches(LANG(?x), "sv")))',
        {"1", "3", "4"},
    ),
    (f'VALUES (?n ?x) {{ (1 "A") (2 "B") (3 {_E}) }} FILTER(!(?x IN ({_E}) || sameTerm(?x, "A")))', {"2"}),
    (f'VALUES (?n ?x) {{ (1 9) (2 "x9") (3 "y") (4 {_E}) }} FILTER(isBlank(?x) || !REGEX(STR(?x), "9$"))', {"3", "4"}),
    (
        f'VALUES (?n ?x) {{ (1 "A"@en) (2 "A") (3 1) (4 {_E}) }} FILTER(!(isLiteral(?x) && datatype(?x) = {_STRING}))',
        {"1", "3", "4"},
    ),
    ("VALUES ?n { 1 2 } MINUS { VALUES ?n { 1 } }", {"2"}),
)


def dialect_of(select: BoundSelect) -> Dialect:
    """The dialect of an endpoint, as its answers to some queries about constants show it.

    A query that it refuses shows nothing: that will be seen, and worked around, constraint by constraint.
    """
    for pattern, expected in _PROBES:
        try:
            rows = select(f"SELECT ?n WHERE {{ {pattern} }}", {}).rows
        except SvngraphError:
            continue
        if {str(row[0]) for row in rows} != expected:
            # The one that is known for this also cuts its answers at a limit that it does not tell about.
            return Dialect("untrusted", page=10_000, trusted=False, sorted_inside=True)
    return STANDARD if _is_screenable(select) else replace(STANDARD, screened=False)


def _is_screenable(select: BoundSelect) -> bool:
    """True where EXISTS inside EXISTS sees what is bound outside, which screening relies on."""
    inner = "NOT EXISTS { VALUES ?y { 3 } FILTER(?y = ?x) }"
    told = f"BIND((EXISTS {{ VALUES ?x {{ 1 3 }} FILTER(?x = ?n && {inner}) }}) AS ?is)"
    try:
        rows = select(f"SELECT ?n ?is WHERE {{ VALUES ?n {{ 1 2 3 }} {told} }}", {}).rows
    except SvngraphError:
        return False
    return {str(row[0]): str(row[1]) in ("true", "1") for row in rows} == {"1": True, "2": False, "3": False}
