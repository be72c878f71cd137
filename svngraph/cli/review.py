"""``svngraph review``: what waits for a person's judgement, and that judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rdflib import Literal, URIRef

from svngraph import pipeline
from svngraph.cli.continuity import candidate_key, latest, proposals, show_candidates
from svngraph.cli.curating import Desk, by_options, desk, effect, texts, word_of
from svngraph.cli.deciding import go_through
from svngraph.cli.link import KINDS
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option
from svngraph.cli.output import progress, show_json, show_line
from svngraph.cli.suspects import Suspicion, name, reasons, show_suspects, suspicion_of
from svngraph.curation.edits import Review, accepting, joining, refusing
from svngraph.curation.record import Edit
from svngraph.errors import UnknownItem, UsageError
from svngraph.labels import phrase
from svngraph.model import JUDGEMENT, TraceLink
from svngraph.namespaces import SVN
from svngraph.settings import Settings
from svngraph.store import Store
from svngraph.tracing.continuity import changes, compare, continuations, refused
from svngraph.tracing.graph import read
from svngraph.tracing.suspects import Joined, chain_relations, joined, suspects, values

if TYPE_CHECKING:
    from svngraph.tracing.likeness import Candidate

_CONTINUES = "--continues--"


@dataclass(frozen=True)
class _Given:
    """A decision as it was given on the command line: by whom, when, why, and how a candidate continues."""

    by: str | None
    by_name: str | None
    on: date
    why: tuple[Literal, ...]
    kind: str | None


@click.command("review")
@click.option("--accept", multiple=True, metavar="LINK", help="Accept a link or a candidate; may be given again.")
@click.option("--refuse", multiple=True, metavar="LINK", help="Refuse a candidate; may be given again.")
@click.option(
    "--decisions",
    "--proposal",
    "proposal",
    type=click.Path(path_type=Path),
    metavar="SHEET",
    help="Go through an ingestion's sheet of decisions.",
)
@click.option("--interactive", "-i", is_flag=True, help="Go through what waits, one by one.")
@click.option("--kind", type=click.Choice(KINDS), help="How an accepted candidate continues the older item.")
@click.option("--why", metavar="TEXT", help="Why, in Swedish.")
@click.option("--why-en", metavar="TEXT", help="Why, in English.")
@by_options
@click.option("--candidates", "most", type=click.IntRange(0), default=1, help="Candidates to show for an item (1).")
@click.option("--baseline", metavar="OLD", help="What to show differences against; git's history without it.")
@as_of_option
@dataset_options
@format_option("text", "json")
def command(accept: tuple[str, ...], refuse: tuple[str, ...], proposal: Path | None, interactive: bool,
            kind: str | None, why: str | None,
            why_en: str | None, by: str | None, by_name: str | None, most: int, baseline: str | None,
            as_of: str | None, form: str, **flags: object) -> None:  # fmt: skip
    """List what waits for review, or decide it: suspect links, unreviewed judgements, candidate predecessors.

    --accept clears exactly the links that it names, and records who, when and why; a candidate that is accepted becomes
    a link, for which --kind and both --why and --why-en are needed. --refuse records that a candidate is none, so that
    it is not proposed again. A link that is wrong is taken away with svngraph unlink.

    --decisions lists, or with --interactive puts, the questions in the sheet that svngraph ingest --decisions keeps;
    the next ingestion carries the answers out.
    """
    if proposal:
        go_through(proposal, interactive=interactive, form=form, lang=chosen(**flags).lang)
        return
    settings, given = chosen(**flags), _Given(by, by_name, day(as_of), texts(why, why_en), kind)
    if accept or refuse:
        done = decide(settings, accept, refuse, given)
        if form == "json":
            show_json(done)
        else:
            for verdict in ("accepted", "refused"):
                for one in done[verdict]:  # type: ignore[attr-defined] # lists of links
                    show_line(phrase(f"review.{verdict}", settings.lang, link=one.rsplit("/", 1)[-1]))
            show_line(str(done["effect"]))
        return
    with progress() as watch:
        store = pipeline.open_dataset(settings, watch)
    suspicion, proposed = suspicion_of(store, settings, baseline), waiting_candidates(store, settings, most)
    if form == "json":
        show_json(_json(suspicion, proposed))
        return
    if interactive:
        _ask(suspicion, proposed, settings, given)
    else:
        _list(suspicion, proposed, settings)


def decide(settings: Settings, accept: Sequence[str], refuse: Sequence[str], given: _Given) -> dict[str, object]:
    """Accept and refuse what is named, in one edit. Errors: UsageError, UnknownItem; then nothing is written."""
    with desk(settings) as at:
        author, edit = at.author(given.by, given.by_name)
        review = word_of(author, given.on, given.why)
        links = {name(link, settings): link for link in joined(at.store)}
        accepted, rejected = [], []
        for text in accept:
            key = text.strip().rsplit("/", 1)[-1]
            one, step = _accepted(at, key, links, review, given.kind)
            accepted.append(str(one))
            edit = edit.then(step)
        for text in refuse:
            key = text.strip().rsplit("/", 1)[-1]
            if key in links:
                raise UsageError("the link exists", where=key, remedy=f"take it away: svngraph unlink {key}")
            pair = _candidate(at, key)
            rejected.append(key)
            edit = edit.then(refusing(at.record, pair, review))
        tried = at.checked(edit, given.on)
        at.save(edit)
    return {"accepted": accepted, "refused": rejected, "effect": effect(tried, settings.lang)}


def _accepted(at: Desk, key: str, links: dict[str, Joined], review: Review, kind: str | None) -> tuple[URIRef, Edit]:
    """The edit by which a link, or the candidate that it would be, is accepted."""
    if key in links:
        link = links[key]
        known = values(at.store, at.counts)
        found = {one.link.iri: one for one in suspects(links.values(), known, chain_relations(at.store))}
        if link.iri in found and not found[link.iri].changed:
            cause = name(found[link.iri].path[0], at.settings)
            raise UsageError(
                "the link itself has not changed", where=key, remedy=f"review what it hangs below: {cause}"
            )
        pair = (link.source, link.relation, link.target)
        return link.iri, accepting(at.record, link.iri, pair, at.digest(link), review)
    newer, relation, older = _candidate(at, key)
    if kind is None:
        raise UsageError("say how the newer item continues the older", where=key, remedy=f"--kind {'|'.join(KINDS)}")
    made = TraceLink(
        newer, relation, older, JUDGEMENT, (), review.why, review.author, review.on, SVN[f"continuity/{kind}"]
    )
    iri = made.iri(at.settings.names)
    return iri, joining(at.record, made, at.digest(Joined(newer, relation, older, iri)))


def _candidate(at: Desk, key: str) -> tuple[URIRef, URIRef, URIRef]:
    """What a candidate's key would join. Errors: UnknownItem."""
    left, _, right = key.partition(_CONTINUES)
    names = at.settings.names
    newer = [i for i in at.graph.items.values() if "-".join(names.parts(i.iri) or ()) == left]
    older = [i for i in at.graph.items.values() if i.key == right and newer and i.level == newer[0].level]
    if len(newer) != 1 or len(older) != 1:
        raise UnknownItem(f"no link and no candidate {key!r}", remedy="name a key as svngraph review shows it")
    return newer[0].iri, SVN.continues, older[0].iri


def waiting_candidates(store: Store, settings: Settings, most: int) -> list[Candidate]:
    """The likeliest predecessors of the latest plan's new items, without those that were refused."""
    graph, links = read(store, settings.names), continuations(store)
    try:
        older, newer = latest(graph, None)
    except UsageError:  # a dataset with fewer than two yearly plans has nothing to propose
        return []
    found = compare(graph, links, changes(store), older, newer)
    return proposals(graph, found, links, most, tuple(refused(store)))


def _list(suspicion: Suspicion, proposed: Sequence[Candidate], settings: Settings) -> None:
    lang = settings.lang
    if suspicion.found:
        show_suspects(suspicion, settings)
    else:
        show_line(phrase("suspects.none", lang, unreviewed=len(suspicion.unreviewed)))
    if proposed:
        show_line("")
        show_candidates(proposed, settings)
    show_line("")
    show_line(phrase("review.how", lang))


def _ask(suspicion: Suspicion, proposed: Sequence[Candidate], settings: Settings, given: _Given) -> None:
    """Go through what waits: each answer is written at once, so that leaving loses nothing."""
    lang = settings.lang
    everything: list[Joined | Candidate] = [one.link for one in suspicion.found if one.changed]
    for waiting in [*everything, *proposed]:
        show_line("")
        candidate = not isinstance(waiting, Joined)
        if isinstance(waiting, Joined):
            key = name(waiting, settings)
            show_line(key)
            for text in reasons(suspicion, waiting, settings):
                show_line(f"  {text}")
        else:
            key = candidate_key(waiting, settings)
            show_candidates([waiting], settings)
        choices = ["accept", *(["refuse"] if candidate else []), "skip", "quit"]
        answer = click.prompt(phrase("review.ask", lang), type=click.Choice(choices), default="skip", err=True)
        if answer == "quit":
            return
        if answer != "skip":
            _answer(key, answer, candidate, settings, given)


def _answer(key: str, answer: str, candidate: bool, settings: Settings, given: _Given) -> None:
    """Ask for what an answer lacks, and write it; an answer that is refused is told."""
    lang = settings.lang

    def ask(what: str, default: str | None = None) -> str:
        return str(click.prompt(phrase(f"review.ask-{what}", lang), default=default, show_default=False, err=True))

    kind = given.kind
    if candidate and answer == "accept" and kind is None:
        kind = click.prompt(phrase("review.ask-kind", lang), type=click.Choice(KINDS), err=True)
    why = given.why or texts(ask("why"), ask("why-en", ""))
    word = _Given(given.by or ask("by"), given.by_name, given.on, why, kind)
    try:
        done = decide(settings, [key] if answer == "accept" else [], [key] if answer == "refuse" else [], word)
    except UsageError as error:
        click.echo(f"svngraph: {error}", err=True)
        return
    show_line(phrase(f"review.{'accepted' if answer == 'accept' else 'refused'}", lang, link=key))
    show_line(str(done["effect"]))


def _json(suspicion: Suspicion, proposed: Sequence[Candidate]) -> dict[str, object]:
    return {
        "suspects": [str(one.link.iri) for one in suspicion.found if one.changed],
        "below": [str(one.link.iri) for one in suspicion.found if not one.changed],
        "unreviewed": [str(link.iri) for link in suspicion.unreviewed],
        "candidates": [
            {"newer": str(c.newer.iri), "older": str(c.older.iri), "score": c.score, "parts": dict(c.parts)}
            for c in proposed
        ],
    }
