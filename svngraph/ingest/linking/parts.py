"""The part that a body has in an outcome: who decided, and which group was formed or proposed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from svngraph.ingest.lifting.cues import words
from svngraph.ingest.linking.mentions import Mention

_SENTENCE = 2_000  # characters of a sentence in which a cue is looked for
_GROUPS = {"group-created": "createdGroup", "group-proposed": "proposedGroup"}


def parts(kind: str, sentence: str, mentions: Sequence[Mention]) -> list[tuple[str, Mention]]:
    """The relations that an outcome has to the bodies that its sentence names.

    Shape: none where the sentence does not say.
    """
    cue = re.search(words()["outcomes"].get(kind, r"(?!)"), sentence[:_SENTENCE], re.IGNORECASE)
    bodies = [mention for mention in mentions if mention.kind == "organisation"]
    if cue is None or not bodies:
        return []
    if kind == "decision":
        # The subject stands right before the verb, or right after it where something else opens the sentence.
        verb = cue.start() + len(cue[0].split()[0])
        before = [mention for mention in bodies if mention.end <= cue.start()]
        after = [mention for mention in bodies if mention.start >= verb and mention.start - verb < 3]
        return [("decidedBy", each) for each in (after or before[-1:])[:1]]
    if kind in _GROUPS:
        inside = [m for m in bodies if m.start < cue.end() and cue.start() < m.end and _is_group(sentence, m)]
        by = [m for m in bodies if m.end <= cue.start()][-1:] if re.match(words()["names"]["forms"], cue[0]) else []
        return [*((_GROUPS[kind], each) for each in inside[:1]), *(("decidedBy", each) for each in by)]
    return []


def _is_group(sentence: str, mention: Mention) -> bool:
    return bool(re.search(r"grupp|nätverk|råd\b|rådet", sentence[mention.start : mention.end], re.IGNORECASE))
