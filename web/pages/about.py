"""Pages about the site itself: how the documents are read, accessibility, and what the endpoint was tested against."""

from __future__ import annotations

from .page import Page, page


@page("/about")
def about() -> Page:
    """How the documents are read, and what is ours."""
    return Page("about.html")


@page("/accessibility")
def accessibility() -> Page:
    """The accessibility statement."""
    return Page("accessibility.html")


@page("/conformance")
def conformance() -> Page:
    """What the SPARQL endpoint was tested against, and which tests it refuses on purpose."""
    return Page("conformance.html")
