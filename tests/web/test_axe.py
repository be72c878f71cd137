"""axe-core over every kind of page: no violation, in both languages and colour schemes, wide and narrow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["/", "/plans", "/plan/ap2025", "/item/activity/ap2025-09", "/item/organisation/upphandlingsgruppen", "/gaps"]
PAGES += ["/coverage", "/matrix", "/matrix?rows=goal&cols=activity", "/continuity", "/organisations", "/timeline"]
PAGES += ["/validation", "/questions", "/questions/done-for-goal", "/search?q=upphandling", "/search?q=upphandlnig"]
PAGES += ["/vocabulary", "/shapes", "/trace/plan/ap2025", "/impact/heading/vp2025-05", "/about", "/accessibility"]
PAGES += ["/sparql-editor?example=links-by-basis", "/sparql-editor?query=SELECT+*+%7B+%3Fa+a+svn%3AAktivity+%7D"]
PAGES += ["/sparql-editor?query=SELECT", "/conformance", "/nowhere", "/versions"]
PAGES += ["/gaps?plan=zzz", "/item/outcome/ap2025-01-6", "/item/document/report2025"]
PAGES += ["/named-graph/ap2024", "/provenance?subject=https://w3id.org/svngraph/id/activity/ap2025-02"]
# Every page is looked at wide and light in both languages; dark and narrow, one of each kind of layout, since all pages
# share one style sheet. SVNGRAPH_AXE=all looks at every page in every way, for some eight minutes.
LAYOUTS = ["/", "/plan/ap2025", "/item/activity/ap2025-09", "/gaps", "/matrix", "/questions/done-for-goal"]

# Only what is violated crosses from the browser: of what is in order, axe would describe every element.
RUN = """async tags => {
  const report = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return report.violations.map(({id, nodes}) => [id, nodes.length, nodes[0].target, nodes[0].html.slice(0, 120)]);
}"""


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_violation(browser: Any, visit: Any, server: str, lang: str, scheme: str, width: int) -> None:
    if not AXE.is_file():
        pytest.skip("axe test skipped: axe-core is missing (npm ci in web/)")
    every = (scheme, width) == ("light", 1280) or os.environ.get("SVNGRAPH_AXE") == "all"
    found = []
    with visit(browser, server, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.set_default_timeout(120_000)  # a slow machine is no failure
        page.add_init_script(path=AXE)
        for path in PAGES if every else LAYOUTS:
            page.goto(lang + path)
            page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
            found += [(path, *violation) for violation in page.evaluate(RUN, TAGS)]
    assert not found, "\n".join(map(str, found))
