"""``svngraph ingest``: documents to proposed named graphs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svngraph import pipeline
from svngraph.cli.options import chosen, dataset_options, format_option
from svngraph.cli.output import Table, progress, show, show_json, show_line
from svngraph.errors import UsageError
from svngraph.files import write_whole
from svngraph.labels import phrase

if TYPE_CHECKING:
    from svngraph.ingest.apart import Apart
    from svngraph.ingest.linking.known import Known
    from svngraph.ingest.profiles import Profile
    from svngraph.ingest.proposal import Proposal
    from svngraph.ingest.reading.limits import Limits
    from svngraph.settings import Settings


_SAID = ("violation", "warning", "info", "toWrite")
_MOST = 12  # lines of a list that is only a taste of it


@dataclass(frozen=True)
class _Given:
    """What was given on the command line for every document."""

    values: dict[str, str]
    key: str | None
    decided: dict[str, bool | None]
    limits: Limits
    jobs: int


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile", "profile_names", multiple=True, metavar="NAME",
    help="A shipped profile, or a .toml file; one for all, or one for each file.",
)  # fmt: skip
@click.option("--new-profile", is_flag=True, help="Draft a profile from the document instead, to be edited.")
@click.option("--out", type=click.Path(path_type=Path), metavar="PLACE", help="File, or folder for several files (.).")
@click.option("--key", metavar="KEY", help="Key of the named graph, instead of the profile's.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A value that the document does not say.")
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="CSV", help="Sheet of decisions, kept and replayed."
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, metavar="N", help="Documents read at a time (1).")
@click.option("--max-size", type=click.IntRange(1), default=200, metavar="MB", help="Largest file (200).")
@click.option("--max-seconds", type=click.FloatRange(0.1), default=600, metavar="S", help="Longest reading (600).")
@click.option("--max-pages", type=click.IntRange(1), default=5000, metavar="N", help="Most pages or slides (5000).")
@click.option(
    "--max-memory", type=click.IntRange(100), default=2000, metavar="MB", help="Most memory to read in (2000)."
)
@click.option("--check/--no-check", default=True, help="Say what the shapes say of it (yes).")
@dataset_options
@format_option("text", "json")
def command(
    files: tuple[Path, ...],
    profile_names: tuple[str, ...],
    new_profile: bool,
    out: Path | None,
    key: str | None,
    pairs: tuple[str, ...],
    decisions: Path | None,
    jobs: int,
    max_size: int,
    max_seconds: float,
    max_pages: int,
    max_memory: int,
    check: bool,
    form: str,
    **flags: object,
) -> None:
    """Propose a named graph for each document: its items and links, each with its place.

    Reads text, Markdown, HTML, PDF, DOCX, PPTX, XLSX and CSV. What the dataset knows is recognised; what is
    uncertain or left over is listed. Several files are taken in the order given: the later know the earlier.

    With --decisions what is uncertain goes into a sheet with an empty column. Write ja or nej there: the next run
    carries it out, and asks only what is new.
    """
    from svngraph.ingest import profiles
    from svngraph.ingest.reading.limits import Limits

    limits = Limits(octets=max_size * 1_000_000, pages=max_pages, seconds=max_seconds, memory=max_memory * 1_000_000)
    if new_profile:
        _draft(files, out, limits)
        return
    if not profile_names:
        raise UsageError("no profile", where="--profile", remedy=f"one of: {', '.join(profiles.names())}, or a file")
    if len(profile_names) not in (1, len(files)):
        what = f"{len(profile_names)} profiles for {len(files)} documents"
        raise UsageError(what, where="--profile", remedy="give one for all, or one for each")
    if key and len(files) > 1:
        raise UsageError("one key for several documents", where="--key", remedy="give one file, or leave --key out")
    settings, chosen_profiles = chosen(**flags), [profiles.load(name) for name in profile_names]
    chosen_profiles *= len(files) if len(chosen_profiles) == 1 else 1
    values, decided = _values(pairs), _decided(decisions)
    given = _Given(values, key, decided, limits, jobs)
    with _begun(files, chosen_profiles, given) as apart:
        proposals, asked = _proposals(apart, chosen_profiles, _known(settings), given)
    summaries = _written(proposals, settings, out, len(files), check=check)
    if decisions:
        _keep(decisions, asked, decided)
    if form == "json":
        show_json({"documents": summaries})
    else:
        _show_all(summaries, decisions, sum(decided.get(question) is None for question in asked), settings.lang)


def _written(
    proposals: Sequence[Proposal], settings: Settings, out: Path | None, files: int, *, check: bool
) -> list[dict[str, Any]]:
    """Write the proposals; the summary of each, with what is new and what the shapes say."""
    from svngraph.cli.proposals import checked, edition

    # Nothing is written until every document has been taken in.
    texts = {_target(out, each.key, files): each.trig(settings.names) for each in proposals}
    if len(texts) < len(proposals):
        raise UsageError("several documents give the same graph", where="--key", remedy="take them in one by one")
    said = checked(proposals, settings) if check else [None] * len(proposals)
    return [
        each.summary(settings.lang)
        | {"shapes": word, "since": edition(target, text, settings)}
        | {"file": str(target), "written": _write(target, text)}
        for each, word, (target, text) in zip(proposals, said, texts.items(), strict=True)
    ]


@contextmanager
def _begun(files: Sequence[Path], profiles: Sequence[Profile], given: _Given) -> Iterator[list[Apart]]:
    """A process of its own for each file: the first begin at once, while the dataset is opened here."""
    from svngraph.ingest.apart import Apart

    apart = [Apart(path, profile.options, given.limits) for path, profile in zip(files, profiles, strict=True)]
    try:
        for each in apart[: given.jobs]:
            each.begin()
        yield apart
    finally:
        for each in apart:
            each.close()


def _proposals(
    apart: Sequence[Apart], profiles: Sequence[Profile], knowledge: Known, given: _Given
) -> tuple[list[Proposal], dict[str, Any]]:
    """The proposals, each knowing those before it, with what has been decided carried out; and what was asked."""
    from svngraph.ingest.decisions import apply, questions

    proposals, asked = [], dict[str, Any]()
    words = list(knowledge.words())
    for profile, each in zip(profiles, _read_ahead(apart, words, given.jobs), strict=True):
        proposal = each.propose(profile, knowledge, given.values, given.key)
        each.close()
        asked |= questions(proposal.lifted, proposal.reading.text)
        apply(proposal.lifted, proposal.reading.text, given.decided)
        knowledge.add(proposal.lifted)
        proposals.append(proposal)
    return proposals, asked


def _read_ahead(apart: Sequence[Apart], words: Sequence[str], jobs: int) -> Iterator[Apart]:
    """The files in their order, each read in its process, and so many at a time."""
    with progress() as watch, ThreadPoolExecutor(jobs) as pool:
        waiting: deque[Future[Apart]] = deque()
        rest = iter(apart)
        try:
            for _ in apart:
                for each in islice(rest, jobs - len(waiting)):
                    each.known = words
                    waiting.append(pool.submit(each.read, partial(watch, each.path.name)))
                yield waiting.popleft().result()
        finally:
            for each in apart:
                each.close()


def _known(settings: Settings) -> Known:
    """What the dataset knows; nothing where its folder is empty, as it is before the first document."""
    from svngraph.ingest.linking.known import Known, known

    folder = Path(settings.data) if settings.data and settings.store == "memory" else None
    if folder and folder.is_dir() and not any(folder.iterdir()):
        return Known()
    return known(pipeline.open_dataset(settings), settings.names)


def _decided(path: Path | None) -> dict[str, bool | None]:
    from svngraph.ingest.decisions import read

    return read(path) if path else {}


def _keep(path: Path, asked: dict[str, Any], decided: dict[str, bool | None]) -> None:
    from svngraph.ingest.decisions import sheet

    octets = sheet(asked, decided)
    if not path.is_file() or path.read_bytes() != octets:
        write_whole(path, octets)


def _draft(files: Sequence[Path], out: Path | None, limits: Limits) -> None:
    """Write the draft of a profile, or show it."""
    from svngraph.ingest.apart import Apart
    from svngraph.ingest.drafting import draft
    from svngraph.ingest.lines import Options

    if len(files) > 1:
        raise UsageError("a profile is drafted from one document", where="--new-profile", remedy="give one file")
    with progress() as watch, Apart(files[0], Options(), limits) as apart:
        text = draft(apart.read(partial(watch, files[0].name)).reading())
    if out is None:
        click.echo(text, nl=False)
    else:
        write_whole(out, text.encode())


def _values(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not (name and equals and value):
            raise UsageError(f"not a name and a value: {each!r}", where="--set", remedy="write it as year=2025")
        values[name] = value
    return values


def _target(out: Path | None, key: str, files: int) -> Path:
    """Where a proposal goes: the file that was named, or a file with the graph's key in a folder."""
    if out is not None and files == 1 and not out.is_dir():
        return out
    return (out or Path()) / f"{key}.trig"


def _write(target: Path, text: str) -> bool:
    """Write a proposal, unless the file has the same text already; whether it was written."""
    octets = text.encode()
    if target.is_file() and target.read_bytes() == octets:
        return False
    if not target.parent.is_dir():
        raise UsageError("no such folder", where=str(target.parent), remedy="make it first")
    write_whole(target, octets)
    return True


def _show_all(summaries: Sequence[dict[str, Any]], decisions: Path | None, count: int, lang: str) -> None:
    for summary in summaries:
        _show(summary, lang)
    if decisions and count:
        show_line(phrase("ingest.ask", lang, count=count, file=decisions))


def _show(summary: dict[str, Any], lang: str) -> None:
    heads = [phrase(f"ingest.{name}", lang) for name in ("kind", "count")]
    title = phrase("ingest.title", lang, **{name: summary[name] for name in ("document", "profile", "graph")})
    show(Table(title, heads, list(summary["items"].items()), frozenset({1})))
    show_line("")
    show(Table(phrase("ingest.links", lang), heads, list(summary["links"].items()), frozenset({1})))
    for name, rows in (("uncertain", _unsure(summary)), ("unknown", summary["unknownNames"]), ("left", _left(summary))):
        if rows:
            show_line("")
            show_line(phrase(f"ingest.{name}", lang, count=len(rows)))
            for row in rows:
                show_line(f"  {row}")
    show_line("")
    show_line(phrase("ingest.characters", lang, **summary["characters"]))
    if summary["unknownWords"]:
        show_line(phrase("ingest.words", lang, words=", ".join(f"«{word}»" for word in summary["unknownWords"])))
    _show_beside(summary, lang)
    for note in summary["notes"]:
        show_line(note)
    show_line(phrase("ingest.written" if summary["written"] else "ingest.unchanged", lang, file=summary["file"]))


def _show_beside(summary: dict[str, Any], lang: str) -> None:
    """What the shapes say of a proposal, and what is new since its last edition."""
    if said := summary["shapes"]:
        show_line(phrase("ingest.shapes", lang, **{name: said[name] for name in _SAID}))
        for each in said["results"][:_MOST]:
            show_line(f"  {each['count']} × {each['message']}")
    if (since := summary["since"]) and (since["items"] or since["links"]):
        counts = {
            f"{what}_{how}": since[what].get(how, 0) for what in ("items", "links") for how in ("added", "removed")
        }
        show_line(phrase("ingest.since", lang, changed=since["items"].get("changed", 0), **counts))
        for each in since["changes"][:_MOST]:
            show_line(f"  {phrase('how.' + each['how'], lang)}  {each['item']}")


def _unsure(summary: dict[str, Any]) -> list[str]:
    return [f"{each['score']:.2f}  {each.get('item') or each.get('link')}" for each in summary["uncertain"]]


def _left(summary: dict[str, Any]) -> list[str]:
    return [f"{each['start']}–{each['end']}  {each['text']}" for each in summary["leftOver"]]
