"""What belongs to each plan: the quads of its own dataset, told apart in three passes over the dataset's lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from svngraph.namespaces import OA, SVN
from svngraph.publication.edition import Edition

_FROM = f"<{SVN['from']}>".encode()
_TERM = f"<{SVN}".encode()
# What a thing owns goes with it: its words, its passages, and the place of a passage.
_OWNED = {f"<{term}>".encode() for term in (SVN.evidence, SVN.wording, SVN.goalText, OA.hasSelector)}


def parts(edition: Edition) -> Mapping[str, bytes]:
    """The quads of each plan or report, by its segment: the plan, what links straight to it, the links from those and
    what they own.

    Shape: N-Quads in canonical order; a thing that belongs to several plans stands in each.
    """
    plans = {f"<{plan.iri}>".encode(): plan.segment for plan in edition.plans}
    members, owned = _gathered(edition.canonical, plans)
    belongs: dict[bytes, set[str]] = defaultdict(set)
    for key, first in members.items():
        ahead, known = list(first), set(first)
        while ahead:
            new = owned.get(ahead.pop(), set()) - known
            known |= new
            ahead += new
        for subject in known:
            belongs[subject].add(key)
    lines: dict[str, list[bytes]] = {key: [] for key in plans.values()}
    for subject, _predicate, _value, line in _split(edition.canonical):
        for key in belongs.get(subject, ()):
            lines[key].append(line)
    return {key: b"".join(several) for key, several in lines.items()}


def _gathered(nquads: bytes, plans: Mapping[bytes, str]) -> tuple[dict[str, set[bytes]], dict[bytes, set[bytes]]]:
    """The subjects that belong to each plan, and what every subject owns."""
    members: dict[str, set[bytes]] = {key: {plan} for plan, key in plans.items()}
    owned: dict[bytes, set[bytes]] = defaultdict(set)
    links: dict[bytes, bytes] = {}
    for subject, predicate, value, _line in _split(nquads):
        if predicate == _FROM:
            links[subject] = value
        elif predicate in _OWNED:
            owned[subject].add(value)
        elif value in plans and subject not in plans and predicate.startswith(_TERM):
            members[plans[value]].add(subject)
    for key in members:
        # The reified links to a plan are those of the items that are in it.
        members[key] -= links.keys()
    of: dict[bytes, list[str]] = defaultdict(list)
    for key, subjects in members.items():
        for subject in subjects:
            of[subject].append(key)
    for link, start in links.items():
        for key in of.get(start, ()):
            members[key].add(link)
    return members, owned


def _split(nquads: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Subject, predicate, object and the whole of each line; of a literal only its beginning."""
    for line in nquads.splitlines(keepends=True):
        subject, predicate, value, _rest = line.split(b" ", 3)
        yield subject, predicate, value, line
