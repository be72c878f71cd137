"""``svngraph link A B``: a judgement that two things belong together, written into the curation graph."""

from __future__ import annotations

import click
from rdflib import URIRef

from svngraph.cli.curating import Desk, by_options, desk, effect, texts
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option
from svngraph.cli.output import show_json, show_line
from svngraph.curation.edits import joining
from svngraph.errors import UnknownItem, UsageError
from svngraph.labels import phrase
from svngraph.model import BASES, TraceLink
from svngraph.namespaces import SVN
from svngraph.tracing.suspects import Joined, joined

BASIS = {basis.rsplit("/", 1)[-1]: basis for basis in BASES}
KINDS = ("same", "reworded", "extended", "narrowed", "split", "merged", "topic")


@click.command("link")
@click.argument("source", metavar="A")
@click.argument("target", metavar="B")
@click.option("--relation", required=True, metavar="NAME", help="How A is joined to B, such as underHeading.")
@click.option("--basis", type=click.Choice(tuple(BASIS)), default="judgement", help="What it rests on (judgement).")
@click.option("--kind", type=click.Choice(KINDS), help="How A continues B, with --relation continues.")
@click.option("--evidence", multiple=True, metavar="KEY", help="A passage that shows it; may be given again.")
@click.option("--rationale-sv", metavar="TEXT", help="Why, in Swedish.")
@click.option("--rationale-en", metavar="TEXT", help="Why, in English.")
@by_options
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@as_of_option
@dataset_options
@format_option("text", "json")
def command(source: str, target: str, relation: str, basis: str, kind: str | None, evidence: tuple[str, ...],
            rationale_sv: str | None, rationale_en: str | None, by: str | None, by_name: str | None, dry_run: bool,
            as_of: str | None, form: str, **flags: object) -> None:  # fmt: skip
    """Link A to B in the curation graph: A rests on B, or continues it, or involves it.

    The shapes check the link before anything is written, and a mistake is refused with its reason. A judgement needs a
    rationale in both languages and somebody who made it. The link counts as reviewed by whoever made it.
    """
    settings, today = chosen(**flags), day(as_of)
    with desk(settings) as at:
        author, introduction = at.author(by, by_name)
        link = TraceLink(
            at.thing(source),
            at.relation(relation),
            at.thing(target),
            BASIS[basis],
            tuple(_passage(at, key) for key in evidence),
            texts(rationale_sv, rationale_en),
            author,
            today.isoformat() if basis == "judgement" else None,
            SVN[f"continuity/{kind}"] if kind else None,
        )
        iri = link.iri(settings.names)
        if any(one.iri == iri for one in joined(at.store)):
            raise UsageError("the link is there already", where=iri.rsplit("/", 1)[-1], remedy="see svngraph links")
        tried = at.checked(introduction.then(joining(at.record, link)), today)
        # The digest is that of the dataset with the link in it: a link may itself be what counts, such as a group.
        ends = Joined(link.source, link.relation, link.target, iri)
        edit = introduction.then(joining(at.record, link, at.digest(ends, tried.store)))
        if not dry_run:
            at.save(edit)
    if form == "json":
        show_json({"link": str(iri), "written": not dry_run, "come": len(tried.come), "gone": len(tried.gone)})
        return
    key = iri.rsplit("/", 1)[-1]
    show_line(phrase("curation.would-link" if dry_run else "curation.linked", settings.lang, link=key))
    show_line(effect(tried, settings.lang))


def _passage(at: Desk, key: str) -> URIRef:
    try:
        return at.thing(key if "/" in key else f"passage/{key}")
    except UnknownItem as error:
        raise UnknownItem(f"no passage {key!r}", remedy="the data knows none of that key") from error
