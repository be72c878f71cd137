"""Lines read by their texts are what the parser reads line by line, however they are written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svngraph.columns import Snapshot, Terms
from svngraph.columns.reading import Source, read_bytes
from svngraph.errors import InputError

# Pieces that meet in ways that only look like a triple, beside those that do.
PIECES = [
    *("<a:s>", "<a:p>", "<a:o#x>", "_:b", "_:b.c", '"x"', '"x . y"@sv', '"1"^^<a:d>', '"\\u00e5"', '"å"', '"a\\"b"'),
    *(
        "<<( <a:s> <a:p> _:b )>>",
        "<a:g>",
        "#",
        "# c",
        ".",
        "<a:s>.#",
        "<rel>",
        "<a b>",
        '"open',
        "",
        "_:",
        "<a:s><a:p>",
        "<a:\\u00e5>",
        "<a:å>",
        "<a:s> <a:p>",
        "<a\nb>",
        "<a:{x}>",
        "<a:%zz>",
        "<a<b>",
        "<a:s>\r",
        "\x00",
    ),
]
GOOD = ["<a:s> <a:p> <a:o> .", '_:b <a:p> "x . y"@sv .', '<a:s> <a:p> "\\u00e5" .', '<a:s> <a:p> "å" .', "# all"]
pieces = st.sampled_from(PIECES)
gaps = st.sampled_from([" ", " ", " ", " ", "\t", "  ", ""])
ends = st.sampled_from([" .\n"] * 8 + [".\n", " . \n", " .\r\n", "\n", " . # c\n", " .", "\n\n"])


@st.composite
def lines(draw) -> str:
    """A line as tools write it, or one put together from pieces."""
    if draw(st.sampled_from([True, True, False])):
        return draw(st.sampled_from(GOOD)) + "\n"
    count = draw(st.integers(3, 4))
    return "".join(draw(pieces) + draw(gaps) for _ in range(count)).removesuffix(" ") + draw(ends)


def outcome(source: Source) -> object:
    """The terms of a source row by row, or the error and its line."""
    terms = Terms()
    try:
        rows = source.numbers(terms.number)
    except InputError as error:
        return str(error)
    return [tuple(map(str, terms.keys(row))) for row in rows.tolist()]


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(st.lists(lines(), max_size=5).map("".join), st.sampled_from(["nt", "nq"]))
def test_texts_and_lines_say_the_same(text, extension) -> None:
    octets = text.encode()
    quick, careful = (read_bytes(octets, extension) for _ in range(2))
    assert quick.lines is not None
    assert outcome(quick) == outcome(replace(careful, lines=None))


@pytest.mark.parametrize("extension", ["nt", "nq"])
def test_the_pieces_as_a_file_of_many_blocks(tmp_path, extension, monkeypatch) -> None:
    monkeypatch.setattr("svngraph.columns.lines._PIECE", 16)
    monkeypatch.setattr("svngraph.columns.lines._PIECES", 4)
    graph = " <a:g>" if extension == "nq" else ""
    text = "".join(f'_:b{i % 7} <a:p{i % 3}> "wört {i}"{graph} .\n' for i in range(200)) + f"<a:s> <a:p> <a:o>{graph} ."
    for name in ("first", "second"):
        (tmp_path / f"{name}.{extension}").write_text(text, encoding="utf-8")
    snapshot = Snapshot.of_files(sorted(tmp_path.iterdir()))
    # Blank nodes are the file's own; the last line is one triple in both.
    assert len(snapshot) == 2 * 200 + 1
    assert len({str(node) for node, _, _ in snapshot.graph()}) == 2 * 7 + 1


def test_a_mistake_after_many_blocks_names_its_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("svngraph.columns.lines._PIECE", 16)
    monkeypatch.setattr("svngraph.columns.lines._PIECES", 4)
    file = tmp_path / "long.nt"
    file.write_text(
        "<a:s> <a:p> <a:o> .\n" * 50 + "<a:s> <a:p> a:o .\n" + "<a:s> <a:p> <a:o> .\n" * 50, encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        Snapshot.of_files([file])
    assert caught.value.where == f"{file}:51"
