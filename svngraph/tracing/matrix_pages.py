"""A matrix as HTML pages that stand alone: no script, no other file; long ones in pages of some hundred rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import islice

from svngraph.labels import phrase
from svngraph.tracing.tables import NAMES, SIGNS, basis_name

ROWS_A_PAGE = 500

_STYLE = """
:root { color-scheme: light dark; --line: #8888; --head: #1f4e5f; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 1.5rem; max-width: none; }
h1 { font-size: 1.4rem; }
nav, .made, .legend { margin: .75rem 0; }
nav a { margin-right: .75rem; }
.scroll { overflow: auto; max-height: 80vh; border: 1px solid var(--line); }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--head); color: #fff; z-index: 1; }
tbody th { white-space: nowrap; }
td.sign, td.count { text-align: center; }
td.none { background: #c0392b22; }
td ul { text-align: left; min-width: 22rem; }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #e67e22; }
summary { cursor: pointer; }
@media print { .scroll { max-height: none; } nav { display: none; } }
"""


def pages(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    made: Sequence[tuple[str, str]],
    lang: str,
    name_of: Callable[[int], str],
    length: int | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The pages of a table, each with its file name: a head that stays in view, links between pages, how it was made.

    Shape: ``name_of`` gives the file name of a page from its number, from 1; ``made`` are lines of label and value;
           ``length`` is how many rows go on a page, None for the usual number and 0 for all on one.
    """
    stream, size = iter(rows), {None: ROWS_A_PAGE, 0: None}.get(length, length)
    part, number = list(islice(stream, size)), 1
    while True:
        following = list(islice(stream, size))
        more = bool(following)
        yield name_of(number), _page(title, heads, part, made, lang, number, more, name_of).encode()
        if not more:
            return
        part, number = following, number + 1


def _page(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    made: Sequence[tuple[str, str]],
    lang: str,
    number: int,
    more: bool,
    name_of: Callable[[int], str],
) -> str:
    links = []
    if number > 1:
        links.append(f'<a rel="prev" href="{escape(name_of(number - 1))}">{escape(phrase("previous-page", lang))}</a>')
    if number > 1 or more:
        links.append(escape(phrase("page", lang, number=number)))
    if more:
        links.append(f'<a rel="next" href="{escape(name_of(number + 1))}">{escape(phrase("next-page", lang))}</a>')
    nav = f'<nav aria-label="{escape(phrase("pages", lang))}">{" ".join(links)}</nav>' if links else ""
    signs = ", ".join(f"{sign} {escape(basis_name(weak, lang))}" for weak, sign in enumerate(SIGNS[: len(NAMES)]))
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in made)
    head = "".join(f'<th scope="col">{escape(_clean(name))}</th>' for name in heads)
    body = "\n".join(_row(row) for row in rows)
    return f"""<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
<h1>{escape(title)}</h1>
<p class="legend">{signs}</p>
{nav}
<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>
{nav}
<details class="made"><summary>{escape(phrase("how-made", lang))}</summary><dl>{facts}</dl></details>
</html>
"""


def _row(row: Sequence[object]) -> str:
    first, *rest = row
    cells = "".join(_cell(value) for value in rest)
    return f'<tr><th scope="row">{escape(_clean(first))}</th>{cells}</tr>'


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="count{"" if value else " none"}">{value}</td>'
    if isinstance(value, tuple):
        return f'<td class="count{"" if value[1] else " none"}">{_details(value)}</td>'
    if value in SIGNS:
        return f'<td class="sign">{value}</td>'
    return f"<td>{escape(_clean(value))}</td>"


def _details(value: tuple[str, Sequence[str]]) -> str:
    """A count that opens to show what it counts: the drill-down."""
    lines = "".join(f"<li>{escape(_clean(line))}</li>" for line in value[1])
    return f"<details><summary>{escape(value[0])}</summary><ul>{lines}</ul></details>" if value[1] else escape(value[0])


def _clean(value: object) -> str:
    """A value without the characters that HTML forbids."""
    return "".join(c if c in "\t\n" or (c >= " " and not "\x7f" <= c <= "\x9f") else "\ufffd" for c in str(value))
