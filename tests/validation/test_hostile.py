"""Shapes and data that would take for ever, or would be read wrongly, if they were taken as they come."""

from __future__ import annotations

import os
import threading

import pytest
from rdflib import SH, Graph, Literal, Namespace

from svngraph.columns import Snapshot
from svngraph.columns.engine import matching
from svngraph.errors import InputError
from svngraph.validation import validate
from svngraph.validation.regex import compile_pattern, may_explode

EX = Namespace("http://example.org/")
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
LONG = "a" * 60 + "b"

EXPLOSIVE = ["^(a+)+$", "^(a|a)*$", "(a+a+)+c", "^(a|aa){1,60}$", "^(a?){60}a{60}$", "^([a-z]+)*$"]
HARMLESS = ["^https://x/[a-z]+$", "\\(a+\\)+", "[(+*]+x", "^\\d{4}-\\d\\d$", "(ab)+", "a*b*c*"]


@pytest.mark.parametrize("pattern", EXPLOSIVE)
@pytest.mark.parametrize("engine", ["columnar", "sparql"])
def test_a_pattern_that_explodes_is_answered(engine, pattern) -> None:
    assert may_explode(pattern)
    data = Snapshot.of_triples((EX.x, EX.p, Literal(text)) for text in ("aaaa", LONG))
    shapes = Graph()
    for word, value in ((SH.targetNode, EX.x), (SH.path, EX.p), (SH.pattern, Literal(pattern))):
        shapes.add((EX.S, word, value))
    found = {str(result.value) for result in validate(data, shapes, engine=engine).results}
    assert LONG in found or pattern == "^([a-z]+)*$"
    # Over a short text Python's own engine can say it too.
    assert ("aaaa" in found) == (compile_pattern(pattern).search("aaaa") is None)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_harmless_pattern_is_not_suspected(pattern) -> None:
    assert not may_explode(pattern)


def test_several_repetitions_are_suspected_over_long_texts_only() -> None:
    assert may_explode("a*b*c*", "", 10_000)
    assert not may_explode("a*b*c*", "q", 10_000)


def test_what_the_other_engine_does_not_take_it_does_not_answer() -> None:
    assert matching(["a"], "(a{900}){900}", "") is None
    assert matching(["a", "\n", '"\\u0041'], "^(a|A)+$", "") == [True, False, False]


@pytest.mark.parametrize("engine", ["columnar", "sparql"])
def test_shapes_that_double_at_each_level_are_asked_once(engine) -> None:
    depth = 40
    text = "".join(f"ex:s{i} a sh:NodeShape ; sh:or ( ex:s{i + 1} [ sh:not ex:s{i + 1} ] ) .\n" for i in range(depth))
    last = f"ex:s0 sh:targetClass ex:C . ex:s{depth} a sh:NodeShape ; sh:class ex:X ."
    data = Snapshot.of_bytes((HEAD + "ex:a a ex:C .").encode(), "ttl")
    assert validate(data, Graph().parse(data=HEAD + text + last), engine=engine).conforms


def test_a_circle_of_thousands_is_closed() -> None:
    size = 1000
    ring = Snapshot.of_triples((EX[f"n{i}"], EX.p, EX[f"n{(i + 1) % size}"]) for i in range(size))
    shapes = Graph().parse(
        data=HEAD + "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; "
        f"sh:property [ sh:path [ sh:oneOrMorePath ex:p ] ; sh:minCount {size} ; sh:maxCount {size} ] ."
    )
    assert validate(ring, shapes).conforms


def test_a_pipe_with_a_mistake_is_not_taken_for_an_empty_file(tmp_path) -> None:
    pipe = tmp_path / "data.nt"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("<a:s> <a:p> nothing .\n",))
    writer.start()
    with pytest.raises(InputError):
        Snapshot.of_files([pipe])
    writer.join()
