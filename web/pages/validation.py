"""The validation report: what breaks which rule, and which things it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import request

from svngraph.namespaces import SVNSH
from svngraph.tracing.policy import SEVERITIES
from svngraph.validation import Result
from svngraph.validation.report import severity_rank

from .. import page_queries as q
from ..dataset import Published
from ..languages import gettext as _
from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page, refuse_unknown
from .words import key, plain, severity_words

SHOWN = 6
LONGEST = 300


def severity_of(result: Result) -> str:
    """The severity of a result; one that SHACL does not know counts as the gravest."""
    return SEVERITIES[severity_rank(result.severity)]


@page("/validation")
def validation() -> Page:
    """The report, chosen by severity and rule."""
    data = dataset()
    reported = data.reported
    refuse_unknown(_known(data))
    severity, rule = request.args.get("severity", ""), request.args.get("rule", "")
    chosen = [
        cause
        for cause in (reported.causes if reported else ())
        if (not severity or cause.severity == severity) and (not rule or key(cause.shape) == rule)
    ]
    causes = [
        {
            "severity": cause.severity,
            "shape": cause.shape,
            "message": cause.first.message(language()),
            "same": cause.same,
            "count": len(cause.places),
            "shown": reported.at(cause.places[: LONGEST if rule else SHOWN]) if reported else [],
        }
        for cause in chosen
    ]
    values = {
        "causes": causes,
        "severities": [
            (name, word, reported.severities.get(name, 0) if reported else 0) for name, word in severity_words().items()
        ],
        "total": len(reported.report.results) if reported else 0,
        "severity": severity,
        "rule": rule,
        "waived": reported.waived[:LONGEST] if reported else (),
        "exceeded": reported.exceeded if reported else (),
        "ready": reported is not None,
    }
    places = [place for cause in chosen for place in cause.places]
    return Page(
        "validation.html",
        values,
        lambda: sheet(reported.at(places) if reported else []),
        lasting=reported is not None,
        failure=data.failure("report"),
    )


def _known(data: Published) -> dict[str, Mapping[str, str]]:
    """What results can be chosen by, whether or not there are any of it."""
    rules = data.once("keys of rules", lambda: {key(iri) for iri in data.describing.things(str(SVNSH))})
    found = {key(cause.shape) for cause in data.reported.causes} if data.reported else set()
    return {"severity": severity_words(), "rule": {rule: rule for rule in sorted(rules | found)}}


def rule_words(shape: str) -> str | None:
    """What a shape asks for, in words: its own, or those of the shape that it is a part of; None where it says none."""
    data, lang = dataset(), language()

    def read() -> dict[str, str]:
        found: dict[str, str] = {}
        for iri, words in data.rows(q.RULE_WORDS):
            if getattr(words, "language", None) == lang:
                found.setdefault(str(iri), str(words))
        return found

    return data.once(f"rule words {lang}", read).get(shape)


def sheet(results: Sequence[Result]) -> Sheet:
    """Results as a table."""
    columns = [("severity", _("Allvar")), ("focusNode", _("Gäller")), ("label", _("Namn"))]
    columns += [("message", _("Vad som är fel")), ("value", _("Värde")), ("shape", _("Regel"))]
    rows = [
        (
            severity_of(result),
            key(str(result.focus_node)),
            plain(str(result.focus_node)),
            result.message(language()) or "",
            str(result.value) if result.value is not None else "",
            key(str(result.source_shape)),
        )
        for result in results
    ]
    return Sheet("validation", columns, rows)
