"""A document taken from top to bottom: its variables, its plans, its blocks and the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from svngraph.ingest.blocks import Reading
from svngraph.ingest.lifting import plans, rows
from svngraph.ingest.lifting.structure import Builder
from svngraph.ingest.lifting.tables import Table, tabled
from svngraph.ingest.linking.known import Known, slug
from svngraph.ingest.profiles import Profile

_SCANNED = 500_000  # characters of a document in which its variables are looked for


def opened(
    reading: Reading, profile: Profile, known: Known, given: Mapping[str, str], key: str | None
) -> tuple[Builder, str]:
    """A builder with the variables that the document says, and the key of its graph.

    Errors: InputError where the key needs a variable that the document does not say.
    """
    text = _joined(block.text for block in reading.blocks)
    beside = _joined(reading.text[start:end] for start, end in reading.furniture)
    values = {
        name: match[1]
        for name, pattern in profile.variables
        if (match := pattern.search(text) or pattern.search(beside))
    }
    builder = Builder(profile, known, {**values, **given})
    graph = key or builder.fill(profile.document or slug(reading.name.rpartition(".")[0]))
    builder.known = known.without(graph)
    return builder, graph


def _joined(texts: Iterable[str]) -> str:
    """Some texts as one, as far as its variables are looked for in it."""
    taken, length = list[str](), 0
    for text in texts:
        taken.append(text)
        length += len(text) + 1
        if length > _SCANNED:
            break
    return " ".join(taken)[:_SCANNED]


def build(builder: Builder, reading: Reading) -> None:
    """Take a document from top to bottom. Errors: InputError where a variable has no value."""
    profile, known = builder.profile, builder.known
    for rule in profile.plans:
        plans.declare(builder, rule)
    for part in tabled(reading.blocks, profile.columns, known.likeness):
        if isinstance(part, Table):
            rows.row(builder, part)
        else:
            builder.block(part)
            for rule in profile.plans:
                plans.declare(builder, rule)
    plans.link(builder)
