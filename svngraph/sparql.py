"""The text of a SPARQL query, read as far as binding and safety need: strings, IRIs and comments told from the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The productions that may hold any words: whatever is not one of these is the query's own.
# Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar (STRING_LITERAL*, IRIREF, and comments in section 19.4)
OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<[^<>"{}|^`\\\x00-\x20]*>'
    r"|#[^\n\r]*",
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w:?$.-])SERVICE(?![\w:-])", re.IGNORECASE)


def asks_elsewhere(query: str) -> bool:
    """Whether a query has a ``SERVICE`` pattern, which would send parts of it to another place.

    >>> asks_elsewhere("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    True
    >>> asks_elsewhere("SELECT ?service { ?service a <http://example.org/SERVICE> } # SERVICE")
    False
    """
    return _SERVICE.search(OPAQUE.sub(" ", query)) is not None


_FORM = re.compile(r"(?<![\w:?$.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])", re.IGNORECASE)
_PREFIX = re.compile(r"(?<![\w:?$.-])PREFIX\s+([\w.-]*)\s*:", re.IGNORECASE)


def form_of(query: str) -> str | None:
    r"""The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; None where it has none of them.

    >>> form_of("# SELECT\nask { }")
    'ASK'
    """
    found = _FORM.search(OPAQUE.sub(" ", query))
    return found[1].upper() if found else None


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """A query with the prefixes that it uses and does not declare, on its first line, so that lines keep their number.

    >>> with_prefixes("ASK { ?s a svn:Plan }", {"svn": "http://example.org/", "sh": "http://example.com/"})
    'PREFIX svn: <http://example.org/> ASK { ?s a svn:Plan }'
    """
    plain = OPAQUE.sub(" ", query)
    declared = {name.lower() for name in _PREFIX.findall(plain)}
    used = [name for name in prefixes if name not in declared and re.search(rf"(?<![\w:?$-]){re.escape(name)}:", plain)]
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used) + query
