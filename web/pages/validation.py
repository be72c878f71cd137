"""The validation report: what breaks which rule, and which things it concerns."""

from __future__ import annotations

from collections import Counter

from flask import request
from flask_babel import gettext as _

from svngraph.validation import Result

from ..languages import language
from ..responses import dataset
from ..sheets import Sheet
from .page import Page, page
from .words import key, plain

SEVERITIES = ("violation", "warning", "info")
LONGEST = 300


def severity_of(result: Result) -> str:
    """The severity of a result; one that SHACL does not know counts as the gravest."""
    name = str(result.severity).rsplit("#", 1)[-1].lower()
    return name if name in SEVERITIES else "violation"


@page("/validation")
def validation() -> Page:
    """The report, chosen by severity and rule."""
    data = dataset()
    results = list(data.reported.results) if data.reported else []
    severity, rule = request.args.get("severity", ""), request.args.get("rule", "")
    counts = Counter(severity_of(result) for result in results)
    shown = [
        result
        for result in results
        if (not severity or severity_of(result) == severity) and (not rule or key(str(result.source_shape)) == rule)
    ]
    groups: dict[tuple[int, str], list[Result]] = {}
    for result in shown:
        groups.setdefault((SEVERITIES.index(severity_of(result)), str(result.source_shape)), []).append(result)
    causes = [
        {
            "severity": SEVERITIES[rank],
            "shape": shape,
            "message": found[0].message(language()),
            "same": len({r.message(language()) for r in found}) == 1,
            "results": found,
            "shown": found[: LONGEST if rule else 6],
        }
        for (rank, shape), found in sorted(groups.items(), key=lambda pair: pair[0])
    ]
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
        for result in shown
    ]
    values = {
        "causes": causes,
        "counts": counts,
        "total": len(results),
        "severity": severity,
        "rule": rule,
        "ready": data.reported is not None,
    }
    return Page("validation.html", values, Sheet("validation", columns, rows))
