"""The files of the data are canonical: what a person reads in a diff is what the program writes."""

from svngraph import trig
from svngraph.namespaces import Names

NAMES = Names()
KEYS = {"ap2024", "ap2025-slides", "curation", "organisations", "report2025", "vp2021", "vp2025-process"}
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def comment(text):
    """The header of a file: the lines before the first that is no comment."""
    lines = text.splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[:end])


def test_there_is_one_file_for_each_named_graph(trigs):
    assert set(trigs) == KEYS


def test_each_file_is_what_the_program_writes_for_its_quads(trigs, graphs):
    for key, path in trigs.items():
        text = path.read_text(encoding="utf-8")
        assert trig.write({NAMES.graph(key): graphs[key]}, NAMES, comment(text)) == text, path.name


def test_each_file_states_its_licence(trigs):
    for path in trigs.values():
        header = comment(path.read_text(encoding="utf-8"))
        assert "CC0-1.0" in header and LICENCE in header, path.name


def test_each_file_says_which_graph_it_holds(trigs):
    for key, path in trigs.items():
        assert key in comment(path.read_text(encoding="utf-8")).splitlines()[0], path.name


def test_files_are_utf_8_with_unix_line_ends_and_end_with_one(trigs):
    for path in trigs.values():
        octets = path.read_bytes()
        assert b"\r" not in octets and not octets.startswith(b"\xef\xbb\xbf"), path.name
        assert octets.endswith(b"}\n") and not any(line.endswith(b" ") for line in octets.split(b"\n")), path.name
        octets.decode("utf-8")
