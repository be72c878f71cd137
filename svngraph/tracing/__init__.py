"""Trace links followed up to the goals and down to what came of them: chains, coverage and gaps."""
