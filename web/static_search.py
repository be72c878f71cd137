"""The index with which a browser searches a site of files: small files, each with the words that begin alike."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from heapq import nlargest

from . import page_queries as q
from .addresses import relative
from .dataset import Published
from .search import ASIDE, ENDINGS, folded, stems

_STEP = 200
_MOST = 1_000
_BOOKKEEPING = ("passage", "wording", "link", "review", "agent")


def search_files(data: Published) -> Iterator[tuple[str, bytes]]:
    """The files of the index.

    Shape: scripts that hand over JSON: ``search/index`` with endings, kinds and the words of a question;
           ``search/w-…`` with the things of each stem; ``search/t-…`` with what is shown of the things.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for thing, text in data.rows(q.SEARCHED):
        parts = data.names.parts(str(thing))
        if parts and parts[0] not in _BOOKKEEPING and "/" not in parts[1]:
            texts[str(thing)].append(str(text))
    things = sorted(texts)
    kinds: dict[str, int] = {}
    shards: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for number, name in enumerate(things):
        for words in texts[name]:
            value = 3 if len(words) < 120 else 1
            for root in stems(words):
                found = shards[shard(root)][root]
                found[number] = max(found.get(number, 0), value)
    for start in range(0, len(things), _STEP):
        shown = [_shown(data, name, kinds) for name in things[start : start + _STEP]]
        yield _file(f"t-{start // _STEP}", shown)
    for name, part in sorted(shards.items()):
        kept = {root: _best(found) for root, found in sorted(part.items())}
        yield _file(f"w-{name}", kept)
    named = [[data.label(kind, "sv"), data.label(kind, "en")] for kind in kinds]
    yield _file("index", {"step": _STEP, "kinds": named, "endings": ENDINGS, "aside": sorted(ASIDE)})


def _best(found: Mapping[int, int]) -> list[tuple[int, int]]:
    """The things in which a stem counts most, in order; of very many that a word is in, only these can be found."""
    return sorted(nlargest(_MOST, found.items(), key=lambda pair: (pair[1], -pair[0])))


def shard(root: str) -> str:
    """The name of the file for a stem, of letters that any file system and address can hold; dots and rings aside.

    >>> shard("åtgärd") == shard("atgard")
    True
    """
    return "-".join(f"{ord(letter):x}" for letter in folded(root)[:2])


def _shown(data: Published, thing: str, kinds: dict[str, int]) -> list[object]:
    kind, key = data.names.parts(thing) or ("", "")
    own = data.labels.get(thing)
    types = data.types.get(thing, ())
    number = kinds.setdefault(str(types[0]), len(kinds)) if types else -1
    swedish = (own.sv if own else None) or data.label(thing, "sv")
    return [relative(f"item/{kind}/{key}.html", ""), key, swedish, (own.en if own else None) or "", number]


def _file(name: str, part: object) -> tuple[str, bytes]:
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    return f"search/{name}.js", f"svngraphSearch({json.dumps(name)},{text});\n".encode()
