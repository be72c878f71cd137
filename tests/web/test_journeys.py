"""The analyst's ten journeys in a real browser: by mouse, by keyboard alone, and without scripts."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

WITHOUT = {"java_script_enabled": False}
BOTH = pytest.mark.parametrize("context", [{}, WITHOUT], ids=["scripts", "no scripts"])


def follow(page: Any, selector: str) -> None:
    """Clicks what leads to another page, and waits until that page is there: a click by itself does not wait."""
    with page.expect_navigation():
        page.click(selector)


def heading(page: Any) -> str:
    return str(page.inner_text("h1"))


@BOTH
def test_what_was_done_for_a_goal(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/")
        follow(page, "nav >> text=Frågor")
        follow(page, "text=Vad som har gjorts för ett avtalsmål")
        page.select_option("#p-goal", index=1)
        follow(page, "text=Kör frågan")
        assert "goal=" in page.url
        assert page.locator("#answer tbody tr").count() > 5
        follow(page, "#answer tbody tr >> nth=0 >> a >> nth=0")
        assert page.locator(".chain .st").count() >= 6
        assert page.locator(".chain [aria-current=page]").count() == 1


@BOTH
def test_what_is_missing_this_year(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/")
        follow(page, "text=Se luckorna")
        follow(page, ".filters a:has-text('Aktivitetsplan 2024')")
        follow(page, ".filters a:has-text('Fel')")
        assert "plan=ap2024" in page.url
        assert "severity=violation" in page.url
        assert "Aktiviteter utan rapport" in page.inner_text("main")
        follow(page, "text=Visa alla 21")
        assert page.locator("table.gaps tbody tr").count() == 21
        assert page.locator("table.gaps .miss").first.inner_text().strip() == "rapportavsnitt"


@BOTH
def test_what_happened_to_an_activity_of_2024(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/plan/ap2024")
        follow(page, ".acts .what >> nth=0")
        assert page.url.endswith("/item/activity/ap2024-01")
        assert page.locator("#continuity .short a").count() >= 1
        assert "bedömning" in page.inner_text("#continuity")


@BOTH
def test_who_carries_an_action_item(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/")
        page.fill("#q", "upphandlingsgruppens")
        with page.expect_navigation():
            page.press("#q", "Enter")
        assert page.locator(".hits li").count() >= 1
        follow(page, ".hits .what >> text='Upphandlingsgruppen'")
        assert heading(page) == "Upphandlingsgruppen"
        follow(page, "#carried >> text=Uppdrag till upphandlingsgruppen")
        assert "assignment/hp2025-02-1" in page.inner_text(".facts")


@BOTH
def test_who_carries_a_matter_is_asked_in_words(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/")
        page.fill("#q", "vem ansvarar för välfärdsbrott?")
        with page.expect_navigation():
            page.press("#q", "Enter")
        assert "ansvarig: Upphandlingsgruppen" in page.inner_text(".hits")
        follow(page, ".hits >> text=Underlätta samverkan för att förebygga")
        assert "Ansvarig Upphandlingsgruppen" in " ".join(page.inner_text(".facts").split())


@BOTH
def test_where_it_stands(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/item/report-entry/ap2025-09")
        note = page.inner_text(".note >> nth=0")
        assert "tecken 6\u202f805–7\u202f030" in note
        assert "Kontrollsumma" in note


@BOTH
def test_the_matrix_is_exported(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/matrix")
        shown = page.locator("table.matrix tbody tr").count()
        body = page.request.get(page.get_attribute("a:text('CSV')", "href")).body().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(body)))
        plans = page.locator("table.matrix th[scope=rowgroup]").count()
        assert len(rows) - 1 == shown - plans
        follow(page, "table.matrix td a >> nth=0")
        assert "/gaps?" in page.url


@BOTH
def test_a_question_with_a_parameter(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/questions/cq18-chain-by-topic")
        page.fill("#p-text", "donation")
        follow(page, "text=Kör frågan")
        assert "text=donation" in page.url
        assert "onation" in page.inner_text("#answer")
        follow(page, "text=Öppna frågan i redigeraren")
        assert page.locator("#answer tbody tr").count() > 0


@BOTH
def test_a_query_is_written(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    query = "SELECT ?a WHERE { ?a a svn:Activity } ORDER BY ?a"
    with visit(browser, server, **context) as page:
        page.goto("/sparql-editor")
        area = page.locator(".cm-content")
        if area.count():
            area.focus()
            page.keyboard.press("Control+a")
            page.keyboard.type(query)
            page.keyboard.press("Escape")
        else:
            page.fill("#query", query)
        follow(page, "text=Kör frågan")
        assert page.locator("#answer tbody tr").count() == 42
        assert "Främja forskningssamverkan mellan regionerna" in page.inner_text("#answer")


def test_a_query_that_is_wrong_says_where(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server, **WITHOUT) as page:
        page.goto("/sparql-editor")
        page.fill("#query", "SELECT ?g WHERE {\n  ?a a svn:Activity ;\n     svn:assignedTo ?g\n  ?g a svn:Group .\n}")
        follow(page, "text=Kör frågan")
        assert "Fel på rad 4" in page.inner_text("#answer")
        assert page.locator(".lines mark").count() == 1


def test_an_empty_answer_says_why(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server, **WITHOUT) as page:
        page.goto("/sparql-editor")
        page.fill("#query", "SELECT * WHERE {\n  ?a a svn:Activity .\n  ?a svn:reportsOn ?r .\n}")
        follow(page, "text=Kör frågan")
        told = page.inner_text("#answer")
        assert "Inga rader" in told
        assert "?r svn:reportsOn ?a" in told
        assert page.locator("#answer tbody tr").count() == 2
        page.fill("#query", "SELECT * WHERE { ?a a svn:Aktivity }")
        follow(page, "text=Kör frågan")
        assert "svn:Activity" in page.inner_text("#answer")


@BOTH
def test_two_years_are_compared(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/")
        follow(page, "text=Jämför planerna rad för rad")
        assert heading(page) == "Två år sida vid sida"
        assert page.locator("table.years tbody tr").count() >= 21
        assert "ingen fortsättning" in page.inner_text("table.years")


@BOTH
def test_it_is_read_in_english(browser: Any, visit: Any, server: str, context: dict[str, Any]) -> None:
    with visit(browser, server, **context) as page:
        page.goto("/item/activity/ap2025-09")
        follow(page, "text=English")
        assert page.get_attribute("html", "lang") == "en"
        assert heading(page) == "Facilitate cooperation to prevent and combat welfare crime"
        assert page.get_attribute(".original", "lang") == "sv"
        follow(page, ".chain a >> nth=0")
        assert "/en/item/" in page.url


def test_by_keyboard_alone(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("ap2025-09")
        page.keyboard.press("Enter")
        page.wait_for_selector(".hits")
        page.wait_for_load_state()  # the script that hears the key comes last
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        target = "/item/activity/ap2025-09"
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.getAttribute('href')") == target:
                break
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{target}")
        assert page.evaluate("getComputedStyle(document.querySelector('main')).display") == "block"


def test_the_editor_lets_go_of_tab(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/sparql-editor")
        area = page.locator(".cm-content")
        if not area.count():
            pytest.skip("the editor's bundle is not built: npm ci && npm run build in web/")
        area.focus()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        area.fill("")
        area.type("ASK { ?s a svn:Activ")
        page.wait_for_selector(".cm-tooltip-autocomplete li")
        assert "svn:Activity" in page.inner_text(".cm-tooltip-autocomplete")


def test_a_drawing_lights_what_is_joined(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/trace/plan/ap2025")
        page.focus("a[data-node='activity/ap2025-09']")
        lit = page.locator("svg.trace a.on").count()
        assert 3 < lit < page.locator("svg.trace a").count()
        page.keyboard.press("Enter")
        page.wait_for_url("**/item/activity/ap2025-09")


NARROW = ["/", "/plan/ap2025", "/item/activity/ap2025-09", "/gaps", "/matrix", "/coverage", "/continuity", "/timeline"]
NARROW += ["/organisations", "/validation", "/questions/done-for-goal", "/search?q=vård", "/vocabulary", "/shapes"]
NARROW += ["/trace/plan/ap2025", "/sparql-editor?example=links-by-basis", "/conformance", "/plans", "/accessibility"]
NARROW += ["/matrix?rows=goal&cols=activity", "/trace/activity/ap2025-09", "/gaps?plan=zzz"]
NARROW += ["/item/organisation/upphandlingsgruppen", "/item/document/report2025"]


@pytest.mark.parametrize("lang", ["", "/en"])
def test_no_page_scrolls_sideways(browser: Any, visit: Any, server: str, lang: str) -> None:
    spaced = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    with visit(browser, server, viewport={"width": 320, "height": 700}, bypass_csp=True) as page:
        wide = []
        for path in NARROW:
            page.goto(lang + path)
            for spacing in (None, spaced):
                if spacing:
                    page.add_style_tag(content=spacing)
                more = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if more > 0:
                    wide.append((path, more, bool(spacing)))
        assert not wide


@pytest.mark.parametrize("width", [1000, 1024, 1160, 1200, 1280])
def test_a_small_window_holds_the_page_and_its_head(browser: Any, visit: Any, server: str, width: int) -> None:
    wrong = []
    with visit(browser, server, viewport={"width": width, "height": 800}) as page:
        for path in ("/", "/item/activity/ap2025-09", "/en/item/activity/ap2025-09", "/gaps"):
            page.goto(path)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((path, "scrolls sideways"))
            if page.locator(".lang").bounding_box()["y"] > page.locator(".top nav").bounding_box()["y"] + 20:
                wrong.append((path, "the languages stand in a row of their own"))
            cut = "[...document.querySelectorAll('.cov')].some(t => t.offsetWidth > t.parentElement.clientWidth)"
            if page.evaluate(cut):
                wrong.append((path, "a table is cut off"))
    assert not wrong
