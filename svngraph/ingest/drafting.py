"""A first draft of a profile from a document: what it has of headings, list items, paragraphs and tables.

The draft is a file to edit. What could not be placed stands in it as comments.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from svngraph.ingest.blocks import Block, Kind, Reading
from svngraph.ingest.lifting.cues import DEFAULT, languages, speaking, spoken, words
from svngraph.ingest.patterns import CODE, are_codes, assessed, numbered, run_in, told

_YEARS = re.compile(r"(?P<start>(?:19|20)\d\d) ?[–-] ?(?P<until>(?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DETAILS = ("responsible", "due", "status")
_MOST = 12  # lines shown of what could not be placed


def draft(reading: Reading) -> str:
    """The text of a profile for documents like this one."""
    # What of a document is placed is known by the blocks themselves: here they are all held.
    reading = replace(reading, blocks=tuple(reading.blocks))
    title = next((b for b in reading.blocks if _YEAR.search(b.text)), reading.blocks[0])
    with speaking(_language(title.text)):
        return _drafted(reading, title)


def _language(title: str) -> str:
    """The language whose words for plans say most of a title."""

    def said(language: str) -> tuple[int, bool]:
        with speaking(language):
            found = [re.search(row[0], title, re.IGNORECASE) for row in words()["drafting"]["plans"]]
        return max((len(match[0]) for match in found if match), default=0), language == DEFAULT

    return max(languages(), key=said)


def _drafted(reading: Reading, title: Block) -> str:
    pattern, type_, kind, key = _plan(title.text)
    placed, lines = set[int](), _head(reading, title.text, pattern, type_, kind, key)
    lines += _rule("any", "plan", f"^{_general(title.text)}$", plan=key)
    placed.add(id(title))
    has_tables = any(block.cell for block in reading.blocks)
    lines += _table(reading.blocks, placed, key) if has_tables else _prose(reading.blocks, placed, key, type_)
    left = [block for block in reading.blocks if id(block) not in placed]
    if left:
        lines += ["", f"# Not placed: {len(left)} pieces. Write a rule for those that mean something."]
        lines += [f"#   {block.kind.value:<9} {_comment(block.text)}" for block in left[:_MOST]]
        lines += [f"#   … and {len(left) - _MOST} more"] if len(left) > _MOST else []
    return "\n".join([*lines, ""])


def _comment(text: str) -> str:
    return text[:90] + ("…" if len(text) > 90 else "")


def _plan(title: str) -> tuple[str, str, str, str]:
    """The word for the plan in a title, and the class, kind and key that go with it."""
    for pattern, type_, kind, key in words()["drafting"]["plans"]:
        if re.search(pattern, title, re.IGNORECASE):
            return pattern, type_, kind, key
    return "", "ActivityPlan", "plan", "ap{year}"


def _head(reading: Reading, title: str, _pattern: str, type_: str, kind: str, key: str) -> list[str]:
    years = _YEARS.search(title)
    repeated = sorted({re.sub(r"\d+", r"\\d+", re.escape(reading.text[a:b])) for a, b in reading.furniture})
    lines = [
        f"# svngraph profile, drafted from {reading.name}. Read it through, and change what is wrong.",
        "",
        "[profile]",
        f"title = {_quoted(title)}",
        f"document = {_quoted(key)}",
        *([] if spoken() == DEFAULT else [f'language = "{spoken()}"']),
        "",
        "[reading]",
        f"furniture = [{', '.join(_quoted(each) for each in repeated[:_MOST])}]",
        "",
        "[variables]",
        f"year = {_quoted(_general(title, capture=True))}",
    ]
    if years:
        lines.append(f"until = {_quoted(_general(title, capture=True, last=True))}")
    lines += ["", "[[plan]]", f"key = {_quoted(key)}", f"type = {_quoted(type_)}"]
    lines += ['kind = "report"'] if kind == "report" else []
    label = title.replace("{", "").replace("}", "")
    for match, name in zip(_YEAR.finditer(label), ("year", "until") if years else ("year",), strict=False):
        label = label.replace(match[0], f"{{{name}}}", 1)
    lines.append(f"label = {_quoted(label)}")
    lines += ['start = "{year}"', 'until = "{until}"'] if years else ['year = "{year}"']
    if kind == "report":
        lines += [
            'links = { reportOf = "ap{year}" }',
            "",
            "[[plan]]",
            'key = "ap{year}"',
            'type = "ActivityPlan"',
            f"label = {_quoted(words()['drafting']['activity_plan'])}",
        ]
    return lines


def _general(title: str, *, capture: bool = False, last: bool = False) -> str:
    """A title as a pattern that fits other years; with the first or the last year as its group."""
    matches = list(_YEAR.finditer(title))
    chosen = (matches[-1] if last else matches[0]) if matches else None
    parts, at = [], 0
    for match in matches:
        parts.append(re.escape(title[at : match.start()]))
        parts.append(r"(\d{4})" if capture and match is chosen else r"\d{4}")
        at = match.end()
    return "".join([*parts, re.escape(title[at:])]).replace("\\ ", " ").replace("\\-", "-")


def _rule(on: str, makes: str, pattern: str | None = None, level: int = 0, plan: str | None = None) -> list[str]:
    lines = ["", "[[rule]]"] + ([f'on = "{on}"'] if on != "any" else [])
    lines += [f"level = {level}"] if level else []
    lines += [f"pattern = {_quoted(pattern)}"] if pattern else []
    lines += [f'makes = "{makes}"', *([f"plan = {_quoted(plan)}"] if plan else [])]
    return lines


def _prose(blocks: Sequence[Block], placed: set[int], key: str, type_: str) -> list[str]:
    """Rules for headings, list items and paragraphs, by what follows what."""
    followed: dict[str, Counter[str]] = defaultdict(Counter)
    for block, after in pairwise(blocks):
        followed[_shape(block)][_shape(after)] += 1
    lines: list[str] = []
    bullets = any(block.kind == Kind.BULLET for block in blocks)
    own = "ap{year}" if type_ == "Report" else key
    headings = [s for s in dict.fromkeys(_shape(b) for b in blocks if id(b) not in placed) if s.startswith("heading")]
    for number, shape in enumerate(headings):
        above = any(after.startswith("heading") for after in followed[shape])
        makes = "focus-area" if above or (number == 0 and len(headings) < 3) else "heading"
        texts = [block.text for block in blocks if _shape(block) == shape and id(block) not in placed]
        prefix, name = _prefix(texts), numbered(texts)
        if prefix and not name:
            name = f"^{re.escape(prefix)}(?P<name>.+)".replace("\\ ", " ")
        level = int(shape.split()[1]) if len(headings) > 1 else 0
        if type_ == "Report" and not bullets and name and CODE in name and number == len(headings) - 1:
            makes = "activity"
        elif re.search(words()["drafting"]["goal"], prefix, re.IGNORECASE):
            makes = "goal"
        plan = {"heading": "vp{covering}", "activity": own}.get(makes)
        if name or level or len(headings) < 2:
            lines += _rule("heading", makes, name, level, plan)
            placed.update(id(b) for b in blocks if _shape(b) == shape and b.text.startswith(prefix))
        elif number == len(headings) - 1:
            lines += _rule("heading", makes, None, 0, plan)
            placed.update(id(b) for b in blocks if _shape(b) == shape)
    if bullets:
        made = "heading" if type_ == "BusinessPlan" else "activity"
        lines += _rule("bullet", made, told([b.text for b in blocks if b.kind == Kind.BULLET]), plan=own)
        placed.update(id(block) for block in blocks if block.kind == Kind.BULLET)
    lines += _marked(blocks, placed, key, own)
    if type_ == "Report":
        lines += _rule("paragraph", "report-entry", plan=key)
        placed.update(id(block) for block in _after_bullets(blocks))
    return lines


def _marked(blocks: Sequence[Block], placed: set[int], key: str, own: str) -> list[str]:
    """Rules for paragraphs of one form: a number and a name that runs on into the text, or a word and a status."""
    left = [block for block in blocks if block.kind == Kind.PARAGRAPH and id(block) not in placed]
    lines: list[str] = []
    if found := run_in([block.text for block in left]):
        lines += _rule("paragraph", "activity", found[0], plan=own)
        placed.update(id(left[number]) for number in found[1])
    if found := assessed([block.text for block in left]):
        lines += [*_rule("paragraph", "status", found[0], plan=key), 'of = "report-entry"']
        placed.update(id(left[number]) for number in found[1])
    return lines


def _after_bullets(blocks: Sequence[Block]) -> Iterator[Block]:
    opens = Kind.BULLET if any(block.kind == Kind.BULLET for block in blocks) else Kind.HEADING
    seen = False
    for block in blocks:
        seen = seen or block.kind == opens
        if seen and block.kind == Kind.PARAGRAPH:
            yield block


def _shape(block: Block) -> str:
    return f"{block.kind.value} {block.level}" if block.kind == Kind.HEADING else block.kind.value


def _prefix(texts: Sequence[str]) -> str:
    """The words that every one of some headings opens with."""
    if len(texts) < 2:
        return ""
    split = [text.split() for text in texts]
    count = 0
    while all(len(each) > count + 1 for each in split) and len({each[count] for each in split}) == 1:
        count += 1
    return "".join(f"{word} " for word in split[0][:count])


def _table(blocks: Sequence[Block], placed: set[int], key: str) -> list[str]:
    """Columns, from the first row with as many cells as the table is wide."""
    rows: dict[tuple[int, int], list[Block]] = defaultdict(list)
    for block in blocks:
        if block.cell:
            rows[block.cell.table, block.cell.row].append(block)
    width = max(len(row) for row in rows.values())
    head = next(row for row in rows.values() if len(row) >= max(width - 1, 2) or width == len(row))
    lines: list[str] = []
    used: set[str] = set()
    for block in head:
        column = block.cell.column if block.cell else 0
        cells = [b.text for row in rows.values() for b in row if b.cell and b.cell.column == column and b is not block]
        codes = are_codes([text for text in cells if text != block.text][-len(rows) + 1 :])
        open_heads = [(pattern, made) for pattern, made in words()["drafting"]["heads"] if made not in used]
        found = next((made for pattern, made in open_heads if re.search(pattern, block.text, re.IGNORECASE)), None)
        makes = "activity" if codes and "activity" not in used else found
        if makes:
            used.add(makes)
            own = {"focus-area": None, "heading": "vp{covering}", "activity": "ap{year}"}.get(makes, key)
            own = None if makes in _DETAILS else own
            lines += ["", "[[column]]", f"head = {_quoted(re.escape(block.text).replace(chr(92) + ' ', ' '))}"]
            lines += [f"pattern = {_quoted(f'^{CODE}')}"] if makes == "activity" and codes else []
            lines += [f'makes = "{makes}"', *([f"plan = {_quoted(own)}"] if own else [])]
            placed.update(id(b) for row in rows.values() for b in row if b.cell and b.cell.column == column)
    return lines


def _quoted(text: str | None) -> str:
    """A text as a TOML string: literal where it can be."""
    said = (text or "").replace("\n", " ")
    if "'" not in said and said.isprintable():
        return f"'{said}'"
    return '"' + "".join(f"\\u{ord(c):04X}" if c in '"\\' or not c.isprintable() else c for c in said) + '"'
