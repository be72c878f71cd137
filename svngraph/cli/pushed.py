"""Coverage as the store itself works it out, shown: how many of how many, and the verdict of each item."""

from __future__ import annotations

from svngraph import pipeline
from svngraph.cli.output import Table, progress, show, show_csv, show_json
from svngraph.cli.wording import level_name
from svngraph.labels import phrase
from svngraph.settings import Settings
from svngraph.tracing.coverage import MEANINGS
from svngraph.tracing.in_store import StoreCoverage, chain_of, cover_in_store
from svngraph.tracing.items import Level, level_of


def verdicts(settings: Settings, level: str, bottom: str, form: str) -> None:
    """Print the coverage of a level down to a bottom. Errors: UnknownLevel, QueryError, StoreError."""
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    words = chain_of(store, settings.names)
    upper, lower = level_of(words.levels, level), level_of(words.levels, bottom)
    found = cover_in_store(store, words, upper, lower)
    if form == "json":
        show_json(_json(found, upper, lower))
    elif form == "csv":
        show_csv(("iri", *MEANINGS), [(iri, *held.values()) for iri, held in _verdicts(found)])
    else:
        show(_table(found, upper, lower, settings.lang))


def _table(found: StoreCoverage, upper: Level, lower: Level, lang: str) -> Table:
    names = {"level": level_name(upper, lang).lower(), "bottom": level_name(lower, lang).lower()}
    heads = [phrase(key, lang) for key in ("items", *MEANINGS)]
    total = len(found.items)
    held = [len(found.holding(meaning)) for meaning in MEANINGS]
    cells = [f"{count} ({round(100 * count / total)} %)" if total else "–" for count in held]
    return Table(phrase("coverage-title", lang, **names), heads, [(str(total), *cells)], frozenset(range(len(heads))))


def _verdicts(found: StoreCoverage) -> list[tuple[str, dict[str, bool]]]:
    return [(str(iri), {meaning: iri in found.holding(meaning) for meaning in MEANINGS}) for iri in sorted(found.items)]


def _json(found: StoreCoverage, upper: Level, lower: Level) -> dict[str, object]:
    total = len(found.items)
    counts = {meaning: len(found.holding(meaning)) for meaning in MEANINGS}
    return {
        "level": upper.key,
        "bottom": lower.key,
        "items": total,
        **{meaning: {"count": count, "share": count / total if total else None} for meaning, count in counts.items()},
        "verdicts": [{"iri": iri, **held} for iri, held in _verdicts(found)],
    }
