"""The vocabulary: ontology, code lists, alignments, JSON-LD context and the question library."""
