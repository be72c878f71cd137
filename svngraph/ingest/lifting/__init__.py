"""Lifting: passages to the items and links of one named graph, by the rules of a profile."""
