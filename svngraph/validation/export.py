"""A report in the formats of other tools: a report of a million results never stands in memory as text.

Each function gives pieces of text, to be written one after the other. JUnit's goes through the results by shape, and
keeps them for that.
Source: https://www.w3.org/TR/shacl/#validation-report, https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from rdflib import URIRef
from rdflib.namespace import SH

from svngraph.cells import NOT_IN_XML, harmless
from svngraph.columns import Alternative, Inverse, OneOrMore, Predicate, Sequence, ZeroOrMore, ZeroOrOne
from svngraph.validation.locations import Locator
from svngraph.validation.report import SEVERITIES, Report, ReportPath, Result, path_shown, severity_rank, shown
from svngraph.validation.waivers import Waiver

COLUMNS = ("severity", "focusNode", "resultPath", "value", "message", "sourceShape", "sourceConstraintComponent")
_LEVELS = ("error", "warning", "note")
Waived = Iterable[tuple[Result, Waiver]]
"""Results that a policy lets pass, each with its waiver, as a Judgement has them."""
_WORDS = {
    Inverse: "sh:inversePath",
    ZeroOrMore: "sh:zeroOrMorePath",
    OneOrMore: "sh:oneOrMorePath",
    ZeroOrOne: "sh:zeroOrOnePath",
}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def turtle(report: Report) -> Iterator[str]:
    """The report as Turtle: one block for each result."""
    yield "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"
    yield f"[] a sh:ValidationReport ; sh:conforms {str(report.conforms).lower()}"
    for result in report.results:
        yield " ;\n  sh:result " + _block(result)
    yield " .\n"


def _block(result: Result) -> str:
    # Written out by hand: an rdflib graph for each result would take twenty times as long.
    parts = [
        "a sh:ValidationResult",
        f"sh:focusNode {result.focus_node.n3()}",
        f"sh:resultSeverity {_short(result.severity)}",
        f"sh:sourceConstraintComponent {_short(result.component)}",
        f"sh:sourceShape {result.source_shape.n3()}",
    ]
    if result.path is not None:
        parts.append(f"sh:resultPath {_path(result.path)}")
    if result.value is not None:
        parts.append(f"sh:value {result.value.n3()}")
    if result.source_constraint is not None:
        parts.append(f"sh:sourceConstraint {result.source_constraint.n3()}")
    parts += [f"sh:resultMessage {message.n3()}" for message in result.messages]
    parts += [f"sh:detail {_block(detail)}" for detail in result.details]
    return f"[ {' ; '.join(parts)} ]"


def _short(term: URIRef) -> str:
    local = term.removeprefix(str(SH))
    return f"sh:{local}" if local != term and local.isalpha() else term.n3()


def _path(path: ReportPath) -> str:
    match path:
        case URIRef():
            return path.n3()
        case Predicate(iri):
            return iri.n3()
        case Sequence(paths):
            return f"( {' '.join(map(_path, paths))} )"
        case Alternative(paths):
            return f"[ sh:alternativePath ( {' '.join(map(_path, paths))} ) ]"
        case _:
            return f"[ {_WORDS[type(path)]} {_path(path.path)} ]"


def json_text(
    report: Report, language: str = "sv", waived: Waived = (), exceeded: Iterable[Result] = ()
) -> Iterator[str]:
    """The report as the JSON that :meth:`Report.to_json` describes, and what a policy says of it.

    Shape:  ``waived``: results like the others, each with its ``waiver``: reason, owner, expires; ``exceeded``: a
            result for each threshold that is passed. Both only where there are any.
    """
    yield f'{{"conforms": {json.dumps(report.conforms)}, "results": ['
    for number, result in enumerate(report.results):
        yield (",\n" if number else "\n") + json.dumps(result.to_json(language), ensure_ascii=False)
    engines = {shown(shape): engine for shape, engine in report.engines.items()}
    yield f'\n], "engines": {json.dumps(engines, ensure_ascii=False)}'
    passed = [result.to_json(language) | {"waiver": _waiver(waiver)} for result, waiver in waived]
    beyond = [result.to_json(language) for result in exceeded]
    for name, listed in (("waived", passed), ("exceeded", beyond)):
        if listed:
            yield f',\n"{name}": {json.dumps(listed, ensure_ascii=False)}'
    yield "}\n"


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat()}


def csv_text(report: Report, language: str = "sv") -> Iterator[str]:
    """The report as CSV (RFC 4180), one row for each result."""
    yield _csv_row(COLUMNS)
    for result in report.results:
        yield _csv_row(
            (
                str(result.severity).rpartition("#")[2],
                shown(result.focus_node),
                "" if result.path is None else path_shown(result.path),
                "" if result.value is None else shown(result.value),
                result.message(language) or "",
                shown(result.source_shape),
                str(result.component),
            )
        )


def _csv_row(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue()


def sarif(report: Report, language: str = "sv", locate: Locator | None = None, waived: Waived = ()) -> Iterator[str]:
    """The report as SARIF 2.1.0, with file and line of the offending data where ``locate`` knows them.

    Results that are ``waived`` are there too, as suppressed: tools show them on request, and fail by the others only.
    """
    passed = list(waived)
    told: dict[str, str | None] = {}
    for result in chain(report.results, (result for result, _ in passed)):
        rule = shown(result.source_shape)
        if rule not in told:
            told[rule] = result.message(language)
    driver = {
        "name": "svngraph",
        "informationUri": "https://w3id.org/svngraph/",
        "rules": [
            {"id": rule, "shortDescription": {"text": said}} if said else {"id": rule}
            for rule, said in sorted(told.items())
        ],
    }
    yield f'{{"$schema": "{_SARIF_SCHEMA}", "version": "2.1.0", "runs": [{{"tool": {{"driver": '
    yield json.dumps(driver, ensure_ascii=False) + '}, "results": ['
    described = (_sarif_result(result, language, locate) for result in report.results)
    suppressed = (
        _sarif_result(result, language, locate) | {"suppressions": [_suppression(waiver)]} for result, waiver in passed
    )
    for number, entry in enumerate(chain(described, suppressed)):
        yield (",\n" if number else "\n") + json.dumps(entry, ensure_ascii=False)
    yield "\n]}]}\n"


def _suppression(waiver: Waiver) -> dict[str, str]:
    said = f"{waiver.reason} ({waiver.owner}, – {waiver.expires})"
    return {"kind": "external", "status": "accepted", "justification": said}


def _sarif_result(result: Result, language: str, locate: Locator | None) -> dict[str, object]:
    place: dict[str, object] = {"logicalLocations": [{"fullyQualifiedName": shown(result.about)}]}
    path = result.path.path if isinstance(result.path, Inverse) and result.about == result.value else result.path
    step = path.iri if isinstance(path, Predicate) else path
    found = locate(result.about, step if isinstance(step, URIRef) else None) if locate else None
    if found is not None:
        address = found.path.as_uri() if found.path.is_absolute() else found.path.as_posix()
        place["physicalLocation"] = {"artifactLocation": {"uri": address}, "region": {"startLine": found.line}}
    return {
        "ruleId": shown(result.source_shape),
        "level": _LEVELS[severity_rank(result.severity)],
        "message": {"text": result.message(language) or str(result.component)},
        "locations": [place],
    }


def junit(report: Report, language: str = "sv", least: int = len(SEVERITIES)) -> Iterator[str]:
    """The report as JUnit XML: a test case for each shape, failed where it has results that are grave enough.

    Units: ``least`` is the :func:`~svngraph.validation.report.severity_rank` down to which a result fails its case, -1
           for none; what is less grave stands in the case as its output.
    """
    cases: dict[str, list[Result]] = {shown(shape): [] for shape in report.engines}
    for result in report.results:
        cases.setdefault(shown(result.source_shape), []).append(result)
    failed = {name for name, results in cases.items() if any(severity_rank(r.severity) <= least for r in results)}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuite name="svngraph validate" tests="{len(cases)}" failures="{len(failed)}" errors="0">\n'
    for name, results in cases.items():
        yield f'  <testcase classname="shacl" name={_attribute(name)}>\n'
        if name in failed:
            worst = min(results, key=lambda result: severity_rank(result.severity))
            said = worst.message(language) or str(worst.component)
            yield f"    <failure message={_attribute(said)} type={_attribute(str(worst.severity))}>"
        elif results:
            yield "    <system-out>"
        for result in results:
            yield escape(_in_xml(f"{shown(result.about)}: {result.message(language) or result.component}\n"))
        yield "</failure>\n" if name in failed else "</system-out>\n" if results else ""
        yield "  </testcase>\n"
    yield "</testsuite>\n"


def _attribute(text: str) -> str:
    return quoteattr(_in_xml(text))


def _in_xml(text: str) -> str:
    """A text with U+FFFD for what XML cannot hold."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
