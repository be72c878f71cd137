"""Pages about the site itself: how the documents are read, accessibility, and what the endpoint was tested against."""

from __future__ import annotations

from ..languages import gettext as _
from ..sheets import Sheet
from .page import Page, page

# Of https://www.w3.org/2009/sparql/docs/tests/: the suites protocol and service-description. The project's own tests
# run them against a started server, and hold this list against what came out.
TESTS = {
    "query": (
        *("query_get", "query_post_form", "query_post_direct", "query_dataset_default_graphs_get"),
        *("query_dataset_default_graphs_post", "query_dataset_named_graphs_get", "query_dataset_named_graphs_post"),
        *("query_dataset_full", "query_multiple_dataset", "query_content_type_select", "query_content_type_ask"),
        *("query_content_type_describe", "query_content_type_construct"),
    ),
    "bad_query": (
        *("bad_query_method", "bad_multiple_queries", "bad_query_wrong_media_type", "bad_query_missing_form_type"),
        *("bad_query_missing_direct_type", "bad_query_non_utf8", "bad_query_syntax"),
    ),
    "bad_update": (
        *("bad_update_get", "bad_multiple_updates", "bad_update_wrong_media_type", "bad_update_missing_form_type"),
        *("bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict"),
    ),
    "update": (
        *("update_post_form", "update_post_direct", "update_dataset_default_graph", "update_dataset_default_graphs"),
        *("update_dataset_named_graphs", "update_dataset_full", "update_base_uri"),
    ),
    "service_description": ("returns-rdf", "has-endpoint-triple", "conforms-to-schema"),
}


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
    kinds = {
        "query": _("Frågor i SPARQL"),
        "bad_query": _("Felaktiga frågor"),
        "bad_update": _("Felaktiga ändringar"),
        "update": _("Ändringar"),
        "service_description": _("Beskrivning av tjänsten"),
    }
    parts = [(kinds[kind], [(name, kind != "update") for name in names]) for kind, names in TESTS.items()]
    columns = [("kind", _("Slag")), ("test", _("Prov")), ("passes", _("Går igenom"))]
    rows = [(kind, name, passes) for kind, tests in parts for name, passes in tests]
    return Page("conformance.html", {"parts": parts}, Sheet("conformance", columns, rows))
