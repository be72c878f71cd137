"""The analyst's ten journeys by keyboard alone: every step is reached with Tab, seen to have the focus, and taken."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

# So many stops the longest page may have before the one that is wanted.
MOST = 400
FOCUSED = """selector => { const it = document.activeElement; return Boolean(it && it.matches(selector)); }"""
SEEN = """() => { const it = document.activeElement;
  const style = getComputedStyle(it.shadowRoot?.querySelector('.cm-focused') ?? it);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }"""


def tab_to(page: Any, selector: str) -> None:
    """Presses Tab until what a selector describes has the focus, which then can be seen."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            page.wait_for_function(SEEN)  # a script may draw it a moment later
            return
    pytest.fail(f"Tab does not reach {selector} on {page.url}")


def enter(page: Any, key: str = "Enter") -> None:
    """Presses a key that leads to another page, and waits until that page is there."""
    with page.expect_navigation():
        page.keyboard.press(key)


def take(page: Any, selector: str) -> None:
    """Goes to a link or button and presses Enter."""
    tab_to(page, selector)
    enter(page)


def test_what_was_done_for_a_goal(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        take(page, "nav a[href='/questions']")
        take(page, "a[href='/questions/done-for-goal']")
        tab_to(page, "#p-goal")
        page.keyboard.press("ArrowDown")
        take(page, "form button")
        assert "goal=" in page.url
        take(page, "#answer tbody a")
        assert page.locator(".chain .st").count() >= 6


def test_what_is_missing_this_year(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        take(page, ".stamp a[href='/gaps']")
        take(page, ".filters a[href*='plan=ap2024']")
        take(page, ".filters a[href*='severity=violation']")
        take(page, "main a[href*='rule=activity-report-entry']")
        assert page.locator("table.gaps tbody tr").count() == 21


def test_what_happened_to_an_activity_of_2024(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/plans")
        take(page, "a[href='/plan/ap2024']")
        take(page, ".acts .what")
        assert page.url.endswith("/item/activity/ap2024-01")
        take(page, "#continuity .short a")
        assert "/item/activity/ap2025" in page.url


def test_who_carries_an_action_item(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        tab_to(page, "#q")
        page.keyboard.type("upphandlingsgruppens")
        enter(page)
        take(page, ".hits a[href='/item/organisation/upphandlingsgruppen']")
        take(page, "#links a[href='/item/assignment/hp2025-02-1']")
        assert "assignment/hp2025-02-1" in page.inner_text(".facts")


def test_where_it_stands(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/item/activity/ap2025-09")
        take(page, ".chain a[href*='/item/report-entry/']")
        assert "tecken 6\u202f805–7\u202f030" in page.inner_text(".note >> nth=0")
        take(page, ".note a")
        assert page.url.endswith("/item/document/report2025")


def test_the_matrix_is_exported(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        take(page, "#coverage a[href='/matrix']")
        tab_to(page, ".twins a[href='/matrix.csv']")
        with page.expect_download() as expected:
            page.keyboard.press("Enter")
        with Path(expected.value.path()).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len(rows) - 1 == page.locator("table.matrix tbody td:first-of-type").count()


def test_a_question_with_a_parameter(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/questions")
        take(page, "a[href='/questions/cq18-chain-by-topic']")
        tab_to(page, "#p-text")
        page.keyboard.press("Control+a")
        page.keyboard.type("donation")
        enter(page)
        assert "onation" in page.inner_text("#answer")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_query_is_written(browser: Any, visit: Any, server: str, scripts: bool) -> None:
    with visit(browser, server, java_script_enabled=scripts) as page:
        page.goto("/sparql-editor")
        if scripts and page.locator(".editor-host").count():
            tab_to(page, ".editor-host")
        else:
            # What has the focus cannot be asked of a page without scripts; a field that is typed in has it.
            page.focus("#query")
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT ?a WHERE { ?a a svn:Activity }")
        page.keyboard.press("Escape")
        if scripts and page.locator(".editor-host").count():
            enter(page, "Control+Enter")
        else:
            page.keyboard.press("Tab")
            enter(page)
        assert page.locator("#answer tbody tr").count() == 42


def test_two_years_are_compared(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/")
        take(page, "#changes a[href='/continuity']")
        tab_to(page, "#older")
        take(page, "form.bar button")
        assert page.locator("table.years tbody tr").count() >= 21


def test_it_is_read_in_english(browser: Any, visit: Any, server: str) -> None:
    with visit(browser, server) as page:
        page.goto("/item/activity/ap2025-09")
        take(page, ".lang a[hreflang='en']")
        assert page.get_attribute("html", "lang") == "en"
        take(page, ".chain a")
        assert "/en/item/" in page.url
