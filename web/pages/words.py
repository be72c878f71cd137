"""How things, links, numbers and verdicts are put into words and addresses, the same on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from flask import Flask, request, url_for
from markupsafe import Markup
from rdflib import URIRef
from rdflib.term import Node

from svngraph.literals import date_words
from svngraph.namespaces import ROOT, SVN
from svngraph.publication.addresses import plan_section
from svngraph.tracing.graph import Item, Level, Link

from ..languages import LANGUAGES, Later, language
from ..languages import gettext as _
from ..responses import dataset
from .reach import reaching

_BASES = {"stated": Later("uttryckt"), "structural": Later("placering"), "judgement": Later("bedömning")}
_SEVERITIES = {"violation": Later("Fel"), "warning": Later("Varning"), "info": Later("Upplysning")}
# What people call the forms that a page has besides HTML.
FORM_NAMES = {
    "json": "JSON",
    "csv": "CSV",
    "xlsx": "XLSX",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
}
# What Flask writes as it is in the query part of an address.
_IN_QUERY = "!$'()*,/:;?@"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_THIN = "\u202f"


def to(endpoint: str, **values: object) -> str:
    """The address of a page in the language of this one."""
    return url_for(f"{language()}.{endpoint}", **values)  # type: ignore[arg-type] # strings and None, as Flask wants


def href(iri: str) -> str:
    """The address of the page about a thing of the dataset."""
    parts = dataset().names.parts(iri)
    if parts:
        kind, key = parts
        if kind in ("plan", "report"):
            return to(plan_section(dataset().names, dataset().graph.plans, kind, key) or "plan", key=key)
        return to("item", kind=kind, key=key)
    for space, endpoint in (("shape", "shapes"), ("def", "vocabulary")):
        start = f"{ROOT}{space}/"
        if iri.startswith(start):
            return to(endpoint) + (f"#{quote(iri.removeprefix(start), safe='')}" if iri != start else "")
    if iri in dataset().graph_sizes:
        return to("named_graph", key=iri.removeprefix(f"{dataset().names.base}graph/"))
    return to("resource", iri=iri)


def name(iri: str) -> Markup:
    """The name of a thing, marked as Swedish where the page is English and there is no translation."""
    text = dataset().label(iri, language())
    if dataset().foreign(iri, language()):
        return Markup('<span lang="sv">{}</span>').format(text)
    return Markup("{}").format(text)


def plain(iri: str) -> str:
    """The name of a thing as plain text."""
    return dataset().label(iri, language())


def key(iri: str) -> str:
    """The short form of an IRI: kind and key for our own things, a prefixed name for known terms, else itself."""
    parts = dataset().names.parts(iri)
    if parts:
        return "/".join(parts)
    data = dataset()
    longest = data.once("longest prefixes first", lambda: _longest_first(data.names.prefixes()))
    text = str(iri)
    return next((f"{prefix}:{text[len(space) :]}" for prefix, space in longest if text.startswith(space)), text)


def _longest_first(prefixes: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(prefixes.items(), key=lambda pair: -len(pair[1]))


def number(value: float) -> str:
    """A number with a narrow space between thousands, and the decimal sign of the language."""
    text = f"{value:,}".replace(",", _THIN)
    return text.replace(".", ",") if language() == "sv" else text


def measure(
    value: Node | None, lowest: Node | None, highest: Node | None, comparator: Node | None, unit: Node | None
) -> str:
    """A number or a range as people say it, with how it compares where it is not simply so much; else empty."""
    sign = "," if language() == "sv" else "."
    ends = [
        str(end).replace(".", sign) for end in ((value,) if value is not None else (lowest, highest)) if end is not None
    ]
    compared = value is not None and comparator is not None and comparator != SVN["comparator/equal"]
    said = [plain(str(comparator)) if compared else "", "–".join(ends), str(unit or "")]
    return " ".join(part for part in said if part) if ends else ""


def when(edtf: str | None) -> str:
    """A time as people say it: a day as it is written, what is less exact in words."""
    text = edtf or ""
    return text if _DAY.fullmatch(text) else date_words(text, language())


def level_name(level: Level) -> str:
    """The name of a level of the chain."""
    return level.label.text(language()) or level.key


def basis_key(basis: URIRef | str | None) -> str:
    """The last part of a basis, or ``unknown``."""
    return basis.rsplit("/", 1)[-1] if basis else "unknown"


def basis_word(basis: URIRef | str | None) -> str:
    """What a link rests on, in a word."""
    return str(_BASES.get(basis_key(basis)) or _("utan grund"))


def severity_word(severity: str) -> str:
    """How much a finding matters, in a word."""
    return str(_SEVERITIES[severity])


def severity_words() -> dict[str, str]:
    """The severities, the gravest first, each with its word."""
    return {severity: str(word) for severity, word in _SEVERITIES.items()}


def relation_word(link: Link, *, backwards: bool) -> str:
    """A trace property's name, read in one of its directions."""
    names = dataset().graph.relations.get(link.relation)
    label = names[1 if backwards else 0] if names else None
    return (label.text(language()) if label else None) or plain(link.relation)


def relation_label(relation: str, backwards: bool) -> str:  # as templates call it
    """A property's name, read in one of its directions."""
    names = dataset().graph.relations.get(URIRef(relation))
    label = names[1 if backwards else 0] if names else None
    if label is None and backwards and relation in (str(SVN.realises), str(SVN.reportOf)):
        return str(_("genomförs genom") if relation == str(SVN.realises) else _("återrapporteras i"))
    return (label.text(language()) if label else None) or plain(relation)


def level_of(key: str) -> str:
    """The name of the level of a key, in lower case."""
    return next((level_name(level).lower() for level in dataset().graph.levels if level.key == key), key)


def meaning_word(meaning: str) -> str:
    """What is asked in one of the meanings of coverage."""
    words = {"direct": _("Har minst en länk nedåt"), "any": _("Någon kedja når botten")}
    return str(words.get(meaning) or _("Alla grenar når botten"))


def plan_name(key: str) -> str:
    """The name of the plan of a key, or the key."""
    return next((plain(plan.iri) for plan in dataset().graph.plans.values() if plan.key == key), key)


def reached(iri: str) -> str:
    """How far an activity is traced down: ``full`` to an outcome, ``part`` to a report, ``none``."""
    data = dataset()
    found = data.once("reaching", lambda: reaching(data.graph))
    if iri in found.get("outcome", ()):
        return "full"
    return "part" if iri in found.get("report-entry", ()) else "none"


def items_named(items: Sequence[Item], count: int = 3) -> str:
    """The keys of the first items and how many more there are."""
    more = len(items) - count
    return ", ".join(item.key for item in items[:count]) + (f" … +{more}" if more > 0 else "")


def with_choice(**choices: object) -> str:
    """The address of this page with some choices changed; None takes a choice away."""
    values = {**request.args.to_dict(), **choices}
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    # What stands in the address is no argument of Flask's own, such as ``_method``.
    path = url_for(request.endpoint or "sv.start", **(request.view_args or {}))
    return f"{path}?{urlencode(kept, safe=_IN_QUERY)}" if kept else path


def install(app: Flask) -> None:
    """Give the templates of an application these words."""
    from ..sparql.asking import cell
    from .data import cited, size, structured
    from .gaps import lacked, mending, rule_title, way
    from .page import canonical_address, in_language, twin_address
    from .validation import rule_words, severity_of

    app.jinja_env.globals.update(
        gap_title=rule_title,
        gap_mending=mending,
        gap_way=way,
        gap_lacks=lambda gap: level_of(lacked(gap)),
        result_severity=severity_of,
        rule_words=rule_words,
        cell=cell,
        is_iri=lambda term: isinstance(term, URIRef),
        relation_label=relation_label,
        reached=reached,
        limits=lambda: app.extensions["svngraph-options"].limits,
    )
    app.jinja_env.globals.update(
        to=to,
        href=href,
        name=name,
        plain=plain,
        key=key,
        number=number,
        when=when,
        level_name=level_name,
        form_names=FORM_NAMES,
        level_of=level_of,
        meaning_word=meaning_word,
        plan_name=plan_name,
        basis_key=basis_key,
        basis_word=basis_word,
        severity_word=severity_word,
        relation_word=relation_word,
        in_language=in_language,
        with_choice=with_choice,
        twin_address=twin_address,
        canonical_address=canonical_address,
        cited=cited,
        size=size,
        structured=structured,
        languages=LANGUAGES,
        language=language,
        published=dataset,
    )
