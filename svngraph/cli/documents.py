"""Tables as documents: Markdown for a merge request, and an HTML page that stands alone."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from svngraph.cli.output import Table, clean

# What Markdown or the HTML inside it would take for its own.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_STYLE = """
:root { color-scheme: light dark; --rule: #8888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--rule); }
th { position: sticky; top: 0; background: Canvas; } td.number, th.number { text-align: right; }
td { overflow-wrap: break-word; }
td:first-child { white-space: nowrap; }
"""


def markdown(title: str, lead: Sequence[str], tables: Sequence[Table]) -> str:
    """A document in Markdown (CommonMark with tables): nothing in a value is taken for markup."""
    parts = [f"# {_plain(title)}", *(_plain(text) for text in lead)]
    for table in tables:
        rules = ["---:" if number in table.numeric else "---" for number in range(len(table.columns))]
        rows = [table.columns, rules, *table.rows]
        lines = ["| " + " | ".join(_cell(cell, row is rules) for cell in row) + " |" for row in rows]
        parts += [f"## {_plain(table.title)}", "\n".join(lines)]
        parts += [_plain(table.note)] if table.note else []
    return "\n\n".join(parts) + "\n"


def page(title: str, lead: Sequence[str], tables: Sequence[Table], lang: str) -> str:
    """A document as an HTML page that needs nothing beside it: nothing in a value is taken for markup."""
    body = [f"<h1>{_safe(title)}</h1>", *(f"<p>{_safe(text)}</p>" for text in lead)]
    for table in tables:
        body.append(f"<h2>{_safe(table.title)}</h2>")
        body.append('<div class="scroll"><table>')
        body.append(f"<thead><tr>{_cells(table.columns, 'th', table.numeric)}</tr></thead><tbody>")
        body += [f"<tr>{_cells(row, 'td', table.numeric)}</tr>" for row in table.rows]
        body.append("</tbody></table></div>")
        body += [f"<p>{_safe(table.note)}</p>"] if table.note else []
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _plain(text: object) -> str:
    return _MARKS.sub(r"\\\1", " ".join(clean(text).split()))


def _cell(value: object, rule: bool) -> str:
    return str(value) if rule else _plain(value)


def _cells(row: Sequence[object], tag: str, numeric: frozenset[int]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    number = ' class="number"'
    return "".join(
        f"<{tag}{scope}{number if at in numeric else ''}>{_safe(cell)}</{tag}>" for at, cell in enumerate(row)
    )


def _safe(value: object) -> str:
    return html.escape(clean(value))
