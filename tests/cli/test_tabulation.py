"""Tables fit their terminal, whatever is in them, and nothing of them is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from svngraph.cli.tabulation import lines, width, wrapped

WORDS = st.lists(st.text("abcdefåäö漢", min_size=1, max_size=12), max_size=8).map(" ".join)


@settings(max_examples=80)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=5), st.integers(60, 130))
def test_no_line_is_wider_than_the_room_and_no_word_is_lost(rows: list[tuple[str, str, str]], room: int) -> None:
    heads = ("Nyckel", "Namn", "Väg")
    found = list(lines(heads, rows, frozenset({0}), room))
    assert all(width(line) <= room for line, _ in found)
    assert all(line == line.rstrip() for line, _ in found)
    shown = " ".join(line for line, head in found if not head).split()
    assert sorted(word for word in shown if word not in ("Nyckel:", "Namn:", "Väg:")) == sorted(
        word for row in rows for cell in row for word in cell.split()
    )


def test_a_table_that_fits_is_aligned_and_ruled() -> None:
    found = [line for line, _ in lines(("Namn", "Antal"), [("mål", "7"), ("rubrik", "12")], frozenset({1}), 40)]
    assert found == ["Namn    Antal", "─" * 13, "mål         7", "rubrik     12"]


def test_a_pipe_has_lines_of_any_width_and_no_rule() -> None:
    found = [line for line, _ in lines(("Namn", "Väg"), [("x" * 200, "y")], frozenset(), None)]
    assert found == [f"Namn{' ' * 198}Väg", f"{'x' * 200}  y"]


def test_what_is_long_stands_below_what_is_short_with_its_name() -> None:
    long = "ett ganska långt namn som inte får plats bredvid de andra"
    found = [line for line, _ in lines(("Nyckel", "Namn", "Slut"), [("a", long, "z" * 50)], frozenset(), 60)]
    assert found[0].split() == ["Nyckel", "Slut"]
    assert found[2].split() == ["a", "z" * 50]
    assert found[3].startswith("    Namn: ett ganska långt")
    assert found[4].startswith("        ")


def test_words_are_broken_only_where_they_fit_in_no_line() -> None:
    assert wrapped("ett tvåtusen tre", 8) == ["ett", "tvåtusen", "tre"]
    assert wrapped("abcdefghij k", 4) == ["abcd", "efgh", "ij k"]
    assert wrapped("", 4) == [""]
