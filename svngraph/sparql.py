"""The text of a SPARQL query, as far as binding and safety need to read it.

Nothing here decides what a query means: engines do, and they differ in where a token ends. What must never slip
through is therefore looked for in the bare text, and whatever could be read so is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from svngraph.errors import QueryError

# The productions that may hold any words: whatever is not one of these is the query's own. An escaped character of a
# prefixed name (``ex:a\#b``) is one of them, or what follows would pass for a comment.
# Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar (STRING_LITERAL*, IRIREF, PN_LOCAL_ESC, section 19.4)
OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<[^<>"{}|^`\\\x00-\x20]*>'
    r"|\\."
    r"|#[^\n\r]*",
    re.DOTALL,
)
# Quantifiers that never give back what they took (``*+``): no text can make them try the same signs twice.
_GAP = r"(?:\s|\#[^\n\r]*+(?=[\n\r]|\Z))*+"
_AFTER = rf"{_GAP} (?:SILENT{_GAP})?"
_NAMES = r"""<[^<>{}\s]*+{0} | [?$]\w*+ | [^\s<>"'{}:\#?$]*+{1}(?:\\.|[^\s<>"'{}\#\\])*+"""
# What follows the keyword: a name and a brace, however they are spaced; and what may still become that.
_CALL = re.compile(
    rf"{_AFTER} (?:{_NAMES.replace('{0}', '>').replace('{1}', ':')}) {_GAP} \{{", re.IGNORECASE | re.VERBOSE
)
_UNDECIDED = re.compile(
    rf"{_AFTER} (?:{_NAMES.replace('{0}', '>?').replace('{1}', ':?')})? {_GAP} \Z", re.IGNORECASE | re.VERBOSE
)
_FARTHEST = 1000
# What precedes it where the word is the end of a variable or of a prefixed name, and no keyword.
_INSIDE_NAME = re.compile(r"(?:[?$]\w*|:[\w.%-]*)\Z")
_FORM = re.compile(r"(?<![\w:?$.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])", re.IGNORECASE)
_FROM = re.compile(r"(?<![\w:?$-])FROM(?![\w:-])", re.IGNORECASE)
_PREFIX = re.compile(r"(?<![\w:?$.-])PREFIX\s++(?:([\w.-]++)\s*+)?:", re.IGNORECASE)
_PROLOGUE = re.compile(r"(?:PREFIX\s+[\w.-]*\s*:|BASE)\s*<[^<>\s]*>", re.IGNORECASE)
_UPDATE = re.compile(r"\s*(?:INSERT|DELETE|WITH|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)(?![\w:-])", re.IGNORECASE)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_LONGEST, _DEEPEST = 250_000, 200


def asks_elsewhere(query: str) -> bool:
    r"""Whether a query may hold a ``SERVICE`` pattern, which would send parts of it to another place.

    It is looked for also in what looks like a string or a comment, since engines disagree on that, and in the text with
    its code points written out, which some engines do first.

    >>> asks_elsewhere("SELECT * { ?s ?p ?o.SERVICE<http://example.org/>{ ?s ?p ?o } }")
    True
    >>> asks_elsewhere("SELECT ?service { GRAPH ?service { ?service a <http://example.org/SERVICE> } } # SERVICE")
    False
    """
    written_out = _CODEPOINT.sub(lambda code: chr(int(code[1] or code[2], 16)), query)
    return any(
        _called(text[word.end() : word.end() + _FARTHEST]) and not _ends_name(text, word.start())
        for text in {query, written_out}
        for word in re.finditer("SERVICE", text, re.IGNORECASE)
    )


def _called(following: str) -> bool:
    """Whether what follows the keyword calls it, or is cut off before that can be told."""
    return bool(_CALL.match(following) or (len(following) == _FARTHEST and _UNDECIDED.match(following)))


def _ends_name(text: str, at: int) -> bool:
    return _INSIDE_NAME.search(text[max(0, at - 200) : at]) is not None


def chooses_graphs(query: str) -> bool:
    """Whether a query says itself which graphs it is about, by ``FROM`` or ``FROM NAMED``.

    >>> chooses_graphs("SELECT * FROM <http://example.org/g> { ?from a 'FROM' }")
    True
    """
    return _FROM.search(OPAQUE.sub(" ", query)) is not None


def check_size(query: str) -> None:
    """Refuse a query that no person writes, before an engine that recurses over it runs out of stack.

    Errors: QueryError for one that is too long or nested too deeply.
    """
    if len(query) > _LONGEST:
        raise QueryError(f"longer than {_LONGEST} characters", where="query", remedy="ask in parts")
    depth = 0
    for sign in re.finditer(r"[{(\[]|[})\]]", OPAQUE.sub(" ", query)):
        depth += 1 if sign[0] in "{([" else -1
        if depth > _DEEPEST:
            raise QueryError(f"nested more than {_DEEPEST} deep", where="query", remedy="ask in parts")


def literal(text: str, datatype: str | None = None, language: str | None = None) -> str:
    """A literal as SPARQL writes it: whatever is in the text, it cannot end the string or begin anything else.

    Source: https://www.w3.org/TR/sparql11-query/#rString and #codepointEscape
    """
    body = "".join(_ESCAPES.get(sign, sign) for sign in text)
    # Some engines expand code points before they read strings: a u behind a written backslash must not look like one.
    quoted = '"' + re.sub(r"(?<=\\\\)[uU]", lambda letter: f"\\U{ord(letter[0]):08X}", body) + '"'
    if language:
        return f"{quoted}@{language}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def form_of(query: str) -> str | None:
    r"""The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; None where it has none of them.

    >>> form_of("# SELECT\nask { }")
    'ASK'
    """
    found = _FORM.search(OPAQUE.sub(" ", query))
    return found[1].upper() if found else None


def refuse_update(query: str) -> None:
    """Refuse what is no query but an update: a dataset follows from its files.

    Errors: QueryError.
    """
    if _UPDATE.match(OPAQUE.sub(" ", _PROLOGUE.sub(" ", query))):
        remedy = "change the files of the data, and build again"
        raise QueryError("updates are not run", where="query", remedy=remedy)


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """A query with the prefixes that it uses and does not declare, on its first line, so that lines keep their number.

    >>> with_prefixes("ASK { ?s a svn:Plan }", {"svn": "http://example.org/", "sh": "http://example.com/"})
    'PREFIX svn: <http://example.org/> ASK { ?s a svn:Plan }'
    """
    plain = OPAQUE.sub(" ", query)
    declared = set(_PREFIX.findall(plain))
    used = [name for name in prefixes if name not in declared and re.search(rf"(?<![\w:?$-]){re.escape(name)}:", plain)]
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used) + query
