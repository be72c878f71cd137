"""Errors, names, settings, labels and files: what everything else stands on."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import svngraph.errors
from svngraph.errors import InputError, QueryError, ShapesError, SvngraphError, UsageError
from svngraph.files import write_whole
from svngraph.labels import Label, phrase, phrases
from svngraph.namespaces import KINDS, Names
from svngraph.settings import load
from svngraph.sparql import OPAQUE, asks_elsewhere, form_of, with_prefixes


def test_an_error_is_one_line_with_place_and_remedy() -> None:
    error = InputError("no\nsuch file", where="a.ttl", remedy="check it")
    assert str(error) == "a.ttl: no such file — check it"
    assert (error.what, error.where, error.remedy, error.exit_code) == ("no\nsuch file", "a.ttl", "check it", 3)
    assert str(ShapesError("two paths", clause="https://example.org/#c")).endswith("see https://example.org/#c")
    assert QueryError("x", position=(1, 40)).shifted(30).where == "query, line 1, column 10"
    assert QueryError("x", position=(2, 40)).shifted(30).where == "query, line 2, column 40"


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"([A-Z]\w+)  ", svngraph.errors.__doc__ or "")
    defined = [
        name
        for name, value in vars(svngraph.errors).items()
        if isinstance(value, type) and issubclass(value, SvngraphError)
    ]
    assert sorted(drawn) == sorted(defined)


def test_names_have_a_prefix_for_every_kind() -> None:
    prefixes = Names("https://example.org/").prefixes()
    assert all(prefixes[kind] == f"https://example.org/id/{kind}/" for kind in KINDS)
    assert len(set(prefixes.values())) == len(prefixes)
    assert Names("https://example.org/").parts("https://example.org/id/activity/a/b") == ("activity", "a/b")
    assert Names().parts("https://example.org/id/activity/a") is None


def test_settings_take_the_flag_over_the_variable_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "svngraph.toml").write_text('lang = "en"\nstore = "file"\ntimeout = 5\n')
    environ = {"SVNGRAPH_LANG": "sv", "SVNGRAPH_STORE": "variable"}
    settings = load({"store": "flag", "lang": None}, environ, tmp_path)
    assert (settings.lang, settings.store, settings.timeout) == ("sv", "flag", 5.0)
    assert load({}, {}, tmp_path / "nowhere").lang == "sv"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"lang": "de"}, "no language"),
        ({"base": "http://x"}, "ends with a slash"),
        ({"timeout": "soon"}, "not a time"),
        ({"timeout": float("nan")}, "not a time"),
    ],
)
def test_settings_that_cannot_be(flags: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        load(flags, {}, tmp_path)


def test_every_phrase_is_in_both_languages_with_the_same_fields() -> None:
    assert phrases("sv").keys() == phrases("en").keys()
    for key, words in phrases("sv").items():
        fields = set(re.findall(r"\{(\w+)\}", words))
        assert set(re.findall(r"\{(\w+)\}", phrases("en")[key])) == fields, key
    assert phrase("rows", "en", count=3) == "3 rows"


def test_a_label_falls_back_to_the_other_language() -> None:
    assert Label(sv="mål").text("en") == "mål"
    assert Label(en="goal").text("sv") == "goal"
    assert Label().text("sv") is None
    assert Label().with_text("sv", "b").with_text("sv", "a").with_text("de", "c") == Label(sv="a")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(InputError, match="No such file"):
        write_whole(tmp_path / "none" / "a", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError):
        write_whole(tmp_path / "folder", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "folder"]


def test_service_is_seen_where_it_is_a_pattern_and_only_there() -> None:
    assert asks_elsewhere("SELECT * { service silent <http://e/> { ?s ?p ?o } }")
    assert asks_elsewhere('SELECT * { ?s ?p "a" . SERVICE ?where { } }')
    for harmless in (
        "?service",
        "$SERVICE",
        "e:service",
        "<http://e/SERVICE>",
        '"SERVICE"',
        "'''SERVICE'''",
        "# SERVICE\n",
    ):
        assert not asks_elsewhere(f"SELECT * {{ ?s ?p {harmless} }}"), harmless


@pytest.mark.parametrize("gap", [" " * 5000, "#" + "-" * 5000 + "\n", "\n#x" * 2000 + "\n"])
def test_service_is_seen_however_far_off_its_brace_stands(gap: str) -> None:
    assert asks_elsewhere(f"SELECT * {{ SERVICE{gap}<http://e/> {{ }} }}")
    assert asks_elsewhere(f"SELECT * {{ SERVICE <http://e/{'e' * 5000}>{gap}{{ }} }}")


@pytest.mark.parametrize("part", ["#", "SERVICE#", "SERVICE\n#", "SERVICE:", "SERVICE a", "'''\"\"\"", "<", "PREFIX  "])
def test_no_text_takes_more_than_its_length_to_read(part: str) -> None:
    query = "ASK{} #SERVICE" + part * (200_000 // len(part))
    start = time.process_time()
    asks_elsewhere(query), form_of(query), with_prefixes(query, {"svn": "http://e/"})
    assert time.process_time() - start < 4, "forty signs took days when a gap could be read in several ways"


@given(st.text())
def test_opaque_text_never_hides_what_follows_it(words: str) -> None:
    literal = '"' + re.sub(r'[\\"\n\r]', "", words) + '"'
    assert asks_elsewhere(f"SELECT * {{ ?s ?p {literal} . SERVICE <http://e/> {{}} }}")
    assert OPAQUE.sub("", literal) == ""


def test_the_form_of_a_query_and_its_prefixes() -> None:
    assert form_of("PREFIX select: <http://e/> CONSTRUCT WHERE { ?s select:a ?o }") == "CONSTRUCT"
    assert form_of("") is None
    prefixes = {"svn": "http://e/", "sh": "http://f/"}
    assert (
        with_prefixes("PREFIX svn: <x:> ASK { ?s svn:a '# sh:b' }", prefixes)
        == "PREFIX svn: <x:> ASK { ?s svn:a '# sh:b' }"
    )
    assert with_prefixes("ASK { ?s sh:a 1 }", prefixes).startswith("PREFIX sh: <http://f/> ASK")
