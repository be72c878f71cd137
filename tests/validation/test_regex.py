"""XPath's regular expressions, which are not Python's, and those that not every engine reads alike."""

from __future__ import annotations

import warnings

import pytest
from rdflib import SH, Graph, Literal, Namespace

from svngraph.columns import Snapshot
from svngraph.validation import validate
from svngraph.validation.regex import compile_pattern, is_portable

EX = Namespace("http://example.org/")
TEXTS = ["", "a", "a\n", "b", "e", "ab", "a b", "a\nb", "ab#c", "a.b", "å", "-", "^", "&", "~", "9", "aa", "/", "+"]
# Pattern, flags, and those of the texts that it matches.
MEANINGS = [
    ("^a$", "", ["a"]),
    ("^a$", "m", ["a", "a\n", "a\nb"]),
    ("^a.b$", "s", ["a b", "a\nb", "a.b"]),
    ("^a.b$", "q", []),
    ("a.b", "q", ["a.b"]),
    ("^A$", "i", ["a"]),
    ("^ a b # c $", "x", ["ab#c"]),
    ("^[a b]+$", "x", ["a", "b", "ab", "a b", "aa"]),
    ("^[a-z-[aeiou]]$", "", ["b"]),
    ("^[^a-z-[0-9]]$", "", ["å", "-", "^", "&", "~", "/", "+"]),
    ("^[&~|]$", "", ["&", "~"]),
    ("^[+--]$", "", ["-", "+"]),
    ("^[-^]$", "", ["-", "^"]),
    ("^\\p{L}$", "", ["a", "b", "e", "å"]),
    ("^[\\p{Ll}-]$", "", ["a", "b", "e", "å", "-"]),
    ("^\\i\\c*$", "", ["a", "b", "e", "ab", "a.b", "å", "aa"]),
    ("^(a)\\1$", "", ["aa"]),
    ("^\\d$", "", ["9"]),
    ("^\\/$", "", ["/"]),
    ("^(?:a|b)+?$", "", ["a", "b", "ab", "aa"]),
]


@pytest.mark.parametrize(("pattern", "flags", "expected"), MEANINGS)
def test_what_a_pattern_matches(pattern, flags, expected) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile_pattern.cache_clear()
        found = [text for text in TEXTS if compile_pattern(pattern, flags).search(text)]
    assert found == expected


@pytest.mark.parametrize(("pattern", "flags", "expected"), MEANINGS)
@pytest.mark.parametrize("engine", ["columnar", "sparql"])
def test_the_engines_read_it_alike(engine, pattern, flags, expected) -> None:
    data = Snapshot.of_triples((EX.x, EX.p, Literal(text)) for text in TEXTS)
    shapes = Graph()
    for word, value in ((SH.targetNode, EX.x), (SH.path, EX.p), (SH.pattern, Literal(pattern))):
        shapes.add((EX.S, word, value))
    if flags:
        shapes.add((EX.S, SH.flags, Literal(flags)))
    report = validate(data, shapes, engine=engine)
    assert {str(result.value) for result in report.results} == set(TEXTS) - set(expected)
    where = report.engines[EX.S]
    assert where == engine or (where.startswith("sparql, in part columnar") and not is_portable(pattern, flags))


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?P<a>b)", "(?i)a", "\\Z", "\\Aa", "\\bb", "a++", "a*+", "a{2}+", "[a", "(", "\\", "[\\1]", "[\\P{L}]"],
)
def test_what_is_python_s_or_broken_is_refused(pattern) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_pattern(pattern)
