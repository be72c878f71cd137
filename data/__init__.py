"""The facts: one named graph per source document, one for organisations and one for curation."""
