"""Patterns that several texts of a document share, for the draft of a profile: numbers, run-in names, marked words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from svngraph.ingest.lifting.cues import words

CODE = r"(?P<code>\d+(?:\.\d+)*)"
_CODED = re.compile(r"(?P<word>[^\W\d_]+ )?\d+(?:\.\d+)*[.:)]? \S")
_ONLY_CODE = re.compile(r"\d+(?:\.\d+)*\.?")
_MARKED = re.compile(r"([^\W\d_]+): (.{1,60})\Z")
_DETAILS = ("responsible", "due", "status")
_MOST = 0.8  # of some texts that must share what is taken for their form
_LEAST = 3


def numbered(texts: Sequence[str]) -> str | None:
    """The pattern of texts that open with a number, or with one word and a number: «Delmål 1.2 Trygghet»."""
    word = _shared_word(texts)
    return None if word is None else rf"^{re.escape(word).replace(chr(92) + ' ', ' ')}{CODE}[.:)]? (?P<name>.+)"


def _shared_word(texts: Sequence[str]) -> str | None:
    found = Counter((match["word"] or "") for text in texts if (match := _CODED.match(text)))
    if len(texts) < 2 or not found:
        return None
    word, count = found.most_common(1)[0]
    return word if count >= _MOST * len(texts) else None


def run_in(texts: Sequence[str]) -> tuple[str, list[int]] | None:
    """The pattern of the paragraphs that open with one word, a number and a name that ends with a full stop.

    With the body that is named as responsible at the end, where most say it; and which of the texts they are.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        if (match := _CODED.match(text)) and match["word"] and "." in text:
            groups[match["word"]].append(number)
    word, those = max(groups.items(), key=lambda group: len(group[1]), default=("", []))
    if len(those) < _LEAST:
        return None
    responsible = re.compile(rf"\b({words()['drafting']['responsible']}): [^.]+\.?\Z")
    says = Counter(match[1] for n in those if (match := responsible.search(texts[n])))
    tail = ""
    if says and says.total() >= _MOST * len(those):
        tail = rf"\..*?( {says.most_common(1)[0][0]}: (?P<responsible>[^.]+)\.?)?$"
    return rf"^{word}{CODE} (?P<name>[^.]+){tail}", those


def assessed(texts: Sequence[str]) -> tuple[str, list[int]] | None:
    """The pattern of the paragraphs that are one word and a status: «Bedömning: Genomförd»; and which they are."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        if (match := _MARKED.match(text)) and is_status(match[2]):
            groups[match[1]].append(number)
    word, those = max(groups.items(), key=lambda group: len(group[1]), default=("", []))
    return (rf"^{word}: (?P<name>.+)", those) if len(those) >= _LEAST else None


def told(texts: Sequence[str]) -> str | None:
    """The pattern of texts that most end with what is said of them: who is responsible, when it is to be done.

    None where they say nothing of the kind.
    """
    found: list[tuple[float, str, str]] = []
    for detail in _DETAILS:
        colon = ":?" if detail == "due" else ":"
        word = re.compile(rf"\b({words()['drafting'][detail]}){colon} \w", re.IGNORECASE)
        places = [(match.start() / len(text), match[1]) for text in texts if (match := word.search(text))]
        if len(places) >= max(_LEAST, _MOST * len(texts)):
            label = Counter(label for _, label in places).most_common(1)[0][0]
            found.append((sum(place for place, _ in places) / len(places), detail, label))
    if not found:
        return None
    tail = "".join(rf"(?:[ (,;]+{label}:? (?P<{detail}>[^.]+?)[.)]?)?" for _, detail, label in sorted(found))
    return rf"^(?P<name>.+?)[.,;]?{tail}$"


def is_status(text: str) -> bool:
    """Whether a text is a word for a status."""
    return any(re.search(pattern, text.strip(), re.IGNORECASE) for pattern in words()["assessments"])


def are_codes(texts: Sequence[str]) -> bool:
    """Whether the cells of a column are the numbers of things, and nothing else."""
    return len(texts) >= 2 and sum(bool(_ONLY_CODE.fullmatch(text)) for text in texts) >= _MOST * len(texts)
