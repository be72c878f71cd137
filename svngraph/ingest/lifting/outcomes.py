"""Proposed outcomes: what a report entry says came of the work, each with the words that led to it; and its status."""

from __future__ import annotations

import re
from collections.abc import Iterator

from svngraph.ingest.blocks import Block
from svngraph.ingest.lifting.cues import Date, Number, dates, numbers, sentences, spoken, words
from svngraph.ingest.lifting.items import Item, Lifted, Link, places
from svngraph.ingest.linking.documents import documents
from svngraph.labels import phrase
from svngraph.settings import LANGUAGES

_SHORT = 300  # characters of an entry that is about one thing
_SCORE = 0.6
_SENTENCE = 2_000  # characters of a sentence in which a cue is looked for


def propose(lifted: Lifted, year: str | None) -> None:
    """Add the status and the proposed outcomes of every report entry."""
    for entry in [item for item in lifted.items.values() if item.kind == "report-entry"]:
        if entry.blocks or "status" not in entry.values:
            entry.values.setdefault("status", [status(" ".join(block.text for block in entry.blocks))])
        number = 0
        for block in entry.blocks:
            running: Date | None = None
            for start, end in sentences(block.text):
                when = _when(block.text[start:end], year, running)
                running = when if when and when.edtf == year else running
                for outcome in _outcomes(block, start, end, when):
                    number += 1
                    outcome.key, outcome.plan, outcome.sequence = f"{entry.key}-{number}", entry.plan, number
                    lifted.items[outcome.name] = outcome
                    evidence = tuple(outcome.evidence)
                    cue = outcome.values["cue"][0]
                    lifted.link(Link(outcome.name, "outcomeOf", entry.name, "structural", evidence, 1.0, cue))


def status(text: str) -> str:
    """The status that the words of a report entry speak for.

    >>> status("Nämnden fastställde prislistan.")
    'completed'
    """
    cues = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in words()["statuses"].items()}
    first = text[slice(*next(sentences(text), (0, 0)))]
    if cues["not-held"].search(text):
        return "not-held"
    if cues["started"].search(first):
        return "started"
    if cues["completed"].search(text) and not cues["ongoing"].search(text) and len(text) < _SHORT:
        return "completed"
    past = re.search(words()["writing"]["past"], text)
    return "planned" if cues["planned"].search(text) and not past else "progressed"


def _when(sentence: str, year: str | None, running: Date | None) -> Date | None:
    """The date of a sentence: the most exact that it has; else that of the paragraph, where it goes on with it."""
    # The years in the name of a plan are not when something was done.
    names = documents(sentence, ())
    found = [d for d in dates(sentence, year) if not any(n.start <= d.start < n.end for n in names)]
    if found:
        return max(found, key=lambda date: (len(date.edtf) if "/" not in date.edtf else 0, -date.start))
    goes_on = re.match(words()["names"]["goes_on"], sentence) or numbers(sentence)
    return running if goes_on else None


def _outcomes(block: Block, start: int, end: int, when: Date | None) -> Iterator[Item]:
    """The outcomes that a sentence speaks of: one by its first cue, and one for each further number."""
    sentence = block.text[start:end]
    amounts = numbers(sentence)
    found = _cue(sentence)
    if found is None and not amounts and when is None:
        return
    kind, cue = found or (("measurement", sentence[amounts[0].start : amounts[0].end]) if amounts else ("progress", ""))
    if amounts and (amounts[0].unit == words()["writing"]["share"] or found is None):
        kind = "measurement"
    yield _item(block, start, end, kind, cue or sentence.split()[0], when, amounts[0] if amounts else None)
    for amount in amounts[1:]:
        yield _item(block, start, end, "measurement", sentence[amount.start : amount.end], when, amount)


def _cue(sentence: str) -> tuple[str, str] | None:
    for kind, pattern in words()["outcomes"].items():
        if match := re.search(pattern, sentence[:_SENTENCE], re.IGNORECASE):
            return kind, _brief(match[0].split())
    return None


def _brief(cue: list[str]) -> str:
    """A cue as a few words: it names what was seen, and is no quotation."""
    return " ".join([*cue[:2], "…"] if len(cue) > 4 else cue)


def _item(block: Block, start: int, end: int, kind: str, cue: str, when: Date | None, amount: Number | None) -> Item:
    label = f"{phrase(f'ingest.outcome.{kind}', spoken() if spoken() in LANGUAGES else 'en')}: {cue}"
    item = Item("outcome", "", label, "Outcome", score=_SCORE)
    item.values |= {"outcomeKind": [kind], "cue": [cue]}
    if when:
        item.values |= {"date": [when.edtf], "earliest": [when.earliest], "latest": [when.latest]}
    if amount:
        item.values |= {"comparator": [amount.comparator], "unit": [amount.unit or words()["writing"]["count"]]}
        if amount.high:
            item.values |= {"minValue": [amount.low], "maxValue": [amount.high]}
        else:
            item.values["value"] = [amount.low]
    item.evidence = places(block, block.within(start, end))
    item.blocks = [block.part(start, end)]
    return item
