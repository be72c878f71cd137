"""The pages, one module for each kind; all are routes of one blueprint, which stands at ``/`` and at ``/en/``."""

from __future__ import annotations

from importlib import import_module

from .page import blueprint

__all__ = ["blueprint"]

for _module in (
    *("about", "continuity", "coverage", "data", "editor", "gaps", "graphs", "identifiers", "items", "organisations"),
    *("plans", "provenance", "questions", "searching", "start", "timeline", "tracing", "validation", "vocabulary"),
):
    import_module(f".{_module}", __name__)  # for its routes
