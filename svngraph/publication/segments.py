"""What a plan is called in addresses and in the names of files: its key, wherever that will do."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

# What may stand unquoted in a step of an IRI (RFC 3987, isegment) and in a file's name.
_ODD = re.compile(r"[^\w.~!$&'()+,;=@-]+")
# The catalogue's own steps beside those of the plans: the whole dataset, the time of them all, and the releases.
_TAKEN = frozenset({"all", "plans", "release"})
_MOST = 150


def segments(plans: Sequence[tuple[str, str, str]]) -> Mapping[str, str]:
    """By IRI, a step of a path for each of some plans, which are given as IRI, kind and key.

    No two are alike, upper and lower case apart or not; the kind, and then a digest, stands beside the key only where
    the key is not enough.

    >>> named = segments([("i:a", "plan", "ap2025"), ("i:b", "plan", "2025"), ("i:c", "report", "2025")])
    >>> sorted(named.values())
    ['ap2025', 'plan-2025', 'report-2025']
    >>> segments([("i:a", "plan", "../Plan 2025")])["i:a"]
    'Plan-2025-d6f12854'
    """
    found = {iri: _plain(key) or _marked(_ODD.sub("-", key).strip("-."), iri) for iri, _kind, key in plans}
    kinds = {iri: kind for iri, kind, _key in plans}
    met = Counter(name.casefold() for name in found.values())
    shared = [iri for iri, name in found.items() if met[name.casefold()] > 1 or name.casefold() in _TAKEN]
    for iri in shared:
        found[iri] = f"{kinds[iri]}-{found[iri]}"
    met = Counter(name.casefold() for name in found.values())
    for iri in shared:
        if met[found[iri].casefold()] > 1:
            found[iri] = _marked(found[iri], iri)
    return found


def _plain(key: str) -> str | None:
    """The key, where it can be a step as it is."""
    fits = key and not _ODD.search(key) and not key.startswith(".") and len(key.encode()) <= _MOST
    return key if fits else None


def _marked(name: str, iri: str) -> str:
    """A name cut short, with a digest of what it names."""
    short = name.encode()[: _MOST - 40].decode(errors="ignore")
    return "-".join(filter(None, (short, hashlib.sha256(iri.encode()).hexdigest()[:8])))
