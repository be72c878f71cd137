"""Ingestion: a document to a proposed named graph, with every character of the document accounted for.

``reading`` makes one model of passages out of any format, a profile says what a kind of document looks like,
``lifting`` makes items and links of the passages, and ``linking`` knows names again.
"""
