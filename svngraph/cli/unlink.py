"""``svngraph unlink LINK``: a link taken out of the curation graph."""

from __future__ import annotations

import click
from rdflib import URIRef

from svngraph.cli.curating import Desk, desk, effect
from svngraph.cli.options import as_of_option, chosen, dataset_options, day, format_option
from svngraph.cli.output import show_json, show_line, some
from svngraph.curation.edits import parting
from svngraph.errors import UnknownItem, UsageError
from svngraph.labels import phrase
from svngraph.tracing.suspects import Joined, joined


@click.command("unlink")
@click.argument("link")
@click.argument("target", metavar="[B]", required=False)
@click.option("--relation", metavar="NAME", help="Which link between A and B, where there are several.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@as_of_option
@dataset_options
@format_option("text", "json")
def command(
    link: str, target: str | None, relation: str | None, dry_run: bool, as_of: str | None, form: str, **flags: object
) -> None:
    """Remove a link from the curation graph, with its direct triple and its review.

    Name the LINK by its key (activity-ap2025-01--continues--ap2024-01) or IRI, or the two things that it joins: A B.
    The shapes check what is left before anything is written.
    """
    settings, today = chosen(**flags), day(as_of)
    with desk(settings) as at:
        one = between(at, link, target, relation) if target else named(at, link)
        edit = parting(at.record, one.iri)
        tried = at.checked(edit, today)
        if not dry_run:
            at.save(edit)
    if form == "json":
        show_json({"link": str(one.iri), "written": not dry_run, "come": len(tried.come), "gone": len(tried.gone)})
        return
    key = one.iri.rsplit("/", 1)[-1]
    show_line(phrase("curation.would-unlink" if dry_run else "curation.unlinked", settings.lang, link=key))
    show_line(effect(tried, settings.lang))


def named(at: Desk, name: str) -> Joined:
    """The link of a key, a kind and key, or an IRI. Errors: UnknownItem."""
    key = name.strip().removeprefix("link/").removeprefix("link:")
    wanted = {URIRef(name.strip()), at.settings.names.thing("link", key)}
    for link in joined(at.store):
        if link.iri in wanted:
            return link
    raise UnknownItem(f"no link {name!r}", remedy="name a key as svngraph links shows it")


def between(at: Desk, source: str, target: str, relation: str | None) -> Joined:
    """The one link between two things. Errors: UnknownItem; UsageError where there are several."""
    ends = (at.thing(source), at.thing(target))
    how = at.relation(relation) if relation else None
    found = [link for link in joined(at.store) if (link.source, link.target) == ends and how in (None, link.relation)]
    if not found:
        raise UnknownItem(f"no link from {source} to {target}", remedy="see svngraph links")
    if len(found) > 1:
        keys = some([link.iri.rsplit("/", 1)[-1] for link in found])
        raise UsageError(f"{len(found)} links join them", remedy=f"say which, with --relation: {keys}")
    return found[0]
